/* SPDX-License-Identifier: BSD-2-Clause */
/* All a check may see.
 *
 * A check is a pure function of (facts, subject). It asks as if the answer were there. Where it is not there yet, it
 * gets a valid answer without records in state PENDING, runs on, and its findings of that run are thrown away: the
 * engine fetches what was demanded and runs it again. So a check must be able to run with every answer empty, must
 * not loop for ever, and must ask for everything it can early: what is demanded in one run is fetched at once.
 *
 * Facts are write-once. Everything returned lives as long as the target's audit and is read-only; never NULL.
 * The facts that the final run read are the evidence of its findings. */
#ifndef ZONEVET_FACTS_FACTS_H
#define ZONEVET_FACTS_FACTS_H

#include "auditor/base/arena.h"
#include "auditor/facts/address.h"
#include "auditor/facts/name.h"
#include "auditor/facts/rr.h"
#include "auditor/facts/settings.h"

struct facts;

/* Why something is not known. The first is the offline case; the others are the undetermined reasons of the result
 * model (outputs.md section 1). */
enum reason {
    REASON_NONE = 0,
    REASON_NEEDS_LIVE,   /* only the network could tell, and this run sends nothing */
    REASON_NEEDS_OPT_IN, /* the probe kind was not allowed (--intrusive, --no-http) */
    REASON_TIMEOUT,      /* no answer after all tries */
    REASON_SERVFAIL,
    REASON_REFUSED,
    REASON_NETWORK, /* no path from here: unreachable, or the family is not available */
    REASON_MALFORMED,
    REASON_BOGUS,
    REASON_UNSUPPORTED,
    REASON_OUT_OF_SCOPE, /* contact refused by our own rules: non-public address, not ours to probe */
    REASON_BUDGET,
    REASON_INCOMPLETE_DATA,
    REASON_INTERRUPTED,
    REASON_INTERNAL,
};
const char *reason_text(enum reason reason); /* "timeout", "needs-live", ... */

/* ---- one DNS message asked of one address ---------------------------------------------------------------------- */

enum ask_flags {
    ASK_RD = 1 << 0,
    ASK_CD = 1 << 1,
    ASK_TCP = 1 << 2,       /* TCP at once; otherwise UDP, and TCP if truncated */
    ASK_NO_EDNS = 1 << 3,   /* otherwise EDNS with the DO bit and a cookie */
    ASK_NO_DO = 1 << 4,
    ASK_NO_TC_RETRY = 1 << 5, /* keep the truncated UDP reply */
    ASK_Z_BIT = 1 << 6,
    ASK_SHARED = 1 << 7,    /* a question about the server, not about a zone: asked once per address and run */
    ASK_LAST_ROUND = 1 << 8, /* asked only when nothing else of this target is under way (DESIGN 10.6) */
    ASK_EXACT_CASE = 1 << 9, /* send the owner as spelt, no 0x20 */
    ASK_NO_COOKIE = 1 << 10,
};

/** The key of a DNS fact. Zero is the default everywhere but server, owner and type. */
struct ask {
    struct address server;
    const dname *owner;
    uint16_t type;
    uint16_t class;        /* 0 is IN */
    uint16_t flags;        /* enum ask_flags */
    uint8_t opcode;        /* 0 is QUERY */
    uint8_t edns_version;
    uint16_t edns_size;    /* 0 is 1232 */
    uint16_t edns_flags;   /* undefined Z flags to set */
    uint16_t edns_option;  /* code of an empty option to send, 0 for none (3 is NSID) */
    uint8_t repeat;        /* 0 first time; to see the same question twice, 1, 2 ... */
    uint16_t delay_s;      /* seconds after the previous repeat */
};

enum reply_state { REPLY_PENDING, REPLY_NONE, REPLY_OK };

struct section {
    const struct rrset *sets;
    size_t count;
};

