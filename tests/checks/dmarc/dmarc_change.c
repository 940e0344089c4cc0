/* SPDX-License-Identifier: BSD-2-Clause */
/* DMARC before and after a change. */
#include "tests/change_rows.h"

extern const struct check topic_dmarc_change[];

#define AT "example.test."
#define NEWS "news.example.test."
#define RUA "; rua=mailto:d@example.test"
#define D(text) "_dmarc TXT \"v=DMARC1; " text "\"\n"
#define D_NEWS(text) "_dmarc.news TXT \"v=DMARC1; " text "\"\nnews A 192.0.2.1\n"

static const struct check_case cases[] = {
    SKIPPED("no earlier state", "!offline\n" D("p=reject")),
    SKIPPED("a new zone", "!offline\n" D("p=none") "!before new\n"),
    PASS("nothing changed", CHANGE(D("p=reject"), D("p=reject"))),
    PASS("stronger", CHANGE(D("p=reject"), D("p=quarantine"))),
    PASS("first record", CHANGE(D("p=none"), "")),
    PASS("another way to write it", CHANGE(D("p=REJECT ;"), D("p=reject"))),
    PASS("reports go elsewhere", CHANGE(D("p=reject; rua=mailto:x@example.test"), D("p=reject" RUA))),
    PASS("sp said again", CHANGE(D("p=reject; sp=reject"), D("p=reject"))),
    PASS("sp equal to p is left out", CHANGE(D("p=reject"), D("p=reject; sp=reject"))),
    PASS("test mode ends", CHANGE(D("p=reject"), D("p=reject; t=y"))),
    PASS("other text beside it", CHANGE(D("p=reject") "_dmarc TXT \"x\"", D("p=reject"))),
    FAIL("reject to none", CHANGE(D("p=none"), D("p=reject")), AT, "high"),
    FAIL("reject to quarantine", CHANGE(D("p=quarantine"), D("p=reject")), AT, "medium"),
    FAIL("quarantine to none", CHANGE(D("p=none"), D("p=quarantine")), AT, "high"),
    FAIL("an invalid policy counts as none", CHANGE(D("p=rejct"), D("p=reject")), AT, "high"),
    FAIL("removed", CHANGE("", D("p=reject")), AT, "high"),
    FAIL("a record for reports removed", CHANGE("", D("p=none" RUA)), AT, "low"),
    FAIL("two records are none", CHANGE(D("p=reject") D("p=reject; fo=1"), D("p=reject")), AT, "high"),
    FAIL("test mode", CHANGE(D("p=reject; t=y"), D("p=reject")), AT, "medium"),
    FAIL("test mode of quarantine", CHANGE(D("p=quarantine; t=y"), D("p=quarantine")), AT, "high"),
    FAIL("subdomains", CHANGE(D("p=reject; sp=none"), D("p=reject")), AT, "medium"),
    FAIL("subdomains, from sp", CHANGE(D("p=none; sp=none"), D("p=none; sp=reject")), NULL, NULL),
    FAIL("names that do not exist", CHANGE(D("p=reject; np=none"), D("p=reject; np=reject")), AT, "medium"),
    FAIL("a share of the mail", CHANGE(D("p=reject; pct=10"), D("p=reject")), AT, "low"),
    PASS("a larger share", CHANGE(D("p=reject; pct=50"), D("p=reject; pct=10"))),
    FAIL("no reports", CHANGE(D("p=reject"), D("p=reject" RUA)), AT, "low"),
    FAIL("relaxed", CHANGE(D("p=reject"), D("p=reject; adkim=s")), AT, "low"),
    FAIL("a weaker record below", CHANGE(D("p=reject") D_NEWS("p=none"), D("p=reject") "news A 192.0.2.1\n"),
         NEWS, "medium"),
    PASS("a strong record below",
         CHANGE(D("p=reject") D_NEWS("p=reject"), D("p=reject") "news A 192.0.2.1\n")),
    PASS("a record below goes, the one above is as strong",
         CHANGE(D("p=reject") "news A 192.0.2.1\n", D("p=reject") D_NEWS("p=reject"))),
    FAIL("a record below goes, the one above says less",
         CHANGE(D("p=reject; sp=none") "news A 192.0.2.1\n", D("p=reject; sp=none") D_NEWS("p=reject")), NEWS,
         "high"),
    PASS("the name goes too, np holds",
         CHANGE(D("p=none; sp=none; np=reject"), D("p=none; sp=none; np=reject") D_NEWS("p=reject"))),
    PASS("an alias within the zones",
         CHANGE("_dmarc CNAME d._x\nd._x TXT \"v=DMARC1; p=reject\"", D("p=reject"))),
    SKIPPED("an alias out of them", CHANGE("_dmarc CNAME d.example.net.", D("p=reject"))),
    FAIL("removed by a plan", CHANGE("!gaps apex records\n", "!gaps apex records\n" D("p=reject")), AT,
         "high"),
    PASS("not shown by a plan", CHANGE("!gaps apex records\n", D("p=reject"))),
    PASS("another TTL", CHANGE("_dmarc 60 TXT \"v=DMARC1; p=none\"", "_dmarc 90 TXT \"v=DMARC1; p=none\"")),
};

int main(void)
{
    return check_test_run(topic_dmarc_change, "dmarc.policy-weakened", cases, ARRAY_SIZE(cases));
}
