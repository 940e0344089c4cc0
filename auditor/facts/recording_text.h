/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of recordings: statements of words, one a line, and tables that say how the members of a struct
 * are written and read. Private to recording_*.c. What is read comes from strangers: every length is bounded,
 * every error names its line. */
#ifndef ZONEVET_FACTS_RECORDING_TEXT_H
#define ZONEVET_FACTS_RECORDING_TEXT_H

#include "auditor/base/buf.h"
#include "auditor/facts/recording.h"
#include "auditor/facts/zonefile_scan.h"

#define RECORDING_FILE_MAX ((size_t)64 * 1024 * 1024) /* octets of one file */
#define RECORDING_RECORDS_MAX 1000U                   /* of one RRset; live replies keep 100 */

/* ---- members of structs -------------------------------------------------------------------------------- */

enum member_kind {
    MEMBER_BOOL, /* the word alone */
    MEMBER_U8,
    MEMBER_U16,
    MEMBER_U32,
    MEMBER_HEX16, /* 0x8000 */
    MEMBER_HEX64,
    MEMBER_TIME,    /* int64_t, UTC seconds: 2026-01-01T00:00:00Z */
    MEMBER_NAME,    /* const dname * */
    MEMBER_ADDRESS, /* struct address, family 0 is absent */
    MEMBER_TYPE,    /* uint16_t, NS or TYPE65280 */
    MEMBER_RCODE,   /* uint16_t, NXDOMAIN or RCODE99 */
    MEMBER_REASON,  /* enum reason */
    MEMBER_TEXT,    /* const char *, clean by the text gate */
    MEMBER_RAW,     /* const char *, any octets but NUL */
    MEMBER_OCTETS,  /* const uint8_t *, its length a uint16_t at `extra`: hexadecimal */
    MEMBER_SHA256,  /* uint8_t[32] */
    MEMBER_CHOICE,  /* an enum: one of `words`, always written */
};

/** How a member is spelt; a table ends with a NULL word. Members that are zero are not written. */
struct member {
    const char *word;
    enum member_kind kind;
    size_t offset;
    size_t extra;
    const char *const *words; /* ends with NULL */
};

/** Append "<separator>word value" for every member that is set. */
void members_write(struct buf *out, const char *separator, const struct member *members, const void *object);

void write_name(struct buf *out, const dname *name);
void write_type(struct buf *out, uint16_t type);
void write_rcode(struct buf *out, uint16_t rcode);
void write_address(struct buf *out, const struct address *address); /* "-" for none */
/** As a word if it can stand as one, else in quotes with \DDD. */
void write_word(struct buf *out, const char *text);
void write_quoted(struct buf *out, const void *octets, size_t length);

/* ---- statements ---------------------------------------------------------------------------------------- */

struct lines {
    const char *file; /* for errors */
    const char *at, *end;
    uint32_t number;      /* of the statement read last */
    bool indented;        /* it began with a blank */
    struct token *tokens; /* its words, in memory of this struct */
    size_t count, capacity;
    size_t next;     /* word to be read next */
    uint8_t *octets; /* room for the RDATA of one record, or NULL until needed */
    struct arena *errors;
    const char *error; /* "FILE:LINE: what was expected": sticky */
    bool no_memory;
};

struct lines lines_new(const char *file, const char *text, size_t length, struct arena *errors);
void lines_free(struct lines *l);

/** Go on to the next line that is neither blank nor a comment ('#'). @return false at the end and on errors
 */
bool lines_next(struct lines *l);
/** The same, but only if that line is indented; otherwise it stays to be read. */
bool lines_next_indented(struct lines *l);

/** Note the first error. @return false */
bool lines_fail(struct lines *l, const char *expected);
bool lines_no_memory(struct lines *l);
enum status lines_status(const struct lines *l);

/** The words of a text on its own, as in a statement. @return false if it has none or is broken */
bool lines_split(struct lines *l, const char *text, size_t length);

const struct token *lines_peek(const struct lines *l); /* NULL at the end of the statement */
bool lines_take(struct lines *l, const char *word);    /* true if the next word is this one: it is taken */
bool lines_end(struct lines *l);                       /* expects that no word is left */

