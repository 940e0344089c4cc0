/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows for aliases: zone.cname-apex, zone.cname-and-other, zone.cname-multiple, zone.dname-conflict,
 * zone.dname-children. */
#include "tests/check_test.h"

extern const struct check topic_zone_alias[];

#define RUN(id, cases) check_test_run(topic_zone_alias, id, cases, ARRAY_SIZE(cases))
#define OFF "!offline\n"

static const struct check_case apex_cases[] = {
    {"no alias", OFF "www CNAME web\nweb A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"beside SOA and NS", OFF "@ CNAME www\nwww A 192.0.2.80\n", VERDICT_FAIL, "example.test.", "critical",
     NULL, REASON_NONE},
    {"two at the apex are one fault", OFF "@ CNAME www\n@ CNAME web\n", VERDICT_FAIL, "example.test.",
     "critical", NULL, REASON_NONE},
    {"signed", OFF "@ CNAME www\nwww A 192.0.2.80\n!sign example.test.\n", VERDICT_FAIL, "example.test.",
     "critical", NULL, REASON_NONE},
    {"an alias elsewhere", OFF "sub.sub CNAME www\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"live: no alias", "www A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"live: A leads away", "@ CNAME www\nwww A 192.0.2.80\n", VERDICT_FAIL, "example.test.", "critical", NULL,
     REASON_NONE},
    {"live: not known", "!timeout @ A\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
    {"live: no apex", "!target www.example.test.\nwww CNAME web\nweb A 192.0.2.80\n", VERDICT_SKIPPED, "",
     NULL, NULL, REASON_NONE},
};

static const struct check_case other_cases[] = {
    {"alone", OFF "www CNAME web\nweb A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"TXT beside", OFF "www CNAME web\nwww TXT \"x\"\nweb A 192.0.2.80\n", VERDICT_FAIL, "www.example.test.",
     "high", NULL, REASON_NONE},
    {"several beside are one finding",
     OFF "www CNAME web\nwww A 192.0.2.1\nwww MX 10 web\nweb A 192.0.2.80\n", VERDICT_FAIL,
     "www.example.test.", "high", NULL, REASON_NONE},
    {"at the apex it is another id", OFF "@ CNAME www\nwww A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"a DNAME is another id", OFF "old CNAME new\nold DNAME new.example.test.\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"a DNAME and an address", OFF "old CNAME new\nold DNAME new.example.test.\nold A 192.0.2.1\n",
     VERDICT_FAIL, "old.example.test.", NULL, NULL, REASON_NONE},
    {"KEY is legal", OFF "www CNAME web\nwww KEY 512 3 13 AQAB\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a type by number is not", OFF "www CNAME web\nwww TYPE65280 \\# 1 00\n", VERDICT_FAIL,
     "www.example.test.", NULL, NULL, REASON_NONE},
    {"a wildcard", OFF "*.apps CNAME web\n*.apps TXT \"x\"\n", VERDICT_FAIL, "*.apps.example.test.", NULL,
     NULL, REASON_NONE},
    {"a service", OFF "_dmarc CNAME d\n_dmarc TXT \"v=DMARC1; p=none\"\n", VERDICT_FAIL,
     "_dmarc.example.test.", NULL, NULL, REASON_NONE},
    {"a delegation", OFF "sub CNAME web\nsub NS ns1\n", VERDICT_FAIL, "sub.example.test.", NULL, NULL,
     REASON_NONE},
    {"NXT is not legal any more", OFF "www CNAME web\nwww TYPE30 \\# 1 00\n", VERDICT_FAIL,
     "www.example.test.", NULL, NULL, REASON_NONE},
    {"live: an alias", "!names www\nwww CNAME web\nweb A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"live: not known", "!names www\n!timeout www A\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_TIMEOUT},
};

static const struct check_case multiple_cases[] = {
    {"one", OFF "www CNAME web\nweb A 192.0.2.80\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"two", OFF "www CNAME a\nwww CNAME b\n", VERDICT_FAIL, "www.example.test.", "high", NULL, REASON_NONE},
    {"the same one twice", OFF "www CNAME a\nwww CNAME a\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"the same one in another case", OFF "www CNAME a\nwww CNAME A\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"at the apex it is another id", OFF "@ CNAME a\n@ CNAME b\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"nine",
     OFF "www CNAME a\nwww CNAME b\nwww CNAME c\nwww CNAME d\nwww CNAME e\nwww CNAME f\nwww CNAME g\nwww "
         "CNAME h\n"
         "www CNAME i\n",
     VERDICT_FAIL, "www.example.test.", NULL, NULL, REASON_NONE},
    {"live: two", "!names www\nwww CNAME a\nwww CNAME b\n", VERDICT_FAIL, "www.example.test.", "high", NULL,
     REASON_NONE},
    {"live: one", "!names www\nwww CNAME a\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"live: not known", "!names www\n!refused www A\n", VERDICT_UNDETERMINED, "", NULL, NULL, REASON_REFUSED},
};

static const struct check_case dname_cases[] = {
    {"alone", OFF "old DNAME new.example.test.\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"at the apex with SOA and NS", OFF "@ DNAME other.test.\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"other data at its owner is legal", OFF "old DNAME new.example.test.\nold A 192.0.2.1\nold MX 10 old\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"CNAME beside", OFF "old DNAME new.example.test.\nold CNAME new\n", VERDICT_FAIL, "old.example.test.",
     "high", NULL, REASON_NONE},
    {"CNAME at the apex is another id", OFF "@ DNAME other.test.\n@ CNAME x\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"NS beside", OFF "old DNAME new.example.test.\nold NS ns1\n", VERDICT_FAIL, "old.example.test.", "high",
     NULL, REASON_NONE},
    {"two", OFF "old DNAME a.example.test.\nold DNAME b.example.test.\n", VERDICT_FAIL, "old.example.test.",
     "high", NULL, REASON_NONE},
    {"the same in another case", OFF "old DNAME a.example.test.\nold DNAME A.example.test.\n", VERDICT_PASS,
     "", NULL, NULL, REASON_NONE},
    {"all of it", OFF "old DNAME a.example.test.\nold DNAME b.example.test.\nold NS ns1\nold CNAME x\n",
     VERDICT_FAIL, "old.example.test. old.example.test. old.example.test.", NULL, NULL, REASON_NONE},
    {"live", "old DNAME new.example.test.\n", VERDICT_SKIPPED, "", NULL, NULL, REASON_NONE},
};

static const struct check_case children_cases[] = {
    {"none", OFF "old DNAME new.example.test.\na.new A 192.0.2.1\nolder A 192.0.2.2\n", VERDICT_PASS, "",
     NULL, NULL, REASON_NONE},
    {"two", OFF "old DNAME new.example.test.\na.old A 192.0.2.1\nb.c.old TXT \"x\"\n", VERDICT_FAIL,
     "a.old.example.test. b.c.old.example.test.", "medium medium", NULL, REASON_NONE},
    {"a wildcard is a child too", OFF "old DNAME new.example.test.\n*.old A 192.0.2.1\n", VERDICT_FAIL,
     "*.old.example.test.", NULL, NULL, REASON_NONE},
    {"a DNAME below a DNAME is told once",
     OFF "old DNAME new.example.test.\nx.old DNAME y.example.test.\na.x.old A 192.0.2.1\n", VERDICT_FAIL,
     "x.old.example.test. a.x.old.example.test.", NULL, NULL, REASON_NONE},
    {"signed, at the apex, hashed names",
     OFF "!bare\n@ SOA ns1.test. hostmaster 1 7200 3600 1209600 3600\n@ NS ns1.test.\n"
         "@ DNAME other.test.\n!sign example.test. 13 nsec3\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"signed, at the apex, with a child",
     OFF "!bare\n@ SOA ns1.test. hostmaster 1 7200 3600 1209600 3600\n@ NS ns1.test.\n"
         "@ DNAME other.test.\nwww A 192.0.2.1\n!sign example.test. 13 nsec\n",
     VERDICT_FAIL, "www.example.test.", NULL, NULL, REASON_NONE},
    {"below a cut it is occluded, not renamed",
     OFF "sub NS ns1\nold.sub DNAME new.example.test.\na.old.sub A 192.0.2.1\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"live", "old DNAME new.example.test.\na.old A 192.0.2.1\n", VERDICT_SKIPPED, "", NULL, NULL,
     REASON_NONE},
};

int main(void)
{
    int failed = 0;
    failed += RUN("zone.cname-apex", apex_cases);
    failed += RUN("zone.cname-and-other", other_cases);
    failed += RUN("zone.cname-multiple", multiple_cases);
    failed += RUN("zone.dname-conflict", dname_cases);
    failed += RUN("zone.dname-children", children_cases);
    return failed;
}
