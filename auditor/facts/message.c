/* SPDX-License-Identifier: BSD-2-Clause */
/* Parser and query writer for DNS messages (RFC 1035 section 4, RFC 6891): bounded, allocation from the arena
 * only, work proportional to the octets whatever they say. */
#include "auditor/facts/message.h"

#include "auditor/base/reader.h"
#include "auditor/base/table.h"

#include <string.h>

#define HEADER_SIZE 12
#define JUMPS_MAX 128      /* compression pointers of one name, as c-ares */
#define RECORDS_KEPT 100   /* of one RRset, as BIND's max-records-per-type */
#define RECORD_SIZE_MIN 11 /* root owner, type, class, TTL, RDLENGTH */
#define EDNS_SIZE_DEFAULT 1232
#define OPTION_COOKIE 10
#define COOKIE_MAX 40    /* RFC 7873 section 4: 8 octets of the client, up to 32 of the server */
#define FIXED_RECORDS 48 /* a section of so many records is grouped without allocation */
#define BUCKETS 256
#define NONE UINT32_MAX

static inline uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

static inline uint16_t get_u16(const uint8_t *at)
{
    return (uint16_t)((at[0] << 8) | at[1]);
}

static inline uint32_t get_u32(const uint8_t *at)
{
    return ((uint32_t)get_u16(at) << 16) | get_u16(at + 2);
}

/* ---- names ----------------------------------------------------------------------------------- */

/* Read a name at r->at, which may not run past r->end before its first pointer. r->start is the message,
 * which ends at `end`. Every pointer must lead to an earlier place than the part of the name it ends, so no
 * loop is possible.
 * @return octets written to out, 0 on failure */
static size_t name_read(struct reader *r, const uint8_t *end, dname out[static DNAME_MAX], bool *jumped)
{
    const uint8_t *at = r->at;
    const uint8_t *part = at; /* where the labels being read began */
    const uint8_t *limit = r->end;
    size_t used = 0;
    unsigned jumps = 0;

    while (at < limit) {
        uint8_t length = *at;
        if (length <= DNAME_LABEL_MAX) {
            if ((size_t)(limit - at) <= length || used + length + 1 > DNAME_MAX - (length != 0))
                break;
            memcpy(out + used, at, (size_t)length + 1);
            used += (size_t)length + 1;
            at += length + 1;
            if (length != 0)
                continue;
            if (jumps == 0)
                r->at = at;
            *jumped = jumps != 0;
            return used;
        }
        if (length < 0xC0 || limit - at < 2 || jumps == JUMPS_MAX)
            break;
        const uint8_t *target = r->start + (get_u16(at) & 0x3FFF);
        if (target < r->start + HEADER_SIZE || target >= part)
            break;
        if (jumps++ == 0)
            r->at = at + 2;
        at = part = target;
        limit = end;
    }
    r->failed = true;
    return 0;
}

/* ---- shapes of RDATA ------------------------------------------------------------------------- */

/* What the RDATA of a well-known type is made of: 1 2 4 so many octets, 6 an IPv6 address, n a name, s a
 * character-string, t one that is not empty, S character-strings up to the end, * anything, + anything but
 * nothing. */
