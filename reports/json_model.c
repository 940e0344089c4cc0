/* SPDX-License-Identifier: BSD-2-Clause */
/* The result model as JSON objects (outputs.md sections 1 and 4). Text has passed the gate, so it is valid
 * UTF-8 and cJSON only has to escape it; numbers are 32-bit integers, so none can become an exponent
 * or null. */
#include "reports/json_model.h"

#include "auditor/base/clock.h"
#include "reports/writer.h"

#include <stdlib.h>
#include <string.h>

/* ---- members ------------------------------------------------------------------------------------------- */

struct members members_new(void)
{
    struct members m = {.object = cJSON_CreateObject()};
    m.failed = m.object == NULL;
    return m;
}

void members_item(struct members *m, const char *key, cJSON *item)
{
    /* Keys are literals of ours: not copied. */
    if (item == NULL || m->failed || !cJSON_AddItemToObjectCS(m->object, key, item)) {
        cJSON_Delete(item);
        m->failed = true;
    }
}

void members_text(struct members *m, const char *key, const char *text)
{
    members_item(m, key, text != NULL ? cJSON_CreateString(text) : cJSON_CreateNull());
}

void members_number(struct members *m, const char *key, uint32_t number)
{
    members_item(m, key, cJSON_CreateNumber(number));
}

void members_bool(struct members *m, const char *key, bool value)
{
    members_item(m, key, cJSON_CreateBool(value));
}

void members_time(struct members *m, const char *key, int64_t utc_s)
{
    char text[CLOCK_TEXT_SIZE];
    if (utc_s == 0) {
        members_null(m, key);
        return;
    }
    clock_rfc3339(utc_s, text);
    members_text(m, key, text);
}

void members_null(struct members *m, const char *key)
{
    members_item(m, key, cJSON_CreateNull());
}

cJSON *members_done(struct members *m)
{
    if (!m->failed)
        return m->object;
    cJSON_Delete(m->object);
    m->object = NULL;
    return NULL;
}

/* Append and own item; false (item deleted, list left as it is) if that is impossible. */
static bool list_add(cJSON *list, cJSON *item)
{
    if (list != NULL && item != NULL && cJSON_AddItemToArray(list, item))
        return true;
    cJSON_Delete(item);
    return false;
}

static cJSON *list_done(cJSON *list, bool good)
{
    if (good)
        return list;
    cJSON_Delete(list);
    return NULL;
}

/* ---- run ----------------------------------------------------------------------------------------------- */

static cJSON *json_notes(const struct run_gate *gate)
{
    cJSON *list = cJSON_CreateArray();
    bool good = list != NULL;
    for (size_t i = 0; i < gate->note_count; i++)
        good = good && list_add(list, cJSON_CreateString(gate->notes[i]));
    return list_done(list, good);
}

static cJSON *json_gate(const struct run *run)
{
    struct members m = members_new();
    members_text(&m, "fail_on", run->fail_never ? "never" : severity_text(run->fail_on));
    members_text(&m, "min_confidence", confidence_text(run->min_confidence));
    members_bool(&m, "new_only", run->gate.new_only);
    members_text(&m, "baseline", run->gate.baseline);
    members_text(&m, "waivers", run->gate.waivers);
    members_text(&m, "old_side", run->gate.old_side);
    members_text(&m, "new_side", run->gate.new_side);
    members_item(&m, "notes", json_notes(&run->gate));
    return members_done(&m);
}

static void run_digest(struct members *m, const struct run *run)
{
    char digest[sizeof("sha256:") + 64] = "sha256:";
    if (run->config_digest == NULL) {
        members_null(m, "config_digest");
        return;
    }
    strncat(digest, run->config_digest, 64);
    members_text(m, "config_digest", digest);
}

cJSON *json_run(const struct run *run, bool finished)
{
    struct members m = members_new();
    members_text(&m, "id", run->id);
    members_text(&m, "tool", "zonevet");
    members_text(&m, "tool_version", run->tool_version);
    members_text(&m, "mode", run->mode);
    members_text(&m, "profile", run->profile);
    run_digest(&m, run);
    members_text(&m, "resolver", run->resolver);
    members_time(&m, "started", run->started_s);
    if (finished) {
        members_time(&m, "finished", run->finished_s);
        members_text(&m, "outcome", run_outcome_text(run->outcome));
        members_text(&m, "outcome_reason", run->outcome_reason);
        members_number(&m, "exit_code", (uint32_t)run->exit_code);
        members_bool(&m, "interrupted", run->interrupted);
    }
    members_item(&m, "gate", json_gate(run));
    return members_done(&m);
}

