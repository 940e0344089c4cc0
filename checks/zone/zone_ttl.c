/* SPDX-License-Identifier: BSD-2-Clause */
/* TTLs: missing, out of range, different in one set. */
#include "checks/zone/zone_check.h"
#include "checks/zone/zone_faults.h"

#define TOLD_MAX 100U      /* sets that are told one by one: a $TTL of a year is one mistake, not a million */
#define TYPE_SIGNING 65534 /* BIND's notes about signing, with a TTL of 0 on purpose */
#define HIGH_DEFAULT 604800

/* ---- zone.ttl-missing ------------------------------------------------------------------------ */

static enum verdict run_missing(struct facts *f, const dname *subject, struct findings *out)
{
    (void)subject;
    return zone_faults_report(f, out, ZONE_KIND(ZONE_REMARK_TTL_MISSING), "every record has a TTL");
}

/* ---- sweeps ---------------------------------------------------------------------------------- */

struct sweep {
    struct facts *f;
    struct findings *out;
    const struct zone *zone;
    uint32_t high;
    size_t told, more;
};

typedef void (*set_fn)(struct sweep *s, const struct rrset *set);

static void each_set(struct sweep *s, set_fn judge)
{
    struct zone_view view = {0};
    for (size_t i = 0; i < zone_node_count(s->zone); i++) {
        const struct zone_node *node = zone_node_at(s->zone, i, &view);
        for (size_t k = 0; node != NULL && k < node->set_count; k++) {
            if (zone_check_plain(&node->sets[k]))
                judge(s, &node->sets[k]);
        }
    }
    zone_view_free(&view);
    if (s->more > 0) {
        struct finding *finding =
            findings_add(s->out, zone_apex(s->zone), "and %zu more sets of records", s->more);
        finding->discriminator = "more";
    }
}

static bool enough(struct sweep *s)
{
    if (s->told < TOLD_MAX) {
        s->told++;
        return false;
    }
    s->more++;
    return true;
}

/* ---- zone.ttl-out-of-range ------------------------------------------------------------------- */

/* The record whose TTL is the lowest, or the highest. */
static uint16_t extreme(const struct rrset *set, bool highest, uint32_t *ttl_s)
{
    uint16_t found = 0;
    *ttl_s = set->ttl_s;
    for (uint16_t i = 0; set->ttls != NULL && i < set->count; i++) {
        if (i == 0 || (highest ? set->ttls[i] > *ttl_s : set->ttls[i] < *ttl_s)) {
            *ttl_s = set->ttls[i];
            found = i;
        }
    }
    return found;
}

/* What the reader made 0 is told as what it was. */
static bool was_zeroed(struct facts *f, const struct rrset *set)
{
    size_t count = 0;
    const struct zone_error *errors = facts_zone_errors(f, &count);
    for (size_t i = 0; i < count; i++) {
        const struct zone_error *e = &errors[i];
        if (e->fault == ZONE_REMARK_TTL &&
            (e->owner == NULL || (e->type == set->type && dname_equal(e->owner, set->owner))))
            return true;
    }
    return false;
}

/* Signers publish these with a TTL of 0. */
static bool zero_on_purpose(uint16_t type)
{
    return type == RRTYPE_NSEC3PARAM || type == RRTYPE_CDS || type == RRTYPE_CDNSKEY || type == TYPE_SIGNING;
}

static void tell_range(struct sweep *s, const struct rrset *set, uint16_t index, const char *which,
                       const char *text)
{
    struct arena *a = facts_scratch(s->f);
    if (enough(s))
        return;
    const char *type = zone_check_type(s->f, set->type);
    struct finding *finding =
        findings_add(s->out, set->owner, "%s %s %s", dname_text(a, set->owner), type, text);
    const char *discriminator = arena_printf(a, "%s %s", type, which);
    finding->discriminator = discriminator != NULL ? discriminator : which;
    zone_check_at(s->f, finding, set, index);
}

static void judge_range(struct sweep *s, const struct rrset *set)
{
    uint32_t ttl_s = 0;
    uint16_t index = extreme(set, false, &ttl_s);
    if (ttl_s == 0 && !zero_on_purpose(set->type) && !was_zeroed(s->f, set))
        tell_range(s, set, index, "zero", "has a TTL of 0: every use asks the servers again");
    index = extreme(set, true, &ttl_s);
    if (ttl_s <= s->high)
        return;
    const char *text =
        arena_printf(facts_scratch(s->f), "has a TTL of %u seconds, above the limit of %u", ttl_s, s->high);
    tell_range(s, set, index, "high", text != NULL ? text : "has a TTL above the limit");
}

