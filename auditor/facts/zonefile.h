/* SPDX-License-Identifier: BSD-2-Clause */
/* Master files (RFC 1035 section 5, RFC 2308 $TTL, RFC 3597, $INCLUDE, $GENERATE) read by our own reader:
 * every error with file, line, column and what was expected, reading goes on behind it. Files are read in
 * windows, so memory is bounded whatever they hold. Most types go straight to wire form, rare ones through
 * ldns, one record at a time. */
#ifndef ZONEVET_FACTS_ZONEFILE_H
#define ZONEVET_FACTS_ZONEFILE_H

#include "auditor/facts/facts.h"
#include "auditor/facts/zone.h"

struct zonefile_options {
    const dname *origin;    /* --origin, or NULL */
    const char *shown_path; /* as printed in locations; NULL: the path itself */
    size_t record_limit;    /* 0: 50 million */
    size_t error_limit;     /* faults and remarks kept of each kind, the last says how many more; 0: 1000 */
    size_t generate_limit;  /* records of all $GENERATE of a file; 0: 1 million */
    size_t window;          /* octets of a file in memory at once; 0: 1 MiB. The result is the same */
    size_t entry_limit;     /* octets of one entry, more are a fault; 0: 64 MiB */
};

/** A comment with "zonevet:ignore" in it (auditor/gate/waivers.h): behind a record, or on a line of its own
 * before one. */
struct zone_comment {
    struct location where; /* of that record; if there is none, of the comment */
    uint32_t line, column; /* of the comment, in where.file */
    const char *text;      /* from the ';' on, octets of the file; cut at 4,096 */
    size_t length;
};

#define ZONE_COMMENTS_MAX 10000U /* kept of one file and what it includes */

struct zonefile {
    struct zone *zone; /* finished; the caller frees it with zone_free(); NULL if no apex could be told */
    const dname *apex; /* owner of the SOA, else the origin (DESIGN section 10, decision 14); or NULL */
    const char *origin_from; /* "--origin", "$ORIGIN", "SOA", "file name": how names got their origin */
    const struct zone_error *errors; /* faults and remarks, in order of file and line */
    size_t error_count;
    size_t record_count;
    const struct zone_comment *comments; /* in order of reading */
    size_t comment_count;
    bool managed_apex; /* SOA, apex NS and DNSSEC are kept elsewhere (ZONE_GAP_APEX); never of a master file */
    bool partial;      /* more names and sets may exist (ZONE_GAP_RECORDS); never of a master file */
};

/**
 * Read a file ("-": standard input) and everything it includes. Relative names before any $ORIGIN are
 * completed by, in this order: options->origin, an absolute SOA owner met later in the file, the file's name
 * ("db." in front or ".zone", ".db", ".txt" behind removed). None of these: STATUS_USAGE.
 * @param a      holds *out but the zone
 * @param error  on failure one line for the user, in the arena
 * @return STATUS_OK even if there are syntax errors; STATUS_IO if the file cannot be opened or read, is a
 * directory, a device or a FIFO, or if it or what it includes changed while it was read; STATUS_USAGE;
 * STATUS_NOMEM
 */
enum status zonefile_read(struct arena *a, const char *path, const struct zonefile_options *options,
                          struct zonefile *out, const char **error);

/** The same over text in memory; $INCLUDE is refused. */
enum status zonefile_parse(struct arena *a, const char *text, size_t length,
                           const struct zonefile_options *options, struct zonefile *out, const char **error);

#endif
