/* SPDX-License-Identifier: BSD-2-Clause */
/* Reverse zones: do their names stand for addresses (RFC 3596 section 2.5), and do the hosts agree (RFC 1912
 * section 2.1)? */
#include "checks/zone/zone_check.h"

#include "auditor/facts/derived/resolution.h"

#include <string.h>
#include <strings.h>

#define NIBBLES 32U

/* ---- owners as addresses ---- */

static bool label_is(const dname *label, const char *text)
{
    return label[0] == strlen(text) && strncasecmp((const char *)label + 1, text, label[0]) == 0;
}

/* Labels left of "in-addr.arpa" or "ip6.arpa"; 0 with *family 0 for any other name. */
static unsigned labels_in_tree(const dname *name, uint8_t *family)
{
    unsigned labels = dname_labels(name);
    const dname *tree = labels >= 2 ? dname_ancestor(name, 2) : NULL;
    *family = 0;
    if (tree == NULL || !label_is(dname_parent(tree), "arpa"))
        return 0;
    if (label_is(tree, "in-addr"))
        *family = 4;
    else if (label_is(tree, "ip6"))
        *family = 6;
    return *family != 0 ? labels - 2 : 0;
}

static int hex_digit(const dname *label)
{
    if (label[0] != 1)
        return -1;
    uint8_t c = label[1];
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* 0 to 255 without leading zeros; -1 for anything else. */
static int octet_of(const dname *label)
{
    int value = 0;
    if (label[0] == 0 || label[0] > 3 || (label[0] > 1 && label[1] == '0'))
        return -1;
    for (unsigned i = 1; i <= label[0]; i++) {
        if (label[i] < '0' || label[i] > '9')
            return -1;
        value = value * 10 + (label[i] - '0');
    }
    return value <= 255 ? value : -1;
}

/* Four octets; or five labels where the second is the name of a classless subnet ("1.0/25.2.0.192", RFC
 * 2317). */
static bool ipv4_of(const dname *owner, unsigned labels, struct address *out)
{
    const dname *at = owner;
    if (labels != 4 && labels != 5)
        return false;
    for (unsigned i = 0; i < 4; i++) {
        int value = octet_of(at);
        if (value < 0)
            return false;
        out->octets[3 - i] = (uint8_t)value;
        at = dname_parent(at);
        if (i == 0 && labels == 5)
            at = dname_parent(at);
    }
    out->family = 4;
    return true;
}

static bool ipv6_of(const dname *owner, unsigned labels, struct address *out)
{
    const dname *at = owner;
    if (labels != NIBBLES)
        return false;
    for (unsigned i = 0; i < NIBBLES; i++, at = dname_parent(at)) {
        int value = hex_digit(at);
        if (value < 0)
            return false;
        unsigned octet = (NIBBLES - 1 - i) / 2;
        out->octets[octet] = (uint8_t)(out->octets[octet] | (unsigned)value << (i % 2 == 0 ? 0 : 4));
    }
    out->family = 6;
    return true;
}

static bool address_of(const dname *owner, struct address *out)
{
    uint8_t family;
    unsigned labels = labels_in_tree(owner, &family);
    *out = (struct address){0};
    if (family == 0)
        return false;
    return family == 4 ? ipv4_of(owner, labels, out) : ipv6_of(owner, labels, out);
}

/* ---- zone.reverse-mismatch ---- */

enum agreement { AGREES, DIFFERS, NOT_KNOWN };

static bool set_holds(const struct rrset *set, const struct address *address)
{
    for (uint16_t i = 0; set != NULL && i < set->count; i++) {
        struct address one;
        if (address_from_rdata(set->type, &set->rdata[i], &one) && address_equal(&one, address))
            return true;
    }
    return false;
}

/* Aliases and wildcards: the slow way, over the facts. */
static enum agreement ask_facts(struct facts *f, const dname *host, const struct address *address)
{
    const struct addresses *list = addresses_of(f, host);
    for (size_t i = 0; i < list->count; i++) {
        if (address_equal(&list->list[i], address))
            return AGREES;
    }
    const struct resolution *way = resolution_of(f, host, address->family == 4 ? RRTYPE_A : RRTYPE_AAAA);
    enum answer_state state = way->last->state;
    return state == ANSWER_RRSET || state == ANSWER_NODATA || state == ANSWER_NXDOMAIN ? DIFFERS : NOT_KNOWN;
}

/* Does the host have the address? Only if its zone was given too and holds the name itself. */
static enum agreement compare(struct facts *f, const dname *host, const struct address *address)
{
    const struct zone *zone = zone_check_holder(f, host);
    if (zone == NULL || zone_cut(zone, host) != NULL ||
        (zone_gaps(zone) & (ZONE_GAP_RECORDS | ZONE_GAP_SETS)) != 0)
        return NOT_KNOWN;
    size_t index = zone_index(zone, host);
    uint64_t types = index != SIZE_MAX ? zone_types_at(zone, index) : 0;
    uint16_t type = address->family == 4 ? RRTYPE_A : RRTYPE_AAAA;
    if ((types & zone_type_bit(type)) == 0)
        return ask_facts(f, host, address);
    struct zone_view view = {0};
    const struct zone_node *node = zone_node_at(zone, index, &view);
    bool holds = node != NULL && set_holds(zone_node_set(node, type), address);
    zone_view_free(&view);
    return holds || node == NULL ? AGREES : DIFFERS;
}

static void judge_pointer(struct facts *f, const struct rrset *set, uint16_t index,
                          const struct address *address, struct findings *out)
{
    const dname *host = rdata_name(&set->rdata[index], 0);
    char text[ADDRESS_TEXT_SIZE];
    if (host == NULL || compare(f, host, address) != DIFFERS)
        return;
    const char *name = dname_text(facts_scratch(f), host);
    struct finding *finding =
        findings_add(out, set->owner, "the PTR record of %s says %s, and that name does not have the address",
                     address_text(address, text), name);
    zone_check_at(f, finding, set, index);
    finding->discriminator = name;
}

static void visit_mismatch(struct facts *f, const struct zone_node *node, struct findings *out)
{
    struct address address;
    const struct rrset *set = zone_node_set(node, RRTYPE_PTR);
    if (set == NULL || facts_zones(f)->count < 2 || !address_of(node->owner, &address))
        return;
    for (uint16_t i = 0; i < set->count; i++)
        judge_pointer(f, set, i, &address, out);
}

static enum verdict run_mismatch(struct facts *f, const dname *apex, struct findings *out)
{
    uint8_t family;
    labels_in_tree(apex, &family);
    findings_pass(out, "every host in the given zones has the addresses that point to it");
    if (family != 0 && facts_zones(f)->count > 1)
        return VERDICT_PASS;
    if (family == 0)
        findings_skip(out, SKIP_NOT_APPLICABLE, "the zone is no reverse zone");
    else
        findings_skip(out, SKIP_NEEDS_DATA, "no zone of the hosts was given beside the reverse zone");
    return VERDICT_SKIPPED;
}

/* ---- zone.reverse-ipv6-nibble ---- */

/* Names of services (RFC 6763 section 11) and wildcards stand for no single address. */
static bool stands_for_address(const dname *owner, unsigned labels)
{
    if (dname_is_wildcard(owner))
        return false;
    for (; labels > 0; labels--, owner += 1 + owner[0]) {
        if (owner[1] == '_')
            return false;
    }
    return true;
}

static void visit_nibbles(struct facts *f, const struct zone_node *node, struct findings *out)
{
    uint8_t family;
    unsigned labels = labels_in_tree(node->owner, &family);
    const struct rrset *set = zone_node_set(node, RRTYPE_PTR);
    const dname *wrong = NULL;
    const dname *at = node->owner;
    if (family != 6 || set == NULL || set->count == 0 || !stands_for_address(node->owner, labels))
        return;
    for (unsigned i = 0; i < labels && wrong == NULL; i++, at += 1 + at[0])
        wrong = hex_digit(at) < 0 ? at : NULL;
    if (wrong == NULL && labels == NIBBLES)
        return;
    struct arena *a = facts_scratch(f);
    struct finding *finding =
        wrong != NULL
            ? findings_add(out, node->owner,
                           "%s is asked for by nobody: its label %.*s is no single hexadecimal digit",
                           dname_text(a, node->owner), (int)wrong[0], (const char *)wrong + 1)
            : findings_add(out, node->owner,
                           "%s is asked for by nobody: it has %u digits, an IPv6 address has %u",
                           dname_text(a, node->owner), labels, NIBBLES);
    zone_check_at(f, finding, set, 0);
}

static enum verdict run_nibbles(struct facts *f, const dname *apex, struct findings *out)
{
    uint8_t family;
    (void)f;
    labels_in_tree(apex, &family);
    findings_pass(out, "every PTR record stands at a whole IPv6 address");
    if (family == 6)
        return VERDICT_PASS;
    findings_skip(out, SKIP_NOT_APPLICABLE, "the zone holds no IPv6 reverse names");
    return VERDICT_SKIPPED;
}

#define REVERSE_COMMON                                                                                       \
    .area = "zone", .effort = "minutes", .tags = "zone-file reverse", .severity = SEVERITY_LOW,              \
    .confidence = CONFIDENCE_CONFIRMED, .confidence_lowest = CONFIDENCE_CONFIRMED, .modes = MODE_OFFLINE,    \
    .traffic = TRAFFIC_NONE, .subject_kind = "name", .since = "0.2.0",                                       \
    .controls = {{"nist-800-53r5", "CM-6"}}, .scope = SCOPE_OWNER, .types = ZONE_HAS(PTR)

const struct check topic_zone_reverse[] = {
    {
        REVERSE_COMMON,
        .id = "zone.reverse-mismatch",
        .title = "PTR records and addresses agree",
        .failure_title = "A PTR record names a host that does not have the address",
        .why = "Mail servers refuse or mark down senders whose address and name do not confirm each other, "
               "and logs show the wrong host after an incident.",
        .fix = "Correct the PTR record, or add the address to the host it names.",
        .needs = "the reverse zone and the zones of its hosts, given together",
        .discriminator = "host",
        .references = {RFC(1912, "2.1")},
        .false_positives =
            "Hosts in zones that were not given are not judged. That a host has an address without a PTR "
            "record is not reported: many names may share one.",
        .example_pass = NULL,
        .example_fail = NULL,
        .run = run_mismatch,
        .visit = visit_mismatch,
    },
    {
        REVERSE_COMMON,
        .id = "zone.reverse-ipv6-nibble",
        .title = "IPv6 reverse names have one digit for every nibble",
        .failure_title = "An IPv6 reverse name is no whole address",
        .why = "Resolvers ask for exactly 32 labels of one hexadecimal digit. A name with more or fewer is "
               "never asked for, so the host has no reverse name and its owner believes that it has.",
        .fix = "Write the owner with every nibble of the address, zeros too, in reverse order.",
        .needs = "the zone file of a reverse zone",
        .references = {RFC(3596, "2.5")},
        .false_positives = "Names of services (labels with an underscore) and wildcards are not judged.",
        .example_pass =
            "!offline\n!target 8.b.d.0.1.0.0.2.ip6.arpa.\n!zone 8.b.d.0.1.0.0.2.ip6.arpa. 192.0.2.53\n"
            "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. PTR "
            "www.example.test.\n",
        .example_fail =
            "!offline\n!target 8.b.d.0.1.0.0.2.ip6.arpa.\n!zone 8.b.d.0.1.0.0.2.ip6.arpa. 192.0.2.53\n"
            "1.0.0.8.b.d.0.1.0.0.2.ip6.arpa. PTR www.example.test.\n",
        .run = run_nibbles,
        .visit = visit_nibbles,
    },
    {0},
};
