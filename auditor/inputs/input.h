/* SPDX-License-Identifier: BSD-2-Clause */
/* Zones from other things than master files: octoDNS YAML, Terraform plan JSON, exports of Route 53 and
 * Cloudflare. Each becomes zones with the place of every record, so that all checks and all reports work as
 * for master files.
 *
 * What such a source does not hold is never taken for absent. Each zone says so itself (zone_gaps(),
 * facts/zone.h), and lookups in it give UNKNOWN, needs-live, where only the provider could tell:
 *   ZONE_GAP_APEX     all but master files: SOA, apex NS and DNSSEC are the provider's, unless given
 *   ZONE_GAP_RECORDS  plans, cut exports: absence proves nothing
 *   ZONE_GAP_SETS     plans for Cloudflare, with one resource a record: a set may be seen in part
 *
 * Names whose addresses the provider makes (ALIAS of octoDNS, alias targets of Route 53 and Azure, flattened
 * and proxied CNAMEs and proxied addresses of Cloudflare) become RRTYPE_ALIAS with the target as RDATA, or
 * the root where none can be named. They are no CNAME: other types may stand beside them, at the apex too,
 * and a client never sees an alias. A lookup of A or AAAA there is UNKNOWN, needs-live; a lookup of
 * RRTYPE_ALIAS gives ANSWER_ALIAS with the target, so that checks of what a name depends on can follow it.
 * Checks of what a client sees need not know of it.
 *
 * Of routing sets (weighted, latency, geolocation, failover) servers give one at a time: addresses of all are
 * taken, of other types those of the first. */
#ifndef ZONEVET_INPUTS_INPUT_H
#define ZONEVET_INPUTS_INPUT_H

#include "auditor/facts/zonefile.h"

enum input_format {
    INPUT_AUTO, /* by the name and the beginning of the file; a master file if nothing else fits */
    INPUT_ZONEFILE,
    INPUT_OCTODNS,
    INPUT_TERRAFORM,  /* terraform show -json PLAN: resource_changes */
    INPUT_ROUTE53,    /* aws route53 list-resource-record-sets */
    INPUT_CLOUDFLARE, /* the list of the DNS records API */
    /* dnscontrol get-zones --format=zone: a master file, often without the SOA; never found by itself */
    INPUT_DNSCONTROL,
};
/** "auto", "zonefile", "octodns" ... @return false if it is none of them */
bool input_format_from_text(const char *text, enum input_format *out);
const char *input_format_text(enum input_format format); /* the same word */

/** Which state of a plan: other formats have only one. */
enum input_side { INPUT_AFTER, INPUT_BEFORE };

struct input_options {
    enum input_format format;
    enum input_side side;
    struct zonefile_options zonefile;
};

struct input {
    enum input_format format;     /* never INPUT_AUTO */
    const struct zonefile *zones; /* the caller frees each one's zone with zone_free() */
    size_t count;                 /* a plan may hold several zones, or none */
    const char *const *notes; /* lines for --verbose: what a plan could not tell (values known after apply) */
    size_t note_count;
    bool partial; /* some zone is not whole (ZONE_GAP_RECORDS): absence of records proves nothing */
};

/**
 * Read one file ("-": standard input), or a folder of octoDNS with one file a name ("zones/example.org.").
 * @param a      holds *out but the zones
 * @param error  on failure one line for the user: file, line, column and what was expected
 * @return STATUS_OK even with errors in single records (they are in the zones' errors); STATUS_IO;
 * STATUS_MALFORMED (not the format it claims to be); STATUS_USAGE (the zone's name cannot be told);
 * STATUS_LIMIT; STATUS_NOMEM
 */
enum status input_read(struct arena *a, const char *path, const struct input_options *options,
                       struct input *out, const char **error);

/** The same over text in memory, read as standard input is: names come from the text or from --origin. */
enum status input_parse(struct arena *a, const char *text, size_t length, const char *shown,
                        const struct input_options *options, struct input *out, const char **error);

/** Names that `zone DIR` takes: "*.zone", "*.db", "db.*", and "*.yaml", "*.yml" with the name of a zone in
 * front. */
bool input_file_name(const char *name);

/** The same for a file: of YAML, its beginning must look like a zone of octoDNS too. */
bool input_directory_takes(const char *path);

/** A folder that is one zone of octoDNS, split into files: its name is the zone's with the final dot. */
bool input_folder_is_zone(const char *path);

#endif
