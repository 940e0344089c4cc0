/* SPDX-License-Identifier: BSD-2-Clause */
/* The tree of the run: cards, changes, targets, what passed or could not be told, and the compliance matrix. */
#include "reports/html_nodes.h"

#include "reports/writer.h"

#include <stdlib.h>
#include <string.h>

static void set_outcomes(struct html_memory *m, xmlNode *node, const uint32_t outcomes[static 5])
{
    for (int o = OUTCOME_FAIL; o <= OUTCOME_PASS; o++)
        html_set_number(m, node, outcome_text((enum outcome)o), outcomes[o]);
}

static void set_open(struct html_memory *m, xmlNode *node, const uint32_t open[static 5])
{
    for (int s = SEVERITY_LOW; s <= SEVERITY_CRITICAL; s++)
        html_set_number(m, node, severity_text((enum severity)s), open[s]);
}

static void set_gate(struct html_memory *m, xmlNode *root, const struct run *run)
{
    const struct run_gate *g = &run->gate;
    html_set(m, root, "new-only", g->new_only ? "yes" : NULL);
    html_set(m, root, "baseline", g->baseline);
    html_set(m, root, "waivers", g->waivers);
    html_set(m, root, "old-side", g->old_side);
    html_set(m, root, "new-side", g->new_side);
    for (size_t i = 0; i < g->note_count; i++) {
        if (*g->notes[i] != '\0')
            html_set(m, html_add(m, root, "note"), "text", g->notes[i]);
    }
}

/* A card a state, each with its severities. */
static void add_cards(struct html_memory *m, xmlNode *root, const struct run *run)
{
    static const enum state states[] = {STATE_NEW, STATE_KNOWN, STATE_WAIVED, STATE_FIXED};
    const uint32_t counts[] = {run->counts.state_new, run->counts.known, run->counts.waived, run->counts.fixed};
    if (!run_has_states(run))
        return;
    for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
        xmlNode *card = html_add(m, root, "card");
        html_set(m, card, "state", state_text(states[i]));
        html_set(m, card, "word", state_label(run, states[i]));
        html_set_number(m, card, "count", counts[i]);
        for (int s = SEVERITY_CRITICAL; s >= SEVERITY_INFO; s--) {
            if (m->states[states[i]][s] == 0)
                continue;
            xmlNode *part = html_add(m, card, "part");
            html_set(m, part, "severity", severity_text((enum severity)s));
            html_set_number(m, part, "count", m->states[states[i]][s]);
        }
    }
}

static void set_line(struct html_memory *m, xmlNode *node, const struct html_line *line)
{
    html_set(m, node, "severity", severity_text(line->severity));
    html_set(m, node, "check", line->check != NULL ? line->check->id : line->id);
    html_set(m, node, "title", line->check != NULL ? line->check->failure_title : line->title);
    html_set(m, node, "target", line->target);
    html_set(m, node, "subject", line->subject);
    html_set(m, node, "message", line->message);
    html_set(m, node, "anchor", line->anchor);
    html_set(m, node, "reason", line->reason);
    html_set(m, node, "owner", line->owner);
    html_set(m, node, "waiver", line->waiver);
    html_set(m, node, "date", line->date);
}

static void add_changes(struct html_memory *m, xmlNode *root, const char *name, const struct html_lines *lines)
{
    char attribute[32];
    for (int s = SEVERITY_CRITICAL; s >= SEVERITY_INFO; s--) {
        for (size_t i = 0; i < lines->count; i++) {
            const struct html_line *line = &lines->items[i];
            if (line->severity != (enum severity)s)
                continue;
            xmlNode *node = html_add(m, root, name);
            set_line(m, node, line);
            if (line->expires_s > m->run->started_s)
                html_set_number(m, node, "days", (uint64_t)(line->expires_s - m->run->started_s) / 86400);
        }
    }
    snprintf(attribute, sizeof(attribute), "%s-omitted", name);
    html_set_number(m, root, attribute, lines->omitted);
}

