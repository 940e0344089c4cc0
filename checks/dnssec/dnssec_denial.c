/* SPDX-License-Identifier: BSD-2-Clause */
/* Negative answers: are they proven, and with which parameters? */
#include "auditor/check_dnssec.h"
#include "auditor/facts/derived/dnssec_nsec.h"
#include "auditor/facts/zone.h"

/* ---- proofs, live ---- */

static const char *question_text(struct facts *f, const struct dnssec_denied *d)
{
    char type[16];
    if (d->asked == ASKED_RANDOM)
        return "a name that does not exist";
    const char *text = arena_printf(facts_scratch(f), "%s at the apex", rrtype_text(dnssec_asked_type(d->asked), type));
    return text != NULL ? text : "a type at the apex";
}

/* One finding for the zone; the servers and questions are named. A server without any signature is
 * dnssec.rrsig-not-served or dnssec.rrsig-missing. */
static enum verdict run_proofs(struct facts *f, const dname *zone, struct findings *out, enum dnssec_why why)
{
    enum verdict verdict;
    struct check_list servers = {"", 0}, questions = {"", 0};
    const char *missing = NULL;
    const struct dnssec_server *last = NULL;
    unsigned judged = 0;
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_SIGNED, out, &verdict);
    if (x == NULL)
        return verdict;
    dnssec_evidence_begin(f);
    for (size_t i = 0; i < x->denied_count; i++) {
        const struct dnssec_denied *d = &x->denied[i];
        judged += d->server->any_signed;
        if (d->proof.status != DNSSEC_BOGUS || d->proof.why != why || !d->server->any_signed)
            continue;
        dnssec_evidence_server(f, x, d->server, d->asked);
        if (d->server != last)
            check_list_add(f, &servers, check_server(f, &d->server->server));
        if (servers.count == 1)
            check_list_add(f, &questions, question_text(f, d));
        if (missing == NULL)
            missing = d->proof.proof.missing;
        last = d->server;
    }
    if (servers.count > 0)
        findings_add(out, zone, "%s (%s) at %s", missing != NULL ? missing : "no NSEC or NSEC3 record with the answer",
                     questions.text, servers.text);
    findings_pass(out, "%u negative answers were looked at", judged);
    return dnssec_end(f, x, servers.count > 0, out);
}

static enum verdict run_nsec_missing(struct facts *f, const dname *zone, struct findings *out)
{
    return run_proofs(f, zone, out, DNSSEC_WHY_DENIAL_MISSING);
}

static enum verdict run_incomplete(struct facts *f, const dname *zone, struct findings *out)
{
    return run_proofs(f, zone, out, DNSSEC_WHY_DENIAL_INCOMPLETE);
}

/* ---- parameters of NSEC3: from every server's NSEC3PARAM and NSEC3, or from the file ---- */

struct sample {
    const struct rrset *set;
    const struct dnssec_seen *seen; /* live */
    struct dnssec_nsec3 data;
    bool readable;
};

typedef void (*sample_fn)(const struct sample *sample, void *context);

static void give_one(const struct rrset *set, uint16_t record, const struct dnssec_seen *seen, sample_fn fn, void *context)
{
    const struct rdata *rdata = &set->rdata[record];
    struct sample sample = {.set = set, .seen = seen};
    sample.readable = set->type == RRTYPE_NSEC3 ? dnssec_nsec3_read(rdata, &sample.data)
                                                : dnssec_nsec3param_read(rdata, &sample.data);
    fn(&sample, context);
}

static void give(const struct rrset *set, const struct dnssec_seen *seen, sample_fn fn, void *context)
{
    for (uint16_t i = 0; i < set->count; i++)
        give_one(set, i, seen, fn, context);
}

static void each_sample(struct facts *f, const struct dnssec_apex *x, sample_fn fn, void *context)
{
    const struct zone *file = facts_zone(f);
    for (size_t i = 0; !x->offline && i < x->seen_count; i++) {
        const struct rrset *set = x->seen[i].set;
        if (set->type == RRTYPE_NSEC3 || (set->type == RRTYPE_NSEC3PARAM && dname_equal(set->owner, x->zone)))
            give(set, &x->seen[i], fn, context);
    }
    if (!x->offline || file == NULL)
        return;
    const struct rrset *param = zone_rrset(file, facts_scratch(f), x->zone, RRTYPE_NSEC3PARAM);
    if (param != NULL)
        give(param, NULL, fn, context);
    size_t count = 0;
    const struct nsec3_sample *samples = nsec3_samples_of(f, &count);
    for (size_t i = 0; i < count; i++)
        give_one(samples[i].set, samples[i].record, NULL, fn, context);
}