static const char *shape(uint16_t type, uint16_t class)
{
    switch (type) {
    case RRTYPE_A: /* in class CH it is another thing */
        return class == RRCLASS_IN ? "4" : "*";
    case RRTYPE_AAAA:
        return class == RRCLASS_IN ? "6" : "*";
    case RRTYPE_NS:
    case RRTYPE_CNAME:
    case RRTYPE_PTR:
    case RRTYPE_DNAME:
    case RRTYPE_MD:
    case RRTYPE_MF:
    case RRTYPE_MB:
    case RRTYPE_MG:
    case RRTYPE_MR:
        return "n";
    case RRTYPE_SOA:
        return "nn44444";
    case RRTYPE_HINFO:
        return "ss";
    case RRTYPE_MINFO:
    case RRTYPE_RP:
        return "nn";
    case RRTYPE_MX:
    case RRTYPE_AFSDB:
    case RRTYPE_RT:
    case RRTYPE_KX:
        return "2n";
    case RRTYPE_TXT:
    case RRTYPE_SPF:
        return "S";
    case RRTYPE_PX:
        return "2nn";
    case RRTYPE_RRSIG:
    case RRTYPE_SIG:
        return "2114442n+";
    case RRTYPE_NSEC:
    case RRTYPE_NXT:
        return "n*";
    case RRTYPE_SRV:
        return "222n";
    case RRTYPE_NAPTR:
        return "22sssn";
    case RRTYPE_DS:
    case RRTYPE_CDS:
        return "211+";
    case RRTYPE_SSHFP:
        return "11+";
    case RRTYPE_KEY:
    case RRTYPE_DNSKEY:
    case RRTYPE_CDNSKEY:
        return "211*";
    case RRTYPE_NSEC3:
        return "112st*";
    case RRTYPE_NSEC3PARAM:
        return "112s";
    case RRTYPE_TLSA:
    case RRTYPE_SMIMEA:
        return "111*";
    case RRTYPE_CSYNC:
        return "42*";
    case RRTYPE_ZONEMD:
        return "411+";
    case RRTYPE_SVCB:
    case RRTYPE_HTTPS:
        return "2n*";
    case RRTYPE_URI:
        return "22+";
    case RRTYPE_CAA:
        return "1t*";
    default:
        return "*";
    }
}

static void strings_read(struct reader *r)
{
    do {
        reader_take(r, reader_u8(r));
    } while (reader_left(r) > 0);
}

/* Room for everything up to the last name of an RDATA: at most two names, or three strings and a name
 * (NAPTR). */
#define FRONT_MAX (4 + 3 * 256 + 2 * DNAME_MAX)

struct front {
    uint8_t octets[FRONT_MAX];
    size_t length;
    bool compressed; /* a name had a pointer, so the RDATA on the wire cannot be used as it stands */
};

static void front_name(struct reader *r, const uint8_t *end, struct front *front)
{
    dname name[DNAME_MAX];
    bool jumped = false;
    size_t length = name_read(r, end, name, &jumped);
    if (length == 0 || front->length + length > sizeof(front->octets)) {
        r->failed = true;
        return;
    }
    memcpy(front->octets + front->length, name, length);
    front->length += length;
    front->compressed = front->compressed || jumped;
}

static void front_take(struct reader *r, size_t length, struct front *front)
{
    const uint8_t *octets = reader_take(r, length);
    if (octets == NULL || front->length + length > sizeof(front->octets)) {
        r->failed = true;
        return;
    }
    memcpy(front->octets + front->length, octets, length);
    front->length += length;
}

static void front_string(struct reader *r, struct front *front, bool may_be_empty)
{
    if (reader_left(r) == 0 || (*r->at == 0 && !may_be_empty))
        r->failed = true;
    else
        front_take(r, 1 + (size_t)*r->at, front);
}

/* Walk RDATA by its shape, decompressing names into front. r spans the RDATA and is left before the free
 * tail. */
static void shape_walk(struct reader *r, const char *parts, const uint8_t *end, struct front *front)
{
    for (; *parts != '\0'; parts++) {
        switch (*parts) {
        case '1':
        case '2':
        case '4':
            front_take(r, (size_t)(*parts - '0'), front);
            break;
        case '6':
            front_take(r, 16, front);
            break;
        case 'n':
            front_name(r, end, front);
            break;
        case 's':
        case 't':
            front_string(r, front, *parts == 's');
            break;
        case '+':
            r->failed = r->failed || r->at == r->end;
            return;
        default: /* '*' */
            return;
        }
    }
    r->failed = r->failed || r->at != r->end;
}

/* ---- records --------------------------------------------------------------------------------- */

struct record_head {
    const uint8_t *owner; /* where the owner begins in the message */
    uint16_t type, class;
    uint32_t ttl;
    struct reader rdata; /* start is the message, at and end are the RDATA */
};

/* Fixed part of the record whose owner was just read. */
static bool head_read(struct reader *r, struct record_head *head)
{
    const uint8_t *fixed = reader_take(r, 10);
    if (fixed == NULL)
        return false;
    head->type = get_u16(fixed);
    head->class = get_u16(fixed + 2);
    head->ttl = get_u32(fixed + 4);
    size_t length = get_u16(fixed + 8);
    const uint8_t *rdata = reader_take(r, length);
    if (rdata == NULL)
        return false;
    head->rdata = (struct reader){.start = r->start, .at = rdata, .end = rdata + length};
    return true;
}

