/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages as attackers and honest servers send them. Wire text: hex octets, 'label' for a label with its
 * length. */
#include "auditor/facts/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEAD_1A "1234 8500 0001 0001 0000 0000 "
#define QUESTION "'www''example''test'00 0001 0001 " /* at 12; example.test. at 16, test. at 24; ends at 34  \
                                                      */
#define HEAD_Q1(an, ns, ar) "1234 8500 0001 " an " " ns " " ar " " QUESTION

static size_t wire_from(const char *text, uint8_t *out, size_t room)
{
    size_t used = 0;
    int high = -1;
    for (; *text != '\0'; text++) {
        assert_true(used < room);
        if (*text == '\'') {
            const char *end = strchr(text + 1, '\'');
            assert_non_null(end);
            size_t length = (size_t)(end - text - 1);
            out[used++] = (uint8_t)length;
            memcpy(out + used, text + 1, length);
            used += length;
            text = end;
        } else if (*text != ' ') {
            int digit = *text <= '9' ? *text - '0' : (*text | 32) - 'a' + 10;
            if (high < 0) {
                high = digit;
            } else {
                out[used++] = (uint8_t)(high * 16 + digit);
                high = -1;
            }
        }
    }
    assert_int_equal(high, -1);
    return used;
}

struct parsed {
    struct arena *a;
    struct question question;
    struct reply reply;
    enum status status;
};

static enum status parse_octets(struct parsed *p, const uint8_t *wire, size_t length)
{
    uint8_t *exact =
        malloc(length != 0 ? length : 1); /* freed before the result is used: nothing may point into it */
    assert_non_null(exact);
    memcpy(exact, wire, length);
    p->a = arena_new(0);
    p->status = message_parse(p->a, exact, length, &p->question, &p->reply);
    free(exact);
    return p->status;
}

static enum status parse(struct parsed *p, const char *text)
{
    uint8_t wire[4096];
    return parse_octets(p, wire, wire_from(text, wire, sizeof(wire)));
}

/* ---- well or malformed ----------------------------------------------------------------------- */

