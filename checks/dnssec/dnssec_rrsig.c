/* SPDX-License-Identifier: BSD-2-Clause */
/* Signatures: there, in time, and good, at every server or in the file. */
#include "auditor/check_dnssec.h"

#define OWNERS_SHOWN 50 /* findings one by one; the rest of a large zone in one more */

/* Denial records stand at hashes or between names: their faults are told at the apex. */
static const dname *subject_of(const struct dnssec_apex *x, const struct dnssec_seen *seen)
{
    if (!x->offline && (seen->set->type == RRTYPE_NSEC || seen->set->type == RRTYPE_NSEC3))
        return x->zone;
    return seen->set->owner;
}

/* ---- one finding an owner ---- */

typedef bool (*picks_fn)(struct facts *f, const struct dnssec_apex *x, const struct dnssec_seen *seen);

struct group {
    struct check_list types, servers;
    const struct dnssec_seen *first;
    int64_t soonest_s; /* earliest end of the signatures in it */
};

static bool server_in_group(const struct dnssec_apex *x, const struct dnssec_seen *until, const dname *subject,
                            picks_fn picks, struct facts *f)
{
    for (const struct dnssec_seen *s = x->seen; s < until; s++) {
        if (s->server == until->server && dname_equal(subject_of(x, s), subject) && picks(f, x, s))
            return true;
    }
    return false;
}

static bool type_in_group(const struct dnssec_apex *x, const struct dnssec_seen *until, const dname *subject,
                          picks_fn picks, struct facts *f)
{
    for (const struct dnssec_seen *s = x->seen; s < until; s++) {
        if (s->set->type == until->set->type && dname_equal(subject_of(x, s), subject) && picks(f, x, s))
            return true;
    }
    return false;
}

static void group_add(struct facts *f, const struct dnssec_apex *x, struct group *g, const struct dnssec_seen *seen,
                      const dname *subject, picks_fn picks)
{
    char text[16];
    if (g->first == NULL) {
        g->first = seen;
        g->soonest_s = seen->judged.expires_s;
    }
    if (seen->judged.expires_s < g->soonest_s)
        g->soonest_s = seen->judged.expires_s;
    if (!type_in_group(x, seen, subject, picks, f)) {
        const char *name = arena_strdup(facts_scratch(f), rrtype_text(seen->set->type, text));
        check_list_add(f, &g->types, name != NULL ? name : "?");
    }
    if (seen->server != NULL && !server_in_group(x, seen, subject, picks, f))
        check_list_add(f, &g->servers, check_server(f, &seen->server->server));
    dnssec_evidence_seen(f, x, seen);
}

/* All sets at the owner of seen[from], in the order they were seen; the file is in canonical order, so owners are
 * together there. */
static struct group gather(struct facts *f, const struct dnssec_apex *x, size_t from, picks_fn picks)
{
    struct group g = {.types = {"", 0}, .servers = {"", 0}};
    const dname *subject = subject_of(x, &x->seen[from]);
    dnssec_evidence_begin(f);
    for (size_t i = from; i < x->seen_count; i++) {
        bool same = dname_equal(subject_of(x, &x->seen[i]), subject);
        if (same && picks(f, x, &x->seen[i]))
            group_add(f, x, &g, &x->seen[i], subject, picks);
        if (!same && x->offline)
            break;
    }
    return g;
}

static bool reported_before(struct facts *f, const struct dnssec_apex *x, size_t index, picks_fn picks)
{
    const dname *subject = subject_of(x, &x->seen[index]);
    for (size_t i = index; i > 0; i--) {
        bool same = dname_equal(subject_of(x, &x->seen[i - 1]), subject);
        if (same && picks(f, x, &x->seen[i - 1]))
            return true;
        if (!same && x->offline)
            break;
    }
    return false;
}

typedef const char *(*words_fn)(struct facts *f, const struct group *g);

static struct finding *report(struct facts *f, const struct dnssec_apex *x, const struct group *g, words_fn words,
                              struct findings *out)
{
    const char *where = g->servers.count == 0 || g->servers.count >= x->server_count
                            ? ""
                            : arena_printf(facts_scratch(f), " (served by %s)", g->servers.text);
    struct finding *finding = findings_add(out, subject_of(x, g->first), "%s: %s%s", g->types.text, words(f, g),
                                           where != NULL ? where : "");
    /* Not the type covered: with every set more or less it would be another finding. */
    finding->rrtype = RRTYPE_RRSIG;
    finding->location = dnssec_location(g->first->set);
    return finding;
}

