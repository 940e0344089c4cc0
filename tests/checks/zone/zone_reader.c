/* SPDX-License-Identifier: BSD-2-Clause */
/* zone.syntax, zone.include-outside, zone.generate-limits, zone.no-final-newline-or-open-paren. */
#include "tests/checks/zone/reader_test.h"

extern const struct check topic_zone_reader[];

#define SYNTAX "zone.syntax"
#define INCLUDE "zone.include-outside"
#define GENERATE "zone.generate-limits"
#define END "zone.no-final-newline-or-open-paren"

static const struct reader_case cases[] = {
    {"a sound file", SYNTAX, "www A 192.0.2.7\n", VERDICT_PASS, "", "", ""},
    {"every error of a file", SYNTAX, "www A 1.2.3\nftp A x\n", VERDICT_FAIL, "1.7 2.7",
     "www.example.test. ftp.example.test.", "critical critical"},
    {"an error without an owner is at the zone", SYNTAX, "$FOO x\n", VERDICT_FAIL, "1.1", "example.test.",
     "critical"},
    {"the same error twice stays two", SYNTAX, "www A x\nwww A x\nwww A x\n", VERDICT_FAIL, "1.7 2.7 3.7",
     NULL, NULL},
    {"errors of other kinds are not syntax", SYNTAX,
     "$INCLUDE ../x\nwww.example.org. A 192.0.2.1\n@ MX 70000 www\n", VERDICT_PASS, "", NULL, NULL},
    {"what servers refuse over an escape", SYNTAX, "www TXT \"\\300\"\n", VERDICT_FAIL, "1.9", NULL, "high"},
    {"what servers refuse over an address", SYNTAX, "www A 192.0.2.010\n", VERDICT_FAIL, "1.7", NULL, "high"},
    {"what servers refuse over an open parenthesis", SYNTAX, "www TXT ( \"a\"\n", VERDICT_FAIL, "1.9", NULL,
     "high"},

    {"no $INCLUDE", INCLUDE, "www A 192.0.2.7\n", VERDICT_PASS, "", "", ""},
    {"an absolute path", INCLUDE, "$INCLUDE /etc/passwd\n", VERDICT_FAIL, "1.10", "example.test.", "high"},
    {"two includes of one path", INCLUDE, "$INCLUDE ../x\n$INCLUDE ../x\nwww A\n", VERDICT_FAIL, "1.10 2.10",
     NULL, NULL},

    {"a good $GENERATE", GENERATE, "$GENERATE 1-3 h$ A 192.0.2.$\n", VERDICT_PASS, "", "", ""},
    {"a range that runs backwards", GENERATE, "$GENERATE 3-1 h$ A 192.0.2.$\n", VERDICT_FAIL, "1.11",
     "example.test.", "medium"},
    {"too few words", GENERATE, "$GENERATE 1-3 h$ A\n", VERDICT_FAIL, "1.1", NULL, NULL},
    {"a broken modifier", GENERATE, "$GENERATE 1-3 h${0,3,q} A 192.0.2.$\n", VERDICT_FAIL, "1.15", NULL,
     NULL},
    {"an address that does not exist", GENERATE, "$GENERATE 255-257 h$ A 192.0.2.$\n", VERDICT_FAIL, "1.1",
     "h256.example.test.", "medium"},
    {"more than anybody needs", GENERATE, "$GENERATE 1-2000000 h$ TXT x\n", VERDICT_FAIL, "1.11", NULL, NULL},

    {"a whole last line", END, "www A 192.0.2.7\n", VERDICT_PASS, "", "", ""},
    {"a comment at the end", END, "www A 192.0.2.7\n; end", VERDICT_PASS, "", "", ""},
    {"no newline", END, "www A 192.0.2.7", VERDICT_FAIL, "1.16", "example.test.", "low"},
    {"an open parenthesis", END, "www TXT ( \"a\"\n", VERDICT_FAIL, "1.9", NULL, "low"},
    {"an open string", END, "www TXT \"abc", VERDICT_FAIL, "1.13", NULL, "low"},
};

int main(void)
{
    return reader_test_run(topic_zone_reader, cases, ARRAY_SIZE(cases));
}