struct worst {
    unsigned samples, value;
    unsigned tolerated; /* by an option: values up to it are fine */
    const struct rrset *set;
    const struct dnssec_seen *seen;
    const char *what;
};

static void take(struct worst *w, const struct sample *s, unsigned value)
{
    w->samples++;
    if (value <= w->value)
        return;
    w->value = value;
    w->set = s->set;
    w->seen = s->seen;
}

static struct finding *report(struct facts *f, const struct dnssec_apex *x, const struct worst *w, struct findings *out,
                              const char *text)
{
    dnssec_evidence_begin(f);
    if (w->seen != NULL)
        dnssec_evidence_seen(f, x, w->seen);
    struct finding *finding = findings_add(out, x->zone, "%s", text);
    finding->rrtype = RRTYPE_NSEC3; /* the same finding, whether NSEC3PARAM shows it or a record of the chain */
    finding->location = dnssec_location(w->set);
    return finding;
}

static enum verdict run_worst(struct facts *f, const dname *zone, struct findings *out, sample_fn fn,
                              unsigned tolerated, const char *format)
{
    enum verdict verdict;
    struct worst w = {.tolerated = tolerated};
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_SIGNED, out, &verdict);
    if (x == NULL)
        return verdict;
    each_sample(f, x, fn, &w);
    if (w.value > 0) {
        const char *text = arena_printf(facts_scratch(f), "%s: %u", format, w.value);
        report(f, x, &w, out, text != NULL ? text : format);
    }
    if (w.samples == 0)
        findings_pass(out, "the zone does not use NSEC3");
    return dnssec_end(f, x, w.value > 0, out);
}

/* Above this validators do not hash any more: BIND and Knot Resolver stop at 50 (RFC 9276 section 3.2 lets them). */
#define ITERATIONS_TOLERATED 50U

static const struct check_option iterations_options[] = {
    {"max", "extra iterations that are not reported", "0", 0, ITERATIONS_TOLERATED},
    {0},
};

static void sample_iterations(const struct sample *s, void *context)
{
    const struct worst *w = context;
    bool reported = s->readable && s->data.iterations <= ITERATIONS_TOLERATED && s->data.iterations > w->tolerated;
    take(context, s, reported ? s->data.iterations : 0);
}

static void sample_refused_iterations(const struct sample *s, void *context)
{
    take(context, s, s->readable && s->data.iterations > ITERATIONS_TOLERATED ? s->data.iterations : 0);
}

static enum verdict run_refused_iterations(struct facts *f, const dname *zone, struct findings *out)
{
    return run_worst(f, zone, out, sample_refused_iterations, 0,
                     "extra iterations of the NSEC3 hash, more than validators work off");
}

static enum verdict run_iterations(struct facts *f, const dname *zone, struct findings *out)
{
    unsigned tolerated = (unsigned)check_option(f, iterations_options, "dnssec.nsec3-iterations", "max");
    return run_worst(f, zone, out, sample_iterations, tolerated, "extra iterations of the NSEC3 hash");
}

static void sample_salt(const struct sample *s, void *context)
{
    take(context, s, s->readable ? s->data.salt_length : 0);
}

static enum verdict run_salt(struct facts *f, const dname *zone, struct findings *out)
{
    return run_worst(f, zone, out, sample_salt, 0, "octets of NSEC3 salt");
}

/* The flags of NSEC3PARAM must be zero (RFC 5155 section 4.1.2), those of NSEC3 may say opt-out. */
static void sample_hash(const struct sample *s, void *context)
{
    struct worst *w = context;
    uint8_t undefined = s->set->type == RRTYPE_NSEC3 ? (uint8_t)(s->data.flags & ~NSEC3_FLAG_OPTOUT) : s->data.flags;
    bool bad = s->readable && (s->data.hash_algorithm != 1 || undefined != 0);
    if (bad && w->what == NULL)
        w->what = s->data.hash_algorithm != 1 ? "the hash algorithm of NSEC3 is not 1 (SHA-1)"
                                              : "undefined flags in NSEC3 or NSEC3PARAM";
    take(w, s, bad ? 1 : 0);
}

