/* SPDX-License-Identifier: BSD-2-Clause */
/* States of findings: waived before known before new. */
#include "auditor/gate/gate.h"

#include "auditor/base/buf.h"
#include "auditor/base/table.h"
#include "auditor/check.h"
#include "auditor/gate/dates.h"

#include <stdlib.h>
#include <string.h>

#define NOTES_MAX 1000U

/* Waivers of one target, or of one line. */
struct chain {
    struct waiver *waiver;
    struct chain *next;
};

struct gate {
    struct arena *arena;
    struct gate_options o;
    struct table *by_target; /* chains of o.waivers */
    struct table *by_line;   /* chains of o.inlined, by "file\0line" */
    bool doubtful;           /* that table is not whole */
    struct table *open;      /* ids of checks that could not tell, or were not asked, at some target */
    size_t fixed;
};

static void free_table(void *table)
{
    table_free(table);
}

static bool add_link(struct gate *g, struct table *t, const char *key, size_t length, struct waiver *w)
{
    struct chain *link = arena_alloc(g->arena, sizeof(*link));
    if (link == NULL)
        return false;
    *link = (struct chain){w, table_get(t, key, length)};
    return table_put(t, key, length, link) == 0;
}

/* @return length of the key in `text`; 0 if the place has no file */
static size_t line_key(const struct location *where, struct buf *text)
{
    if (where == NULL || where->file == NULL)
        return 0;
    buf_reset(text);
    buf_str(text, where->file);
    buf_char(text, '\0');
    buf_u32(text, where->line);
    return text->failed ? 0 : text->length;
}

static bool index_waivers(struct gate *g)
{
    bool good = true;
    struct buf key = BUF_INIT(8192);
    for (size_t i = 0; g->o.waivers != NULL && good && i < g->o.waivers->count; i++) {
        struct waiver *w = &g->o.waivers->list[i];
        good = add_link(g, g->by_target, w->target, strlen(w->target), w);
    }
    for (size_t i = 0; g->o.inlined != NULL && good && i < g->o.inlined->count; i++) {
        struct waiver *w = &g->o.inlined->list[i];
        size_t length = line_key(&w->where, &key);
        good = length > 0 && add_link(g, g->by_line, key.data, length, w);
    }
    buf_free(&key);
    return good;
}

struct gate *gate_new(struct arena *a, const struct gate_options *options)
{
    struct gate *g = arena_alloc(a, sizeof(*g));
    if (g == NULL)
        return NULL;
    g->arena = a;
    g->o = *options;
    g->by_target = arena_adopt(a, table_new(), free_table);
    g->by_line = arena_adopt(a, table_new(), free_table);
    g->open = arena_adopt(a, table_new(), free_table);
    return g->open != NULL && g->by_target != NULL && g->by_line != NULL && index_waivers(g) ? g : NULL;
}

void gate_begin(const struct gate *g, struct run *run)
{
    run->gate.new_only = g->o.new_only;
    run->gate.baseline = g->o.baseline;
    run->gate.waivers = g->o.waivers_path;
    run->gate.old_side = g->o.old_side;
    run->gate.new_side = g->o.new_side;
}

/* ---- states ------------------------------------------------------------------------------------------ */

/* The first that has not expired decides; all that match count it as theirs, or nobody could tell what is too
 * broad. */
static const struct waiver *find_waiver(struct chain *chain, const struct result *r)
{
    const struct waiver *found = NULL;
    for (; chain != NULL; chain = chain->next) {
        if (!waiver_matches(chain->waiver, r))
            continue;
        chain->waiver->used++;
        if (!chain->waiver->expired)
            found = chain->waiver;
    }
    return found;
}

static const struct known_entry *find_known(const struct gate *g, const struct result *r)
{
    struct known *const sides[] = {g->o.known, g->o.older};
    const struct known_entry *best = NULL;
    for (size_t i = 0; i < ARRAY_SIZE(sides); i++) {
        struct known_entry *e = sides[i] != NULL ? known_find(sides[i], r->fingerprint) : NULL;
        if (e == NULL)
            continue;
        e->seen = true;
        if (best == NULL || e->severity > best->severity)
            best = e;
    }
    return best;
}

static void set_state(struct gate *g, struct result *r, struct chain *waivers, struct buf *key)
{
    size_t length = line_key(r->location, key);
    bool without_waivers = g->o.waivers == NULL && g->o.inlined == NULL;
    struct chain *inlined = length > 0 ? table_get(g->by_line, key->data, length) : NULL;
    const struct known_entry *known = find_known(g, r);
    const struct waiver *by_file = find_waiver(waivers, r);
    const struct waiver *by_line = find_waiver(inlined, r);
    const struct waiver *waiver = by_line != NULL ? by_line : by_file;
    if (without_waivers && r->state == STATE_WAIVED)
        return; /* an earlier gate had them */
    r->state = STATE_NONE;
    if (waiver != NULL) {
        r->state = STATE_WAIVED;
        r->waiver = &waiver->note;
    } else if (known != NULL && r->severity <= known->severity) {
        r->state = STATE_KNOWN;
        r->known_since = known->since;
    } else if (g->o.known != NULL || g->o.older != NULL) {
        r->state = STATE_NEW;
    }
}

