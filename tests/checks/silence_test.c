/* SPDX-License-Identifier: BSD-2-Clause */
/* No check takes silence for an answer. Each example of each check is run once with every answer, then once for every
 * fact that this run asked for with that one fact timing out: nothing may be found that was not there before, and what
 * was found may become undetermined, but never a pass. */
#include "checks/registry.h"
#include "tests/check_test.h"

#include "auditor/engine/findings.h"
#include "auditor/facts/derived/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOUND_MAX 128

struct trial {
    const struct check *check;
    struct arena *arena; /* begun anew with each run of the check */
    const char *found[FOUND_MAX]; /* "subject discriminator" */
    size_t found_count;
    bool unknown; /* undetermined somewhere */
};

static void run_at(struct facts *f, struct trial *r, const dname *subject)
{
    struct findings *out = findings_new(r->arena, f, r->check);
    enum verdict verdict = evaluate(f, r->check, subject, out);
    r->unknown = r->unknown || verdict == VERDICT_UNDETERMINED || out->undetermined;
    for (size_t i = 0; i < out->count && r->found_count < FOUND_MAX; i++) {
        const struct finding *finding = &out->entries[i]->finding;
        r->found[r->found_count++] =
            arena_printf(r->arena, "%s %s", dname_text(r->arena, finding->subject),
                         finding->discriminator != NULL ? finding->discriminator : "");
    }
}

static void run_check(struct facts *f, void *context)
{
    struct trial *r = context;
    arena_reset(r->arena);
    r->found_count = 0;
    r->unknown = false;
    if (r->check->scope != SCOPE_NAME) {
        run_at(f, r, facts_target(f));
        return;
    }
    const struct names *names = names_of(f, facts_target(f));
    for (size_t i = 0; i < names->count; i++)
        run_at(f, r, names->list[i].name);
}

static bool found_in(const struct trial *r, const char *text)
{
    for (size_t i = 0; i < r->found_count; i++) {
        if (strcmp(r->found[i], text) == 0)
            return true;
    }
    return false;
}

static void describe(char *text, size_t size, const struct fact *fact)
{
    char name[DNAME_TEXT_MAX];
    char type[16];
    char address[ADDRESS_TEXT_SIZE];
    if (fact->kind == FACT_LOOKUP)
        snprintf(text, size, "lookup %s %s", rrtype_text(fact->key.lookup.type, type),
                 dname_text_into(fact->key.lookup.owner, name));
    else if (fact->kind == FACT_ASK)
        snprintf(text, size, "ask %s %s %s%s", address_text(&fact->key.ask.server, address),
                 rrtype_text(fact->key.ask.type, type), dname_text_into(fact->key.ask.owner, name),
                 (fact->key.ask.flags & ASK_TCP) != 0 ? " over TCP" : "");
    else
        snprintf(text, size, "fact of kind %d", (int)fact->kind);
}

/* @return number of faults */
static unsigned compare(const struct trial *all, const struct trial *less, const char *what)
{
    unsigned wrong = 0;
    for (size_t i = 0; i < less->found_count; i++) {
        if (found_in(all, less->found[i]))
            continue;
        fprintf(stderr, "%s: finds %s because of silence: %s\n", all->check->id, less->found[i], what);
        wrong++;
    }
    if (all->found_count > 0 && less->found_count == 0 && !less->unknown) {
        fprintf(stderr, "%s: passes because of silence: %s\n", all->check->id, what);
        wrong++;
    }
    return wrong;
}

static unsigned silence_each(const struct check *check, const char *text)
{
    struct trial all = {.check = check, .arena = arena_new(0)};
    struct trial less = {.check = check, .arena = arena_new(0)};
    struct arena *keys = arena_new(0);
    struct world *w = world_new(text);
    unsigned wrong = 0;
    world_settle(w, run_check, &all);
    size_t count = facts_settings(world_facts(w))->live ? facts_count(world_facts(w)) : 0;
    const uint8_t **key = arena_array(keys, count, sizeof(*key));
    size_t *length = arena_array(keys, count, sizeof(*length));
    char (*what)[512] = arena_array(keys, count, sizeof(*what));
    for (size_t i = 0; i < count; i++) {
        key[i] = fact_key(keys, facts_at(world_facts(w), i), &length[i]);
        describe(what[i], sizeof(what[i]), facts_at(world_facts(w), i));
    }
    for (size_t i = 0; i < count; i++) {
        world_again(w, key[i], length[i]);
        world_settle(w, run_check, &less);
        wrong += compare(&all, &less, what[i]);
    }
    world_free(w);
    arena_free(keys);
    arena_free(all.arena);
    arena_free(less.arena);
    return wrong;
}

static void no_check_takes_silence_for_an_answer(void **state)
{
    unsigned wrong = 0;
    (void)state;
    for (size_t t = 0; registry_topics[t] != NULL; t++) {
        for (const struct check *c = registry_topics[t]; c->id != NULL; c++) {
            const char *only = getenv("ZONEVET_ONLY");
            if (only != NULL && strcmp(only, c->id) != 0)
                continue;
            if (c->example_pass != NULL)
                wrong += silence_each(c, c->example_pass);
            if (c->example_fail != NULL)
                wrong += silence_each(c, c->example_fail);
        }
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_check_takes_silence_for_an_answer),
    };
    return cmocka_run_group_tests_name("silence", tests, NULL, NULL);
}
