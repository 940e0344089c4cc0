/* SPDX-License-Identifier: BSD-2-Clause */
/* Response policy zones: triggers in owners and actions in CNAME targets (draft-vixie-dnsop-dns-rpz). */
#include "checks/zone/zone_check.h"

#include <string.h>
#include <strings.h>

#define WORDS 8U

/* ---- triggers that spell an address block ---- */

static bool label_is(const dname *label, const char *text)
{
    return label[0] == strlen(text) && strncasecmp((const char *)label + 1, text, label[0]) == 0;
}

/* A number without leading zeros, at most `most`; -1 for anything else. */
static int number_of(const dname *label, int base, int most)
{
    int value = 0;
    if (label[0] == 0 || label[0] > 4 || (label[0] > 1 && label[1] == '0'))
        return -1;
    for (unsigned i = 1; i <= label[0]; i++) {
        uint8_t c = label[i] | 32;
        int digit = label[i] >= '0' && label[i] <= '9' ? label[i] - '0'
                    : c >= 'a' && c <= 'f'             ? c - 'a' + 10
                                                       : base;
        if (digit >= base)
            return -1;
        value = value * base + digit;
    }
    return value <= most ? value : -1;
}

static bool host_bits_set(const uint8_t *octets, unsigned size, unsigned prefix)
{
    for (unsigned bit = prefix; bit < size * 8; bit++) {
        if (((unsigned)octets[bit / 8] >> (7 - bit % 8) & 1U) != 0)
            return true;
    }
    return false;
}

static const char *judge_v4(const dname *first, unsigned prefix)
{
    uint8_t octets[4];
    const dname *at = dname_parent(first);
    if (prefix > 32)
        return "an IPv4 block has a prefix of 1 to 32";
    for (unsigned i = 0; i < 4; i++, at = dname_parent(at)) {
        int value = number_of(at, 10, 255);
        if (value < 0)
            return "one of its labels is no octet of an IPv4 address";
        octets[3 - i] = (uint8_t)value;
    }
    return host_bits_set(octets, 4, prefix) ? "the address has bits behind its prefix" : NULL;
}

/* Words in reverse order; "zz" stands for the zeros that :: leaves out. */
static const char *judge_v6(const dname *first, unsigned labels, unsigned prefix)
{
    uint8_t octets[16] = {0};
    const dname *at = dname_parent(first);
    unsigned words = labels - 1;
    unsigned word = 0;
    bool gap = false;
    for (unsigned i = 0; i < words; i++, at = dname_parent(at)) {
        if (label_is(at, "zz")) {
            if (gap || words > WORDS)
                return "it has more than one zz, or zz where nothing is left out";
            gap = true;
            word += WORDS - words + 1;
            continue;
        }
        int value = number_of(at, 16, 0xffff);
        if (value < 0 || word >= WORDS)
            return "one of its labels is no word of an IPv6 address";
        octets[14 - 2 * word] = (uint8_t)(value >> 8);
        octets[15 - 2 * word] = (uint8_t)value;
        word++;
    }
    if (word != WORDS)
        return "it has too few words for an IPv6 address and no zz";
    return host_bits_set(octets, 16, prefix) ? "the address has bits behind its prefix" : NULL;
}

static const char *judge_block(const dname *owner, unsigned labels)
{
    bool v6 = false;
    const dname *at = owner;
    if (labels < 2 || labels > WORDS + 1)
        return "it is no address block: the prefix length and the address, in reverse order, are expected";
    for (unsigned i = 0; i < labels; i++, at = dname_parent(at))
        v6 = v6 || label_is(at, "zz");
    int prefix = number_of(owner, 10, 128);
    if (prefix < 1)
        return "its first label is no prefix length";
    return v6 || labels != 5 ? judge_v6(owner, labels, (unsigned)prefix) : judge_v4(owner, (unsigned)prefix);
}

static const char *judge_trigger(const dname *owner, const dname *apex)
{
    unsigned labels = 0;
    switch (zone_kind_trigger(owner, apex, &labels)) {
    case RPZ_IP:
    case RPZ_CLIENT_IP:
    case RPZ_NSIP:
        return judge_block(owner, labels);
    case RPZ_NSDNAME:
        return labels == 0 ? "it names no name server" : NULL;
    case RPZ_UNKNOWN:
        return "its last label before the zone is no trigger: rpz-ip, rpz-client-ip, rpz-nsip and "
               "rpz-nsdname are";
    case RPZ_QNAME:
        break;
    }
    return NULL;
}

/* ---- actions ---- */

static bool known_action(const dname *label)
{
    return label_is(label, "rpz-passthru") || label_is(label, "rpz-drop") || label_is(label, "rpz-tcp-only");
}

