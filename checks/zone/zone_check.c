/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the checks of zone data. */
#include "checks/zone/zone_check.h"

#include <string.h>
#include <strings.h>


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
