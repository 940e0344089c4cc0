/* SPDX-License-Identifier: BSD-2-Clause */
/* The decision about denial of existence. */
#include "auditor/facts/derived/dnssec_denial.h"

#include <string.h>

struct nsec {
    const dname *owner;
    struct dnssec_nsec data;
};

struct nsec3 {
    uint8_t hash[NSEC3_HASH_SIZE];
    struct dnssec_nsec3 data;
};

struct material {
    const dname *zone;
    struct nsec nsec[DENIAL_RECORDS_MAX];
    size_t nsec_count;
    struct nsec3 nsec3[DENIAL_RECORDS_MAX];
    size_t nsec3_count;
    bool costly;
};

/* ---- what is there ------------------------------------------------------------------------------------- */

static void add_nsec(struct material *m, const struct rrset *set)
{
    struct nsec n = {.owner = set->owner};
    if (m->nsec_count < DENIAL_RECORDS_MAX && set->count == 1 && dnssec_nsec_read(&set->rdata[0], &n.data) &&
        dname_under(set->owner, m->zone) && dname_under(n.data.next, m->zone))
        m->nsec[m->nsec_count++] = n;
}

static bool same_parameters(const struct dnssec_nsec3 *a, const struct dnssec_nsec3 *b)
{
    return a->iterations == b->iterations && a->salt_length == b->salt_length &&
           (a->salt_length == 0 || memcmp(a->salt, b->salt, a->salt_length) == 0);
}

/* Salt and iterations come from the records themselves (RFC 5155 section 8.2); records of another chain, with an unknown
 * hash or undefined flags are as if they were not there (section 8.1). */
static void add_nsec3(struct material *m, const struct rrset *set)
{
    struct nsec3 n;
    if (m->nsec3_count == DENIAL_RECORDS_MAX || set->count != 1 || !dnssec_nsec3_read(&set->rdata[0], &n.data) ||
        n.data.hash_algorithm != 1 || (n.data.flags & ~NSEC3_FLAG_OPTOUT) != 0 ||
        n.data.next_length != NSEC3_HASH_SIZE || !dnssec_nsec3_owner_hash(set->owner, n.hash) ||
        !dname_equal(dname_parent(set->owner), m->zone))
        return;
    if (dnssec_nsec3_blocks(n.data.iterations, n.data.salt_length) > NSEC3_BLOCKS_MAX) {
        m->costly = true;
        return;
    }
    if (m->nsec3_count > 0 && !same_parameters(&n.data, &m->nsec3[0].data))
        return;
    m->nsec3[m->nsec3_count++] = n;
}

static void collect(struct material *m, const struct rrset *const *sets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (sets[i]->type == RRTYPE_NSEC)
            add_nsec(m, sets[i]);
        else if (sets[i]->type == RRTYPE_NSEC3)
            add_nsec3(m, sets[i]);
    }
}

/* ---- bitmaps ------------------------------------------------------------------------------------------- */

struct types {
    const uint8_t *bitmap;
    size_t length;
};

static bool has(struct types t, uint16_t type)
{
    return dnssec_bitmap_has(t.bitmap, t.length, type);
}

/* The parent side of a delegation: it knows nothing of the child but its DS (RFC 6840 section 4.1). */
static bool parent_side(struct types t)
{
    return has(t, RRTYPE_NS) && !has(t, RRTYPE_SOA);
}

/* A record at an ancestor says nothing of names below it if it is a delegation or a DNAME (RFC 6840 section 4.1). */
static bool ends_here(struct types t)
{
    return parent_side(t) || has(t, RRTYPE_DNAME);
}

/* The types at the name leave no room for the answer that was asked for; NULL, or what is wrong. */
static const char *denies_type(struct types t, uint16_t type, enum denial_question question, bool apex_of_root)
{
    if (question == DENIAL_OF_DS) {
        if (has(t, RRTYPE_DS))
            return "the record at the name says that a DS exists";
        if (has(t, RRTYPE_SOA) && !apex_of_root)
            return "the record at the name is of the child's side of the cut";
        return has(t, RRTYPE_CNAME) ? "the record at the name says that it is an alias" : NULL;
    }
    if (parent_side(t) && type != RRTYPE_DS)
        return "the record at the name is of the parent's side of a cut";
    if (has(t, type))
        return "the record at the name says that the type exists";
    return has(t, RRTYPE_CNAME) ? "the record at the name says that it is an alias" : NULL;
}

/* ---- NSEC ---------------------------------------------------------------------------------------------- */

static struct types nsec_types(const struct nsec *n)
{
    return (struct types){n->data.bitmap, n->data.bitmap_length};
}

