/* SPDX-License-Identifier: BSD-2-Clause */
/* RRsets in recordings: a record a line; signatures follow the set they cover. Where lines alone would read
 * back as something else (a set without records, a set after its like, dropped records), a "set" line opens
 * it. */
#include "auditor/facts/recording_text.h"

#include "auditor/facts/zonefile_rdata.h"

#include <stdlib.h>
#include <string.h>

struct head {
    uint16_t more;
    uint32_t sig_ttl_s;
};

static const struct member head_members[] = {
    {.word = "more",                  .kind = MEMBER_U16, .offset = offsetof(struct head, more)},
    {.word = "sig-ttl", .kind = MEMBER_U32, .offset = offsetof(struct head, sig_ttl_s)},
    {0                              },
};

static bool covers(const struct rdata *signature, uint16_t type)
{
    return signature->length >= 2 && signature->octets[0] == type >> 8 &&
           signature->octets[1] == (type & 0xff);
}

static bool same_owner(const struct rrset *a, const struct rrset *b)
{
    return a->class == b->class && dname_equal(a->owner, b->owner);
}

/* Would a signature with that owner be taken for one of the set? */
static bool attracts(const struct rrset *set, const struct rrset *lone, const struct rdata *signature)
{
    return set->type != RRTYPE_RRSIG && same_owner(set, lone) && covers(signature, set->type);
}

/* ---- RDATA --------------------------------------------------------------------------------------------- */

/* Types whose presentation form is read here: those of our own reader, and of ldns's readers the few that are
 * met often. Its others leak memory over broken text (IPSECKEY), and a recording may come from anybody: they
 * stay in hexadecimal. */
static bool has_text_form(uint16_t type)
{
    switch (type) {
    case RRTYPE_A:
    case RRTYPE_NS:
    case RRTYPE_CNAME:
    case RRTYPE_SOA:
    case RRTYPE_PTR:
    case RRTYPE_HINFO:
    case RRTYPE_MX:
    case RRTYPE_TXT:
    case RRTYPE_AAAA:
    case RRTYPE_SRV:
    case RRTYPE_NAPTR:
    case RRTYPE_DNAME:
    case RRTYPE_DS:
    case RRTYPE_SSHFP:
    case RRTYPE_RRSIG:
    case RRTYPE_NSEC:
    case RRTYPE_DNSKEY:
    case RRTYPE_NSEC3:
    case RRTYPE_NSEC3PARAM:
    case RRTYPE_TLSA:
    case RRTYPE_CDS:
    case RRTYPE_CDNSKEY:
    case RRTYPE_CSYNC:
    case RRTYPE_ZONEMD:
    case RRTYPE_SVCB:
    case RRTYPE_HTTPS:
    case RRTYPE_SPF:
    case RRTYPE_CAA:
        return true;
    default:
        return false;
    }
}

static bool is_generic(const struct lines *l)
{
    const struct token *t = lines_peek(l);
    return t != NULL && !t->quoted && t->length == 2 && memcmp(t->text, "\\#", 2) == 0;
}

/* Parse the words that are left. @return the octets in l->octets, or false */
static bool parse_rdata(struct lines *l, struct arena *a, uint16_t type, uint16_t *length)
{
    if (!has_text_form(type) && !is_generic(l))
        return lines_fail(l, "expected the RDATA of this type as \\# LENGTH HEX (RFC 3597 section 5)");
    if (l->octets == NULL)
        l->octets = malloc(RDATA_MAX);
    if (l->octets == NULL)
        return lines_no_memory(l);
    struct rdata_text text = {.tokens = l->tokens + l->next,
                              .count = l->count - l->next,
                              .origin = DNAME_ROOT,
                              .type_token = l->next > 0 ? &l->tokens[l->next - 1] : l->tokens,
                              .octets = l->octets};
    if (!rdata_parse(a, type, &text))
        return lines_fail(l, text.error != NULL ? text.error : "expected the RDATA of this type");
    *length = (uint16_t)text.length;
    l->next = l->count;
    return true;
}

bool rdata_read(struct lines *l, struct arena *a, uint16_t type, struct rdata *out)
{
    uint16_t length = 0;
    if (!parse_rdata(l, a, type, &length))
        return false;
    out->length = length;
    out->octets = arena_copy(a, l->octets, length);
    return out->octets != NULL || lines_no_memory(l);
}

static bool reads_back(struct rrset_writer *w, uint16_t type, const char *text, const struct rdata *rdata)
{
    struct lines *l = &w->lines;
    uint16_t length = 0;
    bool same = lines_split(l, text, strlen(text)) && parse_rdata(l, w->scratch, type, &length) &&
                length == rdata->length && (length == 0 || memcmp(l->octets, rdata->octets, length) == 0);
    l->error = NULL; /* a try, not a fault */
    l->no_memory = false;
    return same;
}

