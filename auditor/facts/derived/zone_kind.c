/* SPDX-License-Identifier: BSD-2-Clause */
/* What kind of zone a file holds: one that people ask for names, or a list for programs; for everybody, or
 * for the inside of a network. */
#include "auditor/facts/derived/zone_kind.h"

#include "auditor/facts/settings.h"
#include "auditor/facts/zone.h"

#include <string.h>
#include <strings.h>

#define SAMPLE 512U /* owners looked at */

/* ---- response policy zones ---- */

static bool label_is(const dname *label, const char *text)
{
    size_t length = strlen(text);
    if (label[0] != length)
        return false;
    for (size_t i = 0; i < length; i++) {
        uint8_t c = label[i + 1];
        if ((char)(c >= 'A' && c <= 'Z' ? c + 32 : c) != text[i])
            return false;
    }
    return true;
}

static bool label_starts_rpz(const dname *label)
{
    return label[0] >= 4 && label[4] == '-' && (label[1] | 32) == 'r' && (label[2] | 32) == 'p' &&
           (label[3] | 32) == 'z';
}

enum rpz_trigger zone_kind_trigger(const dname *owner, const dname *apex, unsigned *labels)
{
    static const struct {
        const char *label;
        enum rpz_trigger trigger;
    } known[] = {{"rpz-ip", RPZ_IP},
                 {"rpz-client-ip", RPZ_CLIENT_IP},
                 {"rpz-nsip", RPZ_NSIP},
                 {"rpz-nsdname", RPZ_NSDNAME}};
    unsigned below = dname_labels(owner) - dname_labels(apex);
    *labels = below;
    if (below == 0)
        return RPZ_QNAME;
    const dname *last = dname_ancestor(owner, dname_labels(apex) + 1);
    if (!label_starts_rpz(last))
        return RPZ_QNAME;
    *labels = below - 1;
    for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
        if (label_is(last, known[i].label))
            return known[i].trigger;
    }
    return RPZ_UNKNOWN;
}

bool zone_kind_policy_target(const dname *target)
{
    if (dname_is_root(target))
        return true;
    if (dname_parent(target)[0] != 0)
        return false; /* more than one label */
    return dname_is_wildcard(target) || label_starts_rpz(target);
}

static bool looks_like_trigger(const struct zone *zone, size_t index, struct zone_view *view)
{
    unsigned labels;
    const dname *owner = zone_owner_at(zone, index);
    if (zone_kind_trigger(owner, zone_apex(zone), &labels) != RPZ_QNAME)
        return true;
    if ((zone_types_at(zone, index) & ZONE_HAS(CNAME)) == 0)
        return false;
    const struct zone_node *node = zone_node_at(zone, index, view);
    const struct rrset *alias = node != NULL ? zone_node_set(node, RRTYPE_CNAME) : NULL;
    const dname *target = alias != NULL && alias->count > 0 ? rdata_name(&alias->rdata[0], 0) : NULL;
    return target != NULL && zone_kind_policy_target(target);
}

/* Most of an even sample of the owners. */
static bool mostly_triggers(const struct zone *zone)
{
    struct zone_view view = {0};
    size_t count = zone_node_count(zone);
    size_t step = count / SAMPLE + 1;
    size_t looked = 0;
    size_t triggers = 0;
    for (size_t i = 0; i < count; i += step) {
        if (dname_equal(zone_owner_at(zone, i), zone_apex(zone)))
            continue;
        looked++;
        triggers += looks_like_trigger(zone, i, &view);
    }
    zone_view_free(&view);
    return triggers * 2 > looked;
}

/* The option names policy zones, separated by spaces or commas; "auto" leaves it to the owners. */
static bool named(struct facts *f, const char *list, const dname *apex)
{
    for (const char *at = list; *at != '\0';) {
        size_t length = strcspn(at, " ,");
        const dname *name = NULL;
        if (length > 0 && dname_from_text_n(facts_scratch(f), at, length, &name) == STATUS_OK &&
            dname_equal(name, apex))
            return true;
        at += length;
        at += strspn(at, " ,");
    }
    return false;
}

