/* SPDX-License-Identifier: BSD-2-Clause */
/* Turns facts into the evidence that reports print. */
#include "auditor/engine/evidence.h"

#include "auditor/base/buf.h"
#include "auditor/base/text.h"

#include <stdio.h>
#include <string.h>

#define RECORDS_SHOWN 12U

const char *rcode_text(uint16_t rcode, char text[static 16])
{
    static const char *const names[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED",
                                        "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"};
    if (rcode < ARRAY_SIZE(names))
        snprintf(text, 16, "%s", names[rcode]);
    else if (rcode == 16)
        snprintf(text, 16, "BADVERS");
    else if (rcode == 23)
        snprintf(text, 16, "BADCOOKIE");
    else
        snprintf(text, 16, "RCODE%u", (unsigned)rcode);
    return text;
}

enum shown { SHOW_RDATA, SHOW_OWNER, SHOW_OWNER_TTL };

static void print_set(struct buf *out, struct arena *a, const struct rrset *set, enum shown shown)
{
    char type[16];
    for (uint16_t i = 0; i < set->count && i < RECORDS_SHOWN; i++) {
        if (out->length > 0)
            buf_str(out, "; ");
        if (shown != SHOW_RDATA)
            buf_printf(out, "%s ", dname_text(a, set->owner));
        if (shown == SHOW_OWNER_TTL)
            buf_printf(out, "%u ", set->ttl_s);
        if (shown != SHOW_RDATA)
            buf_printf(out, "%s ", rrtype_text(set->type, type));
        buf_str(out, rdata_text(a, set->type, &set->rdata[i]));
    }
    unsigned hidden = (set->count > RECORDS_SHOWN ? set->count - RECORDS_SHOWN : 0U) + set->more;
    if (hidden > 0)
        buf_printf(out, "; and %u more", hidden);
}

static void print_section(struct buf *out, struct arena *a, const char *name, const struct section *s,
                          enum shown shown)
{
    for (size_t i = 0; i < s->count && i < 8; i++) {
        struct buf part = BUF_INIT(65536);
        if (s->sets[i].type == RRTYPE_NSEC || s->sets[i].type == RRTYPE_NSEC3 || s->sets[i].type == RRTYPE_RRSIG)
            continue;
        print_set(&part, a, &s->sets[i], shown);
        buf_printf(out, "%s%s", i == 0 ? name : "; ", buf_text(&part));
        buf_free(&part);
    }
}

static void print_reply(struct buf *out, struct arena *a, const struct reply *r)
{
    char rcode[16];
    if (r->state != REPLY_OK) {
        buf_printf(out, "no answer: %s", reason_text(r->reason));
        if (r->tries > 1)
            buf_printf(out, " (%u tries)", (unsigned)r->tries);
        return;
    }
    buf_printf(out, "%s%s%s%s%s%s", rcode_text(r->rcode, rcode), r->aa ? " aa" : "", r->tc ? " tc" : "",
               r->ra ? " ra" : "", r->tcp ? " over TCP" : "", r->edns_fallback ? " without EDNS only" : "");
    /* The TTL of a cache says when it was filled, and nothing about the zone. */
    print_section(out, a, "; answer: ", &r->answer, r->aa ? SHOW_OWNER_TTL : SHOW_OWNER);
    if (r->answer.count == 0)
        print_section(out, a, "; authority: ", &r->authority, SHOW_OWNER_TTL);
    if (r->mismatches > 0)
        buf_printf(out, "; %u replies that did not match the question were dropped", (unsigned)r->mismatches);
}

static void print_answer(struct buf *out, struct arena *a, const struct answer *answer)
{
    switch (answer->state) {
    case ANSWER_RRSET:
        print_set(out, a, answer->rrset, SHOW_RDATA);
        break;
    case ANSWER_ALIAS:
        buf_printf(out, "alias of %s", dname_text(a, answer->target));
        break;
    case ANSWER_NODATA:
        buf_str(out, "NODATA");
        break;
    case ANSWER_NXDOMAIN:
        buf_str(out, "NXDOMAIN");
        break;
    default:
        buf_printf(out, "not known: %s", reason_text(answer->reason));
    }
    if (answer->wildcard)
        buf_str(out, " (from a wildcard)");
}

static const char *location_text(struct arena *a, const struct location *where)
{
    return arena_printf(a, "%s:%u", where->file, where->line);
}

