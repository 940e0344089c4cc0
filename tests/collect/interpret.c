/* SPDX-License-Identifier: BSD-2-Clause */
/* What one reply means, in particular the traps: aliases and rcodes, sides of a cut, denials that are none.
 */
#include "auditor/collect/interpret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* reply: flags "aa", "tc", "rcode=N", then lines "an|au RECORD"; the zone asked is example.test. unless said.
 */
struct interpret_case {
    const char *name;
    const char *owner;
    uint16_t type;
    const char *reply;
    enum meaning meaning;
    enum answer_state state;
    enum reason reason;
    const char *detail; /* zone of an answer, owner of a referral; NULL: not compared */
    bool wildcard;
    const char *apex;
};

#define SOA(zone) "au " zone " SOA ns. host. 1 1 1 1 1\n"
#define SIGNATURE(owner, type, labels, signer)                                                               \
    "an " owner " RRSIG " type " 13 " labels " 300 20300101000000 20200101000000 1 " signer                  \
    " AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\n"

static const struct interpret_case cases[] = {
    {"data", "www.example.test.", RRTYPE_A, "aa\nan www.example.test. A 192.0.2.1\n", MEANING_ANSWER,
     ANSWER_RRSET, 0, "example.test.", false, NULL},
    {"data without authority", "www.example.test.", RRTYPE_A, "an www.example.test. A 192.0.2.1\n",
     MEANING_USELESS, ANSWER_UNKNOWN, REASON_INCOMPLETE_DATA, NULL, false, NULL},
    {"cut short", "www.example.test.", RRTYPE_A, "aa tc\n", MEANING_USELESS, ANSWER_UNKNOWN, REASON_MALFORMED,
     NULL, false, NULL},
    {"an answer to another question", "www.example.test.", RRTYPE_A,
     "aa\nan other.example.test. A 192.0.2.1\n", MEANING_USELESS, ANSWER_UNKNOWN, REASON_MALFORMED, NULL,
     false, NULL},
    {"alias", "www.example.test.", RRTYPE_A, "aa\nan www.example.test. CNAME gone.example.test.\n",
     MEANING_ANSWER, ANSWER_ALIAS, 0, "example.test.", false, NULL},
    {"the rcode belongs to the last name", "www.example.test.", RRTYPE_A,
     "aa rcode=3\nan www.example.test. CNAME gone.example.test.\n" SOA("example.test."), MEANING_ANSWER,
     ANSWER_ALIAS, 0, "example.test.", false, NULL},
    {"CNAME asked for", "www.example.test.", RRTYPE_CNAME,
     "aa\nan www.example.test. CNAME gone.example.test.\n", MEANING_ANSWER, ANSWER_RRSET, 0, NULL, false,
     NULL},
    {"DNAME above", "a.b.example.test.", RRTYPE_A,
     "aa\nan b.example.test. DNAME other.test.\nan a.b.example.test. CNAME a.other.test.\n", MEANING_ANSWER,
     ANSWER_ALIAS, 0, NULL, false, NULL},
    {"DNAME of another zone", "a.b.example.test.", RRTYPE_A, "aa\nan test. DNAME other.test.\n",
     MEANING_USELESS, ANSWER_UNKNOWN, REASON_MALFORMED, NULL, false, NULL},
    {"too long by DNAME", "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg.b.example.test.",
     RRTYPE_A,
     "aa rcode=6\nan b.example.test. DNAME "
     "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg."
     "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg."
     "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg.\n",
     MEANING_USELESS, ANSWER_UNKNOWN, REASON_MALFORMED, NULL, false, NULL},
    {"nodata", "www.example.test.", RRTYPE_A, "aa\n" SOA("example.test."), MEANING_ANSWER, ANSWER_NODATA, 0,
     "example.test.", false, NULL},
    {"nxdomain", "www.example.test.", RRTYPE_A, "aa rcode=3\n" SOA("example.test."), MEANING_ANSWER,
     ANSWER_NXDOMAIN, 0, "example.test.", false, NULL},
    {"nxdomain without authority", "www.example.test.", RRTYPE_A, "rcode=3\n" SOA("example.test."),
     MEANING_USELESS, ANSWER_UNKNOWN, REASON_INCOMPLETE_DATA, NULL, false, NULL},
    {"compact denial", "www.example.test.", RRTYPE_A,
     "aa\n" SOA("example.test.") "au www.example.test. NSEC \\000.www.example.test. RRSIG NSEC TYPE128\n",
     MEANING_ANSWER, ANSWER_NXDOMAIN, 0, NULL, false, NULL},
    {"compact nodata", "www.example.test.", RRTYPE_A,
     "aa\n" SOA("example.test.") "au www.example.test. NSEC \\000.www.example.test. TXT RRSIG NSEC\n",
     MEANING_ANSWER, ANSWER_NODATA, 0, NULL, false, NULL},
    {"wildcard nodata", "www.example.test.", RRTYPE_A,
     "aa\n" SOA("example.test.") "au *.example.test. NSEC a.example.test. TXT RRSIG NSEC\n", MEANING_ANSWER,
     ANSWER_NODATA, 0, NULL, true, NULL},
    {"the zone below on the same server", "www.sub.example.test.", RRTYPE_A, "aa\n" SOA("sub.example.test."),
     MEANING_ANSWER, ANSWER_NODATA, 0, "sub.example.test.", false, NULL},
    {"another zone's denial", "www.example.test.", RRTYPE_A, "aa rcode=3\n" SOA("test."), MEANING_USELESS,
     ANSWER_UNKNOWN, REASON_INCOMPLETE_DATA, NULL, false, NULL},
    {"signed by the zone below", "www.sub.example.test.", RRTYPE_A,
     "aa\nan www.sub.example.test. A 192.0.2.1\n" SIGNATURE("www.sub.example.test.", "A", "4",
                                                            "sub.example.test."),
     MEANING_ANSWER, ANSWER_RRSET, 0, "sub.example.test.", false, NULL},
    {"from a wildcard", "a.b.example.test.", RRTYPE_A,
     "aa\nan a.b.example.test. A 192.0.2.1\n" SIGNATURE("a.b.example.test.", "A", "2", "example.test."),
     MEANING_ANSWER, ANSWER_RRSET, 0, "example.test.", true, NULL},
    {"the wildcard itself", "*.example.test.", RRTYPE_A,
     "aa\nan *.example.test. A 192.0.2.1\n" SIGNATURE("*.example.test.", "A", "2", "example.test."),
     MEANING_ANSWER, ANSWER_RRSET, 0, NULL, false, NULL},
    {"referral", "www.sub.example.test.", RRTYPE_A, "\nau sub.example.test. NS ns.sub.example.test.\n",
     MEANING_REFERRAL, 0, 0, "sub.example.test.", false, NULL},
    {"referral to itself", "www.example.test.", RRTYPE_A, "\nau example.test. NS ns.example.test.\n",
     MEANING_USELESS, ANSWER_UNKNOWN, REASON_INCOMPLETE_DATA, NULL, false, NULL},
    {"referral upwards", "www.example.test.", RRTYPE_A, "\nau . NS a.root-servers.net.\n", MEANING_USELESS,
     ANSWER_UNKNOWN, REASON_INCOMPLETE_DATA, NULL, false, NULL},
    {"referral aside", "www.example.test.", RRTYPE_A, "\nau sub.example.test. NS ns.sub.example.test.\n",
     MEANING_USELESS, ANSWER_UNKNOWN, REASON_INCOMPLETE_DATA, NULL, false, NULL},
    {"DS from the parent", "example.test.", RRTYPE_DS, "aa\nan example.test. DS 1 13 2 00\n", MEANING_ANSWER,
     ANSWER_RRSET, 0, "test.", false, "test."},
    {"no DS, says the parent", "example.test.", RRTYPE_DS, "aa\n" SOA("test."), MEANING_ANSWER, ANSWER_NODATA,
     0, "test.", false, "test."},
    {"no DS, says the child", "example.test.", RRTYPE_DS, "aa\n" SOA("example.test."), MEANING_USELESS,
     ANSWER_UNKNOWN, REASON_INCOMPLETE_DATA, NULL, false, "test."},
    {"a referral for DS", "example.test.", RRTYPE_DS, "\nau example.test. NS ns.example.test.\n",
     MEANING_USELESS, ANSWER_UNKNOWN, REASON_INCOMPLETE_DATA, NULL, false, "test."},
    {"refused", "www.example.test.", RRTYPE_A, "rcode=5\n", MEANING_USELESS, ANSWER_UNKNOWN, REASON_REFUSED,
     NULL, false, NULL},
    {"servfail", "www.example.test.", RRTYPE_A, "rcode=2\n", MEANING_USELESS, ANSWER_UNKNOWN, REASON_SERVFAIL,
     NULL, false, NULL},
    {"not implemented", "www.example.test.", RRTYPE_A, "rcode=4\n", MEANING_USELESS, ANSWER_UNKNOWN,
     REASON_UNSUPPORTED, NULL, false, NULL},
};

