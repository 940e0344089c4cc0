/* SPDX-License-Identifier: BSD-2-Clause */
/* Recordings: every member of every fact comes back, hostile octets included; malformed text is refused by
 * line. */
#define _XOPEN_SOURCE 700 /* nftw */
#include "auditor/facts/recording.h"

#include "auditor/base/buf.h"
#include "auditor/base/clock.h"
#include "tests/check_test.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- a store that the test answers, and a folder ------------------------------------------------------- */

struct bench {
    struct arena *arena, *scratch;
    struct settings settings;
    struct facts *facts, *again;
    struct recording *recording;
    struct replay *replay;
    struct recording_target meta;
    char dir[64];
};

static void hold(void *context, struct fact *fact)
{
    (void)context;
    (void)fact;
}

static struct facts *store(struct bench *b, struct source source, const dname *target)
{
    const struct facts_options options = {.target = target, .settings = &b->settings, .source = source};
    struct facts *f = facts_new(&options);
    facts_run_begin(f, b->scratch);
    return f;
}

static struct bench *bench_new(void)
{
    struct bench *b = calloc(1, sizeof(*b));
    b->arena = arena_new(0);
    b->scratch = arena_new(0);
    b->settings.live = true;
    snprintf(b->dir, sizeof(b->dir), "/tmp/zonevet-recording-XXXXXX");
    assert_non_null(mkdtemp(b->dir));
    b->facts = store(b, (struct source){.demand = hold}, dname_const(b->arena, "example.test."));
    return b;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void bench_free(struct bench *b)
{
    facts_free(b->facts);
    facts_free(b->again);
    replay_free(b->replay);
    nftw(b->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    arena_free(b->arena);
    arena_free(b->scratch);
    free(b);
}

static struct recording_run run_of(struct bench *b, const dname *const *targets)
{
    static const char *const ids[] = {"xfr.axfr-open", "deleg.lame-ns"};
    struct recording_run run = {
        .id = "20260101T000000Z-01020304",
        .tool_version = "0.1.0",
        .mode = "live",
        .profile = "default",
        .config_digest = "00ff",
        .resolver = "iterative",
        .started_s = 1767225600,
        .finished_s = 1767225660,
        .check_ids = ids,
        .check_count = 2,
        .fail_on = "high",
        .min_confidence = "possible",
        .settings = b->settings,
    };
    run.settings.targets = targets;
    run.settings.targets_count = 1;
    return run;
}

/* Write b->facts, read it into b->again. */
static void record_and_open(struct bench *b)
{
    const char *error = NULL;
    const dname *target = facts_target(b->facts);
    const struct recording_target meta = {.name = target,
                                          .duration_ms = 12,
                                          .queries = 34,
                                          .timeouts = 5,
                                          .source_file = "my names.txt",
                                          .source_line = 6};
    const struct recording_run run = run_of(b, &target);
    assert_int_equal(recording_create(b->arena, b->dir, &error), STATUS_OK);
    assert_int_equal(recording_write_target(b->dir, &meta, b->facts), STATUS_OK);
    assert_int_equal(recording_write_run(b->dir, &run), STATUS_OK);
    if (recording_open(b->arena, b->dir, &b->recording, &error) != STATUS_OK ||
        replay_open(b->recording, target, &b->replay, &b->meta, b->arena, &error) != STATUS_OK)
        fail_msg("%s", error != NULL ? error : "no error was given");
    assert_string_equal(b->meta.source_file, "my names.txt");
    assert_int_equal(b->meta.source_line, 6);
    assert_int_equal(b->meta.duration_ms, 12);
    assert_int_equal(b->meta.queries, 34);
    assert_int_equal(b->meta.timeouts, 5);
    assert_null(b->meta.error);
    b->again = store(b, replay_source(b->replay), target);
}

/* ---- member by member ---------------------------------------------------------------------------------- */

static void same_name(const dname *a, const dname *b)
{
    assert_int_equal(a == NULL, b == NULL);
    if (a != NULL) {
        assert_int_equal(dname_length(a), dname_length(b));
        assert_memory_equal(a, b, dname_length(a));
    }
}

static void same_text(const char *a, const char *b)
{
    assert_int_equal(a == NULL, b == NULL);
    if (a != NULL)
        assert_string_equal(a, b);
}

static void same_rdata(const struct rdata *a, const struct rdata *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(a[i].length, b[i].length);
        assert_memory_equal(a[i].octets, b[i].octets, a[i].length);
    }
}

static void same_set(const struct rrset *a, const struct rrset *b)
{
    same_name(a->owner, b->owner);
    assert_int_equal(a->type, b->type);
    assert_int_equal(a->class, b->class);
    assert_int_equal(a->ttl_s, b->ttl_s);
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->more, b->more);
    assert_int_equal(a->sig_count, b->sig_count);
    assert_int_equal(a->sig_ttl_s, b->sig_ttl_s);
    same_rdata(a->rdata, b->rdata, a->count);
    same_rdata(a->sigs, b->sigs, a->sig_count);
    assert_int_equal(a->where == NULL, b->where == NULL);
    for (size_t i = 0; a->where != NULL && i < a->count; i++) {
        assert_string_equal(a->where[i].file, b->where[i].file);
        assert_int_equal(a->where[i].line, b->where[i].line);
        assert_int_equal(a->where[i].column, b->where[i].column);
        assert_int_equal(a->where[i].end_line, b->where[i].end_line);
        assert_int_equal(a->where[i].end_column, b->where[i].end_column);
    }
}

static void same_section(const struct section *a, const struct section *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++)
        same_set(&a->sets[i], &b->sets[i]);
}

#define SAME(member) assert_int_equal(a->member, b->member)

static void same_reply(const struct reply *a, const struct reply *b)
{
    SAME(state);
    SAME(reason);
    SAME(rcode);
    SAME(opcode);
    SAME(aa);
    SAME(tc);
    SAME(rd);
    SAME(ra);
    SAME(ad);
    SAME(cd);
    SAME(z);
    SAME(tcp);
    SAME(truncated_first);
    SAME(edns);
    SAME(edns_fallback);
    SAME(edns_dropped);
    SAME(edns_version);
    SAME(edns_size);
    SAME(edns_flags);
    SAME(edns_options_length);
    SAME(cookie);
    SAME(case_differs);
    SAME(size);
    SAME(mismatches);
    SAME(other_source);
    SAME(tries);
    SAME(rtt_us);
    SAME(at_s);
    assert_true(address_equal(&a->server, &b->server));
    if (a->edns_options_length > 0)
        assert_memory_equal(a->edns_options, b->edns_options, a->edns_options_length);
    same_section(&a->answer, &b->answer);
    same_section(&a->authority, &b->authority);
    same_section(&a->additional, &b->additional);
}

