/* SPDX-License-Identifier: BSD-2-Clause */
/* Ordinary edits of a zone pass every check of changes; each bad one fails exactly the checks that
 * are named. */
#include "checks/registry.h"
#include "tests/change_rows.h"

#include "auditor/engine/findings.h"

#include <stdio.h>
#include <string.h>

#define SOA(serial) "@ SOA ns1 hostmaster " serial " 7200 3600 1209600 3600\n"
#define NS "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n"
#define MAIL                                                                                                 \
    "@ MX 10 mail\nmail A 192.0.2.25\n@ TXT \"v=spf1 mx -all\"\n_dmarc TXT \"v=DMARC1; p=reject; "           \
    "rua=mailto:d@example.test\"\n"
#define CAA "@ CAA 0 issue \"ca.example.net\"\n"
#define WEB "@ A 192.0.2.80\nwww CNAME @\nshop 3600 A 192.0.2.81\napi 3600 A 192.0.2.82\n"
#define REST NS MAIL CAA
#define BASE REST WEB

/* The zone before every edit. */
#define EDIT(name, after)                                                                                    \
    {                                                                                                        \
        name, "!offline\n" SOA("2026010102") after "\n!before\n" SOA("2026010101") BASE, ""                  \
    }
#define BAD(name, after, ids)                                                                                \
    {                                                                                                        \
        name, "!offline\n" SOA("2026010102") after "\n!before\n" SOA("2026010101") BASE, ids                 \
    }

struct edit {
    const char *name, *world;
    const char *ids; /* space-separated, in the order of the registry */
};

static const struct edit edits[] = {
    {"nothing", "!offline\n" SOA("1") BASE "\n!before\n" SOA("1") BASE, ""},
    EDIT("only the serial", BASE),
    EDIT("a host more", BASE "new A 192.0.2.90\n"),
    EDIT("a host less", REST "@ A 192.0.2.80\nwww CNAME @\nshop 3600 A 192.0.2.81\n"),
    EDIT("another address",
         REST "@ A 192.0.2.80\nwww CNAME @\nshop 3600 A 192.0.2.99\napi 3600 A 192.0.2.82\n"),
    EDIT("one address more", BASE "shop 3600 A 192.0.2.99\n"),
    EDIT("IPv6", BASE "@ AAAA 2001:db8::80\nshop AAAA 2001:db8::81\n"),
    EDIT("a host becomes an alias",
         REST "@ A 192.0.2.80\nwww CNAME @\nshop CNAME shops.example.net.\napi 3600 A 192.0.2.82\n"),
    EDIT("an alias becomes a host",
         REST "@ A 192.0.2.80\nwww A 192.0.2.80\nshop 3600 A 192.0.2.81\napi 3600 A 192.0.2.82\n"),
    EDIT("a renamed host and its alias", REST
         "@ A 192.0.2.80\nwww CNAME web\nweb A 192.0.2.80\nshop 3600 A 192.0.2.81\napi 3600 A 192.0.2.82\n"),
    EDIT("a lower TTL before a move",
         REST "@ A 192.0.2.80\nwww CNAME @\nshop 300 A 192.0.2.81\napi 3600 A 192.0.2.82\n"),
    EDIT("a higher TTL after a move",
         REST "@ A 192.0.2.80\nwww CNAME @\nshop 86400 A 192.0.2.81\napi 3600 A 192.0.2.82\n"),
    EDIT("another order, another case",
         WEB CAA MAIL "NS2 A 192.0.2.2\nns1 A 192.0.2.1\n@ NS NS2\n@ NS ns1\n"),
    EDIT("a name server more", BASE "@ NS ns3.example.net.\n"),
    EDIT("a mail server more", BASE "@ MX 20 mail2\nmail2 A 192.0.2.26\n"),
    EDIT("a token to prove control", BASE "@ TXT \"verify=1\"\n_acme-challenge TXT \"abc\"\n"),
    EDIT("a delegation more", BASE "dev NS ns1.dev\ndev NS ns2.example.net.\nns1.dev A 192.0.2.53\n"),
    EDIT("a service more", BASE "_sip._tcp SRV 0 0 5060 mail\n@ HTTPS 1 . alpn=h2\n_443._tcp.www TLSA 3 1 1 "
                                "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n"),
    EDIT("stricter DMARC for subdomains that do not exist",
         NS CAA WEB "@ MX 10 mail\nmail A 192.0.2.25\n@ TXT \"v=spf1 mx -all\"\n_dmarc TXT \"v=DMARC1; "
                    "p=reject; rua=mailto:d@example.test\"\n"
                    "_dmarc.shop TXT \"v=DMARC1; p=reject; rua=mailto:d@example.test\"\n"),
    EDIT("an MTA-STS record", BASE "_mta-sts TXT \"v=STSv1; id=1\"\nmta-sts A 192.0.2.7\n"),
    EDIT("a wildcard", BASE "*.preview A 192.0.2.83\n"),

    {"signed: a host more",
     "!offline\n!zone test.\n" SOA("2") BASE
     "new A 192.0.2.90\n!sign example.test. split inception=-1h\n!before\n!zone test.\n" SOA("1") BASE
     "!sign example.test. split inception=-3d\n",
     ""},
    {"signed: another chain of denial",
     "!offline\n!zone test.\n" SOA("2") BASE "!sign example.test. nsec3\n!before\n!zone test.\n" SOA("1") BASE
     "!sign example.test. nsec\n",
     ""},
    {"signed by the servers",
     "!offline\n" SOA("1") BASE "new A 192.0.2.90\n!before live\n" SOA("9") BASE "!sign example.test.\n", ""},
    {"a plan adds and changes hosts",
     "!offline\n!bare\n!gaps apex records\nshop A 192.0.2.99\nnew A 192.0.2.90\n!before\n!bare\n!gaps apex "
     "records\nshop A "
     "192.0.2.81\n",
     ""},
    {"a plan against the whole zone",
     "!offline\n!bare\n!gaps apex records\nnew A 192.0.2.90\n!before\n" SOA("1") BASE, ""},
    {"a provider's zone against the file",
     "!offline\n!bare\n!gaps apex\n" MAIL CAA WEB "!before\n" SOA("1") BASE, ""},
    {"another zone changes beside it",
     "!offline\n!zone other.test.\nwww.other.test. A 192.0.2.9\n" SOA("2") BASE
     "x.other.test. CNAME shop\n!before\n!zone "
     "other.test.\nwww.other.test. A 192.0.2.8\n" SOA("1") BASE,
     ""},
    {"the serial is forgotten", "!offline\n" SOA("1") BASE "new A 192.0.2.90\n!before\n" SOA("1") BASE,
     "soa.serial-unchanged-on-edit"},
    {"the serial goes back", "!offline\n" SOA("1") BASE "new A 192.0.2.90\n!before\n" SOA("2") BASE,
     "soa.serial-went-back"},
    BAD("the target of an alias goes", REST "www CNAME @\nshop 3600 A 192.0.2.81\napi 3600 A 192.0.2.82\n",
        "dangling.removed-host-still-served"),
    BAD("the mail host goes",
        NS CAA WEB "@ MX 10 mail\n@ TXT \"v=spf1 mx -all\"\n_dmarc TXT \"v=DMARC1; p=reject; "
                   "rua=mailto:d@example.test\"\n",
        "dangling.removed-host-still-served"),
    BAD("all name servers replaced", MAIL CAA WEB "@ NS a.example.net.\n@ NS b.example.net.\n",
        "deleg.ns-replaced zone.protected-record-changed"),
    BAD("CAA removed", NS MAIL WEB, "caa.weakened zone.protected-record-changed"),
    BAD("DMARC removed", NS CAA WEB "@ MX 10 mail\nmail A 192.0.2.25\n@ TXT \"v=spf1 mx -all\"\n",
        "dmarc.policy-weakened zone.protected-record-changed"),
    BAD("SPF weaker",
        NS CAA WEB "@ MX 10 mail\nmail A 192.0.2.25\n@ TXT \"v=spf1 mx ?all\"\n_dmarc TXT \"v=DMARC1; "
                   "p=reject; rua=mailto:d@example.test\"\n",
        "spf.policy-weakened"),
    BAD("moved with a higher TTL",
        REST "@ A 192.0.2.80\nwww CNAME @\nshop 86400 A 192.0.2.99\napi 3600 A 192.0.2.82\n",
        "zone.ttl-raised-before-move"),
    BAD("the zone is gone", "!gone\n", "zone.removed"),
};

