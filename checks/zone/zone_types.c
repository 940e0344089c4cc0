/* SPDX-License-Identifier: BSD-2-Clause */
/* Record types that nobody should publish any more. */
#include "checks/zone/zone_check.h"

static const struct obsolete {
    uint16_t type;
    const char *name, *instead;
} obsolete[] = {
    {3, "MD", "MX took its place in 1986 (RFC 973)"},
    {4, "MF", "MX took its place in 1986 (RFC 973)"},
    {7, "MB", "mail is routed by MX alone (RFC 1035 section 3.3)"},
    {8, "MG", "mail is routed by MX alone (RFC 1035 section 3.3)"},
    {9, "MR", "mail is routed by MX alone (RFC 1035 section 3.3)"},
    {11, "WKS", "nothing reads it (RFC 1123 section 2.2)"},
    {24, "SIG", "RRSIG took its place (RFC 3755)"},
    {25, "KEY", "DNSKEY took its place (RFC 3755)"},
    {30, "NXT", "NSEC took its place (RFC 3755)"},
    {38, "A6", "AAAA is the record for IPv6 addresses (RFC 6563)"},
    {99, "SPF", "SPF is published as TXT only (RFC 7208 section 3.1)"},
    {32769, "DLV", "lookaside validation has ended (RFC 8749)"},
};

static const struct obsolete *find(uint16_t type)
{
    for (size_t i = 0; i < ARRAY_SIZE(obsolete); i++) {
        if (obsolete[i].type == type)
            return &obsolete[i];
    }
    return NULL;
}

static void visit(struct facts *f, const struct zone_node *node, struct findings *out)
{
    for (size_t i = 0; i < node->set_count; i++) {
        const struct rrset *set = &node->sets[i];
        const struct obsolete *o = set->count > 0 ? find(set->type) : NULL;
        if (o == NULL)
            continue;
        struct finding *finding =
            findings_add(out, node->owner, "%s has a record of the type %s: %s",
                         dname_text(facts_scratch(f), node->owner), o->name, o->instead);
        zone_check_at(f, finding, set, 0);
        finding->discriminator = o->name;
        if (o->type == RRTYPE_SPF)
            finding->cause_check = "spf.type99";
    }
}

static enum verdict run(struct facts *f, const dname *zone, struct findings *out)
{
    (void)f;
    (void)zone;
    findings_pass(out, "no record has an obsolete type");
    return VERDICT_PASS;
}

const struct check topic_zone_types[] = {
    {
        .id = "zone.obsolete-type",
        .area = "zone",
        .title = "No record has an obsolete type",
        .failure_title = "A record has an obsolete type",
        .why = "Nothing reads these records any more, and newer servers refuse some of them. What they were "
               "meant to say does not reach anybody, and two versions of one statement (SPF beside TXT) "
               "drift apart.",
        .fix = "Delete the record, or publish what took the place of its type.",
        .effort = "minutes",
        .tags = "zone-file types",
        .severity = SEVERITY_LOW,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_OFFLINE,
        .needs = "the zone file",
        .traffic = TRAFFIC_NONE,
        .subject_kind = "name",
        .discriminator = "record type",
        .references = {RFC_WHOLE(6563), RFC_WHOLE(8749), RFC(7208, "3.1"), RFC_WHOLE(3755)},
        .controls = {{"nist-800-53r5", "CM-6"}},
        .since = "0.2.0",
        .false_positives = "KEY records are still used by servers that take updates signed with SIG(0).",
        .example_pass = "!offline\n@ TXT \"v=spf1 -all\"\n",
        .example_fail = "!offline\n@ SPF \"v=spf1 -all\"\n",
        .scope = SCOPE_OWNER,
        .run = run,
        .visit = visit,
        .types = ZONE_HAS(OTHER),
    },
    {0},
};
