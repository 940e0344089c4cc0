/* SPDX-License-Identifier: BSD-2-Clause */
/* A run built by hand for the tests of renderers: checks, targets and results, sorted and counted as the
 * engine does. */
#ifndef ZONEVET_TESTS_REPORTS_FIXTURE_H
#define ZONEVET_TESTS_REPORTS_FIXTURE_H

#include "auditor/base/table.h"
#include "reports/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FIXTURE_TIME 1793520000 /* 2026-11-01T08:00:00Z */

struct fixture {
    struct arena *arena;
    struct run run;
    struct target_report targets[16];
    size_t target_count;
};

/* ---- building ------------------------------------------------------------------------------------------ */

static inline struct result *fixture_results(struct fixture *x, size_t count)
{
    return arena_array(x->arena, count, sizeof(struct result));
}

static inline void fixture_digest(const char *const parts[5], char fingerprint[65])
{
    uint64_t hash = 1469598103934665603u;
    for (size_t i = 0; i < 5; i++) {
        char mixed[64];
        hash ^= table_hash_stable(parts[i], strlen(parts[i]) + 1);
        snprintf(mixed, sizeof(mixed), "%zu %016" PRIx64, i, hash);
        hash = table_hash_stable(mixed, strlen(mixed));
    }
    for (unsigned i = 0; i < 4; i++) {
        char piece[17];
        uint64_t part = table_hash_stable(&hash, sizeof(hash)) ^ (i * 0x9E3779B97F4A7C15u);
        snprintf(piece, sizeof(piece), "%016" PRIx64, part);
        memcpy(fingerprint + (size_t)16 * i, piece, 16);
    }
    fingerprint[64] = '\0';
}

static inline void fixture_fingerprint(struct result *r, const char *target)
{
    const char *const parts[5] = {r->check->id, target, r->subject, r->rrtype != NULL ? r->rrtype : "", r->discriminator};
    fixture_digest(parts, r->fingerprint);
}

/* Findings of an earlier state that are gone. */
static inline void fixture_fixed(struct target_report *t, struct fixed_finding *fixed, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char number[24];
        snprintf(number, sizeof(number), "fixed %zu", i);
        const char *const parts[5] = {fixed[i].check, t->name, fixed[i].subject, number, ""};
        fixture_digest(parts, fixed[i].fingerprint);
    }
    t->fixed = fixed;
    t->fixed_count = count;
}

/* The order of outputs.md section 1. */
static inline int fixture_compare(const void *left, const void *right)
{
    const struct result *a = left, *b = right;
    if (a->severity != b->severity)
        return a->severity > b->severity ? -1 : 1;
    if (a->outcome != b->outcome)
        return a->outcome < b->outcome ? -1 : 1;
    int order = strcmp(a->check->id, b->check->id);
    if (order == 0)
        order = strcmp(a->subject, b->subject);
    return order != 0 ? order : strcmp(a->fingerprint, b->fingerprint);
}

static inline struct target_report *fixture_target(struct fixture *x, const char *name,
                                                   struct result *results, size_t count)
{
    struct target_report *t = &x->targets[x->target_count++];
    *t = (struct target_report){.name = name,
                                .zone = name,
                                .results = results,
                                .result_count = count,
                                .duration_ms = 1234,
                                .names_known = 7,
                                .queries = 143,
                                .timeouts = 2};
    for (size_t i = 0; i < count; i++) {
        if (results[i].discriminator == NULL)
            results[i].discriminator = "";
        if (results[i].message == NULL)
            results[i].message = "";
        fixture_fingerprint(&results[i], name);
    }
    if (count > 1)
        qsort(results, count, sizeof(*results), fixture_compare);
    return t;
}

static inline void fixture_count(struct fixture *x)
{
    struct run_counts *c = &x->run.counts;
    *c = (struct run_counts){.targets = (uint32_t)x->target_count};
    for (size_t i = 0; i < x->target_count; i++) {
        for (size_t k = 0; k < x->targets[i].result_count; k++) {
            const struct result *r = &x->targets[i].results[k];
            c->outcomes[r->outcome]++;
            if (r->outcome == OUTCOME_FAIL && r->state != STATE_WAIVED)
                c->open[r->severity]++;
            c->state_new += r->state == STATE_NEW;
            c->known += r->state == STATE_KNOWN;
            c->waived += r->state == STATE_WAIVED;
        }
        c->fixed += (uint32_t)x->targets[i].fixed_count;
    }
}

static inline void fixture_free(struct fixture *x)
{
    arena_free(x->arena);
}

/* ---- rendering ----------------------------------------------------------------------------------------- */

static inline enum status fixture_render(const struct fixture *x, const struct report_format *format,
                                         const struct report_options *options, FILE *out)
{
    struct report *r = format->open(out, &x->run, options);
    if (r == NULL)
        return STATUS_NOMEM;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < x->target_count; i++) {
        enum status one = format->target(r, &x->targets[i]);
        if (one != STATUS_OK)
            status = one;
    }
    enum status end = format->close(r, &x->run);
    return end != STATUS_OK ? end : status;
}

/* The whole output in malloc'd memory; aborts on failure. */
static inline char *fixture_text(const struct fixture *x, const char *format,
                                 const struct report_options *options, size_t *length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, length);
    if (out == NULL || fixture_render(x, report_find(format), options, out) != STATUS_OK || fclose(out) != 0)
        abort();
    return text;
}

#endif
