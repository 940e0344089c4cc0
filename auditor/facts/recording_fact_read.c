/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads blocks of facts back. A value is given out only if it is whole: what consumers rely on is checked at
 * its end. */
#include "auditor/facts/recording_text.h"

#include <string.h>

#define HEADERS_MAX ((size_t)64 * 1024)
#define BODY_MAX ((size_t)1024 * 1024)

enum { ANSWER, AUTHORITY, ADDITIONAL, DATA, SECTIONS };
static const char *const section_words[SECTIONS] = {"answer", "authority", "additional", "data"};

struct octet_list {
    char *data;
    size_t length, capacity;
};

/* One value under construction. */
struct value {
    struct lines *l;
    struct arena *a;
    const struct fact *fact;
    bool stated; /* the statement with the state was read */

    struct reply *reply; /* FACT_ASK: the value; FACT_LOOKUP: the answer's, or NULL */
    struct sets sections[SECTIONS];
    struct sets *current; /* where the last record went */

    struct answer *answer;
    int from; /* section of the answer's set, or -1 */
    uint32_t from_index;

    struct cut *cut;
    struct server *servers, *parent_servers;
    size_t server_capacity, parent_capacity;

    struct transfer *transfer;
    struct walk *walk;
    const dname **names;
    size_t name_count, name_capacity;

    struct http_reply *http;
    struct octet_list headers, body;
    struct vantage *vantage;
};

/* ---- questions ----------------------------------------------------------------------------------------- */

static bool read_ask_flag(struct lines *l, uint16_t *flags)
{
    for (unsigned i = 0; recording_ask_flags[i] != NULL; i++) {
        if (lines_take(l, recording_ask_flags[i])) {
            *flags |= (uint16_t)(1U << i);
            return true;
        }
    }
    return false;
}

static bool read_ask(struct lines *l, struct arena *a, struct ask *q)
{
    uint16_t flags = 0;
    if (!read_address(l, &q->server) || !read_type(l, &q->type) || !read_name(l, a, true, &q->owner))
        return false;
    while (lines_peek(l) != NULL) {
        if (!read_ask_flag(l, &flags) && !members_read_one(l, a, recording_ask_members, q))
            return false;
    }
    q->flags |= flags;
    if ((q->flags & ASK_EXACT_CASE) == 0)
        q->owner = dname_lower(a, q->owner);
    return q->owner != NULL || lines_no_memory(l);
}

static bool read_transfer_ask(struct lines *l, struct arena *a, struct transfer_ask *q)
{
    return read_address(l, &q->server) && read_type(l, &q->type) && read_name(l, a, true, &q->zone) &&
           members_read(l, a, recording_transfer_ask_members, q);
}

static bool read_http_ask(struct lines *l, struct arena *a, struct http_ask *q)
{
    return read_address(l, &q->address) && read_octets(l, a, &q->host, NULL) &&
           read_octets(l, a, &q->path, NULL);
}

bool fact_read_key(struct lines *l, struct arena *a, struct fact *fact)
{
    bool good = false;
    *fact = (struct fact){0};
    if (lines_take(l, "ask")) {
        fact->kind = FACT_ASK;
        good = read_ask(l, a, &fact->key.ask);
    } else if (lines_take(l, "lookup")) {
        fact->kind = FACT_LOOKUP;
        good = read_type(l, &fact->key.lookup.type) && read_name(l, a, false, &fact->key.lookup.owner);
    } else if (lines_take(l, "cut")) {
        fact->kind = FACT_CUT;
        good = read_name(l, a, false, &fact->key.cut);
    } else if (lines_take(l, "transfer")) {
        fact->kind = FACT_TRANSFER;
        good = read_transfer_ask(l, a, &fact->key.transfer);
    } else if (lines_take(l, "walk")) {
        fact->kind = FACT_WALK;
        good = read_name(l, a, true, &fact->key.walk);
    } else if (lines_take(l, "http") || lines_take(l, "https")) {
        fact->kind = FACT_HTTP;
        fact->key.http.https = l->tokens[l->next - 1].length == 5;
        good = read_http_ask(l, a, &fact->key.http);
    } else if (lines_take(l, "vantage")) {
        fact->kind = FACT_VANTAGE;
        fact->key.vantage_last = lines_take(l, "last");
        good = fact->key.vantage_last || lines_take(l, "first") || lines_fail(l, "expected first or last");
    } else {
        return lines_fail(l, "expected a question: ask, lookup, cut, transfer, walk, http, https or vantage");
    }
    return good && lines_end(l);
}