static const struct {
    const char *name, *wire;
    enum status status;
} shapes[] = {
    {"empty question", "1234 8505 0000 0000 0000 0000", STATUS_OK},
    {"one A record", HEAD_Q1("0001", "0000", "0000") "c00c 0001 0001 00000e10 0004 c0000201", STATUS_OK},
    {"short header", "1234 8500 0000 0000 0000 00", STATUS_MALFORMED},
    {"nothing", "", STATUS_MALFORMED},
    {"two questions", "1234 8500 0002 0000 0000 0000 00 0001 0001 00 0001 0001", STATUS_MALFORMED},
    {"question cut", "1234 8500 0001 0000 0000 0000 'www'00 0001 00", STATUS_MALFORMED},
    {"question compressed", "1234 8500 0001 0000 0000 0000 c00c 0001 0001", STATUS_MALFORMED},
    {"trailing octet", HEAD_Q1("0000", "0000", "0000") "00", STATUS_MALFORMED},
    {"count that lies", HEAD_Q1("ffff", "0000", "0000") "c00c 0001 0001 00000e10 0004 c0000201",
     STATUS_MALFORMED},
    {"count one too many", HEAD_Q1("0002", "0000", "0000") "c00c 0001 0001 00000e10 0004 c0000201",
     STATUS_MALFORMED},
    {"RDLENGTH past the end", HEAD_Q1("0001", "0000", "0000") "c00c 0001 0001 00000e10 0005 c0000201",
     STATUS_MALFORMED},
    {"A of three octets", HEAD_Q1("0001", "0000", "0000") "c00c 0001 0001 00000e10 0003 c00002",
     STATUS_MALFORMED},
    {"A of class CH may differ", HEAD_Q1("0001", "0000", "0000") "c00c 0001 0003 00000e10 0003 c00002",
     STATUS_OK},
    {"AAAA of four octets", HEAD_Q1("0001", "0000", "0000") "c00c 001c 0001 00000e10 0004 c0000201",
     STATUS_MALFORMED},
    {"pointer to itself", HEAD_Q1("0001", "0000", "0000") "c022 0001 0001 00000e10 0004 c0000201",
     STATUS_MALFORMED},
    {"pointer forwards", HEAD_Q1("0001", "0000", "0000") "c02c 0001 0001 00000e10 0004 00000201",
     STATUS_MALFORMED},
    {"pointer past the end", HEAD_Q1("0001", "0000", "0000") "cfff 0001 0001 00000e10 0004 c0000201",
     STATUS_MALFORMED},
    {"pointer into the header", HEAD_Q1("0001", "0000", "0000") "c002 0001 0001 00000e10 0004 c0000201",
     STATUS_MALFORMED},
    {"label then pointer to it", HEAD_Q1("0001", "0000", "0000") "'a'c022 0001 0001 00000e10 0004 c0000201",
     STATUS_MALFORMED},
    {"label of type 01", HEAD_Q1("0001", "0000", "0000") "41 0001 0001 00000e10 0004 c0000201",
     STATUS_MALFORMED},
    {"NS whole", HEAD_Q1("0001", "0000", "0000") "c010 0002 0001 00000e10 0006 'ns1'c010", STATUS_OK},
    {"NS with octets behind", HEAD_Q1("0001", "0000", "0000") "c010 0002 0001 00000e10 0007 'ns1'c010 00",
     STATUS_MALFORMED},
    {"NS runs out of its RDATA",
     HEAD_Q1("0001", "0000", "0001") "c010 0002 0001 00000e10 0004 'ns1'"
                                     "00 0001 0001 00000000 0004 00000000",
     STATUS_MALFORMED},
    {"NS empty", HEAD_Q1("0001", "0000", "0000") "c010 0002 0001 00000e10 0000", STATUS_MALFORMED},
    {"MX", HEAD_Q1("0001", "0000", "0000") "c010 000f 0001 00000e10 0004 000a c010", STATUS_OK},
    {"MX without name", HEAD_Q1("0001", "0000", "0000") "c010 000f 0001 00000e10 0002 000a",
     STATUS_MALFORMED},
    {"SOA",
     HEAD_Q1("0001", "0000", "0000") "c010 0006 0001 00000e10 0018 c010 c010"
                                     "00000001 00000002 00000003 00000004 00000005",
     STATUS_OK},
    {"SOA too short",
     HEAD_Q1("0001", "0000", "0000") "c010 0006 0001 00000e10 0014 c010 c010"
                                     "00000001 00000002 00000003 00000004",
     STATUS_MALFORMED},
    {"TXT of two strings", HEAD_Q1("0001", "0000", "0000") "c010 0010 0001 00000e10 0004 'a''b'", STATUS_OK},
    {"TXT with an empty string", HEAD_Q1("0001", "0000", "0000") "c010 0010 0001 00000e10 0001 00",
     STATUS_OK},
    {"TXT without a string", HEAD_Q1("0001", "0000", "0000") "c010 0010 0001 00000e10 0000",
     STATUS_MALFORMED},
    {"TXT string too long", HEAD_Q1("0001", "0000", "0000") "c010 0010 0001 00000e10 0003 05 6161",
     STATUS_MALFORMED},
    {"CAA with an empty tag", HEAD_Q1("0001", "0000", "0000") "c010 0101 0001 00000e10 0002 0000",
     STATUS_MALFORMED},
    {"CAA", HEAD_Q1("0001", "0000", "0000") "c010 0101 0001 00000e10 0008 00'issue'3b", STATUS_OK},
    {"DS of four octets", HEAD_Q1("0001", "0000", "0000") "c010 002b 0001 00000e10 0004 0001 0d02",
     STATUS_MALFORMED},
    {"RRSIG cut",
     HEAD_Q1("0001", "0000", "0000") "c010 002e 0001 00000e10 0012 0001 0d02 00000e10 00000000 00000000"
                                     "0001",
     STATUS_MALFORMED},
    {"ZONEMD", HEAD_Q1("0001", "0000", "0000") "c010 003f 0001 00000e10 0007 00000001 01 01 ff", STATUS_OK},
    {"ZONEMD of four octets", HEAD_Q1("0001", "0000", "0000") "c010 003f 0001 00000e10 0004 00000001",
     STATUS_MALFORMED},
    {"CSYNC of four octets", HEAD_Q1("0001", "0000", "0000") "c010 003e 0001 00000e10 0004 00000001",
     STATUS_MALFORMED},
    {"unknown type", HEAD_Q1("0001", "0000", "0000") "c010 ff01 0001 00000e10 0003 c0ffee", STATUS_OK},
    {"OPT", HEAD_Q1("0000", "0000", "0001") "00 0029 04d0 00008000 0000", STATUS_OK},
    {"two OPT", HEAD_Q1("0000", "0000", "0002") "00 0029 04d0 00008000 0000 00 0029 04d0 00008000 0000",
     STATUS_MALFORMED},
    {"OPT with an owner", HEAD_Q1("0000", "0000", "0001") "c00c 0029 04d0 00008000 0000", STATUS_MALFORMED},
    {"OPT in the answer", HEAD_Q1("0001", "0000", "0000") "00 0029 04d0 00008000 0000", STATUS_MALFORMED},
    {"OPT option cut", HEAD_Q1("0000", "0000", "0001") "00 0029 04d0 00008000 0005 0003 0002 61",
     STATUS_MALFORMED},
    {"TSIG unasked", HEAD_Q1("0000", "0000", "0001") "00 00fa 00ff 00000000 0000", STATUS_MALFORMED},
    {"SIG(0) unasked",
     HEAD_Q1("0000", "0000",
             "0001") "00 0018 00ff 00000000 0014 0000 0d00 00000000 00000000 00000000 0001 00 61",
     STATUS_MALFORMED},
};

