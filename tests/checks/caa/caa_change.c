/* SPDX-License-Identifier: BSD-2-Clause */
/* Who may issue before and after a change. */
#include "tests/change_rows.h"

extern const struct check topic_caa_change[];

#define AT "example.test."
#define A "@ CAA 0 issue \"a.example.net\"\n"
#define B "@ CAA 0 issue \"b.example.net\"\n"
#define NOBODY "@ CAA 0 issue \";\"\n"
#define WWW "www A 192.0.2.1\n"

static const struct check_case cases[] = {
    SKIPPED("no earlier state", "!offline\n" A),
    SKIPPED("a new zone", "!offline\n!before new\n"),
    PASS("nothing changed", CHANGE(A B, A B)),
    PASS("first record", CHANGE(A, "")),
    PASS("an issuer less", CHANGE(A, A B)),
    PASS("nobody any more", CHANGE(NOBODY, A)),
    PASS("reports", CHANGE(A "@ CAA 0 iodef \"mailto:x@example.test\"", A)),
    PASS("no reports", CHANGE(A, A "@ CAA 0 iodef \"mailto:x@example.test\"")),
    PASS("another way to write it", CHANGE("@ CAA 0 issue \" A.example.net ; \"", A)),
    PASS("an account is asked for",
         CHANGE("@ CAA 0 issue \"a.example.net; accounturi=https://a.example.net/1\"", A)),
    PASS("wildcards: less than before", CHANGE(A "@ CAA 0 issuewild \";\"", A)),
    PASS("wildcards: the same said twice", CHANGE(A "@ CAA 0 issuewild \"a.example.net\"", A)),
    PASS("a malformed value is nobody", CHANGE(A "@ CAA 0 issue \"b example net\"", A)),
    FAIL("a malformed value is mended", CHANGE(A B, A "@ CAA 0 issue \"b example net\""), AT, "low"),
    FAIL("removed", CHANGE("", A), AT, "medium"),
    FAIL("an issuer more", CHANGE(A B, A), AT, "low"),
    FAIL("another issuer", CHANGE(B, A), AT, "low"),
    FAIL("nobody becomes somebody", CHANGE(A, NOBODY), AT, "low"),
    FAIL("only reports are left",
         CHANGE("@ CAA 0 iodef \"mailto:x@example.test\"", A "@ CAA 0 iodef \"mailto:x@example.test\""), AT,
         "medium"),
    FAIL("any account", CHANGE(A, "@ CAA 0 issue \"a.example.net; accounturi=https://a.example.net/1\""), AT,
         "low"),
    FAIL("another account",
         CHANGE("@ CAA 0 issue \"a.example.net; accounturi=https://a.example.net/2\"",
                "@ CAA 0 issue \"a.example.net; accounturi=https://a.example.net/1\""),
         AT, "low"),
    FAIL("wildcards", CHANGE(A, A "@ CAA 0 issuewild \";\""), AT, "low"),
    FAIL("wildcards by another issuer", CHANGE(A "@ CAA 0 issuewild \"b.example.net\"", A), AT, "low"),
    FAIL("mail certificates", CHANGE(A, A "@ CAA 0 issuemail \";\""), AT, "medium"),
    PASS("a name falls back to the same above", CHANGE(A WWW, A WWW "www CAA 0 issue \"a.example.net\"")),
    FAIL("a name falls back to more above", CHANGE(A WWW, A WWW "www CAA 0 issue \";\""), "www.example.test.",
         "low"),
    FAIL("a name gets a set that says more", CHANGE(A WWW "www CAA 0 issue \"b.example.net\"", A WWW),
         "www.example.test.", "low"),
    PASS("the name goes as well", CHANGE(A, A WWW "www CAA 0 issue \";\"")),
    PASS("the parent's set, in another file", CHANGE("!zone test.\ntest. CAA 0 issue \"a.example.net\"\n",
                                                     "!zone test.\ntest. CAA 0 issue \"a.example.net\"\n" A)),
};

int main(void)
{
    return check_test_run(topic_caa_change, "caa.weakened", cases, ARRAY_SIZE(cases));
}
