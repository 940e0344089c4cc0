/* SPDX-License-Identifier: BSD-2-Clause */
/* Name servers exchanged all at once. */
#include "tests/change_rows.h"

extern const struct check topic_deleg_change[];

#define AT "example.test."
#define SUB "sub.example.test."

static const struct check_case cases[] = {
    SKIPPED("no earlier state", "!offline\n@ NS a.example.net."),
    SKIPPED("a new zone", "!offline\n@ NS a.example.net.\n!before new\n"),
    PASS("the same",
         CHANGE("@ NS a.example.net.\n@ NS b.example.net.", "@ NS b.example.net.\n@ NS a.example.net.")),
    PASS("one of two",
         CHANGE("@ NS a.example.net.\n@ NS c.example.net.", "@ NS a.example.net.\n@ NS b.example.net.")),
    PASS("one added", CHANGE("@ NS a.example.net.\n@ NS b.example.net.", "@ NS a.example.net.")),
    PASS("renamed", CHANGE("@ NS dns1\ndns1 A 192.0.2.1", "@ NS ns1\nns1 A 192.0.2.1")),
    PASS("renamed, by an alias",
         CHANGE("@ NS dns1\ndns1 CNAME ns1\nns1 A 192.0.2.1", "@ NS ns1\nns1 A 192.0.2.1")),
    FAIL("all",
         CHANGE("@ NS c.example.net.\n@ NS d.example.net.", "@ NS a.example.net.\n@ NS b.example.net."), AT,
         "high"),
    FAIL("all, with other addresses", CHANGE("@ NS dns1\ndns1 A 192.0.2.9", "@ NS ns1\nns1 A 192.0.2.1"), AT,
         "high"),
    FAIL("of a delegation", CHANGE("sub NS c.example.net.", "sub NS a.example.net."), SUB, "medium"),
    PASS("of a delegation, renamed",
         CHANGE("sub NS b.sub\nb.sub A 192.0.2.7", "sub NS a.sub\na.sub A 192.0.2.7")),
    PASS("a delegation removed", CHANGE("", "sub NS a.example.net.")),
    PASS("a delegation added", CHANGE("sub NS a.example.net.", "")),
    PASS("the source shows no apex", CHANGE("!bare\nwww A 192.0.2.1", "@ NS a.example.net.")),
};

int main(void)
{
    return check_test_run(topic_deleg_change, "deleg.ns-replaced", cases, ARRAY_SIZE(cases));
}