/** What one server said, or that it said nothing. */
struct reply {
    enum reply_state state;
    enum reason reason;     /* REPLY_NONE: timeout, network, malformed, budget, out-of-scope, needs-live */
    struct address server;
    uint16_t rcode;         /* with the upper bits of EDNS */
    uint8_t opcode;
    bool aa, tc, rd, ra, ad, cd, z;
    bool tcp;               /* the reply came by TCP */
    bool truncated_first;   /* UDP was truncated before TCP */
    bool edns;              /* the reply has an OPT record */
    bool edns_fallback;     /* answered only without EDNS: an observation, the server drops or refuses EDNS */
    bool edns_dropped;      /* with edns_fallback: queries with EDNS met silence, not an error */
    uint8_t edns_version;
    uint16_t edns_size, edns_flags; /* edns_flags: 0x8000 is DO */
    const uint8_t *edns_options;    /* raw options */
    uint16_t edns_options_length;
    bool cookie;            /* a server cookie came with it */
    bool case_differs;      /* the question was echoed in another case */
    uint16_t size;          /* octets of the message */
    uint16_t mismatches;    /* datagrams dropped because they did not match the question (id, source, ...) */
    uint16_t other_source;  /* those of them that had the right id and came from another address */
    uint8_t tries;          /* messages sent */
    uint32_t rtt_us;        /* 0 with --now */
    int64_t at_s;           /* UTC; --now if given */
    struct section answer, authority, additional; /* OPT is not among them */
};

const struct reply *facts_ask(struct facts *f, const struct ask *ask);

/** The set of that owner and type in a section, or NULL. */
const struct rrset *section_find(const struct section *s, const dname *owner, uint16_t type);
/** NOERROR, QUERY, AA, and what is said is about this name: an answer to believe. */
bool reply_authoritative(const struct reply *r);

/* ---- what the zone's own servers say of a name ----------------------------------------------------------------- */

enum answer_state {
    ANSWER_PENDING,
    ANSWER_UNKNOWN,  /* reason says why: never the same as absent */
    ANSWER_RRSET,    /* rrset holds the data */
    ANSWER_ALIAS,    /* the owner is an alias: rrset is the CNAME (or DNAME above it), target where it leads */
    ANSWER_NODATA,   /* the name exists, the type does not */
    ANSWER_NXDOMAIN, /* the name does not exist (an NXNAME denial counts, RFC 9824) */
};

struct answer {
    enum answer_state state;
    enum reason reason;
    const dname *owner;         /* as asked, lower case */
    uint16_t type;
    const struct rrset *rrset;  /* RRSET, ALIAS; else NULL */
    const dname *target;        /* ALIAS */
    bool wildcard;              /* synthesised from a wildcard (RRSIG labels, or the zone file says so) */
    const dname *zone;          /* apex of the zone that answered; NULL if unknown */
    const struct reply *reply;  /* the message (its authority section holds denial proofs); NULL if from a file */
};

/**
 * Authoritative data for exactly this owner and type: no alias is followed (see derived/resolution.h), DS is asked at
 * the parent side. Live: iterative from the root hints, any one server of the zone. Offline: the zone file, with the
 * lookup rules of RFC 1034 section 4.3.2; names outside the given zones are UNKNOWN, needs-live.
 */
const struct answer *facts_lookup(struct facts *f, const dname *owner, uint16_t type);

/* ---- where a name lives ---------------------------------------------------------------------------------------- */

enum fact_state { FACT_PENDING, FACT_UNKNOWN, FACT_KNOWN };

struct server {
    const dname *name; /* of the name server */
    struct address address;
};

/** The deepest zone cut at or above a name, as resolution from the root finds it. */
struct cut {
    enum fact_state state;
    enum reason reason;
    const dname *apex;            /* the zone that holds the name */
    const dname *parent;          /* apex of the zone above; NULL for the root */
    const struct server *servers; /* of apex: names in the delegation and their addresses, sorted */
    size_t server_count;
    const struct server *parent_servers;
    size_t parent_server_count;
    bool nxdomain;                /* the name itself does not exist in `apex` */
    bool undelegated;             /* --ns replaced the delegation */
};
const struct cut *facts_cut(struct facts *f, const dname *name);

/* ---- transfers and walks: collector facts with caps, delivered whole ------------------------------------------- */

enum transfer_outcome {
    TRANSFER_REFUSED, /* an rcode other than 0, or the connection closed without data; rcode says which */
    TRANSFER_EMPTY,   /* SOA only, or SOA..SOA: no leak */
    TRANSFER_DATA,    /* at least one record beside the SOA */
};