static ptrdiff_t place_in(const struct section *s, const struct rrset *set)
{
    for (size_t i = 0; i < s->count; i++) {
        if (&s->sets[i] == set)
            return (ptrdiff_t)i;
    }
    return -1;
}

static void same_answer(const struct answer *a, const struct answer *b)
{
    SAME(state);
    SAME(reason);
    SAME(type);
    SAME(wildcard);
    same_name(a->owner, b->owner);
    same_name(a->target, b->target);
    same_name(a->zone, b->zone);
    assert_int_equal(a->rrset == NULL, b->rrset == NULL);
    assert_int_equal(a->reply == NULL, b->reply == NULL);
    if (a->rrset != NULL)
        same_set(a->rrset, b->rrset);
    if (a->reply == NULL)
        return;
    same_reply(a->reply, b->reply);
    assert_int_equal(place_in(&a->reply->answer, a->rrset), place_in(&b->reply->answer, b->rrset));
    assert_int_equal(place_in(&a->reply->authority, a->rrset), place_in(&b->reply->authority, b->rrset));
}

static void same_servers(const struct server *a, const struct server *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        same_name(a[i].name, b[i].name);
        assert_true(address_equal(&a[i].address, &b[i].address));
    }
}

static void same_cut(const struct cut *a, const struct cut *b)
{
    SAME(state);
    SAME(reason);
    SAME(server_count);
    SAME(parent_server_count);
    SAME(nxdomain);
    SAME(undelegated);
    same_name(a->apex, b->apex);
    same_name(a->parent, b->parent);
    same_servers(a->servers, b->servers, a->server_count);
    same_servers(a->parent_servers, b->parent_servers, a->parent_server_count);
}

static void same_transfer(const struct transfer *a, const struct transfer *b)
{
    SAME(state);
    SAME(reason);
    SAME(outcome);
    SAME(rcode);
    SAME(complete);
    SAME(full);
    SAME(udp);
    SAME(serial);
    SAME(records);
    SAME(octets);
    SAME(name_count);
    for (size_t i = 0; i < a->name_count; i++)
        same_name(a->names[i], b->names[i]);
}

static void same_walk(const struct walk *a, const struct walk *b)
{
    SAME(state);
    SAME(reason);
    SAME(outcome);
    SAME(hops);
    SAME(complete);
    SAME(name_count);
    for (size_t i = 0; i < a->name_count; i++)
        same_name(a->names[i], b->names[i]);
}

static void same_http(const struct http_reply *a, const struct http_reply *b)
{
    SAME(state);
    SAME(reason);
    SAME(status);
    SAME(body_length);
    SAME(body_cut);
    SAME(certificate_covers);
    SAME(at_s);
    assert_memory_equal(a->body_sha256, b->body_sha256, sizeof(a->body_sha256));
    assert_string_equal(a->headers, b->headers);
    assert_memory_equal(a->body, b->body, a->body_length);
    assert_int_equal(b->body[b->body_length], 0);
    same_text(a->certificate, b->certificate);
    same_text(a->error, b->error);
}

static void same_vantage(const struct vantage *a, const struct vantage *b)
{
    SAME(state);
    SAME(ipv4);
    SAME(ipv6);
    SAME(tcp);
    SAME(intercepted);
    SAME(parents_answer);
    SAME(sent);
    SAME(lost);
}

/* Ask the replay what the first store was asked, and compare. */
static void same_fact(struct bench *b, const struct fact *fact)
{
    struct facts *f = b->again;
    switch (fact->kind) {
    case FACT_ASK:
        same_reply(fact->value, facts_ask(f, &fact->key.ask));
        break;
    case FACT_LOOKUP:
        same_answer(fact->value, facts_lookup(f, fact->key.lookup.owner, fact->key.lookup.type));
        break;
    case FACT_CUT:
        same_cut(fact->value, facts_cut(f, fact->key.cut));
        break;
    case FACT_TRANSFER:
        same_transfer(fact->value, facts_transfer(f, &fact->key.transfer));
        break;
    case FACT_WALK:
        same_walk(fact->value, facts_walk(f, fact->key.walk));
        break;
    case FACT_HTTP:
        same_http(fact->value, facts_http(f, &fact->key.http));
        break;
    case FACT_VANTAGE:
        same_vantage(fact->value, facts_vantage(f, fact->key.vantage_last));
        break;
    }
}

static void same_facts(struct bench *b)
{
    facts_allow_last_round(b->again);
    for (size_t i = 0; i < facts_count(b->facts); i++) {
        if (facts_at(b->facts, i)->value != NULL)
            same_fact(b, facts_at(b->facts, i));
    }
}

/* The fact asked last gets this value. */
static void answer_last(struct bench *b, const void *value)
{
    facts_deliver(facts_at(b->facts, facts_count(b->facts) - 1), value);
}

/* ---- every member, hostile octets ---------------------------------------------------------------------- */

static struct rdata rdata(struct bench *b, const void *octets, size_t length)
{
    return (struct rdata){.length = (uint16_t)length, .octets = arena_copy(b->arena, octets, length)};
}

#define RDATA(b, text) rdata((b), (text), sizeof(text) - 1)

static struct rrset *set_add(struct bench *b, struct rrset *sets, size_t *count, const char *owner,
                             uint16_t type, const struct rdata *data, uint16_t data_count)
{
    struct rrset *set = &sets[(*count)++];
    *set = (struct rrset){
        .owner = dname_const(b->arena, owner), .type = type, .class = RRCLASS_IN, .ttl_s = 3600};
    set->rdata = arena_copy(b->arena, data, data_count * sizeof(*data));
    set->count = data_count;
    return set;
}