/* RFC 2181 section 8: a TTL with the top bit set is zero. */
static inline uint32_t ttl_of(uint32_t wire)
{
    return wire > 0x7FFFFFFFU ? 0 : wire;
}

/* RDATA as facts hold it: points into the message if nothing was compressed, else a copy in the arena. */
static enum status rdata_read(struct arena *a, struct record_head *head, const uint8_t *end,
                              struct rdata *out)
{
    const char *parts = shape(head->type, head->class);
    struct reader r = head->rdata;
    const uint8_t *begin = r.at;
    size_t length = (size_t)(r.end - begin);
    *out = (struct rdata){.length = (uint16_t)length, .octets = begin};

    if (*parts == '*')
        return STATUS_OK;
    if (parts[0] == '4' && parts[1] == '\0') /* most records are A records */
        return length == 4 ? STATUS_OK : STATUS_MALFORMED;
    if (*parts == 'S') {
        strings_read(&r);
        return r.failed ? STATUS_MALFORMED : STATUS_OK;
    }
    struct front front;
    front.length = 0;
    front.compressed = false;
    shape_walk(&r, parts, end, &front);
    if (r.failed)
        return STATUS_MALFORMED;
    if (!front.compressed)
        return STATUS_OK;

    size_t tail = (size_t)(r.end - r.at);
    if (front.length + tail > UINT16_MAX)
        return STATUS_MALFORMED;
    uint8_t *copy = arena_alloc(a, front.length + tail);
    if (copy == NULL)
        return STATUS_NOMEM;
    memcpy(copy, front.octets, front.length);
    if (tail > 0)
        memcpy(copy + front.length, r.at, tail);
    *out = (struct rdata){.length = (uint16_t)(front.length + tail), .octets = copy};
    return STATUS_OK;
}

/* ---- grouping into RRsets -------------------------------------------------------------------- */

struct record {
    struct rdata rdata;
    uint32_t next; /* of the same list of its group */
};

struct list {
    uint32_t first, last;
    uint16_t count;
};

/* What shares owner, class and (covered) type: an RRset and the signatures over it. */
struct group {
    const dname *owner;
    uint64_t hash;
    uint16_t type, class;
    uint32_t ttl_s, sig_ttl_s;
    struct list data, sigs;
    uint16_t more;
    uint32_t next; /* in its bucket */
};

struct sections {
    struct arena *a;
    struct reader r; /* over the arena's copy of the message */
    struct reply *reply;
    bool opt_seen;
    const uint8_t *last_owner; /* the owner read last as it stands in the message, and what became of it */
    const dname *owner;
    uint64_t hash;

    struct record *records; /* of the section being read */
    struct group *groups;
    uint32_t record_count, group_count;
    uint16_t buckets[BUCKETS]; /* group index + 1 */
};

/* Owners are mostly pointers to the same place again and again: decode each once. */
static enum status owner_read(struct sections *s)
{
    struct reader *r = &s->r;
    if (s->last_owner != NULL && reader_left(r) >= 2 && r->at[0] >= 0xC0 && s->last_owner[0] == r->at[0] &&
        s->last_owner[1] == r->at[1]) {
        r->at += 2;
        return STATUS_OK;
    }
    const uint8_t *start = r->at;
    dname name[DNAME_MAX];
    bool jumped;
    size_t length = name_read(r, r->end, name, &jumped);
    if (length == 0)
        return STATUS_MALFORMED;
    for (size_t i = 0; i < length; i++)
        name[i] = lower(name[i]); /* label lengths are below 'A' */
    s->last_owner = start;
    if (s->owner != NULL && dname_length(s->owner) == length && memcmp(s->owner, name, length) == 0)
        return STATUS_OK;
    s->owner = arena_copy(s->a, name, length);
    s->hash = table_hash(name, length);
    return s->owner != NULL ? STATUS_OK : STATUS_NOMEM;
}

