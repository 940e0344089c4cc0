/* SPDX-License-Identifier: BSD-2-Clause */
/* Owners as host names: letters, digits and hyphens (RFC 1123 section 2.1), underscores (RFC 8552), A-labels
 * (RFC 5890). */
#include "checks/zone/zone_check.h"

#include "auditor/facts/derived/delegation.h"
#include "auditor/facts/derived/names.h"

#include <idn2.h>
#include <string.h>

#define HOST_TYPES (ZONE_HAS(A) | ZONE_HAS(AAAA) | ZONE_HAS(MX))

static bool is_ldh(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

static bool is_asterisk(const dname *label)
{
    return label[0] == 1 && label[1] == '*';
}

/* Labels left of the apex are the zone's own to choose; at the apex itself all of them are looked at. */
static unsigned own_labels(const dname *owner, const dname *apex)
{
    unsigned all = dname_labels(owner);
    unsigned above = apex != NULL && dname_under(owner, apex) ? dname_labels(apex) : 0;
    return all > above ? all - above : all;
}

/* ---- zone.hostname-invalid ---- */

/* Underscores are zone.underscore-host, an asterisk that is no wildcard zone.nonterminal-wildcard. */
static bool label_invalid(const dname *label)
{
    if (is_asterisk(label))
        return false;
    if (label[1] == '-' || label[label[0]] == '-')
        return true;
    for (unsigned i = 1; i <= label[0]; i++) {
        if (!is_ldh(label[i]) && label[i] != '_')
            return true;
    }
    return false;
}

static const dname *invalid_label(const dname *owner, const dname *apex)
{
    const dname *label = owner;
    for (unsigned left = own_labels(owner, apex); left > 0; left--, label += 1 + *label) {
        if (label_invalid(label))
            return label;
    }
    return NULL;
}

static void report_hostname(struct facts *f, const dname *owner, const dname *label, const struct rrset *set,
                            struct findings *out)
{
    struct arena *a = facts_scratch(f);
    const dname *alone = dname_prepend_label(a, label + 1, label[0], DNAME_ROOT);
    const char *text = alone != NULL ? dname_text(a, alone) : "?";
    struct finding *finding = findings_add(
        out, owner, "%s has %s records and is no host name: its label %.*s %s", dname_text(a, owner),
        zone_check_type(f, set->type), (int)(strlen(text) - 1), text,
        label[1] == '-' || label[label[0]] == '-' ? "begins or ends with a hyphen"
                                                  : "holds more than letters, digits and hyphens");
    zone_check_at(f, finding, set, 0);
}

/* The first of the sets that hosts have; in a live run asked for only where a label is wrong. */
static const struct rrset *host_set(struct facts *f, const dname *owner, bool *unknown)
{
    static const uint16_t types[] = {RRTYPE_A, RRTYPE_AAAA, RRTYPE_MX};
    const struct zone *zone = facts_zone(f);
    const struct rrset *found = NULL;
    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        if (zone != NULL) {
            const struct rrset *set = zone_rrset(zone, facts_scratch(f), owner, types[i]);
            found = found == NULL && set != NULL && set->count > 0 ? set : found;
            continue;
        }
        const struct answer *answer = facts_lookup(f, owner, types[i]);
        found = found == NULL && answer->state == ANSWER_RRSET ? answer->rrset : found;
        *unknown = *unknown || answer->state == ANSWER_UNKNOWN;
    }
    return found;
}

static void judge_hostname(struct facts *f, const dname *owner, struct findings *out)
{
    const dname *label = invalid_label(owner, facts_target(f));
    bool unknown = false;
    if (label == NULL)
        return;
    facts_mark(f);
    const struct rrset *set = host_set(f, owner, &unknown);
    if (set != NULL)
        report_hostname(f, owner, label, set, out);
    else if (unknown)
        findings_undetermined(out, REASON_NONE, "whether %s is the name of a host is not known",
                              dname_text(facts_scratch(f), owner));
}

