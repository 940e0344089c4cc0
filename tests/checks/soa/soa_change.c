/* SPDX-License-Identifier: BSD-2-Clause */
/* Serials before and after a change. */
#include "tests/change_rows.h"

extern const struct check topic_soa_change[];

#define SOA(serial) "@ SOA ns1 hostmaster " serial " 7200 3600 1209600 3600\n"
#define SOA_TIMERS(serial) "@ SOA ns1 hostmaster " serial " 7200 3600 1209600 60\n"
#define AT "example.test."

static const struct check_case unchanged[] = {
    SKIPPED("no earlier state", "!offline\nwww A 192.0.2.10"),
    SKIPPED("a new zone", "!offline\nwww A 192.0.2.10\n!before new\n"),
    PASS("nothing changed", CHANGE(SOA("7") "www A 192.0.2.10", SOA("7") "www A 192.0.2.10")),
    PASS("order and case are no edit", CHANGE(SOA("7") "WWW A 192.0.2.11\nwww A 192.0.2.10\nftp CNAME WWW",
                                              SOA("7") "ftp CNAME www\nwww A 192.0.2.10\nwww A 192.0.2.11")),
    PASS("case of a target of HTTPS is no edit", CHANGE(SOA("7") "www HTTPS 1 CDN.example.test. alpn=h2",
                                                        SOA("7") "www HTTPS 1 cdn.example.test. alpn=h2")),
    FAIL("case in text is an edit", CHANGE(SOA("7") "www TXT \"Hello\"", SOA("7") "www TXT \"hello\""), AT,
         "high"),
    PASS("an edit with a higher serial", CHANGE(SOA("8") "www A 192.0.2.11", SOA("7") "www A 192.0.2.10")),
    FAIL("an edit without", CHANGE(SOA("7") "www A 192.0.2.11", SOA("7") "www A 192.0.2.10"), AT, "high"),
    FAIL("a set added",
         CHANGE(SOA("7") "www A 192.0.2.10\nwww AAAA 2001:db8::10", SOA("7") "www A 192.0.2.10"), AT, "high"),
    FAIL("a set removed", CHANGE(SOA("7"), SOA("7") "www A 192.0.2.10"), AT, "high"),
    FAIL("one record of many removed",
         CHANGE(SOA("7") "www A 192.0.2.10\nwww A 192.0.2.12",
                SOA("7") "www A 192.0.2.10\nwww A 192.0.2.11\nwww A 192.0.2.12"),
         AT, "high"),
    FAIL("another TTL", CHANGE(SOA("7") "www 60 A 192.0.2.10", SOA("7") "www 300 A 192.0.2.10"), AT, "high"),
    FAIL("other timers in the SOA", CHANGE(SOA_TIMERS("7"), SOA("7")), AT, "high"),
    PASS("other timers, higher serial", CHANGE(SOA_TIMERS("8"), SOA("7"))),
    PASS("a lower serial is another row's matter",
         CHANGE(SOA("6") "www A 192.0.2.11", SOA("7") "www A 192.0.2.10")),
    FAIL("signed again", CHANGE(SOA("7") "www A 192.0.2.10\n!sign example.test. inception=-2h",
                                SOA("7") "www A 192.0.2.10\n!sign example.test. inception=-3d"),
         AT, "medium"),
    FAIL("signed again, with other denial",
         CHANGE(SOA("7") "www A 192.0.2.10\n!sign example.test. nsec3 salt=aa",
                SOA("7") "www A 192.0.2.10\n!sign example.test. nsec3 salt=bb"),
         AT, "medium"),
    PASS("signed again, serial raised", CHANGE(SOA("8") "www A 192.0.2.10\n!sign example.test. inception=-2h",
                                               SOA("7") "www A 192.0.2.10\n!sign example.test. inception=-3d")),
    PASS("signed by the servers as they are asked",
         "!offline\n" SOA("7") "www A 192.0.2.10\n!sign example.test. inception=-2h\n!before live\n" SOA("7")
         "www A 192.0.2.10\n!sign example.test. inception=-3d"),
    FAIL("signed, and edited",
         CHANGE(SOA("7") "www A 192.0.2.11\n!sign example.test.",
                SOA("7") "www A 192.0.2.10\n!sign example.test."),
         AT, "high"),
    SKIPPED("the servers' copy is signed by them",
            "!offline\n" SOA("7") "www A 192.0.2.11\n!before live\n" SOA(
                "7") "www A 192.0.2.10\n!sign example.test."),
    PASS("the servers' copy has nothing below a cut",
         "!offline\n" SOA("7") "sub NS ns.sub\nns.sub A 192.0.2.53\nns2.sub A 192.0.2.54\n!before live\n" SOA(
             "7") "sub NS ns.sub\nns.sub A 192.0.2.53\n"),
    FAIL("the servers' copy, unsigned",
         "!offline\n" SOA("7") "www A 192.0.2.11\n!before live\n" SOA("7") "www A 192.0.2.10", AT, "high"),
    SKIPPED("states without SOA", CHANGE("!bare\nwww A 192.0.2.11", "!bare\nwww A 192.0.2.10")),
};

static const struct check_case back[] = {
    SKIPPED("no earlier state", "!offline\nwww A 192.0.2.10"),
    PASS("the same", CHANGE(SOA("7"), SOA("7"))),
    PASS("up", CHANGE(SOA("8"), SOA("7"))),
    FAIL("down", CHANGE(SOA("6"), SOA("7")), AT, "medium"),
    FAIL("a date becomes a counter", CHANGE(SOA("1"), SOA("2026010101")), AT, "medium"),
    PASS("over the top", CHANGE(SOA("3"), SOA("4294967290"))),
    PASS("the longest step", CHANGE(SOA("2147483648"), SOA("1"))),
    FAIL("half way around", CHANGE(SOA("2147483649"), SOA("1")), AT, "medium"),
    FAIL("more than half way", CHANGE(SOA("2147483650"), SOA("1")), AT, "medium"),
    PASS("from the top to 0", CHANGE(SOA("0"), SOA("4294967295"))),
};

int main(void)
{
    return check_test_run(topic_soa_change, "soa.serial-unchanged-on-edit", unchanged,
                          ARRAY_SIZE(unchanged)) +
           check_test_run(topic_soa_change, "soa.serial-went-back", back, ARRAY_SIZE(back));
}