struct sections {
    struct rrset answer[16], authority[16];
    struct section *lists[2];
};

/* A set of its own for each record, RRSIGs with the set before them, as the parser would have it. */
static void add_record(struct arena *a, struct section *to, struct rrset *sets, const char *line)
{
    const dname *owner;
    uint16_t type, class;
    uint32_t ttl;
    struct rdata *rdata = arena_alloc(a, sizeof(*rdata));
    if (rr_from_text(a, line, ".", &owner, &type, &class, &ttl, rdata) != STATUS_OK)
        fail_msg("not a record: %s", line);
    if (type == RRTYPE_RRSIG && to->count > 0) {
        sets[to->count - 1].sigs = rdata;
        sets[to->count - 1].sig_count = 1;
        return;
    }
    sets[to->count++] = (struct rrset){.owner = dname_lower(a, owner),
                                       .type = type,
                                       .class = class,
                                       .ttl_s = ttl,
                                       .count = 1,
                                       .rdata = rdata};
    to->sets = sets;
}

static struct reply *read_reply(struct arena *a, const char *text)
{
    struct reply *r = arena_alloc(a, sizeof(*r));
    struct sections *s = arena_alloc(a, sizeof(*s));
    const char *line = text;
    r->state = REPLY_OK;
    for (size_t length; *line != '\0'; line += length + (line[length] == '\n')) {
        length = strcspn(line, "\n");
        const char *one = arena_strndup(a, line, length);
        if (line == text) {
            const char *rcode = strstr(one, "rcode=");
            r->aa = strstr(one, "aa") != NULL;
            r->tc = strstr(one, "tc") != NULL;
            r->rcode = rcode != NULL ? (uint16_t)(rcode[6] - '0') : 0;
        } else if (strncmp(one, "an ", 3) == 0) {
            add_record(a, &r->answer, s->answer, one + 3);
        } else {
            add_record(a, &r->authority, s->authority, one + 3);
        }
    }
    return r;
}

