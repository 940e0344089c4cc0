/* SPDX-License-Identifier: BSD-2-Clause */
/* Records that do not become data of the zone. */
#include "tests/checks/zone/reader_test.h"

extern const struct check topic_zone_records[];

#define A63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LABEL "zone.label-too-long"
#define RANGE "zone.mx-srv-out-of-range"
#define META "zone.meta-type"
#define CLASS "zone.class-mismatch"
#define OUTSIDE "zone.out-of-zone"
#define INHERITED "zone.inherited-owner"

static const struct reader_case cases[] = {
    {"63 octets", LABEL, A63 " A 192.0.2.7\n", VERDICT_PASS, "", "", ""},
    {"64 octets", LABEL, A63 "a A 192.0.2.7\n", VERDICT_FAIL, "1.1", "example.test.", "critical"},
    {"64 octets in RDATA", LABEL, "www CNAME " A63 "a\n", VERDICT_FAIL, "1.11", "www.example.test.",
     "critical"},
    {"a name of 255 octets", LABEL,
     "www CNAME " A63 "." A63 "." A63 "."
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     ".\n",
     VERDICT_PASS, "", "", ""},
    {"a name of 256 octets", LABEL,
     "www CNAME " A63 "." A63 "." A63 "."
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     ".\n",
     VERDICT_FAIL, "1.11", NULL, NULL},
    {"the origin makes it too long", LABEL, A63 "." A63 "." A63 "." A63 " A 192.0.2.7\n", VERDICT_FAIL, "1.1",
     NULL, NULL},

    {"numbers that fit", RANGE, "@ MX 65535 mail\n_sip._tcp SRV 0 65535 65535 mail\n", VERDICT_PASS, "", "",
     ""},
    {"preference", RANGE, "@ MX 65536 mail\n", VERDICT_FAIL, "1.6", "example.test.", "high"},
    {"below zero", RANGE, "@ MX -1 mail\n", VERDICT_FAIL, "1.6", NULL, NULL},
    {"weight and port", RANGE, "_sip._tcp SRV 0 65536 80 mail\n_sip._tcp SRV 0 1 80000 mail\n", VERDICT_FAIL,
     "1.17 2.19", "_sip._tcp.example.test. _sip._tcp.example.test.", "high high"},
    {"a word is no number", RANGE, "@ MX mail 10\n", VERDICT_PASS, "", "", ""},

    {"types of data", META, "www TYPE65280 \\# 0\nftp A 192.0.2.7\n", VERDICT_PASS, "", "", ""},
    {"ANY, OPT and TSIG", META, "www ANY x\nwww OPT x\nwww TSIG x\n", VERDICT_FAIL, "1.5 2.5 3.5", NULL,
     "high high high"},
    {"by number", META, "www TYPE255 \\# 0\nwww TYPE0 \\# 0\nwww TYPE65535 \\# 0\n", VERDICT_FAIL,
     "1.5 2.5 3.5", NULL, NULL},

    {"class IN", CLASS, "www IN A 192.0.2.7\nftp 300 IN A 192.0.2.7\n", VERDICT_PASS, "", "", ""},
    {"class CH", CLASS, "www CH TXT \"x\"\n", VERDICT_FAIL, "1.5", "www.example.test.", "high"},
    {"class by number, behind the TTL", CLASS, "www 300 CLASS42 A 192.0.2.7\n", VERDICT_FAIL, "1.9", NULL,
     NULL},
    {"the class is not inherited", CLASS, "www CH TXT \"x\"\nftp A 192.0.2.7\n", VERDICT_FAIL, "1.5", NULL,
     NULL},

    {"in the zone", OUTSIDE, "www A 192.0.2.7\n", VERDICT_PASS, "", "", ""},
    {"another zone", OUTSIDE, "www.example.org. A 192.0.2.7\nwww.example.org. A 192.0.2.8\n", VERDICT_FAIL,
     "1.1 2.1", "example.test. example.test.", "medium medium"},
    {"before the SOA", OUTSIDE,
     "$ORIGIN example.test.\nwww.example.org. 300 A 192.0.2.7\n@ 300 SOA a b 1 2 3 4 5\n", VERDICT_FAIL,
     "2.1", NULL, NULL},
    {"an origin that still holds", OUTSIDE, "$ORIGIN test.\nother A 192.0.2.7\n", VERDICT_FAIL, "2.1", NULL,
     NULL},

    {"an inherited owner", INHERITED, "www A 192.0.2.7\n  A 192.0.2.8\n", VERDICT_PASS, "", "", ""},
    {"over an $ORIGIN", INHERITED,
     "www A 192.0.2.7\n$ORIGIN sub.example.test.\n  A 192.0.2.8\n  A 192.0.2.9\n", VERDICT_FAIL, "3.3",
     "www.example.test.", "low"},
    {"over an $ORIGIN that changes nothing", INHERITED,
     "www A 192.0.2.7\n$ORIGIN example.test.\n  A 192.0.2.8\n", VERDICT_PASS, "", "", ""},
};

int main(void)
{
    return reader_test_run(topic_zone_records, cases, ARRAY_SIZE(cases));
}
