/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for zone cuts in files, and for records on the wrong side of them. */
#include "tests/check_test.h"

extern const struct check topic_zone_cuts[];

#define RUN(id, cases) check_test_run(topic_zone_cuts, id, cases, ARRAY_SIZE(cases))
#define OFF "!offline\n"
#define SOA "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n"
#define DS(owner) owner " DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000\n"

static const struct check_case apex_cases[] = {
    {"there", OFF "@ NS ns1\nns1 A 192.0.2.1\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"not there", OFF "!bare\n" SOA "www A 192.0.2.80\n", VERDICT_FAIL, "example.test.", "critical", NULL,
     REASON_NONE},
    {"only a delegation has them", OFF "!bare\n" SOA "sub NS ns1.test.\n", VERDICT_FAIL, "example.test.",
     NULL, NULL, REASON_NONE},
    {"live: there", "www A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"live: one server without", "!server 192.0.2.2 @ NS nodata\n", VERDICT_FAIL, "example.test.", "critical",
     NULL, REASON_NONE},
    {"live: none anywhere",
     "!bare\n" SOA "www A 192.0.2.80\n!parent example.test. NS ns1.example.test.\n"
     "!parent ns1.example.test. A 192.0.2.1\n",
     VERDICT_FAIL, "example.test.", "critical", NULL, REASON_NONE},
    {"live: all silent",
     "!server 192.0.2.1 * * timeout\n!server 192.0.2.2 * * timeout\n!server 2001:db8::1 * * timeout\n",
     VERDICT_UNDETERMINED, "", NULL, NULL, REASON_NONE},
    {"live: lame", "!server * @ NS refused\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
};

static const struct check_case unresolvable_cases[] = {
    {"glue", OFF "sub NS ns1.sub\nns1.sub A 192.0.2.53\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"no glue", OFF "sub NS ns1.sub\n", VERDICT_FAIL, "sub.example.test.", "high", NULL, REASON_NONE},
    {"IPv6 glue is enough", OFF "sub NS ns1.sub\nns1.sub AAAA 2001:db8::53\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"the delegation itself", OFF "sub NS sub\nsub A 192.0.2.53\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"a host of the zone", OFF "sub NS ns1\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a host that is not there", OFF "sub NS ns9\n", VERDICT_FAIL, "sub.example.test.", "high", NULL,
     REASON_NONE},
    {"a host without address", OFF "sub NS ns9\nns9 TXT \"x\"\n", VERDICT_FAIL, "sub.example.test.", NULL,
     NULL, REASON_NONE},
    {"an alias", OFF "sub NS ns9\nns9 CNAME ns1\n", VERDICT_FAIL, "sub.example.test.", "high", NULL, REASON_NONE},
    {"a wildcard has addresses", OFF "sub NS ns9.hosts\n*.hosts A 192.0.2.53\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"a wildcard without addresses", OFF "sub NS ns9.hosts\n*.hosts TXT \"x\"\n", VERDICT_FAIL,
     "sub.example.test.", NULL, NULL, REASON_NONE},
    {"below a sibling", OFF "sub NS ns1.other\nother NS ns1.test.\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"outside", OFF "sub NS ns1.provider.test.\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"two servers, two findings", OFF "sub NS ns8\nsub NS ns9\n", VERDICT_FAIL,
     "sub.example.test. sub.example.test.", NULL, NULL, REASON_NONE},
    {"case does not matter", OFF "sub NS NS1.SUB\nns1.sub A 192.0.2.53\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"an occluded delegation is not looked at", OFF "sub NS ns1\nx.sub NS ns9\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"the apex set is not a delegation", OFF "@ NS ns9\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"live", "sub NS ns9\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case occluded_cases[] = {
    {"only glue", OFF "sub NS ns1.sub\nns1.sub A 192.0.2.53\nns1.sub AAAA 2001:db8::53\n", VERDICT_PASS, "",
     NULL, NULL, REASON_NONE},
    {"TXT below", OFF "sub NS ns1\nwww.sub TXT \"x\"\n", VERDICT_FAIL, "www.sub.example.test.", "medium",
     NULL, REASON_NONE},
    {"at the cut", OFF "sub NS ns1\nsub MX 10 mail\nmail A 192.0.2.1\n", VERDICT_FAIL, "sub.example.test.",
     NULL, NULL, REASON_NONE},
    {"an address at the cut that is no glue", OFF "sub NS ns1\nsub A 192.0.2.80\n", VERDICT_FAIL,
     "sub.example.test.", NULL, NULL, REASON_NONE},
    {"an address at the cut that is glue", OFF "sub NS sub\nsub A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"an address below is another id", OFF "sub NS ns1\nwww.sub A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"glue with other data", OFF "sub NS ns1.sub\nns1.sub A 192.0.2.53\nns1.sub TXT \"x\"\n", VERDICT_FAIL,
     "ns1.sub.example.test.", NULL, NULL, REASON_NONE},
    {"DS at the cut", OFF "sub NS ns1\n" DS("sub"), VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"DS below", OFF "sub NS ns1\n" DS("x.sub"), VERDICT_FAIL, "x.sub.example.test.", NULL, NULL,
     REASON_NONE},
    {"a delegation below", OFF "sub NS ns1\nx.sub NS ns1\n", VERDICT_FAIL, "x.sub.example.test.", NULL, NULL,
     REASON_NONE},
    {"signed with NSEC", OFF "sub NS ns1.sub\nns1.sub A 192.0.2.53\n!sign example.test. 13 nsec\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"signed with NSEC3", OFF "sub NS ns1.sub\nns1.sub A 192.0.2.53\n!sign example.test. 13 nsec3\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"CNAME at the cut is another id", OFF "sub NS ns1\nsub CNAME x\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"DELEG at the cut", OFF "sub NS ns1\nsub TYPE61440 \\# 4 00010000\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"in the child's file too: another id",
     OFF "!zone sub.example.test.\nsub NS ns1.test.\nwww.sub TXT \"x\"\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"live", "sub NS ns1\nwww.sub TXT \"x\"\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case glue_cases[] = {
    {"needed", OFF "sub NS ns1.sub\nns1.sub A 192.0.2.53\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"left over",
     OFF "sub NS ns1.sub\nns1.sub A 192.0.2.53\nns2.sub A 192.0.2.54\nns2.sub AAAA 2001:db8::54\n",
     VERDICT_FAIL, "ns2.sub.example.test.", "low", NULL, REASON_NONE},
    {"needed by a sibling",
     OFF "sub NS ns1.sub\nns1.sub A 192.0.2.53\nns2.sub A 192.0.2.54\nother NS ns2.sub\n", VERDICT_PASS, "",
     NULL, NULL, REASON_NONE},
    {"needed by the apex",
     OFF
     "@ NS ns1.sub\n@ NS ns1\nns1 A 192.0.2.1\nsub NS ns2.sub\nns1.sub A 192.0.2.53\nns2.sub A 192.0.2.54\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"other data is another id", OFF "sub NS ns1\nwww.sub TXT \"x\"\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"at the cut it is another id", OFF "sub NS ns1\nsub A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"hosts of the zone", OFF "www A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"live", "sub NS ns1\nwww.sub A 192.0.2.80\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case ds_cases[] = {
    {"at a delegation", OFF "sub NS ns1\n" DS("sub"), VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"at a host", OFF "www A 192.0.2.80\n" DS("www"), VERDICT_FAIL, "www.example.test.", "medium", NULL,
     REASON_NONE},
    {"alone", OFF DS("sub"), VERDICT_FAIL, "sub.example.test.", NULL, NULL, REASON_NONE},
    {"at the apex it is another id", OFF DS("@"), VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"below a cut it is another id", OFF "sub NS ns1\n" DS("x.sub"), VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"at a wildcard it is another id", OFF DS("*.sub"), VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"delegated by DELEG alone", OFF "sub TYPE61440 \\# 4 00010000\n" DS("sub"), VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"live", DS("sub"), VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case ds_apex_cases[] = {
    {"none", OFF "www A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"one", OFF DS("@"), VERDICT_FAIL, "example.test.", "high", NULL, REASON_NONE},
    {"of a child", OFF "sub NS ns1\n" DS("sub"), VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"CDS is no DS", OFF "@ CDS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"live", "www A 192.0.2.80\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case deleg_apex_cases[] = {
    {"none", OFF "www A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"one", OFF "@ TYPE61440 \\# 4 00010000\n", VERDICT_FAIL, "example.test.", "medium", NULL, REASON_NONE},
    {"of a child", OFF "sub TYPE61440 \\# 4 00010000\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"live", "www A 192.0.2.80\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("zone.ns-apex-missing", apex_cases);
    failed += RUN("zone.delegation-ns-unresolvable-in-file", unresolvable_cases);
    failed += RUN("zone.occluded", occluded_cases);
    failed += RUN("zone.glue-out-of-place", glue_cases);
    failed += RUN("zone.ds-without-ns", ds_cases);
    failed += RUN("zone.ds-at-apex", ds_apex_cases);
    failed += RUN("zone.deleg-at-apex", deleg_apex_cases);
    return failed;
}