static void set_run(struct html_memory *m, xmlNode *root, const struct run *run)
{
    static const char *const verdicts[] = {
        [RUN_PASSED] = "Gate passed", [RUN_FAILED] = "Gate failed", [RUN_INCOMPLETE] = "Incomplete"};
    html_set(m, root, "verdict", verdicts[run->outcome]);
    html_set(m, root, "outcome", run_outcome_text(run->outcome));
    html_set(m, root, "reason", run->outcome_reason);
    html_set_number(m, root, "exit-code", (uint64_t)run->exit_code);
    html_set(m, root, "interrupted", run->interrupted ? "yes" : NULL);
    html_set(m, root, "id", run->id);
    html_set(m, root, "version", run->tool_version);
    html_set(m, root, "mode", run->mode);
    html_set(m, root, "profile", run->profile);
    html_set(m, root, "digest", run->config_digest);
    html_set(m, root, "resolver", run->resolver);
    html_set_time(m, root, "started", run->started_s);
    html_set_time(m, root, "finished", run->finished_s);
    html_set(m, root, "fail-on", run->fail_never ? "never" : severity_text(run->fail_on));
    html_set(m, root, "min-confidence", confidence_text(run->min_confidence));
    html_set_number(m, root, "checks", run->check_count);
    html_set_number(m, root, "targets", run->counts.targets);
    html_set_number(m, root, "results", m->results);
    html_set_number(m, root, "findings-omitted", m->findings_omitted);
    html_set_number(m, root, "findings-short",
               m->findings > HTML_DETAILED_MAX ? m->findings - HTML_DETAILED_MAX : 0);
    html_set_number(m, root, "unknowns-omitted", m->unknowns_omitted);
    set_outcomes(m, root, run->counts.outcomes);
    set_open(m, root, run->counts.open);
}

static void add_targets(struct html_memory *m, xmlNode *root)
{
    for (size_t i = 0; i < m->target_count; i++) {
        const struct html_target *t = &m->targets[i];
        xmlNode *node = html_add(m, root, "target");
        html_set_name(m, node, t->name, t->unicode, i + 1);
        html_set(m, node, "error", t->error);
        html_set(m, node, "coverage", t->coverage);
        html_set_number(m, node, "names", t->names_known);
        html_set_number(m, node, "queries", t->queries);
        html_set_number(m, node, "timeouts", t->timeouts);
        set_outcomes(m, node, t->outcomes);
        set_open(m, node, t->open);
        html_set_number(m, node, "new", t->states[STATE_NEW]);
        html_set_number(m, node, "fixed", t->states[STATE_FIXED]);
    }
}

static int compare_lines(const void *left, const void *right)
{
    const struct html_line *a = left, *b = right;
    int order = strcmp(a->check->id, b->check->id);
    if (order == 0)
        order = strcmp(a->target, b->target);
    return order != 0 ? order : strcmp(a->subject, b->subject);
}

static void sort_lines(struct html_lines *lines)
{
    if (lines->count > 1)
        qsort(lines->items, lines->count, sizeof(*lines->items), compare_lines);
}

static void add_unknowns(struct html_memory *m, xmlNode *root)
{
    sort_lines(&m->unknowns);
    for (size_t i = 0; i < m->unknowns.count; i++) {
        const struct html_line *line = &m->unknowns.items[i];
        xmlNode *node = html_add(m, root, "unknown");
        html_set(m, node, "check", line->check->id);
        html_set(m, node, "title", line->check->title);
        html_set(m, node, "severity", severity_text(line->severity));
        html_set(m, node, "target", line->target);
        html_set(m, node, "subject", line->subject);
        html_set(m, node, "reason", line->reason);
        html_set(m, node, "message", line->message);
        html_set(m, node, "cause", line->cause_anchor);
        html_set(m, node, "cause-id", line->cause_id);
    }
}

