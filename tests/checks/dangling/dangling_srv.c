/* SPDX-License-Identifier: BSD-2-Clause */
/* Hosts of SRV records. */
#include "tests/check_test.h"

extern const struct check topic_dangling_srv[];

#define SIP "_sip._tcp.example.test."

static const struct check_case cases[] = {
    {"no service", "www A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"the host exists", "_sip._tcp SRV 0 0 5060 sip\nsip A 192.0.2.50\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"the host does not exist", "_sip._tcp SRV 0 0 5060 sip\n", VERDICT_FAIL, SIP, "high", NULL, REASON_NONE},
    {"the host has no address", "_sip._tcp SRV 0 0 5060 sip\nsip TXT \"x\"\n", VERDICT_FAIL, SIP, "high",
     NULL, REASON_NONE},
    {"another host is there", "_sip._tcp SRV 0 0 5060 sip\n_sip._tcp SRV 9 0 5060 two\ntwo A 192.0.2.50\n",
     VERDICT_FAIL, SIP, "medium", NULL, REASON_NONE},
    {"not offered", "_sip._tcp SRV 0 0 0 .\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"under a free domain", "!unregistered lapsed.com.\n_sip._tcp SRV 0 0 5060 sip.lapsed.com.\n",
     VERDICT_FAIL, SIP, "high", "R2", REASON_NONE},
    {"gone at a vendor", "!zone vendor.com. 198.51.100.9\n_sip._tcp SRV 0 0 5060 sip.vendor.com.\n",
     VERDICT_FAIL, SIP, "high", NULL, REASON_NONE},
    {"a known name", "!names _x._udp\n_x._udp SRV 0 0 5060 sip\n", VERDICT_FAIL, "_x._udp.example.test.",
     "high", NULL, REASON_NONE},
    {"known and common, once", "!names _sip._tcp\n_sip._tcp SRV 0 0 5060 sip\n", VERDICT_FAIL, SIP, "high",
     NULL, REASON_NONE},
    {"offline", "!offline\n_rare._tcp SRV 0 0 5060 sip\n", VERDICT_FAIL, "_rare._tcp.example.test.", "high",
     NULL, REASON_NONE},
    {"no answer for the host", "_sip._tcp SRV 0 0 5060 sip\n!timeout sip A\n", VERDICT_UNDETERMINED, "", NULL,
     NULL, REASON_TIMEOUT},
    {"no answer for the service", "_ldap._tcp SRV 0 0 389 .\n!timeout _sip._tcp SRV\n", VERDICT_UNDETERMINED, "", NULL, NULL,
     REASON_TIMEOUT},
};

int main(void)
{
    return check_test_run(topic_dangling_srv, "dangling.srv-target", cases, ARRAY_SIZE(cases));
}