static unsigned report_all(struct facts *f, const struct dnssec_apex *x, picks_fn picks, words_fn words,
                           struct findings *out)
{
    unsigned shown = 0;
    size_t left_out = 0;
    for (size_t i = 0; i < x->seen_count; i++) {
        if (!picks(f, x, &x->seen[i]) || reported_before(f, x, i, picks))
            continue;
        if (shown == OWNERS_SHOWN) {
            left_out++;
            continue;
        }
        struct group g = gather(f, x, i, picks);
        report(f, x, &g, words, out);
        shown++;
    }
    if (left_out > 0) {
        struct finding *rest = findings_add(out, x->zone, "%zu more owners%s", left_out,
                                            x->more > 0 ? ", and sets beyond those that are kept" : "");
        rest->discriminator = "more";
    }
    return shown;
}

static enum verdict run_why(struct facts *f, const dname *zone, struct findings *out, picks_fn picks, words_fn words)
{
    enum verdict verdict;
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_SIGNED, out, &verdict);
    if (x == NULL)
        return verdict;
    unsigned found = report_all(f, x, picks, words, out);
    findings_pass(out, "%zu signed sets were looked at", x->judged);
    return dnssec_end(f, x, found > 0, out);
}

/* ---- dnssec.rrsig-missing, dnssec.rrsig-not-served ---- */

/* A server that has the keys and gives no signature at all, while others give them. */
static bool serves_none(const struct dnssec_apex *x, const struct dnssec_server *s)
{
    return s->dnskey != NULL && s->any_set && !s->any_signed && !x->nothing_signed;
}

/* A server with an unsigned copy of the zone: dnssec.signed-inconsistently. */
static bool serves_unsigned(const struct dnssec_server *s)
{
    return s->dnskey_told && s->dnskey == NULL;
}

/* CDS and CDNSKEY speak to the parent: dnssec.cds-signature judges them. */
static bool to_parent(const struct dnssec_seen *seen)
{
    return seen->set->type == RRTYPE_CDS || seen->set->type == RRTYPE_CDNSKEY;
}

static bool picks_missing(struct facts *f, const struct dnssec_apex *x, const struct dnssec_seen *seen)
{
    (void)f;
    if (seen->judged.good || seen->judged.why != DNSSEC_WHY_SIG_MISSING || to_parent(seen))
        return false;
    /* Not one signature anywhere: said once, at the apex. */
    if (x->nothing_signed && !dname_equal(seen->set->owner, x->zone))
        return false;
    return seen->server == NULL || (!serves_none(x, seen->server) && !serves_unsigned(seen->server));
}

static const char *words_missing(struct facts *f, const struct group *g)
{
    (void)f;
    (void)g;
    return "no signature, though the zone has DNSKEY records";
}

static enum verdict run_missing(struct facts *f, const dname *zone, struct findings *out)
{
    return run_why(f, zone, out, picks_missing, words_missing);
}

static enum verdict run_not_served(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    bool found = false;
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_SIGNED, out, &verdict);
    if (x == NULL)
        return verdict;
    for (size_t s = 0; s < x->server_count; s++) {
        const struct dnssec_server *server = &x->servers[s];
        if (!serves_none(x, server))
            continue;
        dnssec_evidence_begin(f);
        dnssec_evidence_server(f, x, server, ASKED_DNSKEY);
        dnssec_evidence_server(f, x, server, ASKED_SOA);
        struct finding *finding = findings_add(out, server->server.name,
                                               "%s serves DNSKEY and leaves every signature out, though asked with DO",
                                               check_server(f, &server->server));
        finding->discriminator = check_address(f, &server->server.address);
        found = true;
    }
    return dnssec_end(f, x, found, out);
}

/* ---- validity in time ---- */

static bool is_why(const struct dnssec_seen *seen, enum dnssec_why why)
{
    return !seen->judged.good && seen->judged.why == why && !to_parent(seen);
}

static bool picks_expired(struct facts *f, const struct dnssec_apex *x, const struct dnssec_seen *seen)
{
    (void)f;
    (void)x;
    return is_why(seen, DNSSEC_WHY_SIG_EXPIRED);
}

static const char *words_expired(struct facts *f, const struct group *g)
{
    const char *text = arena_printf(facts_scratch(f), "the signature expired at %s and no other is valid",
                                    dnssec_time(f, g->soonest_s));
    return text != NULL ? text : "expired";
}

