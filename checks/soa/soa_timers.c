/* SPDX-License-Identifier: BSD-2-Clause */
/* The timers of the SOA record against what RFC 1912 section 2.2 and RFC 2308 section 5 recommend. */
#include "auditor/check_zone.h"

#define REFRESH "soa.refresh-range"
#define RETRY "soa.retry-range"
#define EXPIRE "soa.expire-range"
#define NEGATIVE "soa.minimum-range"

#define MOST 2147483647 /* RFC 2181 section 8 */

/* In seconds. RFC 1912 section 2.2 gives the order of magnitude, RFC 2308 section 5 the day of negative answers. */
static const struct check_option refresh_options[] = {
    {"min", "shortest REFRESH in seconds", "1200", 0, MOST},
    {"max", "longest REFRESH in seconds", "86400", 0, MOST},
    {0},
};
static const struct check_option retry_options[] = {
    {"min", "shortest RETRY in seconds", "120", 0, MOST},
    {0},
};
static const struct check_option expire_options[] = {
    {"min", "shortest EXPIRE in seconds", "604800", 0, MOST},
    {0},
};
static const struct check_option negative_options[] = {
    {"min", "shortest negative TTL in seconds", "60", 0, MOST},
    {"max", "longest negative TTL in seconds", "86400", 0, MOST},
    {0},
};

struct timers {
    bool known;
    struct soa soa;
    uint32_t negative_ttl_s; /* RFC 2308 section 5: the smaller of the SOA's TTL and MINIMUM */
    const struct location *where;
};

static struct timers from_set(const struct rrset *set)
{
    struct timers t = {0};
    if (set == NULL || set->count == 0 || !rdata_soa(&set->rdata[0], &t.soa))
        return t;
    t.known = true;
    t.negative_ttl_s = set->ttl_s < t.soa.minimum_s ? set->ttl_s : t.soa.minimum_s;
    t.where = set->where;
    return t;
}

/* The first server that serves the zone speaks for all: soa.timers-differ is about differences. */
static struct timers timers_of(struct facts *f, const dname *zone, struct findings *out,
                               enum verdict *verdict)
{
    if (!facts_settings(f)->live) {
        const struct answer *soa = facts_lookup(f, zone, RRTYPE_SOA);
        *verdict = soa->state == ANSWER_UNKNOWN ? VERDICT_UNDETERMINED : VERDICT_SKIPPED;
        if (soa->state != ANSWER_UNKNOWN && soa->state != ANSWER_RRSET)
            findings_skip(out, SKIP_NOT_APPLICABLE, "there is no SOA record (soa.missing)");
        return from_set(soa->state == ANSWER_RRSET ? soa->rrset : NULL);
    }
    const struct servings *s = servings_of(f, zone);
    if (!check_zone_ready(s->delegation, out, verdict))
        return (struct timers){0};
    for (size_t i = 0; i < s->count; i++) {
        const struct timers t = from_set(s->list[i].soa);
        if (!t.known)
            continue;
        check_evidence(f, &s->list[i].server.address, zone, RRTYPE_SOA, 0);
        return t;
    }
    *verdict = VERDICT_UNDETERMINED;
    if (!check_gaps(f, s, out))
        findings_undetermined(out, REASON_INCOMPLETE_DATA, "no server gave an SOA record (soa.missing)");
    return (struct timers){0};
}

/* A limit that the configuration may have moved, in words: "20 minutes" where it is even. */
static const char *span(struct facts *f, int64_t seconds)
{
    static const struct {
        int64_t length;
        const char *one, *many;
    } units[] = {{86400, "one day", "days"}, {3600, "one hour", "hours"}, {60, "one minute", "minutes"}};
    const char *text = NULL;
    for (size_t i = 0; text == NULL && i < ARRAY_SIZE(units); i++) {
        if (seconds == units[i].length)
            text = units[i].one;
        else if (seconds > 0 && seconds % units[i].length == 0)
            text = arena_printf(facts_scratch(f), "%lld %s", (long long)(seconds / units[i].length), units[i].many);
    }
    if (text == NULL)
        text = arena_printf(facts_scratch(f), "%lld seconds", (long long)seconds);
    return text != NULL ? text : "the limit";
}

static const char *rule(struct facts *f, const char *side, int64_t limit, const char *effect)
{
    const char *text = arena_printf(facts_scratch(f), "%s %s %s", side, span(f, limit), effect);
    return text != NULL ? text : effect;
}

static void report(struct findings *out, const dname *zone, const struct timers *t, const char *field,
                   uint32_t value, const char *why)
{
    struct finding *finding = findings_add(out, zone, "%s is %u seconds: %s", field, (unsigned)value, why);
    finding->rrtype = RRTYPE_SOA;
    finding->location = t->where;
}

static enum verdict run_refresh(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    const struct timers t = timers_of(f, zone, out, &verdict);
    if (!t.known)
        return verdict;
    const int64_t low = check_option(f, refresh_options, REFRESH, "min");
    const int64_t high = check_option(f, refresh_options, REFRESH, "max");
    if (t.soa.refresh_s < low)
        report(out, zone, &t, "REFRESH", t.soa.refresh_s,
               rule(f, "below", low, "secondaries ask needlessly often"));
    else if (t.soa.refresh_s > high)
        report(out, zone, &t, "REFRESH", t.soa.refresh_s,
               rule(f, "above", high, "a lost NOTIFY leaves old data for too long"));
    return VERDICT_PASS;
}

