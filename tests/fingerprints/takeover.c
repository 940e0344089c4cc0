/* SPDX-License-Identifier: BSD-2-Clause */
/* The explanation of a name, and that confirmation really asks again: over TCP, at two servers, with the
 * delay. */
#include "fingerprints/takeover.h"
#include "tests/check_test.h"

#include <string.h>

struct question {
    const char *name;
    struct arena *arena;
    struct explanation answer;
};

static void explain(struct facts *f, void *context)
{
    struct question *q = context;
    q->answer = takeover_explain(f, q->arena, dname_const(q->arena, q->name));
}

static struct question ask(const char *world, const char *name, struct world **w)
{
    struct question q = {.name = name, .arena = arena_new(0)};
    *w = world_new(world);
    world_settle(*w, explain, &q);
    return q;
}

static void expect(const char *world, const char *name, bool undetermined, const char *const *lines)
{
    struct world *w = NULL;
    struct question q = ask(world, name, &w);
    assert_int_equal(q.answer.undetermined, undetermined);
    for (; *lines != NULL; lines++) {
        if (strstr(q.answer.text, *lines) == NULL)
            fail_msg("no '%s' in:\n%s", *lines, q.answer.text);
    }
    world_free(w);
    arena_free(q.arena);
}

#define EXPECT(world, name, undetermined, ...)                                                               \
    expect(world, name, undetermined, (const char *const[]){__VA_ARGS__, NULL})

static void explanations(void **state)
{
    (void)state;
    EXPECT("www A 192.0.2.80\n", "www.example.test.", false, "no alias");
    EXPECT("www CNAME web\nweb A 192.0.2.80\n", "www.example.test.", false, "nothing speaks for a takeover",
           "www.example.test. CNAME web.example.test.");
    EXPECT("!zone azure-api.net. 198.51.100.9,198.51.100.8\nwww CNAME gone.azure-api.net.\n",
           "www.example.test.", false, "C1: ", "likely, severity high", "gone.azure-api.net. NXDOMAIN",
           "NXDOMAIN from 2 servers by TCP, twice", "Azure API Management");
    EXPECT("!timeout www A\n", "www.example.test.", true, "undetermined");
    EXPECT("a CNAME b\nb CNAME a\n", "a.example.test.", false, "loop");
    EXPECT("dev NS ns1.digitalocean.com.\n!zone digitalocean.com. 198.51.100.20\n"
           "ns1.digitalocean.com. A 198.51.100.20\n",
           "dev.example.test.", false, "N1: ", "likely, severity critical", "ns1.digitalocean.com.");
}

/* Does some ask of this owner have that flag, repeat and delay? */
static unsigned asked(struct facts *f, const dname *owner, uint16_t flags, uint8_t repeat, uint16_t delay)
{
    unsigned found = 0;
    for (size_t i = 0; i < facts_count(f); i++) {
        const struct fact *fact = facts_at(f, i);
        const struct ask *a = &fact->key.ask;
        found += fact->kind == FACT_ASK && dname_equal(a->owner, owner) && a->flags == flags &&
                 a->repeat == repeat && a->delay_s == delay;
    }
    return found;
}

static void asks_again(void **state)
{
    (void)state;
    struct world *w = NULL;
    struct question q =
        ask("!zone vendor.com. 198.51.100.9,198.51.100.8,198.51.100.7\nwww CNAME x.vendor.com.\n",
            "www.example.test.", &w);
    const dname *target = dname_const(q.arena, "x.vendor.com.");
    assert_int_equal(asked(world_facts(w), target, ASK_TCP, 0, 0), 2);
    assert_int_equal(asked(world_facts(w), target, ASK_TCP, 1, 5), 1);
    world_free(w);
    arena_free(q.arena);
}

/* No HTTP request goes anywhere but to hosts at or below the target, and control names. */
static void http_scope(void **state)
{
    (void)state;
    struct world *w = NULL;
    struct question q = ask("!zone surge.sh. 198.51.100.9\nna-west1.surge.sh. A 198.51.100.10\n"
                            "!zone other.com. 198.51.100.7\nwww.other.com. CNAME na-west1.surge.sh.\n"
                            "!http * 404 project not found\n",
                            "www.other.com.", &w);
    for (size_t i = 0; i < facts_count(world_facts(w)); i++)
        assert_int_not_equal(facts_at(world_facts(w), i)->kind, FACT_HTTP);
    world_free(w);
    arena_free(q.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(explanations),
        cmocka_unit_test(asks_again),
        cmocka_unit_test(http_scope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