struct judged {
    struct arena *arena;
    const struct check *check;
    size_t findings;
    enum verdict verdict;
};

static void judge(struct facts *f, void *context)
{
    struct judged *j = context;
    arena_reset(j->arena);
    struct findings *out = findings_new(j->arena, f, j->check);
    j->verdict = evaluate(f, j->check, facts_target(f), out);
    j->findings = out->count;
}

static bool about_changes(const struct check *c)
{
    return c->modes == MODE_OFFLINE && (c->scope == SCOPE_ZONE || c->scope == SCOPE_TARGET) &&
           strstr(c->tags, "change") != NULL;
}

/* The ids that fail over a world, in the order of the registry. @return how many checks of changes
 * there are */
static unsigned failing(const char *world, char *text, size_t size)
{
    unsigned checks = 0;
    size_t used = 0;
    text[0] = '\0';
    for (size_t t = 0; registry_topics[t] != NULL; t++) {
        for (const struct check *c = registry_topics[t]; c->id != NULL; c++) {
            struct judged j = {.arena = arena_new(0), .check = c};
            struct world *w = about_changes(c) ? world_new(world) : NULL;
            if (w != NULL) {
                checks++;
                world_settle(w, judge, &j);
                if (j.findings > 0)
                    used += (size_t)snprintf(text + used, size - used, "%s%s", used > 0 ? " " : "", c->id);
                assert_int_not_equal(j.verdict, VERDICT_UNDETERMINED);
                world_free(w);
            }
            arena_free(j.arena);
        }
    }
    return checks;
}

static void edit_does_what_it_says(void **state)
{
    const struct edit *e = *state;
    char text[2048];
    assert_true(failing(e->world, text, sizeof(text)) >= 14);
    assert_string_equal(text, e->ids);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_SIZE(edits)];
    union {
        const struct edit *in;
        void *out;
    } row;
    for (size_t i = 0; i < ARRAY_SIZE(edits); i++) {
        row.in = &edits[i];
        tests[i] = (struct CMUnitTest){
            .name = edits[i].name, .test_func = edit_does_what_it_says, .initial_state = row.out};
    }
    return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