static enum verdict run_retry(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    const struct timers t = timers_of(f, zone, out, &verdict);
    if (!t.known)
        return verdict;
    const int64_t low = check_option(f, retry_options, RETRY, "min");
    if (t.soa.retry_s < low)
        report(out, zone, &t, "RETRY", t.soa.retry_s,
               rule(f, "below", low, "secondaries storm a primary that is down"));
    else if (t.soa.retry_s >= t.soa.refresh_s)
        report(out, zone, &t, "RETRY", t.soa.retry_s, "it must be shorter than REFRESH to have any effect");
    return VERDICT_PASS;
}

static enum verdict run_expire(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    const struct timers t = timers_of(f, zone, out, &verdict);
    if (!t.known)
        return verdict;
    const int64_t low = check_option(f, expire_options, EXPIRE, "min");
    if (t.soa.expire_s <= t.soa.refresh_s)
        report(out, zone, &t, "EXPIRE", t.soa.expire_s,
               "not above REFRESH, so one missed refresh ends the zone");
    else if (t.soa.expire_s < low)
        report(out, zone, &t, "EXPIRE", t.soa.expire_s,
               rule(f, "below", low, "a short outage of the primary ends the zone"));
    return VERDICT_PASS;
}

static enum verdict run_minimum(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    const struct timers t = timers_of(f, zone, out, &verdict);
    if (!t.known)
        return verdict;
    const int64_t low = check_option(f, negative_options, NEGATIVE, "min");
    const int64_t high = check_option(f, negative_options, NEGATIVE, "max");
    if (t.negative_ttl_s > high)
        report(out, zone, &t, "the negative TTL (the smaller of MINIMUM and the SOA's own TTL)",
               t.negative_ttl_s, rule(f, "above", high, "a name stays absent long after it was added"));
    else if (t.negative_ttl_s < low)
        report(out, zone, &t, "the negative TTL (the smaller of MINIMUM and the SOA's own TTL)",
               t.negative_ttl_s, rule(f, "below", low, "absent names are asked for again and again"));
    return VERDICT_PASS;
}

#define TIMER_COMMON \
    .area = "soa", .effort = "minutes", .tags = "soa timers", .confidence = CONFIDENCE_CONFIRMED, \
    .confidence_lowest = CONFIDENCE_CONFIRMED, .modes = MODE_BOTH, .traffic = TRAFFIC_DNS, \
    .needs = "SOA at one of the zone's servers", .subject_kind = "zone", .since = "0.1.0", \
    .scope = SCOPE_ZONE, .controls = {{"nist-800-53r5", "SC-22"}}, \
    .example_pass = "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n", \
    .fix_record = "example.test. SOA ns1.example.test. hostmaster.example.test. 1 7200 3600 1209600 3600"

const struct check topic_soa_timers[] = {
    {
        TIMER_COMMON,
        .id = REFRESH,
        .options = refresh_options,
        .title = "The refresh timer is sane",
        .failure_title = "The refresh timer is too short or too long",
        .why = "A very short REFRESH loads the primary; a very long one lets secondaries serve old data "
               "when a NOTIFY was lost.",
        .fix = "Set REFRESH between 20 minutes and one day.",
        .severity = SEVERITY_LOW,
        .references = {RFC(1912, "2.2")},
        .example_fail = "@ SOA ns1 hostmaster 1 60 30 1209600 3600\n",
        .run = run_refresh,
    },
    {
        TIMER_COMMON,
        .id = RETRY,
        .options = retry_options,
        .title = "The retry timer is sane",
        .failure_title = "The retry timer is too short or not below REFRESH",
        .why = "With a RETRY that is not shorter than REFRESH a failed refresh is not made up for; with a "
               "tiny one secondaries flood a primary that is coming back.",
        .fix = "Set RETRY to a fraction of REFRESH, at least two minutes.",
        .severity = SEVERITY_LOW,
        .references = {RFC(1912, "2.2")},
        .example_fail = "@ SOA ns1 hostmaster 1 7200 7200 1209600 3600\n",
        .run = run_retry,
    },
    {
        TIMER_COMMON,
        .id = EXPIRE,
        .options = expire_options,
        .title = "Secondaries keep the zone through an outage of the primary",
        .failure_title = "The expire timer is too short",
        .why = "If the primary is down longer than EXPIRE, every secondary stops answering and the domain "
               "is gone.",
        .fix = "Set EXPIRE to two to four weeks.",
        .severity = SEVERITY_MEDIUM,
        .references = {RFC(1912, "2.2")},
        .example_fail = "@ SOA ns1 hostmaster 1 7200 3600 86400 3600\n",
        .run = run_expire,
    },
    {
        TIMER_COMMON,
        .id = NEGATIVE,
        .options = negative_options,
        .title = "The negative TTL is sane",
        .failure_title = "The negative TTL is too short or too long",
        .why = "It says how long resolvers remember that a name does not exist: too long and a new name "
               "stays invisible, too short and every miss costs a query.",
        .fix = "Set MINIMUM (and the TTL of the SOA record) to one to three hours, at most a day.",
        .severity = SEVERITY_LOW,
        .references = {RFC(2308, "5")},
        .example_fail = "@ 604800 SOA ns1 hostmaster 1 7200 3600 1209600 604800\n",
        .run = run_minimum,
    },
    {0},
};
