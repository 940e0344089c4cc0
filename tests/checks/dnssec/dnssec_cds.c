/* SPDX-License-Identifier: BSD-2-Clause */
/* CDS and CDNSKEY. */
#include "tests/check_test.h"

extern const struct check topic_dnssec_cds[];

#define CHAIN "!sign .\n!sign test.\n"
#define SIGNED CHAIN "!sign example.test. "

static const struct check_case deletes[] = {
    {"none", SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"of the key", SIGNED "cds", VERDICT_PASS, "", NULL, NULL, 0},
    {"a request to delete", SIGNED "cds=delete", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"offline", "!offline\n!sign example.test. cds=delete", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"not signed", CHAIN, VERDICT_SKIPPED, "", NULL, NULL, 0},
    {"silent", SIGNED "cds\n!server 192.0.2.2 * * timeout", VERDICT_UNDETERMINED, "", NULL, NULL, 0},
};

static const struct check_case mismatch[] = {
    {"of the key", SIGNED "cds", VERDICT_PASS, "", NULL, NULL, 0},
    {"both delete", SIGNED "cds=delete", VERDICT_PASS, "", NULL, NULL, 0},
    {"one more CDNSKEY", "@ CDNSKEY 257 3 8 AwEAAcw=\n" SIGNED "cds", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"one more CDS", "@ CDS 1 13 2 00\n" SIGNED "cds", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"CDS alone", "@ CDS 1 13 2 00\n" SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"offline", "!offline\n@ CDS 1 13 2 00\n!sign example.test. cds", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
};

static const struct check_case differs[] = {
    {"the same", SIGNED "cds", VERDICT_PASS, "", NULL, NULL, 0},
    {"one has none", SIGNED "cds\n!server 192.0.2.2 example.test. CDS nodata", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"one refuses", SIGNED "cds\n!server 192.0.2.2 example.test. CDS refused", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_INCOMPLETE_DATA},
    {"offline", "!offline\n!sign example.test. cds", VERDICT_SKIPPED, "", NULL, NULL, 0},
};

static const struct check_case no_dnskey[] = {
    {"of the key", SIGNED "cds", VERDICT_PASS, "", NULL, NULL, 0},
    {"of another", SIGNED "cds=other", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"delete names none", SIGNED "cds=delete", VERDICT_PASS, "", NULL, NULL, 0},
    {"offline", "!offline\n!sign example.test. cds=other", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
};

static const struct check_case signature[] = {
    {"by the KSK", SIGNED "split cds", VERDICT_PASS, "", NULL, NULL, 0},
    {"by the ZSK", SIGNED "split cds cds-by=zsk", VERDICT_FAIL, "example.test.", "high", NULL, 0},
    {"by the ZSK, no DS", SIGNED "split cds cds-by=zsk nods", VERDICT_PASS, "", NULL, NULL, 0},
    {"not signed", SIGNED "cds omit=CDS", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"spoilt", SIGNED "cds corrupt=CDNSKEY", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"expired", SIGNED "cds expired=CDS", VERDICT_FAIL, "example.test.", NULL, NULL, 0},
    {"none", SIGNED, VERDICT_PASS, "", NULL, NULL, 0},
    {"no signature anywhere is another id", SIGNED "cds nosigs", VERDICT_PASS, "", NULL, NULL, 0},
};

int main(void)
{
    const struct check *t = topic_dnssec_cds;
    int failed = check_test_run(t, "dnssec.cds-delete-present", deletes, ARRAY_SIZE(deletes));
    failed += check_test_run(t, "dnssec.cds-cdnskey-mismatch", mismatch, ARRAY_SIZE(mismatch));
    failed += check_test_run(t, "dnssec.cds-differs-between-servers", differs, ARRAY_SIZE(differs));
    failed += check_test_run(t, "dnssec.cds-no-dnskey", no_dnskey, ARRAY_SIZE(no_dnskey));
    failed += check_test_run(t, "dnssec.cds-signature", signature, ARRAY_SIZE(signature));
    return failed;
}