/* ---- replies and answers ------------------------------------------------------------------------------- */

static bool read_reply(struct value *v)
{
    struct reply *r = v->reply;
    if (v->answer != NULL) {
        if (r != NULL)
            return lines_fail(v->l, "expected one reply");
        r = v->reply = arena_alloc(v->a, sizeof(*r));
        if (r == NULL)
            return lines_no_memory(v->l);
    } else {
        if (v->stated)
            return lines_fail(v->l, "expected one reply");
        v->stated = true;
        r->server = v->fact->key.ask.server;
    }
    bool none = lines_take(v->l, "none");
    r->state = none ? REPLY_NONE : REPLY_OK;
    return (none ? read_reason(v->l, &r->reason) : read_rcode(v->l, &r->rcode)) &&
           members_read(v->l, v->a, recording_reply_members, r);
}

static bool allowed(struct value *v, unsigned section)
{
    if (section == DATA ? v->answer == NULL : v->reply == NULL)
        return lines_fail(v->l, "expected a reply before its records");
    v->current = &v->sections[section];
    return true;
}

static int take_section(struct lines *l)
{
    for (int i = 0; i < SECTIONS; i++) {
        if (lines_take(l, section_words[i]))
            return i;
    }
    return -1;
}

static bool read_head(struct value *v)
{
    int section = take_section(v->l);
    if (section < 0)
        return lines_fail(v->l, "expected answer, authority, additional or data");
    return allowed(v, (unsigned)section) && rrsets_read_head(v->l, v->a, v->current);
}

static bool read_from(struct value *v)
{
    v->from = take_section(v->l);
    if (v->from < 0 || v->from == DATA)
        return lines_fail(v->l, "expected answer, authority or additional");
    return read_number(v->l, UINT16_MAX, &v->from_index);
}

static bool read_message_line(struct value *v)
{
    if (lines_take(v->l, "reply"))
        return read_reply(v);
    if (lines_take(v->l, "set"))
        return read_head(v);
    if (lines_take(v->l, "signature"))
        return rrsets_read_signature(v->l, v->a, v->current);
    if (lines_take(v->l, "where"))
        return rrsets_read_where(v->l, v->a, v->current);
    int section = take_section(v->l);
    if (section < 0)
        return lines_fail(v->l, "expected reply, answer, authority, additional, set, signature or where");
    return allowed(v, (unsigned)section) && rrsets_read_record(v->l, v->a, v->current);
}

static bool read_answer_state(struct value *v)
{
    static const struct {
        const char *word;
        enum answer_state state;
    } states[] = {
        {"unknown",  ANSWER_UNKNOWN },
        {"rrset",    ANSWER_RRSET   },
        {"alias",    ANSWER_ALIAS   },
        {"nodata",   ANSWER_NODATA  },
        {"nxdomain", ANSWER_NXDOMAIN},
    };
    for (size_t i = 0; i < ARRAY_SIZE(states) && !v->stated; i++) {
        if (lines_take(v->l, states[i].word)) {
            v->stated = true;
            v->answer->state = states[i].state;
        }
    }
    if (!v->stated)
        return lines_fail(v->l, "expected rrset, alias, nodata, nxdomain or unknown");
    v->answer->owner = v->fact->key.lookup.owner;
    v->answer->type = v->fact->key.lookup.type;
    return (v->answer->state != ANSWER_UNKNOWN || read_reason(v->l, &v->answer->reason)) &&
           members_read(v->l, v->a, recording_answer_members, v->answer);
}

static bool read_answer_line(struct value *v)
{
    if (!v->stated)
        return read_answer_state(v);
    if (lines_take(v->l, "from"))
        return read_from(v);
    return read_message_line(v);
}

