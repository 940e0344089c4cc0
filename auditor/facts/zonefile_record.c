/* SPDX-License-Identifier: BSD-2-Clause */
/* Records of master files: owner, TTL, class, type, RDATA (RFC 1035 section 5.1). */
#include "auditor/facts/zonefile_parser.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TTL_DEFAULT 3600U
#define TTL_MAX 0x7fffffffU /* RFC 2181 section 8 */
#define CLASS_HS 4

/* ---- into the zone --------------------------------------------------------------------------- */

static bool keep_early(struct parser *p, const struct early *record)
{
    if (p->early_count == p->early_capacity) {
        size_t capacity = p->early_capacity != 0 ? p->early_capacity * 2 : 64;
        struct early *early = realloc(p->early, capacity * sizeof(*early));
        if (early == NULL)
            return false;
        p->early = early;
        p->early_capacity = capacity;
    }
    struct early *e = &p->early[p->early_count];
    *e = *record;
    e->owner = dname_copy(p->arena, record->owner);
    e->rdata.octets = arena_copy(p->arena, record->rdata.octets, record->rdata.length);
    if (e->owner == NULL || e->rdata.octets == NULL)
        return false;
    p->early_count++;
    return true;
}

static void out_of_zone(struct parser *p, const struct early *r)
{
    char type[16];
    char name[DNAME_TEXT_MAX];
    char apex[DNAME_TEXT_MAX];
    const char *record = NULL;
    const char *message = NULL;
    if (report_kept(p, ZONE_FAULT_OUT_OF_ZONE)) {
        record = arena_printf(p->scratch, "%s %s", rrtype_text(r->type, type),
                              rdata_text(p->scratch, r->type, &r->rdata));
        message = arena_printf(p->scratch, "%s is not in the zone %s: name servers ignore the record",
                               dname_text_into(r->owner, name), dname_text_into(p->out->apex, apex));
    }
    report_record(p, ZONE_FAULT_OUT_OF_ZONE, &r->where, r->owner, r->type, record != NULL ? record : "",
                  message != NULL ? message : "a record that is not in the zone");
}

static bool into_zone(struct parser *p, const struct early *r)
{
    enum status status = zone_add(p->out->zone, r->owner, r->type, RRCLASS_IN, r->ttl_s, r->rdata.octets,
                                  r->rdata.length, &r->where);
    if (status == STATUS_USAGE) /* RFC 1035 section 5.2 */
        out_of_zone(p, r);
    return status == STATUS_OK || status == STATUS_USAGE;
}

bool record_begin_zone(struct parser *p, const dname *apex)
{
    p->out->zone = zone_new(apex);
    if (p->out->zone == NULL)
        return false;
    p->out->apex = zone_apex(p->out->zone);
    bool ok = true;
    for (size_t i = 0; ok && i < p->early_count; i++)
        ok = into_zone(p, &p->early[i]);
    free(p->early);
    p->early = NULL;
    p->early_count = p->early_capacity = 0;
    return ok;
}

static void add_record(struct parser *p, const struct early *record)
{
    bool ok = true;
    if (p->records++ >= p->record_limit) {
        if (p->records == p->record_limit + 1)
            report_at(p, ZONE_FAULT_SYNTAX, &record->where, "", "more records than are read from one file");
        return;
    }
    if (p->out->zone == NULL && record->type == RRTYPE_SOA)
        ok = record_begin_zone(p, record->owner);
    if (ok)
        ok = p->out->zone != NULL ? into_zone(p, record) : keep_early(p, record);
    p->no_memory = p->no_memory || !ok;
}

/* ---- owner ----------------------------------------------------------------------------------- */

static bool read_owner(struct parser *p, const struct token *t)
{
    if (t->length == p->owner_text_length && memcmp(t->text, p->owner_text, t->length) == 0 && !t->quoted)
        return true;
    dname name[DNAME_MAX];
    size_t length = 0;
    enum zone_fault fault = ZONE_FAULT_SYNTAX;
    const char *error = token_name_length(t, p->now.origin, name, &length, &fault);
    p->owner_text_length = 0;
    p->now.owner_set = error == NULL;
    p->now.owner_lost = error != NULL;
    if (error != NULL) {
        report_token(p, fault, t, error);
        return false;
    }
    memcpy(p->now.owner, name, length);
    if (!t->quoted && t->length <= sizeof(p->owner_text)) {
        memcpy(p->owner_text, t->text, t->length);
        p->owner_text_length = t->length;
    }
    return true;
}

