/* SPDX-License-Identifier: BSD-2-Clause */
/* Commits runs, joins the subjects of a check, links causes, sorts. */
#include "auditor/engine/results.h"

#include "auditor/base/buf.h"
#include "auditor/base/digest.h"
#include "auditor/base/table.h"
#include "auditor/base/text.h"
#include "auditor/engine/evidence.h"

#include <idn2.h>
#include <stdlib.h>
#include <string.h>

#define EVIDENCE_OF_PASS 12U
#define UNKNOWN_SUBJECTS_SHOWN 5U

/* A committed finding: the result and what is needed to link it to its cause. */
struct row {
    struct result result;
    const dname *found_at; /* the subject that the check ran for */
    const char *cause_check;
    const char *cause_subject; /* presentation form, or NULL */
};

/* What became of one check at one target, over all its subjects. */
struct tally {
    const struct check *check;
    size_t passes, skips, unknowns, fails;
    enum skip_reason skip;
    const char *skip_message, *pass_message, *unknown_message;
    enum reason reason;
    const dname *unknown_subjects[UNKNOWN_SUBJECTS_SHOWN]; /* the first in canonical order */
    const dname *pass_subject;
    const struct evidence *evidence; /* of the first unknown, or the first pass, in canonical order */
    size_t evidence_count;
    uint32_t duration_us;
};

struct results {
    struct arena *arena;
    const struct settings *settings;
    const char *target;
    struct tally *tallies;
    size_t tally_count;
    struct row *rows;
    size_t count, capacity;
    struct table *by_fingerprint;
};

void fingerprint(const char *check, const char *target, const char *subject, const char *rrtype,
                 const char *discriminator, char hex[static 65])
{
    static const char digits[] = "0123456789abcdef";
    const char *const parts[] = {"zonevet-fp-1", check, target, subject, rrtype, discriminator};
    unsigned char digest[DIGEST_SHA256];
    struct buf input = BUF_INIT(65536);
    for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
        if (i > 0)
            buf_char(&input, '\0');
        buf_str(&input, parts[i] != NULL ? parts[i] : "");
    }
    digest_sha256(buf_text(&input), input.length, digest);
    for (size_t i = 0; i < sizeof(digest); i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[2 * sizeof(digest)] = '\0';
    buf_free(&input);
}

static struct tally disabled_tally(const struct check *check)
{
    return (struct tally){.check = check, .skips = 1, .skip = SKIP_DISABLED,
                          .skip_message = "switched off by the configuration"};
}

static void forget_table(void *table)
{
    table_free(table);
}

struct results *results_new(const struct audit_options *options)
{
    struct arena *arena = options->report_arena;
    struct results *r = arena_alloc(arena, sizeof(*r));
    if (r == NULL)
        return NULL;
    r->arena = arena;
    r->settings = options->settings;
    r->target = dname_text(arena, options->target->name);
    r->tallies = arena_array(arena, options->check_count + options->disabled_count, sizeof(*r->tallies));
    r->tally_count = options->check_count + options->disabled_count;
    r->by_fingerprint = arena_adopt(arena, table_new(), forget_table);
    if (r->tallies == NULL || r->by_fingerprint == NULL)
        return NULL;
    for (size_t i = 0; i < options->check_count; i++)
        r->tallies[i].check = options->checks[i];
    for (size_t i = 0; i < options->disabled_count; i++)
        r->tallies[options->check_count + i] = disabled_tally(options->disabled[i]);
    return r;
}

enum severity results_severity(const struct settings *settings, const struct check *check, enum severity own)
{
    const struct check_policy *policy = settings_policy(settings, check->id);
    enum severity configured;
    if (policy == NULL || policy->severity == NULL || !severity_from_text(policy->severity, &configured))
        return own;
    return own >= check->severity || own > configured ? configured : own;
}

static struct tally *tally_of(struct results *r, const struct check *check)
{
    for (size_t i = 0; i < r->tally_count; i++) {
        if (r->tallies[i].check == check)
            return &r->tallies[i];
    }
    return NULL;
}

/* ---- evidence --------------------------------------------------------------------------------------------------------- */

