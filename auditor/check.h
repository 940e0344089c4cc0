/* SPDX-License-Identifier: BSD-2-Clause */
/* The contract between checks and the machine: one record a check, everything users read about it included. */
#ifndef ZONEVET_CHECK_H
#define ZONEVET_CHECK_H

#include "auditor/facts/facts.h"
#include "auditor/finding.h"

enum verdict {
    VERDICT_PASS,         /* no finding was added: the condition was looked for and does not hold */
    VERDICT_FAIL,         /* findings were added */
    VERDICT_UNDETERMINED, /* the reason is the first unknown fact read, unless findings_undetermined said another */
    VERDICT_SKIPPED,
};

/** What run() is called for. */
enum scope {
    SCOPE_TARGET, /* once, subject = the target */
    SCOPE_ZONE,   /* once, only if the target is a zone apex; else the engine reports skipped, not-applicable */
    SCOPE_NAME,   /* for every known name of the target (derived/names.h), the target itself included */
    SCOPE_OWNER,  /* offline: visit() for every owner of the zone file in canonical order, then run() once if there is one */
};

struct zone_node;

enum modes { MODE_LIVE = 1, MODE_OFFLINE = 2, MODE_BOTH = 3 };

enum traffic {
    TRAFFIC_NONE = 0, TRAFFIC_DNS = 1, TRAFFIC_AXFR = 2, TRAFFIC_HTTP = 4, TRAFFIC_SMTP = 8, TRAFFIC_SSH = 16,
    TRAFFIC_INTRUSIVE = 32,
};

struct reference {
    const char *label; /* "RFC 7208 section 4.6.4" */
    const char *url;   /* https only */
};
#define RFC(number, section) {"RFC " #number " section " section, "https://www.rfc-editor.org/rfc/rfc" #number}
#define RFC_WHOLE(number) {"RFC " #number, "https://www.rfc-editor.org/rfc/rfc" #number}

struct control {
    const char *framework; /* "nist-800-53r5" */
    const char *id;
};

/** An option that the configuration may set ("days=5"); read with check_option() or settings_option(). */
struct check_option {
    const char *name, *help;
    const char *value;  /* default, as it would be written */
    int64_t low, high;  /* of a whole number; both 0: text */
};

/** The record of one check (cli.md, check metadata). Strings are constants in our own words, plain text. */
struct check {
    const char *id;            /* "prefix.slug", stable for ever */
    const char *area;          /* one of the 15 areas */
    const char *title;         /* the sound state, as a headline: "Servers refuse zone transfers to strangers" */
    const char *failure_title; /* the fault: "A server hands the whole zone to anyone" */
    const char *why;           /* the risk, 1-3 sentences: who is hurt and how */
    const char *fix;           /* what to do */
    const char *fix_record;    /* template of a record to publish, or NULL */
    const char *effort;        /* "minutes", "hours", "days" */
    const char *tags;          /* space-separated */
    enum severity severity;    /* highest it reports */
    enum confidence confidence; /* usual */
    enum confidence confidence_lowest;
    enum modes modes;
    const char *needs;         /* facts, in words: "AXFR at every authoritative address" */
    unsigned traffic;          /* enum traffic bits */
    const char *subject_kind;  /* "zone", "name", "name server", "mail host" */
    const char *discriminator; /* what tells two findings at one subject apart, or NULL */
    struct reference references[5];
    struct control controls[4];
    const char *attack;        /* "T1596.001" or NULL */
    const char *cwe;           /* "CWE-284" or NULL */
    const char *since;         /* "0.1.0" */
    const char *false_positives; /* when this is wrong and how to tell, or NULL */
    const char *example_pass, *example_fail; /* zone snippets in the notation of tests/check_test.h */
    const char *aliases;       /* former ids, or NULL */
    bool not_ignorable;
    const struct check_option *options; /* ends with an empty one; NULL: none */

    enum scope scope;
    enum verdict (*run)(struct facts *f, const dname *subject, struct findings *out);

    /** SCOPE_OWNER: look at one owner of the zone file (facts_zone) and add what is wrong there. A million owners are
     * visited: no facts are asked for where nothing is wrong, and nothing is kept between visits. The result is a pass
     * if no visit and no run() found anything. NULL run: findings of visits are all there is. */
    void (*visit)(struct facts *f, const struct zone_node *node, struct findings *out);

    /** SCOPE_OWNER: visit only owners with one of these sets; SCOPE_NAME in an offline run: run only there and at the
     * target, for elsewhere the check has nothing to say. ZONE_HAS bits of facts/zone.h; 0: everywhere. */
    uint64_t types;
    /** SCOPE_NAME in an offline run: a quick look at the owner's records; false: run() could only pass. May be NULL. */
    bool (*worth)(struct facts *f, const struct zone_node *node);
    /** SCOPE_NAME in an offline run: true if only the network could tell what is wrong at this owner. That run() is skipped
     * there (needs-live) is said once; more such owners are not asked. May be NULL. */
    bool (*live_only)(struct facts *f, const struct zone_node *node);
};

/** The number of an option of a check: what the configuration says, else the default in its table. */
int64_t check_option(struct facts *f, const struct check_option *options, const char *check, const char *name);

#endif
