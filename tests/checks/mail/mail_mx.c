/* SPDX-License-Identifier: BSD-2-Clause */
/* What MX records name. */
#include "tests/check_test.h"

extern const struct check topic_mail_mx[];

#define APEX "example.test."
#define MAIL "@ MX 10 mail\nmail A 192.0.2.25\n"

#define SAME_FOR_ALL                                                                                         \
    {"no MX", "www A 192.0.2.80\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},                           \
        {"a host", MAIL, VERDICT_PASS, "", NULL, NULL, REASON_NONE},                                         \
        {"null MX", "@ MX 0 .\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},                                \
        {"no answer for MX", "!timeout @ MX\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},       \
    {                                                                                                        \
        "offline, a host", "!offline\n" MAIL, VERDICT_PASS, "", NULL, NULL, REASON_NONE                      \
    }

static const struct check_case cname[] = {
    SAME_FOR_ALL,
    {"an alias", MAIL "@ MX 20 mx2\nmx2 CNAME mail\n", VERDICT_FAIL, APEX, "medium", NULL, REASON_NONE},
    {"an alias to nowhere", "@ MX 20 mx2\nmx2 CNAME mail\n", VERDICT_FAIL, APEX, "medium", NULL, REASON_NONE},
    {"below a DNAME", "@ MX 10 mail.old\nold DNAME example.test.\nmail A 192.0.2.25\n", VERDICT_FAIL, APEX,
     "medium", NULL, REASON_NONE},
    {"an alias of a vendor",
     "!zone vendor.com. 198.51.100.9\n@ MX 10 mx.vendor.com.\nmx.vendor.com. CNAME "
     "a.vendor.com.\na.vendor.com. A 198.51.100.25\n",
     VERDICT_FAIL, APEX, "medium", NULL, REASON_NONE},
    {"a host that does not exist is another check's", "@ MX 10 gone\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"no answer for the host", MAIL "!timeout mail A\n", VERDICT_UNDETERMINED, "", NULL, NULL,
     REASON_TIMEOUT},
    {"what is found stands beside what is not known", MAIL "@ MX 20 mx2\nmx2 CNAME mail\n!timeout mail A\n",
     VERDICT_FAIL, APEX, "medium", NULL, REASON_NONE},
    {"offline, outside the file", "!offline\n@ MX 10 mx.vendor.com.\n", VERDICT_SKIPPED, "", NULL, NULL,
     REASON_NONE},
    {"offline, an alias", "!offline\n@ MX 20 mx2\nmx2 CNAME mail\nmail A 192.0.2.25\n", VERDICT_FAIL, APEX,
     "medium", NULL, REASON_NONE},
};

static const struct check_case address[] = {
    SAME_FOR_ALL,
    {"IPv4", "@ MX 10 192.0.2.25.\n", VERDICT_FAIL, APEX, "high", NULL, REASON_NONE},
    {"IPv4, its dot forgotten", "@ MX 10 192.0.2.25\n", VERDICT_FAIL, APEX, "high", NULL, REASON_NONE},
    {"in brackets", "@ MX 10 [192.0.2.25].\n", VERDICT_FAIL, APEX, "high", NULL, REASON_NONE},
    {"IPv6", "@ MX 10 2001:db8::25.\n", VERDICT_FAIL, APEX, "high", NULL, REASON_NONE},
    {"labels of digits are no address", "@ MX 10 25.1\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"nor is a name that begins like one", "@ MX 10 192.0.2.25.mail\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"offline", "!offline\n@ MX 10 192.0.2.25\n", VERDICT_FAIL, APEX, "high", NULL, REASON_NONE},
};

static const struct check_case null[] = {
    SAME_FOR_ALL,
    {"a preference", "@ MX 10 .\n", VERDICT_FAIL, APEX, "medium", NULL, REASON_NONE},
    {"beside a host", "@ MX 0 .\n" MAIL, VERDICT_FAIL, APEX, "medium", NULL, REASON_NONE},
    {"offline", "!offline\n@ MX 10 .\n", VERDICT_FAIL, APEX, "medium", NULL, REASON_NONE},
};

static const struct check_case private[] = {
    SAME_FOR_ALL,
    {"only private", "@ MX 10 mail\nmail A 10.0.0.25\n", VERDICT_FAIL, APEX, "high", NULL, REASON_NONE},
    {"one of two", MAIL "mail A 10.0.0.25\n", VERDICT_FAIL, APEX, "medium", NULL, REASON_NONE},
    {"IPv4 inside IPv6", "@ MX 10 mail\nmail AAAA ::ffff:10.0.0.25\n", VERDICT_FAIL, APEX, "high", NULL,
     REASON_NONE},
    {"no answer for the host", "@ MX 10 mail\n!timeout mail A\n", VERDICT_UNDETERMINED, "", NULL, NULL,
     REASON_TIMEOUT},
    {"offline, outside the file", "!offline\n@ MX 10 mx.vendor.com.\n", VERDICT_SKIPPED, "", NULL, NULL,
     REASON_NONE},
};

int main(void)
{
    return check_test_run(topic_mail_mx, "mx.is-cname", cname, ARRAY_SIZE(cname)) +
           check_test_run(topic_mail_mx, "mx.is-address", address, ARRAY_SIZE(address)) +
           check_test_run(topic_mail_mx, "mx.null-malformed", null, ARRAY_SIZE(null)) +
           check_test_run(topic_mail_mx, "mx.private-address", private, ARRAY_SIZE(private));
}