/* A leading blank takes the owner of the record before (RFC 1035 section 5.1). */
static bool inherit_owner(struct parser *p, const struct entry *e)
{
    char name[DNAME_TEXT_MAX];
    if (p->now.owner_lost)
        return false; /* told where the owner stands */
    if (!p->now.owner_set) {
        report_token(p, ZONE_FAULT_SYNTAX, &e->tokens[0],
                     "a record without an owner: expected a name at the start of the line");
        return false;
    }
    if (p->hazard) {
        const struct location where = entry_location(p, e);
        p->subject = true;
        const char *message =
            arena_printf(p->scratch,
                         "the line begins with a blank, so its owner is still %s, from before the directive",
                         dname_text_into(p->now.owner, name));
        report_at(p, ZONE_REMARK_INHERITED, &where, NULL,
                  message != NULL ? message : "an owner from before the directive");
    }
    return true;
}

/* ---- TTL, class, type ------------------------------------------------------------------------ */

static uint16_t class_of(const struct token *t)
{
    if (t->length < 2 || t->quoted)
        return 0;
    if (t->length == 2 && (t->text[0] | 32) == 'i' && (t->text[1] | 32) == 'n')
        return RRCLASS_IN;
    if (token_is(t, "CH"))
        return RRCLASS_CH;
    if (token_is(t, "HS"))
        return CLASS_HS;
    uint32_t number = 0;
    if (t->length > 5 && strncasecmp(t->text, "CLASS", 5) == 0) {
        const struct token rest = {.text = t->text + 5, .length = t->length - 5};
        return token_number(&rest, UINT16_MAX, &number) ? (uint16_t)number : 0;
    }
    return 0;
}

/* What stands between owner and type: each at most once, in any order. */
struct middle {
    uint32_t ttl_s;
    bool ttl_seen;
    const struct token *class_token; /* NULL: none, it is IN */
    uint16_t class;
    size_t at; /* of the type */
};

static struct middle read_middle(const struct entry *e, size_t at)
{
    struct middle m = {.class = RRCLASS_IN};
    for (; at < e->count; at++) {
        const struct token *t = &e->tokens[at];
        if (t->length > 0 && t->text[0] >= '0' && t->text[0] <= '9') {
            if (m.ttl_seen || !token_ttl(t, &m.ttl_s))
                break;
            m.ttl_seen = true;
            continue;
        }
        uint16_t class = m.class_token == NULL ? class_of(t) : 0;
        if (class == 0)
            break;
        m.class = class;
        m.class_token = t;
    }
    m.at = at;
    return m;
}

/* Types that are asked for or travel in messages, and never stand in a zone (RFC 6895 section 3.1). */
static bool meta_type(uint16_t type)
{
    return type == RRTYPE_OPT || (type >= 128 && type <= 255) || type == UINT16_MAX;
}

/* @return false if the record is lost */
static bool check_type(struct parser *p, const struct entry *e, const struct middle *m)
{
    const struct token *t = m->at < e->count ? &e->tokens[m->at] : &e->tokens[e->count - 1];
    uint16_t type = m->at < e->count ? token_type(t) : 0;
    p->type = type;
    if (m->at < e->count && (meta_type(type) || token_is(t, "TYPE0"))) {
        report_token(p, ZONE_FAULT_META_TYPE, t,
                     "a type that exists in questions and messages only, and cannot be in a zone");
        return false;
    }
    if (m->class != RRCLASS_IN) {
        report_token(p, ZONE_FAULT_CLASS, m->class_token,
                     "the class of the zone is IN: name servers refuse or drop the record");
        return false;
    }
    if (m->at == e->count)
        report_token(p, ZONE_FAULT_SYNTAX, t, "expected a record type behind this word");
    else if (type == 0)
        report_token(p, ZONE_FAULT_SYNTAX, t, "expected a record type, a class or a TTL");
    return type != 0;
}

