/* SPDX-License-Identifier: BSD-2-Clause */
/* Challenges of certificates that lead elsewhere. */
#include "tests/check_test.h"

extern const struct check topic_dangling_acme[];

#define LAPSED "!unregistered lapsed.com.\n"
#define VENDOR "!zone vendor.com. 198.51.100.9\n"
#define APEX "_acme-challenge.example.test."

static const struct check_case cases[] = {
    {"no challenge", "www A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"the domain is free", LAPSED "_acme-challenge CNAME x.lapsed.com.\n", VERDICT_FAIL, APEX, "critical",
     "R2", REASON_NONE},
    {"of a known host", LAPSED "www A 192.0.2.80\n_acme-challenge.www CNAME x.lapsed.com.\n", VERDICT_FAIL,
     "_acme-challenge.www.example.test.", "critical", "R2", REASON_NONE},
    {"known twice, told once", LAPSED "!names _acme-challenge\n_acme-challenge CNAME x.lapsed.com.\n",
     VERDICT_FAIL, APEX, "critical", "R2", REASON_NONE},
    {"a free name of a service",
     "!zone azure-api.net. 198.51.100.9\n_acme-challenge CNAME gone.azure-api.net.\n", VERDICT_FAIL, APEX,
     "critical", "C1", REASON_NONE},
    {"no proof is published at the moment", VENDOR "_acme-challenge CNAME x.acme.vendor.com.\n", VERDICT_PASS,
     "", NULL, NULL, REASON_NONE},
    {"nor in our own zone", "_acme-challenge CNAME challenge\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"the vendor does not answer",
     VENDOR "!server * x.vendor.com. * timeout\n_acme-challenge CNAME x.vendor.com.\n", VERDICT_UNDETERMINED,
     "", NULL, NULL, REASON_TIMEOUT},
    {"--ignore", LAPSED "!ignore lapsed.com.\n_acme-challenge CNAME x.lapsed.com.\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"offline, in the file", "!offline\n_acme-challenge CNAME challenge\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
};

int main(void)
{
    return check_test_run(topic_dangling_acme, "dangling.acme-challenge-cname", cases, ARRAY_SIZE(cases));
}