static void sign_set(struct bench *b, struct rrset *set, uint16_t covered, size_t length)
{
    uint8_t octets[80] = {(uint8_t)(covered >> 8),
                          (uint8_t)covered,
                          13,
                          2,
                          0,
                          0,
                          14,
                          16,
                          0x69,
                          0,
                          0,
                          0,
                          0x68,
                          0,
                          0,
                          0,
                          0x12,
                          0x34,
                          7,
                          'e',
                          'X',
                          'a',
                          'm',
                          'p',
                          'l',
                          'e',
                          4,
                          't',
                          'e',
                          's',
                          't',
                          0,
                          1,
                          2,
                          3};
    struct rdata *sigs = arena_array(b->arena, (size_t)set->sig_count + 1, sizeof(*sigs));
    for (size_t i = 0; i < set->sig_count; i++)
        sigs[i] = set->sigs[i];
    sigs[set->sig_count++] = rdata(b, octets, length);
    set->sigs = sigs;
    set->sig_ttl_s = 1800;
}

/* Sets that presentation form or plain lines would not bring back. */
static struct section hostile_section(struct bench *b)
{
    static const uint8_t binary[] = {5, 0, 10, 13, '"', 0xff, 0, 3, 'a', ';', '\\'};
    static const struct location places[] = {
        {"zones/example test.zone", 3, 1, 3, 30},
        {"b",                       4, 5, 6, 7 }
    };
    struct rrset *sets = arena_array(b->arena, 40, sizeof(*sets));
    size_t n = 0;
    struct rdata all[256];
    struct rrset *set;
    char big[65535];
    memset(big, 0, sizeof(big));
    for (size_t i = 0; i < 256; i++)
        all[i] = rdata(b, big, i);

    all[0] = RDATA(b, "\300\000\002\001");
    all[1] = RDATA(b, "\300\000\002\002");
    set = set_add(b, sets, &n, "example.test.", RRTYPE_A, all, 2);
    sign_set(b, set, RRTYPE_A, 35);
    sign_set(b, set, RRTYPE_A, 3);   /* cut off */
    sign_set(b, set, RRTYPE_NS, 35); /* covers something else */
    sign_set(b, set, RRTYPE_A, 1);
    set_add(b, sets, &n, "example.test.", RRTYPE_A, all, 1)->ttl_s = 7; /* after its like */
    set_add(b, sets, &n, "example.test.", RRTYPE_A, all, 2)->where = places;
    set_add(b, sets, &n, "example.test.", RRTYPE_NS, all, 1);       /* no name */
    set = set_add(b, sets, &n, "example.test.", RRTYPE_MX, all, 0); /* signatures without their records */
    sign_set(b, set, RRTYPE_MX, 35);
    set = set_add(b, sets, &n, "example.test.", RRTYPE_RRSIG, set->sigs,
                  1); /* lone, but like one of the set before */
    set->more = 65535;
    set_add(b, sets, &n, "example.test.", RRTYPE_RRSIG, set->rdata, 1);
    set_add(b, sets, &n, "a.example.test.", RRTYPE_RRSIG, sets[0].sigs, 4);

    all[0] = rdata(b, binary, sizeof(binary));
    all[1] = rdata(b, "", 0);
    all[2] = rdata(b, "\0", 1);
    all[3] = RDATA(b, "\377xy");
    all[4] = rdata(b, big, sizeof(big)); /* 65535 empty strings */
    set_add(b, sets, &n, "\\000\\255\\.\\\\\\\"\\@\\ \\;.example.test.", RRTYPE_TXT, all, 5);
    set_add(b, sets, &n, "*.example.test.", 65280, all, 5)->class = 254;
    set_add(b, sets, &n, "@.example.test.", 0, all, 2)->class = 0;
    set_add(b, sets, &n, "x.example.test.", 10, all, 2)->sig_ttl_s = 9;
    all[0] = RDATA(b, "\002Ns\007eXAMPLE\004TEST\000");
    set_add(b, sets, &n, ".", RRTYPE_NS, all, 1)->class = RRCLASS_CH;
    memset(big, 'a', sizeof(big));
    big[0] = big[64] = big[128] = 63;
    big[192] = 61;
    big[254] = 0;
    all[0] = rdata(b, big, 255);
    set = set_add(b, sets, &n, "x.", RRTYPE_CNAME, all, 1);
    set->owner = all[0].octets;
    for (uint16_t type = 1; type < 120;
         type++) /* ldns reads and prints what it may: garbage of every length */
        all[type] = rdata(b, big, type);
    for (unsigned type = 1; type < 262 && n < 39; type += 13)
        set_add(b, sets, &n, "garbage.example.test.", (uint16_t)type, all, 120);
    return (struct section){sets, n};
}

static struct reply *full_reply(struct bench *b)
{
    struct reply *r = arena_alloc(b->arena, sizeof(*r));
    *r = (struct reply){
        .state = REPLY_OK,
        .reason = REASON_BOGUS,
        .rcode = 4095,
        .opcode = 5,
        .aa = true,
        .tc = true,
        .rd = true,
        .ra = true,
        .ad = true,
        .cd = true,
        .z = true,
        .tcp = true,
        .truncated_first = true,
        .edns = true,
        .edns_fallback = true,
        .edns_dropped = true,
        .edns_version = 255,
        .edns_size = 65535,
        .edns_flags = 0x8001,
        .edns_options = arena_copy(b->arena, "\000\003\000\001\377", 5),
        .edns_options_length = 5,
        .cookie = true,
        .case_differs = true,
        .size = 65535,
        .mismatches = 7,
        .other_source = 3,
        .tries = 255,
        .rtt_us = UINT32_MAX,
        .at_s = 1767225600,
    };
    address_from_text("2001:db8::5", &r->server);
    r->answer = hostile_section(b);
    r->authority = hostile_section(b);
    r->additional = hostile_section(b);
    return r;
}