static const char *judge_action(const dname *target, const dname *apex)
{
    if (dname_is_root(target))
        return NULL;
    bool single = dname_parent(target)[0] == 0;
    if (single)
        return dname_is_wildcard(target) || known_action(target) || target[0] < 4 ||
                       strncasecmp((const char *)target + 1, "rpz-", 4) != 0
                   ? NULL
                   : "no action has that name: rpz-passthru., rpz-drop. and rpz-tcp-only. do";
    if ((known_action(target) || dname_is_wildcard(target)) && dname_equal(dname_parent(target), apex))
        return "the final dot is missing, so it is an ordinary name in this zone and no action";
    return NULL;
}

static void visit_records(struct facts *f, const struct zone_node *node, const dname *apex,
                          struct findings *out)
{
    struct arena *a = facts_scratch(f);
    const struct rrset *alias = zone_node_set(node, RRTYPE_CNAME);
    const char *trigger = judge_trigger(node->owner, apex);
    const dname *target = alias != NULL && alias->count > 0 ? rdata_name(&alias->rdata[0], 0) : NULL;
    const char *action = target != NULL ? judge_action(target, apex) : NULL;
    if (trigger != NULL) {
        struct finding *finding = findings_add(out, node->owner, "the trigger %s is not understood: %s",
                                               dname_text(a, node->owner), trigger);
        zone_check_at(f, finding, &node->sets[0], 0);
        finding->discriminator = "trigger";
    }
    if (action != NULL) {
        struct finding *finding = findings_add(out, node->owner, "the action %s of %s is not understood: %s",
                                               dname_text(a, target), dname_text(a, node->owner), action);
        zone_check_at(f, finding, alias, 0);
        finding->discriminator = "action";
    }
}

static enum verdict run(struct facts *f, const dname *apex, struct findings *out)
{
    const struct zone *zone = facts_zone(f);
    struct zone_view view = {0};
    if (zone == NULL || !zone_kind_policy(f)) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "the zone does not look like a response policy zone");
        return VERDICT_SKIPPED;
    }
    for (size_t i = 0; i < zone_node_count(zone) && !zone_check_enough(f); i++) {
        if ((zone_types_at(zone, i) & ~(ZONE_HAS(RRSIG) | ZONE_HAS(NSEC) | ZONE_HAS(NSEC3))) == 0 ||
            dname_equal(zone_owner_at(zone, i), apex))
            continue;
        const struct zone_node *node = zone_node_at(zone, i, &view);
        if (node != NULL)
            visit_records(f, node, apex, out);
    }
    zone_view_free(&view);
    findings_pass(out, "every trigger and every action of the policy zone is understood");
    return VERDICT_PASS;
}

static const struct check_option options[] = {
    {.name = "zones",
     .help = "names of the response policy zones, separated by commas; auto: zones whose owners are mostly "
             "triggers",
     .value = "auto"},
    {0},
};

const struct check topic_zone_rpz[] = {
    {
        .id = "zone.rpz-invalid",
        .area = "zone",
        .title = "Triggers and actions of the response policy zone are understood",
        .failure_title = "A trigger or an action of the response policy zone is malformed",
        .why = "A resolver skips what it does not understand, or takes it for something else: the block that "
               "you rely on does not happen, or a name that should pass gets an answer that nobody intended.",
        .fix = "Write address triggers as prefix length and reversed address (24.0.2.0.192.rpz-ip), and "
               "actions with a final dot (CNAME rpz-drop.).",
        .effort = "minutes",
        .tags = "zone-file rpz",
        .severity = SEVERITY_MEDIUM,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_OFFLINE,
        .needs = "the zone file",
        .traffic = TRAFFIC_NONE,
        .subject_kind = "name",
        .discriminator = "trigger or action",
        .references = {{"draft-vixie-dnsop-dns-rpz",
                        "https://datatracker.ietf.org/doc/draft-vixie-dnsop-dns-rpz/"}},
        .controls = {{"nist-800-53r5", "SC-20"}},
        .since = "0.2.0",
        .false_positives =
            "Zones are recognised by their owners; name your policy zones in the option if one is missed or "
            "another zone is taken for one.",
        .example_pass = "!offline\n!bare\n@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n@ NS localhost.\n"
                        "24.0.2.0.192.rpz-ip CNAME .\nbad.example.com CNAME rpz-drop.\n",
        .example_fail = "!offline\n!bare\n@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n@ NS localhost.\n"
                        "33.0.2.0.192.rpz-ip CNAME .\nbad.example.com CNAME rpz-drop.\n",
        .options = options,
        .scope = SCOPE_ZONE,
        .run = run,
    },
    {0},
};
