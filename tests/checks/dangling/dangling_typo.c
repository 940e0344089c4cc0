/* SPDX-License-Identifier: BSD-2-Clause */
/* Forgotten final dots. */
#include "tests/check_test.h"

extern const struct check topic_dangling_typo[];

#define APEX "example.test."
#define WWW "www.example.test."

static const struct check_case cases[] = {
    {"a full name", "www CNAME web.example.test.\nweb A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"no dot", "www CNAME web.example.test\nweb A 192.0.2.80\n", VERDICT_FAIL, WWW, "high", NULL,
     REASON_NONE},
    {"the apex, no dot", "www CNAME example.test\n@ A 192.0.2.80\n", VERDICT_FAIL, WWW, "high", NULL,
     REASON_NONE},
    {"in MX", "@ MX 10 mail.example.test\nmail A 192.0.2.25\n", VERDICT_FAIL, APEX, "high", NULL,
     REASON_NONE},
    {"in HTTPS", "www A 192.0.2.80\nwww HTTPS 1 cdn.example.test\n", VERDICT_FAIL, WWW, "high", NULL,
     REASON_NONE},
    {"in SRV of a known name", "!names _sip._tcp.example.test.\n_sip._tcp SRV 0 0 5060 sip.example.test\n",
     VERDICT_FAIL, "_sip._tcp.example.test.", "high", NULL, REASON_NONE},
    {"such a name exists", "www CNAME web.example.test\nweb.example.test A 192.0.2.80\n", VERDICT_PASS, "",
     NULL, NULL, REASON_NONE},
    {"a missing name without repetition is another check's", "www CNAME gone\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"no answer for the name", "!names " WWW "\n!timeout www A\nwww CNAME web\n", VERDICT_UNDETERMINED, "",
     NULL, NULL, REASON_TIMEOUT},
    {"no answer for the target", "www CNAME web.example.test\n!timeout web.example.test.example.test. A\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"a target that is no apex", "!target www.example.test.\nwww CNAME web.example.test\n", VERDICT_FAIL, WWW,
     "high", NULL, REASON_NONE},
    {"offline", "!offline\nwww CNAME web.example.test\n", VERDICT_FAIL, WWW, "high", NULL, REASON_NONE},
    {"offline, MX of any name", "!offline\nlist MX 10 mail.example.test\n", VERDICT_FAIL,
     "list.example.test.", "high", NULL, REASON_NONE},
};

int main(void)
{
    return check_test_run(topic_dangling_typo, "dangling.typo-target", cases, ARRAY_SIZE(cases));
}
