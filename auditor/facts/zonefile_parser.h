/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of reading one zone. Private to zonefile*.c. */
#ifndef ZONEVET_FACTS_ZONEFILE_PARSER_H
#define ZONEVET_FACTS_ZONEFILE_PARSER_H

#include "auditor/facts/zonefile.h"
#include "auditor/facts/zonefile_rdata.h"
#include "auditor/facts/zonefile_scan.h"

#define INCLUDE_DEPTH_MAX 10U
#define INCLUDES_MAX 10000U /* in all: a file that includes two that include two ... */

/* A record read before the apex was known. */
struct early {
    const dname *owner;
    uint16_t type;
    uint32_t ttl_s;
    struct rdata rdata;
    struct location where;
};

/* A file that is being read: no file may include itself. */
struct open_file {
    dev_t device;
    ino_t inode;
};

/* What an included file inherits and does not change for its includer (RFC 1035 section 5.1). */
struct inherited {
    const char *file;
    const dname *origin;
    dname owner[DNAME_MAX]; /* of the record before, as it was spelt */
    bool owner_set;
    bool owner_lost; /* the owner before could not be read: what inherits it is lost with it */
    uint32_t ttl_s;
    bool ttl_set;
    unsigned depth;
};

struct parser {
    struct arena *arena;
    const struct zonefile_options *options;
    struct zonefile *out;
    struct arena *scratch; /* of one entry */
    uint8_t *rdata;        /* RDATA_MAX octets */
    const char *file;      /* that was given, as it is shown */
    const char *folder;    /* real path of its folder; NULL: no $INCLUDE */
    const char *trouble;   /* reading cannot go on: for the user, STATUS_IO */
    bool no_memory;

    /* Reads a record or a directive; directives come back to it with what they generate or include. */
    void (*read_entry)(struct parser *p, const struct entry *e);

    struct zone_error *errors;
    size_t error_count, error_capacity;
    size_t met[ZONE_REMARK_KINDS];  /* of each kind, those that are not kept among them */
    size_t last[ZONE_REMARK_KINDS]; /* the last that is kept */
    size_t faults;                  /* of all kinds that lose a record */
    const char *generated_note;     /* inside $GENERATE: the number, for messages */

    struct zone_comment *comments;
    size_t comment_count, comment_capacity;

    struct early *early;
    size_t early_count, early_capacity;
    size_t records, record_limit, generated, generate_limit;
    size_t includes;
    struct open_file open[INCLUDE_DEPTH_MAX + 1];

    struct inherited now;
    uint32_t last_ttl_s; /* of the record before, if it had one */
    bool last_ttl_set;
    bool hazard; /* $ORIGIN or $INCLUDE came since the last record: a leading blank inherits over it */

    /* The owner as it is written, so that the next record need not read it again. */
    char owner_text[DNAME_MAX];
    size_t owner_text_length;

    /* The record at hand, for what is told of it. */
    const struct entry *entry;
    size_t type_at; /* its words from here on tell it from others */
    bool subject;   /* now.owner is its owner */
    uint16_t type;
};

/* ---- zonefile_report.c ----------------------------------------------------------------------- */

/** Tell of the record at hand, or of its entry. record NULL: its words. */
void report_at(struct parser *p, enum zone_fault fault, const struct location *where, const char *record,
               const char *message);
/** "message; found 'word'" at a token. */
void report_token(struct parser *p, enum zone_fault fault, const struct token *t, const char *message);
/** About a record that is not the one at hand. */
void report_record(struct parser *p, enum zone_fault fault, const struct location *where, const dname *owner,
                   uint16_t type, const char *record, const char *message);
/** One more of this kind will be kept, not only counted: its text is worth making. */
bool report_kept(const struct parser *p, enum zone_fault fault);
/** Sort, and say how many were left out. */
void report_finish(struct parser *p);

void report_comments(struct parser *p, const struct entry *e);
/** Comments from number `open` on are about this entry. @return false if they wait for the next one */
bool report_tie(struct parser *p, size_t open, const struct entry *e);

struct location entry_location(const struct parser *p, const struct entry *e);

/* ---- zonefile_entries.c ---------------------------------------------------------------------- */

/** Read one file: every entry goes to p->read_entry. */
void parse_entries(struct parser *p, struct scanner *s);
/** This entry is the one at hand. */
void parse_begin(struct parser *p, const struct entry *e);
/** Octets to have in memory at once, and of one entry. */
size_t parse_window(const struct parser *p, const struct feed *feed);
size_t parse_entry_limit(const struct parser *p);

/* ---- zonefile_record.c ----------------------------------------------------------------------- */

void record_parse(struct parser *p, const struct entry *e);
/** The apex is known: what came before it follows. @return false without memory */
bool record_begin_zone(struct parser *p, const dname *apex);

/* ---- zonefile_directive.c -------------------------------------------------------------------- */

/** The entry begins with '$'. */
void directive_parse(struct parser *p, const struct entry *e);

#endif