static void test_shape(void **state)
{
    size_t row = (size_t)(uintptr_t)*state;
    struct parsed p;
    assert_int_equal(parse(&p, shapes[row].wire), shapes[row].status);
    arena_free(p.a);
}

/* ---- what is in it --------------------------------------------------------------------------- */

static void test_header(void **state)
{
    (void)state;
    struct parsed p;
    assert_int_equal(parse(&p,
                           "1234 a7f3 0001 0000 0000 0001 'WwW'00 0010 0003"
                           "00 0029 0200 01018001 0018 000a 0014 0102030405060708 0910111213141516 17181920"),
                     STATUS_OK);
    const struct reply *r = &p.reply;
    assert_true(r->aa && r->tc && r->rd && r->ra && r->z && r->ad && r->cd);
    assert_int_equal(r->opcode, 4);
    assert_int_equal(r->rcode, 0x13);
    assert_true(r->edns && r->cookie);
    assert_int_equal(r->edns_version, 1);
    assert_int_equal(r->edns_size, 512);
    assert_int_equal(r->edns_flags, 0x8001);
    assert_int_equal(r->edns_options_length, 24);
    assert_memory_equal(p.question.owner, "\3WwW", 5); /* as spelt */
    assert_int_equal(p.question.type, RRTYPE_TXT);
    assert_int_equal(p.question.class, RRCLASS_CH);
    assert_int_equal(r->additional.count, 0);
    arena_free(p.a);
}