static void sample_form(const struct sample *s, void *context)
{
    struct worst *w = context;
    uint8_t hash[NSEC3_HASH_SIZE];
    bool owner = s->set->type != RRTYPE_NSEC3 || dnssec_nsec3_owner_hash(s->set->owner, hash);
    bool next = s->set->type != RRTYPE_NSEC3 || s->data.next_length == NSEC3_HASH_SIZE;
    bool other_hash = s->readable && s->data.hash_algorithm != 1; /* may have another length */
    bool bad = !s->readable || (!other_hash && (!owner || !next));
    if (bad && w->what == NULL)
        w->what = !s->readable ? "an NSEC3 or NSEC3PARAM record cannot be read"
                  : !owner     ? "the owner of an NSEC3 record is no hash in base32hex"
                               : "the next hash of an NSEC3 record does not have 20 octets";
    take(w, s, bad ? 1 : 0);
}

static enum verdict run_form(struct facts *f, const dname *zone, struct findings *out, sample_fn fn)
{
    enum verdict verdict;
    struct worst w = {0};
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_SIGNED, out, &verdict);
    if (x == NULL)
        return verdict;
    each_sample(f, x, fn, &w);
    if (w.value > 0)
        report(f, x, &w, out, w.what);
    return dnssec_end(f, x, w.value > 0, out);
}

static enum verdict run_hash(struct facts *f, const dname *zone, struct findings *out)
{
    return run_form(f, zone, out, sample_hash);
}

static enum verdict run_owner(struct facts *f, const dname *zone, struct findings *out)
{
    return run_form(f, zone, out, sample_form);
}

/* ---- what users read ---- */

#define COMMON                                                                                                         \
    .area = "dnssec", .confidence = CONFIDENCE_CONFIRMED, .confidence_lowest = CONFIDENCE_CONFIRMED,                    \
    .since = "0.1.0", .scope = SCOPE_ZONE, .traffic = TRAFFIC_DNS, .subject_kind = "zone",                              \
    .controls = {{"nist-800-53r5", "SC-20"}}
#define SIGNED_WORLD "!sign .\n!sign test.\n!sign example.test.\n"