/* Passed checks by check; names only up to HTML_PASSES_MAX results. */
static void add_passes(struct html_memory *m, xmlNode *root)
{
    const struct check *before = NULL;
    xmlNode *node = NULL;
    if (m->results > HTML_PASSES_MAX)
        return;
    sort_lines(&m->passes);
    for (size_t i = 0; i < m->passes.count; i++) {
        const struct html_line *line = &m->passes.items[i];
        if (line->check != before) {
            node = html_add(m, root, "passed");
            html_set(m, node, "check", line->check->id);
            html_set(m, node, "title", line->check->title);
            before = line->check;
        }
        xmlNode *item = html_add(m, node, "at");
        html_set(m, item, "subject", line->subject);
        html_set(m, item, "message", line->message);
    }
}

static void add_pass_counts(struct html_memory *m, xmlNode *root)
{
    if (m->results <= HTML_PASSES_MAX)
        return;
    html_set(m, root, "passes-summarised", "yes");
    for (size_t i = 0; i < table_count(m->by_id); i++) {
        const struct html_check *c = table_at(m->by_id, i, NULL, NULL);
        if (c->outcomes[OUTCOME_PASS] == 0)
            continue;
        xmlNode *node = html_add(m, root, "passed");
        html_set(m, node, "check", c->check->id);
        html_set(m, node, "title", c->check->title);
        html_set_number(m, node, "count", c->outcomes[OUTCOME_PASS]);
    }
}

static void add_skipped(struct html_memory *m, xmlNode *root)
{
    for (int reason = SKIP_NONE; reason <= SKIP_NEEDS_DATA; reason++) {
        xmlNode *group = NULL;
        uint64_t count = 0;
        for (size_t i = 0; i < table_count(m->by_id); i++) {
            const struct html_check *c = table_at(m->by_id, i, NULL, NULL);
            if (c->skipped[reason] == 0)
                continue;
            if (group == NULL)
                group = html_add(m, root, "skipped");
            count += c->skipped[reason];
            xmlNode *item = html_add(m, group, "check");
            html_set(m, item, "id", c->check->id);
            html_set_number(m, item, "count", c->skipped[reason]);
        }
        if (group != NULL) {
            html_set(m, group, "reason", skip_text((enum skip_reason)reason));
            html_set_number(m, group, "count", count);
        }
    }
}

/* ---- compliance matrix --------------------------------------------------------------------------------- */

struct matrix_row {
    const char *framework, *control;
    const struct html_check *check;
};

static const char *framework_name(const char *id)
{
    static const struct {
        const char *id, *name;
    } names[] = {
        {"nist-800-53r5",  "NIST SP 800-53 revision 5"             },
        {"nist-800-81r3",  "NIST SP 800-81 revision 3"             },
        {"nist-800-81-2",  "NIST SP 800-81-2"                      },
        {"nist-800-177r1", "NIST SP 800-177 revision 1"            },
        {"nist-csf-2.0",   "NIST Cybersecurity Framework 2.0"      },
        {"cis-8.1",        "CIS Controls 8.1"                      },
        {"iso-27001-2022", "ISO/IEC 27001:2022, Annex A"           },
        {"pci-dss-4.0.1",  "PCI DSS 4.0.1"                         },
        {"bod-18-01",      "CISA BOD 18-01"                        },
        {"ed-19-01",       "CISA ED 19-01"                         },
        {"eu-2022-2555",   "Directive (EU) 2022/2555 (NIS2)"       },
        {"eu-2024-2690",   "Implementing Regulation (EU) 2024/2690"},
        {"nl-public",      "Netherlands, comply-or-explain list"   },
        {"bsi-tr-03108",   "BSI TR-03108"                          },
        {"bsi-tr-03182",   "BSI TR-03182"                          },
    };
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (strcmp(names[i].id, id) == 0)
            return names[i].name;
    }
    return id;
}

static int compare_rows(const void *left, const void *right)
{
    const struct matrix_row *a = left, *b = right;
    int order = strcmp(a->framework, b->framework);
    if (order == 0)
        order = strcmp(a->control, b->control);
    return order != 0 ? order : strcmp(a->check->check->id, b->check->check->id);
}

