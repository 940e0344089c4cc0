/* SPDX-License-Identifier: BSD-2-Clause */
/* RDATA in presentation form: what we read is what ldns and inet_pton read, and what is wrong has a kind. */
#include "auditor/facts/zonefile_rdata.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* @return octets of the RDATA of "TYPE RDATA", or -1 with its kind */
static int read_line(struct arena *a, const char *line, uint8_t *octets, enum zone_fault *fault)
{
    struct scanner s = scanner_new(line, strlen(line));
    struct entry e = {0};
    int length = -1;
    assert_true(scanner_next(&s, &e));
    assert_null(e.error);
    struct rdata_text r = {.tokens = e.tokens + 1,
                           .count = e.count - 1,
                           .origin = dname_const(a, "example.test."),
                           .type_token = &e.tokens[0],
                           .octets = octets};
    if (rdata_parse(a, token_type(&e.tokens[0]), &r))
        length = (int)r.length;
    else
        *fault = r.fault;
    entry_free(&e);
    return length;
}

static const char *const same_as_ldns[] = {
    "A 192.0.2.7",
    "AAAA 2001:db8::7",
    "NS ns1",
    "MX 10 mail.example.org.",
    "TXT \"a\" b \"c d\" \"\\\"\\065\"",
    "SRV 1 2 3 www",
    "SOA ns1 host\\.master 2026010100 1h 30m 2w 1d",
    "NAPTR 100 10 \"u\" \"E2U+sip\" \"!^.*$!sip:info@example.com!\" .",
    "DS 12345 13 2 0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef",
    "CDS 0 0 0 00",
    "DNSKEY 257 3 13 "
    "mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==",
    "RRSIG A 13 3 300 20260201000000 20260101000000 1 example.test. AAAA",
    "RRSIG TYPE65280 13 3 300 20680201000000 20260101000000 1 example.test. AAECAw==",
    "NSEC zzz A NS SOA MX TXT AAAA RRSIG NSEC DNSKEY TYPE1234",
    "NSEC www TXT A",
    "NSEC3 1 1 12 aabbccdd 2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG",
    "NSEC3 1 0 0 - 2VPTU5TIMAMQTTGL4LUU9KG21E0AOR3S",
    "NSEC3PARAM 1 0 10 ab",
    "NSEC3PARAM 1 0 0 -",
    "TLSA 3 1 1 0c72ac70b745ac19998811b131d662c9ac69dbdbe7cb23e5b514b56664c5d3d6",
    "SSHFP 4 2 123456789abcdef67890123456789abcdef67890123456789abcdef123456789",
    "CAA 0 issue \"ca.example.net; policy=ev\"",
    "HINFO PC Linux",
    "RP admin info",
    "AFSDB 1 afs",
    "KX 10 kx",
    "URI 10 1 \"https://www.example.com/path\"",
    "OPENPGPKEY AAECAwQ=",
    "DHCID AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=",
    "SMIMEA 3 0 0 0a0b",
    "CSYNC 66 3 A NS AAAA",
    "ZONEMD 2018031900 1 1 "
    "c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c",
    "SVCB 1 . alpn=h2,h3 port=8443 ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=2001:db8::1",
    "HTTPS 0 svc.example.net.",
    "HTTPS 1 . alpn=\"h2\" no-default-alpn",
    "HTTPS 1 . mandatory=alpn,port alpn=h2 port=443",
    "SVCB 16 foo.example.org. key667=hello",
};

static void reads_what_ldns_reads(void **state)
{
    static uint8_t ours[RDATA_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof(same_as_ldns) / sizeof(same_as_ldns[0]); i++) {
        struct arena *a = arena_new(0);
        enum zone_fault fault = ZONE_FAULT_SYNTAX;
        const dname *owner;
        uint16_t type, class;
        uint32_t ttl_s;
        struct rdata theirs;
        int length = read_line(a, same_as_ldns[i], ours, &fault);
        const char *line = arena_printf(a, "x.example.test. 300 IN %s", same_as_ldns[i]);
        if (length < 0 ||
            rr_from_text(a, line, "example.test.", &owner, &type, &class, &ttl_s, &theirs) != STATUS_OK)
            fail_msg("%s", same_as_ldns[i]);
        if ((size_t)length != theirs.length || memcmp(ours, theirs.octets, theirs.length) != 0)
            fail_msg("%s: %s and %s", same_as_ldns[i],
                     rdata_text(a, type, &(struct rdata){(uint16_t)length, ours}),
                     rdata_text(a, type, &theirs));
        arena_free(a);
    }
}

