/* SPDX-License-Identifier: BSD-2-Clause */
/* JUnit XML in two dialects (outputs.md section 5). A suite is built as a tree, counted, printed to the spool
 * and freed; the root element, which needs the totals, is written last and comes first. */
#include "auditor/base/clock.h"
#include "auditor/base/table.h"
#include "reports/writer.h"

#include <inttypes.h>
#include <libxml/tree.h>
#include <libxml/xmlsave.h>
#include <stdlib.h>
#include <string.h>

#define XML(text) ((const xmlChar *)(text))

struct tally {
    uint32_t tests, failures, errors, skipped;
};

struct report {
    FILE *out;
    const struct run *run;
    enum junit_dialect dialect;
    bool gate;
    struct spool suites;
    struct tally total;
    uint64_t total_ms;
    uint32_t suite_count;
    bool no_memory;
};

/* ---- nodes --------------------------------------------------------------------------------------------- */

static xmlNode *element(struct report *r, xmlNode *parent, const char *name, const char *text)
{
    /* xmlNewTextChild, never xmlNewChild: the latter reads entities in the text. */
    xmlNode *node = parent != NULL ? xmlNewTextChild(parent, NULL, XML(name), text != NULL ? XML(text) : NULL)
                                   : xmlNewNode(NULL, XML(name));
    if (node == NULL)
        r->no_memory = true;
    return node;
}

static void attribute(struct report *r, xmlNode *node, const char *name, const char *value)
{
    if (node == NULL || xmlNewProp(node, XML(name), XML(value)) == NULL)
        r->no_memory = true;
}

static void attribute_number(struct report *r, xmlNode *node, const char *name, uint32_t number)
{
    char text[16];
    snprintf(text, sizeof(text), "%" PRIu32, number);
    attribute(r, node, name, text);
}

/* Seconds with exactly three decimals, from integers: no floating point, no locale. */
static const char *seconds(uint64_t ms, char text[static 32])
{
    snprintf(text, 32, "%" PRIu64 ".%03u", ms / 1000, (unsigned)(ms % 1000));
    return text;
}

static void attribute_seconds(struct report *r, xmlNode *node, uint64_t ms)
{
    char text[32];
    attribute(r, node, "time", seconds(ms, text));
}

static void attribute_timestamp(struct report *r, xmlNode *node)
{
    char text[CLOCK_TEXT_SIZE];
    clock_rfc3339(r->run->started_s, text);
    text[strcspn(text, "Z")] = '\0'; /* readers want it without a zone */
    attribute(r, node, "timestamp", text);
}

static void property(struct report *r, xmlNode *properties, const char *name, const char *value)
{
    if (value == NULL || *value == '\0')
        return;
    xmlNode *node = element(r, properties, "property", NULL);
    attribute(r, node, "name", name);
    attribute(r, node, "value", value);
}

/* ---- text of a case ------------------------------------------------------------------------------------ */

static void add_line(struct buf *b, const char *label, const char *text)
{
    if (text != NULL && *text != '\0')
        buf_printf(b, "%s%s\n", label, text);
}

static void add_evidence(struct buf *b, const struct result *res)
{
    for (size_t i = 0; i < res->evidence_count; i++) {
        const struct evidence *e = &res->evidence[i];
        buf_printf(b, "evidence: %s", e->label != NULL ? e->label : "");
        if (e->value != NULL)
            buf_printf(b, ": %s", e->value);
        if (e->source != NULL)
            buf_printf(b, " [%s]", e->source);
        buf_char(b, '\n');
    }
}

/* GitLab shows nothing but this text, so everything a reader needs is in it. */
static void add_body(struct buf *b, const struct result *res)
{
    const struct check *c = res->check;
    if (res->location != NULL)
        buf_printf(b, "%s:%" PRIu32 "\n", res->location->file, res->location->line);
    add_line(b, "", res->message);
    add_evidence(b, res);
    if (res->outcome == OUTCOME_FAIL || res->outcome == OUTCOME_INFO) {
        add_line(b, "decision: ", res->decision);
        add_line(b, "why: ", c->why);
        add_line(b, "fix: ", c->fix);
        add_line(b, "record: ", res->fix_record);
    }
    add_line(b, "caused by: ", res->caused_by);
    for (size_t i = 0; i < ARRAY_SIZE(c->references) && c->references[i].label != NULL; i++)
        buf_printf(b, "reference: %s %s\n", c->references[i].label, c->references[i].url);
    add_line(b, "fingerprint: ", res->fingerprint);
}

/* "title: message" */
static void add_headline(struct buf *b, const struct result *res)
{
    buf_str(b, result_title(res));
    if (res->message != NULL && *res->message != '\0')
        buf_printf(b, ": %s", res->message);
}

