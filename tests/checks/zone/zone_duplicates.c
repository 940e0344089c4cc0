/* SPDX-License-Identifier: BSD-2-Clause */
/* zone.duplicate-record, zone.semantic-duplicate. */
#include "tests/checks/zone/reader_test.h"

extern const struct check topic_zone_duplicates[];

#define TWICE "zone.duplicate-record"
#define CASE "zone.semantic-duplicate"

static const struct reader_case cases[] = {
    {"two records", TWICE, "www A 192.0.2.7\nwww A 192.0.2.8\n", VERDICT_PASS, "", "", ""},
    {"the same twice", TWICE, "www A 192.0.2.7\nWWW.example.test. IN A 192.0.2.7\n", VERDICT_FAIL, "2.1",
     "www.example.test.", "low"},
    {"three times", TWICE, "www A 192.0.2.7\nwww A 192.0.2.7\nwww A 192.0.2.7\n", VERDICT_FAIL, "2.1 3.1",
     NULL, NULL},
    {"the same text in upper case is another text", TWICE, "www TXT a\nwww TXT A\n", VERDICT_PASS, "", "",
     ""},

    {"targets that differ", CASE, "@ MX 10 mail\n@ MX 10 mail2\n", VERDICT_PASS, "", "", ""},
    {"preferences that differ", CASE, "@ MX 10 mail\n@ MX 20 Mail\n", VERDICT_PASS, "", "", ""},
    {"case alone", CASE, "@ MX 10 mail\n@ MX 10 Mail\n", VERDICT_FAIL, "2.1", "example.test.", "low"},
    {"case alone in NS, SRV and HTTPS", CASE,
     "sub NS a.example.org.\nsub NS A.example.org.\n_s._tcp SRV 1 2 3 a\n_s._tcp SRV 1 2 3 A\nwww HTTPS 1 a "
     "alpn=h2\nwww HTTPS 1 A alpn=h2\n",
     VERDICT_FAIL, "4.1 2.1 6.1", NULL, NULL},
    {"texts have no case to ignore", CASE, "www TXT a\nwww TXT A\n", VERDICT_PASS, "", "", ""},
};

int main(void)
{
    return reader_test_run(topic_zone_duplicates, cases, ARRAY_SIZE(cases));
}
