/* SPDX-License-Identifier: BSD-2-Clause */
/* Id, times, mode and settings of a run: its own, or those of the run that is replayed or rendered again. */
#include "auditor/commands/run_head.h"

#include "auditor/base/clock.h"
#include "auditor/base/digest.h"
#include "auditor/config/profiles.h"

#include <string.h>

static const char *run_id(struct arena *a, const struct setup *s)
{
    char when[CLOCK_TEXT_SIZE];
    char compact[CLOCK_TEXT_SIZE];
    unsigned char digest[DIGEST_SHA256];
    size_t used = 0;
    clock_rfc3339(s->settings.now_s, when);
    for (const char *c = when; *c != '\0'; c++) {
        if (*c != '-' && *c != ':')
            compact[used++] = *c;
    }
    compact[used] = '\0';
    /* With --now the same configuration gives the same id; otherwise the seed makes it unique. */
    const char *input = arena_printf(a, "%s %s %016llx", s->digest, when, (unsigned long long)s->settings.seed);
    digest_sha256(input, strlen(input), digest);
    return arena_printf(a, "%s-%02x%02x%02x%02x", compact, digest[0], digest[1], digest[2], digest[3]);
}

/* A report that is rendered again speaks of the run that it was. */
static void take_stored(struct run *run, const struct run *head)
{
    run->id = head->id;
    run->mode = head->mode;
    run->resolver = head->resolver;
    run->started_s = head->started_s;
    run->config_digest = head->config_digest;
    run->checks = head->checks;
    run->check_count = head->check_count;
}

static void take_recorded(struct run *run, const struct recording_run *head)
{
    run->id = head->id;
    run->profile = head->profile;
    run->mode = head->mode;
    run->resolver = head->resolver;
    run->started_s = head->started_s;
    run->config_digest = head->config_digest;
}

void run_begin(struct run *run, const struct plan *p)
{
    const struct options *o = p->options;
    *run = (struct run){
        .tool_version = ZONEVET_VERSION,
        .profile = o->profile != NULL ? o->profile->name : "default",
        .resolver = p->resolver,
        .mode = p->origin == ORIGIN_FILES ? "offline" : "live",
        .started_s = p->setup->settings.now_s,
        .config_digest = p->setup->digest,
        .fail_on = o->fail_on,
        .fail_never = o->fail_never,
        .min_confidence = o->min_confidence,
        .checks = (const struct check *const *)p->setup->checks,
        .check_count = p->setup->check_count,
    };
    if (p->gate != NULL)
        gate_begin(p->gate, run);
    if (p->origin == ORIGIN_STORED)
        take_stored(run, &p->stored->run);
    else if (p->recording != NULL)
        take_recorded(run, recording_head(p->recording));
    else
        run->id = run_id(o->arena, p->setup);
}

void run_finished(struct run *run, const struct plan *p)
{
    if (p->origin == ORIGIN_STORED)
        run->finished_s = p->stored->run.finished_s;
    else if (p->recording != NULL)
        run->finished_s = recording_head(p->recording)->finished_s;
    else
        run->finished_s = p->setup->settings.now_given ? p->setup->settings.now_s : clock_utc_s();
}

bool run_record(const struct run *run, const struct plan *p)
{
    const char **ids = arena_array(p->options->arena, p->setup->check_count, sizeof(*ids));
    for (size_t i = 0; ids != NULL && i < p->setup->check_count; i++)
        ids[i] = p->setup->checks[i]->id;
    const struct recording_run head = {
        .id = run->id, .tool_version = run->tool_version, .mode = run->mode, .profile = run->profile,
        .config_digest = run->config_digest, .resolver = run->resolver, .started_s = run->started_s,
        .finished_s = run->finished_s, .settings = p->setup->settings, .check_ids = ids,
        .check_count = p->setup->check_count,
        .fail_on = p->options->fail_never ? "never" : severity_text(p->options->fail_on),
        .min_confidence = confidence_text(p->options->min_confidence), .interrupted = run->interrupted,
    };
    return recording_write_run(p->options->record, &head) == STATUS_OK;
}