static enum verdict run_expired(struct facts *f, const dname *zone, struct findings *out)
{
    return run_why(f, zone, out, picks_expired, words_expired);
}

static bool picks_not_yet(struct facts *f, const struct dnssec_apex *x, const struct dnssec_seen *seen)
{
    (void)f;
    (void)x;
    return is_why(seen, DNSSEC_WHY_SIG_NOT_YET);
}

static const char *words_not_yet(struct facts *f, const struct group *g)
{
    const char *text = arena_printf(facts_scratch(f), "the signature begins only at %s and no other is valid",
                                    dnssec_time(f, g->first->judged.inception_s));
    return text != NULL ? text : "not yet valid";
}

static enum verdict run_not_yet(struct facts *f, const dname *zone, struct findings *out)
{
    return run_why(f, zone, out, picks_not_yet, words_not_yet);
}

static const struct check_option soon_options[] = {
    {"days", "report a signature whose end is nearer than this many days", "3", 1, 365}, /* DNSSEC_SOON_DAYS */
    {0},
};
_Static_assert(DNSSEC_SOON_DAYS == 3, "the default of the option");

static bool picks_soon(struct facts *f, const struct dnssec_apex *x, const struct dnssec_seen *seen)
{
    (void)x;
    return seen->judged.good && seen->judged.expires_s - facts_now(f) < dnssec_soon_s(f);
}

/* Signatures that are short by design are renewed all the time: a lifetime below a week that has more than half of
 * itself left is no sign of a stuck signer (on-line signers, RFC 9824). */
static bool picks_soon_and_stuck(struct facts *f, const struct dnssec_apex *x, const struct dnssec_seen *seen)
{
    int64_t life = seen->judged.expires_s - seen->judged.inception_s;
    int64_t left = seen->judged.expires_s - facts_now(f);
    return picks_soon(f, x, seen) && !(life <= 7 * 86400 && left * 2 >= life);
}

static const char *words_soon(struct facts *f, const struct group *g)
{
    const char *text = arena_printf(facts_scratch(f), "the last valid signature ends at %s",
                                    dnssec_time(f, g->soonest_s));
    return text != NULL ? text : "expires soon";
}

static enum verdict run_soon(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    unsigned shown = 0;
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_SIGNED, out, &verdict);
    if (x == NULL)
        return verdict;
    for (size_t i = 0; i < x->seen_count && shown < OWNERS_SHOWN; i++) {
        if (!picks_soon_and_stuck(f, x, &x->seen[i]) || reported_before(f, x, i, picks_soon_and_stuck))
            continue;
        struct group g = gather(f, x, i, picks_soon_and_stuck);
        struct finding *finding = report(f, x, &g, words_soon, out);
        finding->severity = g.soonest_s - facts_now(f) < DNSSEC_VERY_SOON_S ? SEVERITY_HIGH : SEVERITY_MEDIUM;
        shown++;
    }
    return dnssec_end(f, x, shown > 0, out);
}

/* ---- validity of the signature itself ---- */

static bool picks_invalid(struct facts *f, const struct dnssec_apex *x, const struct dnssec_seen *seen)
{
    (void)f;
    (void)x;
    return is_why(seen, DNSSEC_WHY_SIG_INVALID) || is_why(seen, DNSSEC_WHY_SIG_LABELS);
}

static const char *words_invalid(struct facts *f, const struct group *g)
{
    const struct dnssec_judged *j = &g->first->judged;
    const char *text = arena_printf(facts_scratch(f), "the signature by %s does not verify",
                                    dnssec_key_name(f, j->tag, j->algorithm));
    return text != NULL ? text : "does not verify";
}

/* Sets whose signatures were not all checked can still be wrong: said, never guessed. */
static bool unchecked(const struct dnssec_apex *x)
{
    for (size_t i = 0; i < x->seen_count; i++) {
        if (x->seen[i].judged.undetermined && x->seen[i].judged.why == DNSSEC_WHY_BUDGET)
            return true;
    }
    return false;
}

static enum verdict run_invalid(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict = run_why(f, zone, out, picks_invalid, words_invalid);
    if (verdict != VERDICT_SKIPPED && unchecked(dnssec_apex_of(f, zone))) {
        findings_undetermined(out, REASON_BUDGET,
                              "not checked: too many keys or signatures (see dnssec.dnskey-keytag-collision)");
        return verdict == VERDICT_FAIL ? verdict : VERDICT_UNDETERMINED;
    }
    return verdict;
}