static void replies_come_back_whole(void **state)
{
    struct bench *b = bench_new();
    struct ask q = {.owner = dname_const(b->arena, "example.test."), .type = RRTYPE_NS};
    (void)state;
    address_from_text("192.0.2.1", &q.server);
    facts_ask(b->facts, &q);
    answer_last(b, full_reply(b));
    struct reply *r = full_reply(b);
    r->server = q.server;
    r->at_s = -5;
    q = (struct ask){.server = q.server,
                     .type = 0,
                     .class = 3,
                     .flags = 0x87ff,
                     .opcode = 9,
                     .edns_version = 8,
                     .edns_size = 7,
                     .edns_flags = 6,
                     .edns_option = 5,
                     .repeat = 4,
                     .delay_s = 3};
    dname_from_text(b->arena, "eXaMpLe.TeSt.", &q.owner);
    q.flags &= (uint16_t)~ASK_LAST_ROUND;
    q.repeat = 0;
    facts_ask(b->facts, &q);
    answer_last(b, r);
    r = arena_alloc(b->arena, sizeof(*r));
    *r = (struct reply){
        .state = REPLY_NONE, .reason = REASON_TIMEOUT, .server = q.server, .tries = 6, .rcode = 3};
    q = (struct ask){.server = q.server, .owner = DNAME_ROOT, .type = RRTYPE_SOA};
    facts_ask(b->facts, &q);
    answer_last(b, r);
    q.server.family = 0;
    facts_ask(b->facts, &q);
    facts_deliver_unknown(facts_at(b->facts, 3), REASON_NETWORK);
    record_and_open(b);
    assert_int_equal(facts_count(b->facts), 4);
    same_facts(b);
    bench_free(b);
}

static void answers_come_back_whole(void **state)
{
    struct bench *b = bench_new();
    struct answer *answers = arena_array(b->arena, 16, sizeof(*answers));
    struct reply *reply = full_reply(b);
    struct rrset *own = arena_copy(b->arena, &reply->answer.sets[0], sizeof(*own));
    const dname *owner = dname_const(b->arena, "example.test.");
    const struct answer cases[] = {
        {.state = ANSWER_RRSET,            .rrset = &reply->answer.sets[3],    .reply = reply, .zone = owner     },
        {.state = ANSWER_RRSET,            .rrset = &reply->authority.sets[1], .reply = reply, .wildcard = true  },
        {.state = ANSWER_RRSET,            .rrset = own,                       .reply = reply, .zone = DNAME_ROOT},
        {.state = ANSWER_RRSET,            .rrset = &reply->answer.sets[2]   },
        {.state = ANSWER_ALIAS,
         .rrset = &reply->answer.sets[0],
         .target = dname_const(b->arena,               "x\\.y."),
         .reply = reply},
        {.state = ANSWER_NODATA,                  .reply = reply,                      .zone = owner                                                                      },
        {.state = ANSWER_NXDOMAIN         },
        {.state = ANSWER_UNKNOWN,           .reason = REASON_SERVFAIL,         .reply = reply},
        {.state = ANSWER_UNKNOWN, .reason = REASON_NONE                                            },
        {.state = ANSWER_NODATA,                                .reason = REASON_BUDGET,                                   .target = owner, .rrset = &reply->answer.sets[4]                                                                                        },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        answers[i] = cases[i];
        answers[i].owner = i == 5 ? dname_const(b->arena, "other.test.") : owner;
        answers[i].type = i == 5 ? 77 : (uint16_t)(i + 1);
        facts_lookup(b->facts, owner, (uint16_t)(i + 1));
        answer_last(b, &answers[i]);
    }
    for (unsigned reason = REASON_NEEDS_LIVE; reason <= REASON_INTERNAL; reason++) {
        facts_lookup(b->facts, owner, (uint16_t)(100 + reason));
        facts_deliver_unknown(facts_at(b->facts, facts_count(b->facts) - 1), (enum reason)reason);
    }
    record_and_open(b);
    same_facts(b);
    bench_free(b);
}

static void cuts_transfers_walks_come_back_whole(void **state)
{
    struct bench *b = bench_new();
    struct server servers[] = {
        {dname_const(b->arena, "ns1.example.test."), {.family = 4, .octets = {192, 0, 2, 1}}},
        {dname_const(b->arena, "\\007.test."),       {.family = 6, .octets = {0x20, 1}}     }
    };
    const dname *names[] = {DNAME_ROOT, dname_const(b->arena, "a\\000b.example.test."), servers[0].name};
    const struct cut cut = {.state = FACT_KNOWN,
                            .reason = REASON_BUDGET,
                            .apex = names[2],
                            .parent = names[1],
                            .servers = servers,
                            .server_count = 2,
                            .parent_servers = servers + 1,
                            .parent_server_count = 1,
                            .nxdomain = true,
                            .undelegated = true};
    const struct cut root = {.state = FACT_KNOWN, .apex = DNAME_ROOT};
    const struct transfer transfer = {.state = FACT_KNOWN,
                                      .outcome = TRANSFER_DATA,
                                      .rcode = 9,
                                      .complete = true,
                                      .full = true,
                                      .udp = true,
                                      .serial = UINT32_MAX,
                                      .records = 3,
                                      .octets = 4,
                                      .names = names,
                                      .name_count = 3};
    const struct walk walk = {.state = FACT_KNOWN,
                              .outcome = WALK_MINIMAL,
                              .hops = 8,
                              .complete = true,
                              .names = names,
                              .name_count = 3};
    const struct vantage vantage = {.state = FACT_KNOWN,
                                    .ipv4 = true,
                                    .ipv6 = true,
                                    .tcp = true,
                                    .intercepted = true,
                                    .parents_answer = true,
                                    .sent = 20,
                                    .lost = 1};
    struct transfer_ask q = {
        .server = servers[0].address, .zone = names[2], .type = RRTYPE_IXFR, .serial = 5, .with_key = true};
    (void)state;
    facts_cut(b->facts, names[1]);
    answer_last(b, &cut);
    facts_cut(b->facts, names[0]);
    answer_last(b, &root);
    facts_cut(b->facts, names[2]);
    facts_deliver_unknown(facts_at(b->facts, 2), REASON_TIMEOUT);
    facts_transfer(b->facts, &q);
    answer_last(b, &transfer);
    q.with_key = false;
    facts_transfer(b->facts, &q);
    facts_deliver_unknown(facts_at(b->facts, 4), REASON_NETWORK);
    facts_walk(b->facts, names[2]);
    answer_last(b, &walk);
    facts_vantage(b->facts, false);
    answer_last(b, &vantage);
    facts_vantage(b->facts, true);
    facts_deliver_unknown(facts_at(b->facts, 7), REASON_NEEDS_LIVE);
    facts_cut(b->facts, dname_const(b->arena, "pending.test.")); /* without a value: left out */
    record_and_open(b);
    same_facts(b);
    assert_int_equal(facts_cut(b->again, dname_const(b->arena, "pending.test."))->reason,
                     REASON_INCOMPLETE_DATA);
    bench_free(b);
}