/* RFC 9460 appendix D.2, and what ldns 1.8 does not read. */
static void reads_vectors(void **state)
{
    static const struct {
        const char *text, *hex;
    } vectors[] = {
        {"SVCB 1 foo.example.com. key667=\"hello\\210qoo\"",
         "000103666f6f076578616d706c6503636f6d00029b000968656c6c6fd2716f6f"},
        {"SVCB 16 foo.example.org. alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1",
         "001003666f6f076578616d706c65036f72670000000004000100040001000902683205"
         "68332d313900040004c0000201"},
        {"SVCB 16 foo.example.org. alpn=\"f\\\\\\\\oo\\\\,bar,h2\"",
         "001003666f6f076578616d706c65036f7267000001000c08665c6f6f2c626172026832"},
        {"SVCB 1 foo.example.com. ipv6hint=2001:db8::1,2001:db8::53:1",
         "000103666f6f076578616d706c6503636f6d0000060020"
         "20010db800000000000000000000000120010db8000000000000000000530001"},
        {"SVCB 1 . dohpath=/q{?dns}", "000100000700082f717b3f646e737d"},
        {"A6 64 ::1:2:3:4 prefix.", "40000100020003000406707265666978"
                                    "00"},
        {"A6 0 2001:db8::1", "0020010db8000000000000000000000001"},
        {"NXT a A NS TYPE40", "0161076578616d706c65047465737400"
                              "600000000080"},
        {"AMTRELAY 10 1 1 203.0.113.15", "0a81cb00710f"},
        {"AMTRELAY 10 0 3 relay.", "0a030572656c617900"},
        {"DSYNC CDS NOTIFY 5359 a.", "003b0114ef016100"},
        {"RESINFO qnamemin exterr=15-17", "08716e616d656d696e0c6578746572723d31352d3137"},
        {"WALLET BTC x", "034254430178"},
        {"TA 1 8 2 0123", "000108020123"},
        {"RKEY 0 255 1 AAEC", "0000ff01000102"},
        {"DOA 0 1 2 \"\" -", "00000000000000010200"},
        {"IPN 18446744073709551615", "ffffffffffffffff"},
        {"HTTPS 1 . ech=AAEC", "00010000050003000102"},
    };
    static uint8_t octets[RDATA_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        struct arena *a = arena_new(0);
        enum zone_fault fault = ZONE_FAULT_SYNTAX;
        char hex[512] = "";
        int length = read_line(a, vectors[i].text, octets, &fault);
        for (int k = 0; k < length && k < 200; k++)
            snprintf(hex + 2 * k, sizeof(hex) - 2 * (size_t)k, "%02x", octets[k]);
        assert_string_equal(hex, vectors[i].hex);
        arena_free(a);
    }
}

