/* SPDX-License-Identifier: BSD-2-Clause */
/* SPF as receivers see it (RFC 7208): which record a name has, the tree of include and redirect below it with
 * its counts, and check_host() itself. Pure over facts; what a hostile tree may demand is bounded by
 * SPF_TERMS_MAX. */
#ifndef ZONEVET_FACTS_DERIVED_SPF_H
#define ZONEVET_FACTS_DERIVED_SPF_H

#include "auditor/facts/derived/explanation.h"
#include "auditor/facts/derived/resolution.h"
#include "auditor/facts/derived/spf_record.h"
#include "auditor/facts/facts.h"

#define SPF_TERMS_LIMIT 10 /* include, a, mx, ptr, exists, redirect: terms that ask the DNS (section 4.6.4) */
#define SPF_TERMS_MAX 40   /* counted to show the true number, then "more than 40" */
#define SPF_VOIDS_LIMIT 2  /* terms whose questions bring nothing */
#define SPF_HOSTS_LIMIT 10 /* hosts of one mx term, names of one ptr term */

/* ---- the record of one name ------------------------------------------------------------------ */

enum spf_selected {
    SPF_SELECTED_PENDING,
    SPF_SELECTED_UNKNOWN, /* reason says why */
    SPF_SELECTED_NONE,
    SPF_SELECTED_ONE,
    SPF_SELECTED_SEVERAL, /* a permanent error (section 4.5) */
};

/** One TXT record that is SPF, or that was meant to be. */
struct spf_text {
    enum spf_version version;
    const char *text; /* strings joined with nothing between (section 3.3) */
    size_t length;
    size_t fault;                    /* SPF_VERSION_NEAR: offset of the first wrong octet */
    const struct spf_record *record; /* SPF_VERSION_1 */
    size_t seam; /* where two strings fused two terms (or the version and a term); 0 if they did not */
    const char *halves[2]; /* seam: clean text */
    const struct rrset *set;
    uint16_t index; /* in set */
};

struct spf_selection {
    enum spf_selected state;
    enum reason reason;
    const dname *owner;
    const struct resolution *txt;
    bool nxdomain;
    bool wildcard;                  /* synthesised from a wildcard */
    const struct spf_text *records; /* version 1 */
    size_t record_count;
    const struct spf_text *near; /* near misses */
    size_t near_count;
};

/** The SPF records of a name, through aliases. */
const struct spf_selection *spf_select(struct facts *f, const dname *owner);

/* ---- the tree -------------------------------------------------------------------------------- */

struct spf_node;

/** One term as met by the client for which nothing matches: the longest path there is. */
struct spf_visit {
    const struct spf_term *term;
    bool reachable;  /* some client gets here: neither "all" nor an include that passes everybody before it */
    unsigned number; /* running number of the terms that count; 0 if it does not, or beyond SPF_TERMS_MAX */
    bool dynamic;    /* its macros depend on the message: it is counted, but cannot be followed */
    const dname *target;          /* the name it asks for; NULL if dynamic or no legal name */
    const struct spf_node *child; /* include, redirect */
    bool loop;                    /* the target is being evaluated already */
    unsigned hosts;               /* mx: names in the set */
    bool any4, any6;              /* a, mx: there are addresses of the family */
    bool void4, void6;            /* asked for a client of that family it brings nothing */
    bool unknown;                 /* its answers are not known */
};

/** One record of the tree. */
struct spf_node {
    const dname *owner;
    unsigned depth;
    const struct spf_node *parent; /* NULL: the root */
    const struct spf_term *via;    /* the parent's term */
    const struct spf_selection *selection;
    const struct spf_record *record; /* NULL unless exactly one was selected */
    const struct spf_visit *visits;  /* one per mechanism in order, redirect last */
    size_t visit_count;
    char outcome; /* for a client that no address matches: '+', '-', '~', '?'; 0: no term says */
    const struct spf_visit *decides; /* the term that gives the outcome; NULL if none does */
};

/** Addresses that pass. */
struct spf_space {
    bool any4, any6;                /* some address of the family passes */
    unsigned blocks;                /* IPv4 /8 blocks that are covered whole, 0 to 256 */
    uint8_t widest6;                /* shortest IPv6 prefix; 128 and above: none */
    const struct spf_visit *widest; /* the term with the shortest IPv4 prefix (or IPv6 if there is no IPv4) */
    const struct spf_node *widest_node;
    unsigned widest_prefix;
};

struct spf_tree {
    const struct spf_selection *selection; /* of the name itself */
    const struct spf_node *root;           /* NULL unless exactly one record was selected */
    const struct spf_node *const *nodes;   /* every record in order of evaluation, the root first */
    size_t node_count;
    unsigned terms;          /* terms that count, on the longest path; at most SPF_TERMS_MAX */
    bool more;               /* there are more than SPF_TERMS_MAX */
    bool at_least;           /* a part could not be followed: the true number may be higher */
    bool records_unknown;    /* a record of the tree is not known */
    unsigned voids4, voids6; /* among the first ten terms, for a client of that family */
    bool voids_at_least;
    struct spf_space own;      /* by terms of the record and of what it redirects to */
    struct spf_space included; /* by terms of included records */
    bool pending, unknown;     /* of any part */
    enum reason reason;        /* of the first part that is not known */
};

const struct spf_tree *spf_of(struct facts *f, const dname *name);

/** "example.test. (include:a.test) > a.test.": the way from the root to a record. In the arena, clean. */
const char *spf_path(struct arena *a, const struct spf_node *node);

/* ---- what a receiver decides ----------------------------------------------------------------- */

enum spf_result {
    SPF_NONE,
    SPF_NEUTRAL,
    SPF_PASS,
    SPF_FAIL,
    SPF_SOFTFAIL,
    SPF_TEMPERROR,
    SPF_PERMERROR,
};
const char *spf_result_text(enum spf_result result);

struct spf_step {
    unsigned depth;
    const dname *domain;
    const char *term;      /* clean */
    const char *note;      /* clean: what was asked and found */
    unsigned terms, voids; /* after it */
};

struct spf_verdict {
    enum spf_result result;
    const char *problem;     /* why permerror, temperror or none; NULL otherwise */
    const char *matched;     /* the term that matched, clean; NULL if none did */
    const dname *matched_in; /* the record that holds it */
    const char *explanation; /* fail: the owner's text (section 6.2), clean; or NULL */
    unsigned terms, voids;
    const struct spf_step *steps;
    size_t step_count;
    bool pending;
    bool undetermined; /* an answer that the result depends on is not known: a receiver there might differ */
    enum reason reason;
};

/**
 * check_host() of RFC 7208 section 4 as a receiver without caches or local rules runs it.
 *
 * @param ip      IPv4-mapped IPv6 addresses are taken as IPv4
 * @param helo    name given with HELO or EHLO
 * @param sender  MAIL FROM, "user@domain" or a domain; NULL or "": the null sender, which is postmaster at
 * helo
 * @return never NULL but without memory; lives in the arena
 */
const struct spf_verdict *spf_evaluate(struct facts *f, struct arena *a, const struct address *ip,
                                       const char *helo, const char *sender);

/** The verdict with every term, lookup and void count, and the longest path of the record, as text to print.
 */
struct explanation spf_explain(struct facts *f, struct arena *a, const struct address *ip, const char *helo,
                               const char *sender);

#endif
