/* SPDX-License-Identifier: BSD-2-Clause */
/* zone.ttl-missing, zone.ttl-out-of-range, zone.ttl-differs-in-rrset. */
#include "tests/checks/zone/reader_test.h"

extern const struct check topic_zone_ttl[];

#define RANGE "zone.ttl-out-of-range"
#define MIXED "zone.ttl-differs-in-rrset"
#define MISSING "zone.ttl-missing"
#define BARE "$ORIGIN example.test.\n@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n"

static const struct reader_case cases[] = {
    {"ordinary TTLs", RANGE, "www 60 A 192.0.2.7\nftp 604800 A 192.0.2.7\n", VERDICT_PASS, "", "", ""},
    {"zero", RANGE, "www 0 A 192.0.2.7\nwww 0 TXT x\n", VERDICT_FAIL, "1.1 2.1",
     "www.example.test. www.example.test.", "low low"},
    {"zero where signers put it", RANGE, "@ 0 NSEC3PARAM 1 0 0 -\n@ 0 CDS 0 0 0 00\n", VERDICT_PASS, "", "",
     ""},
    {"zero in a catalog zone", RANGE, "version 0 TXT 2\nu1.zones 0 PTR example.net.\n", VERDICT_PASS, "", "", ""},
    {"zero beside a name called zones", RANGE, "version 0 TXT 2.0\nu1.zones 0 A 192.0.2.7\n", VERDICT_FAIL,
     "1.1 2.1", NULL, NULL},
    {"above a week", RANGE, "www 604801 A 192.0.2.7\n", VERDICT_FAIL, "1.1", NULL, "low"},
    {"above 2^31-1 is told once", RANGE, "www 2147483648 A 192.0.2.7\n", VERDICT_FAIL, "1.1",
     "www.example.test.", "low"},
    {"2^31-1 is above the limit only", RANGE, "www 2147483647 A 192.0.2.7\n", VERDICT_FAIL, "1.1", NULL,
     NULL},
    {"a $TTL above 2^31-1 is told once", RANGE, "$TTL 4294967295\nwww A 192.0.2.7\nftp A 192.0.2.7\n",
     VERDICT_FAIL, "1.6", "example.test.", "low"},
    {"one record of a set", RANGE, "www 300 A 192.0.2.7\nwww 0 A 192.0.2.8\n", VERDICT_FAIL, "2.1", NULL,
     NULL},

    {"one TTL", MIXED, "www 300 A 192.0.2.7\nwww 300 A 192.0.2.8\nwww 60 TXT x\n", VERDICT_PASS, "", "", ""},
    {"two TTLs", MIXED, "www 300 A 192.0.2.7\nwww 60 A 192.0.2.8\n", VERDICT_FAIL, "1.1", "www.example.test.",
     "low"},

    {"$TTL", MISSING, "www A 192.0.2.7\n", VERDICT_PASS, "", "", ""},
    {"the record before has one", MISSING, "$ORIGIN example.test.\n@ 300 SOA ns1 h 1 2 3 4 5\n@ NS ns1\n",
     VERDICT_PASS, "", "", ""},
    {"none at all", MISSING, BARE "@ NS ns1\n", VERDICT_FAIL, "2.1", "example.test.", "low"},
    {"$TTL comes too late", MISSING, BARE "$TTL 300\n@ NS ns1\n", VERDICT_FAIL, "2.1", NULL, NULL},
};

/* The limit is an option of the configuration. */
static void limit_is_an_option(void **state)
{
    static const struct check_setting day = {RANGE, "high", "86400"};
    struct reader_run r;
    (void)state;
    reader_begin(&r, reader_check(topic_zone_ttl, RANGE),
                 READER_HEAD "www 86401 A 192.0.2.7\nftp 86400 A 192.0.2.7\n", &day);
    assert_int_equal(r.verdict, VERDICT_FAIL);
    assert_int_equal(r.out->count, 1);
    assert_int_equal(r.out->entries[0]->finding.location->line, READER_HEAD_LINES + 1);
    reader_end(&r);
}

int main(void)
{
    const struct CMUnitTest options[] = {cmocka_unit_test(limit_is_an_option)};
    int failed = reader_test_run(topic_zone_ttl, cases, ARRAY_SIZE(cases));
    return failed + cmocka_run_group_tests_name("options", options, NULL, NULL);
}