/* ---- one case ------------------------------------------------------------------------------------------ */

/* What somebody answers for, or what was there before where only new findings count, is no failure of this run. */
static bool set_aside(struct report *r, xmlNode *node, const struct result *res, struct buf *b, struct tally *t)
{
    if (res->state == STATE_WAIVED)
        add_waived(b, res->waiver);
    else if (res->state == STATE_KNOWN && r->run->gate.new_only)
        add_known(b, r->run, res->known_since);
    else
        return false;
    t->skipped++;
    attribute(r, element(r, node, "skipped", NULL), "message", buf_text(b));
    return true;
}

static void outcome_fail(struct report *r, xmlNode *node, const struct result *res, struct buf *b,
                         struct tally *t)
{
    if (set_aside(r, node, res, b, t))
        return;
    if (r->gate && !result_gates(r->run, res)) {
        buf_printf(b, "[below gate: %s]\n", severity_text(res->severity));
        add_headline(b, res);
        buf_char(b, '\n');
        add_body(b, res);
        element(r, node, "system-out", buf_text(b));
        return;
    }
    t->failures++;
    add_headline(b, res);
    struct buf body = BUF_INIT(b->limit);
    add_body(&body, res);
    xmlNode *failure = element(r, node, "failure", buf_text(&body));
    attribute(r, failure, "message", buf_text(b));
    attribute(r, failure, "type", severity_text(res->severity));
    r->no_memory |= body.failed;
    buf_free(&body);
}

static void outcome_undetermined(struct report *r, xmlNode *node, const struct result *res, struct buf *b,
                                 struct tally *t)
{
    t->errors++;
    add_body(b, res);
    xmlNode *error = element(r, node, "error", buf_text(b));
    attribute(r, error, "message", res->message != NULL ? res->message : res->check->title);
    attribute(r, error, "type", result_reason(res));
}

static void outcome_skipped(struct report *r, xmlNode *node, const struct result *res, struct buf *b,
                            struct tally *t)
{
    t->skipped++;
    buf_str(b, result_reason(res));
    if (res->message != NULL && *res->message != '\0')
        buf_printf(b, ": %s", res->message);
    attribute(r, element(r, node, "skipped", NULL), "message", buf_text(b));
}

static void outcome_info(struct report *r, xmlNode *node, const struct result *res, struct buf *b)
{
    add_headline(b, res);
    buf_char(b, '\n');
    add_body(b, res);
    element(r, node, "system-out", buf_text(b));
}

static void case_properties(struct report *r, xmlNode *node, const struct result *res)
{
    xmlNode *properties = element(r, node, "properties", NULL);
    property(r, properties, "outcome", outcome_text(res->outcome));
    property(r, properties, "severity", severity_text(res->severity));
    property(r, properties, "confidence", confidence_text(res->confidence));
    property(r, properties, "rrtype", res->rrtype);
    property(r, properties, "state", state_text(res->state));
    property(r, properties, "known_since", res->known_since);
    property(r, properties, "subject_unicode", res->subject_unicode);
    property(r, properties, "fingerprint", res->fingerprint);
}

static void case_outcome(struct report *r, xmlNode *node, const struct result *res, struct tally *t)
{
    struct buf b = BUF_INIT((size_t)64 << 20);
    switch (res->outcome) {
    case OUTCOME_FAIL:
        outcome_fail(r, node, res, &b, t);
        break;
    case OUTCOME_UNDETERMINED:
        outcome_undetermined(r, node, res, &b, t);
        break;
    case OUTCOME_INFO:
        outcome_info(r, node, res, &b);
        break;
    case OUTCOME_SKIPPED:
        outcome_skipped(r, node, res, &b, t);
        break;
    case OUTCOME_PASS:
        break;
    }
    r->no_memory |= b.failed;
    buf_free(&b);
}

/* ---- names --------------------------------------------------------------------------------------------- */

/* "zonevet.<area>.<target>": Jenkins takes what stands before the last dot for a package. */
static void class_name(struct buf *b, const char *area, const char *target)
{
    size_t length = strlen(target);
    buf_printf(b, "zonevet.%s.", area);
    if (length > 1 && target[length - 1] == '.')
        length--;
    for (size_t i = 0; i < length; i++)
        buf_char(b, target[i] == '.' ? '_' : target[i]);
}

/* Which pairs of check and subject come up more than once in a suite: GitLab keeps only the first of equal
 * names. */
struct names {
    struct table *seen; /* name to the number of results that have it */
    uint32_t *counts;
};

static void names_free(struct names *n)
{
    table_free(n->seen);
    free(n->counts);
}

static void case_name(struct buf *b, const struct result *res)
{
    buf_reset(b);
    buf_printf(b, "%s [%s]", res->check->id, res->subject);
}

