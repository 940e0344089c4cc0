/* SPDX-License-Identifier: BSD-2-Clause */
/* Selecting SPF records and walking the tree of include and redirect along its longest path. */
#include "auditor/facts/derived/spf.h"

#include "auditor/base/text.h"
#include "auditor/facts/derived/spf_expand.h"

#include <string.h>

#define NODES_MAX (SPF_TERMS_MAX + 1) /* every record but the first costs a term that counts */
#define SEAMS_MAX 256                 /* strings of a record that are looked at for seams */
#define BLOCKS 256                    /* IPv4 /8 blocks */

/* ---- selection ------------------------------------------------------------------------------- */

/* Offsets at which the strings of a TXT record meet. */
static size_t string_ends(const struct rdata *rdata, size_t ends[static SEAMS_MAX])
{
    size_t count = 0;
    size_t text = 0;
    for (size_t at = 0; at < rdata->length;) {
        size_t length = rdata->octets[at];
        at += 1 + length;
        text += length;
        if (at >= rdata->length || count == SEAMS_MAX)
            break;
        ends[count++] = text;
    }
    return count;
}

/* "v=spf1" "-all": the version itself was fused with the first term. */
static bool version_fused(const char *text, size_t length, const size_t *ends, size_t end_count)
{
    size_t fault = 0;
    for (size_t i = 0; i < end_count; i++) {
        if (ends[i] == strlen("v=spf1") && spf_version_of(text, ends[i], &fault) == SPF_VERSION_1 &&
            ends[i] < length && text[ends[i]] != ' ')
            return true;
    }
    return false;
}

static void find_seam(struct arena *a, struct spf_text *t)
{
    size_t ends[SEAMS_MAX];
    size_t count = string_ends(&t->set->rdata[t->index], ends);
    if (t->version == SPF_VERSION_1) {
        t->seam = spf_fused_term(a, t->record, ends, count, t->halves);
    } else if (version_fused(t->text, t->length, ends, count)) {
        size_t rest = strlen("v=spf1");
        size_t end = rest;
        while (end < t->length && t->text[end] != ' ')
            end++;
        t->seam = rest;
        t->halves[0] = "v=spf1";
        t->halves[1] = text_ascii(a, t->text + rest, end - rest);
    }
}

static bool select_text(struct arena *a, struct spf_text *t, const struct rrset *set, uint16_t index)
{
    t->set = set;
    t->index = index;
    t->text = rdata_txt(a, &set->rdata[index], &t->length);
    if (t->text == NULL)
        return false;
    t->version = spf_version_of(t->text, t->length, &t->fault);
    if (t->version == SPF_VERSION_1) {
        t->record = spf_record_parse(a, t->text, t->length);
        if (t->record == NULL)
            return false;
    }
    if (t->version != SPF_VERSION_NONE)
        find_seam(a, t);
    return t->version != SPF_VERSION_NONE;
}

static void select_from(struct arena *a, struct spf_selection *s, const struct rrset *set)
{
    struct spf_text *records = arena_array(a, set->count, sizeof(*records));
    struct spf_text *near = arena_array(a, set->count, sizeof(*near));
    if (records == NULL || near == NULL)
        return;
    s->records = records;
    s->near = near;
    for (uint16_t i = 0; i < set->count; i++) {
        struct spf_text text = {0};
        if (!select_text(a, &text, set, i))
            continue;
        if (text.version == SPF_VERSION_1)
            records[s->record_count++] = text;
        else
            near[s->near_count++] = text;
    }
}