static void ask_evidence(struct arena *a, const struct fact *fact, struct evidence *e, struct buf *value)
{
    const struct ask *q = &fact->key.ask;
    const struct reply *r = fact->value;
    char type[16];
    char address[ADDRESS_TEXT_SIZE];
    e->kind = "server";
    e->label = arena_printf(a, "%s%s %s%s%s", q->class == RRCLASS_CH ? "CH " : "", rrtype_text(q->type, type),
                            dname_text(a, q->owner), (q->flags & ASK_TCP) != 0 ? " over TCP" : "",
                            q->repeat > 0 ? ", asked again" : "");
    e->source = arena_strdup(a, address_text(&q->server, address));
    e->at_s = r->at_s;
    print_reply(value, facts_arena(fact->facts), r);
}

static void lookup_evidence(struct arena *a, const struct fact *fact, struct evidence *e, struct buf *value)
{
    const struct answer *answer = fact->value;
    char type[16];
    char address[ADDRESS_TEXT_SIZE];
    e->kind = "answer";
    e->label = arena_printf(a, "%s %s", rrtype_text(fact->key.lookup.type, type), dname_text(a, fact->key.lookup.owner));
    if (answer->reply != NULL) {
        e->source = arena_strdup(a, address_text(&answer->reply->server, address));
        e->at_s = answer->reply->at_s;
    } else if (answer->rrset != NULL && answer->rrset->where != NULL) {
        e->kind = "file";
        e->source = location_text(a, &answer->rrset->where[0]);
    } else {
        e->source = answer->state == ANSWER_UNKNOWN ? "" : "zone file";
    }
    print_answer(value, facts_arena(fact->facts), answer);
}

static void cut_evidence(struct arena *a, const struct fact *fact, struct evidence *e, struct buf *value)
{
    const struct cut *cut = fact->value;
    e->kind = "delegation";
    e->label = arena_printf(a, "zone of %s", dname_text(a, fact->key.cut));
    if (cut->state != FACT_KNOWN) {
        buf_printf(value, "not known: %s", reason_text(cut->reason));
        return;
    }
    buf_printf(value, "zone %s", dname_text(facts_arena(fact->facts), cut->apex));
    for (size_t i = 0; i < cut->server_count && i < RECORDS_SHOWN; i++) {
        char address[ADDRESS_TEXT_SIZE];
        buf_printf(value, "%s%s %s", i == 0 ? ", servers " : ", ", dname_text(a, cut->servers[i].name),
                   address_text(&cut->servers[i].address, address));
    }
    if (cut->nxdomain)
        buf_str(value, ", where the name does not exist");
}

static void transfer_evidence(struct arena *a, const struct fact *fact, struct evidence *e, struct buf *value)
{
    const struct transfer *t = fact->value;
    const struct transfer_ask *q = &fact->key.transfer;
    char type[16];
    char address[ADDRESS_TEXT_SIZE];
    char rcode[16];
    e->kind = "transfer";
    e->label = arena_printf(a, "%s %s%s", rrtype_text(q->type, type), dname_text(a, q->zone),
                            q->with_key ? " with the owner's key" : "");
    e->source = arena_strdup(a, address_text(&q->server, address));
    if (t->state != FACT_KNOWN)
        buf_printf(value, "no answer: %s", reason_text(t->reason));
    else if (t->outcome == TRANSFER_DATA)
        buf_printf(value, "transferred: %u records in %u octets%s, serial %u", t->records, t->octets,
                   t->complete ? "" : " until we stopped", t->serial);
    else if (t->outcome == TRANSFER_EMPTY)
        buf_printf(value, "SOA only, serial %u", t->serial);
    else
        buf_printf(value, "refused (%s)", t->rcode != 0 ? rcode_text(t->rcode, rcode) : "connection closed");
}

static void walk_evidence(struct arena *a, const struct fact *fact, struct evidence *e, struct buf *value)
{
    static const char *const outcomes[] = {"no denial records", "an NSEC chain", "NSEC3: hashed names only",
                                           "minimal denial: nothing to walk"};
    const struct walk *w = fact->value;
    e->kind = "walk";
    e->label = arena_printf(a, "NSEC walk of %s", dname_text(a, fact->key.walk));
    if (w->state != FACT_KNOWN) {
        buf_printf(value, "not known: %s", reason_text(w->reason));
        return;
    }
    buf_str(value, outcomes[w->outcome]);
    if (w->outcome == WALK_NSEC)
        buf_printf(value, " of %zu names, %u steps%s", w->name_count, w->hops, w->complete ? ", complete" : "");
}