static const struct nsec *nsec_match(const struct material *m, const dname *name)
{
    for (size_t i = 0; i < m->nsec_count; i++) {
        if (dname_equal(m->nsec[i].owner, name))
            return &m->nsec[i];
    }
    return NULL;
}

/* RFC 4034 section 4.1.1: between owner and next; the last one of the zone points back to the apex. */
static bool nsec_covers(const struct material *m, const struct nsec *n, const dname *name)
{
    if (dname_compare(n->owner, name) >= 0)
        return false;
    bool last = dname_equal(n->data.next, m->zone);
    if (!last && dname_compare(name, n->data.next) >= 0)
        return false;
    return !(dname_under(name, n->owner) && ends_here(nsec_types(n)));
}

static const struct nsec *nsec_cover(const struct material *m, const dname *name)
{
    for (size_t i = 0; i < m->nsec_count; i++) {
        if (nsec_covers(m, &m->nsec[i], name))
            return &m->nsec[i];
    }
    return NULL;
}

/* The next name lies below: the name is an empty non-terminal, it exists without data (RFC 4592 section 2.2.2). */
static bool nsec_shows_empty(const struct nsec *n, const dname *name)
{
    return !dname_equal(n->data.next, name) && dname_under(n->data.next, name);
}

/* The longest ancestor that the covering record shows to exist. */
static const dname *nsec_encloser(const struct nsec *n, const dname *name)
{
    const dname *a = dname_common(name, n->owner);
    const dname *b = dname_common(name, n->data.next);
    return dname_labels(a) > dname_labels(b) ? a : b;
}

/* "*" in front of the encloser, in a buffer of its own: no allocation. NULL if that is no legal name. */
static const dname *wildcard_of(const dname *encloser, dname out[static DNAME_MAX])
{
    size_t length = dname_length(encloser);
    if (length + 2 > DNAME_MAX)
        return NULL;
    out[0] = 1;
    out[1] = '*';
    memcpy(out + 2, encloser, length);
    return out;
}

static struct denial_proof incomplete(struct denial_proof p, const char *missing)
{
    p.result = DENIAL_INCOMPLETE;
    p.missing = missing;
    return p;
}

static struct denial_proof nsec_name(const struct material *m, const dname *name, struct denial_proof p)
{
    dname buffer[DNAME_MAX];
    const struct nsec *match = nsec_match(m, name);
    if (match != NULL && has(nsec_types(match), RRTYPE_NXNAME)) { /* RFC 9824 section 5: rcode restored */
        p.name_denied = true;
        return p;
    }
    const struct nsec *cover = nsec_cover(m, name);
    if (cover == NULL)
        return incomplete(p, "no NSEC record covers the name");
    if (nsec_shows_empty(cover, name))
        return incomplete(p, "the NSEC record shows that the name exists: something is below it");
    p.encloser = nsec_encloser(cover, name);
    const dname *wildcard = wildcard_of(p.encloser, buffer);
    if (wildcard != NULL && nsec_cover(m, wildcard) == NULL)
        return incomplete(p, "no NSEC record denies the wildcard that could have answered");
    return p;
}

/* No record at the name: an empty non-terminal, or a wildcard that lacks the type. */
static struct denial_proof nsec_type_elsewhere(const struct material *m, const dname *name, uint16_t type,
                                               enum denial_question question, struct denial_proof p)
{
    dname buffer[DNAME_MAX];
    const struct nsec *cover = nsec_cover(m, name);
    if (cover == NULL)
        return incomplete(p, "no NSEC record stands at the name or covers it");
    if (question == DENIAL_OF_DS)
        return incomplete(p, "no NSEC record stands at the delegation");
    if (nsec_shows_empty(cover, name))
        return p;
    p.encloser = nsec_encloser(cover, name);
    const dname *wildcard = wildcard_of(p.encloser, buffer);
    const struct nsec *at = wildcard != NULL ? nsec_match(m, wildcard) : NULL;
    if (at == NULL)
        return incomplete(p, "the name is shown not to exist, and no NSEC record stands at a wildcard");
    const char *why = denies_type(nsec_types(at), type, question, false);
    return why != NULL ? incomplete(p, why) : p;
}

static struct denial_proof nsec_type(const struct material *m, const dname *name, uint16_t type,
                                     enum denial_question question, struct denial_proof p)
{
    const struct nsec *match = nsec_match(m, name);
    if (match == NULL)
        return nsec_type_elsewhere(m, name, type, question, p);
    struct types t = nsec_types(match);
    p.name_denied = has(t, RRTYPE_NXNAME);
    const char *why = denies_type(t, type, question, dname_is_root(name));
    if (why == NULL && question == DENIAL_OF_DS && !has(t, RRTYPE_NS))
        why = "the record at the name shows no delegation";
    return why != NULL ? incomplete(p, why) : p;
}