static const struct evidence *collect_evidence(struct arena *a, struct fact *const *facts, size_t fact_count,
                                               const struct note *notes, size_t *count)
{
    size_t room = fact_count;
    for (const struct note *n = notes; n != NULL; n = n->next)
        room++;
    struct evidence *list = arena_array(a, room, sizeof(*list));
    *count = 0;
    if (list == NULL)
        return NULL;
    for (const struct note *n = notes; n != NULL; n = n->next)
        list[(*count)++] = (struct evidence){.kind = "note", .label = arena_strdup(a, n->label),
                                             .value = arena_strdup(a, n->value), .source = ""};
    for (size_t i = 0; i < fact_count; i++) {
        bool twice = false;
        for (size_t j = 0; j < i && !twice; j++)
            twice = facts[j] == facts[i];
        const struct evidence *e = twice ? NULL : evidence_of(facts[i], a);
        if (e != NULL)
            list[(*count)++] = *e;
    }
    return list;
}

static uint32_t rtt_sum(struct fact *const *facts, size_t count)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += evidence_rtt_us(facts[i]);
    return sum;
}

/* ---- committing -------------------------------------------------------------------------------------------------------- */

static struct row *next_row(struct results *r)
{
    if (r->count == r->capacity) {
        size_t capacity = r->capacity != 0 ? r->capacity * 2 : 32;
        struct row *rows = arena_array(r->arena, capacity, sizeof(*rows));
        if (rows == NULL)
            return NULL;
        if (r->count > 0)
            memcpy(rows, r->rows, r->count * sizeof(*rows));
        r->rows = rows;
        r->capacity = capacity;
    }
    return &r->rows[r->count];
}

/* U-labels beside the name, if it has A-labels that decode (RFC 5891). */
static const char *unicode_of(struct arena *a, const char *name)
{
    char *unicode = NULL;
    const char *copy = NULL;
    if (strstr(name, "xn--") == NULL)
        return NULL;
    if (idn2_to_unicode_8z8z(name, &unicode, 0) == IDN2_OK && unicode != NULL && strcmp(unicode, name) != 0)
        copy = text_gate(a, unicode, strlen(unicode), TEXT_EVIDENCE_MAX);
    idn2_free(unicode);
    return copy;
}

static const char *gated_or_null(struct arena *a, const char *text)
{
    return text != NULL ? text_gate(a, text, strlen(text), TEXT_MESSAGE_MAX) : NULL;
}

/* Where the record stands: said by the check, or the first fact read that comes from a file and is about the subject. */
static const struct location *locate(struct arena *a, const struct finding_entry *entry)
{
    const struct location *where = entry->finding.location;
    for (size_t i = 0; where == NULL && i < entry->evidence_count; i++) {
        const struct fact *fact = entry->evidence[i];
        if (fact->kind != FACT_LOOKUP)
            continue;
        const struct answer *answer = fact->value;
        if (answer->rrset != NULL && answer->rrset->where != NULL && dname_equal(answer->owner, entry->finding.subject))
            where = &answer->rrset->where[0];
    }
    if (where == NULL)
        return NULL;
    struct location *copy = arena_copy(a, where, sizeof(*where));
    if (copy != NULL)
        copy->file = arena_strdup(a, where->file);
    return copy;
}

/* By fingerprint; the number, for rows move when there are more. */
static struct row *same_finding(struct results *r, const char *hex)
{
    const size_t *number = table_get(r->by_fingerprint, hex, 64);
    return number != NULL ? &r->rows[*number] : NULL;
}

static bool remember(struct results *r, const char *hex, size_t number)
{
    size_t *copy = arena_copy(r->arena, &number, sizeof(number));
    return copy != NULL && table_put(r->by_fingerprint, hex, 64, copy) == 0;
}

