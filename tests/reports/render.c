/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the sample and the hostile run in every format into a folder, through the same file writing as the
 * program; validate.sh hands them to the validators of their readers. Without a folder it only renders. */
#include "reports/output.h"
#include "tests/reports/hostile.h"

struct variant {
    const char *format, *suffix;
    enum junit_dialect dialect;
    bool bom;
};

static const struct variant variants[] = {
    {"text", "txt", JUNIT_COMMON, false},
    {"json", "json", JUNIT_COMMON, false},
    {"ndjson", "ndjson", JUNIT_COMMON, false},
    {"junit", "common.xml", JUNIT_COMMON, false},
    {"junit", "strict.xml", JUNIT_STRICT, false},
    {"html", "html", JUNIT_COMMON, false},
    {"sarif", "sarif", JUNIT_COMMON, false},
    {"sarif-full", "full.sarif", JUNIT_COMMON, false},
    {"codequality", "quality", JUNIT_COMMON, false},
    {"github", "annotations", JUNIT_COMMON, false},
    {"markdown", "md", JUNIT_COMMON, false},
    {"gcc", "gcc", JUNIT_COMMON, false},
    {"csv", "csv", JUNIT_COMMON, false},
    {"csv", "bom.csv", JUNIT_COMMON, true},
};

static int write_one(const struct fixture *x, const struct variant *v, const char *folder, const char *name)
{
    char path[4096] = "/dev/null";
    const char *error = NULL;
    const struct report_options options = {.junit_dialect = v->dialect, .ci_log = true, .width = 100,
                                           .csv_bom = v->bom};
    if (folder != NULL)
        snprintf(path, sizeof(path), "%s/%s.%s", folder, name, v->suffix);
    struct output *out = output_open(path, &error);
    if (out == NULL) {
        fprintf(stderr, "%s: %s\n", path, error);
        return 1;
    }
    if (fixture_render(x, report_find(v->format), &options, output_file(out)) != STATUS_OK) {
        output_discard(out);
        return 1;
    }
    return output_commit(out) != STATUS_OK;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*build)(struct fixture *x);
    } runs[] = {
        {"sample", sample_build},     {"hostile", hostile_build}, {"empty", empty_build},
        {"large", large_build},       {"change", change_build},   {"baseline", baseline_build},
    };
    int failed = 0;
    for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
        struct fixture x;
        runs[i].build(&x);
        for (size_t k = 0; k < ARRAY_SIZE(variants); k++)
            failed |= write_one(&x, &variants[k], argc > 1 ? argv[1] : NULL, runs[i].name);
        fixture_free(&x);
    }
    return failed;
}