static void hostnames_in_file(struct facts *f, const struct zone *zone, struct findings *out)
{
    if (zone_kind_policy(f))
        return;
    for (size_t i = 0; i < zone_node_count(zone) && !zone_check_enough(f); i++) {
        if ((zone_types_at(zone, i) & HOST_TYPES) != 0)
            judge_hostname(f, zone_owner_at(zone, i), out);
    }
}

static enum verdict hostnames_live(struct facts *f, const dname *target, struct findings *out)
{
    const struct names *names = names_of(f, target);
    const struct delegation *d = delegation_of(f, target);
    for (size_t i = 0; i < names->count; i++)
        judge_hostname(f, names->list[i].name, out);
    if (d->state != DELEGATION_UNKNOWN)
        return VERDICT_PASS;
    findings_undetermined(out, d->reason,
                          "where the name is served could not be found out, so its names are not known");
    return VERDICT_UNDETERMINED;
}

static enum verdict run_hostname(struct facts *f, const dname *target, struct findings *out)
{
    const struct zone *zone = facts_zone(f);
    findings_pass(out, "every name with addresses or mail servers is a legal host name");
    if (facts_settings(f)->live)
        return hostnames_live(f, target, out);
    if (zone == NULL) {
        findings_skip(out, SKIP_NEEDS_ZONE_FILE, "no zone file was given for this name");
        return VERDICT_SKIPPED;
    }
    hostnames_in_file(f, zone, out);
    return VERDICT_PASS;
}

/* ---- zone.underscore-host ---- */

/* RFC 8552: a label that begins with an underscore opens a scope (a service), and everything in the name is
 * meant so. */
static const dname *underscore_label(const dname *owner, const dname *apex)
{
    const dname *found = NULL;
    const dname *label = owner;
    for (unsigned left = own_labels(owner, apex); left > 0; left--, label += 1 + *label) {
        if (label[1] == '_')
            return NULL;
        if (found == NULL && memchr(label + 1, '_', label[0]) != NULL)
            found = label;
    }
    return found;
}

static void judge_underscore(struct facts *f, const struct zone *zone, size_t index, struct findings *out)
{
    const dname *owner = zone_owner_at(zone, index);
    const dname *label = underscore_label(owner, zone_apex(zone));
    if (label == NULL)
        return;
    const struct rrset *set = zone_set_at(zone, facts_scratch(f), index, RRTYPE_A);
    if (set == NULL || set->count == 0)
        set = zone_set_at(zone, facts_scratch(f), index, RRTYPE_AAAA);
    if (set == NULL || set->count == 0)
        return;
    struct finding *finding =
        findings_add(out, owner, "%s has %s records and an underscore in its label %.*s",
                     dname_text(facts_scratch(f), owner), zone_check_type(f, set->type), (int)label[0],
                     (const char *)label + 1);
    zone_check_at(f, finding, set, 0);
}

static enum verdict run_underscore(struct facts *f, const dname *apex, struct findings *out)
{
    const struct zone *zone = facts_zone(f);
    (void)apex;
    findings_pass(out, "no host name has an underscore");
    if (zone == NULL || zone_kind_policy(f))
        return VERDICT_PASS;
    for (size_t i = 0; i < zone_node_count(zone) && !zone_check_enough(f); i++) {
        if ((zone_types_at(zone, i) & (ZONE_HAS(A) | ZONE_HAS(AAAA))) != 0)
            judge_underscore(f, zone, i, out);
    }
    return VERDICT_PASS;
}

/* ---- zone.punycode-invalid ---- */

static bool is_a_label(const dname *label)
{
    return label[0] >= 4 && label[3] == '-' && label[4] == '-' && (label[1] | 32) == 'x' &&
           (label[2] | 32) == 'n';
}

enum idn_fault { IDN_FINE, IDN_BROKEN, IDN_DISALLOWED };

