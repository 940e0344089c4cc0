/* SPDX-License-Identifier: BSD-2-Clause */
/* Profiles name checks, options and values that exist. */
#include "auditor/config/profiles.h"
#include "checks/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

static const struct check *find(const char *pattern)
{
    for (size_t t = 0; registry_topics[t] != NULL; t++) {
        for (const struct check *c = registry_topics[t]; c->id != NULL; c++) {
            if (fnmatch(pattern, c->id, 0) == 0)
                return c;
        }
    }
    return NULL;
}

static size_t count(const struct profile *p)
{
    size_t n = 0;
    for (size_t t = 0; registry_topics[t] != NULL; t++) {
        for (const struct check *c = registry_topics[t]; c->id != NULL; c++)
            n += profile_has(p, c);
    }
    return n;
}

static void profiles_name_what_exists(void **state)
{
    (void)state;
    for (const struct profile *p = profiles; p->name != NULL; p++) {
        assert_ptr_equal(profile_find(p->name), p);
        assert_true(p->summary != NULL && count(p) > 0);
        for (size_t i = 0; p->left_out != NULL && p->left_out[i] != NULL; i++)
            assert_non_null(find(p->left_out[i]));
        for (const struct check_policy *o = p->policies; o != NULL && o->check != NULL; o++) {
            enum severity severity;
            assert_non_null(find(o->check));
            assert_true(o->severity == NULL || severity_from_text(o->severity, &severity));
        }
        for (const struct check_setting *o = p->options; o != NULL && o->check != NULL; o++) {
            const struct check *c = find(o->check);
            assert_true(c != NULL && c->options != NULL);
            const struct check_option *option = c->options;
            while (option->name != NULL && strcmp(option->name, o->name) != 0)
                option++;
            assert_non_null(option->name);
            assert_true(option->low == 0 && option->high == 0
                            ? true
                            : atoll(o->value) >= option->low && atoll(o->value) <= option->high);
        }
    }
    assert_null(profile_find("none"));
}

static void quick_is_a_part_and_strict_is_all(void **state)
{
    (void)state;
    assert_string_equal(profiles[0].name, "default");
    assert_int_equal(count(profile_find("strict")), count(&profiles[0]));
    assert_true(count(profile_find("quick")) < count(&profiles[0]));
    assert_true(profile_has(profile_find("quick"), find("zone.syntax")));
    assert_false(profile_has(profile_find("quick"), find("xfr.axfr-open")));
}

/* The default of every option lies in its range. */
static void options_of_checks_are_sound(void **state)
{
    (void)state;
    for (size_t t = 0; registry_topics[t] != NULL; t++) {
        for (const struct check *c = registry_topics[t]; c->id != NULL; c++) {
            for (const struct check_option *o = c->options; o != NULL && o->name != NULL; o++) {
                assert_true(o->help != NULL && *o->help != '\0' && o->value != NULL);
                assert_null(strpbrk(o->name, "= ,"));
                if (o->low != 0 || o->high != 0)
                    assert_true(atoll(o->value) >= o->low && atoll(o->value) <= o->high);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(profiles_name_what_exists),
        cmocka_unit_test(quick_is_a_part_and_strict_is_all),
        cmocka_unit_test(options_of_checks_are_sound),
    };
    return cmocka_run_group_tests_name("profiles", tests, NULL, NULL);
}