static void http_replies_come_back_whole(void **state)
{
    struct bench *b = bench_new();
    char *body = arena_alloc(b->arena, 65537);
    struct http_reply r = {.state = FACT_KNOWN,
                           .status = 65535,
                           .headers = "HTTP/1.1 200 OK\r\nX: \"\\\377\x1b[31m\r\n\r\n",
                           .body = body,
                           .body_length = 65536,
                           .body_cut = true,
                           .certificate_covers = true,
                           .certificate = "CN=\x01\xff; \"a\", b",
                           .error = "the server said nothing",
                           .at_s = 1};
    struct http_ask q = {.https = true, .host = "www.example.test", .path = "/a b?\"c\"#%00\\"};
    (void)state;
    for (size_t i = 0; i < 65536; i++)
        body[i] = (char)(i % 3 == 0 ? 0 : i * 7 % 256);
    memset(r.body_sha256, 0xa5, sizeof(r.body_sha256));
    address_from_text("192.0.2.80", &q.address);
    facts_http(b->facts, &q);
    answer_last(b, &r);
    q.https = false;
    q.host = "#x";
    facts_http(b->facts, &q);
    facts_deliver_unknown(facts_at(b->facts, 1), REASON_NETWORK);
    record_and_open(b);
    same_facts(b);
    bench_free(b);
}

/* ---- worlds -------------------------------------------------------------------------------------------- */

static void ask_many(struct facts *f, void *context)
{
    static const uint16_t types[] = {RRTYPE_A,  RRTYPE_NS,     RRTYPE_SOA, RRTYPE_MX,   RRTYPE_TXT,
                                     RRTYPE_DS, RRTYPE_DNSKEY, RRTYPE_CAA, RRTYPE_HTTPS};
    static const char *const labels[] = {"", "www.", "alias.", "absent.", "w.wild."};
    (void)context;
    const struct cut *cut = facts_cut(f, facts_target(f));
    for (size_t i = 0; i < ARRAY_SIZE(labels); i++) {
        const char *text = arena_printf(facts_scratch(f), "%sexample.test.", labels[i]);
        for (size_t t = 0; t < ARRAY_SIZE(types); t++)
            facts_lookup(f, dname_const(facts_scratch(f), text), types[t]);
    }
    for (size_t i = 0; i < cut->server_count; i++) {
        struct ask q = {.server = cut->servers[i].address, .owner = facts_target(f), .type = RRTYPE_SOA};
        facts_ask(f, &q);
        q.type = RRTYPE_DNSKEY;
        facts_ask(f, &q);
        q.flags = ASK_TCP | ASK_NO_EDNS;
        facts_ask(f, &q);
        const struct transfer_ask axfr = {
            .server = cut->servers[i].address, .zone = facts_target(f), .type = RRTYPE_AXFR};
        facts_transfer(f, &axfr);
    }
    struct http_ask http = {.host = "www.example.test", .path = "/"};
    http.address = (struct address){
        .family = 4, .octets = {192, 0, 2, 80}
    };
    facts_http(f, &http);
    facts_walk(f, facts_target(f));
    facts_vantage(f, false);
    facts_vantage(f, true);
}

static const char world_text[] =
    "@ TXT \"v=spf1 mx -all\"\n@ MX 10 mail\nmail A 192.0.2.25\nwww A 192.0.2.80\nalias CNAME www\n*.wild A "
    "192.0.2.9\n"
    "@ CAA 0 issue \"ca.test\"\nwww HTTPS 1 . alpn=h2,h3 ipv4hint=192.0.2.80\n"
    "!server 192.0.2.2 * SOA timeout\n!axfr 192.0.2.1 open\n!sign example.test.\n"
    "!http www.example.test 200 <html>\\n<p>hello\n";

static char *file_text(const char *path)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL)
        fail_msg("%s: %s", path, strerror(errno));
    char *text = calloc(1, 1 << 20);
    assert_true(fread(text, 1, (1 << 20) - 1, in) > 0);
    fclose(in);
    return text;
}

/* A replay that is recorded again gives the same file. */
static void recorded_again(struct bench *b, const char *first_path)
{
    const char *error = NULL;
    const char *dir = arena_printf(b->arena, "%s/again", b->dir);
    assert_int_equal(recording_create(b->arena, dir, &error), STATUS_OK);
    assert_int_equal(recording_write_target(dir, &b->meta, b->again), STATUS_OK);
    char *first = file_text(first_path);
    char *second = file_text(arena_printf(b->arena, "%s/targets/example.test.facts", dir));
    assert_string_equal(first, second);
    free(first);
    free(second);
}

static void a_world_replays(void **state)
{
    struct bench *b = bench_new();
    struct world *w = world_new(world_text);
    (void)state;
    world_settle(w, ask_many, NULL);
    facts_free(b->facts);
    b->facts = world_facts(w);
    b->settings = *facts_settings(b->facts);
    record_and_open(b);
    assert_true(facts_count(b->facts) > 40);
    same_facts(b);
    facts_run_begin(b->again, b->scratch);
    ask_many(b->again, NULL);
    struct fact *const *missing = NULL;
    assert_int_equal(facts_run_missing(b->again, &missing), 0);
    assert_int_equal(facts_count(b->again), facts_count(b->facts));
    recorded_again(b, arena_printf(b->arena, "%s/targets/example.test.facts", b->dir));
    const char *keep = getenv("ZONEVET_KEEP_RECORDING"); /* to renew tests/recordings */
    if (keep != NULL) {
        const char *command = arena_printf(b->arena, "mkdir -p %s && cp -r %s/run.txt %s/targets %s/", keep,
                                           b->dir, b->dir, keep);
        assert_int_equal(system(command), 0);
    }
    b->facts = NULL;
    bench_free(b);
    world_free(w);
}