static struct group *group_get(struct sections *s, uint16_t type, uint16_t class)
{
    uint16_t *bucket = &s->buckets[(s->hash ^ type) % BUCKETS];
    for (uint32_t i = *bucket; i != 0; i = s->groups[i - 1].next) {
        struct group *g = &s->groups[i - 1];
        if (g->hash == s->hash && g->type == type && g->class == class && dname_equal(g->owner, s->owner))
            return g;
    }
    struct group *g = &s->groups[s->group_count++];
    *g = (struct group){
        .owner = s->owner,
        .hash = s->hash,
        .type = type,
        .class = class,
        .next = *bucket,
        .data = {NONE, NONE, 0},
        .sigs = {NONE, NONE, 0}
    };
    *bucket = (uint16_t)s->group_count;
    return g;
}

/* RFC 2181 section 5: records with the same owner, class, type and data are one. */
static bool list_has(const struct sections *s, const struct list *list, const struct rdata *rdata)
{
    for (uint32_t i = list->first; i != NONE; i = s->records[i].next) {
        const struct rdata *have = &s->records[i].rdata;
        if (have->length == rdata->length && memcmp(have->octets, rdata->octets, rdata->length) == 0)
            return true;
    }
    return false;
}

static void list_append(struct sections *s, struct list *list, uint32_t index)
{
    s->records[index].next = NONE;
    if (list->last == NONE)
        list->first = index;
    else
        s->records[list->last].next = index;
    list->last = index;
    list->count++;
}

static void group_add(struct sections *s, struct group *g, bool sig, uint32_t ttl_s,
                      const struct rdata *rdata)
{
    struct list *list = sig ? &g->sigs : &g->data;
    uint32_t *ttl = sig ? &g->sig_ttl_s : &g->ttl_s;
    if (list->count == 0 || ttl_s < *ttl)
        *ttl = ttl_s;
    if (list_has(s, list, rdata))
        return;
    if (list->count == RECORDS_KEPT) {
        g->more++;
        return;
    }
    s->records[s->record_count].rdata = *rdata;
    list_append(s, list, s->record_count++);
}

/* EDNS (RFC 6891 section 6.1): the owner is the root, there is one, and its options fill the
 * RDATA exactly. */
static enum status opt_read(struct sections *s, const struct record_head *head)
{
    struct reply *reply = s->reply;
    struct reader r = head->rdata;
    if (s->opt_seen || !dname_is_root(s->owner))
        return STATUS_MALFORMED;
    s->opt_seen = true;
    reply->edns = true;
    reply->edns_size = head->class;
    reply->rcode = (uint16_t)(reply->rcode | ((head->ttl >> 24) << 4));
    reply->edns_version = (uint8_t)(head->ttl >> 16);
    reply->edns_flags = (uint16_t)head->ttl;
    reply->edns_options = r.at;
    reply->edns_options_length = (uint16_t)(r.end - r.at);
    while (reader_left(&r) > 0) {
        uint16_t code = reader_u16(&r);
        uint16_t length = reader_u16(&r);
        reader_take(&r, length);
        if (code == OPTION_COOKIE && length >= 16 && length <= COOKIE_MAX)
            reply->cookie = true;
    }
    return r.failed ? STATUS_MALFORMED : STATUS_OK;
}

static enum status record_read(struct sections *s, bool additional)
{
    struct record_head head;
    enum status status = owner_read(s);
    if (status != STATUS_OK)
        return status;
    if (!head_read(&s->r, &head))
        return STATUS_MALFORMED;
    if (head.type == RRTYPE_OPT)
        return additional ? opt_read(s, &head) : STATUS_MALFORMED;
    if (head.type == RRTYPE_TSIG)
        return STATUS_MALFORMED;

    struct rdata rdata;
    status = rdata_read(s->a, &head, s->r.end, &rdata);
    if (status != STATUS_OK)
        return status;
    uint16_t type = head.type;
    if (type == RRTYPE_SIG && get_u16(rdata.octets) == 0) /* SIG(0), RFC 2931 */
        return STATUS_MALFORMED;
    bool sig = type == RRTYPE_RRSIG;
    if (sig)
        type = get_u16(rdata.octets);
    group_add(s, group_get(s, type, head.class), sig, ttl_of(head.ttl), &rdata);
    return STATUS_OK;
}

static int rdata_compare(const struct rdata *a, const struct rdata *b)
{
    size_t shorter = a->length < b->length ? a->length : b->length;
    int difference = shorter > 0 ? memcmp(a->octets, b->octets, shorter) : 0;
    return difference != 0 ? difference : (int)a->length - (int)b->length;
}