struct transfer {
    enum fact_state state;
    enum reason reason;
    enum transfer_outcome outcome;
    uint16_t rcode;
    bool complete;          /* ended with the closing SOA, below the caps */
    bool full;              /* IXFR answered with the whole zone */
    bool udp;               /* IXFR was answered over UDP */
    uint32_t serial;
    uint32_t records, octets; /* seen until the end or the cap */
    const dname *const *names; /* distinct owners in the zone, sorted */
    size_t name_count;
};

struct transfer_ask {
    struct address server;
    const dname *zone;
    uint16_t type;   /* RRTYPE_AXFR or RRTYPE_IXFR */
    uint32_t serial; /* IXFR: the serial we claim to have */
    bool with_key;   /* sign with the owner's key: a source of names, no test */
};
const struct transfer *facts_transfer(struct facts *f, const struct transfer_ask *ask);

enum walk_outcome {
    WALK_UNSIGNED,  /* no denial records */
    WALK_NSEC,      /* a real chain: names were read from it */
    WALK_NSEC3,     /* hashed */
    WALK_MINIMAL,   /* minimally covering or compact denial (RFC 4470, RFC 9824) */
};

struct walk {
    enum fact_state state;
    enum reason reason;
    enum walk_outcome outcome;
    uint32_t hops;
    bool complete;  /* came back to the apex below the cap */
    const dname *const *names; /* sorted */
    size_t name_count;
};
const struct walk *facts_walk(struct facts *f, const dname *zone);

/* ---- HTTP ------------------------------------------------------------------------------------------------------- */

struct http_ask {
    bool https;
    const char *host;       /* Host header and SNI, no final dot */
    struct address address; /* connected to, pinned */
    const char *path;       /* starts with '/' */
};

struct http_reply {
    enum fact_state state;
    enum reason reason;
    uint16_t status;
    const char *headers;     /* raw header lines, NUL-terminated, at most 16 KiB: untrusted octets */
    const char *body;        /* at most 64 KiB: untrusted octets */
    size_t body_length;
    bool body_cut;
    uint8_t body_sha256[32];
    bool certificate_covers; /* https: the certificate covers host and chains to a known CA */
    const char *certificate; /* https: "subject; SAN, SAN" as text, or NULL: untrusted octets */
    const char *error;       /* UNKNOWN: what failed, in words of ours */
    int64_t at_s;
};
const struct http_reply *facts_http(struct facts *f, const struct http_ask *ask);

/* ---- the path between us and them -------------------------------------------------------------------------------- */

struct vantage {
    enum fact_state state;
    bool ipv4, ipv6;     /* a root or parent server answered over it */
    bool tcp;            /* DNS over TCP works */
    bool intercepted;    /* something answers in the place of servers */
    bool parents_answer;
    uint32_t sent, lost; /* queries to servers that do answer, and how many of them got nothing (DESIGN 10.6) */
};
/** Self-test of our own position; with last_round counts are those at the end of the target's run. */
const struct vantage *facts_vantage(struct facts *f, bool last_round);

/* ---- the zone as a file ------------------------------------------------------------------------------------------ */

struct zone; /* facts/zone.h */

/* What the reader of a zone met, one kind for each check that tells of it. Up to ZONE_FAULT_LAST the record (or the
 * whole directive) was lost; remarks are about records that were taken. */