static bool names_count(struct names *n, const struct target_report *t, struct buf *b)
{
    n->seen = table_new();
    n->counts = calloc(t->result_count + 1, sizeof(*n->counts));
    if (n->seen == NULL || n->counts == NULL)
        return false;
    for (size_t i = 0; i < t->result_count; i++) {
        case_name(b, &t->results[i]);
        uint32_t *count = table_get(n->seen, buf_text(b), b->length);
        if (count == NULL) {
            count = &n->counts[i];
            if (table_put(n->seen, buf_text(b), b->length, count) != 0)
                return false;
        }
        ++*count;
    }
    return !b->failed;
}

/* A repeated pair carries the start of its fingerprint, the first one too: the name of a case must not depend
 * on which of its namesakes come before it. */
static void case_name_unique(struct names *n, struct buf *b, const struct result *res)
{
    case_name(b, res);
    const uint32_t *count = table_get(n->seen, buf_text(b), b->length);
    if (count != NULL && *count > 1)
        buf_printf(b, " #%.8s", res->fingerprint);
}

/* ---- suites -------------------------------------------------------------------------------------------- */

static xmlNode *add_case(struct report *r, xmlNode *suite, const char *area, const char *target,
                         const char *name, uint32_t duration_ms)
{
    struct buf b = BUF_INIT(8192);
    xmlNode *node = element(r, suite, "testcase", NULL);
    class_name(&b, area, target);
    attribute(r, node, "classname", buf_text(&b));
    attribute(r, node, "name", name);
    attribute_seconds(r, node, duration_ms);
    r->no_memory |= b.failed;
    buf_free(&b);
    return node;
}

static void add_result(struct report *r, xmlNode *suite, const struct target_report *target,
                       const struct result *res, const char *name, struct tally *t)
{
    xmlNode *node = add_case(r, suite, res->check->area, target->name, name, res->duration_ms);
    t->tests++;
    if (r->dialect == JUNIT_COMMON) {
        if (res->location != NULL) {
            attribute(r, node, "file", res->location->file);
            attribute_number(r, node, "line", res->location->line);
        }
        case_properties(r, node, res);
    }
    case_outcome(r, node, res, t);
}

static void add_results(struct report *r, xmlNode *suite, const struct target_report *target, struct tally *t)
{
    struct names names = {0};
    struct buf b = BUF_INIT(8192);
    if (names_count(&names, target, &b)) {
        for (size_t i = 0; i < target->result_count; i++) {
            case_name_unique(&names, &b, &target->results[i]);
            add_result(r, suite, target, &target->results[i], buf_text(&b), t);
        }
    } else {
        r->no_memory = true;
    }
    buf_free(&b);
    names_free(&names);
}

static void add_error_case(struct report *r, xmlNode *suite, const char *target, const char *name,
                           const char *type, const char *message, struct tally *t)
{
    xmlNode *node = add_case(r, suite, "run", target, name, 0);
    xmlNode *error = element(r, node, "error", message);
    attribute(r, error, "message", message);
    attribute(r, error, "type", type);
    t->tests++;
    t->errors++;
}

/* A finding that is gone has no case of its own: readers would count a test that was not run. */
static void property_fixed(struct report *r, xmlNode *properties, const struct fixed_finding *f)
{
    struct buf b = BUF_INIT(8192);
    buf_printf(&b, "%s [%s]", f->check, f->subject);
    property(r, properties, "fixed", buf_text(&b));
    r->no_memory |= b.failed;
    buf_free(&b);
}

static void suite_properties(struct report *r, xmlNode *suite, const struct target_report *target)
{
    xmlNode *properties = element(r, suite, "properties", NULL);
    property(r, properties, "run_id", r->run->id);
    property(r, properties, "mode", r->run->mode);
    property(r, properties, "profile", r->run->profile);
    property(r, properties, "tool_version", r->run->tool_version);
    property(r, properties, "baseline", r->run->gate.baseline);
    property(r, properties, "old_side", r->run->gate.old_side);
    property(r, properties, "new_side", r->run->gate.new_side);
    if (target == NULL)
        return;
    property(r, properties, "zone", target->zone);
    property(r, properties, "coverage", target->coverage);
    for (size_t i = 0; i < target->fixed_count; i++)
        property_fixed(r, properties, &target->fixed[i]);
}

static void suite_head(struct report *r, xmlNode *suite, const char *name, const struct tally *t, uint64_t ms)
{
    attribute(r, suite, "name", name);
    attribute_number(r, suite, "tests", t->tests);
    attribute_number(r, suite, "failures", t->failures);
    attribute_number(r, suite, "errors", t->errors);
    attribute_number(r, suite, "skipped", t->skipped);
    attribute_seconds(r, suite, ms);
    attribute_timestamp(r, suite);
    attribute_number(r, suite, "id", r->suite_count);

    r->total.tests += t->tests;
    r->total.failures += t->failures;
    r->total.errors += t->errors;
    r->total.skipped += t->skipped;
    r->total_ms += ms;
    r->suite_count++;
}