void rdata_write(struct rrset_writer *w, uint16_t type, const struct rdata *rdata)
{
    const char *text = rdata_text(w->scratch, type, rdata);
    if (reads_back(w, type, text, rdata)) {
        size_t length = strlen(text);
        while (length > 0 && text[length - 1] == ' ') /* behind an empty last field */
            length--;
        buf_add(w->out, text, length);
        return;
    }
    buf_printf(w->out, "\\# %u ", (unsigned)rdata->length);
    for (size_t i = 0; i < rdata->length; i++)
        buf_printf(w->out, "%02x", (unsigned)rdata->octets[i]);
}

/* ---- writing ------------------------------------------------------------------------------------------- */

static void write_class(struct buf *out, uint16_t class)
{
    if (class == RRCLASS_IN)
        buf_str(out, "IN ");
    else if (class == RRCLASS_CH)
        buf_str(out, "CH ");
    else
        buf_printf(out, "CLASS%u ", (unsigned)class);
}

static void write_start(struct rrset_writer *w, const char *word, const struct rrset *set, uint32_t ttl_s,
                        uint16_t type)
{
    buf_printf(w->out, " %s ", word);
    write_name(w->out, set->owner);
    buf_printf(w->out, " %u ", ttl_s);
    write_class(w->out, set->class);
    write_type(w->out, type);
}

/* A "set" line is needed if the reader would not come to this set by its records alone. */
static bool needs_head(const struct rrset *set, const struct rrset *before)
{
    if (set->count == 0 || set->more > 0 || (set->sig_count == 0 && set->sig_ttl_s != 0))
        return true;
    if (before == NULL)
        return false;
    if (before->type == set->type && same_owner(before, set))
        return true;
    return set->type == RRTYPE_RRSIG && attracts(before, set, &set->rdata[0]);
}

static void write_where(struct rrset_writer *w, const struct location *where)
{
    buf_str(w->out, "  where ");
    write_word(w->out, where->file != NULL ? where->file : "");
    buf_printf(w->out, " %u %u %u %u\n", where->line, where->column, where->end_line, where->end_column);
}

static void write_signatures(struct rrset_writer *w, const char *word, const struct rrset *set)
{
    for (uint16_t i = 0; i < set->sig_count; i++) {
        if (attracts(set, set, &set->sigs[i])) {
            buf_char(w->out, ' ');
            write_start(w, word, set, set->sig_ttl_s, RRTYPE_RRSIG);
            buf_char(w->out, ' ');
        } else {
            buf_printf(w->out, "  signature %u ", set->sig_ttl_s);
        }
        rdata_write(w, RRTYPE_RRSIG, &set->sigs[i]);
        buf_char(w->out, '\n');
    }
}

static void write_set(struct rrset_writer *w, const char *word, const struct rrset *set,
                      const struct rrset *before)
{
    if (needs_head(set, before)) {
        const struct head head = {.more = set->more, .sig_ttl_s = set->sig_count == 0 ? set->sig_ttl_s : 0};
        buf_str(w->out, "  set");
        write_start(w, word, set, set->ttl_s, set->type);
        members_write(w->out, " ", head_members, &head);
        buf_char(w->out, '\n');
    }
    for (uint16_t i = 0; i < set->count; i++) {
        buf_char(w->out, ' ');
        write_start(w, word, set, set->ttl_s, set->type);
        buf_char(w->out, ' ');
        rdata_write(w, set->type, &set->rdata[i]);
        buf_char(w->out, '\n');
        if (set->where != NULL)
            write_where(w, &set->where[i]);
    }
    write_signatures(w, word, set);
}

void rrsets_write(struct rrset_writer *w, const char *word, const struct rrset *sets, size_t count)
{
    for (size_t i = 0; i < count; i++)
        write_set(w, word, &sets[i], i > 0 ? &sets[i - 1] : NULL);
}

/* ---- reading ------------------------------------------------------------------------------------------- */

static struct rrset *last_set(struct sets *sets)
{
    return sets->count > 0 ? &sets->list[sets->count - 1] : NULL;
}

static struct rrset *open_set(struct lines *l, struct arena *a, struct sets *sets, const struct rrset *start)
{
    struct rrset *list = list_room(a, sets->list, sets->count, &sets->capacity, sizeof(*list));
    if (list == NULL) {
        lines_no_memory(l);
        return NULL;
    }
    sets->list = list;
    sets->data = sets->sigs = NULL;
    sets->where = NULL;
    sets->data_capacity = sets->sig_capacity = 0;
    list[sets->count] = *start;
    return &list[sets->count++];
}

static bool read_start(struct lines *l, struct arena *a, struct rrset *start)
{
    return read_name(l, a, false, &start->owner) && read_number(l, UINT32_MAX, &start->ttl_s) &&
           read_class(l, &start->class) && read_type(l, &start->type);
}