enum zone_fault {
    ZONE_FAULT_SYNTAX,       /* zone.syntax: everything that has no kind of its own */
    ZONE_FAULT_INCLUDE,      /* zone.include-outside */
    ZONE_FAULT_GENERATE,     /* zone.generate-limits */
    ZONE_FAULT_OUT_OF_ZONE,  /* zone.out-of-zone */
    ZONE_FAULT_LABEL,        /* zone.label-too-long: a label over 63 or a name over 255 octets */
    ZONE_FAULT_STRING,       /* zone.txt-string-too-long */
    ZONE_FAULT_RANGE,        /* zone.mx-srv-out-of-range */
    ZONE_FAULT_META_TYPE,    /* zone.meta-type */
    ZONE_FAULT_CLASS,        /* zone.class-mismatch */
    ZONE_FAULT_ESCAPE,       /* zone.bad-escape: \DDD over 255 */
    ZONE_FAULT_ADDRESS,      /* zone.a-leading-zero: an address literal that tools read differently */
    ZONE_FAULT_END,          /* zone.no-final-newline-or-open-paren: the file ends inside parentheses or a string */
    ZONE_FAULT_LAST = ZONE_FAULT_END,
    ZONE_REMARK_END,         /* zone.no-final-newline-or-open-paren: no newline behind the last record */
    ZONE_REMARK_TTL,         /* zone.ttl-out-of-range: above 2^31-1 (RFC 2181 section 8: taken as 0) */
    ZONE_REMARK_TTL_MISSING, /* zone.ttl-missing: neither a TTL nor $TTL before it */
    ZONE_REMARK_INHERITED,   /* zone.inherited-owner: a leading blank right behind $ORIGIN or $INCLUDE */
    ZONE_REMARK_QUOTE,       /* zone.bad-escape: a stray quote or backslash became data of a TXT */
    ZONE_REMARK_DUPLICATE,   /* zone.duplicate-record */
    ZONE_REMARK_KINDS,
};

struct zone_error {
    struct location where;
    enum zone_fault fault;
    const dname *owner;  /* of the record, or NULL */
    uint16_t type;       /* of the record, or 0 */
    const char *message; /* gated text: what was found and what was expected */
    const char *record;  /* gated: its words from the type on (of a directive: all), cut at 200 octets; "" if there are
                            none. Tells two errors at one owner apart when lines move */
};

/** The zone given as a file whose apex is the target; NULL in a live run. */
const struct zone *facts_zone(struct facts *f);
/** What the reader met in that zone, in order of file and line; at most 1,000 of each kind are kept. */
const struct zone_error *facts_zone_errors(struct facts *f, size_t *count);

/** All zones of one state of the world: those given to this run, or those of the old side of a diff. */
struct zone_set {
    const struct zone *const *zones; /* canonical order of their apexes */
    size_t count;
    bool served_live; /* the old side was read from servers or a stored run: it is what resolvers have cached */
};
/** Every zone file of this run; no zones in a live run. */
const struct zone_set *facts_zones(struct facts *f);
/** The state before the change that is judged: the old side of `diff`, or --old; NULL if there is none. */
const struct zone_set *facts_zones_before(struct facts *f);
/** The zone of a set with that apex, or NULL. */
const struct zone *zone_set_find(const struct zone_set *set, const dname *apex);

/* ---- not from the network --------------------------------------------------------------------------------------- */

const struct settings *facts_settings(struct facts *f);

/** UTC seconds: the one "now" of the run. */
int64_t facts_now(struct facts *f);

/** The target under audit. */
const dname *facts_target(struct facts *f);

/** "<label>.<name>" with a label that nobody has: 16 letters and digits, the same for the same name, number and run. */
const dname *facts_random_name(struct facts *f, unsigned number, const dname *name);

/** Scratch memory of this run of the check; gone when it ends. */
struct arena *facts_scratch(struct facts *f);

/** True if a fact read since the run began was pending: the run will be thrown away. For cutting costly fallbacks. */
bool facts_pending(struct facts *f);

/** Forget what was read so far: findings added from here on carry only the evidence read after this call. */
void facts_mark(struct facts *f);

/* ---- derived facts ------------------------------------------------------------------------------------------------ */

/**
 * A pure function over facts whose result is shared by all checks of a target.
 *
 * compute() allocates its result, and all the result points at, in `a`, and may ask for facts and other derived facts.
 * If nothing it read was pending, the result is kept for the target and its evidence with it; otherwise the result is
 * provisional, valid in this run only. Kinds are told apart by the address of the function.
 *
 * @param key  octets that identify the question (such as a name); copied
 * @return what compute returned; NULL only without memory
 */
typedef const void *(*derive_fn)(struct facts *f, struct arena *a, const void *key, size_t key_length);
const void *facts_derive(struct facts *f, derive_fn compute, const void *key, size_t key_length);

#endif
