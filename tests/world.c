/* SPDX-License-Identifier: BSD-2-Clause */
/* The small world behind check tests: zones, servers and their habits, read from text; answers facts without a network. */
#include "tests/check_test.h"

#include "auditor/base/clock.h"
#include "auditor/facts/offline.h"
#include "tests/world_sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ZONES_MAX 48
#define SERVERS_MAX 16
#define LIST_MAX 256

struct text_record {
    const dname *owner;
    uint16_t type, class;
    uint32_t ttl_s;
    struct rdata rdata;
};

struct world_zone {
    const dname *apex;
    struct address servers[SERVERS_MAX];
    size_t server_count;
    struct text_record records[LIST_MAX];
    size_t record_count;
    const char *sign; /* options, or NULL */
    bool bare;
    bool delegated; /* the parent has NS records for it */
    bool file;      /* offline: a zone file of the run beside the target's */
    struct zone *zone;
    struct rrset ds;
};

struct habit { /* !server */
    struct address server;
    bool any_server, any_owner, any_type;
    const dname *owner;
    uint16_t type;
    const char *what;
};

struct override { /* !only, !later */
    struct address server;
    bool later;
    struct text_record record;
};

struct unknown { /* !timeout and its kin */
    const dname *owner;
    uint16_t type; /* 0: any */
    enum reason reason;
};

struct transfer_habit {
    struct address server;
    uint16_t type;
    const char *what;
};

struct page {
    bool https;
    const char *host, *path, *body;
    uint16_t status;
    enum reason failure; /* in place of an answer */
};

struct chaos {
    struct address server;
    const dname *name;
    const char *text;
};

struct world {
    struct arena *arena;
    const dname *target;
    bool offline;
    bool bare;
    bool parent_none, parent_ns;
    struct world_zone zones[ZONES_MAX];
    size_t zone_count;
    struct text_record parent[64];
    size_t parent_count;
    struct habit habits[64];
    size_t habit_count;
    struct override overrides[64];
    size_t override_count;
    struct unknown unknowns[64];
    size_t unknown_count;
    struct transfer_habit transfers[32];
    size_t transfer_count;
    struct page pages[32];
    size_t page_count;
    const char *header_host[16], *header_line[16];
    size_t header_count;
    const char *untrusted[4];
    size_t untrusted_count;
    struct chaos chaos[16];
    size_t chaos_count;
    struct address recursive[16];
    bool recursive_open[16];
    size_t recursive_count;
    const char *walk;
    const dname *walk_names[64];
    size_t walk_count;
    struct vantage vantage;
    struct settings settings;
    struct cidr public_blocks[3];
    const dname *given[64], *owned[16], *ignored[16];
    struct facts *facts;
    struct fact *queue[4096];
    size_t queue_count;
    const uint8_t *silent; /* key of the fact that is not answered, or NULL */
    size_t silent_length;
    struct offline offline_zones;
    const struct zone *offline_list[ZONES_MAX]; /* in canonical order of their apexes */
    struct zone_set offline_set;
    struct world *before;    /* the earlier state, or NULL */
    unsigned gaps;           /* enum zone_gap of the target's zone */
    bool zone_missing;       /* the target's zone is not among the files of this state */
    struct check_setting options[16];
    struct rdata ds[8];
    unsigned next_server;
};

