/* SPDX-License-Identifier: BSD-2-Clause */
/* A target without its final dot: the origin was added to what was meant as a whole name (RFC 1035
 * section 5.1). */
#include "checks/zone/zone_check.h"

#include "auditor/base/reader.h"
#include "auditor/facts/derived/suffix.h"

#include <string.h>
#include <strings.h>


enum why { WHY_NONE, WHY_APEX_TWICE, WHY_SUFFIX, WHY_REVERSE };

/* ---- names in RDATA ---- */

static size_t naptr_offset(const struct rdata *rdata)
{
    struct reader r = reader_new(rdata->octets, rdata->length);
    reader_take(&r, 4);
    for (int i = 0; i < 3; i++)
        reader_take(&r, reader_u8(&r));
    return r.failed ? SIZE_MAX : (size_t)(r.at - r.start);
}

/* Where the host or target name of that type begins; SIZE_MAX: there is none. */
static size_t name_offset(uint16_t type, const struct rdata *rdata)
{
    switch (type) {
    case RRTYPE_NS:
    case RRTYPE_CNAME:
    case RRTYPE_PTR:
    case RRTYPE_DNAME:
    case RRTYPE_SOA:
        return 0;
    case RRTYPE_MX:
    case RRTYPE_SVCB:
    case RRTYPE_HTTPS:
    case RRTYPE_AFSDB:
    case RRTYPE_RT:
    case RRTYPE_KX:
        return 2;
    case RRTYPE_SRV:
        return 6;
    case RRTYPE_NAPTR:
        return naptr_offset(rdata);
    default:
        return SIZE_MAX;
    }
}

/* ---- what it looks like ---- */

/* Labels of the target left of the apex. */
static unsigned extra_labels(const dname *target, const dname *apex)
{
    return dname_labels(target) - dname_labels(apex);
}

/* "www.example.test.example.test.": what was written ends in the apex. */
static bool apex_twice(const dname *target, const dname *apex)
{
    unsigned labels = dname_labels(apex);
    const dname *written = extra_labels(target, apex) >= labels ? dname_ancestor(target, 2 * labels) : NULL;
    for (const dname *a = apex; written != NULL && a[0] != 0; a += 1 + a[0], written += 1 + written[0]) {
        if (a[0] != written[0] || strncasecmp((const char *)a + 1, (const char *)written + 1, a[0]) != 0)
            return false;
    }
    return written != NULL && labels > 0;
}

/* The last label of what was written. */
static const dname *last_written(const dname *target, const dname *apex)
{
    return dname_ancestor(target, dname_labels(apex) + 1);
}

/* Only letters: no top-level domain but internationalised ones has anything else, and "dc1" and "0/25" are no
 * suffixes. */
static bool may_be_suffix(const dname *label)
{
    bool a_label = label[0] > 4 && strncasecmp((const char *)label + 1, "xn--", 4) == 0;
    for (unsigned i = 1; i <= label[0]; i++) {
        uint8_t c = label[i] | 32;
        if ((c < 'a' || c > 'z') && !a_label)
            return false;
    }
    return label[0] >= 2;
}

static bool is_top_level_domain(const dname *label)
{
    dname alone[DNAME_LABEL_MAX + 2];
    if (!may_be_suffix(label))
        return false;
    memcpy(alone, label, 1U + label[0]);
    alone[1 + label[0]] = 0;
    return suffix_listed(alone);
}

/* Suffixes that nobody uses as the name of a department or a stage of deployment. */
static bool plain_suffix(const dname *label)
{
    static const char *const known[] = {"com", "net", "org"};
    for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
        if (label[0] == strlen(known[i]) && strncasecmp((const char *)label + 1, known[i], label[0]) == 0)
            return true;
    }
    return false;
}

static bool label_is(const dname *label, const char *text)
{
    return label[0] == strlen(text) && strncasecmp((const char *)label + 1, text, label[0]) == 0;
}

static bool in_reverse_tree(const dname *apex)
{
    unsigned labels = dname_labels(apex);
    const dname *at = labels >= 2 ? dname_ancestor(apex, 2) : NULL;
    return at != NULL && (label_is(at, "in-addr") || label_is(at, "ip6")) &&
           label_is(dname_parent(at), "arpa");
}

