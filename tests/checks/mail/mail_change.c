/* SPDX-License-Identifier: BSD-2-Clause */
/* MTA-STS and null MX before and after a change. */
#include "tests/change_rows.h"

extern const struct check topic_mail_change[];

#define AT "example.test."
#define MX "@ MX 10 mail\n"
#define STS(id) "_mta-sts TXT \"v=STSv1; id=" id "\"\n"
#define HOST "mta-sts A 192.0.2.7\n"

static const struct check_case sts[] = {
    SKIPPED("no earlier state", "!offline\n" MX),
    SKIPPED("a new zone", "!offline\n" MX "!before new\n"),
    PASS("nothing changed", CHANGE(MX STS("1") HOST, MX STS("1") HOST)),
    PASS("another id", CHANGE(MX STS("2") HOST, MX STS("1") HOST)),
    PASS("first record", CHANGE(MX STS("1") HOST, MX)),
    PASS("the host moves", CHANGE(MX STS("1") "mta-sts A 192.0.2.8", MX STS("1") HOST)),
    PASS("the host becomes an alias", CHANGE(MX STS("1") "mta-sts CNAME x.example.net.", MX STS("1") HOST)),
    PASS("an alias out of the zones", CHANGE(MX "_mta-sts CNAME x.example.net.", MX STS("1"))),
    PASS("no mail any more", CHANGE("@ MX 0 .\n", MX STS("1") HOST)),
    PASS("a broken record goes", CHANGE(MX, MX "_mta-sts TXT \"v=STSv2; id=1\"")),
    FAIL("withdrawn", CHANGE(MX HOST, MX STS("1") HOST), AT, "medium"),
    FAIL("withdrawn with its host", CHANGE(MX, MX STS("1") HOST), AT, "medium"),
    FAIL("broken", CHANGE(MX "_mta-sts TXT \"v=STSv1 id=1\"", MX STS("1")), AT, "medium"),
    FAIL("two records are none", CHANGE(MX STS("1") STS("2"), MX STS("1")), AT, "medium"),
    FAIL("both addresses of the host go", CHANGE(MX STS("1"), MX STS("1") HOST "mta-sts AAAA 2001:db8::7"),
         AT, "medium"),
    FAIL("the host goes", CHANGE(MX STS("1"), MX STS("1") HOST), AT, "medium"),
};

static const struct check_case null_mx[] = {
    SKIPPED("no earlier state", "!offline\n" MX),
    PASS("stays", CHANGE("@ MX 0 .\n@ A 192.0.2.1", "@ MX 0 .\n@ A 192.0.2.1")),
    PASS("becomes an MX", CHANGE(MX "@ A 192.0.2.1", "@ MX 0 .\n@ A 192.0.2.1")),
    PASS("the name has no address", CHANGE("www TXT \"x\"", "www TXT \"x\"\nwww MX 0 .")),
    PASS("the name goes", CHANGE("", "www A 192.0.2.1\nwww MX 0 .")),
    PASS("another MX goes", CHANGE("@ A 192.0.2.1", MX "@ A 192.0.2.1")),
    FAIL("removed", CHANGE("@ A 192.0.2.1", "@ MX 0 .\n@ A 192.0.2.1"), AT, "low"),
};

int main(void)
{
    return check_test_run(topic_mail_change, "mta-sts.policy-weakened", sts, ARRAY_SIZE(sts)) +
           check_test_run(topic_mail_change, "mx.null-removed", null_mx, ARRAY_SIZE(null_mx));
}