static struct denial_proof nsec_closer(const struct material *m, const dname *name, unsigned labels,
                                       struct denial_proof p)
{
    const struct nsec *cover = nsec_cover(m, name);
    if (cover == NULL)
        return incomplete(p, "no NSEC record shows that the name itself does not exist");
    p.encloser = nsec_encloser(cover, name);
    if (dname_labels(p.encloser) > labels)
        return incomplete(p, "a name closer than the wildcard exists");
    return p;
}

static struct denial_proof nsec_prove(const struct material *m, const dname *name, uint16_t type,
                                      enum denial_question question, unsigned labels)
{
    struct denial_proof p = {.result = DENIAL_PROVEN};
    switch (question) {
    case DENIAL_OF_NAME:
        return nsec_name(m, name, p);
    case DENIAL_OF_TYPE:
    case DENIAL_OF_DS:
        return nsec_type(m, name, type, question, p);
    case DENIAL_OF_CLOSER:
        return nsec_closer(m, name, labels, p);
    }
    return incomplete(p, "no such question");
}

/* ---- NSEC3 --------------------------------------------------------------------------------------------- */

static struct types nsec3_types(const struct nsec3 *n)
{
    return (struct types){n->data.bitmap, n->data.bitmap_length};
}

static const struct nsec3 *hash_match(const struct material *m, const uint8_t hash[static NSEC3_HASH_SIZE])
{
    for (size_t i = 0; i < m->nsec3_count; i++) {
        if (memcmp(m->nsec3[i].hash, hash, NSEC3_HASH_SIZE) == 0)
            return &m->nsec3[i];
    }
    return NULL;
}

/* Between two hashes of the ring; the last record wraps round (RFC 5155 section 3.1.7). */
static const struct nsec3 *hash_cover(const struct material *m, const uint8_t hash[static NSEC3_HASH_SIZE])
{
    for (size_t i = 0; i < m->nsec3_count; i++) {
        const struct nsec3 *n = &m->nsec3[i];
        bool after = memcmp(n->hash, hash, NSEC3_HASH_SIZE) < 0;
        bool before = memcmp(hash, n->data.next, NSEC3_HASH_SIZE) < 0;
        bool wraps = memcmp(n->hash, n->data.next, NSEC3_HASH_SIZE) >= 0;
        if (wraps ? (after || before) : (after && before))
            return n;
    }
    return NULL;
}

static bool hash_name(const struct material *m, const dname *name, uint8_t hash[static NSEC3_HASH_SIZE])
{
    return dnssec_nsec3_hash(&m->nsec3[0].data, name, hash) == STATUS_OK;
}

struct enclosed {
    const struct nsec3 *encloser; /* record at the closest encloser */
    const struct nsec3 *cover;    /* record that covers the next closer name */
};

/* RFC 5155 section 8.3: climb from the name to the first ancestor with a record; the name one label below it must be
 * covered. One hash a label. @return NULL if proven, else what is missing */
static const char *prove_encloser(const struct material *m, const dname *name, struct denial_proof *p,
                                  struct enclosed *out)
{
    uint8_t hash[NSEC3_HASH_SIZE], below[NSEC3_HASH_SIZE];
    if (!hash_name(m, name, below))
        return "the name cannot be hashed";
    for (const dname *at = dname_parent(name); at != NULL && dname_under(at, m->zone); at = dname_parent(at)) {
        if (!hash_name(m, at, hash))
            return "the name cannot be hashed";
        out->encloser = hash_match(m, hash);
        if (out->encloser != NULL) {
            p->encloser = at;
            out->cover = hash_cover(m, below);
            if (out->cover == NULL)
                return "no NSEC3 record covers the next closer name";
            return ends_here(nsec3_types(out->encloser))
                       ? "the closest encloser is a delegation or a DNAME: the name is not of this zone"
                       : NULL;
        }
        memcpy(below, hash, sizeof(below));
    }
    return "no NSEC3 record stands at an ancestor of the name";
}

static bool opts_out(const struct nsec3 *n)
{
    return (n->data.flags & NSEC3_FLAG_OPTOUT) != 0;
}

static struct denial_proof nsec3_name(const struct material *m, const dname *name, struct denial_proof p)
{
    dname buffer[DNAME_MAX];
    uint8_t hash[NSEC3_HASH_SIZE];
    struct enclosed e = {0};
    const struct nsec3 *match = hash_name(m, name, hash) ? hash_match(m, hash) : NULL;
    if (match != NULL && has(nsec3_types(match), RRTYPE_NXNAME)) {
        p.name_denied = true;
        return p;
    }
    if (match != NULL)
        return incomplete(p, "an NSEC3 record shows that the name exists");
    const char *why = prove_encloser(m, name, &p, &e);
    if (why != NULL)
        return incomplete(p, why);
    const dname *wildcard = wildcard_of(p.encloser, buffer);
    if (wildcard != NULL && (!hash_name(m, wildcard, hash) || hash_cover(m, hash) == NULL))
        return incomplete(p, "no NSEC3 record denies the wildcard that could have answered");
    if (opts_out(e.cover))
        p.result = DENIAL_OPTOUT;
    return p;
}

