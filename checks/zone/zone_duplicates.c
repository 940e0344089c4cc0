/* SPDX-License-Identifier: BSD-2-Clause */
/* Records that stand in the file twice, to the octet or but for upper and lower case. */
#include "auditor/base/table.h"
#include "checks/zone/zone_check.h"
#include "checks/zone/zone_faults.h"

#include <string.h>

#define COMPARED_MAX 500U /* records of one set that are compared with each other */

/* ---- zone.duplicate-record ------------------------------------------------------------------- */

static void add_duplicate(struct facts *f, struct findings *out, struct table *seen,
                          const struct zone_duplicate *d)
{
    struct arena *a = facts_scratch(f);
    const char *type = zone_check_type(f, d->type);
    const char *first =
        d->first.file != NULL ? arena_printf(a, "%s:%u", d->first.file, d->first.line) : "another place";
    struct finding *finding =
        findings_add(out, d->owner, "%s has the same %s record twice: it stands at %s already",
                     dname_text(a, d->owner), type, first);
    finding->rrtype = d->type;
    finding->discriminator = zone_faults_distinct(f, seen, d->owner, type);
    if (d->where.file != NULL)
        finding->location = &d->where;
}

static enum verdict run_duplicate(struct facts *f, const dname *subject, struct findings *out)
{
    size_t count = 0;
    size_t total = 0;
    const struct zone *zone = facts_zone(f);
    if (zone == NULL)
        return VERDICT_PASS;
    const struct zone_duplicate *list = zone_duplicates(zone, &count, &total);
    struct table *seen = table_new();
    findings_pass(out, "no record stands there twice");
    for (size_t i = 0; i < count; i++)
        add_duplicate(f, out, seen, &list[i]);
    table_free(seen);
    if (total > count) {
        struct finding *finding =
            findings_add(out, subject, "and %zu more records stand there twice", total - count);
        finding->discriminator = "more";
    }
    return VERDICT_PASS;
}

/* ---- zone.semantic-duplicate ----------------------------------------------------------------- */

/* Where the name in the RDATA begins. */
static size_t name_offset(uint16_t type)
{
    return type == RRTYPE_SRV ? 6 : type == RRTYPE_MX || type == RRTYPE_SVCB || type == RRTYPE_HTTPS ? 2 : 0;
}

static bool same_but_case(const struct rdata *a, const struct rdata *b, size_t offset)
{
    const dname *one = rdata_name(a, offset);
    const dname *two = rdata_name(b, offset);
    if (one == NULL || two == NULL || a->length != b->length || memcmp(a->octets, b->octets, offset) != 0 ||
        !dname_equal(one, two))
        return false;
    const size_t rest = offset + dname_length(one);
    return memcmp(a->octets + rest, b->octets + rest, a->length - rest) == 0;
}

static void compare_set(struct facts *f, const struct rrset *set, struct findings *out)
{
    const uint16_t count = set->count < COMPARED_MAX ? set->count : COMPARED_MAX;
    const size_t offset = name_offset(set->type);
    for (uint16_t i = 1; i < count; i++) {
        uint16_t twin = 0;
        while (twin < i && !same_but_case(&set->rdata[twin], &set->rdata[i], offset))
            twin++;
        if (twin == i)
            continue;
        struct finding *finding = findings_add(
            out, set->owner,
            "%s has two %s records that differ in upper and lower case only: the other stands at %s",
            dname_text(facts_scratch(f), set->owner), zone_check_type(f, set->type),
            zone_check_place(f, set, twin));
        const char *text = arena_printf(facts_scratch(f), "%s %s", zone_check_type(f, set->type),
                                        rdata_text(facts_scratch(f), set->type, &set->rdata[i]));
        finding->discriminator = text != NULL ? text : "";
        zone_check_at(f, finding, set, i);
    }
}

static void visit_set(struct facts *f, const struct zone_node *node, struct findings *out)
{
    static const uint16_t types[] = {RRTYPE_NS,  RRTYPE_CNAME, RRTYPE_PTR,  RRTYPE_MX,
                                     RRTYPE_SRV, RRTYPE_DNAME, RRTYPE_SVCB, RRTYPE_HTTPS};
    for (size_t i = 0; i < node->set_count; i++) {
        for (size_t t = 0; node->sets[i].count > 1 && t < ARRAY_SIZE(types); t++) {
            if (node->sets[i].type == types[t])
                compare_set(f, &node->sets[i], out);
        }
    }
}

static enum verdict run_semantic(struct facts *f, const dname *zone, struct findings *out)
{
    (void)f;
    (void)zone;
    findings_pass(out, "no two records differ in upper and lower case only");
    return VERDICT_PASS;
}

#define DUPLICATES_COMMON                                                                                    \
    .area = "zone", .effort = "minutes", .confidence = CONFIDENCE_CONFIRMED,                                 \
    .confidence_lowest = CONFIDENCE_CONFIRMED, .modes = MODE_OFFLINE, .needs = "the zone file",              \
    .traffic = TRAFFIC_NONE, .controls = {{"nist-800-53r5", "CM-6"}}, .since = "0.2.0",                      \
    .subject_kind = "name", .severity = SEVERITY_LOW, .tags = "zone-file hygiene"

const struct check topic_zone_duplicates[] = {
    {
        DUPLICATES_COMMON,
        .id = "zone.duplicate-record",
        .title = "Every record is in the zone once",
        .failure_title = "A record is in the zone file twice",
        .why = "Servers keep one of them, so nothing breaks today. But a merge went wrong, and whoever "
               "deletes or changes one of the two later finds that the old record is still served.",
        .fix = "Delete one of the two lines.",
        .discriminator = "record type",
        .references = {RFC(2181, "5")},
        .example_pass = "!offline\nwww A 192.0.2.10\nwww A 192.0.2.11",
        .example_fail = "!offline\nwww A 192.0.2.10\nwww A 192.0.2.10",
        .scope = SCOPE_ZONE,
        .run = run_duplicate,
    },
    {
        DUPLICATES_COMMON,
        .id = "zone.semantic-duplicate",
        .title = "No two records differ in upper and lower case only",
        .failure_title = "Two records are the same but for upper and lower case",
        .why = "DNS compares names without regard to case, DNSSEC signs octets: signers and validators have "
               "to agree on which of the two counts, and where they do not the set does not validate.",
        .fix = "Keep one of the two records; lower case is what signatures are made over.",
        .discriminator = "record",
        .references = {RFC(4034, "6.2"), RFC(4343, "3"), RFC(6840, "5.1")},
        .example_pass = "!offline\n@ MX 10 mail\n@ MX 20 mail2\nmail A 192.0.2.10\nmail2 A 192.0.2.11",
        .example_fail = "!offline\n@ MX 10 mail\n@ MX 10 Mail\nmail A 192.0.2.10",
        .scope = SCOPE_OWNER,
        .run = run_semantic,
        .visit = visit_set,
        .types = ZONE_HAS(NS) | ZONE_HAS(CNAME) | ZONE_HAS(PTR) | ZONE_HAS(MX) | ZONE_HAS(SRV) |
                 ZONE_HAS(DNAME) | ZONE_HAS(SVCB) | ZONE_HAS(HTTPS),
    },
    {0},
};