static void remark(struct parser *p, enum zone_fault kind, const struct entry *e, const char *message)
{
    const struct location where = entry_location(p, e);
    report_at(p, kind, &where, NULL, message);
}

static uint32_t settle_ttl(struct parser *p, const struct entry *e, const struct middle *m)
{
    if (m->ttl_seen) {
        p->last_ttl_set = true;
        p->last_ttl_s = m->ttl_s;
        if (m->ttl_s > TTL_MAX) {
            p->last_ttl_s = 0;
            remark(p, ZONE_REMARK_TTL, e, "a TTL above 2147483647 seconds: it counts as 0");
        }
        return p->last_ttl_s;
    }
    if (p->now.ttl_set)
        return p->now.ttl_s;
    if (p->last_ttl_set)
        return p->last_ttl_s;
    const struct location where = entry_location(p, e);
    report_record(p, ZONE_REMARK_TTL_MISSING, &where, NULL, 0, "$TTL",
                  "neither a TTL nor a $TTL before it: name servers choose one of their own");
    return TTL_DEFAULT;
}

/* A quote in the middle of a word ends it: what stands behind is a string of its own. */
static void check_quotes(struct parser *p, const struct entry *e, size_t at)
{
    for (; at < e->count; at++) {
        const struct token *t = &e->tokens[at];
        if (!t->glued && (t->quoted || memchr(t->text, '"', t->length) == NULL))
            continue;
        remark(p, ZONE_REMARK_QUOTE, e, "a quote in the middle of a word: servers differ on what that means");
        return;
    }
}

/* ---- a record -------------------------------------------------------------------------------- */

/* Octets given in the generic form (RFC 3597 section 5) can be anything; servers refuse what the type cannot
 * have. */
static bool has_form(uint16_t type, const struct rdata *rdata)
{
    switch (type) {
    case RRTYPE_A:
        return rdata->length == 4;
    case RRTYPE_AAAA:
        return rdata->length == 16;
    case RRTYPE_NS:
    case RRTYPE_CNAME:
    case RRTYPE_PTR:
    case RRTYPE_DNAME:
        return dname_from_wire(rdata->octets, rdata->length) == rdata->length && rdata->length > 0;
    default:
        return true;
    }
}

static void parse_rdata(struct parser *p, const struct entry *e, const struct middle *m)
{
    const uint16_t type = p->type;
    struct rdata_text r = {.tokens = e->tokens + m->at + 1,
                           .count = e->count - m->at - 1,
                           .origin = p->now.origin,
                           .type_token = &e->tokens[m->at],
                           .octets = p->rdata};
    if (!rdata_parse(p->scratch, type, &r)) {
        const char *error = r.error != NULL ? r.error : "RDATA that cannot be read";
        report_token(p, r.fault, r.error_token != NULL ? r.error_token : &e->tokens[m->at], error);
        return;
    }
    const struct rdata rdata = {(uint16_t)r.length, p->rdata};
    if (r.count > 1 && r.tokens[0].length == 2 && r.tokens[0].text[0] == '\\' && !has_form(type, &rdata)) {
        report_token(p, ZONE_FAULT_SYNTAX, &r.tokens[1], "octets that a record of this type cannot have");
        return;
    }
    if (type == RRTYPE_TXT || type == RRTYPE_SPF)
        check_quotes(p, e, m->at + 1);
    const struct early record = {p->now.owner, type, settle_ttl(p, e, m), rdata, entry_location(p, e)};
    add_record(p, &record);
}

void record_parse(struct parser *p, const struct entry *e)
{
    bool ok = e->leading_blank ? inherit_owner(p, e) : read_owner(p, &e->tokens[0]);
    p->hazard = false;
    if (!ok)
        return;
    p->subject = true;
    const struct middle m = read_middle(e, e->leading_blank ? 0 : 1);
    p->type_at = m.at < e->count ? m.at : e->count - 1;
    if (check_type(p, e, &m))
        parse_rdata(p, e, &m);
}