static void fill_result(struct results *r, const struct check *check, const struct finding_entry *entry,
                        struct result *out)
{
    struct arena *a = r->arena;
    const struct finding *finding = &entry->finding;
    enum severity severity = results_severity(r->settings, check, finding->severity);
    char type[16];
    *out = (struct result){
        .check = check,
        .subject = dname_text(a, finding->subject),
        .rrtype = finding->rrtype != 0 ? arena_strdup(a, rrtype_text(finding->rrtype, type)) : NULL,
        .discriminator = finding->discriminator != NULL ? gated_or_null(a, finding->discriminator) : "",
        .outcome = severity == SEVERITY_INFO ? OUTCOME_INFO : OUTCOME_FAIL,
        .severity = severity,
        .severity_default = finding->severity,
        .confidence = finding->confidence,
        .message = gated_or_null(a, finding->message),
        .decision = gated_or_null(a, finding->decision),
        .fix_record = gated_or_null(a, finding->fix_record),
        .location = locate(a, entry),
        .duration_ms = rtt_sum(entry->evidence, entry->evidence_count) / 1000,
    };
    out->subject_unicode = unicode_of(a, out->subject);
    fingerprint(check->id, r->target, out->subject, out->rrtype, out->discriminator, out->fingerprint);
}

/* One finding that several subjects lead to stands once, as the first of them in canonical order tells it: answers come
 * in any order, reports do not. */
static void commit_finding(struct results *r, const struct check *check, const dname *at,
                           const struct finding_entry *entry)
{
    struct result result;
    fill_result(r, check, entry, &result);
    struct row *row = same_finding(r, result.fingerprint);
    if (row != NULL && dname_compare(row->found_at, at) <= 0)
        return;
    if (row == NULL) {
        row = next_row(r);
        if (row == NULL || !remember(r, result.fingerprint, r->count))
            return;
        r->count++;
    }
    result.evidence = collect_evidence(r->arena, entry->evidence, entry->evidence_count, entry->notes, &result.evidence_count);
    *row = (struct row){.result = result, .found_at = dname_copy(r->arena, at), .cause_check = entry->finding.cause_check};
    if (row->found_at == NULL)
        row->found_at = DNAME_ROOT;
    if (entry->finding.cause_subject != NULL)
        row->cause_subject = dname_text(r->arena, entry->finding.cause_subject);
}

/* Keep the first few subjects in canonical order. @return true if this one is the first of all */
static bool keep_unknown_subject(struct results *r, struct tally *t, const dname *subject)
{
    size_t count = t->unknowns < UNKNOWN_SUBJECTS_SHOWN ? t->unknowns : UNKNOWN_SUBJECTS_SHOWN;
    size_t at = count;
    while (at > 0 && dname_compare(subject, t->unknown_subjects[at - 1]) < 0)
        at--;
    const dname *copy = at < UNKNOWN_SUBJECTS_SHOWN ? dname_copy(r->arena, subject) : NULL;
    if (copy != NULL) {
        size_t behind = count < UNKNOWN_SUBJECTS_SHOWN ? count - at : count - at - 1;
        memmove(&t->unknown_subjects[at + 1], &t->unknown_subjects[at], behind * sizeof(t->unknown_subjects[0]));
        t->unknown_subjects[at] = copy;
    }
    return at == 0;
}

static void tally_unknown(struct results *r, struct tally *t, struct facts *f, const dname *subject,
                          const struct findings *out)
{
    bool first = keep_unknown_subject(r, t, subject);
    t->unknowns++;
    if (!first)
        return;
    struct fact *const *read = NULL;
    size_t count = facts_run_read(f, &read);
    size_t keep = count < EVIDENCE_OF_PASS ? count : EVIDENCE_OF_PASS;
    t->reason = out->reason != REASON_NONE ? out->reason : REASON_INCOMPLETE_DATA;
    t->unknown_message = out->undetermined_message != NULL ? arena_strdup(r->arena, out->undetermined_message) : NULL;
    t->evidence = NULL;
    t->evidence_count = 0;
    if (keep > 0)
        t->evidence = collect_evidence(r->arena, read + (count - keep), keep, NULL, &t->evidence_count);
    t->duration_us = rtt_sum(read, count);
}

static void tally_pass(struct results *r, struct tally *t, struct facts *f, const dname *subject,
                       const struct findings *out)
{
    t->passes++;
    if (t->unknowns > 0 || (t->pass_subject != NULL && dname_compare(t->pass_subject, subject) <= 0))
        return;
    struct fact *const *read = NULL;
    size_t count = facts_run_read(f, &read);
    size_t keep = count < EVIDENCE_OF_PASS ? count : EVIDENCE_OF_PASS;
    t->pass_subject = dname_copy(r->arena, subject);
    t->evidence = NULL;
    t->evidence_count = 0;
    if (keep > 0)
        t->evidence = collect_evidence(r->arena, read, keep, NULL, &t->evidence_count);
    t->duration_us = rtt_sum(read, count);
    t->pass_message = out->pass_message != NULL ? arena_strdup(r->arena, out->pass_message) : NULL;
}

