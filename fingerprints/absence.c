/* SPDX-License-Identifier: BSD-2-Clause */
/* Absence that can be stood by: fresh TCP answers of several servers, twice, and registrable domains at the
 * registry. */
#include "auditor/facts/derived/dnssec_crypto.h"
#include "auditor/facts/derived/suffix.h"
#include "fingerprints/takeover.h"

#include <string.h>

#define SERVERS_WANTED 2
#define SERVERS_TRIED_MAX 6

enum word { WORD_PENDING, WORD_ABSENT, WORD_EXISTS, WORD_NONE };

/* RFC 9824 section 3.1: a signer on the fly denies a name that does not exist by an NSEC at the name itself,
 * whose bitmap holds NXNAME. */
static bool denied_by_nxname(const struct reply *r, const dname *name)
{
    const struct rrset *nsec = section_find(&r->authority, name, RRTYPE_NSEC);
    for (uint16_t i = 0; nsec != NULL && i < nsec->count; i++) {
        size_t next = dname_from_wire(nsec->rdata[i].octets, nsec->rdata[i].length);
        if (next > 0 &&
            dnssec_bitmap_has(nsec->rdata[i].octets + next, nsec->rdata[i].length - next, RRTYPE_NXNAME))
            return true;
    }
    return false;
}

static enum word word_of(const struct reply *r, const dname *name, enum reason *reason)
{
    if (r->state == REPLY_PENDING)
        return WORD_PENDING;
    if (r->state == REPLY_NONE) {
        *reason = r->reason;
        return WORD_NONE;
    }
    if ((r->rcode != 0 && r->rcode != 3) || !r->aa) {
        *reason = r->rcode == 2 ? REASON_SERVFAIL : REASON_REFUSED;
        return WORD_NONE;
    }
    /* The rcode belongs to the last name of a chain (RFC 6604 section 3): with an alias at the name, the name
     * exists. */
    if (section_find(&r->answer, name, RRTYPE_CNAME) != NULL)
        return WORD_EXISTS;
    return r->rcode == 3 || denied_by_nxname(r, name) ? WORD_ABSENT : WORD_EXISTS;
}

static const struct reply *ask_again(struct facts *f, const dname *name, const struct address *server,
                                     uint8_t repeat)
{
    uint32_t delay = facts_settings(f)->confirm_delay_s;
    const struct ask ask = {
        .server = *server,
        .owner = name,
        .type = RRTYPE_A,
        .flags = ASK_TCP,
        .repeat = repeat,
        .delay_s = repeat == 0 ? 0 : (uint16_t)(delay > UINT16_MAX ? UINT16_MAX : delay),
    };
    return facts_ask(f, &ask);
}

static struct absence second_look(struct facts *f, const dname *name, const struct address *server,
                                  struct absence first)
{
    enum reason reason = REASON_NONE;
    switch (word_of(ask_again(f, name, server, 1), name, &reason)) {
    case WORD_PENDING:
        first.state = ABSENCE_PENDING;
        break;
    case WORD_ABSENT:
        first.seen_twice = true;
        break;
    case WORD_EXISTS:
        first.state = ABSENCE_CONTRADICTED;
        first.reason = REASON_INCOMPLETE_DATA;
        break;
    case WORD_NONE:
        break; /* one look stands, which makes the finding no more than possible */
    }
    return first;
}

static bool asked_before(const struct server *servers, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (address_equal(&servers[i].address, &servers[index].address))
            return true;
    }
    return false;
}