static const void *selection_compute(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    (void)key_length;
    const dname *owner = key;
    struct spf_selection *s = arena_alloc(a, sizeof(*s));
    const struct resolution *txt = resolution_of(f, owner, RRTYPE_TXT);
    if (s == NULL || txt == NULL)
        return NULL;
    s->owner = dname_copy(a, owner);
    s->txt = txt;
    s->state = SPF_SELECTED_NONE;
    switch (txt->last->state) {
    case ANSWER_PENDING:
        s->state = SPF_SELECTED_PENDING;
        break;
    case ANSWER_RRSET:
        select_from(a, s, txt->last->rrset);
        s->wildcard = txt->hops[0]->wildcard;
        break;
    case ANSWER_NXDOMAIN:
        s->nxdomain = true;
        break;
    case ANSWER_NODATA:
        break;
    case ANSWER_UNKNOWN:
        s->state = SPF_SELECTED_UNKNOWN;
        s->reason = txt->last->reason;
        break;
    case ANSWER_ALIAS: /* a loop of aliases: resolvers answer SERVFAIL */
        s->state = SPF_SELECTED_UNKNOWN;
        s->reason = REASON_SERVFAIL;
        break;
    }
    if (s->record_count > 0)
        s->state = s->record_count == 1 ? SPF_SELECTED_ONE : SPF_SELECTED_SEVERAL;
    return s->owner != NULL ? s : NULL;
}

static const struct spf_selection selection_nomem = {
    .state = SPF_SELECTED_UNKNOWN, .reason = REASON_INTERNAL, .owner = DNAME_ROOT};

const struct spf_selection *spf_select(struct facts *f, const dname *owner)
{
    dname key[DNAME_MAX];
    size_t length = dname_length(owner);
    memcpy(key, owner, length);
    dname_lower_in_place(key);
    const struct spf_selection *s = facts_derive(f, selection_compute, key, length);
    return s != NULL ? s : &selection_nomem;
}

/* ---- the walk -------------------------------------------------------------------------------- */

struct tree_walk {
    struct facts *f;
    struct arena *a;
    struct spf_tree *tree;
    struct spf_node *nodes[NODES_MAX];
    const dname *origin; /* domain of the sender: the name the tree starts at */
};

static void note_unknown(struct tree_walk *w, struct spf_visit *v, enum reason reason)
{
    v->unknown = true;
    if (!w->tree->unknown)
        w->tree->reason = reason;
    w->tree->unknown = true;
}

/* The name a term asks for, if no message is needed to know it: only %{d} and %{o} are the same for
 * everybody. */
static void find_target(struct tree_walk *w, const struct spf_node *node, struct spf_visit *v)
{
    const struct spf_term *t = v->term;
    if (t->spec == NULL) {
        v->target = node->owner;
        return;
    }
    struct spf_values values = {0};
    struct buf out = BUF_INIT(SPF_EXPANSION_MAX);
    spf_value_name(w->a, &values, 'd', node->owner);
    spf_value_name(w->a, &values, 'o', w->origin);
    v->dynamic = !spf_expand(t->spec, t->spec_length, &values, &out);
    if (!v->dynamic && !out.failed)
        v->target = spf_target_name(w->a, buf_text(&out), out.length);
    buf_free(&out);
}

/* What one question brings: true if it is known to bring nothing. */
static bool brings_nothing(struct tree_walk *w, struct spf_visit *v, const struct resolution *r)
{
    switch (r->last->state) {
    case ANSWER_NODATA:
    case ANSWER_NXDOMAIN:
        return true;
    case ANSWER_PENDING:
        w->tree->pending = true;
        return false;
    case ANSWER_UNKNOWN:
        note_unknown(w, v, r->last->reason);
        return false;
    case ANSWER_ALIAS:
        note_unknown(w, v, REASON_SERVFAIL);
        return false;
    case ANSWER_RRSET:
        return false;
    }
    return false;
}

static void visit_addresses(struct tree_walk *w, struct spf_visit *v, const dname *host, bool *none4,
                            bool *none6)
{
    const struct resolution *r4 = resolution_of(w->f, host, RRTYPE_A);
    const struct resolution *r6 = resolution_of(w->f, host, RRTYPE_AAAA);
    if (r4 == NULL || r6 == NULL) {
        note_unknown(w, v, REASON_INTERNAL);
        return;
    }
    *none4 = brings_nothing(w, v, r4);
    *none6 = brings_nothing(w, v, r6);
    v->any4 = v->any4 || r4->last->state == ANSWER_RRSET;
    v->any6 = v->any6 || r6->last->state == ANSWER_RRSET;
}