__attribute__((noreturn, format(printf, 1, 2))) static void bad(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("test world: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    abort();
}

static const dname *name_of(struct world *w, const char *text)
{
    char full[600];
    size_t length = strlen(text);
    if (strcmp(text, "@") == 0)
        text = "example.test.";
    else if (length > 0 && text[length - 1] != '.') {
        snprintf(full, sizeof(full), "%s.example.test.", text);
        text = full;
    }
    return dname_const(w->arena, text);
}

static struct address address_of(const char *text)
{
    struct address a;
    if (!address_from_text(text, &a))
        bad("'%s' is no address", text);
    return a;
}

/* The next word of a statement; the rest moves on. */
static char *word(struct world *w, const char **rest)
{
    while (**rest == ' ')
        (*rest)++;
    const char *start = *rest;
    while (**rest != '\0' && **rest != ' ')
        (*rest)++;
    return arena_strndup(w->arena, start, (size_t)(*rest - start));
}

/* ---- zones ------------------------------------------------------------------------------------------------------------- */

static struct world_zone *zone_exact(struct world *w, const dname *apex)
{
    for (size_t i = 0; i < w->zone_count; i++) {
        if (dname_equal(w->zones[i].apex, apex))
            return &w->zones[i];
    }
    return NULL;
}

static struct world_zone *zone_deepest(struct world *w, const dname *name, bool only_delegated)
{
    struct world_zone *best = NULL;
    for (size_t i = 0; i < w->zone_count; i++) {
        struct world_zone *z = &w->zones[i];
        if (!dname_under(name, z->apex) || (only_delegated && !z->delegated && !dname_is_root(z->apex)))
            continue;
        if (best == NULL || dname_labels(z->apex) > dname_labels(best->apex))
            best = z;
    }
    return best;
}

static struct world_zone *zone_declare(struct world *w, const dname *apex, const char *addresses)
{
    struct world_zone *z = zone_exact(w, apex);
    if (z == NULL) {
        if (w->zone_count == ZONES_MAX)
            bad("too many zones");
        z = &w->zones[w->zone_count++];
        z->apex = apex;
        z->delegated = true;
    }
    z->server_count = 0;
    char *list = arena_strdup(w->arena, addresses);
    char *save = NULL;
    for (char *one = strtok_r(list, ",", &save); one != NULL; one = strtok_r(NULL, ",", &save))
        z->servers[z->server_count++] = address_of(one);
    return z;
}

/* A TLD of its own for names that nobody declared a zone for. */
static struct world_zone *zone_for(struct world *w, const dname *owner)
{
    struct world_zone *z = zone_deepest(w, owner, false);
    if (!dname_is_root(z->apex) || dname_labels(owner) < 2)
        return z;
    return zone_declare(w, dname_ancestor(owner, 1), "198.51.100.1,198.51.100.2");
}

static struct text_record parse_record(struct world *w, const char *text)
{
    struct text_record r;
    char line[70000];
    snprintf(line, sizeof(line), "%s", text);
    if (rr_from_text(w->arena, line, "example.test.", &r.owner, &r.type, &r.class, &r.ttl_s, &r.rdata) != STATUS_OK)
        bad("cannot read the record '%s'", text);
    r.owner = dname_lower(w->arena, r.owner);
    return r;
}

static void add_record(struct world_zone *z, const struct text_record *r)
{
    if (z->record_count == LIST_MAX)
        bad("too many records in a zone");
    z->records[z->record_count++] = *r;
}

static bool has_record(const struct world_zone *z, const dname *owner, uint16_t type)
{
    for (size_t i = 0; i < z->record_count; i++) {
        if (z->records[i].type == type && dname_equal(z->records[i].owner, owner))
            return true;
    }
    return false;
}

static void add_text(struct world *w, struct world_zone *z, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void add_text(struct world *w, struct world_zone *z, const char *format, ...)
{
    char line[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    struct text_record r = parse_record(w, line);
    add_record(z, &r);
}

/* SOA, NS and the servers' addresses, where the text gives none. */
static void add_defaults(struct world *w, struct world_zone *z)
{
    char apex[DNAME_TEXT_MAX];
    char address[ADDRESS_TEXT_SIZE];
    dname_text_into(z->apex, apex);
    const char *dot = dname_is_root(z->apex) ? "" : apex;
    if (z->bare)
        return;
    if (!has_record(z, z->apex, RRTYPE_SOA))
        add_text(w, z, "%s 3600 IN SOA ns1.%s hostmaster.%s 2026010101 7200 3600 1209600 3600", apex, dot, dot);
    if (has_record(z, z->apex, RRTYPE_NS))
        return;
    bool example = dname_equal(z->apex, dname_const(w->arena, "example.test."));
    for (size_t i = 0; i < z->server_count; i++) {
        if (example && z->servers[i].family == 6)
            continue; /* ns1's second address: below */
        address_text(&z->servers[i], address);
        size_t number = example && i > 0 ? 2 : i + 1;
        add_text(w, z, "%s 3600 IN NS ns%zu.%s", apex, number, dot);
        add_text(w, z, "ns%zu.%s 3600 IN %s %s", number, dot, z->servers[i].family == 4 ? "A" : "AAAA", address);
    }
    if (example)
        add_text(w, z, "ns1.%s 3600 IN AAAA 2001:db8::1", dot);
}

static void copy_delegation(struct world *w, struct world_zone *child, struct world_zone *parent)
{
    for (size_t i = 0; i < child->record_count; i++) {
        const struct text_record *r = &child->records[i];
        if (r->type != RRTYPE_NS || !dname_equal(r->owner, child->apex))
            continue;
        add_record(parent, r);
        const dname *host = r->rdata.octets;
        for (size_t j = 0; j < child->record_count; j++) {
            const struct text_record *g = &child->records[j];
            if ((g->type == RRTYPE_A || g->type == RRTYPE_AAAA) && dname_equal(g->owner, host) &&
                dname_under(host, child->apex))
                add_record(parent, g);
        }
    }
    (void)w;
}

static void delegate(struct world *w, struct world_zone *child)
{
    bool example = dname_equal(child->apex, dname_const(w->arena, "example.test."));
    if (dname_is_root(child->apex))
        return;
    struct world_zone *parent = zone_deepest(w, dname_parent(child->apex), false);
    if (example && w->parent_none) {
        child->delegated = false;
        return;
    }
    if (!example || !w->parent_ns)
        copy_delegation(w, child, parent);
    for (size_t i = 0; example && i < w->parent_count; i++)
        add_record(parent, &w->parent[i]);
}

static struct zone *build(const struct world_zone *z)
{
    struct zone *zone = zone_new(z->apex);
    for (size_t i = 0; i < z->record_count; i++) {
        const struct text_record *r = &z->records[i];
        if (zone_add(zone, r->owner, r->type, r->class, r->ttl_s, r->rdata.octets, r->rdata.length, NULL) != STATUS_OK)
            bad("a record does not belong to its zone");
    }
    if (zone_finish(zone) != STATUS_OK)
        bad("zone_finish failed");
    return zone;
}

static int deeper_first(const void *pa, const void *pb)
{
    const struct world_zone *const *a = pa;
    const struct world_zone *const *b = pb;
    return (int)dname_labels((*b)->apex) - (int)dname_labels((*a)->apex);
}

static void build_all(struct world *w)
{
    struct world_zone *order[ZONES_MAX];
    for (size_t i = 0; i < w->zone_count; i++) {
        add_defaults(w, &w->zones[i]);
        order[i] = &w->zones[i];
    }
    qsort(order, w->zone_count, sizeof(order[0]), deeper_first);
    for (size_t i = 0; i < w->zone_count; i++) {
        struct world_zone *z = order[i];
        delegate(w, z);
        z->zone = build(z);
        if (z->sign == NULL)
            continue;
        struct zone *signed_zone = NULL;
        if (world_sign_zone(z->zone, z->sign, w->settings.now_s, w->arena, &signed_zone, &z->ds) != STATUS_OK)
            bad("cannot sign with '%s'", z->sign);
        zone_free(z->zone);
        z->zone = signed_zone;
        if (z->ds.count == 0)
            continue;
        if (dname_is_root(z->apex)) {
            w->settings.anchors = &z->ds;
            w->settings.anchors_count = 1;
            continue;
        }
        struct world_zone *parent = zone_deepest(w, dname_parent(z->apex), false);
        for (uint16_t d = 0; d < z->ds.count; d++) {
            const struct text_record r = {z->apex, RRTYPE_DS, RRCLASS_IN, 3600, z->ds.rdata[d]};
            add_record(parent, &r);
        }
    }
}

/* ---- statements ---------------------------------------------------------------------------------------------------------- */

static enum reason reason_from(const char *what)
{
    static const enum reason reasons[] = {REASON_TIMEOUT, REASON_SERVFAIL, REASON_REFUSED, REASON_NETWORK,
                                          REASON_MALFORMED};
    for (size_t i = 0; i < ARRAY_SIZE(reasons); i++) {
        if (strcmp(reason_text(reasons[i]), what) == 0)
            return reasons[i];
    }
    return REASON_NONE;
}

static uint16_t type_of(const char *text, bool *any)
{
    *any = strcmp(text, "*") == 0;
    uint16_t type = *any ? 0 : rrtype_from_text(text);
    if (type == 0 && !*any)
        bad("'%s' is no type", text);
    return type;
}

static void read_habit(struct world *w, const char *rest)
{
    struct habit *h = &w->habits[w->habit_count++];
    const char *server = word(w, &rest);
    const char *owner = word(w, &rest);
    const char *type = word(w, &rest);
    h->any_server = strcmp(server, "*") == 0;
    if (!h->any_server)
        h->server = address_of(server);
    h->any_owner = strcmp(owner, "*") == 0;
    if (!h->any_owner)
        h->owner = name_of(w, owner);
    h->type = type_of(type, &h->any_type);
    h->what = word(w, &rest);
}

static void read_page(struct world *w, bool https, const char *rest)
{
    struct page *p = &w->pages[w->page_count++];
    char *host = word(w, &rest);
    char *slash = strchr(host, '/');
    p->https = https;
    p->path = slash != NULL ? arena_strdup(w->arena, slash) : "/";
    if (slash != NULL)
        *slash = '\0';
    p->host = host;
    const char *status = word(w, &rest);
    p->status = (uint16_t)atoi(status);
    if (p->status == 0)
        p->failure = strcmp(status, "timeout") == 0     ? REASON_TIMEOUT
                     : strcmp(status, "malformed") == 0 ? REASON_MALFORMED
                                                        : REASON_NETWORK;
    while (*rest == ' ')
        rest++;
    char *body = arena_strdup(w->arena, rest);
    char *to = body;
    for (const char *from = body; *from != '\0'; from++) {
        if (from[0] == '\\' && from[1] == 'n') {
            *to++ = '\n';
            from++;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
    p->body = body;
}

static void read_vantage(struct world *w, const char *what)
{
    if (strcmp(what, "no-ipv4") == 0)
        w->vantage.ipv4 = false;
    else if (strcmp(what, "no-ipv6") == 0)
        w->vantage.ipv6 = false;
    else if (strcmp(what, "no-tcp") == 0)
        w->vantage.tcp = false;
    else if (strcmp(what, "intercepted") == 0)
        w->vantage.intercepted = true;
    else if (strcmp(what, "lossy") == 0)
        w->vantage.lost = w->vantage.sent / 4;
    else if (strcmp(what, "parents-silent") == 0)
        w->vantage.parents_answer = false;
    else
        bad("!vantage %s", what);
}

static void read_parent(struct world *w, const char *rest)
{
    while (*rest == ' ')
        rest++;
    if (strcmp(rest, "none") == 0) {
        w->parent_none = true;
        return;
    }
    struct text_record r = parse_record(w, rest);
    w->parent_ns = w->parent_ns || r.type == RRTYPE_NS;
    w->parent[w->parent_count++] = r;
}

static void read_names(struct world *w, const char *rest, const dname **list, size_t *count)
{
    for (char *one = word(w, &rest); *one != '\0'; one = word(w, &rest))
        list[(*count)++] = name_of(w, one);
}

static void read_statement(struct world *w, const char *line)
{
    const char *rest = line + 1;
    const char *verb = word(w, &rest);
    enum reason reason = reason_from(verb);
    bool any = false;
    if (reason != REASON_NONE) {
        struct unknown *u = &w->unknowns[w->unknown_count++];
        u->owner = name_of(w, word(w, &rest));
        u->type = type_of(word(w, &rest), &any);
        u->reason = reason;
    } else if (strcmp(verb, "target") == 0) {
        w->target = name_of(w, word(w, &rest));
    } else if (strcmp(verb, "offline") == 0) {
        w->offline = true;
    } else if (strcmp(verb, "bare") == 0) {
        zone_exact(w, dname_const(w->arena, "example.test."))->bare = true;
    } else if (strcmp(verb, "zone") == 0) {
        const dname *apex = name_of(w, word(w, &rest));
        const char *addresses = word(w, &rest);
        zone_declare(w, apex, *addresses != '\0' ? addresses : "198.51.100.53")->file = *addresses == '\0';
    } else if (strcmp(verb, "unregistered") == 0) {
        (void)zone_for(w, name_of(w, word(w, &rest)));
    } else if (strcmp(verb, "parent") == 0) {
        read_parent(w, rest);
    } else if (strcmp(verb, "only") == 0 || strcmp(verb, "later") == 0) {
        struct override *o = &w->overrides[w->override_count++];
        o->later = verb[0] == 'l';
        o->server = address_of(word(w, &rest));
        o->record = parse_record(w, rest + 1);
    } else if (strcmp(verb, "server") == 0) {
        read_habit(w, rest);
    } else if (strcmp(verb, "axfr") == 0 || strcmp(verb, "ixfr") == 0) {
        struct transfer_habit *t = &w->transfers[w->transfer_count++];
        t->type = verb[0] == 'a' ? RRTYPE_AXFR : RRTYPE_IXFR;
        t->server = address_of(word(w, &rest));
        t->what = word(w, &rest);
    } else if (strcmp(verb, "walk") == 0) {
        w->walk = word(w, &rest);
        read_names(w, rest, w->walk_names, &w->walk_count);
    } else if (strcmp(verb, "http") == 0 || strcmp(verb, "https") == 0) {
        read_page(w, verb[4] == 's', rest);
    } else if (strcmp(verb, "http-header") == 0) {
        w->header_host[w->header_count] = word(w, &rest);
        w->header_line[w->header_count++] = arena_strdup(w->arena, rest + 1);
    } else if (strcmp(verb, "untrusted") == 0) {
        w->untrusted[w->untrusted_count++] = word(w, &rest);
    } else if (strcmp(verb, "ch") == 0) {
        struct chaos *c = &w->chaos[w->chaos_count++];
        c->server = address_of(word(w, &rest));
        c->name = dname_const(w->arena, word(w, &rest));
        c->text = arena_strdup(w->arena, *rest == ' ' ? rest + 1 : rest);
    } else if (strcmp(verb, "recursion") == 0) {
        w->recursive[w->recursive_count] = address_of(word(w, &rest));
        w->recursive_open[w->recursive_count++] = strcmp(word(w, &rest), "open") == 0;
    } else if (strcmp(verb, "vantage") == 0) {
        read_vantage(w, word(w, &rest));
    } else if (strcmp(verb, "now") == 0) {
        if (!clock_parse(word(w, &rest), &w->settings.now_s))
            bad("%s", line);
    } else if (strcmp(verb, "names") == 0) {
        read_names(w, rest, w->given, &w->settings.names_count);
    } else if (strcmp(verb, "owned") == 0) {
        read_names(w, rest, w->owned, &w->settings.owned_count);
    } else if (strcmp(verb, "ignore") == 0) {
        read_names(w, rest, w->ignored, &w->settings.ignored_count);
    } else if (strcmp(verb, "mail") == 0) {
        w->settings.mail = strcmp(word(w, &rest), "yes") == 0 ? MAIL_YES : MAIL_NO;
    } else if (strcmp(verb, "option") == 0) {
        if (w->settings.options_count == ARRAY_SIZE(w->options))
            bad("too many options");
        struct check_setting *o = &w->options[w->settings.options_count++];
        o->check = word(w, &rest);
        o->name = word(w, &rest);
        o->value = arena_strdup(w->arena, *rest == ' ' ? rest + 1 : rest);
        w->settings.options = w->options;
    } else if (strcmp(verb, "gone") == 0) {
        w->zone_missing = true;
    } else if (strcmp(verb, "gaps") == 0) {
        static const char *const gaps[] = {"apex", "records", "sets"};
        for (char *one = word(w, &rest); *one != '\0'; one = word(w, &rest)) {
            for (size_t i = 0; i < ARRAY_SIZE(gaps); i++)
                w->gaps |= strcmp(one, gaps[i]) == 0 ? 1u << i : 0;
        }
    } else if (strcmp(verb, "ds") == 0) {
        struct text_record r = parse_record(w, arena_printf(w->arena, "@ DS%s", rest));
        w->ds[w->settings.ds_count++] = r.rdata;
        w->settings.ds = w->ds;
    } else if (strcmp(verb, "no-http") == 0) {
        w->settings.http = false;
    } else if (strcmp(verb, "intrusive") == 0) {
        w->settings.intrusive = true;
    } else if (strcmp(verb, "sign") == 0) {
        const dname *apex = name_of(w, word(w, &rest));
        struct world_zone *z = zone_exact(w, apex);
        if (z == NULL)
            bad("%s: declare the zone first", line);
        z->sign = arena_strdup(w->arena, *rest == ' ' ? rest + 1 : rest);
    } else {
        bad("unknown statement '%s'", line);
    }
}

static void read_text(struct world *w, const char *text)
{
    /* Statements about zones first: records go to the deepest zone, whatever the order of lines. */
    for (int pass = 0; pass < 2; pass++) {
        const char *at = text;
        while (*at != '\0') {
            const char *end = strchr(at, '\n');
            size_t length = end != NULL ? (size_t)(end - at) : strlen(at);
            char *line = arena_strndup(w->arena, at, length);
            at += length + (end != NULL ? 1 : 0);
            bool zone_line = strncmp(line, "!zone ", 6) == 0;
            if (*line == '\0' || zone_line != (pass == 0))
                continue;
            if (*line == '!') {
                read_statement(w, line);
                continue;
            }
            struct text_record r = parse_record(w, line);
            add_record(zone_for(w, r.owner), &r);
        }
    }
}

/* ---- answering ------------------------------------------------------------------------------------------------------------ */

static bool serves(const struct world_zone *z, const struct address *server)
{
    for (size_t i = 0; i < z->server_count; i++) {
        if (address_equal(&z->servers[i], server))
            return true;
    }
    return false;
}

static struct world_zone *served_zone(struct world *w, const struct address *server, const dname *owner, uint16_t type)
{
    struct world_zone *best = NULL;
    for (size_t i = 0; i < w->zone_count; i++) {
        struct world_zone *z = &w->zones[i];
        if (!serves(z, server) || !dname_under(owner, z->apex))
            continue;
        bool apex_ds = type == RRTYPE_DS && dname_equal(owner, z->apex);
        if (best != NULL && (apex_ds || dname_labels(z->apex) < dname_labels(best->apex)))
            continue;
        if (best != NULL && type == RRTYPE_DS && dname_equal(owner, best->apex)) {
            best = z;
            continue;
        }
        best = z;
    }
    return best;
}

static const char *habit_of(const struct world *w, const struct address *server, const dname *owner, uint16_t type)
{
    for (size_t i = 0; i < w->habit_count; i++) {
        const struct habit *h = &w->habits[i];
        if ((h->any_server || address_equal(&h->server, server)) && (h->any_type || h->type == type) &&
            (h->any_owner || dname_equal(h->owner, owner)))
            return h->what;
    }
    return "";
}

static void section_add(struct arena *a, struct section *s, const struct rrset *set)
{
    struct rrset *sets = arena_array(a, s->count + 1, sizeof(*sets));
    if (s->count > 0)
        memcpy(sets, s->sets, s->count * sizeof(*sets));
    sets[s->count] = *set;
    s->sets = sets;
    s->count++;
}

/* The set that this server has in place of the zone's, or NULL. */
static const struct rrset *override_of(struct world *w, const struct ask *q, const dname *owner)
{
    struct rdata *list = arena_array(w->arena, w->override_count + 1, sizeof(*list));
    struct rrset *set = arena_alloc(w->arena, sizeof(*set));
    bool later = false;
    for (size_t i = 0; i < w->override_count; i++) {
        const struct override *o = &w->overrides[i];
        if (!address_equal(&o->server, &q->server) || o->record.type != q->type ||
            !dname_equal(o->record.owner, owner) || (o->later && q->repeat == 0))
            continue;
        if (o->later && !later) { /* the second look sees only what came later */
            later = true;
            set->count = 0;
        }
        if (o->later == later) {
            list[set->count++] = o->record.rdata;
            set->ttl_s = o->record.ttl_s;
        }
    }
    set->owner = owner;
    set->type = q->type;
    set->class = RRCLASS_IN;
    set->rdata = list;
    return set->count > 0 ? set : NULL;
}

static void add_glue(struct arena *a, const struct zone *zone, const struct rrset *ns, struct reply *r)
{
    for (uint16_t i = 0; i < ns->count; i++) {
        const dname *host = rdata_name(&ns->rdata[i], 0);
        static const uint16_t types[] = {RRTYPE_A, RRTYPE_AAAA};
        for (size_t t = 0; t < 2; t++) {
            const struct rrset *set = zone_rrset(zone, a, host, types[t]);
            if (set != NULL)
                section_add(a, &r->additional, set);
        }
    }
}

static void strip_signatures(struct arena *a, struct section *s)
{
    struct section out = {0};
    for (size_t i = 0; i < s->count; i++) {
        struct rrset copy = s->sets[i];
        copy.sig_count = 0;
        copy.sigs = NULL;
        if (copy.type != RRTYPE_RRSIG && copy.type != RRTYPE_NSEC && copy.type != RRTYPE_NSEC3)
            section_add(a, &out, &copy);
    }
    *s = out;
}

/* What the zone says, as a message; *answer receives the same as an answer. */
static void answer_from(struct world *w, const struct world_zone *z, const struct ask *q, struct reply *r,
                        struct answer *answer)
{
    struct arena *a = w->arena;
    const struct rrset *referral = NULL;
    const struct rrset *denial[3];
    size_t denials = 0;
    zone_answer(z->zone, a, q->owner, q->type, answer, &referral, denial, &denials);
    r->aa = referral == NULL;
    if (referral != NULL) {
        section_add(a, &r->authority, referral);
        const struct rrset *ds = zone_rrset(z->zone, a, referral->owner, RRTYPE_DS);
        if (ds != NULL)
            section_add(a, &r->authority, ds);
        add_glue(a, z->zone, referral, r);
        return;
    }
    const struct rrset *own = override_of(w, q, answer->owner);
    if (own != NULL) {
        answer->state = ANSWER_RRSET;
        answer->rrset = own;
    }
    r->rcode = answer->state == ANSWER_NXDOMAIN ? 3 : 0;
    if (answer->rrset != NULL)
        section_add(a, &r->answer, answer->rrset);
    if (answer->state == ANSWER_ALIAS && answer->rrset->type == RRTYPE_DNAME) {
        struct rdata *target = arena_alloc(a, sizeof(*target));
        target->octets = answer->target;
        target->length = (uint16_t)dname_length(answer->target);
        const struct rrset cname = {.owner = answer->owner, .type = RRTYPE_CNAME, .class = RRCLASS_IN,
                                    .ttl_s = answer->rrset->ttl_s, .count = 1, .rdata = target};
        section_add(a, &r->answer, &cname);
    }
    const struct rrset *soa = zone_rrset(z->zone, a, z->apex, RRTYPE_SOA);
    if ((answer->state == ANSWER_NODATA || answer->state == ANSWER_NXDOMAIN) && soa != NULL)
        section_add(a, &r->authority, soa);
    for (size_t i = 0; i < denials; i++)
        section_add(a, &r->authority, denial[i]);
}

static bool reply_chaos(struct world *w, const struct ask *q, struct reply *r)
{
    if (q->class != RRCLASS_CH)
        return false;
    r->rcode = 5;
    for (size_t i = 0; i < w->chaos_count; i++) {
        const struct chaos *c = &w->chaos[i];
        if (!address_equal(&c->server, &q->server) || !dname_equal(c->name, q->owner))
            continue;
        size_t length = strlen(c->text);
        uint8_t *octets = arena_alloc(w->arena, length + 1);
        octets[0] = (uint8_t)length;
        memcpy(octets + 1, c->text, length);
        struct rdata *data = arena_alloc(w->arena, sizeof(*data));
        *data = (struct rdata){(uint16_t)(length + 1), octets};
        const struct rrset set = {.owner = dname_lower(w->arena, q->owner), .type = RRTYPE_TXT, .class = RRCLASS_CH,
                                  .count = 1, .rdata = data};
        r->rcode = 0;
        r->aa = true;
        section_add(w->arena, &r->answer, &set);
    }
    return true;
}

static void answer_lookup(struct world *w, const dname *owner, uint16_t type, struct answer *out);

/* A name that is not the server's business. */
static void reply_foreign(struct world *w, const struct ask *q, struct reply *r)
{
    r->rcode = 5;
    for (size_t i = 0; i < w->recursive_count; i++) {
        if (!address_equal(&w->recursive[i], &q->server))
            continue;
        r->ra = true;
        if (!w->recursive_open[i] || (q->flags & ASK_RD) == 0)
            return;
        struct answer answer;
        answer_lookup(w, q->owner, q->type, &answer);
        r->rcode = answer.state == ANSWER_NXDOMAIN ? 3 : answer.state == ANSWER_UNKNOWN ? 2 : 0;
        if (answer.rrset != NULL)
            section_add(w->arena, &r->answer, answer.rrset);
    }
}

/* Habits that end the matter; true if they did. */
static bool apply_habit(const struct ask *q, const char *what, struct reply *r)
{
    static const struct {
        const char *what;
        uint16_t rcode;
    } rcodes[] = {{"refused", 5}, {"servfail", 2}, {"formerr", 1}, {"notimp", 4}, {"nxdomain", 3}, {"nodata", 0}};
    bool tcp = (q->flags & ASK_TCP) != 0;
    if (strcmp(what, "timeout") == 0 || (strcmp(what, "no-tcp") == 0 && tcp) ||
        (strcmp(what, "no-udp") == 0 && !tcp)) {
        r->state = REPLY_NONE;
        r->reason = REASON_TIMEOUT;
        return true;
    }
    if (strcmp(what, "other-source") == 0 || strcmp(what, "wrong-id") == 0) {
        if (tcp)
            return false;
        r->state = REPLY_NONE;
        r->reason = REASON_TIMEOUT;
        r->mismatches = 3;
        r->other_source = what[0] == 'o' ? 3 : 0;
        return true;
    }
    if (strcmp(what, "truncated") == 0) {
        r->tc = r->aa = r->tcp = r->truncated_first = true;
        return true;
    }
    if (strcmp(what, "network") == 0 || strcmp(what, "malformed") == 0) {
        r->state = REPLY_NONE;
        r->reason = what[0] == 'n' ? REASON_NETWORK : REASON_MALFORMED;
        return true;
    }
    for (size_t i = 0; i < ARRAY_SIZE(rcodes); i++) {
        if (strcmp(what, rcodes[i].what) == 0) {
            r->rcode = rcodes[i].rcode;
            r->aa = r->rcode == 0 || r->rcode == 3;
            return true;
        }
    }
    if (strcmp(what, "drop-edns") == 0 || strcmp(what, "no-edns") == 0) {
        r->edns = false;
        r->edns_fallback = (q->flags & ASK_NO_EDNS) == 0;
        r->edns_dropped = r->edns_fallback && what[0] == 'd';
    }
    return false;
}

static struct reply *reply_to(struct world *w, const struct ask *q, struct answer *answer)
{
    struct reply *r = arena_alloc(w->arena, sizeof(*r));
    const char *what = habit_of(w, &q->server, q->owner, q->type);
    *answer = (struct answer){.state = ANSWER_UNKNOWN, .reason = REASON_REFUSED};
    *r = (struct reply){.state = REPLY_OK, .server = q->server, .edns = (q->flags & ASK_NO_EDNS) == 0,
                        .edns_size = 1232, .edns_flags = 0x8000, .tcp = (q->flags & ASK_TCP) != 0, .tries = 1,
                        .rd = (q->flags & ASK_RD) != 0, .size = 100, .rtt_us = 1000, .at_s = w->settings.now_s};
    bool family_down = (q->server.family == 4 && !w->vantage.ipv4) || (q->server.family == 6 && !w->vantage.ipv6);
    if (family_down) {
        r->state = REPLY_NONE;
        r->reason = REASON_NETWORK;
        return r;
    }
    if (apply_habit(q, what, r))
        return r;
    for (size_t i = 0; i < w->recursive_count; i++)
        r->ra = r->ra || address_equal(&w->recursive[i], &q->server);
    if (reply_chaos(w, q, r))
        return r;
    const struct world_zone *z = served_zone(w, &q->server, q->owner, q->type);
    bool known_server = false;
    for (size_t i = 0; i < w->zone_count; i++)
        known_server = known_server || serves(&w->zones[i], &q->server);
    if (!known_server) {
        r->state = REPLY_NONE;
        r->reason = REASON_TIMEOUT;
        return r;
    }
    if (z == NULL)
        reply_foreign(w, q, r);
    else
        answer_from(w, z, q, r, answer);
    if (strcmp(what, "noaa") == 0)
        r->aa = false;
    if (strcmp(what, "case") == 0)
        r->case_differs = true;
    if (strcmp(what, "referral-root") == 0) {
        const struct world_zone *root = zone_exact(w, DNAME_ROOT);
        *r = (struct reply){.state = REPLY_OK, .server = q->server, .edns = true, .at_s = w->settings.now_s};
        section_add(w->arena, &r->authority, zone_rrset(root->zone, w->arena, DNAME_ROOT, RRTYPE_NS));
    }
    if (strcmp(what, "unrelated") == 0 && r->answer.count > 0) {
        struct rrset set = r->answer.sets[0];
        set.owner = dname_const(w->arena, "forged.test.");
        section_add(w->arena, &r->answer, &set);
    }
    if (strcmp(what, "unsigned") == 0) {
        strip_signatures(w->arena, &r->answer);
        strip_signatures(w->arena, &r->authority);
    }
    return r;
}

static enum reason reason_of_reply(const struct reply *r)
{
    if (r->state == REPLY_NONE)
        return r->reason;
    return r->rcode == 2 ? REASON_SERVFAIL : REASON_REFUSED;
}

static void answer_lookup(struct world *w, const dname *owner, uint16_t type, struct answer *out)
{
    struct arena *a = w->arena;
    *out = (struct answer){.state = ANSWER_UNKNOWN, .owner = dname_lower(a, owner), .type = type};
    for (size_t i = 0; i < w->unknown_count; i++) {
        const struct unknown *u = &w->unknowns[i];
        if ((u->type == 0 || u->type == type) && dname_equal(u->owner, owner)) {
            out->reason = u->reason;
            return;
        }
    }
    const dname *at = type == RRTYPE_DS && !dname_is_root(owner) ? dname_parent(owner) : owner;
    const struct world_zone *z = zone_deepest(w, at, true);
    enum reason reason = REASON_NONE;
    for (size_t i = 0; i < z->server_count; i++) {
        const struct ask q = {.server = z->servers[i], .owner = owner, .type = type};
        struct answer answer;
        struct reply *r = reply_to(w, &q, &answer);
        if (r->state == REPLY_OK && (r->rcode == 0 || r->rcode == 3) && r->aa) {
            if (answer.state == ANSWER_UNKNOWN) /* a habit spoke for the zone */
                answer = (struct answer){.state = r->rcode == 3 ? ANSWER_NXDOMAIN : ANSWER_NODATA};
            if (r->answer.count == 0 && answer.state == ANSWER_RRSET)
                answer.state = ANSWER_NODATA;
            answer.owner = out->owner;
            answer.type = type;
            answer.zone = z->apex;
            answer.reply = r;
            /* The zone's own bare set may have been replaced or stripped on its way. */
            if (answer.state == ANSWER_RRSET || answer.state == ANSWER_ALIAS)
                answer.rrset = &r->answer.sets[0];
            *out = answer;
            return;
        }
        if (reason == REASON_NONE)
            reason = reason_of_reply(r);
    }
    out->reason = reason != REASON_NONE ? reason : REASON_TIMEOUT;
}

static void add_server(struct world *w, struct server *list, size_t *count, const dname *host)
{
    static const uint16_t types[] = {RRTYPE_A, RRTYPE_AAAA};
    for (size_t t = 0; t < 2; t++) {
        const struct rrset *set = NULL;
        for (size_t i = 0; i < w->zone_count && set == NULL; i++) {
            if (dname_under(host, w->zones[i].apex))
                set = zone_rrset(w->zones[i].zone, w->arena, host, types[t]);
        }
        for (uint16_t i = 0; set != NULL && i < set->count && *count < SERVERS_MAX; i++) {
            list[*count].name = dname_lower(w->arena, host);
            address_from_rdata(types[t], &set->rdata[i], &list[(*count)++].address);
        }
    }
}

static const struct server *servers_of(struct world *w, const struct world_zone *holder, const dname *apex,
                                       size_t *count)
{
    struct server *list = arena_array(w->arena, SERVERS_MAX, sizeof(*list));
    const struct rrset *ns = zone_rrset(holder->zone, w->arena, apex, RRTYPE_NS);
    *count = 0;
    for (uint16_t i = 0; ns != NULL && i < ns->count; i++)
        add_server(w, list, count, rdata_name(&ns->rdata[i], 0));
    return list;
}

static void answer_cut(struct world *w, struct fact *fact)
{
    struct cut *cut = arena_alloc(facts_arena(fact->facts), sizeof(*cut));
    const struct world_zone *z = zone_deepest(w, fact->key.cut, true);
    for (size_t i = 0; i < w->unknown_count; i++) {
        if (w->unknowns[i].type == 0 && dname_equal(w->unknowns[i].owner, fact->key.cut)) {
            facts_deliver_unknown(fact, w->unknowns[i].reason);
            return;
        }
    }
    cut->state = FACT_KNOWN;
    cut->apex = z->apex;
    if (!dname_is_root(z->apex)) {
        const struct world_zone *parent = zone_deepest(w, dname_parent(z->apex), true);
        cut->parent = parent->apex;
        cut->servers = servers_of(w, parent, z->apex, &cut->server_count);
        const struct world_zone *above =
            dname_is_root(parent->apex) ? parent : zone_deepest(w, dname_parent(parent->apex), true);
        cut->parent_servers = servers_of(w, above, parent->apex, &cut->parent_server_count);
    } else {
        cut->servers = servers_of(w, z, z->apex, &cut->server_count);
    }
    cut->nxdomain = !zone_name_exists(z->zone, fact->key.cut);
    if (zone_cut(z->zone, fact->key.cut) != NULL && !dname_equal(z->apex, fact->key.cut)) {
        /* A delegation to a zone that this world does not serve. */
        const dname *at = zone_cut(z->zone, fact->key.cut);
        cut->parent = z->apex;
        cut->parent_servers = cut->servers;
        cut->parent_server_count = cut->server_count;
        cut->apex = at;
        cut->servers = servers_of(w, z, at, &cut->server_count);
        cut->nxdomain = false;
    }
    facts_deliver(fact, cut);
}

static void answer_transfer(struct world *w, struct fact *fact)
{
    const struct transfer_ask *q = &fact->key.transfer;
    struct transfer *t = arena_alloc(facts_arena(fact->facts), sizeof(*t));
    const char *what = "refused";
    for (size_t i = 0; i < w->transfer_count; i++) {
        if (w->transfers[i].type == q->type && address_equal(&w->transfers[i].server, &q->server))
            what = w->transfers[i].what;
    }
    enum reason reason = reason_from(what);
    t->state = FACT_KNOWN;
    t->rcode = 5;
    if (reason != REASON_NONE && reason != REASON_REFUSED) {
        facts_deliver_unknown(fact, reason);
        return;
    }
    if (strcmp(what, "refused") != 0) {
        const struct world_zone *z = zone_exact(w, q->zone);
        const struct zone *zone = z != NULL ? z->zone : NULL;
        const dname **names = arena_array(facts_arena(fact->facts), zone != NULL ? zone_node_count(zone) : 1, sizeof(*names));
        t->rcode = 0;
        t->outcome = strcmp(what, "open") == 0 ? TRANSFER_DATA : TRANSFER_EMPTY;
        t->complete = true;
        t->full = t->outcome == TRANSFER_DATA;
        t->serial = 2026010101;
        t->records = t->outcome == TRANSFER_DATA ? 10 : 2;
        for (size_t i = 0; zone != NULL && t->outcome == TRANSFER_DATA && i < zone_node_count(zone); i++)
            names[t->name_count++] = zone_owner_at(zone, i);
        t->names = names;
    }
    facts_deliver(fact, t);
}

static void answer_walk(struct world *w, struct fact *fact)
{
    struct arena *a = facts_arena(fact->facts);
    const struct world_zone *z = zone_exact(w, fact->key.walk);
    if (w->walk == NULL) {
        facts_deliver(fact, z != NULL ? offline_walk(a, z->zone) : NULL);
        return;
    }
    if (reason_from(w->walk) != REASON_NONE) {
        facts_deliver_unknown(fact, reason_from(w->walk));
        return;
    }
    struct walk *walk = arena_alloc(a, sizeof(*walk));
    walk->state = FACT_KNOWN;
    walk->outcome = strcmp(w->walk, "nsec") == 0      ? WALK_NSEC
                    : strcmp(w->walk, "nsec3") == 0   ? WALK_NSEC3
                    : strcmp(w->walk, "minimal") == 0 ? WALK_MINIMAL
                                                      : WALK_UNSIGNED;
    walk->complete = walk->outcome == WALK_NSEC;
    walk->names = w->walk_names;
    walk->name_count = w->walk_count;
    walk->hops = (uint32_t)w->walk_count;
    facts_deliver(fact, walk);
}

static bool trusted(const struct world *w, const struct http_ask *q)
{
    bool good = q->https;
    for (size_t i = 0; i < w->untrusted_count; i++)
        good = good && strcmp(w->untrusted[i], q->host) != 0;
    return good;
}

static void answer_http(struct world *w, struct fact *fact)
{
    const struct http_ask *q = &fact->key.http;
    struct http_reply *r = arena_alloc(facts_arena(fact->facts), sizeof(*r));
    if (!w->settings.http) {
        facts_deliver_unknown(fact, REASON_NEEDS_OPT_IN);
        return;
    }
    for (size_t i = 0; i < w->page_count; i++) {
        const struct page *p = &w->pages[i];
        bool host = strcmp(p->host, "*") == 0 || strcmp(p->host, q->host) == 0;
        if (p->https != q->https || !host || strcmp(p->path, q->path) != 0)
            continue;
        if (p->failure != REASON_NONE) {
            facts_deliver_unknown(fact, p->failure);
            return;
        }
        *r = (struct http_reply){.state = FACT_KNOWN, .status = p->status, .headers = "", .body = p->body,
                                 .body_length = strlen(p->body), .at_s = w->settings.now_s,
                                 .certificate_covers = trusted(w, q)};
        for (size_t h = 0; h < w->header_count; h++) {
            if (strcmp(w->header_host[h], q->host) == 0 || strcmp(w->header_host[h], "*") == 0)
                r->headers = arena_printf(facts_arena(fact->facts), "%s%s\r\n", r->headers, w->header_line[h]);
        }
        facts_deliver(fact, r);
        return;
    }
    facts_deliver_unknown(fact, REASON_REFUSED);
}

static bool is_silent(struct world *w, const struct fact *fact)
{
    size_t length = 0;
    const uint8_t *key = w->silent != NULL ? fact_key(w->arena, fact, &length) : NULL;
    return key != NULL && length == w->silent_length && memcmp(key, w->silent, length) == 0;
}

static void answer_fact(struct world *w, struct fact *fact)
{
    if (is_silent(w, fact)) {
        facts_deliver_unknown(fact, REASON_TIMEOUT);
        return;
    }
    struct answer *answer = arena_alloc(w->arena, sizeof(*answer));
    struct vantage *vantage = arena_copy(w->arena, &w->vantage, sizeof(w->vantage));
    switch (fact->kind) {
    case FACT_ASK:
        facts_deliver(fact, reply_to(w, &fact->key.ask, answer));
        break;
    case FACT_LOOKUP:
        answer_lookup(w, fact->key.lookup.owner, fact->key.lookup.type, answer);
        facts_deliver(fact, answer);
        break;
    case FACT_CUT:
        answer_cut(w, fact);
        break;
    case FACT_TRANSFER:
        answer_transfer(w, fact);
        break;
    case FACT_WALK:
        answer_walk(w, fact);
        break;
    case FACT_HTTP:
        answer_http(w, fact);
        break;
    case FACT_VANTAGE:
        facts_deliver(fact, vantage);
        break;
    }
}

static void demand(void *context, struct fact *fact)
{
    struct world *w = context;
    if (w->queue_count == ARRAY_SIZE(w->queue))
        bad("more than %zu facts under way", ARRAY_SIZE(w->queue));
    w->queue[w->queue_count++] = fact;
}

/* ---- life of a world -------------------------------------------------------------------------------------------------------- */

static void add_builtin(struct world *w)
{
    struct arena *a = w->arena;
    zone_declare(w, dname_const(a, "."), "192.0.2.241");
    zone_declare(w, dname_const(a, "test."), "192.0.2.251,192.0.2.252");
    zone_declare(w, dname_const(a, "example.test."), "192.0.2.1,2001:db8::1,192.0.2.2");
    w->target = dname_const(a, "example.test.");
    w->vantage = (struct vantage){.state = FACT_KNOWN, .ipv4 = true, .ipv6 = true, .tcp = true,
                                  .parents_answer = true, .sent = 100};
    cidr_from_text("192.0.2.0/24", &w->public_blocks[0]);
    cidr_from_text("198.51.100.0/24", &w->public_blocks[1]);
    cidr_from_text("2001:db8::/32", &w->public_blocks[2]);
    w->settings = (struct settings){.live = true, .http = true, .ipv4 = true, .ipv6 = true, .seed = 42,
                                    .confirm_delay_s = 5, .as_public = w->public_blocks, .as_public_count = 3,
                                    .names = w->given, .owned = w->owned, .ignored = w->ignored};
    clock_parse("2026-01-01T00:00:00Z", &w->settings.now_s);
}

/* One state of the world; now_s 0: the default. */
static struct world *read_state(const char *text, int64_t now_s)
{
    struct world *w = calloc(1, sizeof(*w));
    w->arena = arena_new(0);
    add_builtin(w);
    if (now_s != 0)
        w->settings.now_s = now_s;
    read_text(w, text);
    build_all(w);
    w->settings.targets = &w->target;
    w->settings.targets_count = 1;
    return w;
}

static const char *find_before(const char *text)
{
    const char *at = strstr(text, "!before");
    while (at != NULL && at != text && at[-1] != '\n')
        at = strstr(at + 1, "!before");
    return at;
}

static int by_apex(const void *pa, const void *pb)
{
    const struct zone *const *a = pa;
    const struct zone *const *b = pb;
    return dname_compare(zone_apex(*a), zone_apex(*b));
}

/* The zone files of one state: that of the target, and those declared without a server. */
static const struct zone_set *zone_files(struct world *w, const dname *target)
{
    size_t count = 0;
    for (size_t i = 0; i < w->zone_count; i++) {
        bool own = &w->zones[i] == zone_deepest(w, target, false);
        bool missing = w->zone_missing && dname_equal(w->zones[i].apex, target);
        if (own)
            zone_set_gaps(w->zones[i].zone, w->gaps);
        if ((own || w->zones[i].file) && !missing)
            w->offline_list[count++] = w->zones[i].zone;
    }
    qsort(w->offline_list, count, sizeof(w->offline_list[0]), by_apex);
    w->offline_set.zones = w->offline_list;
    w->offline_set.count = count;
    return &w->offline_set;
}

struct world *world_new(const char *text)
{
    const char *before = find_before(text);
    char *now = before != NULL ? strndup(text, (size_t)(before - text)) : NULL;
    struct world *w = read_state(now != NULL ? now : text, 0);
    free(now);
    if (before != NULL) {
        const char *rest = before + strcspn(before, "\n");
        w->before = read_state(rest, w->settings.now_s);
        w->before->offline_set.served_live = strncmp(before, "!before live", 12) == 0;
        w->before->zone_missing = strncmp(before, "!before new", 11) == 0;
    }
    world_again(w, NULL, 0);
    return w;
}

void world_again(struct world *w, const uint8_t *silent, size_t silent_length)
{
    struct facts_options options = {.target = w->target, .settings = &w->settings,
                                    .source = {.context = w, .demand = demand}};
    if (w->offline) {
        struct world_zone *z = zone_deepest(w, w->target, false);
        w->settings.live = false;
        options.zones = zone_files(w, w->target);
        options.zones_before = w->before != NULL ? zone_files(w->before, w->target) : NULL;
        w->offline_zones = (struct offline){.zones = w->offline_list, .count = w->offline_set.count};
        options.source = offline_source(&w->offline_zones);
        options.zone = dname_equal(z->apex, w->target) && !w->zone_missing ? z->zone : NULL;
    }
    facts_free(w->facts);
    w->facts = facts_new(&options);
    w->queue_count = 0;
    w->silent = silent;
    w->silent_length = silent_length;
}

void world_free(struct world *w)
{
    facts_free(w->facts);
    for (size_t i = 0; i < w->zone_count; i++)
        zone_free(w->zones[i].zone);
    if (w->before != NULL)
        world_free(w->before);
    arena_free(w->arena);
    free(w);
}

struct facts *world_facts(struct world *w)
{
    return w->facts;
}

void world_settle(struct world *w, void (*fn)(struct facts *f, void *context), void *context)
{
    struct arena *scratch = arena_new(0);
    for (unsigned round = 0; round < 100; round++) {
        struct fact *const *missing = NULL;
        arena_reset(scratch);
        facts_run_begin(w->facts, scratch);
        fn(w->facts, context);
        if (facts_run_missing(w->facts, &missing) == 0) {
            arena_free(scratch);
            return;
        }
        if (w->queue_count == 0)
            facts_allow_last_round(w->facts);
        /* Answer in reverse: the order of arrival must not matter. */
        size_t count = w->queue_count;
        w->queue_count = 0;
        for (size_t i = count; i > 0; i--)
            answer_fact(w, w->queue[i - 1]);
    }
    bad("the facts do not settle within 100 rounds");
}
