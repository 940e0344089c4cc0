/* SPDX-License-Identifier: BSD-2-Clause */
/* Presence, number and form of DMARC records. */
#include "tests/check_test.h"

extern const struct check topic_dmarc_record[];

#define GOOD "_dmarc TXT \"v=DMARC1; p=reject\"\n"

static const struct check_case missing[] = {
    {"own record", GOOD, VERDICT_PASS, "", NULL, NULL, 0},
    {"none", "@ A 192.0.2.1", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"inherited", "!target www.example.test.\n" GOOD "www A 192.0.2.1", VERDICT_PASS, NULL, NULL, NULL, 0},
    {"registry policy",
     "_dmarc.test. TXT \"v=DMARC1; p=reject; psd=y\"\n!zone test. 192.0.2.251\n@ A 192.0.2.1", VERDICT_PASS,
     NULL, NULL, NULL, 0},
    {"T8: NODATA and NXDOMAIN are both no record", "a._dmarc TXT \"x\"", VERDICT_FAIL, NULL, NULL, NULL, 0},
    {"unrelated TXT only", "_dmarc TXT \"hello\"", VERDICT_FAIL, NULL, NULL, NULL, 0},
    {"wildcard TXT only", "* TXT \"v=spf1 -all\"", VERDICT_FAIL, NULL, NULL, NULL, 0},
    {"several", GOOD "_dmarc TXT \"v=DMARC1; p=none\"", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"not recognised", "_dmarc TXT \"v=dmarc1; p=none\"", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"no answer", "!timeout _dmarc TXT", VERDICT_UNDETERMINED, NULL, NULL, NULL, REASON_TIMEOUT},
    {"no answer above", "!servfail _dmarc.test. TXT", VERDICT_UNDETERMINED, NULL, NULL, NULL,
     REASON_SERVFAIL},
    {"no answer above a record", GOOD "!servfail _dmarc.test. TXT", VERDICT_PASS, NULL, NULL, NULL, 0},
    {"a top-level domain", "!target test.\n@ A 192.0.2.1", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"offline", "!offline\n@ A 192.0.2.1", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"a response policy zone",
     "!offline\n!bare\n@ SOA ns1.test. h.test. 1 7200 3600 1209600 3600\n@ NS localhost.\n"
     "*.a.com CNAME .\nb.com CNAME *.\n"
     "c.com CNAME rpz-drop.\nd.com A 10.0.0.1\n*.e.com CNAME garden.test.\n",
     VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"a catalog zone",
     "!offline\n!bare\n@ 0 SOA invalid. invalid. 1 7200 3600 1209600 0\n@ 0 NS invalid.\n"
     "version 0 TXT \"2\"\n"
     "u1.zones 0 PTR example.net.\nx.ext 0 A 10.0.0.1\n",
     VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"offline with record", "!offline\n" GOOD, VERDICT_PASS, NULL, NULL, NULL, 0},
};

static const struct check_case multiple[] = {
    {"one", GOOD, VERDICT_PASS, "", NULL, NULL, 0},
    {"T1: one and unrelated TXT", GOOD "_dmarc TXT \"x\"\n_dmarc TXT \"v=spf1 -all\"", VERDICT_PASS, NULL,
     NULL, NULL, 0},
    {"two", GOOD "_dmarc TXT \"v=DMARC1; p=none\"", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"two above", "!target www.example.test.\n" GOOD "_dmarc TXT \"v=DMARC1; p=none\"\nwww A 192.0.2.1",
     VERDICT_FAIL, "www.example.test.", NULL, NULL, 0},
    {"none", "@ A 192.0.2.1", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"no answer", "!timeout _dmarc TXT", VERDICT_UNDETERMINED, NULL, NULL, NULL, REASON_TIMEOUT},
};