static enum verdict run_range(struct facts *f, const dname *subject, struct findings *out)
{
    uint32_t low = 0;
    uint32_t high = 0;
    (void)subject;
    enum verdict verdict = zone_faults_report(f, out, ZONE_KIND(ZONE_REMARK_TTL), "every TTL is in range");
    if (verdict == VERDICT_SKIPPED)
        return verdict;
    int64_t limit = settings_option(facts_settings(f), "zone.ttl-out-of-range", "high", HIGH_DEFAULT);
    struct sweep s = {.f = f, .out = out, .zone = facts_zone(f), .high = (uint32_t)limit};
    zone_ttls(s.zone, &low, &high);
    if (zone_kind_catalog(f))
        return verdict;
    if (low == 0 || high > s.high)
        each_set(&s, judge_range);
    return verdict;
}

/* ---- zone.ttl-differs-in-rrset --------------------------------------------------------------- */

static void judge_mixed(struct sweep *s, const struct rrset *set)
{
    uint32_t low = 0;
    uint32_t high = 0;
    if (set->ttls == NULL)
        return;
    (void)extreme(set, false, &low);
    uint16_t index = extreme(set, true, &high);
    if (low == high || enough(s))
        return;
    struct arena *a = facts_scratch(s->f);
    const char *type = zone_check_type(s->f, set->type);
    struct finding *finding =
        findings_add(s->out, set->owner, "the %s records of %s have TTLs from %u to %u: one set has one TTL",
                     type, dname_text(a, set->owner), low, high);
    finding->discriminator = type;
    zone_check_at(s->f, finding, set, index);
}

static enum verdict run_mixed(struct facts *f, const dname *subject, struct findings *out)
{
    uint32_t low = 0;
    uint32_t high = 0;
    struct sweep s = {.f = f, .out = out, .zone = facts_zone(f)};
    (void)subject;
    findings_pass(out, "the records of each set have one TTL");
    if (s.zone != NULL && zone_ttls(s.zone, &low, &high))
        each_set(&s, judge_mixed);
    return VERDICT_PASS;
}

#define TTL_COMMON                                                                                           \
    .area = "zone", .effort = "minutes", .tags = "zone-file ttl", .confidence = CONFIDENCE_CONFIRMED,        \
    .confidence_lowest = CONFIDENCE_CONFIRMED, .modes = MODE_OFFLINE, .needs = "the zone file",              \
    .traffic = TRAFFIC_NONE, .controls = {{"nist-800-53r5", "CM-6"}}, .since = "0.2.0",                      \
    .subject_kind = "name", .severity = SEVERITY_LOW, .scope = SCOPE_ZONE

static const struct check_option range_options[] = {
    {"high", "highest TTL in seconds that a record may have", "604800", 1, 2147483647},
    {0},
};

const struct check topic_zone_ttl[] = {
    {
        TTL_COMMON,
        .id = "zone.ttl-out-of-range",
        .title = "TTLs are neither zero nor longer than caches keep records",
        .failure_title = "A TTL is zero, above the limit, or too large for DNS",
        .why = "A TTL of 0 turns every use of the name into a question to your servers, and one lost packet "
               "into an outage. A very long one keeps an error or a taken address in caches long after the "
               "correction. Above 2147483647 it counts as 0.",
        .fix = "Take a TTL between five minutes and a day for most records, up to a week for what never "
               "changes.",
        .discriminator = "record type, and which end of the range",
        .references = {RFC(2181, "8"), RFC(1912, "2.2"), RFC(8767, "4")},
        .false_positives = "Records that a balancer changes at every answer may need 0. The limit is the "
                           "option high.",
        .example_pass = "!offline\nwww 3600 A 192.0.2.10",
        .example_fail = "!offline\nwww 0 A 192.0.2.10",
        .options = range_options,
        .run = run_range,
    },
    {
        TTL_COMMON,
        .id = "zone.ttl-differs-in-rrset",
        .title = "The records of a set have one TTL",
        .failure_title = "Records of one set have different TTLs",
        .why = "Caches would forget part of a set and serve the rest as if it were whole, so such sets are "
               "not allowed: servers take one of the TTLs for all, and which one depends on the brand.",
        .fix = "Give all records of the name and type the same TTL.",
        .discriminator = "record type",
        .references = {RFC(2181, "5.2")},
        .example_pass = "!offline\nwww 3600 A 192.0.2.10\nwww 3600 A 192.0.2.11",
        .example_fail = "!offline\nwww 3600 A 192.0.2.10\nwww 300 A 192.0.2.11",
        .run = run_mixed,
    },
    {
        TTL_COMMON,
        .id = "zone.ttl-missing",
        .title = "Every record has a TTL, its own or the file's",
        .failure_title = "A record has no TTL, and no $TTL stands before it",
        .why = "What then holds is up to the server: an hour, the SOA's MINIMUM, or a refusal to load the "
               "zone. A move to another server changes how long caches keep your records.",
        .fix = "Begin the file with a $TTL.",
        .fix_record = "$TTL 3600",
        .discriminator = "text of the record",
        .references = {RFC(2308, "4"), RFC(1035, "5.1")},
        .example_pass = "!offline\nwww 3600 A 192.0.2.10",
        .run = run_missing,
    },
    {0},
};