static void test_grouping(void **state)
{
    (void)state;
    struct parsed p;
    /* Two NS (one of them twice), an RRSIG over NS before it, a lone RRSIG over MX, a DNAME with its case
     * kept. */
    assert_int_equal(
        parse(&p,
              HEAD_Q1("0006", "0000",
                      "0001") "c010 002e 0001 00000e10 0015 0002 0d02 00000e10 00000000 00000000 0001 c010 61"
                              "c010 0002 0001 00000e10 0006 'NS1'c010"
                              "c010 0002 0001 00000e0f 0006 'ns2'c010"
                              "'EXAMPLE'c018 0002 0001 00000e10 0006 'NS1'c010"
                              "c010 002e 0001 00000001 0015 000f 0d02 00000e10 00000000 00000000 0001 c010 61"
                              "c018 0027 0001 80000000 0005 'X''Y'00"
                              "00 0029 04d0 00008000 0000"),
        STATUS_OK);
    const struct section *s = &p.reply.answer;
    assert_int_equal(s->count, 3);
    const struct rrset *ns = &s->sets[0];
    assert_int_equal(ns->type, RRTYPE_NS);
    assert_memory_equal(ns->owner, "\7example\4test", 14);
    assert_int_equal(ns->count, 2);
    assert_int_equal(ns->ttl_s, 0xe0f);
    assert_int_equal(ns->sig_count, 1);
    assert_int_equal(ns->rdata[0].length, 18);
    assert_memory_equal(ns->rdata[0].octets, "\3NS1\7example\4test", 18);
    assert_memory_equal(ns->rdata[1].octets, "\3ns2\7example\4test", 18);
    assert_int_equal(ns->sigs[0].length, 18 + 14 + 1);
    assert_memory_equal(ns->sigs[0].octets + 18, "\7example\4test", 14);
    assert_int_equal(s->sets[1].type, RRTYPE_DNAME);
    assert_int_equal(s->sets[1].ttl_s, 0); /* RFC 2181 section 8 */
    assert_memory_equal(s->sets[1].rdata[0].octets, "\1X\1Y", 5);
    assert_int_equal(s->sets[2].type, RRTYPE_RRSIG);
    assert_int_equal(s->sets[2].count, 1);
    assert_int_equal(s->sets[2].sig_count, 0);
    arena_free(p.a);
}

static void put(uint8_t **at, const void *octets, size_t length)
{
    memcpy(*at, octets, length);
    *at += length;
}

static void test_many_records(void **state)
{
    (void)state;
    static uint8_t wire[65535];
    uint8_t *at = wire;
    put(&at, "\x12\x34\x85\x00\x00\x01\x01\x2c\x00\x00\x00\x00", 12);
    put(&at, "\1a\0\0\1\0\1", 7);
    for (unsigned i = 0; i < 300; i++) {
        uint8_t rdata[4] = {10, 0, (uint8_t)(i >> 8), (uint8_t)i};
        put(&at, "\xc0\x0c\0\1\0\1\0\0\0\1\0\4", 12);
        put(&at, rdata, 4);
    }
    struct parsed p;
    assert_int_equal(parse_octets(&p, wire, (size_t)(at - wire)), STATUS_OK);
    assert_int_equal(p.reply.answer.count, 1);
    assert_int_equal(p.reply.answer.sets[0].count, 100);
    assert_int_equal(p.reply.answer.sets[0].more, 200);
    arena_free(p.a);
}

static void test_many_owners(void **state)
{
    (void)state;
    static uint8_t wire[65535];
    uint8_t *at = wire;
    put(&at, "\x12\x34\x85\x00\x00\x00\x0b\xb8\x00\x00\x00\x00", 12); /* 3000 answers */
    for (unsigned i = 0; i < 3000; i++) {
        char owner[8];
        snprintf(owner, sizeof(owner), "%c%04u", 4, i);
        put(&at, owner, 6);
        put(&at, "\0\x2e\0\1\0\0\0\1\0\x00", 10);
        at[-1] = 0; /* RDLENGTH filled by the type below */
        at[-10] = 0xff;
        at[-9] = 1;
    }
    struct parsed p;
    assert_int_equal(parse_octets(&p, wire, (size_t)(at - wire)), STATUS_OK);
    assert_int_equal(p.reply.answer.count, 3000);
    arena_free(p.a);
}

/* A chain of pointers, each one label further to the front, is legal up to the longest name. */
static void test_pointer_chain(void **state)
{
    (void)state;
    uint8_t wire[2048];
    static const unsigned counts[] = {100, 127, 128};
    for (size_t row = 0; row < 3; row++) {
        uint8_t *at = wire;
        put(&at, "\x12\x34\x85\x00\x00\x00\x00\x02\x00\x00\x00\x00", 12);
        put(&at, "\0\xff\1\0\1\0\0\0\0", 9);
        uint8_t *rdlength = at;
        at += 2;
        uint8_t *rdata = at;
        *at++ = 0;
        size_t previous = (size_t)(at - 1 - wire);
        for (unsigned i = 0; i < counts[row]; i++) {
            size_t here = (size_t)(at - wire);
            uint8_t link[4] = {1, 'x', (uint8_t)(0xC0 | (previous >> 8)), (uint8_t)previous};
            put(&at, link, 4);
            previous = here;
        }
        rdlength[0] = (uint8_t)((at - rdata) >> 8);
        rdlength[1] = (uint8_t)(at - rdata);
        uint8_t owner[2] = {(uint8_t)(0xC0 | (previous >> 8)), (uint8_t)previous};
        put(&at, owner, 2);
        put(&at, "\0\1\0\1\0\0\0\0\0\4\1\2\3\4", 14);
        struct parsed p;
        assert_int_equal(parse_octets(&p, wire, (size_t)(at - wire)), row < 2 ? STATUS_OK : STATUS_MALFORMED);
        arena_free(p.a);
    }
}