/* An mx term brings nothing for a family if there is no MX, or no host in the set has an address of it. */
static void visit_mx(struct tree_walk *w, struct spf_visit *v)
{
    const struct resolution *mx = resolution_of(w->f, v->target, RRTYPE_MX);
    if (mx == NULL) {
        note_unknown(w, v, REASON_INTERNAL);
        return;
    }
    if (brings_nothing(w, v, mx)) {
        v->void4 = v->void6 = true;
        return;
    }
    if (mx->last->state != ANSWER_RRSET)
        return;
    const struct rrset *set = mx->last->rrset;
    v->hosts = (unsigned)set->count + set->more;
    if (v->hosts > SPF_HOSTS_LIMIT)
        return;
    bool all4 = true;
    bool all6 = true;
    for (uint16_t i = 0; i < set->count; i++) {
        const dname *host = rdata_name(&set->rdata[i], 2);
        bool none4 = true;
        bool none6 = true;
        if (host != NULL && !dname_is_root(host))
            visit_addresses(w, v, host, &none4, &none6);
        all4 = all4 && none4;
        all6 = all6 && none6;
    }
    v->void4 = all4;
    v->void6 = all6;
}

static void visit_lookups(struct tree_walk *w, struct spf_visit *v)
{
    const struct resolution *r;
    switch (v->term->kind) {
    case SPF_KIND_A:
        visit_addresses(w, v, v->target, &v->void4, &v->void6);
        break;
    case SPF_KIND_MX:
        visit_mx(w, v);
        break;
    case SPF_KIND_EXISTS: /* always asked as A (RFC 7208 section 5.7) */
        r = resolution_of(w->f, v->target, RRTYPE_A);
        if (r == NULL)
            note_unknown(w, v, REASON_INTERNAL);
        else
            v->void4 = v->void6 = brings_nothing(w, v, r);
        break;
    default:
        break;
    }
}

static bool on_path(const struct spf_node *node, const dname *owner)
{
    for (; node != NULL; node = node->parent) {
        if (dname_equal(node->owner, owner))
            return true;
    }
    return false;
}

static const struct spf_node *node_walk(struct tree_walk *w, const struct spf_node *parent,
                                        const struct spf_term *via, const dname *owner);

static void visit_child(struct tree_walk *w, const struct spf_node *node, struct spf_visit *v)
{
    if (v->target == NULL) {
        w->tree->at_least = w->tree->at_least || v->dynamic;
        return;
    }
    v->loop = on_path(node, v->target);
    if (v->loop)
        return;
    v->child = node_walk(w, node, v->term, v->target);
    if (v->child == NULL || v->child->selection->state == SPF_SELECTED_UNKNOWN) {
        w->tree->at_least = w->tree->records_unknown = true;
        note_unknown(w, v, v->child != NULL ? v->child->selection->reason : REASON_INTERNAL);
    }
}

/* A term that counts: give it its number, ask what it asks. */
static void visit_counted(struct tree_walk *w, const struct spf_node *node, struct spf_visit *v)
{
    struct spf_tree *tree = w->tree;
    if (tree->terms == SPF_TERMS_MAX) {
        tree->more = true;
        return;
    }
    v->number = ++tree->terms;
    find_target(w, node, v);
    if (v->term->kind == SPF_KIND_INCLUDE || v->term->kind == SPF_KIND_REDIRECT) {
        visit_child(w, node, v);
        return;
    }
    /* Beyond the limit nobody asks any more, and the void count has no meaning. */
    if (v->number > SPF_TERMS_LIMIT)
        return;
    if (v->target != NULL)
        visit_lookups(w, v);
    if (v->dynamic || v->unknown)
        tree->voids_at_least = true;
    tree->voids4 += v->void4 ? 1U : 0U;
    tree->voids6 += v->void6 ? 1U : 0U;
}