static cJSON *json_outcomes(const struct run_counts *counts)
{
    static const enum outcome order[] = {OUTCOME_PASS, OUTCOME_FAIL, OUTCOME_INFO, OUTCOME_SKIPPED,
                                         OUTCOME_UNDETERMINED};
    struct members m = members_new();
    for (size_t i = 0; i < ARRAY_SIZE(order); i++)
        members_number(&m, outcome_text(order[i]), counts->outcomes[order[i]]);
    return members_done(&m);
}

static cJSON *json_open_counts(const struct run_counts *counts)
{
    struct members m = members_new();
    for (int s = SEVERITY_CRITICAL; s >= SEVERITY_INFO; s--)
        members_number(&m, severity_text((enum severity)s), counts->open[s]);
    return members_done(&m);
}

static void members_count(struct members *m, const char *key, bool known, uint32_t count)
{
    if (known)
        members_number(m, key, count);
    else
        members_null(m, key);
}

cJSON *json_summary(const struct run *run)
{
    struct members m = members_new();
    members_number(&m, "targets", run->counts.targets);
    members_item(&m, "results", json_outcomes(&run->counts));
    members_item(&m, "open", json_open_counts(&run->counts));
    /* States need a baseline, another side or waivers; without any nothing is told apart (outputs.md section 1). */
    bool states = run_has_states(run);
    members_count(&m, "new", states, run->counts.state_new);
    members_count(&m, "known", states, run->counts.known);
    members_count(&m, "waived", states, run->counts.waived);
    members_count(&m, "fixed", states, run->counts.fixed);
    return members_done(&m);
}

/* ---- check --------------------------------------------------------------------------------------------- */

static cJSON *json_words(const char *text)
{
    cJSON *list = cJSON_CreateArray();
    bool good = list != NULL;
    while (good && text != NULL && *text != '\0') {
        size_t length = strcspn(text, " ");
        if (length > 0) {
            char *word = strndup(text, length);
            good = word != NULL && list_add(list, cJSON_CreateString(word));
            free(word);
        }
        text += length + (text[length] == ' ' ? 1 : 0);
    }
    return list_done(list, good);
}

static cJSON *json_modes(enum modes modes)
{
    return json_words(modes == MODE_BOTH ? "live offline" : modes == MODE_LIVE ? "live" : "offline");
}

static cJSON *json_traffic(unsigned traffic)
{
    static const char *const words[] = {"dns", "axfr", "http", "smtp", "ssh", "intrusive"};
    cJSON *list = cJSON_CreateArray();
    bool good = list != NULL;
    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        if ((traffic & (1u << i)) != 0)
            good = good && list_add(list, cJSON_CreateString(words[i]));
    }
    return list_done(list, good);
}

static cJSON *json_pair(const char *key, const char *text, const char *other_key, const char *other)
{
    struct members m = members_new();
    members_text(&m, key, text);
    members_text(&m, other_key, other);
    return members_done(&m);
}

static cJSON *json_references(const struct check *c)
{
    cJSON *list = cJSON_CreateArray();
    bool good = list != NULL;
    for (size_t i = 0; i < ARRAY_SIZE(c->references) && c->references[i].label != NULL; i++)
        good =
            good && list_add(list, json_pair("label", c->references[i].label, "url", c->references[i].url));
    return list_done(list, good);
}

static cJSON *json_controls(const struct check *c)
{
    cJSON *list = cJSON_CreateArray();
    bool good = list != NULL;
    for (size_t i = 0; i < ARRAY_SIZE(c->controls) && c->controls[i].framework != NULL; i++)
        good =
            good && list_add(list, json_pair("framework", c->controls[i].framework, "id", c->controls[i].id));
    return list_done(list, good);
}