/* Small records that point to a long name, each under an owner of its own, stay within bounded memory and
 * time. */
static void test_amplification(void **state)
{
    (void)state;
    static uint8_t wire[65535];
    uint8_t *at = wire;
    put(&at, "\x12\x34\x85\x00\x00\x01\x0b\xb8\x00\x00\x00\x00", 12);
    for (unsigned i = 0; i < 120; i++)
        put(&at, "\1n", 2);
    put(&at, "\0\0\2\0\1", 5);
    for (unsigned i = 0; i < 3000; i++) {
        char owner[8];
        snprintf(owner, sizeof(owner), "%c%04u", 4, i);
        put(&at, owner, 5);
        put(&at, "\xc0\x0c", 2);
        put(&at, "\0\2\0\1\0\0\0\0\0\2\xc0\x0c", 12);
    }
    struct parsed p;
    assert_int_equal(parse_octets(&p, wire, (size_t)(at - wire)), STATUS_OK);
    assert_int_equal(p.reply.answer.count, 3000);
    assert_true(arena_used(p.a) < (size_t)4 << 20);
    arena_free(p.a);
}

static void test_arena_limit(void **state)
{
    (void)state;
    uint8_t wire[512];
    struct question question;
    struct reply reply;
    size_t length =
        wire_from(HEAD_Q1("0001", "0000", "0000") "c010 0002 0001 00000e10 0006 'ns1'c010", wire, 512);
    for (size_t limit = 1; limit < 4096; limit += 16) {
        struct arena *a = arena_new(limit);
        enum status status = message_parse(a, wire, length, &question, &reply);
        assert_true(status == STATUS_OK || status == STATUS_NOMEM);
        arena_free(a);
    }
}

/* ---- walking --------------------------------------------------------------------------------- */

static bool count_record(void *context, const struct message_record *record)
{
    unsigned *counts = context;
    counts[record->section]++;
    if (record->type == RRTYPE_TSIG)
        counts[3] = (unsigned)record->offset;
    return counts[0] < 3;
}

static void test_walk(void **state)
{
    (void)state;
    uint8_t wire[512];
    unsigned counts[4] = {0};
    size_t length = wire_from(
        HEAD_Q1("0002", "0000",
                "0001") "c010 0002 0001 00000e10 0006 'ns1'c010 c00c 0001 0001 00000e10 0004 c0000201"
                        "00 00fa 00ff 00000000 0000",
        wire, sizeof(wire));
    assert_int_equal(message_walk(wire, length, count_record, counts), STATUS_OK);
    assert_int_equal(counts[0], 2);
    assert_int_equal(counts[2], 1);
    assert_int_equal(counts[3], length - 11);
    for (size_t cut = 0; cut < length; cut++) {
        counts[0] = 0;
        assert_int_equal(message_walk(wire, cut, count_record, counts), STATUS_MALFORMED);
    }
}