static void decide(struct spf_node *node, const struct spf_visit *v, char outcome)
{
    node->outcome = outcome;
    node->decides = v;
}

static void visit_mechanism(struct tree_walk *w, struct spf_node *node, struct spf_visit *v)
{
    v->reachable = node->decides == NULL;
    if (!v->reachable || (v->term->error != SPF_ERROR_NONE && v->term->error != SPF_ERROR_NAME))
        return;
    if (v->term->kind == SPF_KIND_ALL) {
        decide(node, v, v->term->qualifier);
        return;
    }
    if (spf_term_counts(v->term))
        visit_counted(w, node, v);
    /* An include whose record passes everybody decides as "all" does (RFC 7208 section 5.2). */
    if (v->term->kind == SPF_KIND_INCLUDE && v->child != NULL && v->child->outcome == '+')
        decide(node, v, v->term->qualifier);
}

/* redirect counts only where no "all" stands in the record, anywhere (RFC 7208 section 6.1). */
static void visit_redirect(struct tree_walk *w, struct spf_node *node, struct spf_visit *v)
{
    v->term = node->record->redirect;
    v->reachable = node->decides == NULL && node->record->all == NULL;
    if (!v->reachable || (v->term->error != SPF_ERROR_NONE && v->term->error != SPF_ERROR_NAME))
        return;
    visit_counted(w, node, v);
    if (v->child != NULL && v->child->outcome != 0)
        decide(node, v, v->child->outcome);
}

static void visit_all(struct tree_walk *w, struct spf_node *node)
{
    struct spf_visit *visits = arena_array(w->a, node->record->count + 1, sizeof(*visits));
    if (visits == NULL)
        return;
    node->visits = visits;
    for (size_t i = 0; i < node->record->count; i++) {
        const struct spf_term *t = &node->record->terms[i];
        if (!spf_is_mechanism(t->kind) && t->kind != SPF_KIND_BAD)
            continue;
        struct spf_visit *v = &visits[node->visit_count++];
        v->term = t;
        visit_mechanism(w, node, v);
    }
    if (node->record->redirect != NULL)
        visit_redirect(w, node, &visits[node->visit_count++]);
}

static const struct spf_node *node_walk(struct tree_walk *w, const struct spf_node *parent,
                                        const struct spf_term *via, const dname *owner)
{
    struct spf_tree *tree = w->tree;
    struct spf_node *node = arena_alloc(w->a, sizeof(*node));
    if (node == NULL || tree->node_count == NODES_MAX)
        return NULL;
    w->nodes[tree->node_count++] = node;
    node->owner = owner;
    node->parent = parent;
    node->via = via;
    node->depth = parent != NULL ? parent->depth + 1 : 0;
    node->selection = spf_select(w->f, owner);
    tree->pending = tree->pending || node->selection->state == SPF_SELECTED_PENDING;
    if (node->selection->state == SPF_SELECTED_ONE) {
        node->record = node->selection->records[0].record;
        visit_all(w, node);
    }
    return node;
}

/* ---- addresses that pass --------------------------------------------------------------------- */

struct space_count {
    bool covered[BLOCKS];
    struct spf_space space;
};

static void add_widest(struct space_count *c, const struct spf_node *node, const struct spf_visit *v,
                       unsigned prefix, bool v6)
{
    struct spf_space *s = &c->space;
    s->any6 = s->any6 || v6;
    s->any4 = s->any4 || !v6;
    if (v6 && prefix < s->widest6)
        s->widest6 = (uint8_t)prefix;
    if (s->widest == NULL || prefix < s->widest_prefix) {
        s->widest = v;
        s->widest_node = node;
        s->widest_prefix = prefix;
    }
}

static void add_blocks(struct space_count *c, uint8_t first, unsigned prefix)
{
    if (prefix > 8)
        return;
    unsigned count = 1U << (8 - prefix);
    unsigned from = first & ~(count - 1);
    for (unsigned i = from; i < from + count && i < BLOCKS; i++)
        c->covered[i] = true;
}

