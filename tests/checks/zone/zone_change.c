/* SPDX-License-Identifier: BSD-2-Clause */
/* What a change touches and how much. */
#include "tests/change_rows.h"

extern const struct check topic_zone_change[];

#define AT "example.test."
#define SPF "@ TXT \"v=spf1 mx -all\"\n"
#define DMARC "_dmarc TXT \"v=DMARC1; p=reject\"\n"
#define CAA "@ CAA 0 issue \"ca.example.net\"\n"
#define MX "@ MX 10 mail\nmail A 192.0.2.25\n"
#define SUB                                                                                                  \
    "sub NS ns.example.net.\nsub DS 1 13 2 "                                                                 \
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n"
#define ALL SPF DMARC CAA MX SUB "www A 192.0.2.10\n"

static const struct check_case protected[] = {
    SKIPPED("no earlier state", "!offline\n" ALL),
    SKIPPED("a new zone", "!offline\n" ALL "!before new\n"),
    PASS("nothing changed", CHANGE(ALL, ALL)),
    PASS("an ordinary edit", CHANGE(ALL "ftp A 192.0.2.11", ALL "old A 192.0.2.12")),
    PASS("an address changed", CHANGE(SPF "www A 192.0.2.11", SPF "www A 192.0.2.10")),
    PASS("an MX added", CHANGE(MX "@ MX 20 mail", MX)),
    PASS("an issuer added", CHANGE(CAA "@ CAA 0 issue \"b.example.net\"", CAA)),
    PASS("another TTL",
         CHANGE("@ 300 MX 10 mail\nmail A 192.0.2.25", "@ 3600 MX 10 mail\nmail A 192.0.2.25")),
    PASS("another order and case", CHANGE("@ MX 20 B\n@ MX 10 a", "@ MX 10 a\n@ MX 20 b")),
    PASS("other text at the apex", CHANGE(SPF "@ TXT \"verify=2\"", SPF "@ TXT \"verify=1\"")),
    PASS("SPF in other pieces", CHANGE("@ TXT \"v=spf1 mx\" \" -all\"", "@ TXT \"v=spf1 mx -all\"")),
    PASS("another preference of a mail host", CHANGE("@ MX 30 A\n@ MX 20 b", "@ MX 10 a\n@ MX 20 b")),
    FAIL("another host with the old preference", CHANGE("@ MX 10 c\n@ MX 20 b", "@ MX 10 a\n@ MX 20 b"), AT,
         "high"),
    PASS("an MX below the apex", CHANGE("sub MX 10 a", "sub MX 10 b")),
    PASS("a delegation changed", CHANGE("sub NS a.example.net.", "sub NS b.example.net.")),
    PASS("other text at _dmarc", CHANGE(DMARC "_dmarc TXT \"x\"", DMARC "_dmarc TXT \"y\"")),
    FAIL("MX changed", CHANGE("@ MX 10 mail2\n", "@ MX 10 mail\n"), AT, "high"),
    FAIL("one MX of two deleted", CHANGE("@ MX 10 a", "@ MX 10 a\n@ MX 20 b"), AT, "high"),
    FAIL("NS changed", CHANGE("@ NS a.example.net.\n", "@ NS b.example.net.\n"), AT, "high"),
    PASS("SPF edited", CHANGE("@ TXT \"v=spf1 mx a -all\"", SPF)),
    FAIL("SPF edited where the option guards every edit",
         CHANGE("!option zone.protected-record-changed protect SPF\n@ TXT \"v=spf1 mx a -all\"", SPF), AT, "high"),
    PASS("DMARC becomes an alias", CHANGE("_dmarc CNAME d.example.net.", DMARC)),
    PASS("an alias becomes DMARC", CHANGE(DMARC, "_dmarc CNAME d.example.net.")),
    FAIL("SPF of a name deleted", CHANGE("news A 192.0.2.9", "news A 192.0.2.9\nnews TXT \"v=spf1 -all\""),
         "news.example.test.", "high"),
    PASS("a name goes with its SPF and DMARC",
         CHANGE("", "news A 192.0.2.9\nnews TXT \"v=spf1 -all\"\n_dmarc.news TXT \"v=DMARC1; p=reject\"")),
    FAIL("a name goes that the option names",
         CHANGE("!option zone.protected-record-changed protect A@www.example.test.\n", "www A 192.0.2.9"),
         "www.example.test.", "high"),
    PASS("a delegation goes with its DS", CHANGE("", SUB)),
    FAIL("DMARC deleted", CHANGE("", DMARC), "_dmarc.example.test.", "high"),
    FAIL("DMARC alias deleted", CHANGE("", "_dmarc CNAME d.example.net."), "_dmarc.example.test.", "high"),
    PASS("CAA edited", CHANGE("@ CAA 0 issue \"other.example.net\"", CAA)),
    FAIL("DS of a delegation deleted", CHANGE("sub NS ns.example.net.", SUB), "sub.example.test.", "high"),
    FAIL("several", CHANGE("", SPF DMARC CAA), AT " " AT " _dmarc.example.test.", "high high high"),
    PASS("the source shows no apex", CHANGE("!bare\nwww A 192.0.2.10\n", "www A 192.0.2.10\n")),
    PASS("a provider's export shows no apex", CHANGE("!bare\n!gaps apex\n" SPF, SPF)),
    PASS("a plan shows a part only", CHANGE("!bare\n!gaps apex records\n" SPF, SPF DMARC CAA)),
    FAIL("two plans show what goes",
         CHANGE("!bare\n!gaps apex records\n" SPF, "!bare\n!gaps apex records\n" SPF DMARC),
         "_dmarc.example.test.", "high"),
    PASS("one resource a record: a part of the set",
         CHANGE("!bare\n!gaps sets\n@ CAA 0 issue \"b.example.net\"", CAA "@ CAA 0 issue \"b.example.net\"")),
    FAIL("the option says what",
         CHANGE("!option zone.protected-record-changed protect A@www.example.test.\nwww A 192.0.2.11\n" SPF,
                "www A 192.0.2.10"),
         "www.example.test.", "high"),
    PASS("the option leaves out MX",
         CHANGE("!option zone.protected-record-changed protect NS@apex, SPF\n@ MX 10 mail2\n",
                "@ MX 10 mail\n")),
    UNDETERMINED("the option cannot be read",
                 CHANGE("!option zone.protected-record-changed protect NS@apex FOO\n", ""),
                 REASON_UNSUPPORTED),
};

