/* SPDX-License-Identifier: BSD-2-Clause */
/* The climb to the set that governs a name (trap T9), and sets that restrict nothing. */
#include "tests/check_test.h"

extern const struct check topic_caa_missing[];

#define APEX "example.test."
#define SHOP "!target www.example.test.\n!zone vendor.test. 198.51.100.9\nwww CNAME shop.vendor.test.\n"

static const struct check_case missing[] = {
    {"at the name", "@ CAA 0 issue \"ca.test\"\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"nowhere", "www A 192.0.2.80\n", VERDICT_FAIL, APEX, "low", NULL, REASON_NONE},
    {"above", "!target www.example.test.\nwww A 192.0.2.80\n@ CAA 0 issue \"ca.test\"\n", VERDICT_PASS, "",
     NULL, NULL, REASON_NONE},
    {"below does not count", "www CAA 0 issue \"ca.test\"\n", VERDICT_FAIL, APEX, "low", NULL, REASON_NONE},
    {"only iodef is a set too", "@ CAA 0 iodef \"mailto:a@example.test\"\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"T9: above an alias whose target has none",
     SHOP
     "shop.vendor.test. A 198.51.100.80\nvendor.test. CAA 0 issue \"x.test\"\n@ CAA 0 issue \"y.test\"\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"T9: the climb never goes on from the target of an alias",
     SHOP "shop.vendor.test. A 198.51.100.80\nvendor.test. CAA 0 issue \"x.test\"\n", VERDICT_FAIL,
     "www.example.test.", "low", NULL, REASON_NONE},
    {"T9: at the target of the alias", SHOP "shop.vendor.test. CAA 0 issue \"z.test\"\n", VERDICT_PASS, "",
     NULL, NULL, REASON_NONE},
    {"T9: failure is not absence", "!timeout @ CAA\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"nor is it above", "!target www.example.test.\nwww A 192.0.2.80\n!servfail example.test. CAA\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_SERVFAIL},
    {"what is above the first set does not matter", "@ CAA 0 issue \"ca.test\"\n!timeout test. CAA\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a name that does not exist", "!target gone.example.test.\n", VERDICT_SKIPPED, "", NULL, NULL,
     REASON_NONE},
    {"a top-level domain", "!target test.\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"offline, in the file", "!offline\n@ CAA 0 issue \"ca.test\"\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"offline, perhaps above", "!offline\nwww A 192.0.2.80\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case only_iodef[] = {
    {"nothing", "www A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a CA", "@ CAA 0 issue \"ca.test\"\n@ CAA 0 iodef \"mailto:a@example.test\"\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"nobody", "@ CAA 0 issue \";\"\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"only for wildcards", "@ CAA 0 issuewild \";\"\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"reports only", "@ CAA 0 iodef \"mailto:a@example.test\"\n", VERDICT_FAIL, APEX, "medium", NULL,
     REASON_NONE},
    {"T9: it governs the names below",
     "!target www.example.test.\nwww A 192.0.2.80\n@ CAA 0 iodef \"mailto:a@example.test\"\n", VERDICT_FAIL,
     "www.example.test.", "medium", NULL, REASON_NONE},
    {"at a known name, hiding the apex",
     "www A 192.0.2.80\nwww CAA 0 iodef \"mailto:a@example.test\"\n@ CAA 0 issue \"ca.test\"\n", VERDICT_FAIL,
     "www.example.test.", "medium", NULL, REASON_NONE},
    {"an unknown critical property blocks everybody", "@ CAA 128 isue \"ca.test\"\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"no answer", "!timeout @ CAA\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"offline", "!offline\n@ CAA 0 iodef \"mailto:a@example.test\"\n", VERDICT_FAIL, APEX, "medium", NULL,
     REASON_NONE},
};

int main(void)
{
    return check_test_run(topic_caa_missing, "caa.missing", missing, ARRAY_SIZE(missing)) +
           check_test_run(topic_caa_missing, "caa.only-iodef", only_iodef, ARRAY_SIZE(only_iodef));
}