static void add_term(struct space_count *c, const struct spf_node *node, const struct spf_visit *v)
{
    const struct spf_term *t = v->term;
    if (t->kind == SPF_KIND_IP4) {
        add_widest(c, node, v, t->network.prefix, false);
        add_blocks(c, t->network.address.octets[0], t->network.prefix);
    } else if (t->kind == SPF_KIND_IP6) {
        add_widest(c, node, v, t->network.prefix, true);
    } else if (t->kind == SPF_KIND_A || t->kind == SPF_KIND_MX) {
        if (v->any4) {
            add_widest(c, node, v, t->cidr4, false);
            if (t->cidr4 == 0)
                add_blocks(c, 0, 0);
        }
        if (v->any6)
            add_widest(c, node, v, t->cidr6, true);
    }
}

/* Only what is reached by + all the way passes. */
static void add_space(const struct spf_node *node, struct space_count *own, struct space_count *included)
{
    for (size_t i = 0; i < node->visit_count; i++) {
        const struct spf_visit *v = &node->visits[i];
        if (!v->reachable || v->term->error != SPF_ERROR_NONE)
            continue;
        if (v->child != NULL && v->term->kind == SPF_KIND_REDIRECT)
            add_space(v->child, own, included);
        else if (v->child != NULL && v->term->qualifier == '+')
            add_space(v->child, included, included);
        else if (v->term->qualifier == '+')
            add_term(own, node, v);
    }
}

static struct spf_space space_result(struct space_count *c)
{
    for (size_t i = 0; i < BLOCKS; i++)
        c->space.blocks += c->covered[i] ? 1U : 0U;
    return c->space;
}

static void compute_space(struct spf_tree *tree)
{
    struct space_count own = {.space = {.widest6 = UINT8_MAX}};
    struct space_count included = {.space = {.widest6 = UINT8_MAX}};
    add_space(tree->root, &own, &included);
    tree->own = space_result(&own);
    tree->included = space_result(&included);
}

/* ---- the tree -------------------------------------------------------------------------------- */

static const void *tree_compute(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    (void)key_length;
    struct spf_tree *tree = arena_alloc(a, sizeof(*tree));
    const dname *owner = dname_copy(a, key);
    if (tree == NULL || owner == NULL)
        return NULL;
    struct tree_walk w = {.f = f, .a = a, .tree = tree, .origin = owner};
    tree->selection = spf_select(f, owner);
    if (tree->selection->state != SPF_SELECTED_ONE) {
        tree->pending = tree->selection->state == SPF_SELECTED_PENDING;
        tree->unknown = tree->records_unknown = tree->selection->state == SPF_SELECTED_UNKNOWN;
        tree->reason = tree->selection->reason;
        return tree;
    }
    tree->root = node_walk(&w, NULL, NULL, owner);
    if (tree->root == NULL)
        return NULL;
    tree->nodes = arena_copy(a, w.nodes, tree->node_count * sizeof(w.nodes[0]));
    compute_space(tree);
    return tree->nodes != NULL ? tree : NULL;
}

static const struct spf_tree tree_nomem = {
    .selection = &selection_nomem, .unknown = true, .reason = REASON_INTERNAL};

const struct spf_tree *spf_of(struct facts *f, const dname *name)
{
    dname key[DNAME_MAX];
    size_t length = dname_length(name);
    memcpy(key, name, length);
    dname_lower_in_place(key);
    const struct spf_tree *tree = facts_derive(f, tree_compute, key, length);
    return tree != NULL ? tree : &tree_nomem;
}

const char *spf_path(struct arena *a, const struct spf_node *node)
{
    const char *text = dname_text(a, node->owner);
    for (; node->parent != NULL && text != NULL; node = node->parent)
        text = arena_printf(a, "%s (%s) > %s", dname_text(a, node->parent->owner), node->via->text, text);
    return text != NULL ? text : "?";
}