/* A set has no order, and servers rotate it (RFC 1794): sorted, the same answer reads the same in
 * every run. */
static const struct rdata *list_copy(const struct sections *s, const struct list *list, struct rdata **to)
{
    struct rdata *first = *to;
    for (uint32_t i = list->first; i != NONE; i = s->records[i].next) {
        struct rdata *at = (*to)++;
        for (; at > first && rdata_compare(&s->records[i].rdata, at - 1) < 0; at--)
            *at = at[-1];
        *at = s->records[i].rdata;
    }
    return list->count > 0 ? first : NULL;
}

static void signatures_move(struct sections *s, struct group *from, struct group *to)
{
    if (to->sigs.count == 0 || from->sig_ttl_s < to->sig_ttl_s)
        to->sig_ttl_s = from->sig_ttl_s;
    to->more = (uint16_t)(to->more + from->more);
    for (uint32_t i = from->sigs.first; i != NONE;) {
        uint32_t next = s->records[i].next;
        if (to->sigs.count < RECORDS_KEPT)
            list_append(s, &to->sigs, i);
        else
            to->more++;
        i = next;
    }
    from->sigs = (struct list){NONE, NONE, 0};
}

/* Signatures over what is not in the section become one RRSIG set an owner, behind the other sets. */
static void lone_signatures(struct sections *s)
{
    const dname *owner = s->owner;
    uint64_t hash = s->hash;
    uint32_t count = s->group_count;
    for (uint32_t i = 0; i < count; i++) {
        struct group *g = &s->groups[i];
        if (g->data.count > 0 || g->sigs.count == 0 || g->type == RRTYPE_RRSIG)
            continue;
        s->owner = g->owner;
        s->hash = g->hash;
        signatures_move(s, g, group_get(s, RRTYPE_RRSIG, g->class));
    }
    s->owner = owner;
    s->hash = hash;
}

static void set_make(const struct sections *s, const struct group *g, struct rrset *set, struct rdata **to)
{
    bool lone = g->type == RRTYPE_RRSIG;
    const struct list *data = lone ? &g->sigs : &g->data;
    *set = (struct rrset){.owner = g->owner, .type = g->type, .class = g->class, .more = g->more};
    set->ttl_s = lone ? g->sig_ttl_s : g->ttl_s;
    set->count = data->count;
    set->rdata = list_copy(s, data, to);
    if (!lone) {
        set->sig_count = g->sigs.count;
        set->sig_ttl_s = g->sig_ttl_s;
        set->sigs = list_copy(s, &g->sigs, to);
    }
}

static enum status section_make(struct sections *s, struct section *out)
{
    lone_signatures(s);
    struct rrset *sets = arena_array(s->a, s->group_count, sizeof(*sets));
    struct rdata *rdata = arena_array(s->a, s->record_count, sizeof(*rdata));
    if (sets == NULL || rdata == NULL)
        return STATUS_NOMEM;
    size_t count = 0;
    for (uint32_t i = 0; i < s->group_count; i++) {
        const struct group *g = &s->groups[i];
        if (g->data.count > 0 || g->sigs.count > 0)
            set_make(s, g, &sets[count++], &rdata);
    }
    *out = (struct section){.sets = sets, .count = count};
    return STATUS_OK;
}

static enum status section_read(struct sections *s, uint16_t count, bool additional, struct section *out)
{
    struct record fixed_records[FIXED_RECORDS];
    struct group fixed_groups[2 * FIXED_RECORDS];
    if (count == 0)
        return STATUS_OK;
    if (count > reader_left(&s->r) / RECORD_SIZE_MIN)
        return STATUS_MALFORMED; /* the count lies */
    s->records = fixed_records;
    s->groups = fixed_groups;
    s->record_count = s->group_count = 0;
    memset(s->buckets, 0, sizeof(s->buckets));
    if (count > FIXED_RECORDS) {
        s->records = arena_array(s->a, count, sizeof(*s->records));
        s->groups = arena_array(s->a, (size_t)count * 2, sizeof(*s->groups)); /* lone signatures add groups */
        if (s->records == NULL || s->groups == NULL)
            return STATUS_NOMEM;
    }
    for (uint16_t i = 0; i < count; i++) {
        enum status status = record_read(s, additional);
        if (status != STATUS_OK)
            return status;
    }
    return s->group_count > 0 ? section_make(s, out) : STATUS_OK;
}