/* ---- queries --------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    struct ask ask;
    const char *wire;
} queries[] = {
    {"default",
     {.type = 1},
     "1234 0000 0001 0000 0000 0001 'www''test'00 0001 0001 00 0029 04d0 00008000 0000"},
    {"plain",
     {.type = 1, .flags = ASK_NO_EDNS | ASK_RD},
     "1234 0100 0001 0000 0000 0000 'www''test'00 0001 0001"},
    {"all bits",
     {.type = 6,
      .class = 3,
      .opcode = 4,
      .flags = ASK_Z_BIT | ASK_CD | ASK_NO_DO,
      .edns_flags = 1,
      .edns_version = 1,
      .edns_size = 512,
      .edns_option = 3},
     "1234 2050 0001 0000 0000 0001 'www''test'00 0006 0003 00 0029 0200 00010001 0004 0003 0000"},
};

static void test_query(void **state)
{
    size_t row = (size_t)(uintptr_t)*state;
    uint8_t wire[512];
    uint8_t expected[512];
    struct ask ask = queries[row].ask;
    ask.owner = (const dname *)"\3www\4test";
    size_t length = message_query(wire, &ask, 0x1234, NULL, 0, NULL);
    assert_int_equal(length, wire_from(queries[row].wire, expected, sizeof(expected)));
    assert_memory_equal(wire, expected, length);
}

static void test_query_case_and_cookie(void **state)
{
    (void)state;
    uint8_t wire[512];
    const uint8_t bits[1] = {0x29}; /* letters 0, 3 and 5; the digit is no letter */
    struct ask ask = {.owner = (const dname *)"\4w1Ww\4test", .type = 1};
    size_t length = message_query(wire, &ask, 1, (const uint8_t *)"12345678", 8, bits);
    assert_memory_equal(wire + 12, "\4W1Ww\4TeSt", 11);
    assert_memory_equal(wire + length - 14,
                        "\0\x0c\0\x0a\0\x08"
                        "12345678",
                        14);
}

static void test_ixfr(void **state)
{
    (void)state;
    uint8_t wire[512];
    uint8_t expected[512];
    struct ask ask = {.owner = (const dname *)"\4test", .type = RRTYPE_IXFR};
    size_t length = message_query(wire, &ask, 0x1234, NULL, 0, NULL);
    length = message_add_soa(wire, length, 0x01020304);
    assert_int_equal(
        length, wire_from("1234 0000 0001 0000 0001 0001 'test'00 00fb 0001"
                          "c00c 0006 0001 00000000 0016 00 00 01020304 00000000 00000000 00000000 00000000"
                          "00 0029 04d0 00008000 0000",
                          expected, sizeof(expected)));
    assert_memory_equal(wire, expected, length);
}

static void test_query_longest(void **state)
{
    (void)state;
    uint8_t wire[512];
    dname owner[DNAME_MAX];
    for (unsigned i = 0; i < 254; i += 2)
        memcpy(owner + i, "\1a", 2);
    owner[254] = 0;
    uint8_t bits[32];
    memset(bits, 0xff, sizeof(bits));
    struct ask ask = {.owner = owner, .type = 1, .edns_option = 3};
    size_t length = message_query(wire, &ask, 1, bits, 32, bits);
    assert_int_equal(length, 12 + 255 + 4 + 11 + 4 + 32 + 4);
    assert_memory_equal(wire + 12, "\1A\1A", 4);
}

int main(void)
{
    static struct CMUnitTest tests[ARRAY_SIZE(shapes) + ARRAY_SIZE(queries) + 16];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_SIZE(shapes); i++)
        tests[count++] = (struct CMUnitTest){
            .name = shapes[i].name, .test_func = test_shape, .initial_state = (void *)(uintptr_t)i};
    for (size_t i = 0; i < ARRAY_SIZE(queries); i++)
        tests[count++] = (struct CMUnitTest){
            .name = queries[i].name, .test_func = test_query, .initial_state = (void *)(uintptr_t)i};
    const struct CMUnitTest others[] = {
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_grouping),
        cmocka_unit_test(test_many_records),
        cmocka_unit_test(test_many_owners),
        cmocka_unit_test(test_pointer_chain),
        cmocka_unit_test(test_amplification),
        cmocka_unit_test(test_arena_limit),
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_query_case_and_cookie),
        cmocka_unit_test(test_query_longest),
        cmocka_unit_test(test_ixfr),
    };
    for (size_t i = 0; i < ARRAY_SIZE(others); i++)
        tests[count++] = others[i];
    return _cmocka_run_group_tests("message", tests, count, NULL, NULL);
}