static void the_sample_replays(void **state)
{
    struct bench *b = bench_new();
    const char *error = NULL;
    const char *dir = SOURCE_DIR "/tests/recordings/signed";
    (void)state;
    if (recording_open(b->arena, dir, &b->recording, &error) != STATUS_OK)
        fail_msg("%s", error);
    const struct recording_run *run = recording_head(b->recording);
    assert_int_equal(run->settings.targets_count, 1);
    b->settings = run->settings;
    if (replay_open(b->recording, run->settings.targets[0], &b->replay, &b->meta, b->arena, &error) !=
        STATUS_OK)
        fail_msg("%s", error);
    b->again = store(b, replay_source(b->replay), run->settings.targets[0]);
    facts_allow_last_round(b->again);
    ask_many(b->again, NULL);
    const dname *www = dname_const(b->arena, "www.example.test.");
    const struct answer *a = facts_lookup(b->again, www, RRTYPE_A);
    assert_int_equal(a->state, ANSWER_RRSET);
    assert_int_equal(a->rrset->sig_count, 1);
    assert_int_equal(facts_lookup(b->again, dname_const(b->arena, "absent.example.test."), RRTYPE_A)->state,
                     ANSWER_NXDOMAIN);
    assert_int_equal(
        facts_lookup(b->again, dname_const(b->arena, "never-asked.example.test."), RRTYPE_A)->reason,
        REASON_INCOMPLETE_DATA);
    bench_free(b);
}

/* ---- settings ------------------------------------------------------------------------------------------ */

static void same_names(const dname *const *a, const dname *const *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        same_name(a[i], b[i]);
}

static void same_blocks(const struct cidr *a, const struct cidr *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_true(address_equal(&a[i].address, &b[i].address));
        assert_int_equal(a[i].prefix, b[i].prefix);
    }
}

static void same_settings(const struct settings *a, const struct settings *b)
{
    SAME(live);
    SAME(http);
    SAME(intrusive);
    SAME(smtp);
    SAME(ssh);
    SAME(connect);
    SAME(ipv4);
    SAME(ipv6);
    SAME(allow_private);
    SAME(mail);
    SAME(tsig_given);
    SAME(confirm_delay_s);
    SAME(now_s);
    SAME(now_given);
    SAME(seed);
    SAME(as_public_count);
    SAME(names_count);
    SAME(owned_count);
    SAME(ignored_count);
    SAME(inventory_count);
    SAME(inventory_names_count);
    SAME(ns_count);
    SAME(ds_count);
    SAME(anchors_count);
    SAME(targets_count);
    same_blocks(a->as_public, b->as_public, a->as_public_count);
    same_blocks(a->inventory, b->inventory, a->inventory_count);
    same_names(a->names, b->names, a->names_count);
    same_names(a->owned, b->owned, a->owned_count);
    same_names(a->ignored, b->ignored, a->ignored_count);
    same_names(a->inventory_names, b->inventory_names, a->inventory_names_count);
    same_names(a->targets, b->targets, a->targets_count);
    same_rdata(a->ds, b->ds, a->ds_count);
    for (size_t i = 0; i < a->ns_count; i++) {
        same_name(a->ns[i].name, b->ns[i].name);
        assert_true(address_equal(&a->ns[i].address, &b->ns[i].address));
    }
    for (size_t i = 0; i < a->anchors_count; i++)
        same_set(&a->anchors[i], &b->anchors[i]);
}

static void same_configuration(const struct settings *a, const struct settings *b)
{
    assert_int_equal(a->options_count, b->options_count);
    assert_int_equal(a->policies_count, b->policies_count);
    assert_int_equal(a->mails_count, b->mails_count);
    assert_string_equal(settings_option_text(b, "b.check", "list", ""), "two words");
    assert_int_equal(settings_option(b, "a.check", "days", 9), 5);
    assert_int_equal(settings_option(b, "a.check", "hours", 9), 9);
    assert_string_equal(settings_policy(b, "a.check")->severity, "high");
    assert_false(settings_policy(b, "a.check")->disabled);
    assert_null(settings_policy(b, "b.check")->severity);
    assert_true(settings_policy(b, "b.check")->disabled);
    assert_null(settings_policy(b, "c.check"));
    assert_int_equal(settings_mail(b, a->mails[0].target), MAIL_NO);
    assert_int_equal(settings_mail(b, (const dname *)"\4none"), a->mail);
}

static void settings_come_back_whole(void **state)
{
    struct bench *b = bench_new();
    const char *error = NULL;
    const dname *names[] = {dname_const(b->arena, "b.test."), dname_const(b->arena, "a.test."), DNAME_ROOT};
    const struct cidr blocks[] = {
        {.address = {.family = 4, .octets = {192, 0, 2, 0}}, .prefix = 24},
        {.address = {.family = 6, .octets = {0x20, 1}},      .prefix = 0 }
    };
    const struct given_ns ns[] = {
        {names[0], {0}              },
        {names[1], blocks[1].address}
    };
    const struct rdata ds[] = {RDATA(b, "\x12\x34\x0d\x02"
                                        "0123456789abcdef0123456789abcdef"),
                               RDATA(b, "\001")};
    struct rrset anchors[4];
    size_t n = 0;
    (void)state;
    set_add(b, anchors, &n, ".", RRTYPE_DS, ds, 2);
    set_add(b, anchors, &n, "test.", RRTYPE_DS, ds, 1);
    sign_set(b, &anchors[1], RRTYPE_A, 35);
    const struct settings s = {
        .live = true,
        .http = true,
        .intrusive = true,
        .smtp = true,
        .ssh = true,
        .connect = true,
        .ipv4 = true,
        .ipv6 = true,
        .allow_private = true,
        .as_public = blocks,
        .as_public_count = 2,
        .mail = MAIL_NO,
        .tsig_given = true,
        .names = names,
        .names_count = 3,
        .owned = names,
        .owned_count = 2,
        .ignored = names + 1,
        .ignored_count = 2,
        .inventory = blocks,
        .inventory_count = 1,
        .inventory_names = names,
        .inventory_names_count = 1,
        .ns = ns,
        .ns_count = 2,
        .ds = ds,
        .ds_count = 2,
        .anchors = anchors,
        .anchors_count = 2,
        .targets = names,
        .targets_count = 3,
        .confirm_delay_s = 5,
        .now_s = 1767225600,
        .now_given = true,
        .seed = UINT64_MAX,
        .options = (const struct check_setting[]){{"a.check", "days", "5"}, {"b.check", "list", "two words"}},
        .options_count = 2,
        .policies = (const struct check_policy[]){{"a.check", "high", false}, {"b.check", NULL, true}},
        .policies_count = 2,
        .mails = (const struct mail_setting[]){{names[0], MAIL_NO}},
        .mails_count = 1,
    };
    struct recording_run run = run_of(b, names);
    run.settings = s;
    run.interrupted = true;
    assert_int_equal(recording_create(b->arena, b->dir, &error), STATUS_OK);
    assert_int_equal(recording_write_run(b->dir, &run), STATUS_OK);
    if (recording_open(b->arena, b->dir, &b->recording, &error) != STATUS_OK)
        fail_msg("%s", error);
    const struct recording_run *head = recording_head(b->recording);
    same_settings(&s, &head->settings);
    same_configuration(&s, &head->settings);
    assert_string_equal(head->id, run.id);
    assert_string_equal(head->tool_version, run.tool_version);
    assert_string_equal(head->mode, run.mode);
    assert_string_equal(head->profile, run.profile);
    assert_string_equal(head->config_digest, run.config_digest);
    assert_string_equal(head->resolver, run.resolver);
    assert_string_equal(head->fail_on, run.fail_on);
    assert_string_equal(head->min_confidence, run.min_confidence);
    assert_int_equal(head->started_s, run.started_s);
    assert_int_equal(head->finished_s, run.finished_s);
    assert_true(head->interrupted);
    assert_int_equal(head->check_count, 2);
    assert_string_equal(head->check_ids[1], "deleg.lame-ns");
    assert_int_equal(recording_create(b->arena, b->dir, &error), STATUS_USAGE);
    assert_non_null(strstr(error, "run.txt"));
    run.mode = "offline";
    assert_int_equal(recording_write_run(b->dir, &run), STATUS_OK);
    assert_int_equal(recording_open(b->arena, b->dir, &b->recording, &error), STATUS_UNSUPPORTED);
    bench_free(b);
}