static void check_case(void **state)
{
    const struct interpret_case *row = *state;
    struct arena *a = arena_new(0);
    char text[DNAME_TEXT_MAX];
    struct reading reading;
    const dname *apex = dname_const(a, row->apex != NULL ? row->apex : "example.test.");
    interpret(a, read_reply(a, row->reply), apex, dname_const(a, row->owner), row->type, false, &reading);
    assert_int_equal(reading.meaning, row->meaning);
    if (row->meaning == MEANING_REFERRAL) {
        assert_string_equal(dname_text_into(reading.referral->owner, text), row->detail);
    } else {
        assert_int_equal(reading.answer.state, row->state);
        assert_int_equal(reading.answer.reason, row->reason);
        assert_int_equal(reading.answer.wildcard, row->wildcard);
        if (row->detail != NULL)
            assert_string_equal(dname_text_into(reading.answer.zone, text), row->detail);
    }
    arena_free(a);
}

static void a_resolver_needs_no_authority(void **state)
{
    struct arena *a = arena_new(0);
    struct reading reading;
    (void)state;
    interpret(a, read_reply(a, "\nan www.example.test. A 192.0.2.1\n"), DNAME_ROOT,
              dname_const(a, "www.example.test."), RRTYPE_A, true, &reading);
    assert_int_equal(reading.meaning, MEANING_ANSWER);
    assert_null(reading.answer.zone); /* it does not say whose word it is */
    arena_free(a);
}

static void silence_keeps_its_reason(void **state)
{
    static const enum reason reasons[] = {REASON_TIMEOUT, REASON_NETWORK, REASON_MALFORMED,
                                          REASON_OUT_OF_SCOPE};
    struct arena *a = arena_new(0);
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(reasons); i++) {
        const struct reply r = {.state = REPLY_NONE, .reason = reasons[i]};
        struct reading reading;
        interpret(a, &r, DNAME_ROOT, dname_const(a, "www.example.test."), RRTYPE_A, false, &reading);
        assert_int_equal(reading.meaning, MEANING_USELESS);
        assert_int_equal(reading.reason, reasons[i]);
    }
    arena_free(a);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_SIZE(cases) + 2];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        tests[count++] =
            (struct CMUnitTest){cases[i].name, check_case, NULL, NULL, (void *)(uintptr_t)&cases[i]};
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(a_resolver_needs_no_authority);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(silence_keeps_its_reason);
    return _cmocka_run_group_tests("interpret", tests, count, NULL, NULL);
}