/* What a registry or a browser says of the label alone, by IDNA2008 without mapping. Code points that our
 * tables do not know may be newer than they are. */
static enum idn_fault judge_unicode(const char *unicode, const char *label, const char **why)
{
    uint8_t *again = NULL;
    int rc = idn2_lookup_u8((const uint8_t *)unicode, &again, IDN2_NO_TR46);
    bool same = rc == IDN2_OK && again != NULL && strcmp((const char *)again, label) == 0;
    idn2_free(again);
    *why = rc == IDN2_OK ? "encoded again it is another label" : idn2_strerror(rc);
    if (same || rc == IDN2_UNASSIGNED || rc == IDN2_MALLOC)
        return IDN_FINE;
    return rc == IDN2_OK || rc == IDN2_NOT_NFC ? IDN_BROKEN : IDN_DISALLOWED;
}

static enum idn_fault judge_a_label(const dname *wire, const char **why)
{
    char label[DNAME_LABEL_MAX + 1];
    char *unicode = NULL;
    for (unsigned i = 0; i < wire[0]; i++) {
        if (!is_ldh(wire[i + 1])) {
            *why = "it holds more than letters, digits and hyphens";
            return IDN_BROKEN;
        }
        label[i] = (char)(wire[i + 1] >= 'A' && wire[i + 1] <= 'Z' ? wire[i + 1] + 32 : wire[i + 1]);
    }
    label[wire[0]] = '\0';
    int rc = idn2_to_unicode_8z8z(label, &unicode, 0);
    enum idn_fault fault = IDN_FINE;
    if (rc != IDN2_OK && rc != IDN2_MALLOC) {
        *why = idn2_strerror(rc);
        fault = IDN_BROKEN;
    } else if (rc == IDN2_OK && unicode != NULL) {
        fault = judge_unicode(unicode, label, why);
    }
    idn2_free(unicode);
    return fault;
}

/* A label is told once, at the highest name that has it: canonical order has all names below it side
 * by side. */
static bool told_before(const dname *name, const dname *previous)
{
    return previous != NULL && dname_under(previous, name);
}

static void judge_owner(struct facts *f, const struct zone *zone, size_t index, struct findings *out)
{
    const dname *owner = zone_owner_at(zone, index);
    const dname *previous = index > 0 ? zone_owner_at(zone, index - 1) : NULL;
    const dname *label = owner;
    for (unsigned left = own_labels(owner, zone_apex(zone)); left > 0; left--, label += 1 + *label) {
        const char *why = "";
        if (!is_a_label(label) || told_before(label, previous))
            continue;
        enum idn_fault fault = judge_a_label(label, &why);
        if (fault == IDN_FINE)
            continue;
        struct arena *a = facts_scratch(f);
        struct finding *finding =
            findings_add(out, label, "the label %.*s of %s is no valid internationalised label: %s",
                         (int)label[0], (const char *)label + 1, dname_text(a, label), why);
        const struct zone_node *node = NULL;
        struct zone_view view = {0};
        if ((node = zone_node_at(zone, index, &view)) != NULL && node->sets[0].count > 0)
            finding->location = zone_check_where(f, &node->sets[0], 0);
        zone_view_free(&view);
        if (fault == IDN_DISALLOWED) /* some registries take it, and it can be reached by its A-label */
            finding->severity = SEVERITY_LOW;
    }
}

static enum verdict run_punycode(struct facts *f, const dname *apex, struct findings *out)
{
    const struct zone *zone = facts_zone(f);
    (void)apex;
    findings_pass(out, "every label that begins with xn-- is valid");
    if (zone == NULL || zone_kind_policy(f))
        return VERDICT_PASS;
    for (size_t i = 0; i < zone_node_count(zone) && !zone_check_enough(f); i++)
        judge_owner(f, zone, i, out);
    return VERDICT_PASS;
}