/* ---- what is not so ------------------------------------------------------------------------------------ */

static void put_file(struct bench *b, const char *name, const char *text)
{
    FILE *out = fopen(arena_printf(b->arena, "%s/%s", b->dir, name), "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

#define HEAD "zonevet-facts 1\ntarget example.test.\n\n" /* three lines */

static void malformed_facts_are_refused_by_line(void **state)
{
    static const struct {
        const char *text;
        unsigned line; /* 0: it is good */
    } rows[] = {
        {HEAD,                                                                                              0       },
        {HEAD "# a comment\r\n\r\nask 192.0.2.1 NS example.test.\r\n\treply NOERROR\r\n",                   0       },
        {HEAD "lookup A example.test.\n  rrset\n  data example.test 5 IN A 192.0.2.1",                      0       },
        {"",                                                                                                0 + 1000},
        {"zonevet-facts 2\n",                                                                               1       },
        {"zonevet-facts 1\n",                                                                               1       },
        {"zonevet-facts 1\ntarget other.test.\n",                                                           2       },
        {HEAD "what 1\n",                                                                                   4       },
        {HEAD "  reply NOERROR\n",                                                                          4       },
        {HEAD "ask 192.0.2.1 NS example..test.\n",                                                          4       },
        {HEAD "ask 192.0.2 NS example.test.\n",                                                             4       },
        {HEAD "ask 192.0.2.1 NOTYPE example.test.\n",                                                       4       },
        {HEAD "ask 192.0.2.1 NS example.test. opcode 256\n",                                                4       },
        {HEAD "ask 192.0.2.1 NS example.test. loud\n",                                                      4       },
        {HEAD "ask 192.0.2.1 NS example.test.\n",                                                           4       },
        {HEAD "ask 192.0.2.1 NS example.test.\n  answer . 1 IN A 192.0.2.1\n",                              5       },
        {HEAD "ask 192.0.2.1 NS example.test.\n  reply NOERROR\n  answer . 1 IN A 192.0.2\n",               6       },
        {HEAD "ask 192.0.2.1 NS example.test.\n  reply NOERROR\n  answer . 1 IN A 192.0.2.1 x\n",           6       },
        {HEAD "ask 192.0.2.1 NS example.test.\n  reply NOERROR\n  signature 1 \\# 0\n",                     6       },
        {HEAD "ask 192.0.2.1 NS example.test.\n  reply NOERROR\n  where x 1 1 1 1\n",                       6       },
        {HEAD "ask 192.0.2.1 NS example.test.\n  reply NOERROR at never\n",                                 5       },
        {HEAD "ask 192.0.2.1 NS example.test.\n  reply NOERROR sha\n",                                      5       },
        {HEAD "ask 192.0.2.1 NS example.test.\n  reply NOERROR\n  reply NOERROR\n",                         6       },
        {HEAD "ask 192.0.2.1 NS a.test.\n  reply NOERROR\nask 192.0.2.1 NS A.test.\n  reply NOERROR\n",     6       },
        {HEAD "lookup A example.test.\n  rrset\n",                                                          5       },
        {HEAD "lookup A example.test.\n  alias\n  data a. 1 IN CNAME b.\n",                                 6       },
        {HEAD "lookup A example.test.\n  rrset\n  set data a. 1 IN A\n",                                    6       },
        {HEAD "lookup A example.test.\n  rrset\n  from answer 0\n",                                         6       },
        {HEAD "lookup A example.test.\n  unknown because\n",                                                5       },
        {HEAD "lookup A example.test.\n  nodata\n  data a. 1 IN A 192.0.2.1\n  data b. 1 IN A 192.0.2.1\n",
         7                                                                                                          },
        {HEAD "cut example.test.\n  known parent test.\n",                                                  5       },
        {HEAD "cut example.test.\n  known apex test.\n  server ns.test.\n",                                 6       },
        {HEAD "walk example.test.\n  known outcome run\n",                                                  5       },
        {HEAD "http 192.0.2.1 h /\n  known status 200\n  headers \"\\000\"\n",                              6       },
        {HEAD "http 192.0.2.1 h /\n  known status 200\n  body \"\\256\"\n",                                 6       },
        {HEAD "http 192.0.2.1 h /\n  known status 200\n  body \"\n",                                        6       },
        {HEAD "http 192.0.2.1 h /\n  known sha256 0x00\n",                                                  5       },
        {HEAD "http 192.0.2.1 h /\n  known error \"\\027\"\n",                                              5       },
        {HEAD "vantage\n  known\n",                                                                         4       },
        {HEAD "vantage last\n  known \x01\n",                                                               5       },
    };
    struct bench *b = bench_new();
    const dname *target = dname_const(b->arena, "example.test.");
    const struct recording_run run = run_of(b, &target);
    const char *error = NULL;
    (void)state;
    assert_int_equal(recording_create(b->arena, b->dir, &error), STATUS_OK);
    assert_int_equal(recording_write_run(b->dir, &run), STATUS_OK);
    assert_int_equal(recording_open(b->arena, b->dir, &b->recording, &error), STATUS_OK);
    assert_int_equal(replay_open(b->recording, target, &b->replay, &b->meta, b->arena, &error), STATUS_IO);
    assert_non_null(error);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        put_file(b, "targets/example.test.facts", rows[i].text);
        enum status status = replay_open(b->recording, target, &b->replay, &b->meta, b->arena, &error);
        const char *place = arena_printf(b->arena, "example.test.facts:%u: ", rows[i].line);
        if (rows[i].line == 0 && status != STATUS_OK)
            fail_msg("row %zu: %s", i, error);
        if (rows[i].line != 0 && status != STATUS_MALFORMED)
            fail_msg("row %zu was taken", i);
        if (rows[i].line != 0 && rows[i].line < 1000 && strstr(error, place) == NULL)
            fail_msg("row %zu: %s, expected line %u", i, error, rows[i].line);
        replay_free(b->replay);
        b->replay = NULL;
    }
    bench_free(b);
}

static void malformed_runs_are_refused(void **state)
{
    static const char *const rows[] = {
        "",
        "zonevet-recording 9\n",
        "zonevet-recording 1\n",
        "zonevet-recording 1\nmode live\nwhat\n",
        "zonevet-recording 1\nmode live\ntarget a..b\n",
        "zonevet-recording 1\nmode live\ninventory 192.0.2.0/33\n",
        "zonevet-recording 1\nmode live\nrun \"\\027[31m\"\n",
        "zonevet-recording 1\nmode live\nmail perhaps\n",
        "zonevet-recording 1\nmode live\nds x\n",
        "zonevet-recording 1\nmode live extra\n",
    };
    struct bench *b = bench_new();
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const char *error = NULL;
        put_file(b, "run.txt", rows[i]);
        if (recording_open(b->arena, b->dir, &b->recording, &error) != STATUS_MALFORMED)
            fail_msg("row %zu was taken", i);
        assert_non_null(strstr(error, "run.txt:"));
    }
    bench_free(b);
}