/* The owner of a line that goes on with the set before is not kept twice. */
static bool read_start_after(struct lines *l, struct arena *a, const struct rrset *before,
                             struct rrset *start)
{
    const struct token *t = lines_peek(l);
    dname name[DNAME_MAX];
    if (before == NULL || t == NULL || t->quoted || token_name(t, DNAME_ROOT, name) != NULL ||
        !dname_equal(name, before->owner))
        return read_start(l, a, start);
    l->next++;
    start->owner = before->owner;
    return read_number(l, UINT32_MAX, &start->ttl_s) && read_class(l, &start->class) &&
           read_type(l, &start->type);
}

static bool add_signature(struct lines *l, struct arena *a, struct sets *sets, uint32_t ttl_s,
                          const struct rdata *rdata)
{
    struct rrset *set = last_set(sets);
    if (set->sig_count >= RECORDING_RECORDS_MAX)
        return lines_fail(l, "expected fewer signatures in one set");
    struct rdata *sigs = list_room(a, sets->sigs, set->sig_count, &sets->sig_capacity, sizeof(*sigs));
    if (sigs == NULL)
        return lines_no_memory(l);
    sets->sigs = sigs;
    sigs[set->sig_count] = *rdata;
    set->sigs = sigs;
    if (set->sig_count == 0 || ttl_s < set->sig_ttl_s)
        set->sig_ttl_s = ttl_s;
    set->sig_count++;
    return true;
}

static bool add_record(struct lines *l, struct arena *a, struct sets *sets, uint32_t ttl_s,
                       const struct rdata *rdata)
{
    struct rrset *set = last_set(sets);
    size_t before = sets->data_capacity;
    if (set->count >= RECORDING_RECORDS_MAX)
        return lines_fail(l, "expected fewer records in one set");
    struct rdata *data = list_room(a, sets->data, set->count, &sets->data_capacity, sizeof(*data));
    if (data == NULL)
        return lines_no_memory(l);
    sets->data = data;
    if (sets->where != NULL && before != sets->data_capacity) {
        struct location *where = arena_array(a, sets->data_capacity, sizeof(*where));
        if (where == NULL)
            return lines_no_memory(l);
        memcpy(where, sets->where, before * sizeof(*where));
        sets->where = where;
        set->where = where;
    }
    if (sets->where != NULL)
        sets->where[set->count].file = "";
    data[set->count] = *rdata;
    set->rdata = data;
    if (ttl_s < set->ttl_s)
        set->ttl_s = ttl_s;
    set->count++;
    return true;
}

bool rrsets_read_record(struct lines *l, struct arena *a, struct sets *sets)
{
    struct rrset start = {0};
    struct rdata rdata = {0};
    struct rrset *last = last_set(sets);
    if (!read_start_after(l, a, last, &start) || !rdata_read(l, a, start.type, &rdata))
        return false;
    if (last != NULL && start.type == RRTYPE_RRSIG && attracts(last, &start, &rdata))
        return add_signature(l, a, sets, start.ttl_s, &rdata);
    if (last == NULL || last->type != start.type || !same_owner(last, &start))
        last = open_set(l, a, sets, &start);
    return last != NULL && add_record(l, a, sets, start.ttl_s, &rdata);
}

bool rrsets_read_head(struct lines *l, struct arena *a, struct sets *sets)
{
    struct rrset start = {0};
    struct head head = {0};
    if (!read_start(l, a, &start) || !members_read(l, a, head_members, &head))
        return false;
    start.more = head.more;
    start.sig_ttl_s = head.sig_ttl_s;
    return open_set(l, a, sets, &start) != NULL;
}

bool rrsets_read_signature(struct lines *l, struct arena *a, struct sets *sets)
{
    uint32_t ttl_s = 0;
    struct rdata rdata = {0};
    if (sets == NULL || last_set(sets) == NULL)
        return lines_fail(l, "expected a record before its signature");
    return read_number(l, UINT32_MAX, &ttl_s) && rdata_read(l, a, RRTYPE_RRSIG, &rdata) &&
           add_signature(l, a, sets, ttl_s, &rdata);
}

bool rrsets_read_where(struct lines *l, struct arena *a, struct sets *sets)
{
    struct rrset *set = sets != NULL ? last_set(sets) : NULL;
    struct location where = {0};
    if (set == NULL || set->count == 0)
        return lines_fail(l, "expected a record before its place");
    if (!read_text(l, a, &where.file) || !read_number(l, UINT32_MAX, &where.line) ||
        !read_number(l, UINT32_MAX, &where.column) || !read_number(l, UINT32_MAX, &where.end_line) ||
        !read_number(l, UINT32_MAX, &where.end_column))
        return false;
    if (sets->where == NULL) {
        sets->where = arena_array(a, sets->data_capacity, sizeof(*sets->where));
        if (sets->where == NULL)
            return lines_no_memory(l);
        for (size_t i = 0; i < set->count; i++)
            sets->where[i].file = "";
        set->where = sets->where;
    }
    sets->where[set->count - 1] = where;
    return true;
}