static bool has_underscore(const dname *name)
{
    for (; name[0] != 0; name += 1 + name[0]) {
        if (name[1] == '_')
            return true;
    }
    return false;
}

static enum why looks_like(const struct rrset *set, const dname *target, const dname *apex)
{
    unsigned extra = extra_labels(target, apex);
    if (extra >= 1 && apex_twice(target, apex))
        return WHY_APEX_TWICE;
    if (extra >= 2 && is_top_level_domain(last_written(target, apex)))
        return WHY_SUFFIX;
    /* A host in the tree of addresses; browsing for services (RFC 6763) does point there. */
    if (extra >= 1 && set->type == RRTYPE_PTR && in_reverse_tree(apex) && !has_underscore(set->owner) &&
        !has_underscore(target))
        return WHY_REVERSE;
    return WHY_NONE;
}

/* ---- does it exist all the same? ---- */

static bool exists(const struct zone *zone, struct facts *f, const dname *target, enum why why)
{
    const dname *apex = zone_apex(zone);
    if (zone_name_exists(zone, target) || zone_cut(zone, target) != NULL)
        return true;
    if (why != WHY_APEX_TWICE &&
        (zone_check_partial(f) || zone_name_exists(zone, last_written(target, apex))))
        return true;
    struct answer answer = {0};
    const struct rrset *referral = NULL;
    zone_answer(zone, facts_scratch(f), target, RRTYPE_A, &answer, &referral, NULL, NULL);
    if (answer.state == ANSWER_NXDOMAIN)
        return false;
    /* A wildcard answers for mistakes as well; only what can hardly be anything else is reported then. */
    bool certain = why == WHY_APEX_TWICE || (why == WHY_SUFFIX && plain_suffix(last_written(target, apex)));
    return !answer.wildcard || !certain;
}

/* ---- reports ---- */

/* The record as it was meant: the name without the origin. NULL where something follows the name. */
static const char *meant_record(struct facts *f, const struct rrset *set, const struct rdata *rdata,
                                size_t offset, const dname *apex)
{
    struct arena *a = facts_scratch(f);
    size_t name = dname_length(rdata->octets + offset);
    size_t keep = name - dname_length(apex);
    if (offset + name != rdata->length)
        return NULL;
    uint8_t *octets = arena_alloc(a, offset + keep + 1);
    if (octets == NULL)
        return NULL;
    memcpy(octets, rdata->octets, offset + keep);
    const struct rdata meant = {(uint16_t)(offset + keep + 1), octets};
    return arena_printf(a, "%s %s %s", dname_text(a, set->owner), zone_check_type(f, set->type),
                        rdata_text(a, set->type, &meant));
}

static void report(struct facts *f, const struct rrset *set, uint16_t index, size_t offset, enum why why,
                   struct findings *out)
{
    static const char *const texts[] = {
        [WHY_NONE] = "",
        [WHY_APEX_TWICE] = "the name of the zone stands in it twice",
        [WHY_SUFFIX] = "a whole domain name stands before the name of the zone",
        [WHY_REVERSE] = "it is a host name in the tree of addresses",
    };
    struct arena *a = facts_scratch(f);
    const dname *apex = zone_apex(facts_zone(f));
    const dname *target = rdata_name(&set->rdata[index], offset);
    const char *text = dname_text(a, target);
    struct finding *finding = findings_add(
        out, set->owner,
        "the %s of %s points to %s, which does not exist: %s, so a final dot seems to be missing",
        zone_check_type(f, set->type), dname_text(a, set->owner), text, texts[why]);
    zone_check_at(f, finding, set, index);
    finding->discriminator = text;
    if (why == WHY_APEX_TWICE) { /* dangling.typo-target judges the targets that clients follow, live too */
        finding->confidence = CONFIDENCE_CONFIRMED;
        finding->cause_check = "dangling.typo-target";
        finding->cause_subject = set->owner;
    } else if (why == WHY_SUFFIX && !plain_suffix(last_written(target, apex)) &&
               last_written(target, apex)[0] != 2)
        finding->confidence = CONFIDENCE_POSSIBLE;
    if (why != WHY_REVERSE)
        finding->fix_record = meant_record(f, set, &set->rdata[index], offset, apex);
}