/* ---- the other kinds ----------------------------------------------------------------------------------- */

static bool read_state(struct value *v, enum fact_state *state, enum reason *reason,
                       const struct member *members, void *object)
{
    enum reason unused;
    if (v->stated)
        return lines_fail(v->l, "expected another statement: the state was given above");
    v->stated = true;
    if (lines_take(v->l, "known"))
        *state = FACT_KNOWN;
    else if (lines_take(v->l, "unknown"))
        *state = FACT_UNKNOWN;
    else
        return lines_fail(v->l, "expected known or unknown");
    return (*state == FACT_KNOWN || read_reason(v->l, reason != NULL ? reason : &unused)) &&
           members_read(v->l, v->a, members, object);
}

static bool read_server(struct value *v, struct server **list, size_t *count, size_t *capacity)
{
    struct server *grown = list_room(v->a, *list, *count, capacity, sizeof(*grown));
    if (grown == NULL)
        return lines_no_memory(v->l);
    *list = grown;
    struct server *server = &grown[*count];
    if (!read_name(v->l, v->a, false, &server->name) || !read_address(v->l, &server->address))
        return false;
    *count += 1;
    return true;
}

static bool read_cut_line(struct value *v)
{
    if (lines_take(v->l, "server"))
        return read_server(v, &v->servers, &v->cut->server_count, &v->server_capacity);
    if (lines_take(v->l, "parent-server"))
        return read_server(v, &v->parent_servers, &v->cut->parent_server_count, &v->parent_capacity);
    return read_state(v, &v->cut->state, &v->cut->reason, recording_cut_members, v->cut);
}

static bool read_listed_name(struct value *v)
{
    const dname **grown = list_room(v->a, v->names, v->name_count, &v->name_capacity, sizeof(*grown));
    if (grown == NULL)
        return lines_no_memory(v->l);
    v->names = grown;
    if (!read_name(v->l, v->a, true, &grown[v->name_count]))
        return false;
    v->name_count++;
    return true;
}

static bool read_transfer_line(struct value *v)
{
    if (lines_take(v->l, "name"))
        return read_listed_name(v);
    return read_state(v, &v->transfer->state, &v->transfer->reason, recording_transfer_members, v->transfer);
}

static bool read_walk_line(struct value *v)
{
    if (lines_take(v->l, "name"))
        return read_listed_name(v);
    return read_state(v, &v->walk->state, &v->walk->reason, recording_walk_members, v->walk);
}

/* Append one quoted text; a NUL behind the last octet is always there. */
static bool read_chunk(struct value *v, struct octet_list *list, size_t most, bool nul_allowed)
{
    const char *octets = NULL;
    size_t length = 0;
    if (!read_octets(v->l, v->a, &octets, nul_allowed ? &length : NULL))
        return false;
    if (!nul_allowed)
        length = strlen(octets);
    if (length > most - list->length)
        return lines_fail(v->l, "expected fewer octets of headers or body");
    if (list->length + length + 1 > list->capacity) {
        size_t capacity = (list->length + length + 1) * 2;
        char *grown = arena_alloc(v->a, capacity);
        if (grown == NULL)
            return lines_no_memory(v->l);
        if (list->length > 0)
            memcpy(grown, list->data, list->length);
        list->data = grown;
        list->capacity = capacity;
    }
    memcpy(list->data + list->length, octets, length);
    list->length += length;
    list->data[list->length] = '\0';
    return true;
}

static bool read_http_line(struct value *v)
{
    if (lines_take(v->l, "headers"))
        return read_chunk(v, &v->headers, HEADERS_MAX, false);
    if (lines_take(v->l, "body"))
        return read_chunk(v, &v->body, BODY_MAX, true);
    return read_state(v, &v->http->state, &v->http->reason, recording_http_members, v->http);
}

/* ---- whole values -------------------------------------------------------------------------------------- */