static bool picks_unknown_key(struct facts *f, const struct dnssec_apex *x, const struct dnssec_seen *seen)
{
    (void)f;
    (void)x;
    return is_why(seen, DNSSEC_WHY_SIG_UNKNOWN_KEY);
}

static const char *words_unknown_key(struct facts *f, const struct group *g)
{
    const struct dnssec_judged *j = &g->first->judged;
    const char *text = arena_printf(facts_scratch(f), "signed by %s, which is not in the DNSKEY set",
                                    dnssec_key_name(f, j->tag, j->algorithm));
    return text != NULL ? text : "signed by an unpublished key";
}

static enum verdict run_unknown_key(struct facts *f, const dname *zone, struct findings *out)
{
    return run_why(f, zone, out, picks_unknown_key, words_unknown_key);
}

static bool picks_signer(struct facts *f, const struct dnssec_apex *x, const struct dnssec_seen *seen)
{
    (void)f;
    (void)x;
    return is_why(seen, DNSSEC_WHY_SIG_SIGNER);
}

static const char *words_signer(struct facts *f, const struct group *g)
{
    (void)f;
    (void)g;
    return "the signature names another zone as its signer";
}

static enum verdict run_signer(struct facts *f, const dname *zone, struct findings *out)
{
    return run_why(f, zone, out, picks_signer, words_signer);
}

/* ---- what users read ---- */

#define COMMON                                                                                                         \
    .area = "dnssec", .confidence = CONFIDENCE_CONFIRMED, .confidence_lowest = CONFIDENCE_CONFIRMED,                    \
    .since = "0.1.0", .scope = SCOPE_ZONE, .traffic = TRAFFIC_DNS, .attack = "T1557", .cwe = "CWE-347"
#define NEEDS                                                                                                          \
    .needs = "SOA, NS, DNSKEY and denial answers with DO at every authoritative address; every set of a zone file",    \
    .subject_kind = "name"
#define SIGNED_WORLD "!sign .\n!sign test.\n!sign example.test.\n"
#define CONTROLS                                                                                                       \
    .controls = {{"nist-800-53r5", "SC-20"}, {"nist-800-53r5", "SC-21"}}