/* RNAME is a mailbox, which need not exist as a name: only the apex standing twice is a sure sign. */
static void judge_rname(struct facts *f, const struct rrset *set, struct findings *out)
{
    const dname *apex = zone_apex(facts_zone(f));
    struct soa soa;
    if (!rdata_soa(&set->rdata[0], &soa) || !dname_under(soa.rname, apex) || !apex_twice(soa.rname, apex))
        return;
    const char *text = dname_text(facts_scratch(f), soa.rname);
    struct finding *finding = findings_add(
        out, set->owner,
        "the mailbox %s in the SOA holds the name of the zone twice, so a final dot seems to be missing",
        text);
    zone_check_at(f, finding, set, 0);
    finding->discriminator = text;
}

/* One label was written, as in most records: nothing to look at. Below an apex of one label it may be the
 * apex again. */
static bool plainly_relative(const dname *target, const dname *apex)
{
    if (target[0] == 0 || apex[0] == 0 || apex[1 + apex[0]] == 0)
        return false;
    const dname *rest = target + 1 + target[0];
    size_t length = dname_length(rest);
    return length == dname_length(apex) && memcmp(rest, apex, length) == 0;
}

static void visit(struct facts *f, const struct zone_node *node, struct findings *out)
{
    const struct zone *zone = facts_zone(f);
    const dname *apex = zone_apex(zone);
    for (size_t s = 0; s < node->set_count; s++) {
        const struct rrset *set = &node->sets[s];
        for (uint16_t i = 0; i < set->count; i++) {
            size_t offset = name_offset(set->type, &set->rdata[i]);
            const dname *target = offset != SIZE_MAX ? rdata_name(&set->rdata[i], offset) : NULL;
            if (offset == SIZE_MAX)
                break;
            if (target == NULL || (set->type != RRTYPE_PTR && plainly_relative(target, apex)) ||
                !dname_under(target, apex))
                continue;
            enum why why = looks_like(set, target, apex);
            if (why != WHY_NONE && !exists(zone, f, target, why) && !zone_kind_policy(f))
                report(f, set, i, offset, why, out);
        }
        if (set->type == RRTYPE_SOA && set->count > 0)
            judge_rname(f, set, out);
    }
}

static enum verdict run(struct facts *f, const dname *zone, struct findings *out)
{
    (void)f;
    (void)zone;
    findings_pass(out, "no target looks as if its final dot were missing");
    return VERDICT_PASS;
}

const struct check topic_zone_dot[] = {
    {
        .id = "zone.relative-name-missing-dot",
        .area = "zone",
        .title = "Whole names in records end with a dot",
        .failure_title = "A target seems to lack its final dot",
        .why = "A name without a final dot is completed by the origin: ns1.provider.net becomes "
               "ns1.provider.net.example.test, which does not exist. Mail, servers or aliases then point to "
               "nothing.",
        .fix = "Put a dot behind the name.",
        .effort = "minutes",
        .tags = "zone-file names",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_LIKELY,
        .confidence_lowest = CONFIDENCE_POSSIBLE,
        .modes = MODE_OFFLINE,
        .needs = "the zone file and the list of public suffixes",
        .traffic = TRAFFIC_NONE,
        .subject_kind = "name",
        .discriminator = "target",
        .references = {RFC(1035, "5.1"), RFC(1912, "2.4")},
        .controls = {{"nist-800-53r5", "CM-6"}},
        .since = "0.2.0",
        .false_positives =
            "A target below your own name that ends like a top-level domain (app.prod) and is not there yet. "
            "Targets that exist in the zone or lie in a delegated zone are never reported.",
        .example_pass = "!offline\nwww CNAME www.provider.net.\napp CNAME host.dev\nhost.dev A 192.0.2.10\n",
        .example_fail = "!offline\nwww CNAME www.provider.net\n",
        .scope = SCOPE_OWNER,
        .run = run,
        .visit = visit,
        .types = ZONE_HAS(NS) | ZONE_HAS(CNAME) | ZONE_HAS(SOA) | ZONE_HAS(PTR) | ZONE_HAS(MX) |
                 ZONE_HAS(SRV) | ZONE_HAS(NAPTR) | ZONE_HAS(DNAME) | ZONE_HAS(SVCB) | ZONE_HAS(HTTPS) |
                 ZONE_HAS(OTHER),
    },
    {0},
};