static const struct check_case version[] = {
    {"good", GOOD, VERDICT_PASS, "", NULL, NULL, 0},
    {"lower case", "_dmarc TXT \"v=dmarc1; p=reject\"", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"no separator", "_dmarc TXT \"v=DMARC1 p=reject\"", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"not first", "_dmarc TXT \"p=reject; v=DMARC1\"", VERDICT_FAIL, NULL, NULL, NULL, 0},
    {"beside a good one", GOOD "_dmarc TXT \"v=DMARC2; p=none\"", VERDICT_FAIL, NULL, "low", NULL, 0},
    {"white space is another row", "_dmarc TXT \" v=DMARC1; p=none\"", VERDICT_PASS, NULL, NULL, NULL, 0},
    {"unrelated", "_dmarc TXT \"v=spf1 -all\"", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"no answer", "!timeout _dmarc TXT", VERDICT_UNDETERMINED, NULL, NULL, NULL, REASON_TIMEOUT},
};

static const struct check_case whitespace[] = {
    {"good", GOOD, VERDICT_PASS, "", NULL, NULL, 0},
    {"space", "_dmarc TXT \" v=DMARC1; p=none\"", VERDICT_FAIL, "example.test.", "medium", NULL, 0},
};

static const struct check_case syntax[] = {
    {"good", "_dmarc TXT \"v=DMARC1;p=none;adkim=s;\"", VERDICT_PASS, "", NULL, NULL, 0},
    {"no equals sign", "_dmarc TXT \"v=DMARC1; reject\"", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"empty element", "_dmarc TXT \"v=DMARC1;; p=reject\"", VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    {"bad value", "_dmarc TXT \"v=DMARC1; p=reject; adkim=x\"", VERDICT_FAIL, "example.test.", "low", NULL,
     0},
    {"policy is another row", "_dmarc TXT \"v=DMARC1; p=x\"", VERDICT_PASS, NULL, NULL, NULL, 0},
    {"none", "@ A 192.0.2.1", VERDICT_SKIPPED, NULL, NULL, NULL, 0},
    {"no answer", "!timeout _dmarc TXT", VERDICT_UNDETERMINED, NULL, NULL, NULL, REASON_TIMEOUT},
};

static const struct check_case tags[] = {
    {"known", "_dmarc TXT \"v=DMARC1; p=none; np=none; psd=u; t=n\"", VERDICT_PASS, "", NULL, NULL, 0},
    {"unknown", "_dmarc TXT \"v=DMARC1; p=none; foo=1\"", VERDICT_FAIL, "example.test.", "low", NULL, 0},
    {"twice", "_dmarc TXT \"v=DMARC1; p=none; p=reject\"", VERDICT_FAIL, "example.test.", "low", NULL, 0},
    {"removed is another row", "_dmarc TXT \"v=DMARC1; p=none; pct=10\"", VERDICT_PASS, NULL, NULL, NULL, 0},
};

static const struct check_case location[] = {
    {"good", GOOD, VERDICT_PASS, "", NULL, NULL, 0},
    {"apex", "@ TXT \"v=DMARC1; p=none\"", VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    {"dmarc", "dmarc TXT \"v=DMARC1; p=none\"", VERDICT_FAIL, "example.test.", "medium", NULL, 0},
    {"twice the label", GOOD "_dmarc._dmarc TXT \"v=DMARC1; p=none\"", VERDICT_FAIL, "example.test.", "low",
     NULL, 0},
    {"wildcard is nobody's mistake", "* TXT \"v=DMARC1; p=none\"", VERDICT_PASS, NULL, NULL, NULL, 0},
    {"no answer", "!timeout dmarc TXT", VERDICT_UNDETERMINED, NULL, NULL, NULL, REASON_TIMEOUT},
};

#define RUN(id, cases) check_test_run(topic_dmarc_record, id, cases, ARRAY_SIZE(cases))

int main(void)
{
    return RUN("dmarc.missing", missing) | RUN("dmarc.multiple", multiple) |
           RUN("dmarc.version-bad", version) | RUN("dmarc.leading-whitespace", whitespace) |
           RUN("dmarc.syntax", syntax) | RUN("dmarc.unknown-or-duplicate-tag", tags) |
           RUN("dmarc.wrong-location", location);
}
