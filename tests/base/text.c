/* SPDX-License-Identifier: BSD-2-Clause */
/* The text gate: table rows for each rule of outputs.md section 2.1, and random octets with a fixed seed. */
#include "auditor/base/text.h"
#include "auditor/base/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistr.h>

#include <cmocka.h>

struct row {
    const char *name;
    const char *in;
    size_t length;
    const char *out;
};

#define IN(s) s, sizeof(s) - 1

static const struct row gate_rows[] = {
    {"empty",              IN(""),                 ""                                                },
    {"plain",              IN("hello, world"),     "hello, world"                                    },
    {"tab and lf stay",    IN("a\tb\nc"),          "a\tb\nc"                                         },
    {"cr",                 IN("a\r\nb"),           "a\\u{000D}\nb"                                   },
    {"nul",                IN("a\0b"),             "a\\u{0000}b"                                     },
    {"esc",                IN("\x1B[2J"),          "\\u{001B}[2J"                                    },
    {"del",                IN("\x7F"),             "\\u{007F}"                                       },
    {"c1",                 IN("\xC2\x85"),         "\\u{0085}"                                       },
    {"utf-8 stays",        IN("caf\xC3\xA9"),      "caf\xC3\xA9"                                     },
    {"lone continuation",  IN("\x80"),             "\xEF\xBF\xBD"                                    },
    {"lone lead",          IN("\xC0"),             "\xEF\xBF\xBD"                                    },
    {"overlong nul",       IN("\xC0\x80"),         "\xEF\xBF\xBD\xEF\xBF\xBD"                        },
    {"surrogate",          IN("\xED\xA0\x80"),     "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"            },
    {"above U+10FFFF",     IN("\xF4\x90\x80\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
    {"cut in the middle",  IN("a\xE2\x80"),        "a\xEF\xBF\xBD\xEF\xBF\xBD"                       },
    {"rlo",                IN("\xE2\x80\xAE"),     "\\u{202E}"                                       },
    {"isolate",            IN("\xE2\x81\xA6"),     "\\u{2066}"                                       },
    {"arabic letter mark", IN("\xD8\x9C"),         "\\u{061C}"                                       },
    {"line separator",     IN("\xE2\x80\xA8"),     "\\u{2028}"                                       },
    {"zero width space",   IN("\xE2\x80\x8B"),     "\\u{200B}"                                       },
    {"word joiner",        IN("\xE2\x81\xA0"),     "\\u{2060}"                                       },
    {"bom",                IN("\xEF\xBB\xBF"),     "\\u{FEFF}"                                       },
    {"tag character",      IN("\xF3\xA0\x81\x81"), "\\u{E0041}"                                      },
    {"noncharacter",       IN("\xEF\xBF\xBE"),     "\\u{FFFE}"                                       },
    {"fdd0",               IN("\xEF\xB7\x90"),     "\\u{FDD0}"                                       },
    {"plane 16 end",       IN("\xF4\x8F\xBF\xBF"), "\\u{10FFFF}"                                     },
    {"replacement itself", IN("\xEF\xBF\xBD"),     "\xEF\xBF\xBD"                                    },
    {"markup is kept",     IN("<&\">]]>"),         "<&\">]]>"                                        },
    {"cut",                IN("0123456789"),       "01234567\xE2\x80\xA6 (10 bytes in all)"          },
};

static void gate_row(void **state)
{
    const struct row *row = *state;
    struct arena *a = arena_new(0);
    size_t max = strcmp(row->name, "cut") == 0 ? 8 : 64;
    const char *out = text_gate(a, row->in, row->length, max);
    assert_string_equal(out, row->out);
    assert_true(text_clean(out));
    arena_free(a);
}

static const struct row ascii_rows[] = {
    {"empty",       IN(""),            ""                    },
    {"plain",       IN("v=spf1 -all"), "v=spf1 -all"         },
    {"quote",       IN("a\"b"),        "a\\034b"             },
    {"backslash",   IN("a\\b"),        "a\\092b"             },
    {"controls",    IN("\0\t\n\x7F"),  "\\000\\009\\010\\127"},
    {"high octets", IN("\x80\xFF"),    "\\128\\255"          },
    {"script",      IN("<script>"),    "<script>"            },
};

static void ascii_row(void **state)
{
    const struct row *row = *state;
    struct arena *a = arena_new(0);
    assert_string_equal(text_ascii(a, row->in, row->length), row->out);
    arena_free(a);
}

/* What the gate cut once it does not cut again. */
static void cut_is_stable(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    static char octets[70000];
    memset(octets, 'A', sizeof(octets));
    for (size_t max = 0; max < 200; max += 7) {
        const char *once = text_gate(a, octets, sizeof(octets), max);
        assert_non_null(strstr(once, " (70000 bytes in all)"));
        assert_true(strlen(once) <= max + 32);
    }
    const char *once = text_gate(a, octets, sizeof(octets), TEXT_EVIDENCE_MAX);
    assert_int_equal(u8_mbsnlen((const uint8_t *)once, strlen(once)), TEXT_EVIDENCE_MAX);
    assert_string_equal(text_gate(a, once, strlen(once), TEXT_EVIDENCE_MAX), once);

    memset(octets, 0x1B, sizeof(octets)); /* never in the middle of an escape */
    once = text_gate(a, octets, sizeof(octets), TEXT_MESSAGE_MAX);
    assert_int_equal(strcspn(once, "\xE2") % strlen("\\u{001B}"), 0);
    assert_string_equal(text_gate(a, once, strlen(once), TEXT_MESSAGE_MAX), once);
    arena_free(a);
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void random_octets(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    uint32_t seed = 20260101;
    static const uint8_t telling[8] = {0xE2, 0x80, 0xAE, 0xEF, 0xBF, 0xBE, 0xF3, 0x1B};
    for (int i = 0; i < 20000; i++) {
        uint8_t octets[48];
        size_t length = next_random(&seed) % sizeof(octets);
        for (size_t k = 0; k < length; k++) {
            uint32_t r = next_random(&seed);
            octets[k] = (r & 0x300) == 0 ? telling[r & 7] : (uint8_t)r;
        }
        const char *once = text_gate(a, octets, length, 24);
        assert_true(text_clean(once));
        assert_null(u8_check((const uint8_t *)once, strlen(once)));
        const char *ascii = text_ascii(a, octets, length);
        for (const char *c = ascii; *c != '\0'; c++)
            assert_true(*c >= 0x20 && *c < 0x7F);
        arena_reset(a);
    }
    arena_free(a);
}

static void without_memory(void **state)
{
    (void)state;
    struct arena *a = arena_new(64);
    static const char octets[4096];
    assert_string_equal(text_gate(a, octets, sizeof(octets), TEXT_EVIDENCE_MAX), "");
    assert_string_equal(text_ascii(a, octets, sizeof(octets)), "");
    arena_free(a);
}

static void unclean(void **state)
{
    (void)state;
    static const char *const texts[] = {"\x1B",         "a\r",          "\x7F",         "\x80",
                                        "\xC0\x80",     "\xE2\x80\xAE", "\xE2\x80\x8D", "\xEF\xBB\xBF",
                                        "\xED\xA0\x80", "\xEF\xBF\xBF", "\xC2\xAD"};
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        assert_false(text_clean(texts[i]));
    assert_true(text_clean(""));
    assert_true(text_clean("ok\t\n \xE2\x80\xA6"));
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_SIZE(gate_rows) + ARRAY_SIZE(ascii_rows) + 4];
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_SIZE(gate_rows); i++)
        tests[n++] = (struct CMUnitTest){.name = gate_rows[i].name,
                                         .test_func = gate_row,
                                         .initial_state = (void *)(uintptr_t)&gate_rows[i]};
    for (size_t i = 0; i < ARRAY_SIZE(ascii_rows); i++)
        tests[n++] = (struct CMUnitTest){.name = ascii_rows[i].name,
                                         .test_func = ascii_row,
                                         .initial_state = (void *)(uintptr_t)&ascii_rows[i]};
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(cut_is_stable);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(random_octets);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(without_memory);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(unclean);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