const struct check topic_dnssec_rrsig[] = {
    {
        COMMON, NEEDS, CONTROLS,
        .id = "dnssec.rrsig-missing",
        .title = "Every set of the signed zone has a signature",
        .failure_title = "A set of the signed zone has no signature",
        .why = "Once the parent holds a DS, a validating resolver treats data without a signature as forged and "
               "answers SERVFAIL: the name is gone for everyone behind such a resolver.",
        .fix = "Sign the whole zone again and see that every server loads that version; if the signer is run by hand, "
               "run it after every change of the file.",
        .effort = "hours",
        .tags = "dnssec signature outage",
        .severity = SEVERITY_CRITICAL,
        .modes = MODE_BOTH,
        .references = {RFC(4035, "2.2"), RFC(4035, "3.1.1")},
        .false_positives = "A file that is signed only when it is loaded, but holds DNSKEY records already.",
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. omit=SOA\n",
        .run = run_missing,
    },
    {
        COMMON, CONTROLS,
        .id = "dnssec.rrsig-not-served",
        .title = "Every server with the keys sends signatures",
        .failure_title = "A server has the keys and sends no signatures",
        .why = "Resolvers that meet this server cannot validate what it says; whether a name works is then chance.",
        .fix = "Replace or configure the server or the box before it so that it understands EDNS and the DO bit.",
        .effort = "hours",
        .tags = "dnssec signature server",
        .severity = SEVERITY_CRITICAL,
        .modes = MODE_LIVE,
        .needs = "SOA, NS and DNSKEY with DO at every authoritative address",
        .subject_kind = "name server",
        .discriminator = "address",
        .references = {RFC(4035, "3.1.1")},
        .example_pass = SIGNED_WORLD,
        .example_fail = SIGNED_WORLD "!server 192.0.2.2 * * unsigned\n",
        .run = run_not_served,
    },
    {
        COMMON, NEEDS, CONTROLS,
        .id = "dnssec.rrsig-expired",
        .title = "No needed signature has expired",
        .failure_title = "A needed signature has expired",
        .why = "Validating resolvers answer SERVFAIL for data whose only signatures are past their end: to their users "
               "the name does not exist any more.",
        .fix = "Sign the zone again now, then find out why the signer or the transfer to this server stopped, and "
               "watch the remaining life of signatures.",
        .effort = "hours",
        .tags = "dnssec signature expiry outage",
        .severity = SEVERITY_CRITICAL,
        .modes = MODE_BOTH,
        .references = {RFC(4035, "5.3.1"), RFC(4034, "3.1.5")},
        .false_positives = "The clock of the machine that runs the audit is wrong.",
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. expired=SOA\n",
        .run = run_expired,
    },
    {
        COMMON, NEEDS, CONTROLS,
        .id = "dnssec.rrsig-not-yet-valid",
        .title = "Signatures are valid already",
        .failure_title = "A needed signature is not valid yet",
        .why = "Validating resolvers answer SERVFAIL until the signature's time begins. The usual cause is a signer "
               "with a wrong clock.",
        .fix = "Correct the clock of the signer and sign again with an inception an hour in the past.",
        .effort = "hours",
        .tags = "dnssec signature clock outage",
        .severity = SEVERITY_CRITICAL,
        .modes = MODE_BOTH,
        .references = {RFC(4035, "5.3.1"), RFC(4034, "3.1.5")},
        .false_positives = "The clock of the machine that runs the audit is wrong.",
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. not-yet=NS\n",
        .run = run_not_yet,
    },
    {
        COMMON, NEEDS, CONTROLS,
        .id = "dnssec.rrsig-expires-soon",
        .options = soon_options,
        .title = "Signatures last for days to come",
        .failure_title = "A signature is about to expire",
        .why = "A signer at work renews signatures long before their end. One that is nearly over means that signing "
               "is stuck, and this is the last chance to mend it before the zone goes dark.",
        .fix = "Look at the signer's log and the zone transfer; sign again and shorten the interval of re-signing.",
        .effort = "hours",
        .tags = "dnssec signature expiry",
        .severity = SEVERITY_HIGH,
        .modes = MODE_BOTH,
        .references = {RFC(6781, "4.4.2")},
        .false_positives = "Signatures made for a few days only are not reported while half of their life is left.",
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. soon=SOA\n",
        .run = run_soon,
    },
    {
        COMMON, NEEDS, CONTROLS,
        .id = "dnssec.rrsig-invalid",
        .title = "Signatures verify",
        .failure_title = "A signature does not verify",
        .why = "The data was changed after it was signed, or signed with another key than the one published. "
               "Validating resolvers discard it as forged.",
        .fix = "Sign the zone again from its source; look for anything that rewrites answers between the signer and "
               "this server.",
        .effort = "hours",
        .tags = "dnssec signature outage",
        .severity = SEVERITY_CRITICAL,
        .modes = MODE_BOTH,
        .references = {RFC(4035, "5.3.3"), RFC(4034, "3.1.8.1")},
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. corrupt=SOA\n",
        .run = run_invalid,
    },
    {
        COMMON, NEEDS, CONTROLS,
        .id = "dnssec.rrsig-unknown-key",
        .title = "Signing keys are published",
        .failure_title = "The only signatures of a set are by a key that is not published",
        .why = "Nobody can check a signature without its key, so validators treat the data as unsigned, hence forged. "
               "It is what a key rollover leaves behind that went too fast.",
        .fix = "Publish the key again until all its signatures are replaced and have left the caches.",
        .effort = "hours",
        .tags = "dnssec signature rollover outage",
        .severity = SEVERITY_HIGH,
        .modes = MODE_BOTH,
        .references = {RFC(4035, "5.3.1"), RFC(6781, "4.1.1")},
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. unknown-key=SOA\n",
        .run = run_unknown_key,
    },
    {
        COMMON, NEEDS, CONTROLS,
        .id = "dnssec.rrsig-signer-not-zone",
        .title = "The zone signs its own data",
        .failure_title = "A signature names another zone as its signer",
        .why = "Only the zone that holds a set may sign it; validators ignore any other signature, and what is left is "
               "unsigned data in a signed zone.",
        .fix = "Sign the zone under its own name; after splitting off or merging a zone, sign both again.",
        .effort = "hours",
        .tags = "dnssec signature outage",
        .severity = SEVERITY_CRITICAL,
        .modes = MODE_BOTH,
        .references = {RFC(4035, "5.3.1")},
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. signer=SOA\n",
        .run = run_signer,
    },
    {0},
};
