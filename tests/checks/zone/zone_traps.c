/* SPDX-License-Identifier: BSD-2-Clause */
/* "CNAME and other data" in signed zones, and other ways to count wrongly: types are counted, not records;
 * RRSIG, NSEC and KEY stand beside anything; names compare without case; a repeated record is no second one.
 * From the master file, so that nothing depends on who sorted the records. */
#include "tests/check_test.h"

#include "auditor/engine/findings.h"
#include "auditor/facts/offline.h"
#include "auditor/facts/zonefile.h"

#include <stdio.h>
#include <string.h>

extern const struct check topic_zone_alias[];

#define HEAD                                                                                                 \
    "$ORIGIN example.test.\n$TTL 300\n@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n@ NS ns1\nns1 A "       \
    "192.0.2.1\n"
#define SIG(owner, type) owner " RRSIG " type " 13 3 300 20300101000000 20250101000000 1 example.test. AAAA\n"
#define SIGNED_ALIAS                                                                                         \
    "www CNAME web\n" SIG("www", "CNAME") SIG("www", "NSEC") "www NSEC zzz CNAME RRSIG NSEC\n"

/* Findings as "id:subject" of all alias checks, in the order of the topic. */
static const struct trap {
    const char *name, *records, *expected;
} traps[] = {
    {"a signed alias with an address", SIGNED_ALIAS "www A 192.0.2.80\n" SIG("www", "A"),
     "zone.cname-and-other:www.example.test."},
    {"a signed alias", SIGNED_ALIAS, ""},
    {"an unsigned alias with an address", "www CNAME web\nwww A 192.0.2.80\n",
     "zone.cname-and-other:www.example.test."},
    {"more signatures than types",
     SIGNED_ALIAS SIG("www", "CNAME") SIG("www", "TXT") SIG("www", "AAAA") "www A 192.0.2.80\n",
     "zone.cname-and-other:www.example.test."},
    {"signatures over data that is gone", SIGNED_ALIAS SIG("www", "A"), ""},
    {"KEY beside it", SIGNED_ALIAS "www KEY 512 3 13 AQAB\n", ""},
    {"names compare without case", "WWW CNAME web\nwww A 192.0.2.80\n",
     "zone.cname-and-other:www.example.test."},
    {"the same alias twice", "www CNAME web\nwww CNAME web\n", ""},
    {"the same alias twice, in another case", "www CNAME web\nWWW CNAME WEB\n", ""},
    {"two aliases", "www CNAME web\nwww CNAME ftp\n", "zone.cname-multiple:www.example.test."},
    {"two aliases, one repeated", "www CNAME web\nwww CNAME ftp\nwww CNAME web\n",
     "zone.cname-multiple:www.example.test."},
    {"two signed aliases", "www CNAME ftp\n" SIGNED_ALIAS, "zone.cname-multiple:www.example.test."},
    {"two aliases and an address", "www CNAME web\nwww CNAME ftp\nwww A 192.0.2.80\n",
     "zone.cname-and-other:www.example.test. zone.cname-multiple:www.example.test."},
    {"an alias at the apex", "@ CNAME web\n", "zone.cname-apex:example.test."},
    {"an alias at the apex behind DNSSEC types",
     "@ CNAME web\n" SIG("@", "CNAME") SIG("@", "SOA") SIG("@", "NS")
         SIG("@", "NSEC") "@ NSEC ns1 CNAME NS SOA RRSIG NSEC\n",
     "zone.cname-apex:example.test."},
    {"two aliases at the apex", "@ CNAME web\n@ CNAME ftp\n", "zone.cname-apex:example.test."},
    {"an alias and a DNAME", "old CNAME new\nold DNAME new\n", "zone.dname-conflict:old.example.test."},
};

static void run_check(const struct check *check, struct facts *f, struct arena *a, const struct zone *zone,
                      char *text, size_t size)
{
    facts_run_begin(f, a);
    struct findings *out = findings_new(a, f, check);
    if (check->scope != SCOPE_NAME)
        evaluate(f, check, facts_target(f), out);
    for (size_t i = 0; check->scope == SCOPE_NAME && i < zone_node_count(zone); i++)
        evaluate(f, check, zone_owner_at(zone, i), out);
    for (size_t i = 0; i < out->count; i++) {
        char name[DNAME_TEXT_MAX];
        size_t used = strlen(text);
        const struct finding *finding = &out->entries[i]->finding;
        snprintf(text + used, size - used, "%s%s:%s", used > 0 ? " " : "", check->id,
                 dname_text_into(finding->subject, name));
        assert_non_null(finding->location);
        assert_int_equal(finding->severity, check->severity);
    }
}

static void traps_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(traps); i++) {
        struct arena *a = arena_new(0);
        struct zonefile file = {0};
        const struct zonefile_options options = {0};
        const struct settings settings = {0};
        const char *error = NULL;
        char text[1024] = "";
        const char *zone_text = arena_printf(a, "%s%s", HEAD, traps[i].records);
        assert_int_equal(zonefile_parse(a, zone_text, strlen(zone_text), &options, &file, &error), STATUS_OK);
        for (size_t e = 0; e < file.error_count; e++)
            assert_true(file.errors[e].fault > ZONE_FAULT_LAST);
        const struct zone *list[] = {file.zone};
        const struct offline offline = {list, 1};
        const struct zone_set set = {.zones = list, .count = 1};
        const struct facts_options fo = {.target = file.apex,
                                         .settings = &settings,
                                         .zone = file.zone,
                                         .zones = &set,
                                         .source = offline_source(&offline)};
        struct facts *f = facts_new(&fo);
        for (const struct check *check = topic_zone_alias; check->id != NULL; check++)
            run_check(check, f, a, file.zone, text, sizeof(text));
        if (strcmp(text, traps[i].expected) != 0)
            fprintf(stderr, "    %s: got '%s', expected '%s'\n", traps[i].name, text, traps[i].expected);
        assert_string_equal(text, traps[i].expected);
        facts_free(f);
        zone_free(file.zone);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traps_hold),
    };
    return cmocka_run_group_tests_name("aliases beside other data", tests, NULL, NULL);
}
