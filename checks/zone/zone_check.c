/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the checks of zone data. */
#include "checks/zone/zone_check.h"

#include <string.h>

#define SAMPLE 512U /* owners looked at to tell what kind of zone it is */

/* ---- records and their places ---- */

const struct location *zone_check_where(struct facts *f, const struct rrset *set, uint16_t index)
{
    if (set == NULL || set->where == NULL || index >= set->count)
        return NULL;
    return arena_copy(facts_scratch(f), &set->where[index], sizeof(set->where[index]));
}

void zone_check_at(struct facts *f, struct finding *finding, const struct rrset *set, uint16_t index)
{
    finding->rrtype = set->type;
    finding->location = zone_check_where(f, set, index);
}

const char *zone_check_place(struct facts *f, const struct rrset *set, uint16_t index)
{
    if (set == NULL || set->where == NULL || index >= set->count)
        return "another record";
    const struct location *where = &set->where[index];
    const char *text = arena_printf(facts_scratch(f), "%s:%u", where->file, (unsigned)where->line);
    return text != NULL ? text : "?";
}

const char *zone_check_type(struct facts *f, uint16_t type)
{
    char text[16];
    const char *copy = arena_strdup(facts_scratch(f), rrtype_text(type, text));
    return copy != NULL ? copy : "?";
}

const char *zone_check_list(struct facts *f, const char *list, const char *word)
{
    if (*list == '\0')
        return word;
    const char *text = arena_printf(facts_scratch(f), "%s, %s", list, word);
    return text != NULL ? text : list;
}

unsigned zone_check_distinct(const struct rrset *set, size_t offset, unsigned most, uint16_t *second)
{
    const dname *seen[8];
    unsigned count = 0;
    most = most < ARRAY_SIZE(seen) ? most : (unsigned)ARRAY_SIZE(seen);
    for (uint16_t i = 0; i < set->count && count < most; i++) {
        const dname *name = rdata_name(&set->rdata[i], offset);
        bool known = name == NULL;
        for (unsigned j = 0; j < count && !known; j++)
            known = dname_equal(seen[j], name);
        if (known)
            continue;
        if (count == 1 && second != NULL)
            *second = i;
        seen[count++] = name;
    }
    return count;
}

/* ---- what kind of input ---- */

bool zone_check_partial(struct facts *f)
{
    const struct zone *zone = facts_zone(f);
    return zone != NULL && (zone_gaps(zone) & (ZONE_GAP_RECORDS | ZONE_GAP_SETS)) != 0;
}

bool zone_check_apex_elsewhere(struct facts *f)
{
    const struct zone *zone = facts_zone(f);
    return zone != NULL && ((zone_gaps(zone) & ZONE_GAP_APEX) != 0 || zone_check_partial(f));
}

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

enum rpz_trigger zone_check_trigger(const dname *owner, const dname *apex, unsigned *labels)
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

bool zone_check_policy_target(const dname *target)
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
    if (zone_check_trigger(owner, zone_apex(zone), &labels) != RPZ_QNAME)
        return true;
    if ((zone_types_at(zone, index) & ZONE_HAS(CNAME)) == 0)
        return false;
    const struct zone_node *node = zone_node_at(zone, index, view);
    const struct rrset *alias = node != NULL ? zone_node_set(node, RRTYPE_CNAME) : NULL;
    const dname *target = alias != NULL && alias->count > 0 ? rdata_name(&alias->rdata[0], 0) : NULL;
    return target != NULL && zone_check_policy_target(target);
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

bool zone_check_policy(struct facts *f)
{
    const bool *policy = facts_derive(f, policy_compute, "", 0);
    return policy != NULL && *policy;
}

/* ---- several zones ---- */

size_t zone_check_position(const struct zone_set *set, const dname *name)
{
    size_t low = 0;
    size_t high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (dname_compare(zone_apex(set->zones[middle]), name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct zone *zone_check_holder(struct facts *f, const dname *name)
{
    const struct zone_set *set = facts_zones(f);
    for (const dname *at = name; set->count > 0 && at != NULL; at = dname_parent(at)) {
        size_t position = zone_check_position(set, at);
        if (position < set->count && dname_equal(zone_apex(set->zones[position]), at))
            return set->zones[position];
    }
    return NULL;
}