/* ---- fixed ------------------------------------------------------------------------------------------- */

static const struct check *check_of_run(const struct gate *g, const char *id)
{
    size_t low = 0;
    size_t high = g->o.check_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(g->o.checks[middle]->id, id);
        if (order == 0)
            return g->o.checks[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Unknown is never absent: a check that could not tell, or was not asked, has fixed nothing. */
static bool left_open(const struct result *r)
{
    return r->outcome == OUTCOME_UNDETERMINED ||
           (r->outcome == OUTCOME_SKIPPED && r->skip_reason != SKIP_NOT_APPLICABLE &&
            r->skip_reason != SKIP_NONE);
}

static char open_mark, needs_live_mark;

/* Add the ids of such checks, marked if all that is missing is the network. @return false without memory */
static bool add_open(struct table *open, const struct target_report *report)
{
    bool good = true;
    for (size_t i = 0; good && i < report->result_count; i++) {
        const struct result *r = &report->results[i];
        if (left_open(r))
            good = table_put(open, r->check->id, strlen(r->check->id),
                             r->skip_reason == SKIP_NEEDS_LIVE ? &needs_live_mark : &open_mark) == 0;
    }
    return good;
}

static struct table *open_checks(const struct target_report *report)
{
    struct table *open = table_new();
    if (open != NULL && add_open(open, report))
        return open;
    table_free(open);
    return NULL;
}

/* A check that the waiver names was in this run, and none of them left anything open: without a finding it is
 * unused. */
static bool was_judged(const struct gate *g, const struct waiver *w, const struct table *open)
{
    bool named = false;
    for (size_t i = 0; i < g->o.check_count; i++) {
        const char *id = g->o.checks[i]->id;
        if (!waiver_names_check(w, g->o.checks[i]))
            continue;
        if (table_get(open, id, strlen(id)) != NULL)
            return false;
        named = true;
    }
    return named;
}

static int by_report_order(const void *pa, const void *pb)
{
    const struct fixed_finding *a = pa;
    const struct fixed_finding *b = pb;
    if (a->severity != b->severity)
        return a->severity > b->severity ? -1 : 1;
    int order = strcmp(a->check, b->check);
    if (order == 0)
        order = strcmp(a->subject, b->subject);
    return order != 0 ? order : strcmp(a->fingerprint, b->fingerprint);
}

static bool is_fixed(const struct gate *g, const struct known_entry *e, const struct table *open)
{
    const char *mark = table_get(open, e->check, strlen(e->check));
    return !e->seen && check_of_run(g, e->check) != NULL &&
           (mark == NULL || (g->o.same_sight && mark == &needs_live_mark));
}

static void add_fixed(const struct gate *g, const struct known_entry *e, struct fixed_finding *out)
{
    *out = (struct fixed_finding){.check = e->check,
                                  .subject = e->subject,
                                  .severity = e->severity,
                                  .title = e->title,
                                  .message = e->message,
                                  .known_since = e->since,
                                  .location = e->location};
    if (out->title == NULL)
        out->title = check_of_run(g, e->check)->failure_title;
    memcpy(out->fingerprint, e->fingerprint, sizeof(out->fingerprint));
}

/* Of the baseline beside a diff nothing is listed: what the old side had not either was not fixed by this
 * change. */
static void list_fixed(struct gate *g, struct target_report *report, const struct table *open,
                       struct arena *a)
{
    struct known *side = g->o.known != NULL ? g->o.known : g->o.older;
    size_t end = 0;
    size_t begin = side != NULL ? known_range(side, report->name, &end) : 0;
    struct fixed_finding *list = end > begin ? arena_array(a, end - begin, sizeof(*list)) : NULL;
    if (list == NULL)
        return;
    for (size_t n = begin; n < end; n++) {
        const struct known_entry *e = known_at(side, n);
        if (is_fixed(g, e, open))
            add_fixed(g, e, &list[report->fixed_count++]);
    }
    qsort(list, report->fixed_count, sizeof(*list), by_report_order);
    report->fixed = list;
    g->fixed += report->fixed_count;
}

/* ---- one target -------------------------------------------------------------------------------------- */

void gate_target(struct gate *g, struct target_report *report, struct arena *a)
{
    struct chain *waivers = table_get(g->by_target, report->name, strlen(report->name));
    struct result *results = arena_copy(a, report->results, report->result_count * sizeof(*results));
    struct buf key = BUF_INIT(8192);
    for (size_t i = 0; results != NULL && i < report->result_count; i++) {
        if (results[i].outcome == OUTCOME_FAIL)
            set_state(g, &results[i], waivers, &key);
        else if (results[i].outcome == OUTCOME_INFO)
            (void)find_known(g,
                             &results[i]); /* the condition still holds, whatever it counts now: not fixed */
    }
    buf_free(&key);
    if (results != NULL)
        report->results = results;
    struct table *open = report->error == NULL ? open_checks(report) : NULL;
    for (struct chain *c = waivers; open != NULL && c != NULL; c = c->next)
        c->waiver->judged = was_judged(g, c->waiver, open);
    if (open != NULL)
        list_fixed(g, report, open, a);
    table_free(open);
    g->doubtful = g->doubtful || !add_open(g->open, report);
}

bool gate_counts(const struct gate *g, const struct result *r)
{
    return r->outcome == OUTCOME_FAIL && r->state != STATE_WAIVED &&
           (g == NULL || !g->o.new_only ||
            r->state != STATE_KNOWN); /* without memory there is no state: it counts */
}

/* ---- notes ------------------------------------------------------------------------------------------- */

unsigned gate_waiver_faults(const struct waiver *w, int64_t now_s)
{
    unsigned faults = 0;
    if (w->expired)
        faults |= WAIVER_FAULT_EXPIRED;
    if (w->too_far)
        faults |= WAIVER_FAULT_TOO_FAR;
    if (w->used > WAIVER_BROAD)
        faults |= WAIVER_FAULT_BROAD;
    if (!w->expired && w->judged && w->used == 0) {
        bool young = w->created != NULL && now_s - w->created_s < (int64_t)WAIVER_GRACE_DAYS * DAY_S;
        faults |= young ? WAIVER_FAULT_WAITING : WAIVER_FAULT_UNUSED;
    }
    return faults;
}

const char *gate_waiver_text(struct arena *a, const struct waiver *w, enum waiver_fault fault)
{
    const char *what = "";
    switch (fault) {
    case WAIVER_FAULT_EXPIRED:
        what = w->used == 0
                   ? arena_printf(a, "expired on %s and can be removed", w->note.expires)
                   : arena_printf(a, "expired on %s and no longer counts: %u finding%s open again",
                                  w->note.expires, (unsigned)w->used, w->used == 1 ? " is" : "s are");
        break;
    case WAIVER_FAULT_TOO_FAR:
        what = arena_printf(a, "expires on %s, which is too far ahead", w->note.expires);
        break;
    case WAIVER_FAULT_UNUSED:
        what = "no finding matches it: it can be removed";
        break;
    case WAIVER_FAULT_WAITING:
        what = "no finding matches it yet";
        break;
    case WAIVER_FAULT_BROAD:
        what = arena_printf(a, "matches %u findings, more than %u: pin it to a subject or a discriminator",
                            (unsigned)w->used, WAIVER_BROAD);
        break;
    }
    const char *text = w->target == NULL
                           ? arena_printf(a, "%s:%u: inline waiver of %s by %s: %s", w->where.file,
                                          (unsigned)w->where.line, w->check, w->note.owner, what)
                           : arena_printf(a, "%s:%u: waiver %s of %s by %s: %s", w->where.file,
                                          (unsigned)w->where.line, w->note.id, w->check, w->note.owner, what);
    return text != NULL ? text : "out of memory";
}

struct notes {
    struct arena *arena;
    const char **list;
    size_t count, dropped;
};

static void add_note(struct notes *n, const char *text)
{
    if (n->list != NULL && n->count < NOTES_MAX)
        n->list[n->count++] = text;
    else
        n->dropped++;
}

static void note_waiver(struct notes *n, const struct waiver *w, int64_t now_s)
{
    static const enum waiver_fault order[] = {WAIVER_FAULT_EXPIRED, WAIVER_FAULT_TOO_FAR, WAIVER_FAULT_BROAD,
                                              WAIVER_FAULT_UNUSED};
    unsigned faults = gate_waiver_faults(w, now_s);
    for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
        if ((faults & (unsigned)order[i]) != 0)
            add_note(n, gate_waiver_text(n->arena, w, order[i]));
    }
}

void gate_finish(struct gate *g, struct arena *a, struct run *run)
{
    struct notes n = {.arena = a, .list = arena_array(a, NOTES_MAX + 2, sizeof(*n.list))};
    gate_begin(g, run);
    for (size_t i = 0; g->o.inlined != NULL && i < g->o.inlined->fault_count; i++)
        add_note(&n, g->o.inlined->faults[i]);
    for (size_t i = 0; g->o.inlined != NULL && i < g->o.inlined->count; i++) {
        struct waiver *w = &g->o.inlined->list[i];
        w->judged = !g->doubtful && was_judged(g, w, g->open); /* its file is part of this run */
        note_waiver(&n, w, g->o.now_s);
    }
    for (size_t i = 0; g->o.waivers != NULL && i < g->o.waivers->count; i++)
        note_waiver(&n, &g->o.waivers->list[i], g->o.now_s);
    if (g->fixed > 0 && g->o.baseline != NULL && g->o.old_side == NULL)
        add_note(&n, arena_printf(a, "%s: %zu finding%s fixed; 'zonevet baseline prune' removes %s",
                                  g->o.baseline, g->fixed, g->fixed == 1 ? " is" : "s are",
                                  g->fixed == 1 ? "it" : "them"));
    if (n.dropped > 0 && n.list != NULL)
        n.list[n.count++] = arena_printf(a, "and %zu more notes about waivers", n.dropped);
    run->gate.notes = n.list;
    run->gate.note_count = n.count;
}