static const void *policy_compute(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    bool *policy = arena_alloc(a, sizeof(*policy));
    const struct zone *zone = facts_zone(f);
    (void)key;
    (void)key_length;
    if (policy == NULL || zone == NULL)
        return policy;
    const char *zones = settings_option_text(facts_settings(f), "zone.rpz-invalid", "zones", "auto");
    *policy = strcmp(zones, "auto") == 0 ? mostly_triggers(zone) : named(f, zones, zone_apex(zone));
    return policy;
}

bool zone_kind_policy(struct facts *f)
{
    const bool *policy = facts_derive(f, policy_compute, "", 0);
    return policy != NULL && *policy;
}

/* ---- catalog zones, local zones ---- */

static const dname *child(struct arena *a, const dname *apex, const char *label)
{
    return dname_prepend_label(a, (const uint8_t *)label, strlen(label), apex);
}

bool zone_kind_catalog(struct facts *f)
{
    const struct zone *zone = facts_zone(f);
    struct arena *a = facts_scratch(f);
    if (zone == NULL)
        return false;
    const dname *apex = zone_apex(zone);
    const dname *at = child(a, apex, "version");
    const struct rrset *version = at != NULL ? zone_rrset(zone, a, at, RRTYPE_TXT) : NULL;
    const struct rdata *text = version != NULL && version->count == 1 ? &version->rdata[0] : NULL;
    if (text == NULL || text->length != 2 || (text->octets[1] != '1' && text->octets[1] != '2'))
        return false;
    const dname *zones = child(a, apex, "zones");
    const struct rrset *ns = zone_rrset(zone, a, apex, RRTYPE_NS);
    const dname *server = ns != NULL && ns->count == 1 ? rdata_name(&ns->rdata[0], 0) : NULL;
    return (zones != NULL && zone_name_exists(zone, zones)) ||
           (server != NULL && label_is(server, "invalid") && dname_labels(server) == 1);
}

bool zone_kind_unasked(struct facts *f)
{
    return facts_zone(f) != NULL && (zone_kind_policy(f) || zone_kind_catalog(f));
}

/* The name is one of these, or below it. */
static bool ends_in(const dname *name, const char *suffix)
{
    const char *at = suffix;
    unsigned labels = 1;
    for (const char *c = suffix; *c != '\0'; c++)
        labels += *c == '.';
    if (dname_labels(name) < labels)
        return false;
    for (const dname *n = dname_ancestor(name, labels); n[0] != 0; n = dname_parent(n)) {
        if (strncasecmp((const char *)n + 1, at, n[0]) != 0 || (at[n[0]] != '.' && at[n[0]] != '\0'))
            return false;
        at += n[0] + (at[n[0]] == '.');
    }
    return true;
}

bool zone_kind_local(const dname *apex)
{
    static const char *const suffixes[] = {
        "localhost",
        "10.in-addr.arpa",
        "0.in-addr.arpa",
        "127.in-addr.arpa",
        "255.in-addr.arpa",
        "254.169.in-addr.arpa",
        "168.192.in-addr.arpa",
        "d.f.ip6.arpa",
        "8.e.f.ip6.arpa",
        "9.e.f.ip6.arpa",
        "a.e.f.ip6.arpa",
        "b.e.f.ip6.arpa",
        "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa",
    };
    for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
        if (ends_in(apex, suffixes[i]))
            return true;
    }
    const unsigned labels = dname_labels(apex);
    if (!ends_in(apex, "172.in-addr.arpa") || labels < 4)
        return false;
    const dname *second = dname_ancestor(apex, 4); /* 16 to 31 */
    return second[0] == 2 && ((second[1] == '1' && second[2] >= '6' && second[2] <= '9') ||
                              (second[1] == '2' && second[2] >= '0' && second[2] <= '9') ||
                              (second[1] == '3' && (second[2] == '0' || second[2] == '1')));
}

bool zone_kind_inside(const dname *apex)
{
    return zone_kind_local(apex) || ends_in(apex, "local") || ends_in(apex, "internal") ||
           ends_in(apex, "home.arpa");
}
