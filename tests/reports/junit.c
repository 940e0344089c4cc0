/* SPDX-License-Identifier: BSD-2-Clause */
/* The mapping to JUnit (outputs.md section 5): what stands where, the two dialects, the gate, the
 * empty run. */
#include "tests/reports/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <libxml/parser.h>
#include <libxml/xpath.h>

#define XML(text) ((const xmlChar *)(text))

struct row {
    const char *name;
    void (*build)(struct fixture *x);
    enum junit_dialect dialect;
    bool gate;
    const char *expression;
    int expected;
};

static const struct row rows[] = {
    {"suite name has no final dot",              sample_build, JUNIT_COMMON, false,
     "count(//testsuite[@name='example.test'])",                                                                          1 },
    {"class has no dots of the target",          sample_build, JUNIT_COMMON, false,
     "count(//testcase[@classname='zonevet.dangling.example_test'])",                                                     1 },
    {"case name",                                sample_build, JUNIT_COMMON, false,
     "count(//testcase[@name='dangling.cname-service-unclaimed [shop.example.test.]'])",                                  1 },
    {"pass is an empty case",                    sample_build, JUNIT_STRICT, false,
     "count(//testsuite[@name='example.net']/testcase[not(*)])",                                                          10},
    {"failure type is the severity",             sample_build, JUNIT_COMMON, false, "count(//failure[@type='critical'])",
     3                                                                                                                      },
    {"failure begins with the place",            sample_build, JUNIT_STRICT, false,
     "count(//failure[starts-with(., 'zones/example.test.zone:41\n')])",                                                  1 },
    {"file and line",                            sample_build, JUNIT_COMMON, false,
     "count(//testcase[@file='zones/example.test.zone'][@line='41'])",                                                    1 },
    {"no file in strict",                        sample_build, JUNIT_STRICT, false,
     "count(//testcase/@file | //testcase/properties)",                                                                   0 },
    {"no skipped at the root in strict",         sample_build, JUNIT_STRICT, false,
     "count(/testsuites/@skipped | /testsuites/@timestamp)",                                                              0 },
    {"undetermined is an error with its reason", sample_build, JUNIT_COMMON, false,
     "count(//error[@type='timeout'])",                                                                                   1 },
    {"skipped tells why",                        sample_build, JUNIT_COMMON, false,
     "count(//skipped[starts-with(@message,'needs-opt-in: ')])",                                                          2 },
    {"info is no failure",                       sample_build, JUNIT_COMMON, false,
     "count(//testcase[starts-with(@name,'mta-sts.missing [example.test.]')][system-out][not(failure)])",                 1 },
    {"unreadable target",                        sample_build, JUNIT_COMMON, false, "count(//error[@type='unreadable'])", 1 },
    {"below the gate without --junit-gate",      sample_build, JUNIT_COMMON, false, "count(//failure)",                   9 },
    {"below the gate with it",                   sample_build, JUNIT_COMMON, true,  "count(//failure)",                   5 },
    {"below the gate says so",                   sample_build, JUNIT_COMMON, true,
     "count(//system-out[starts-with(., '[below gate: medium]')])",                                                       2 },
    {"the header agrees",                        sample_build, JUNIT_COMMON, true,  "number(/testsuites/@failures)",      5 },
    {"repeated pairs get a fingerprint",         large_build,  JUNIT_STRICT, false,
     "count(//testcase[not(contains(@name,' #'))])",                                                                      0 },
    {"known is skipped where only new ones count", change_build, JUNIT_STRICT, false,
     "count(//skipped[@message='unchanged: the old side has it too'])", SAMPLE_KNOWN},
    {"waived is skipped with reason and date", change_build, JUNIT_STRICT, false,
     "count(//skipped[@message='waived until 2026-11-13 by mail@example.test: reports are still being read'])", 1},
    {"new ones fail", change_build, JUNIT_COMMON, false, "count(//failure)", SAMPLE_NEW},
    {"the header counts them as skipped", change_build, JUNIT_COMMON, false, "number(/testsuites/@skipped)",
     SAMPLE_KNOWN + SAMPLE_WAIVED + 3},
    {"known fails where all count", baseline_build, JUNIT_COMMON, false, "count(//failure)", SAMPLE_NEW + SAMPLE_KNOWN},
    {"its date is a property", baseline_build, JUNIT_COMMON, false,
     "count(//property[@name='known_since'][@value='2026-01-10'])", SAMPLE_KNOWN},
    {"fixed ones are properties of the suite", change_build, JUNIT_STRICT, false,
     "count(//testsuite[@name='example.test']/properties/property[@name='fixed'])", 2},
    {"known below the gate", change_build, JUNIT_COMMON, true, "count(//failure)", 2},
    {"empty run",                                empty_build,  JUNIT_COMMON, false,
     "count(/testsuites[@tests='1'][@errors='1']/testsuite[@name='zonevet.run']/testcase/"
     "error[@type='nothing-to-audit'])",                                                                                  1 },
};

static void check_row(void **state)
{
    const struct row *row = *state;
    const struct report_options options = {.junit_dialect = row->dialect, .junit_gate = row->gate};
    struct fixture x;
    size_t length;
    row->build(&x);
    char *text = fixture_text(&x, "junit", &options, &length);
    xmlDoc *doc = xmlReadMemory(text, (int)length, "junit.xml", NULL, XML_PARSE_NONET | XML_PARSE_HUGE);
    assert_non_null(doc);
    xmlXPathContext *context = xmlXPathNewContext(doc);
    xmlXPathObject *found = xmlXPathEvalExpression(XML(row->expression), context);
    assert_non_null(found);
    assert_int_equal((int)found->floatval, row->expected);
    xmlXPathFreeObject(found);
    xmlXPathFreeContext(context);
    xmlFreeDoc(doc);
    free(text);
    fixture_free(&x);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_SIZE(rows)];
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        tests[i] = (struct CMUnitTest){
            .name = rows[i].name, .test_func = check_row, .initial_state = (void *)(uintptr_t)&rows[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