static const void *start(struct value *v)
{
    switch (v->fact->kind) {
    case FACT_ASK:
        return v->reply = arena_alloc(v->a, sizeof(*v->reply));
    case FACT_LOOKUP:
        return v->answer = arena_alloc(v->a, sizeof(*v->answer));
    case FACT_CUT:
        return v->cut = arena_alloc(v->a, sizeof(*v->cut));
    case FACT_TRANSFER:
        return v->transfer = arena_alloc(v->a, sizeof(*v->transfer));
    case FACT_WALK:
        return v->walk = arena_alloc(v->a, sizeof(*v->walk));
    case FACT_HTTP:
        return v->http = arena_alloc(v->a, sizeof(*v->http));
    case FACT_VANTAGE:
        return v->vantage = arena_alloc(v->a, sizeof(*v->vantage));
    }
    return NULL;
}

static bool read_line(struct value *v)
{
    switch (v->fact->kind) {
    case FACT_ASK:
        return read_message_line(v);
    case FACT_LOOKUP:
        return read_answer_line(v);
    case FACT_CUT:
        return read_cut_line(v);
    case FACT_TRANSFER:
        return read_transfer_line(v);
    case FACT_WALK:
        return read_walk_line(v);
    case FACT_HTTP:
        return read_http_line(v);
    case FACT_VANTAGE:
        return read_state(v, &v->vantage->state, NULL, recording_vantage_members, v->vantage);
    }
    return false;
}

static struct section section_of(const struct sets *sets)
{
    return (struct section){.sets = sets->list, .count = sets->count};
}

/* RRSETs and aliases have records, an alias leads somewhere: consumers rely on both. */
static bool finish_answer(struct value *v)
{
    struct answer *answer = v->answer;
    bool needs_set = answer->state == ANSWER_RRSET || answer->state == ANSWER_ALIAS;
    if (v->sections[DATA].count > 1 || (v->sections[DATA].count == 1 && v->from >= 0))
        return lines_fail(v->l, "expected one set of data in the answer above");
    if (v->from >= 0 && (v->reply == NULL || v->from_index >= v->sections[v->from].count))
        return lines_fail(v->l, "expected the number of a set in the reply above, counted from 0");
    answer->reply = v->reply;
    if (v->from >= 0)
        answer->rrset = &v->sections[v->from].list[v->from_index];
    else if (v->sections[DATA].count == 1)
        answer->rrset = &v->sections[DATA].list[0];
    if (needs_set && (answer->rrset == NULL || answer->rrset->count == 0))
        return lines_fail(v->l, "expected records in the answer above");
    if (answer->state == ANSWER_ALIAS && answer->target == NULL)
        return lines_fail(v->l, "expected a target in the alias above");
    return true;
}

static bool finish(struct value *v)
{
    if (!v->stated)
        return lines_fail(v->l, "expected an answer to the question above");
    if (v->reply != NULL) {
        v->reply->answer = section_of(&v->sections[ANSWER]);
        v->reply->authority = section_of(&v->sections[AUTHORITY]);
        v->reply->additional = section_of(&v->sections[ADDITIONAL]);
    }
    if (v->answer != NULL)
        return finish_answer(v);
    if (v->cut != NULL) {
        v->cut->servers = v->servers;
        v->cut->parent_servers = v->parent_servers;
        return v->cut->state != FACT_KNOWN || v->cut->apex != NULL ||
               lines_fail(v->l, "expected an apex in the cut above");
    }
    if (v->transfer != NULL) {
        v->transfer->names = v->names;
        v->transfer->name_count = v->name_count;
    }
    if (v->walk != NULL) {
        v->walk->names = v->names;
        v->walk->name_count = v->name_count;
    }
    if (v->http != NULL) {
        v->http->headers = v->headers.data != NULL ? v->headers.data : "";
        v->http->body = v->body.data != NULL ? v->body.data : "";
        v->http->body_length = v->body.length;
    }
    return true;
}

const void *fact_read_value(struct lines *l, struct arena *a, const struct fact *fact)
{
    struct value v = {.l = l, .a = a, .fact = fact, .from = -1};
    const void *object = start(&v);
    if (object == NULL) {
        lines_no_memory(l);
        return NULL;
    }
    while (lines_next_indented(l)) {
        if (!read_line(&v) || !lines_end(l))
            return NULL;
    }
    return lines_status(l) == STATUS_OK && finish(&v) ? object : NULL;
}