static void spool_suite(struct report *r, xmlDoc *doc, xmlNode *suite)
{
    xmlBuffer *text = xmlBufferCreate();
    if (text != NULL)
        xmlBufferSetAllocationScheme(text, XML_BUFFER_ALLOC_DOUBLEIT); /* else every piece copies the whole */
    xmlOutputBuffer *out = text != NULL ? xmlOutputBufferCreateBuffer(text, NULL) : NULL;
    if (out == NULL) {
        r->no_memory = true;
    } else {
        xmlNodeDumpOutput(out, doc, suite, 1, 1, "UTF-8");
        r->no_memory |= xmlOutputBufferClose(out) < 0;
        spool_str(&r->suites, "  ");
        spool_add(&r->suites, xmlBufferContent(text), (size_t)xmlBufferLength(text));
        spool_str(&r->suites, "\n");
    }
    xmlBufferFree(text);
}

/* The suite of a target, or with NULL that of a run in which nothing was audited. */
static enum status write_suite(struct report *r, const struct target_report *target)
{
    struct tally t = {0};
    struct buf name = BUF_INIT(8192);
    xmlDoc *doc = xmlNewDoc(XML("1.0"));
    xmlNode *suite = element(r, NULL, "testsuite", NULL);
    if (doc != NULL && suite != NULL) {
        xmlDocSetRootElement(doc, suite);
        suite_properties(r, suite, target);
        if (target == NULL) {
            add_error_case(r, suite, "run", "run", "nothing-to-audit", "nothing was audited", &t);
            buf_str(&name, "zonevet.run");
        } else if (target->error != NULL) {
            add_error_case(r, suite, target->name, "target", "unreadable", target->error, &t);
        } else {
            add_results(r, suite, target, &t);
        }
        size_t length = target != NULL ? strlen(target->name) : 0;
        if (target != NULL)
            buf_add(&name, target->name, length > 1 && target->name[length - 1] == '.' ? length - 1 : length);
        suite_head(r, suite, buf_text(&name), &t, target != NULL ? target->duration_ms : 0);
        spool_suite(r, doc, suite);
    }
    r->no_memory |= doc == NULL || suite == NULL;
    if (doc == NULL)
        xmlFreeNode(suite);
    xmlFreeDoc(doc);
    buf_free(&name);
    if (r->no_memory)
        return STATUS_NOMEM;
    return r->suites.failed ? STATUS_IO : STATUS_OK;
}

/* ---- the format ---------------------------------------------------------------------------------------- */

static struct report *junit_open(FILE *out, const struct run *run, const struct report_options *options)
{
    struct report *r = calloc(1, sizeof(*r));
    if (r == NULL)
        return NULL;
    r->out = out;
    r->run = run;
    r->dialect = options->junit_dialect;
    r->gate = options->junit_gate;
    r->suites = SPOOL_INIT;
    return r;
}

static enum status junit_target(struct report *r, const struct target_report *target)
{
    return write_suite(r, target);
}

static void write_root(struct report *r)
{
    char text[CLOCK_TEXT_SIZE];
    char time[32];
    fprintf(r->out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<testsuites name=\"zonevet\" tests=\"%" PRIu32 "\" failures=\"%" PRIu32 "\" errors=\"%" PRIu32
            "\"",
            r->total.tests, r->total.failures, r->total.errors);
    if (r->dialect == JUNIT_COMMON) {
        clock_rfc3339(r->run->started_s, text);
        text[strcspn(text, "Z")] = '\0';
        fprintf(r->out, " skipped=\"%" PRIu32 "\" timestamp=\"%s\"", r->total.skipped, text);
    }
    fprintf(r->out, " time=\"%s\">\n", seconds(r->total_ms, time));
}

static enum status junit_close(struct report *r, const struct run *run)
{
    r->run = run;
    enum status status = r->suite_count == 0 ? write_suite(r, NULL) : STATUS_OK;
    write_root(r);
    enum status copied = spool_copy(&r->suites, r->out);
    fputs("</testsuites>\n", r->out);
    if (status == STATUS_OK)
        status = copied;
    if (status == STATUS_OK)
        status = r->no_memory ? STATUS_NOMEM : writer_status(r->out);
    spool_free(&r->suites);
    free(r);
    return status;
}

const struct report_format report_junit = {
    .name = "junit",
    .description = "JUnit XML for CI systems; --junit-dialect strict for readers with a schema",
    .open = junit_open,
    .target = junit_target,
    .close = junit_close,
};
