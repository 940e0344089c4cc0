/* SPDX-License-Identifier: BSD-2-Clause */
/* Zones in the making: every input hands its records here, whatever zone they are of. Private to
 * the inputs. */
#ifndef ZONEVET_INPUTS_BUILD_H
#define ZONEVET_INPUTS_BUILD_H

#include "auditor/base/table.h"
#include "auditor/inputs/doc.h"
#include "auditor/inputs/input.h"
#include "auditor/inputs/words.h"

struct build_zone {
    struct zone *zone;
    const dname *apex;
    const char *origin_from;
    unsigned gaps; /* enum zone_gap */
    struct zone_error *errors;
    size_t error_count, error_capacity, errors_dropped;
    size_t records;
    uint32_t number;
    struct zone_comment *comments; /* in order of reading; where.line 0: its record has not come yet */
    size_t comment_count, comment_capacity, comments_from; /* of the file that is read now */
};

struct build {
    struct arena *arena;   /* what the caller gets */
    struct arena *scratch; /* of one record: reset by build_add() and build_alias() */
    const char *file;      /* as shown */
    const struct input_options *options;
    uint8_t *rdata;
    struct build_zone **zones;
    size_t zone_count, zone_capacity;
    struct table *seen; /* aliases and routing sets that are there already */
    const char **notes;
    size_t note_count, note_capacity, notes_dropped;
    size_t records, record_limit, error_limit, work;
    bool partial;
    enum status status;  /* sticky: STATUS_OK, STATUS_LIMIT, STATUS_NOMEM */
    const char *failure; /* STATUS_LIMIT: what was too much */
};

/** @return false without memory */
bool build_begin(struct build *b, struct arena *a, const char *shown, const struct input_options *options);

/** Finish all zones and fill *out. Frees what is not the caller's, also after a failure. */
enum status build_finish(struct build *b, struct input *out, const char **error);
void build_abandon(struct build *b); /* the same without a result */

/** The zone with that apex, made if it is new. @return NULL without memory */
struct build_zone *build_zone(struct build *b, const dname *apex, const char *origin_from);
/** The same for a zone whose SOA and NS records are its provider's: they may be missing. */
struct build_zone *build_hosted_zone(struct build *b, const dname *apex, const char *origin_from);

/** Count one step of a walk over a tree: aliases in YAML can make few octets a long walk. @return false at
 * the limit */
bool build_work(struct build *b);

/** A line for --verbose, gated; the first 1,000 are kept. */
void build_note(struct build *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** The same where something was left out: `gaps` (enum zone_gap) is what can be missing from the zone for
 * it. */
void build_left_out(struct build *b, struct build_zone *z, unsigned gaps, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** A record but for its RDATA. */
struct build_record {
    struct build_zone *zone;
    const dname *owner;
    uint16_t type;
    uint32_t ttl_s;
    const struct doc *where; /* the value that becomes this record */
    bool routed;             /* of a routing alternative: another one may have the same */
};

/** An error at a value. */
void build_error(struct build *b, struct build_zone *z, enum zone_fault fault, const struct doc *at,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

/** An error of a record that is lost for it; message in the scratch arena or constant. */
void build_record_error(struct build *b, const struct build_record *r, enum zone_fault fault,
                        const struct doc *at, const char *message);

/** Add a record whose RDATA the words are; errors go to the zone. Resets the scratch arena. */
void build_add(struct build *b, const struct build_record *r, struct words *w);

/** The owner has addresses that its provider looks up at `target` (NULL: from nowhere that could be named).
 * Doubles are left out. See RRTYPE_ALIAS. */
void build_alias(struct build *b, const struct build_record *r, const dname *target);

/** True the first time that this zone, owner and type come with a routing alternative: servers give one of
 * them at a time, so only addresses of further ones are added. `id` NULL: the record has no alternatives.
 * Sets r->routed. */
bool build_first_route(struct build *b, struct build_record *r, const struct doc *id);

/** Keep the comments of a YAML text that speak to the auditor, before its records are added. */
void build_comments(struct build *b, struct build_zone *z, const char *text, size_t length);
void build_comments_meet(struct build_zone *z, const struct location *record); /* build.c calls it for each */
void build_comments_end(struct build_zone *z);

enum owner_form {
    OWNER_RELATIVE, /* completed by the apex: octoDNS, Azure */
    OWNER_EITHER,   /* completed unless it ends with the apex: Cloudflare, Terraform for Route 53 */
    OWNER_ABSOLUTE,
};

/** Why a text is no name. */
struct name_problem {
    const char *message;
    enum zone_fault fault;
};

/** An owner as a user wrote it; "" and "@" are the apex but for OWNER_ABSOLUTE. apex may be NULL for
 * OWNER_ABSOLUTE.
 * @return lower case, in the arena; NULL with *problem set */
const dname *build_owner(struct arena *a, const struct doc *d, const dname *apex, enum owner_form form,
                         struct name_problem *problem);

/** A TTL as a number or digits. @return the fallback if it is missing; *ok false if it is none */
uint32_t build_ttl(const struct doc *d, uint32_t fallback, bool *ok);

/** A record type in words. @return 0 if it is none */
uint16_t build_type(const struct doc *d);

/** Read one value that is a domain name. @return NULL with *problem set */
const dname *build_name(struct arena *a, const struct doc *d, struct name_problem *problem);

#endif
