/* SPDX-License-Identifier: BSD-2-Clause */
/* What counts as the word of a server that a name is absent. */
#include "auditor/facts/store.h"
#include "fingerprints/takeover.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* One kind of reply for every question. */
struct script {
    uint16_t rcode;
    bool aa, alias, nxname, other_nsec;
    enum reason silence;
};

static const uint8_t alias_target[] = "\004gone\004test";

static void add(struct arena *a, struct section *section, const dname *owner, uint16_t type,
                const void *octets, size_t length)
{
    struct rrset *set = arena_alloc(a, sizeof *set);
    struct rdata *rdata = arena_alloc(a, sizeof *rdata);
    rdata->octets = arena_copy(a, octets, length);
    rdata->length = (uint16_t)length;
    *set = (struct rrset){
        .owner = dname_lower(a, owner), .type = type, .class = RRCLASS_IN, .count = 1, .rdata = rdata};
    section->sets = set;
    section->count = 1;
}

/* An NSEC whose bitmap holds A (block 0) or NXNAME (type 128, block 0, octet 16). */
static void add_nsec(struct arena *a, struct section *section, const dname *owner, bool nxname)
{
    uint8_t rdata[DNAME_MAX + 32] = {0};
    size_t next = dname_length(owner);
    memcpy(rdata, owner, next);
    rdata[next] = 0;
    rdata[next + 1] = nxname ? 17 : 1;
    rdata[next + 2] = nxname ? 0 : 0x40;
    if (nxname)
        rdata[next + 2 + 16] = 0x80;
    add(a, section, owner, RRTYPE_NSEC, rdata, next + 2 + (nxname ? 17 : 1));
}

static void demand(void *context, struct fact *fact)
{
    const struct script *script = context;
    struct arena *a = facts_arena(fact->facts);
    assert_int_equal(fact->kind, FACT_ASK);
    if (script->silence != REASON_NONE) {
        facts_deliver_unknown(fact, script->silence);
        return;
    }
    struct reply *r = arena_alloc(a, sizeof *r);
    *r = (struct reply){.state = REPLY_OK, .rcode = script->rcode, .aa = script->aa};
    if (script->alias)
        add(a, &r->answer, fact->key.ask.owner, RRTYPE_CNAME, alias_target, sizeof alias_target);
    if (script->nxname || script->other_nsec)
        add_nsec(a, &r->authority, fact->key.ask.owner, script->nxname);
    facts_deliver(fact, r);
}

static const struct {
    const char *name;
    struct script script;
    enum absence_state state;
    enum reason reason;
} rows[] = {
    {"NXDOMAIN", {.rcode = 3, .aa = true}, ABSENCE_CONFIRMED, REASON_NONE},
    {"NXDOMAIN with an alias in the answer: the name exists, its target does not",
     {.rcode = 3, .aa = true, .alias = true},
     ABSENCE_CONTRADICTED,
     REASON_INCOMPLETE_DATA},
    {"NXDOMAIN without authority", {.rcode = 3}, ABSENCE_UNKNOWN, REASON_REFUSED},
    {"NOERROR without records", {.aa = true}, ABSENCE_CONTRADICTED, REASON_INCOMPLETE_DATA},
    {"NOERROR that means NXDOMAIN (RFC 9824)", {.aa = true, .nxname = true}, ABSENCE_CONFIRMED, REASON_NONE},
    {"NOERROR with an ordinary NSEC",
     {.aa = true, .other_nsec = true},
     ABSENCE_CONTRADICTED,
     REASON_INCOMPLETE_DATA},
    {"SERVFAIL", {.rcode = 2}, ABSENCE_UNKNOWN, REASON_SERVFAIL},
    {"REFUSED", {.rcode = 5}, ABSENCE_UNKNOWN, REASON_REFUSED},
    {"silence", {.silence = REASON_TIMEOUT}, ABSENCE_UNKNOWN, REASON_TIMEOUT},
};

static void judge(size_t index, size_t servers, struct absence *out)
{
    const struct settings settings = {.live = true, .confirm_delay_s = 5};
    struct script script = rows[index].script;
    struct arena *a = arena_new(0);
    const struct facts_options options = {.target = dname_const(a, "example.test."),
                                          .settings = &settings,
                                          .source = {.context = &script, .demand = demand}};
    struct facts *f = facts_new(&options);
    struct server list[3] = {0};
    static const char *const addresses[] = {"192.0.2.1", "192.0.2.2", "192.0.2.2"};
    for (size_t i = 0; i < 3; i++)
        assert_true(address_from_text(addresses[i], &list[i].address));
    facts_run_begin(f, a);
    *out = absence_at(f, dname_const(a, "www.example.test."), list, servers);
    facts_free(f);
    arena_free(a);
}

static void words(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct absence absence;
        judge(i, 3, &absence);
        if (absence.state != rows[i].state)
            fail_msg("%s: state %d", rows[i].name, (int)absence.state);
        if (absence.state != ABSENCE_CONFIRMED)
            assert_int_equal(absence.reason, rows[i].reason);
        else
            assert_int_equal(absence.servers, 2);
    }
}

static void servers(void **state)
{
    (void)state;
    struct absence absence;
    judge(0, 1, &absence); /* the only one there is */
    assert_int_equal(absence.state, ABSENCE_CONFIRMED);
    assert_true(absence.seen_twice);
    judge(0, 0, &absence); /* nobody to ask */
    assert_int_equal(absence.state, ABSENCE_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(words), cmocka_unit_test(servers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
