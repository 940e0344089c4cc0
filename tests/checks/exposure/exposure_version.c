/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for exposure.version-bind. */
#include "tests/check_test.h"

extern const struct check topic_exposure_version[];

#define RUN(id, cases) check_test_run(topic_exposure_version, id, cases, ARRAY_SIZE(cases))

static const struct check_case version_bind_cases[] = {
    {"refused",
     "www A 192.0.2.80\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"told",
     "!ch 192.0.2.1 version.bind. 9.18.1-Debian\n",
     VERDICT_FAIL, "ns1.example.test.", "low", NULL, REASON_NONE},
    {"told by version.server",
     "!ch 192.0.2.2 version.server. NSD 4.6.1\n",
     VERDICT_FAIL, "ns2.example.test.", NULL, NULL, REASON_NONE},
    {"both questions, one finding",
     "!ch 192.0.2.1 version.bind. 9.18.1\n"
     "!ch 192.0.2.1 version.server. 9.18.1\n",
     VERDICT_FAIL, "ns1.example.test.", NULL, NULL, REASON_NONE},
    {"a product without a number",
     "!ch 192.0.2.1 version.bind. Served by PowerDNS\n",
     VERDICT_FAIL, "ns1.example.test.", NULL, NULL, REASON_NONE},
    {"hidden",
     "!ch 192.0.2.1 version.bind. none\n"
     "!ch 192.0.2.2 version.bind. unknown\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"a text of another kind",
     "!ch 192.0.2.1 version.bind. our own server\n",
     VERDICT_FAIL, "ns1.example.test.", NULL, NULL, REASON_NONE},
    {"empty",
     "!ch 192.0.2.1 version.bind.\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"not answered",
     "!server 192.0.2.1 version.bind. TXT timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"one silent",
     "!server 192.0.2.1 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"no IPv6 path",
     "!vantage no-ipv6\n",
     VERDICT_PASS, NULL, NULL, NULL, REASON_NONE},
    {"a zone file",
     "!offline\n",
     VERDICT_SKIPPED, NULL, NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("exposure.version-bind", version_bind_cases);
    return failed;
}