const struct check topic_dnssec_denial[] = {
    {
        COMMON,
        .id = "dnssec.nsec-missing",
        .title = "Negative answers come with NSEC or NSEC3",
        .failure_title = "Negative answers come without NSEC or NSEC3",
        .why = "A validator believes that something does not exist only if it is proven. Without the records every "
               "lookup of a missing name or type, IPv6 addresses and HTTPS records among them, ends in SERVFAIL.",
        .fix = "Sign the zone with a complete NSEC or NSEC3 chain and let the server send it to those who set DO.",
        .effort = "hours",
        .tags = "dnssec nsec outage",
        .severity = SEVERITY_CRITICAL,
        .modes = MODE_LIVE,
        .needs = "a random name and types that are not at the apex, with DO, at every authoritative address",
        .references = {RFC(4035, "3.1.3"), RFC(5155, "7.2")},
        .example_pass = SIGNED_WORLD,
        .example_fail = "!sign .\n!sign test.\n!sign example.test. nodenial\n",
        .run = run_nsec_missing,
    },
    {
        COMMON,
        .id = "dnssec.nsec-proof-incomplete",
        .title = "Negative answers are proven",
        .failure_title = "Negative answers are not fully proven",
        .why = "One record too few and validators reject the whole negative answer: SERVFAIL instead of 'does not exist'.",
        .fix = "Sign the zone again so that the chain has no gap; update the server software if the chain is whole and "
               "records are left out of answers.",
        .effort = "hours",
        .tags = "dnssec nsec outage",
        .severity = SEVERITY_CRITICAL,
        .modes = MODE_LIVE,
        .needs = "a random name and types that are not at the apex, with DO, at every authoritative address",
        .references = {RFC(4035, "5.4"), RFC(5155, "8.4"), RFC(6840, "4.1")},
        .example_pass = "!sign .\n!sign test.\n!sign example.test. nsec3\n",
        .example_fail = "!sign .\n!sign test.\n!sign example.test. drop-denial=@\n",
        .run = run_incomplete,
    },
    {
        COMMON,
        .id = "dnssec.nsec3-iterations",
        .options = iterations_options,
        .title = "NSEC3 uses no extra iterations",
        .failure_title = "NSEC3 uses extra iterations",
        .why = "More iterations do not hide names and cost every server and validator; beyond their limits validators "
               "treat the zone as unsigned or answer SERVFAIL.",
        .fix = "Set the iterations to 0 and sign again; where nobody cares about enumeration use NSEC.",
        .fix_record = "example.test. NSEC3PARAM 1 0 0 -",
        .effort = "minutes",
        .tags = "dnssec nsec3",
        .severity = SEVERITY_MEDIUM,
        .modes = MODE_BOTH,
        .needs = "NSEC3PARAM and NSEC3 at every authoritative address",
        .references = {RFC(9276, "3.1"), RFC(9276, "3.2")},
        .cwe = "CWE-400",
        .example_pass = "!sign .\n!sign test.\n!sign example.test. nsec3\n",
        .example_fail = "!sign .\n!sign test.\n!sign example.test. nsec3 iterations=10\n",
        .run = run_iterations,
    },
    {
        COMMON,
        .id = "dnssec.nsec3-iterations-insecure",
        .title = "NSEC3 asks for no more work than validators do",
        .failure_title = "NSEC3 uses so many iterations that validators give up",
        .why = "Above their limit (50 at BIND and Knot Resolver) validators treat the zone as unsigned or answer SERVFAIL: "
               "the signatures protect nobody, or the zone is down for them.",
        .fix = "Set the iterations to 0 and sign again.",
        .fix_record = "example.test. NSEC3PARAM 1 0 0 -",
        .effort = "minutes",
        .tags = "dnssec nsec3",
        .severity = SEVERITY_HIGH,
        .modes = MODE_BOTH,
        .needs = "NSEC3PARAM and NSEC3 at every authoritative address",
        .references = {RFC(9276, "3.2")},
        .cwe = "CWE-400",
        .example_pass = "!sign .\n!sign test.\n!sign example.test. nsec3 iterations=50\n",
        .example_fail = "!sign .\n!sign test.\n!sign example.test. nsec3 iterations=51\n",
        .run = run_refused_iterations,
    },
    {
        COMMON,
        .id = "dnssec.nsec3-salt",
        .title = "NSEC3 uses no salt",
        .failure_title = "NSEC3 uses a salt",
        .why = "Names are hashed with the zone's name already, so a salt adds no protection, only octets and work.",
        .fix = "Set an empty salt and sign again.",
        .fix_record = "example.test. NSEC3PARAM 1 0 0 -",
        .effort = "minutes",
        .tags = "dnssec nsec3",
        .severity = SEVERITY_LOW,
        .modes = MODE_BOTH,
        .needs = "NSEC3PARAM and NSEC3 at every authoritative address",
        .references = {RFC(9276, "3.1")},
        .example_pass = "!sign .\n!sign test.\n!sign example.test. nsec3\n",
        .example_fail = "!sign .\n!sign test.\n!sign example.test. nsec3 salt=abcd\n",
        .run = run_salt,
    },
    {
        COMMON,
        .id = "dnssec.nsec3-hash-alg",
        .title = "NSEC3 uses the defined hash and flags",
        .failure_title = "NSEC3 uses an unknown hash or undefined flags",
        .why = "Validators pass over such records, so nothing that does not exist can be proven.",
        .fix = "Sign again with hash algorithm 1 and flags 0, or 1 for opt-out in NSEC3 itself.",
        .effort = "hours",
        .tags = "dnssec nsec3",
        .severity = SEVERITY_HIGH,
        .modes = MODE_BOTH,
        .needs = "NSEC3PARAM and NSEC3 at every authoritative address",
        .references = {RFC(5155, "11"), RFC(5155, "4.1.2"), RFC(5155, "8.1")},
        .example_pass = "!sign .\n!sign test.\n!sign example.test. nsec3\n",
        .example_fail = "!sign .\n!sign test.\n!sign example.test. nsec3 hash-algorithm=2\n",
        .run = run_hash,
    },
    {
        COMMON,
        .id = "dnssec.nsec3-malformed-owner",
        .title = "NSEC3 records are well formed",
        .failure_title = "An NSEC3 record is malformed",
        .why = "A record whose owner or next hash cannot be read breaks the chain: denials that need it fail.",
        .fix = "Remove the record and sign the zone again.",
        .effort = "hours",
        .tags = "dnssec nsec3",
        .severity = SEVERITY_HIGH,
        .modes = MODE_BOTH,
        .needs = "NSEC3 in negative answers of every authoritative address; all of a zone file",
        .references = {RFC(5155, "3"), RFC(5155, "3.3")},
        .example_pass = "!sign .\n!sign test.\n!sign example.test. nsec3\n",
        .example_fail = "!offline\nnot-a-hash NSEC3 1 0 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr A RRSIG\n"
                        "!sign example.test. nsec3\n",
        .run = run_owner,
    },
    {0},
};