#define A(n) "h" #n " A 192.0.2." #n "\n"
#define B(n) "h" #n " A 198.51.100." #n "\n"
#define TEN(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10)
#define MORE(X) X(11) X(12) X(13) X(14) X(15) X(16) X(17) X(18) X(19) X(20) X(21) X(22) X(23) X(24) X(25)

static const struct check_case mass[] = {
    SKIPPED("no earlier state", "!offline\n" TEN(A)),
    PASS("nothing changed", CHANGE(TEN(A) MORE(A), TEN(A) MORE(A))),
    PASS("a small zone may change whole", CHANGE(TEN(B), TEN(A))),
    PASS("many added", CHANGE(TEN(A) MORE(A), TEN(A))),
    PASS("many TTLs", CHANGE("h1 60 A 192.0.2.1\nh2 60 A 192.0.2.2\n!option zone.mass-change least 1\n",
                             "h1 90 A 192.0.2.1\nh2 90 A 192.0.2.2\n")),
    FAIL("most deleted", CHANGE("", TEN(A) MORE(A)), AT, "medium"),
    FAIL("most replaced", CHANGE(TEN(B) MORE(B), TEN(A) MORE(A)), AT, "medium"),
    PASS("a small share", CHANGE(MORE(A), TEN(A) MORE(A))),
    FAIL("a small share over a smaller limit",
         CHANGE("!option zone.mass-change least 5\n" MORE(A), TEN(A) MORE(A)), AT, "medium"),
    PASS("percent", CHANGE("!option zone.mass-change percent 95\n", TEN(A) MORE(A))),
    PASS("signed again",
         CHANGE("!option zone.mass-change least 1\nwww A 192.0.2.1\n!sign example.test. inception=-1h\n",
                "www A 192.0.2.1\n!sign example.test. inception=-2h\n")),
    PASS("going unsigned: signatures do not count",
         CHANGE("!option zone.mass-change least 2\n" TEN(A), TEN(A) "!sign example.test.\n")),
};

static const struct check_case ttl[] = {
    SKIPPED("no earlier state", "!offline\nwww A 192.0.2.10"),
    PASS("nothing changed", CHANGE("www 3600 A 192.0.2.10", "www 3600 A 192.0.2.10")),
    PASS("moved with the same TTL", CHANGE("www 3600 A 192.0.2.11", "www 3600 A 192.0.2.10")),
    PASS("moved with a lower TTL", CHANGE("www 300 A 192.0.2.11", "www 3600 A 192.0.2.10")),
    PASS("raised alone", CHANGE("www 3600 A 192.0.2.10", "www 300 A 192.0.2.10")),
    PASS("raised to two days alone", CHANGE("@ 172800 NS a.example.net.", "@ 86400 NS a.example.net.")),
    PASS("raised a little with new data", CHANGE("www 300 A 192.0.2.11", "www 60 A 192.0.2.10")),
    PASS("raised and a record added",
         CHANGE("www 3600 A 192.0.2.10\nwww 3600 A 192.0.2.11", "www 300 A 192.0.2.10")),
    PASS("text", CHANGE("www 86400 TXT \"b\"", "www 300 TXT \"a\"")),
    PASS("lowered from very high", CHANGE("www 200000 A 192.0.2.10", "www 604800 A 192.0.2.10")),
    FAIL("raised with new data", CHANGE("www 3600 A 192.0.2.11", "www 300 A 192.0.2.10"), "www.example.test.",
         "medium"),
    FAIL("MX raised with new data", CHANGE("@ 86400 MX 10 b", "@ 3600 MX 10 a"), AT, "medium"),
    FAIL("raised above two days", CHANGE("www 604800 A 192.0.2.10", "www 3600 A 192.0.2.10"),
         "www.example.test.", "low"),
    FAIL("another limit",
         CHANGE("!option zone.ttl-raised-before-move high 1000\nwww 3600 A 192.0.2.10",
                "www 300 A 192.0.2.10"),
         "www.example.test.", "low"),
};

int main(void)
{
    return check_test_run(topic_zone_change, "zone.protected-record-changed", protected,
                          ARRAY_SIZE(protected)) +
           check_test_run(topic_zone_change, "zone.mass-change", mass, ARRAY_SIZE(mass)) +
           check_test_run(topic_zone_change, "zone.ttl-raised-before-move", ttl, ARRAY_SIZE(ttl));
}