cJSON *json_check(const struct check *c)
{
    struct members m = members_new();
    members_text(&m, "id", c->id);
    members_item(&m, "aliases", json_words(c->aliases));
    members_text(&m, "title", c->title);
    members_text(&m, "failure_title", c->failure_title);
    members_text(&m, "area", c->area);
    members_text(&m, "severity", severity_text(c->severity));
    members_text(&m, "confidence", confidence_text(c->confidence));
    members_text(&m, "confidence_lowest", confidence_text(c->confidence_lowest));
    members_item(&m, "modes", json_modes(c->modes));
    members_text(&m, "why", c->why);
    members_item(&m, "remediation", json_pair("text", c->fix, "record", c->fix_record));
    members_text(&m, "effort", c->effort);
    members_item(&m, "tags", json_words(c->tags));
    members_text(&m, "needs", c->needs);
    members_item(&m, "traffic", json_traffic(c->traffic));
    members_text(&m, "subject_kind", c->subject_kind);
    members_text(&m, "discriminator", c->discriminator);
    members_item(&m, "references", json_references(c));
    members_item(&m, "controls", json_controls(c));
    members_text(&m, "attack", c->attack);
    members_text(&m, "cwe", c->cwe);
    members_text(&m, "since", c->since);
    members_text(&m, "false_positives", c->false_positives);
    members_item(&m, "examples", json_pair("pass", c->example_pass, "fail", c->example_fail));
    members_bool(&m, "ignorable", !c->not_ignorable);
    return members_done(&m);
}

/* ---- target -------------------------------------------------------------------------------------------- */

static cJSON *json_source(const struct target_report *t)
{
    if (t->source_file == NULL)
        return cJSON_CreateNull();
    struct members m = members_new();
    members_text(&m, "file", t->source_file);
    members_number(&m, "line", t->source_line);
    return members_done(&m);
}

cJSON *json_target(const struct target_report *t)
{
    struct members m = members_new();
    members_text(&m, "name", t->name);
    members_text(&m, "name_unicode", t->name_unicode);
    members_item(&m, "source", json_source(t));
    members_text(&m, "zone", t->zone);
    members_text(&m, "error", t->error);
    members_number(&m, "names_known", t->names_known);
    members_number(&m, "queries", t->queries);
    members_number(&m, "timeouts", t->timeouts);
    members_text(&m, "coverage", t->coverage);
    members_number(&m, "duration_ms", t->duration_ms);
    return members_done(&m);
}

static cJSON *json_location(const struct location *l)
{
    if (l == NULL)
        return cJSON_CreateNull();
    const struct {
        const char *key;
        uint32_t number;
    } positions[] = {{"line", l->line}, {"column", l->column}, {"end_line", l->end_line}, {"end_column", l->end_column}};
    struct members m = members_new();
    members_text(&m, "file", l->file);
    for (size_t i = 0; i < ARRAY_SIZE(positions); i++)
        members_count(&m, positions[i].key, positions[i].number != 0, positions[i].number);
    return members_done(&m);
}

static cJSON *json_fixed_one(const struct fixed_finding *f)
{
    struct members m = members_new();
    members_text(&m, "check", f->check);
    members_text(&m, "subject", f->subject);
    members_text(&m, "severity", severity_text(f->severity));
    members_text(&m, "state", state_text(STATE_FIXED));
    members_text(&m, "title", f->title);
    members_text(&m, "message", f->message);
    members_text(&m, "known_since", f->known_since);
    members_item(&m, "location", json_location(f->location));
    members_text(&m, "fingerprint", f->fingerprint);
    return members_done(&m);
}

cJSON *json_fixed(const struct target_report *t)
{
    cJSON *list = cJSON_CreateArray();
    bool good = list != NULL;
    for (size_t i = 0; i < t->fixed_count; i++)
        good = good && list_add(list, json_fixed_one(&t->fixed[i]));
    return list_done(list, good);
}

char *json_line(cJSON *item)
{
    char *text = item != NULL ? cJSON_PrintUnformatted(item) : NULL;
    cJSON_Delete(item);
    return text;
}

bool json_put(FILE *out, const char *before, cJSON *item)
{
    char *text = json_line(item);
    if (text != NULL)
        fprintf(out, "%s%s", before, text);
    bool good = text != NULL;
    cJSON_free(text);
    return good;
}
