/* SPDX-License-Identifier: BSD-2-Clause */
/* SPF: the input is split at line feeds into records, which a hostile DNS gives in answer to any name.
 * Parsing, walking and evaluating must end, stay within their limits and print clean text only. */
#include "auditor/base/table.h"
#include "auditor/base/text.h"
#include "auditor/facts/derived/spf.h"
#include "auditor/facts/store.h"

#include <stdlib.h>
#include <string.h>

#define RECORDS_MAX 16
#define FACTS_ALLOWED 1500 /* what one tree and one evaluation may ask for */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct hostile {
    struct facts *facts;
    struct rdata txt[RECORDS_MAX];
    size_t count;
};

static void require(bool condition)
{
    if (!condition)
        abort();
}

/* One TXT record of strings of at most 255 octets. */
static struct rdata txt_of(struct arena *a, const uint8_t *text, size_t length)
{
    uint8_t *octets = arena_alloc(a, length + length / 255 + 2);
    size_t at = 0;
    for (size_t i = 0; i < length || i == 0; i += 255) {
        size_t n = length - i < 255 ? length - i : 255;
        octets[at++] = (uint8_t)n;
        memcpy(octets + at, text + i, n);
        at += n;
    }
    return (struct rdata){.length = (uint16_t)at, .octets = octets};
}

static struct rdata rdata_for(struct hostile *h, const dname *owner, uint16_t type, unsigned n)
{
    static const uint8_t v4[] = {192, 0, 2, 1};
    static const uint8_t v6[16] = {0x20, 1, 0xd, 0xb8};
    struct arena *a = facts_arena(h->facts);
    uint8_t *name = arena_alloc(a, DNAME_MAX + 8);
    if (type == RRTYPE_TXT)
        return h->txt[n % h->count];
    if (type == RRTYPE_A)
        return (struct rdata){sizeof(v4), v4};
    if (type == RRTYPE_AAAA)
        return (struct rdata){sizeof(v6), v6};
    /* MX and PTR lead to the owner itself. */
    size_t at = type == RRTYPE_MX ? 2 : 0;
    size_t length = dname_length(owner);
    memcpy(name + at, owner, length);
    return (struct rdata){(uint16_t)(at + length), name};
}

static void answer(void *context, struct fact *fact)
{
    struct hostile *h = context;
    struct arena *a = facts_arena(h->facts);
    if (fact->kind != FACT_LOOKUP) {
        facts_deliver_unknown(fact, REASON_TIMEOUT);
        return;
    }
    const dname *owner = fact->key.lookup.owner;
    uint16_t type = fact->key.lookup.type;
    uint64_t hash = table_hash_stable(owner, dname_length(owner));
    if (hash % 7 == 0 && type != RRTYPE_TXT) {
        facts_deliver_unknown(fact, REASON_SERVFAIL);
        return;
    }
    struct answer *out = arena_alloc(a, sizeof(*out));
    struct rrset *set = arena_alloc(a, sizeof(*set));
    struct rdata *rdata = arena_alloc(a, sizeof(*rdata));
    *out =
        (struct answer){.state = hash % 5 == 0 ? ANSWER_NODATA : ANSWER_RRSET, .owner = owner, .type = type};
    if (type == RRTYPE_TXT && h->count > 0)
        out->state = ANSWER_RRSET;
    if (type == RRTYPE_TXT && h->count == 0)
        out->state = ANSWER_NXDOMAIN;
    if (out->state == ANSWER_RRSET) {
        *rdata = rdata_for(h, owner, type, (unsigned)(hash % 1024));
        *set = (struct rrset){.owner = owner, .type = type, .class = RRCLASS_IN, .count = 1, .rdata = rdata};
        out->rrset = set;
    }
    facts_deliver(fact, out);
}

static void check_record(struct arena *a, const struct spf_text *t)
{
    for (size_t i = 0; t->record != NULL && i < t->record->count; i++) {
        const struct spf_term *term = &t->record->terms[i];
        require(term->offset + term->length <= t->length && text_clean(term->text));
        require(term->error == SPF_ERROR_NONE || (term->error_offset <= t->length && term->message != NULL));
    }
    require(text_clean(text_ascii(a, t->text, t->length)));
}

static void settle(struct facts *f, struct arena *scratch, const dname *name)
{
    struct address ip = {.family = 4, .octets = {192, 0, 2, 77}};
    struct fact *const *missing = NULL;
    for (unsigned round = 0; round < 200; round++) {
        arena_reset(scratch);
        facts_run_begin(f, scratch);
        const struct spf_tree *tree = spf_of(f, name);
        const struct spf_verdict *v = spf_evaluate(f, scratch, &ip, "h.example.test", "a-b.c@example.test");
        if (facts_run_missing(f, &missing) > 0)
            continue;
        require(tree->terms <= SPF_TERMS_MAX && tree->node_count <= SPF_TERMS_MAX + 1);
        require(v->terms <= SPF_TERMS_LIMIT && v->voids <= SPF_VOIDS_LIMIT + 1);
        require(text_clean(spf_explain(f, scratch, &ip, "h.example.test", "a-b.c@example.test").text));
        for (size_t i = 0; i < tree->selection->record_count; i++)
            check_record(scratch, &tree->selection->records[i]);
        require(facts_count(f) <= FACTS_ALLOWED);
        return;
    }
    require(false);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const dname name[] = "\7example\4test";
    const struct settings settings = {.live = true};
    struct arena *scratch = arena_new(0);
    struct hostile h = {.count = 0};
    const struct facts_options options = {.target = name, .settings = &settings, .source = {&h, answer}};
    if (size > 20000)
        size = 20000;
    h.facts = facts_new(&options);
    for (size_t at = 0; at < size && h.count < RECORDS_MAX;) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        size_t length = end != NULL ? (size_t)(end - data) - at : size - at;
        h.txt[h.count++] = txt_of(facts_arena(h.facts), data + at, length);
        at += length + 1;
    }
    settle(h.facts, scratch, name);
    facts_free(h.facts);
    arena_free(scratch);
    return 0;
}