struct absence absence_at(struct facts *f, const dname *name, const struct server *servers, size_t count)
{
    struct absence out = {.state = ABSENCE_UNKNOWN, .reason = REASON_INCOMPLETE_DATA};
    const struct address *witness = NULL;
    unsigned distinct = 0;
    unsigned pending = 0;
    for (size_t i = 0; i < count && out.servers + pending < SERVERS_WANTED && distinct < SERVERS_TRIED_MAX;
         i++) {
        if (asked_before(servers, i))
            continue;
        distinct++;
        switch (word_of(ask_again(f, name, &servers[i].address, 0), name, &out.reason)) {
        case WORD_PENDING:
            pending++;
            break;
        case WORD_EXISTS:
            out.state = ABSENCE_CONTRADICTED;
            out.reason = REASON_INCOMPLETE_DATA;
            return out;
        case WORD_ABSENT:
            out.servers++;
            witness = witness != NULL ? witness : &servers[i].address;
            break;
        case WORD_NONE:
            break;
        }
    }
    if (pending > 0)
        out.state = ABSENCE_PENDING;
    else if (witness != NULL && (out.servers >= SERVERS_WANTED || distinct == 1))
        out.state = ABSENCE_CONFIRMED;
    return out.state == ABSENCE_CONFIRMED ? second_look(f, name, witness, out) : out;
}

/* ---- registration ---- */

/* Suffixes where a stranger cannot register (takeover.md 3.7, trap 10). */
static bool restricted(const dname *domain)
{
    static const char *const suffixes[] = {"\003gov", "\003edu", "\003mil", "\003int", "\004arpa"};
    const dname *top = dname_ancestor(domain, 1);
    for (size_t i = 0; top != NULL && i < ARRAY_SIZE(suffixes); i++) {
        if (dname_equal(top, (const dname *)suffixes[i]))
            return true;
    }
    return false;
}

static void set_unknown(struct registration *out, enum reason reason)
{
    out->state = REGISTRATION_UNKNOWN;
    out->reason = reason;
}

/* The suffix must exist itself, or nothing can be registered below it (a made-up TLD, foo.ck under a "*.ck"
 * rule). */
static bool suffix_open(struct facts *f, struct registration *out, const struct cut *cut)
{
    const dname *suffix = dname_parent(out->domain);
    if (dname_is_root(cut->apex) || restricted(out->domain)) {
        out->state = REGISTRATION_NOT_OPEN;
        return false;
    }
    if (dname_equal(cut->apex, suffix))
        return true;
    const struct cut *above = facts_cut(f, suffix);
    if (above->state == FACT_PENDING)
        out->state = REGISTRATION_PENDING;
    else if (above->state == FACT_UNKNOWN)
        set_unknown(out, above->reason);
    else if (above->nxdomain)
        out->state = REGISTRATION_NOT_OPEN;
    else
        return true;
    return false;
}

static void judge_domain(struct facts *f, struct registration *out)
{
    const struct cut *cut = facts_cut(f, out->domain);
    if (cut->state == FACT_PENDING)
        return;
    if (cut->state == FACT_UNKNOWN) {
        set_unknown(out, cut->reason);
        return;
    }
    if (!cut->nxdomain || dname_under(cut->apex, out->domain)) {
        out->state = REGISTRATION_EXISTS;
        return;
    }
    if (!suffix_open(f, out, cut))
        return;
    const struct absence absence = absence_at(f, out->domain, cut->servers, cut->server_count);
    out->servers = absence.servers;
    out->seen_twice = absence.seen_twice;
    if (absence.state == ABSENCE_CONFIRMED)
        out->state = REGISTRATION_FREE;
    else if (absence.state != ABSENCE_PENDING)
        set_unknown(out, absence.reason);
}

static const void *registration_compute(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    struct registration *out = arena_alloc(a, sizeof *out);
    (void)key_length;
    if (out == NULL)
        return NULL;
    out->domain = key;
    judge_domain(f, out);
    return out;
}

const struct registration *registration_of(struct facts *f, const dname *name)
{
    static const struct registration suffix = {.state = REGISTRATION_EXISTS};
    static const struct registration no_memory = {.state = REGISTRATION_UNKNOWN, .reason = REASON_BUDGET};
    /* A public suffix itself, or no list at hand: nothing that a stranger could register is known. */
    const dname *domain = suffix_registrable(name, false);
    if (domain == NULL)
        return &suffix;
    dname key[DNAME_MAX];
    size_t length = dname_length(domain);
    memcpy(key, domain, length);
    dname_lower_in_place(key);
    const struct registration *out = facts_derive(f, registration_compute, key, length);
    return out != NULL ? out : &no_memory;
}