static size_t matrix_rows(struct html_memory *m, struct matrix_row **rows)
{
    size_t count = 0;
    *rows = arena_array(m->arena, table_count(m->by_id) * ARRAY_SIZE(((struct check *)0)->controls) + 1,
                        sizeof(**rows));
    if (*rows == NULL) {
        m->no_memory = true;
        return 0;
    }
    for (size_t i = 0; i < table_count(m->by_id); i++) {
        const struct html_check *c = table_at(m->by_id, i, NULL, NULL);
        for (size_t k = 0; k < ARRAY_SIZE(c->check->controls) && c->check->controls[k].framework != NULL; k++)
            (*rows)[count++] =
                (struct matrix_row){c->check->controls[k].framework, c->check->controls[k].id, c};
    }
    if (count > 1)
        qsort(*rows, count, sizeof(**rows), compare_rows);
    return count;
}

/* The worst thing seen decides; a control of which nothing was judged is not assessed, never passed. */
static const char *control_state(const uint32_t outcomes[static 5])
{
    if (outcomes[OUTCOME_FAIL] > 0)
        return "fail";
    if (outcomes[OUTCOME_UNDETERMINED] > 0)
        return "undetermined";
    if (outcomes[OUTCOME_PASS] + outcomes[OUTCOME_INFO] > 0)
        return "pass";
    return "not-assessed";
}

static void add_control_check(struct html_memory *m, xmlNode *control, const struct html_check *c)
{
    xmlNode *node = html_add(m, control, "check");
    html_set(m, node, "id", c->check->id);
    html_set(m, node, "title", c->check->title);
    html_set(m, node, "state", control_state(c->outcomes));
    set_outcomes(m, node, c->outcomes);
    uint32_t shown = 0;
    for (; shown < HTML_LINKS_MAX && c->links[shown].anchor != NULL; shown++) {
        xmlNode *link = html_add(m, node, "link");
        html_set(m, link, "anchor", c->links[shown].anchor);
        html_set(m, link, "subject", c->links[shown].subject);
    }
    if (c->outcomes[OUTCOME_FAIL] > shown)
        html_set_number(m, node, "more", c->outcomes[OUTCOME_FAIL] - shown);
}

static void add_matrix(struct html_memory *m, xmlNode *root)
{
    struct matrix_row *rows = NULL;
    size_t count = matrix_rows(m, &rows);
    xmlNode *framework = NULL, *control = NULL;
    uint32_t sums[5] = {0};
    for (size_t i = 0; i < count; i++) {
        bool new_framework = i == 0 || strcmp(rows[i].framework, rows[i - 1].framework) != 0;
        if (new_framework) {
            framework = html_add(m, root, "framework");
            html_set(m, framework, "name", framework_name(rows[i].framework));
        }
        if (new_framework || strcmp(rows[i].control, rows[i - 1].control) != 0) {
            control = html_add(m, framework, "control");
            html_set(m, control, "id", rows[i].control);
            memset(sums, 0, sizeof(sums));
        }
        add_control_check(m, control, rows[i].check);
        for (size_t o = 0; o < ARRAY_SIZE(sums); o++)
            sums[o] += rows[i].check->outcomes[o];
        if (control != NULL && xmlSetProp(control, XML("state"), XML(control_state(sums))) == NULL)
            m->no_memory = true;
    }
}

xmlDoc *html_run_tree(struct html_memory *m, const struct run *run, const char *policy, const char *style,
                      const char *script)
{
    xmlNode *root;
    xmlDoc *doc = html_document(m, "run", &root);
    if (doc == NULL)
        return NULL;
    html_set(m, root, "policy", policy);
    html_set(m, root, "style", style);
    html_set(m, root, "script", script);
    m->run = run;
    set_run(m, root, run);
    set_gate(m, root, run);
    add_cards(m, root, run);
    add_changes(m, root, "fresh", &m->fresh);
    add_changes(m, root, "mended", &m->fixed);
    add_changes(m, root, "waived", &m->waived);
    add_targets(m, root);
    add_unknowns(m, root);
    add_matrix(m, root);
    add_passes(m, root);
    add_pass_counts(m, root);
    add_skipped(m, root);
    return html_document_done(m, doc);
}
