/* SPDX-License-Identifier: BSD-2-Clause */
/* What the user said about a run and its targets: read-only for checks and sources. Filled by the front door. */
#ifndef ZONEVET_FACTS_SETTINGS_H
#define ZONEVET_FACTS_SETTINGS_H

#include "auditor/facts/address.h"

enum mail_use { MAIL_AUTO, MAIL_YES, MAIL_NO };

/** --ns NAME[/ADDRESS]: one server of an undelegated test. */
struct given_ns {
    const dname *name;
    struct address address; /* family 0: resolve it */
};

/** One option of a check as the configuration sets it: validated against the check's own table (check.h). */
struct check_setting {
    const char *check, *name, *value;
};

/** What the configuration says about a check as a whole; the engine follows it, checks need not know. */
struct check_policy {
    const char *check;
    const char *severity; /* "medium": what its own severity becomes; NULL: unchanged */
    bool disabled;        /* not run: one result says so */
};

/** Whether one target takes or sends mail, where it differs from the others. */
struct mail_setting {
    const dname *target;
    enum mail_use mail;
};

struct settings {
    bool live;                   /* packets may be sent */
    bool http;                   /* HTTP(S) probes are allowed (off with --no-http) */
    bool intrusive, smtp, ssh, connect;
    bool ipv4, ipv6;             /* families allowed (-4, -6) */
    bool allow_private;          /* non-public addresses may be contacted; loopback counts as public */
    const struct cidr *as_public; /* --treat-as-public */
    size_t as_public_count;
    enum mail_use mail;          /* of targets that `mails` does not name: settings_mail() */
    const struct mail_setting *mails; /* canonical order of names */
    size_t mails_count;
    bool tsig_given;             /* --tsig-file: transfers with the owner's key are possible */

    const dname *const *names;   /* --names: names the user knows, any zone */
    size_t names_count;
    const dname *const *owned;   /* --owned-suffix */
    size_t owned_count;
    const dname *const *ignored; /* --ignore: targets never reported as dangling */
    size_t ignored_count;
    const struct cidr *inventory; /* --inventory: addresses that are ours */
    size_t inventory_count;
    const dname *const *inventory_names;
    size_t inventory_names_count;

    const struct given_ns *ns;   /* undelegated test: applies to every target */
    size_t ns_count;
    const struct rdata *ds;      /* --ds, DS RDATA */
    size_t ds_count;

    const struct rrset *anchors; /* trust anchors: DS or DNSKEY RRsets by owner (the root unless given) */
    size_t anchors_count;

    const dname *const *targets; /* all targets of the run, for questions of scope (hardening.md row 15) */
    size_t targets_count;

    uint32_t confirm_delay_s;    /* second look of a takeover finding, default 5 */
    int64_t now_s;               /* --now, or the start of the run */
    bool now_given;
    uint64_t seed;               /* for random labels: drawn, or derived from --now */

    const struct check_setting *options; /* of checks; what is not named has its default */
    size_t options_count;

    const struct check_policy *policies; /* by check id */
    size_t policies_count;

    unsigned jobs;               /* threads for one large zone file; 0 is 1. Results never depend on it */
    struct dnssec_cache *dnssec_cache; /* derived/dnssec_cache.h: shared by all targets, NULL for none; results never
                                          depend on it */
};

/** The number that the user set for an option of a check, or the fallback (its default in the check's table). */
int64_t settings_option(const struct settings *s, const char *check, const char *name, int64_t fallback);
/** The same for text. */
const char *settings_option_text(const struct settings *s, const char *check, const char *name, const char *fallback);

/** What the user said about mail of this target. */
enum mail_use settings_mail(const struct settings *s, const dname *target);

/** What the configuration says about a check, or NULL. */
const struct check_policy *settings_policy(const struct settings *s, const char *check);

/** False for special-purpose addresses, unless the user allowed or named them (DESIGN section 4, lab switches). */
bool settings_public(const struct settings *s, const struct address *a);

/** True if packets may be sent to the address: public, or --allow-private. */
bool settings_contact(const struct settings *s, const struct address *a);

#endif
