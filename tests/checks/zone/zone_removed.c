/* SPDX-License-Identifier: BSD-2-Clause */
/* Zones that are gone. */
#include "tests/change_rows.h"

extern const struct check topic_zone_removed[];

#define AT "example.test."

static const struct check_case cases[] = {
    SKIPPED("no earlier state", "!offline\nwww A 192.0.2.1"),
    PASS("a new zone", "!offline\nwww A 192.0.2.1\n!before new\n"),
    PASS("still there", CHANGE("www A 192.0.2.1", "www A 192.0.2.1")),
    FAIL("gone", CHANGE("!gone\n", "www A 192.0.2.1"), AT, "high"),
    FAIL("gone, and the zone above is not there either",
         CHANGE("!gone\n!zone other.test.\n", "www A 192.0.2.1"), AT, "high"),
    FAIL("gone, still delegated", CHANGE("!gone\n!zone test.\n", "!zone test.\nwww A 192.0.2.1"), AT, "high"),
    FAIL("gone with its delegation",
         CHANGE("!gone\n!zone test.\n!parent none\n", "!zone test.\nwww A 192.0.2.1"), AT, "high"),
    PASS("taken into the zone above",
         "!offline\n!target sub.example.test.\n!zone example.test.\n!gone\nwww.sub A 192.0.2.1\n"
         "!before\n!target sub.example.test.\n!zone example.test.\n!zone sub.example.test.\nwww.sub A "
         "192.0.2.1\n"),
};

int main(void)
{
    return check_test_run(topic_zone_removed, "zone.removed", cases, ARRAY_SIZE(cases));
}
