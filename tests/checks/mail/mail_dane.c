/* SPDX-License-Identifier: BSD-2-Clause */
/* TLSA records and the question for them. */
#include "tests/check_test.h"

extern const struct check topic_mail_dane[];

#define APEX "example.test."
#define OWNER "_25._tcp.mail.example.test."
#define MAIL "@ MX 10 mail\nmail A 192.0.2.25\n"
#define D32 "0D6FCE3FBB4E7C6F2B7C5C4F2A8E9D0123456789ABCDEF0123456789ABCDEF01"
#define TLSA(fields, data) "_25._tcp.mail TLSA " fields " " data "\n"
#define SOUND MAIL TLSA("3 1 1", D32)
#define SIGN "!sign .\n!sign test.\n"
#define ALL(what)                                                                                            \
    "!server 192.0.2.1 * TLSA " what "\n!server 192.0.2.2 * TLSA " what "\n!server 2001:db8::1 * TLSA " what \
    "\n"

static const struct check_case fields[] = {
    {"none", MAIL, VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"sound", SOUND, VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"SHA-512", MAIL TLSA("2 0 2", D32 D32), VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"the whole key", MAIL TLSA("3 1 0", "3059301306072A"), VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"private use", MAIL TLSA("255 1 1", D32), VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"usage", MAIL TLSA("4 1 1", D32), VERDICT_FAIL, OWNER, "high", NULL, REASON_NONE},
    {"selector", MAIL TLSA("3 2 1", D32), VERDICT_FAIL, OWNER, "high", NULL, REASON_NONE},
    {"matching type", MAIL TLSA("3 1 3", D32), VERDICT_FAIL, OWNER, "high", NULL, REASON_NONE},
    {"length of SHA-256", MAIL TLSA("3 1 1", "ABCD"), VERDICT_FAIL, OWNER, "high", NULL, REASON_NONE},
    {"length of SHA-512", MAIL TLSA("3 1 2", D32), VERDICT_FAIL, OWNER, "high", NULL, REASON_NONE},
    {"beside a sound one", SOUND TLSA("3 1 2", D32), VERDICT_FAIL, OWNER, "medium", NULL, REASON_NONE},
    {"below the name that a mail host is an alias of",
     "@ MX 10 mx\nmx CNAME mail\nmail A 192.0.2.25\n" TLSA("3 1 1", "AB"), VERDICT_FAIL, OWNER, "high", NULL,
     REASON_NONE},
    {"of another service, known by name", "!names _443._tcp.www.example.test.\n_443._tcp.www TLSA 3 1 1 AB\n",
     VERDICT_FAIL, "_443._tcp.www.example.test.", "high", NULL, REASON_NONE},
    {"known twice, told once", "!names " OWNER "\n" MAIL TLSA("3 1 1", "AB"), VERDICT_FAIL, OWNER, "high",
     NULL, REASON_NONE},
    {"a host of a vendor is not ours",
     "!zone vendor.com. 198.51.100.9\n@ MX 10 mx.vendor.com.\n"
     "_25._tcp.mx.vendor.com. TLSA 3 1 1 AB\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"no answer", MAIL "!timeout _25._tcp.mail TLSA\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"no answer for MX", "!timeout @ MX\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"offline", "!offline\n" MAIL TLSA("3 1 1", "AB"), VERDICT_FAIL, OWNER, "high", NULL, REASON_NONE},
};

static const struct check_case unsigned_[] = {
    {"none", MAIL, VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"secure", SOUND SIGN "!sign example.test.\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"insecure", SOUND SIGN, VERDICT_FAIL, OWNER, "high", NULL, REASON_NONE},
    {"bogus", SOUND SIGN "!sign example.test. corrupt=TLSA\n", VERDICT_FAIL, OWNER, "high", NULL,
     REASON_NONE},
    {"not validated", SOUND SIGN "!sign example.test.\n!timeout example.test. DNSKEY\n", VERDICT_UNDETERMINED,
     "", NULL, NULL, REASON_TIMEOUT},
    {"no answer", MAIL SIGN "!sign example.test.\n!timeout _25._tcp.mail TLSA\n", VERDICT_UNDETERMINED, "",
     NULL, NULL, REASON_TIMEOUT},
    {"offline: whoever loads the file may sign it", "!offline\n" SOUND, VERDICT_PASS, "", NULL, NULL,
     REASON_NEEDS_LIVE},
};

static const struct check_case broken[] = {
    {"answered", SOUND, VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"answered empty", MAIL, VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"all fail, signed", MAIL SIGN "!sign example.test.\n" ALL("servfail"), VERDICT_FAIL,
     APEX " " APEX " " APEX, "critical critical critical", NULL, REASON_NONE},
    {"all silent, signed", MAIL SIGN "!sign example.test.\n" ALL("timeout"), VERDICT_FAIL, NULL,
     "critical critical critical", NULL, REASON_NONE},
    {"one of three, signed", MAIL SIGN "!sign example.test.\n!server 192.0.2.1 * TLSA notimp\n", VERDICT_FAIL,
     APEX, "medium", NULL, REASON_NONE},
    {"all fail, unsigned: nobody asks", MAIL SIGN ALL("refused"), VERDICT_FAIL, NULL, "low low low", NULL,
     REASON_NONE},
    {"silence on a bad path", "!vantage lossy\n" MAIL ALL("timeout"), VERDICT_UNDETERMINED, "", NULL, NULL,
     REASON_TIMEOUT},
    {"the mail host is elsewhere",
     "!zone vendor.com. 198.51.100.9\nmx.vendor.com. A 198.51.100.25\n"
     "@ MX 10 mx.vendor.com.\n!server 198.51.100.9 * TLSA servfail\n",
     VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"no mail", "@ MX 0 .\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
    {"no answer for MX", "!timeout @ MX\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"offline", "!offline\n" MAIL, VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

int main(void)
{
    return check_test_run(topic_mail_dane, "dane.tlsa-field-range", fields, ARRAY_SIZE(fields)) +
           check_test_run(topic_mail_dane, "dane.tlsa-unsigned", unsigned_, ARRAY_SIZE(unsigned_)) +
           check_test_run(topic_mail_dane, "dane.tlsa-query-broken", broken, ARRAY_SIZE(broken));
}