bool read_name(struct lines *l, struct arena *a, bool keep_case, const dname **out);
bool read_type(struct lines *l, uint16_t *out);
bool read_class(struct lines *l, uint16_t *out);
bool read_rcode(struct lines *l, uint16_t *out);
bool read_reason(struct lines *l, enum reason *out);
bool read_address(struct lines *l, struct address *out); /* "-" is none */
bool read_cidr(struct lines *l, struct cidr *out);
bool read_number(struct lines *l, uint32_t high, uint32_t *out);
bool read_hex(struct lines *l, uint64_t high, uint64_t *out);
/** NUL-terminated octets of one word; *length may be NULL, then NUL is refused. */
bool read_octets(struct lines *l, struct arena *a, const char **out, size_t *length);
/** As above, and clean by the text gate. */
bool read_text(struct lines *l, struct arena *a, const char **out);

/** Read one "word value". @return false with an error if the word is in no row */
bool members_read_one(struct lines *l, struct arena *a, const struct member *members, void *object);
/** Read "word value" to the end of the statement. */
bool members_read(struct lines *l, struct arena *a, const struct member *members, void *object);
bool members_known(const struct lines *l, const struct member *members);

/** Room for one item more in an arena array. @return the array, moved if it had to grow; NULL without memory
 */
void *list_room(struct arena *a, void *list, size_t count, size_t *capacity, size_t size);

/* ---- RRsets (recording_rrset.c) ------------------------------------------------------------------------ */

/** Sets of a section under construction. */
struct sets {
    struct rrset *list;
    size_t count, capacity;
    struct rdata *data, *sigs; /* of the last set */
    struct location *where;
    size_t data_capacity, sig_capacity;
};

/** What writing records needs. */
struct rrset_writer {
    struct buf *out;
    struct lines lines; /* reads back what would be written */
    struct arena *scratch;
};

/** Append the sets, a record a line, each line begun with two blanks and the word. */
void rrsets_write(struct rrset_writer *w, const char *word, const struct rrset *sets, size_t count);
/** RDATA in presentation form if that reads back the same, else in the form of RFC 3597 section 5. */
void rdata_write(struct rrset_writer *w, uint16_t type, const struct rdata *rdata);

/** The statement behind its word: "OWNER TTL CLASS TYPE RDATA". */
bool rrsets_read_record(struct lines *l, struct arena *a, struct sets *sets);
/** "OWNER TTL CLASS TYPE [more N] [sig-ttl N]": opens a set where records alone would not say it. */
bool rrsets_read_head(struct lines *l, struct arena *a, struct sets *sets);
/** "TTL RDATA": a signature of the last set that covers something else. */
bool rrsets_read_signature(struct lines *l, struct arena *a, struct sets *sets);
/** "FILE LINE COLUMN END_LINE END_COLUMN" of the last record. */
bool rrsets_read_where(struct lines *l, struct arena *a, struct sets *sets);
bool rdata_read(struct lines *l, struct arena *a, uint16_t type, struct rdata *out);

/* ---- facts (recording_fact_write.c, recording_fact_read.c) --------------------------------------------- */

extern const struct member recording_ask_members[], recording_reply_members[], recording_answer_members[],
    recording_cut_members[], recording_transfer_ask_members[], recording_transfer_members[],
    recording_walk_members[], recording_http_members[], recording_vantage_members[];

/** Words of enum ask_flags, in order of bits; ends with NULL. */
extern const char *const recording_ask_flags[];

/** One block: the question, its value, an empty line. Facts without a value are left out. */
void fact_write(struct rrset_writer *w, const struct fact *fact);

/** The statement that is a question. The key is allocated in the arena. */
bool fact_read_key(struct lines *l, struct arena *a, struct fact *fact);

/** The indented statements behind it.
 * @return the value, whole, in the arena (what it shares with the key points at the key); NULL and an error
 */
const void *fact_read_value(struct lines *l, struct arena *a, const struct fact *fact);

/* ---- files (recording_file.c) -------------------------------------------------------------------------- */

/** "DIR/targets/<name>.facts" in the arena; NULL without memory. */
const char *recording_path(struct arena *a, const char *dir, const dname *target);

/** Write whole or not at all: a temporary file beside it, then rename. */
enum status recording_save(const char *path, const struct buf *text);

/** Read a regular file of at most RECORDING_FILE_MAX octets. *text is malloc()ed. @param error  one line, in
 * the arena */
enum status recording_load(struct arena *a, const char *path, char **text, size_t *length,
                           const char **error);

#endif