static void file_names_are_safe(void **state)
{
    static const struct {
        const char *name, *file;
    } rows[] = {
        {".",                    "%2E"                  },
        {"Example.TEST.",        "example.test"         },
        {"_dmarc.example.test.", "%5Fdmarc.example.test"},
        {"-x.test.",             "%2Dx.test"            },
        {"a\\.b.\\000\\/.",      "a%2Eb.%00%2F"         },
        {"..",                   NULL                   },
    };
    struct bench *b = bench_new();
    const char *error = NULL;
    (void)state;
    assert_int_equal(recording_create(b->arena, b->dir, &error), STATUS_OK);
    for (size_t i = 0; rows[i].file != NULL; i++) {
        const struct recording_target meta = {.name = dname_const(b->arena, rows[i].name)};
        assert_int_equal(recording_write_target(b->dir, &meta, b->facts), STATUS_OK);
        const char *path = arena_printf(b->arena, "%s/targets/%s.facts", b->dir, rows[i].file);
        if (access(path, R_OK) != 0)
            fail_msg("no file %s", path);
    }
    bench_free(b);
}

static void long_names_and_bad_folders(void **state)
{
    struct bench *b = bench_new();
    dname longest[DNAME_MAX];
    const char *error = NULL;
    (void)state;
    memset(longest, '_', sizeof(longest));
    longest[0] = longest[64] = longest[128] = 63;
    longest[192] = 61;
    longest[254] = 0;
    facts_free(b->facts);
    b->facts = store(b, (struct source){.demand = hold}, longest);
    record_and_open(b);
    const struct recording_target meta = {.name = longest};
    assert_int_equal(recording_write_target("/nonexistent/folder", &meta, b->facts), STATUS_IO);
    assert_int_equal(recording_create(b->arena, "/nonexistent/folder", &error), STATUS_IO);
    assert_int_equal(recording_open(b->arena, "/nonexistent/folder", &b->recording, &error), STATUS_IO);
    put_file(b, "plain", "x");
    assert_int_equal(recording_create(b->arena, arena_printf(b->arena, "%s/plain", b->dir), &error),
                     STATUS_IO);
    bench_free(b);
}

static void a_thousand_facts_load_quickly(void **state)
{
    struct bench *b = bench_new();
    struct rdata data[] = {RDATA(b, "\003ns1\007example\004test\000"),
                           RDATA(b, "\003ns2\007example\004test\000")};
    struct rrset set;
    size_t n = 0;
    (void)state;
    set_add(b, &set, &n, "example.test.", RRTYPE_NS, data, 2);
    sign_set(b, &set, RRTYPE_NS, 35);
    struct reply r = {
        .state = REPLY_OK, .aa = true, .answer = {&set, 1},
                .authority = {&set, 1}
    };
    for (unsigned i = 0; i < 1000; i++) {
        struct ask q = {.owner = dname_const(b->arena, "example.test."), .type = (uint16_t)(i + 1)};
        facts_ask(b->facts, &q);
        answer_last(b, &r);
    }
    record_and_open(b);
    replay_free(b->replay);
    uint64_t start = clock_monotonic_us();
    const char *error = NULL;
    assert_int_equal(
        replay_open(b->recording, facts_target(b->facts), &b->replay, &b->meta, b->arena, &error), STATUS_OK);
    print_message("1000 facts read in %u us\n", (unsigned)(clock_monotonic_us() - start));
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_come_back_whole),
        cmocka_unit_test(answers_come_back_whole),
        cmocka_unit_test(cuts_transfers_walks_come_back_whole),
        cmocka_unit_test(http_replies_come_back_whole),
        cmocka_unit_test(a_world_replays),
        cmocka_unit_test(the_sample_replays),
        cmocka_unit_test(settings_come_back_whole),
        cmocka_unit_test(malformed_facts_are_refused_by_line),
        cmocka_unit_test(malformed_runs_are_refused),
        cmocka_unit_test(file_names_are_safe),
        cmocka_unit_test(long_names_and_bad_folders),
        cmocka_unit_test(a_thousand_facts_load_quickly),
    };
    return cmocka_run_group_tests_name("recording", tests, NULL, NULL);
}