/* ---- messages -------------------------------------------------------------------------------- */

static void header_read(const uint8_t *wire, struct reply *out)
{
    uint8_t high = wire[2];
    uint8_t low = wire[3];
    out->opcode = (high >> 3) & 0xF;
    out->aa = (high & 0x04) != 0;
    out->tc = (high & 0x02) != 0;
    out->rd = (high & 0x01) != 0;
    out->ra = (low & 0x80) != 0;
    out->z = (low & 0x40) != 0;
    out->ad = (low & 0x20) != 0;
    out->cd = (low & 0x10) != 0;
    out->rcode = low & 0x0F;
    out->edns = out->cookie = false;
    out->edns_version = 0;
    out->edns_size = out->edns_flags = out->edns_options_length = 0;
    out->edns_options = NULL;
    out->answer = out->authority = out->additional = (struct section){NULL, 0};
}

/* RFC 9619: a query and its reply have one question; errors may come without. */
static enum status question_read(struct reader *r, uint16_t count, struct question *out)
{
    *out = (struct question){.owner = NULL};
    if (count == 0)
        return STATUS_OK;
    size_t length = dname_from_wire(r->at, reader_left(r));
    if (count > 1 || length == 0)
        return STATUS_MALFORMED;
    out->owner = reader_take(r, length);
    out->type = reader_u16(r);
    out->class = reader_u16(r);
    return r->failed ? STATUS_MALFORMED : STATUS_OK;
}

enum status message_parse(struct arena *a, const uint8_t *wire, size_t length, struct question *question,
                          struct reply *out)
{
    if (length < HEADER_SIZE || length > UINT16_MAX)
        return STATUS_MALFORMED;
    const uint8_t *copy = arena_copy(a, wire, length);
    if (copy == NULL)
        return STATUS_NOMEM;

    header_read(copy, out);
    out->size = (uint16_t)length;
    struct sections s = {.a = a, .r = reader_new(copy, length), .reply = out};
    reader_take(&s.r, HEADER_SIZE);
    enum status status = question_read(&s.r, get_u16(copy + 4), question);
    if (status == STATUS_OK)
        status = section_read(&s, get_u16(copy + 6), false, &out->answer);
    if (status == STATUS_OK)
        status = section_read(&s, get_u16(copy + 8), false, &out->authority);
    if (status == STATUS_OK)
        status = section_read(&s, get_u16(copy + 10), true, &out->additional);
    if (status == STATUS_OK && s.r.at != s.r.end)
        status = STATUS_MALFORMED;
    return status;
}

/* The record at r->at; false if it is malformed. */
static bool walk_record(struct reader *r, struct message_record *record)
{
    struct record_head head;
    bool jumped;
    record->offset = (size_t)(r->at - r->start);
    if (name_read(r, r->end, record->owner, &jumped) == 0 || !head_read(r, &head))
        return false;
    struct reader rdata = head.rdata;
    const char *parts = shape(head.type, head.class);
    struct front front;
    front.length = 0;
    front.compressed = false;
    if (*parts == 'S')
        strings_read(&rdata);
    else
        shape_walk(&rdata, parts, r->end, &front);
    dname_lower_in_place(record->owner);
    record->type = head.type;
    record->class = head.class;
    record->ttl_s = ttl_of(head.ttl);
    record->rdata = head.rdata.at;
    record->rdata_length = (uint16_t)(head.rdata.end - head.rdata.at);
    return !rdata.failed;
}

enum status message_walk(const uint8_t *wire, size_t length, message_record_fn each, void *context)
{
    struct question question;
    struct message_record record;
    if (length < HEADER_SIZE || length > UINT16_MAX)
        return STATUS_MALFORMED;
    struct reader r = reader_new(wire, length);
    reader_take(&r, HEADER_SIZE);
    if (question_read(&r, get_u16(wire + 4), &question) != STATUS_OK)
        return STATUS_MALFORMED;
    for (record.section = 0; record.section < 3; record.section++) {
        for (unsigned left = get_u16(wire + 6 + 2 * record.section); left > 0; left--) {
            if (!walk_record(&r, &record))
                return STATUS_MALFORMED;
            if (!each(context, &record))
                return STATUS_OK;
        }
    }
    return r.at == r.end ? STATUS_OK : STATUS_MALFORMED;
}