void results_commit(struct results *r, struct facts *f, const struct check *check, const dname *subject,
                    enum verdict verdict, const struct findings *out)
{
    struct tally *t = tally_of(r, check);
    if (t == NULL)
        return;
    for (size_t i = 0; i < out->count; i++)
        commit_finding(r, check, subject, out->entries[i]);
    t->fails += out->count;
    bool skipped_beside = verdict == VERDICT_SKIPPED || (verdict == VERDICT_FAIL && out->skip != SKIP_NONE);
    if (out->no_memory || out->too_many) {
        struct findings full = {.reason = REASON_BUDGET, .undetermined_message = "more findings than are kept"};
        tally_unknown(r, t, f, subject, &full);
    } else if (out->undetermined && !skipped_beside) {
        tally_unknown(r, t, f, subject, out);
    } else if (verdict == VERDICT_SKIPPED) {
        /* What only the network could tell of one name keeps the others from being the whole answer. */
        if (t->skips++ == 0 || (out->skip == SKIP_NEEDS_LIVE && t->skip != SKIP_NEEDS_LIVE)) {
            t->skip = out->skip != SKIP_NONE ? out->skip : SKIP_NOT_APPLICABLE;
            t->skip_message = out->skip_message != NULL ? arena_strdup(r->arena, out->skip_message) : NULL;
        }
    } else if (out->count == 0) {
        tally_pass(r, t, f, subject, out);
    }
}

void results_commit_visit(struct results *r, struct facts *f, const struct check *check, const dname *owner,
                          const struct findings *out)
{
    struct tally *t = tally_of(r, check);
    if (t == NULL)
        return;
    bool full = out->no_memory || t->fails + out->count > FINDINGS_MAX;
    for (size_t i = 0; i < out->count && !full; i++)
        commit_finding(r, check, owner, out->entries[i]);
    t->fails += full ? 0 : out->count;
    const struct findings more = {.reason = REASON_BUDGET, .undetermined_message = "more findings than are kept"};
    if (full)
        tally_unknown(r, t, f, owner, &more);
    else if (out->undetermined)
        tally_unknown(r, t, f, owner, out);
}

bool results_needs_live(const struct results *r, const struct check *check)
{
    for (size_t i = 0; i < r->tally_count; i++) {
        if (r->tallies[i].check == check)
            return r->tallies[i].skip == SKIP_NEEDS_LIVE;
    }
    return false;
}

/* ---- the report -------------------------------------------------------------------------------------------------------- */

static const char *unknown_text(struct arena *a, const struct tally *t)
{
    const char *message = t->unknown_message != NULL ? t->unknown_message : "could not be told";
    if (t->check->scope != SCOPE_NAME)
        return message;
    struct buf names = BUF_INIT(8192);
    for (size_t i = 0; i < t->unknowns && i < UNKNOWN_SUBJECTS_SHOWN; i++)
        buf_printf(&names, "%s%s", i > 0 ? ", " : "", dname_text(a, t->unknown_subjects[i]));
    if (t->unknowns > UNKNOWN_SUBJECTS_SHOWN)
        buf_printf(&names, " and %zu more", t->unknowns - UNKNOWN_SUBJECTS_SHOWN);
    const char *text = arena_printf(a, "%s (at %s)", message, buf_text(&names));
    buf_free(&names);
    return text != NULL ? text_gate(a, text, strlen(text), TEXT_MESSAGE_MAX) : message;
}

