/* SPDX-License-Identifier: BSD-2-Clause */
/* Presence, number and version of SPF records. */
#include "tests/check_test.h"

extern const struct check topic_spf_record[];

static const struct check_case missing[] = {
    {"record", "@ MX 10 m\n@ TXT \"v=spf1 mx -all\"", VERDICT_PASS, "", NULL, NULL, 0},
    {"MX and no record", "@ MX 10 m", VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    {"address and no record", "@ A 192.0.2.1", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"neither MX nor address", "@ TXT \"hello\"", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"null MX", "@ MX 0 .\n@ A 192.0.2.1", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"permits nobody", "@ A 192.0.2.1\n@ TXT \"v=spf1 -all\"", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"told that there is mail", "!mail yes", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"told that there is none", "!mail no\n@ MX 10 m", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"almost a record", "@ A 192.0.2.1\n@ TXT \"v=spf1; mx -all\"", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"several are another fault", "@ A 192.0.2.1\n@ TXT \"v=spf1 a -all\"\n@ TXT \"v=spf1 mx -all\"",
     VERDICT_PASS, NULL, NULL, NULL, 0},
    {"no answer", "@ A 192.0.2.1\n!timeout @ TXT", VERDICT_UNDETERMINED, NULL, NULL, NULL, REASON_TIMEOUT},
    {"SERVFAIL", "@ A 192.0.2.1\n!servfail @ TXT", VERDICT_UNDETERMINED, NULL, NULL, NULL, REASON_SERVFAIL},
    {"no answer for MX", "@ A 192.0.2.1\n!timeout @ MX", VERDICT_UNDETERMINED, NULL, NULL, NULL,
     REASON_TIMEOUT},
    {"a top-level domain", "!target test.\n!zone test. 192.0.2.251\ntest. A 192.0.2.1", VERDICT_SKIPPED, NULL,
     NULL, NULL, 0},
    {"a response policy zone",
     "!offline\n!bare\n@ SOA ns1.test. h.test. 1 7200 3600 1209600 3600\n@ NS localhost.\n"
     "*.a.com CNAME .\nb.com CNAME *.\n"
     "c.com CNAME rpz-drop.\nd.com A 10.0.0.1\n@ MX 10 m.test.\n*.e.com CNAME garden.test.\n",
     VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"a catalog zone",
     "!offline\n!bare\n@ 0 SOA invalid. invalid. 1 7200 3600 1209600 0\n@ 0 NS invalid.\n"
     "version 0 TXT \"2\"\n"
     "u1.zones 0 PTR example.net.\nx.ext 0 A 10.0.0.1\n",
     VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"offline", "!offline\n@ A 192.0.2.1", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"record through an alias",
     "!target www.example.test.\nwww CNAME s\ns TXT \"v=spf1 mx -all\"\ns A 192.0.2.1", VERDICT_PASS, NULL,
     NULL, NULL, 0},
    {"name that does not exist", "!target gone.example.test.\n!mail yes", VERDICT_SKIPPED, NULL, NULL, NULL,
     0},
};

static const struct check_case nonmail[] = {
    {"null MX and refusal", "@ MX 0 .\n@ TXT \"v=spf1 -all\"", VERDICT_PASS, "", NULL, NULL, 0},
    {"null MX only", "@ MX 0 .", VERDICT_FAIL, "example.test.", "low", NULL, 0},
    {"mail domain", "@ MX 10 m", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"told so, and permits", "!mail no\n@ TXT \"v=spf1 ip4:192.0.2.1 -all\"", VERDICT_FAIL, "example.test.",
     NULL, NULL, 0},
    {"told so, and refuses", "!mail no\n@ TXT \"v=spf1 -all\"", VERDICT_PASS, "", NULL, NULL, 0},
    {"null MX, but sends", "@ MX 0 .\n@ TXT \"v=spf1 ip4:192.0.2.1 -all\"", VERDICT_PASS, "", NULL, NULL, 0},
    {"no answer", "@ MX 0 .\n!timeout @ TXT", VERDICT_UNDETERMINED, NULL, NULL, NULL, REASON_TIMEOUT},
};

static const struct check_case multiple[] = {
    {"one", "@ TXT \"v=spf1 -all\"\n@ TXT \"other\"", VERDICT_PASS, "", NULL, NULL, 0},
    {"two", "@ TXT \"v=spf1 -all\"\n@ TXT \"v=spf1 mx -all\"", VERDICT_FAIL, "example.test.", "high", NULL,
     0},
    {"one and a near miss", "@ TXT \"v=spf1 -all\"\n@ TXT \"v=spf1; mx -all\"", VERDICT_PASS, NULL, NULL,
     NULL, 0},
    {"strings of one record are one", "@ TXT \"v=spf1 mx \" \"-all\"", VERDICT_PASS, NULL, NULL, NULL, 0},
    {"none", "@ TXT \"x\"", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"no answer", "!refused @ TXT", VERDICT_UNDETERMINED, NULL, NULL, NULL, REASON_REFUSED},
};

static const struct check_case version[] = {
    {"mixed case", "@ TXT \"V=sPf1 -all\"", VERDICT_PASS, "", NULL, NULL, 0},
    {"semicolon", "@ TXT \"v=spf1; -all\"", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"leading space", "@ TXT \" v=spf1 -all\"", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"next version", "@ TXT \"v=spf2 -all\"", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"beside a good one", "@ TXT \"v=spf1 -all\"\n@ TXT \"v=spf1, -all\"", VERDICT_FAIL, NULL, "low", NULL,
     0},
    {"fused version is string-join", "@ TXT \"v=spf1\" \"-all\"", VERDICT_PASS, "", NULL, NULL, 0},
    {"no-break space is non-ascii", "@ TXT \"v=spf1\\194\\160-all\"", VERDICT_PASS, "", NULL, NULL, 0},
    {"Sender ID is no SPF", "@ TXT \"spf2.0/pra -all\"", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"no answer", "!timeout @ TXT", VERDICT_UNDETERMINED, NULL, NULL, NULL, REASON_TIMEOUT},
};

static const struct check_case type99[] = {
    {"TXT only", "@ TXT \"v=spf1 -all\"", VERDICT_PASS, "", NULL, NULL, 0},
    {"type 99 only", "@ TYPE99 \\# 12 0b763d73706631202d616c6c", VERDICT_FAIL, "example.test.", "medium",
     NULL, 0},
    {"both", "@ TXT \"v=spf1 -all\"\n@ TYPE99 \\# 12 0b763d73706631202d616c6c", VERDICT_FAIL, NULL, "low",
     NULL, 0},
    {"no answer", "!timeout @ SPF", VERDICT_UNDETERMINED, NULL, NULL, NULL, REASON_TIMEOUT},
};

#define RUN(id, cases) check_test_run(topic_spf_record, id, cases, ARRAY_SIZE(cases))

int main(void)
{
    return RUN("spf.missing", missing) | RUN("spf.missing-nonmail", nonmail) | RUN("spf.multiple", multiple) |
           RUN("spf.version-bad", version) | RUN("spf.type99", type99);
}