/* ---- queries --------------------------------------------------------------------------------- */

static uint8_t *put_u16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
    return at + 2;
}

/* draft-vixie-dnsext-dns0x20: the case of letters carries random bits that a forger has to guess. */
static void case_flip(dname *name, const uint8_t *bits)
{
    unsigned letter = 0;
    for (; *name != 0; name += 1 + *name) {
        for (size_t i = 1; i <= *name; i++) {
            uint8_t c = lower(name[i]);
            if (c < 'a' || c > 'z')
                continue;
            if ((bits[letter / 8] >> (letter % 8)) & 1)
                name[i] ^= 0x20;
            letter++;
        }
    }
}

static uint8_t *opt_write(uint8_t *at, const struct ask *ask, const uint8_t *cookie, size_t cookie_length)
{
    unsigned flags = ask->edns_flags | ((ask->flags & ASK_NO_DO) != 0 ? 0U : 0x8000U);
    *at++ = 0;
    at = put_u16(at, RRTYPE_OPT);
    at = put_u16(at, ask->edns_size != 0 ? ask->edns_size : EDNS_SIZE_DEFAULT);
    at = put_u16(at, ask->edns_version);
    at = put_u16(at, flags);
    uint8_t *rdlength = at;
    at += 2;
    if (cookie != NULL) {
        at = put_u16(at, OPTION_COOKIE);
        at = put_u16(at, (unsigned)cookie_length);
        memcpy(at, cookie, cookie_length);
        at += cookie_length;
    }
    if (ask->edns_option != 0) {
        at = put_u16(at, ask->edns_option);
        at = put_u16(at, 0);
    }
    put_u16(rdlength, (unsigned)(at - rdlength - 2));
    return at;
}

size_t message_query(uint8_t wire[static 512], const struct ask *ask, uint16_t id, const uint8_t *cookie,
                     size_t cookie_length, const uint8_t *case_bits)
{
    bool edns = (ask->flags & ASK_NO_EDNS) == 0;
    size_t name_length = dname_length(ask->owner);
    if (name_length > DNAME_MAX || (cookie != NULL && cookie_length > COOKIE_MAX))
        return 0; /* header, name, question and OPT of the largest sizes stay well below 512 */

    uint8_t *at = put_u16(wire, id);
    *at++ = (uint8_t)(((ask->opcode & 0xF) << 3) | ((ask->flags & ASK_RD) != 0 ? 1 : 0));
    *at++ = (uint8_t)(((ask->flags & ASK_Z_BIT) != 0 ? 0x40 : 0) | ((ask->flags & ASK_CD) != 0 ? 0x10 : 0));
    memset(at, 0, 8);
    at[1] = 1;            /* QDCOUNT */
    at[7] = edns ? 1 : 0; /* ARCOUNT */
    at += 8;
    memcpy(at, ask->owner, name_length);
    if (case_bits != NULL)
        case_flip(at, case_bits);
    at += name_length;
    at = put_u16(at, ask->type);
    at = put_u16(at, ask->class != 0 ? ask->class : RRCLASS_IN);
    if (edns)
        at = opt_write(at, ask, cookie, cookie_length);
    return (size_t)(at - wire);
}

size_t message_add_soa(uint8_t wire[static 512], size_t length, uint32_t serial)
{
    /* owner: pointer to the question; both names of the RDATA are the root; only the serial says something */
    uint8_t soa[34] = {0xC0, HEADER_SIZE, 0, RRTYPE_SOA, 0, RRCLASS_IN, 0, 0, 0, 0, 0, 22};
    size_t question_end = HEADER_SIZE + dname_from_wire(wire + HEADER_SIZE, length - HEADER_SIZE) + 4;
    if (question_end > length || length + sizeof(soa) > 512)
        return length;
    soa[14] = (uint8_t)(serial >> 24);
    soa[15] = (uint8_t)(serial >> 16);
    soa[16] = (uint8_t)(serial >> 8);
    soa[17] = (uint8_t)serial;
    memmove(wire + question_end + sizeof(soa), wire + question_end, length - question_end);
    memcpy(wire + question_end, soa, sizeof(soa));
    put_u16(wire + 8, 1); /* NSCOUNT */
    return length + sizeof(soa);
}