/* The one pass, skipped or undetermined of a check; nothing if findings say it all. */
static bool summary_result(struct results *r, const struct tally *t, struct result *out)
{
    *out = (struct result){.check = t->check, .subject = r->target, .discriminator = "",
                           .severity = results_severity(r->settings, t->check, t->check->severity),
                           .severity_default = t->check->severity, .confidence = t->check->confidence,
                           .evidence = t->evidence, .evidence_count = t->evidence_count,
                           .duration_ms = t->duration_us / 1000};
    out->subject_unicode = unicode_of(r->arena, r->target);
    if (t->unknowns > 0) {
        out->outcome = OUTCOME_UNDETERMINED;
        out->undetermined_reason = t->reason;
        out->message = unknown_text(r->arena, t);
    } else if (t->fails > 0) {
        return false;
    } else if (t->passes > 0 && t->skip != SKIP_NEEDS_LIVE) {
        out->outcome = OUTCOME_PASS;
        out->message = t->pass_message != NULL ? t->pass_message : t->check->title;
    } else {
        out->outcome = OUTCOME_SKIPPED;
        out->skip_reason = t->skip != SKIP_NONE ? t->skip : SKIP_NOT_APPLICABLE;
        out->message = t->skip_message != NULL ? t->skip_message : "nothing here that it could judge";
        out->evidence_count = 0;
    }
    fingerprint(t->check->id, r->target, r->target, NULL, "", out->fingerprint);
    return true;
}

static void link_causes(struct results *r)
{
    for (size_t i = 0; i < r->count; i++) {
        struct row *row = &r->rows[i];
        for (size_t j = 0; row->cause_check != NULL && j < r->count; j++) {
            const struct result *cause = &r->rows[j].result;
            if (i == j || strcmp(cause->check->id, row->cause_check) != 0)
                continue;
            if (row->cause_subject != NULL && strcmp(row->cause_subject, cause->subject) != 0)
                continue;
            row->result.caused_by = cause->fingerprint;
            break;
        }
    }
}

/* Severity down, then outcome, check id, subject, fingerprint (outputs.md section 1). */
static int by_report_order(const void *pa, const void *pb)
{
    const struct result *a = pa;
    const struct result *b = pb;
    if (a->severity != b->severity)
        return (int)b->severity - (int)a->severity;
    if (a->outcome != b->outcome)
        return (int)a->outcome - (int)b->outcome;
    int difference = strcmp(a->check->id, b->check->id);
    if (difference == 0)
        difference = strcmp(a->subject, b->subject);
    return difference != 0 ? difference : strcmp(a->fingerprint, b->fingerprint);
}

static int by_row_order(const void *pa, const void *pb)
{
    const struct row *a = pa;
    const struct row *b = pb;
    return by_report_order(&a->result, &b->result);
}

static const char *coverage_text(struct arena *a, const struct result *list, size_t count)
{
    size_t unknown = 0;
    size_t by_network = 0;
    for (size_t i = 0; i < count; i++) {
        if (list[i].outcome != OUTCOME_UNDETERMINED)
            continue;
        unknown++;
        by_network += list[i].undetermined_reason == REASON_NETWORK || list[i].undetermined_reason == REASON_TIMEOUT;
    }
    if (unknown == 0)
        return NULL;
    return arena_printf(a, "%zu checks could not be decided, %zu of them for want of an answer", unknown, by_network);
}

struct target_report *results_report(struct results *r, const struct audit_target *target,
                                     const struct names *names)
{
    struct arena *arena = r->arena;
    struct target_report *report = arena_alloc(arena, sizeof(*report));
    struct result *list = arena_array(arena, r->count + r->tally_count, sizeof(*list));
    size_t count = 0;
    if (report == NULL || list == NULL)
        return NULL;
    if (r->count > 1)
        qsort(r->rows, r->count, sizeof(*r->rows), by_row_order);
    link_causes(r);
    for (size_t i = 0; i < r->count; i++)
        list[count++] = r->rows[i].result;
    for (size_t i = 0; i < r->tally_count; i++)
        count += summary_result(r, &r->tallies[i], &list[count]);
    qsort(list, count, sizeof(*list), by_report_order);
    *report = (struct target_report){
        .name = r->target,
        .name_unicode = target->name_unicode,
        .source_file = target->source_file,
        .source_line = target->source_line,
        .results = list,
        .result_count = count,
        .names_known = names != NULL ? (uint32_t)names->count : 0,
        .coverage = coverage_text(arena, list, count),
    };
    return report;
}