static void http_evidence(struct arena *a, const struct fact *fact, struct evidence *e, struct buf *value)
{
    const struct http_reply *r = fact->value;
    const struct http_ask *q = &fact->key.http;
    char address[ADDRESS_TEXT_SIZE];
    const char *url = arena_printf(a, "GET %s://%s%s", q->https ? "https" : "http", q->host, q->path);
    e->kind = "http";
    e->label = url != NULL ? text_gate(a, url, strlen(url), 300) : "";
    e->source = arena_strdup(a, address_text(&q->address, address));
    e->at_s = r->at_s;
    if (r->state != FACT_KNOWN) {
        buf_printf(value, "no answer: %s", r->error != NULL ? r->error : reason_text(r->reason));
        return;
    }
    buf_printf(value, "status %u, %zu octets%s, SHA-256 ", (unsigned)r->status, r->body_length, r->body_cut ? " (cut)" : "");
    for (size_t i = 0; i < sizeof(r->body_sha256); i++)
        buf_printf(value, "%02x", (unsigned)r->body_sha256[i]);
    size_t shown = r->body_length < 200 ? r->body_length : 200;
    buf_printf(value, "; begins: %s", text_gate(a, r->body, shown, 200));
    if (r->certificate != NULL)
        buf_printf(value, "; certificate %s (%s)", text_gate(a, r->certificate, strlen(r->certificate), 300),
                   r->certificate_covers ? "covers the name" : "does not cover the name or is not trusted");
}

static void vantage_evidence(const struct fact *fact, struct evidence *e, struct buf *value)
{
    const struct vantage *v = fact->value;
    e->kind = "vantage";
    e->label = "self-test of our own position";
    if (v->state != FACT_KNOWN) {
        buf_str(value, "not done");
        return;
    }
    buf_printf(value, "IPv4 %s, IPv6 %s, TCP %s%s, %u of %u queries lost", v->ipv4 ? "works" : "no path",
               v->ipv6 ? "works" : "no path", v->tcp ? "works" : "blocked",
               v->intercepted ? ", port 53 is intercepted" : "", v->lost, v->sent);
}

const struct evidence *evidence_of(struct fact *fact, struct arena *a)
{
    if (fact->evidence != NULL)
        return fact->evidence;
    struct evidence *e = arena_alloc(a, sizeof(*e));
    struct buf value = BUF_INIT((size_t)1 << 20);
    if (e == NULL)
        return NULL;
    switch (fact->kind) {
    case FACT_ASK:
        ask_evidence(a, fact, e, &value);
        break;
    case FACT_LOOKUP:
        lookup_evidence(a, fact, e, &value);
        break;
    case FACT_CUT:
        cut_evidence(a, fact, e, &value);
        break;
    case FACT_TRANSFER:
        transfer_evidence(a, fact, e, &value);
        break;
    case FACT_WALK:
        walk_evidence(a, fact, e, &value);
        break;
    case FACT_HTTP:
        http_evidence(a, fact, e, &value);
        break;
    case FACT_VANTAGE:
        vantage_evidence(fact, e, &value);
        break;
    }
    e->value = text_gate(a, buf_text(&value), value.length, TEXT_EVIDENCE_MAX);
    if (value.length > strlen(e->value)) {
        e->raw = arena_copy(a, value.data, value.length < 65536 ? value.length : 65536);
        e->raw_length = e->raw != NULL ? (value.length < 65536 ? value.length : 65536) : 0;
    }
    if (e->label == NULL)
        e->label = "";
    if (e->source == NULL)
        e->source = "";
    buf_free(&value);
    fact->evidence = e;
    return e;
}

uint32_t evidence_rtt_us(const struct fact *fact)
{
    if (fact->value == NULL)
        return 0;
    if (fact->kind == FACT_ASK)
        return ((const struct reply *)fact->value)->rtt_us;
    if (fact->kind == FACT_LOOKUP) {
        const struct answer *answer = fact->value;
        return answer->reply != NULL ? answer->reply->rtt_us : 0;
    }
    return 0;
}