static void faults_have_kinds(void **state)
{
    static const struct {
        const char *text;
        enum zone_fault fault;
    } rows[] = {
        {"A 192.0.2", ZONE_FAULT_SYNTAX},
        {"A 192.0.2.01", ZONE_FAULT_ADDRESS},
        {"A 0300.0.2.1", ZONE_FAULT_ADDRESS},
        {"A 0xc0000207", ZONE_FAULT_ADDRESS},
        {"A 3221225985", ZONE_FAULT_SYNTAX},
        {"A 192.0.2.1.", ZONE_FAULT_SYNTAX},
        {"AAAA 2001:db8::1::2", ZONE_FAULT_SYNTAX},
        {"MX 65536 a", ZONE_FAULT_RANGE},
        {"MX a 10", ZONE_FAULT_SYNTAX},
        {"SRV 1 1 99999999999 a", ZONE_FAULT_RANGE},
        {"NS a..b", ZONE_FAULT_SYNTAX},
        {"NS a\\256", ZONE_FAULT_ESCAPE},
        {"NS a\\1", ZONE_FAULT_ESCAPE},
        {"NS 1234567890123456789012345678901234567890123456789012345678901234", ZONE_FAULT_LABEL},
        {"TXT", ZONE_FAULT_SYNTAX},
        {"TXT \"\\400\"", ZONE_FAULT_ESCAPE},
        {"CAA 256 issue x", ZONE_FAULT_SYNTAX},
        {"NSEC3 1 0 0 abc 2vptu5timamqttgl4luu9kg21e0aor3s A", ZONE_FAULT_SYNTAX},
        {"NSEC3 1 0 0 - 2vptu5timamqttgl4luu9kg21e0aor3w A", ZONE_FAULT_SYNTAX},
        {"NSEC a A FOO", ZONE_FAULT_SYNTAX},
        {"DNSKEY 257 3 13 AAA=A", ZONE_FAULT_SYNTAX},
        {"DNSKEY 257 3 13 AAAA=", ZONE_FAULT_SYNTAX},
        {"SVCB 1 . alpn=h2 alpn=h3", ZONE_FAULT_SYNTAX},
        {"SVCB 1 . alpn", ZONE_FAULT_SYNTAX},
        {"SVCB 1 . port=65536", ZONE_FAULT_SYNTAX},
        {"SVCB 1 . ipv4hint=192.0.2.1,", ZONE_FAULT_SYNTAX},
        {"SVCB 1 . no-default-alpn=x", ZONE_FAULT_SYNTAX},
        {"SVCB 1 . mandatory=alpn,alpn alpn=h2", ZONE_FAULT_SYNTAX},
        {"SVCB 1 . fast=yes", ZONE_FAULT_SYNTAX},
        {"SVCB 1 . key65536=x", ZONE_FAULT_SYNTAX},
        {"LOC here", ZONE_FAULT_SYNTAX},
        {"IPN 18446744073709551616", ZONE_FAULT_SYNTAX},
        {"AMTRELAY 10 2 1 203.0.113.15", ZONE_FAULT_SYNTAX},
        {"A6 129 ::1", ZONE_FAULT_SYNTAX},
        {"NXT a TYPE200", ZONE_FAULT_SYNTAX},
        {"DSYNC CDS NOTIFY 65536 a.", ZONE_FAULT_SYNTAX},
        {"A 192.0.2.7 more", ZONE_FAULT_SYNTAX},
    };
    static uint8_t octets[RDATA_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct arena *a = arena_new(0);
        enum zone_fault fault = ZONE_REMARK_KINDS;
        if (read_line(a, rows[i].text, octets, &fault) >= 0 || fault != rows[i].fault)
            fail_msg("%s: kind %d", rows[i].text, (int)fault);
        arena_free(a);
    }
}

/* Whatever letters come, we take what inet_pton takes and give the same octets. */
static void addresses_are_those_of_inet_pton(void **state)
{
    static const char six[] = "::::0123456789abcdefABCDEF.1f0";
    static const char four[] = "...0123456789012";
    static const char *const whole[] = {"::",
                                        "::1",
                                        "1::",
                                        "::ffff:192.0.2.1",
                                        "1:2:3:4:5:6:7:8",
                                        "1:2:3:4:5:6:7::",
                                        "::2:3:4:5:6:7:8",
                                        "1:2:3:4:5:6:7:8:9",
                                        "1::2::3",
                                        "12345::",
                                        ":1",
                                        "1:",
                                        "1:2:3:4:5:6:1.2.3.4",
                                        "1.2.3.4",
                                        ":::",
                                        "::1.2.3",
                                        "::1.2.3.256",
                                        "1:2:3:4:5:6:7:1.2.3.4",
                                        "::01.2.3.4"};
    uint64_t seed = 7;
    unsigned good = 0;
    (void)state;
    for (unsigned i = 0; i < 400000; i++) {
        char text[48];
        uint8_t ours[16] = {0};
        uint8_t theirs[16] = {0};
        const bool v4 = i % 4 == 0;
        const char *letters = v4 ? four : six;
        const size_t count = v4 ? sizeof(four) - 1 : sizeof(six) - 1;
        size_t length = 0;
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        const size_t wanted = (seed >> 60) + (v4 ? 4 : 2);
        for (; length < wanted; length++) {
            seed = seed * 6364136223846793005U + 1442695040888963407U;
            text[length] = letters[(seed >> 33) % count];
        }
        text[length] = '\0';
        if (i < sizeof(whole) / sizeof(whole[0]))
            snprintf(text, sizeof(text), "%s", whole[i]);
        const bool four_now = v4 && i >= sizeof(whole) / sizeof(whole[0]);
        bool read = address_octets(text, strlen(text), four_now ? 4 : 6, ours) == 1;
        bool expected = inet_pton(four_now ? AF_INET : AF_INET6, text, theirs) == 1;
        if (read != expected || (read && memcmp(ours, theirs, four_now ? 4 : 16) != 0))
            fail_msg("%s", text);
        good += read;
    }
    assert_true(good > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_ldns_reads),
        cmocka_unit_test(reads_vectors),
        cmocka_unit_test(faults_have_kinds),
        cmocka_unit_test(addresses_are_those_of_inet_pton),
    };
    return cmocka_run_group_tests_name("zonefile_rdata", tests, NULL, NULL);
}
