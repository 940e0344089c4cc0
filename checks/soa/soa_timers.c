/* SPDX-License-Identifier: BSD-2-Clause */
/* The timers of the SOA record against what RFC 1912 section 2.2 and RFC 2308 section 5 recommend. */
#include "auditor/check_zone.h"

#define HOUR 3600U
#define DAY (24U * HOUR)

#define REFRESH_LOW (20U * 60U)
#define REFRESH_HIGH DAY
#define RETRY_LOW 120U
#define EXPIRE_LOW (7U * DAY)
#define NEGATIVE_LOW 60U
#define NEGATIVE_HIGH DAY

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

static void report(struct findings *out, const dname *zone, const struct timers *t, const char *field,
                   uint32_t value, const char *rule)
{
    struct finding *finding = findings_add(out, zone, "%s is %u seconds: %s", field, (unsigned)value, rule);
    finding->rrtype = RRTYPE_SOA;
    finding->location = t->where;
}

static enum verdict run_refresh(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    const struct timers t = timers_of(f, zone, out, &verdict);
    if (!t.known)
        return verdict;
    if (t.soa.refresh_s < REFRESH_LOW)
        report(out, zone, &t, "REFRESH", t.soa.refresh_s,
               "below 20 minutes secondaries ask needlessly often");
    else if (t.soa.refresh_s > REFRESH_HIGH)
        report(out, zone, &t, "REFRESH", t.soa.refresh_s,
               "above one day a lost NOTIFY leaves old data for too long");
    return VERDICT_PASS;
}

static enum verdict run_retry(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    const struct timers t = timers_of(f, zone, out, &verdict);
    if (!t.known)
        return verdict;
    if (t.soa.retry_s < RETRY_LOW)
        report(out, zone, &t, "RETRY", t.soa.retry_s,
               "below two minutes secondaries storm a primary that is down");
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
    if (t.soa.expire_s <= t.soa.refresh_s)
        report(out, zone, &t, "EXPIRE", t.soa.expire_s,
               "not above REFRESH, so one missed refresh ends the zone");
    else if (t.soa.expire_s < EXPIRE_LOW)
        report(out, zone, &t, "EXPIRE", t.soa.expire_s,
               "below one week a short outage of the primary ends the zone");
    return VERDICT_PASS;
}

static enum verdict run_minimum(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    const struct timers t = timers_of(f, zone, out, &verdict);
    if (!t.known)
        return verdict;
    if (t.negative_ttl_s > NEGATIVE_HIGH)
        report(out, zone, &t, "the negative TTL (the smaller of MINIMUM and the SOA's own TTL)",
               t.negative_ttl_s, "above one day a name stays absent long after it was added");
    else if (t.negative_ttl_s < NEGATIVE_LOW)
        report(out, zone, &t, "the negative TTL (the smaller of MINIMUM and the SOA's own TTL)",
               t.negative_ttl_s, "below one minute absent names are asked for again and again");
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
        .id = "soa.refresh-range",
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
        .id = "soa.retry-range",
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
        .id = "soa.expire-range",
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
        .id = "soa.minimum-range",
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
