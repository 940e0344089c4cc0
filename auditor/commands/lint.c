/* SPDX-License-Identifier: BSD-2-Clause */
/* zonevet lint: one record judged as if it stood in a zone of its own. */
#include "auditor/commands/commands.h"
#include "auditor/commands/runner.h"
#include "auditor/facts/offline.h"
#include "auditor/facts/zone.h"
#include "checks/lint.h"

#include <stdio.h>
#include <string.h>

#define RECORD_MAX 65000U /* octets: what fits the RDATA of one TXT record */

/* The record as TXT RDATA, cut into strings of 255 octets. */
static bool txt_rdata(struct arena *a, const char *text, size_t length, struct rdata *out)
{
    uint8_t *octets = arena_alloc(a, length + length / 255 + 2);
    size_t used = 0;
    if (octets == NULL || length > RECORD_MAX)
        return false;
    for (size_t at = 0; at < length || at == 0; at += 255) {
        size_t part = length - at < 255 ? length - at : 255;
        octets[used++] = (uint8_t)part;
        memcpy(octets + used, text + at, part);
        used += part;
    }
    *out = (struct rdata){(uint16_t)used, octets};
    return true;
}

static const char *read_input(struct arena *a, const char *argument, size_t *length)
{
    static char text[RECORD_MAX + 2];
    if (strcmp(argument, "-") != 0) {
        *length = strlen(argument);
        return argument;
    }
    *length = fread(text, 1, sizeof(text) - 1, stdin);
    while (*length > 0 && (text[*length - 1] == '\n' || text[*length - 1] == '\r'))
        (*length)--;
    return arena_strndup(a, text, *length);
}

static struct zone *build_zone(struct arena *a, const dname *apex, const char *owner, const struct rdata *txt)
{
    static const char *const rest[] = {
        "record.invalid. 3600 IN SOA ns1.record.invalid. hostmaster.record.invalid. 1 7200 3600 1209600 3600",
        "record.invalid. 3600 IN NS ns1.record.invalid.",
    };
    struct zone *zone = zone_new(apex);
    const dname *at = *owner != '\0' ? dname_prepend(a, owner, apex) : apex;
    bool ok = zone != NULL && zone_add(zone, at, RRTYPE_TXT, RRCLASS_IN, 3600, txt->octets, txt->length, NULL) == STATUS_OK;
    for (size_t i = 0; ok && i < ARRAY_SIZE(rest); i++) {
        const dname *name;
        uint16_t type, class;
        uint32_t ttl_s;
        struct rdata rdata;
        ok = rr_from_text(a, rest[i], "record.invalid.", &name, &type, &class, &ttl_s, &rdata) == STATUS_OK &&
             zone_add(zone, name, type, class, ttl_s, rdata.octets, rdata.length, NULL) == STATUS_OK;
    }
    if (!ok || zone_finish(zone) != STATUS_OK) {
        zone_free(zone);
        return NULL;
    }
    return zone;
}

static void keep_lintable(struct setup *s, const char *const *ids)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->check_count; i++) {
        for (size_t j = 0; ids[j] != NULL; j++) {
            if (strcmp(s->checks[i]->id, ids[j]) == 0) {
                s->checks[kept++] = s->checks[i];
                break;
            }
        }
    }
    s->check_count = kept;
}

int command_lint(struct options *o)
{
    static const char *const kinds[] = {"spf", "dmarc"};
    struct setup s = {0};
    size_t length = 0;
    if (o->arguments.count != 2) {
        complain("lint takes a kind and a record: zonevet lint spf 'v=spf1 -all'");
        return EXIT_USAGE;
    }
    const char *kind = o->arguments.items[0];
    bool spf = strcmp(kind, "spf") == 0;
    if (!spf && strcmp(kind, "dmarc") != 0) {
        const char *near = nearest(kind, kinds, ARRAY_SIZE(kinds));
        complain("lint does not know '%s'; %s%s", kind, near != NULL ? "did you mean " : "it takes spf or dmarc",
                 near != NULL ? near : "");
        return EXIT_USAGE;
    }
    const char *record = read_input(o->arena, o->arguments.items[1], &length);
    struct rdata txt;
    if (record == NULL || !txt_rdata(o->arena, record, length, &txt)) {
        complain("the record is longer than %u octets", RECORD_MAX);
        return EXIT_USAGE;
    }
    const dname *apex = dname_const(o->arena, "record.invalid.");
    struct zone *zone = build_zone(o->arena, apex, spf ? "" : "_dmarc", &txt);
    if (zone == NULL) {
        complain("out of memory");
        return EXIT_TROUBLE;
    }
    o->mail = o->mail == MAIL_AUTO ? MAIL_YES : o->mail;
    int code = setup_settings(&s, o);
    if (code == -1)
        code = setup_checks(&s, o);
    if (code == -1) {
        struct wanted wanted = {.typed = kind, .target = {.name = apex, .zone = zone}};
        const struct zone *list[] = {zone};
        const struct offline offline = {.zones = list, .count = 1};
        keep_lintable(&s, spf ? lint_spf_ids : lint_dmarc_ids);
        s.targets = &wanted;
        s.target_count = 1;
        s.settings.targets = &apex;
        s.settings.targets_count = 1;
        setup_digest(&s, o);
        const struct plan plan = {.options = o, .setup = &s, .origin = ORIGIN_FILES, .files = offline_source(&offline),
                                  .resolver = "none"};
        code = runner_run(&plan);
    }
    zone_free(zone);
    return code;
}