#define NAMES_COMMON                                                                                         \
    .area = "zone", .since = "0.2.0", .subject_kind = "name", .controls = {{"nist-800-53r5", "CM-6"}}

const struct check topic_zone_names[] = {
    {
        NAMES_COMMON,
        .id = "zone.hostname-invalid",
        .title = "Names of hosts are legal host names",
        .failure_title = "A name with addresses or mail servers is no legal host name",
        .why = "Name servers answer for any octets, but mail servers, browsers, certificate authorities and "
               "operating systems refuse host names with other characters than letters, digits and hyphens: "
               "part of your users cannot reach the host. Some name servers refuse to load the zone.",
        .fix = "Rename the host, or correct the typing error (a space, a slash or an escape is a usual one).",
        .effort = "minutes",
        .tags = "zone-file names",
        .severity = SEVERITY_LOW,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "the owners of A, AAAA and MX records",
        .traffic = TRAFFIC_DNS,
        .references = {RFC_WHOLE(952), RFC(1123, "2.1")},
        .false_positives =
            "Underscores are told by zone.underscore-host. Owners of other types (services, reverse zones, "
            "DKIM) and of response policy zones are not host names and not judged.",
        .example_pass =
            "!offline\nweb-1 A 192.0.2.10\n*.apps A 192.0.2.11\n_dmarc TXT \"v=DMARC1; p=none\"\n",
        .example_fail = "!offline\nweb-1- A 192.0.2.10\n",
        .scope = SCOPE_TARGET,
        .run = run_hostname,
    },
    {
        NAMES_COMMON,
        .id = "zone.underscore-host",
        .title = "Host names have no underscore",
        .failure_title = "A name with addresses has an underscore",
        .why = "Underscores are for names of services, not of hosts. Certificate authorities refuse such "
               "names, and some clients do; often a hyphen was meant, or a dot behind the label of a service "
               "was forgotten.",
        .fix = "Rename the host with a hyphen, if anything beside your own programs has to reach it.",
        .effort = "minutes",
        .tags = "zone-file names",
        .severity = SEVERITY_INFO,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_OFFLINE,
        .needs = "the zone file",
        .traffic = TRAFFIC_NONE,
        .references = {RFC(8552, "1.1"), RFC(1123, "2.1")},
        .false_positives =
            "Names in the scope of a service (a label that begins with an underscore, as in gc._msdcs) are "
            "not counted.",
        .example_pass = "!offline\nweb-1 A 192.0.2.10\ngc._msdcs A 192.0.2.11\n",
        .example_fail = "!offline\nweb_1 A 192.0.2.10\n",
        .scope = SCOPE_ZONE,
        .run = run_underscore,
    },
    {
        NAMES_COMMON,
        .id = "zone.punycode-invalid",
        .title = "Internationalised labels are valid",
        .failure_title = "A label that begins with xn-- is no valid internationalised label",
        .why = "Browsers and mail programs make the label from what people type. One that does not come out "
               "of that conversion is never asked for, or it is shown in a way that can pass for another "
               "name.",
        .fix = "Make the label again from the name as it is written (idn2 NAME), and correct the owner.",
        .effort = "minutes",
        .tags = "zone-file names idn",
        .severity = SEVERITY_MEDIUM,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_OFFLINE,
        .needs = "the zone file",
        .traffic = TRAFFIC_NONE,
        .references = {RFC(5890, "2.3"), RFC(5891, "4")},
        .false_positives = "Labels with symbols such as emoji are not allowed by IDNA2008, and some "
                           "registries sell them: they are reported as low. Characters newer than the tables "
                           "used are taken as valid.",
        .example_pass = "!offline\nxn--bcher-kva A 192.0.2.10\n",
        .example_fail = "!offline\nxn--bcher- A 192.0.2.10\n",
        .scope = SCOPE_ZONE,
        .run = run_punycode,
    },
    {0},
};