/* No record at the name: a wildcard without the type, or something that opt-out left unsigned (RFC 5155 sections 8.6
 * and 8.7; erratum 3441 for the empty names above unsigned delegations). */
static struct denial_proof nsec3_type_elsewhere(const struct material *m, const dname *name, uint16_t type,
                                                enum denial_question question, struct denial_proof p)
{
    dname buffer[DNAME_MAX];
    uint8_t hash[NSEC3_HASH_SIZE];
    struct enclosed e = {0};
    const char *why = prove_encloser(m, name, &p, &e);
    if (why != NULL)
        return incomplete(p, why);
    const dname *wildcard = wildcard_of(p.encloser, buffer);
    const struct nsec3 *at = wildcard != NULL && question != DENIAL_OF_DS && hash_name(m, wildcard, hash)
                                 ? hash_match(m, hash)
                                 : NULL;
    if (at != NULL) {
        why = denies_type(nsec3_types(at), type, question, false);
        return why != NULL ? incomplete(p, why) : p;
    }
    if (!opts_out(e.cover))
        return incomplete(p, "the record that covers the next closer name has no opt-out flag");
    p.result = DENIAL_OPTOUT;
    return p;
}

static struct denial_proof nsec3_type(const struct material *m, const dname *name, uint16_t type,
                                      enum denial_question question, struct denial_proof p)
{
    uint8_t hash[NSEC3_HASH_SIZE];
    const struct nsec3 *match = hash_name(m, name, hash) ? hash_match(m, hash) : NULL;
    if (match == NULL)
        return nsec3_type_elsewhere(m, name, type, question, p);
    struct types t = nsec3_types(match);
    p.name_denied = has(t, RRTYPE_NXNAME);
    const char *why = denies_type(t, type, question, dname_is_root(name));
    if (why == NULL && question == DENIAL_OF_DS && !has(t, RRTYPE_NS))
        why = "the record at the name shows no delegation";
    return why != NULL ? incomplete(p, why) : p;
}

static struct denial_proof nsec3_closer(const struct material *m, const dname *name, unsigned labels,
                                        struct denial_proof p)
{
    uint8_t hash[NSEC3_HASH_SIZE];
    const dname *next_closer = dname_ancestor(name, labels + 1);
    p.encloser = dname_ancestor(name, labels);
    const struct nsec3 *cover = next_closer != NULL && hash_name(m, next_closer, hash) ? hash_cover(m, hash) : NULL;
    if (cover == NULL)
        return incomplete(p, "no NSEC3 record shows that nothing closer than the wildcard exists");
    if (opts_out(cover))
        p.result = DENIAL_OPTOUT;
    return p;
}

static struct denial_proof nsec3_prove(const struct material *m, const dname *name, uint16_t type,
                                       enum denial_question question, unsigned labels)
{
    struct denial_proof p = {.result = DENIAL_PROVEN, .nsec3 = true};
    switch (question) {
    case DENIAL_OF_NAME:
        return nsec3_name(m, name, p);
    case DENIAL_OF_TYPE:
    case DENIAL_OF_DS:
        return nsec3_type(m, name, type, question, p);
    case DENIAL_OF_CLOSER:
        return nsec3_closer(m, name, labels, p);
    }
    return incomplete(p, "no such question");
}

struct denial_proof denial_prove(const struct rrset *const *sets, size_t count, const dname *zone, const dname *name,
                                 uint16_t type, enum denial_question question, unsigned labels)
{
    struct material m = {.zone = zone};
    struct denial_proof p = {.result = DENIAL_ABSENT};
    collect(&m, sets, count);
    if (!dname_under(name, zone) || (dname_equal(name, zone) && question == DENIAL_OF_NAME))
        return incomplete(p, "the name is not one that this zone can deny");
    if (m.nsec_count > 0)
        p = nsec_prove(&m, name, type, question, labels);
    if (m.nsec3_count > 0 && p.result != DENIAL_PROVEN)
        p = nsec3_prove(&m, name, type, question, labels);
    if (m.costly && p.result != DENIAL_PROVEN && p.result != DENIAL_OPTOUT)
        p = (struct denial_proof){.result = DENIAL_COSTLY, .nsec3 = true};
    return p;
}
