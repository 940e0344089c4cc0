/* SPDX-License-Identifier: BSD-2-Clause */
/* Texts and rules that the checks of a zone's servers share. */
#include "auditor/check_zone.h"

#include "auditor/facts/zone.h"

#define LIST_SHOWN 8

const char *check_address(struct facts *f, const struct address *address)
{
    char text[ADDRESS_TEXT_SIZE];
    const char *copy = arena_strdup(facts_scratch(f), address_text(address, text));
    return copy != NULL ? copy : "?";
}

const char *check_server(struct facts *f, const struct server *server)
{
    struct arena *a = facts_scratch(f);
    const char *text =
        arena_printf(a, "%s (%s)", dname_text(a, server->name), check_address(f, &server->address));
    return text != NULL ? text : "?";
}

const char *check_rcode(struct facts *f, uint16_t rcode)
{
    static const char *const names[] = {"NOERROR",  "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED",
                                        "YXDOMAIN", "YXRRSET", "NXRRSET",  "NOTAUTH",  "NOTZONE"};
    if (rcode < ARRAY_SIZE(names))
        return names[rcode];
    const char *text = arena_printf(facts_scratch(f), "rcode %u", (unsigned)rcode);
    return text != NULL ? text : "?";
}

void check_evidence(struct facts *f, const struct address *server, const dname *owner, uint16_t type,
                    uint16_t flags)
{
    facts_mark(f);
    facts_ask(f, &(struct ask){.server = *server, .owner = owner, .type = type, .flags = flags});
}

void check_list_add(struct facts *f, struct check_list *list, const char *item)
{
    if (list->text == NULL)
        list->text = "";
    if (list->count++ > LIST_SHOWN)
        return;
    const char *longer = arena_printf(facts_scratch(f), "%s%s%s", list->text, list->count > 1 ? ", " : "",
                                      list->count > LIST_SHOWN ? "and more" : item);
    if (longer != NULL)
        list->text = longer;
}

static bool unanswered(const struct serving *s, bool with_pathless)
{
    switch (s->state) {
    case SERVING_SILENT:
    case SERVING_MALFORMED:
    case SERVING_TRUNCATED:
        return true;
    case SERVING_UNASKED:
        return s->reason != REASON_NETWORK || with_pathless;
    default:
        return false;
    }
}

bool check_gaps(struct facts *f, const struct servings *s, struct findings *out)
{
    if (s->pending)
        return true;
    const bool judged = s->yes + s->no_soa > 0;
    struct check_list silent = {"", 0};
    enum reason reason = REASON_NONE;
    for (size_t i = 0; i < s->count; i++) {
        if (!unanswered(&s->list[i], !judged && s->lame + s->silent + s->malformed + s->truncated == 0))
            continue;
        check_list_add(f, &silent, check_server(f, &s->list[i].server));
        if (reason == REASON_NONE)
            reason = s->list[i].state == SERVING_TRUNCATED ? REASON_INCOMPLETE_DATA : s->list[i].reason;
    }
    if (silent.count > 0) {
        findings_undetermined(out, reason, "no usable answer from %s", silent.text);
        return true;
    }
    if (judged)
        return false;
    if (s->lame > 0)
        findings_undetermined(out, REASON_INCOMPLETE_DATA,
                              "no server answers with authority for the zone (deleg.no-working-ns)");
    else
        findings_undetermined(out, REASON_INCOMPLETE_DATA,
                              "no address of a name server of the zone is known");
    return true;
}

static bool plain_name(const struct zone *zone, const dname *name)
{
    size_t index = dname_under(name, zone_apex(zone)) ? zone_index(zone, name) : SIZE_MAX;
    if (index == SIZE_MAX || zone_place_at(zone, index) != ZONE_PLACE_AUTH ||
        (zone_types_at(zone, index) & ZONE_HAS(CNAME)) != 0)
        return false;
    for (const dname *up = name; !dname_equal(up, zone_apex(zone));) {
        up = dname_parent(up);
        if (zone_has(zone, up, RRTYPE_DNAME))
            return false;
    }
    return true;
}

bool check_alias_worth(struct facts *f, const struct zone_node *node)
{
    const struct rrset *cname = zone_node_set(node, RRTYPE_CNAME);
    if (cname == NULL)
        cname = zone_node_set(node, RRTYPE_ALIAS);
    if (cname == NULL)
        return false;
    const dname *target = cname->count == 1 ? rdata_name(&cname->rdata[0], 0) : NULL;
    return target == NULL || !plain_name(facts_zone(f), target);
}

bool check_alias_outside(struct facts *f, const struct zone_node *node)
{
    const struct rrset *cname = zone_node_set(node, RRTYPE_CNAME);
    const dname *target = cname != NULL && cname->count == 1 ? rdata_name(&cname->rdata[0], 0) : NULL;
    const struct zone_set *given = facts_zones(f);
    bool inside = target == NULL || dname_under(target, zone_apex(facts_zone(f)));
    for (size_t i = 0; i < given->count && !inside; i++)
        inside = dname_under(target, zone_apex(given->zones[i]));
    return !inside;
}

bool check_wildcard_worth(struct facts *f, const struct zone_node *node)
{
    (void)f;
    return dname_is_wildcard(node->owner);
}
