/* SPDX-License-Identifier: BSD-2-Clause */
/* What attackers write (outputs.md section 15), taken through the gate as the engine does, in every place of
 * a result. */
#ifndef ZONEVET_TESTS_REPORTS_HOSTILE_H
#define ZONEVET_TESTS_REPORTS_HOSTILE_H

#include "auditor/base/text.h"
#include "auditor/facts/name.h"
#include "tests/reports/sample.h"

struct hostile_octets {
    const char *octets;
    size_t length;
};

#define OCTETS(s)                                                                                            \
    {                                                                                                        \
        s, sizeof(s) - 1                                                                                     \
    }

static const struct hostile_octets hostile_values[] = {
    OCTETS("\"><script>alert(1)</script>"),
    OCTETS("]]>"),
    OCTETS("-->"),
    OCTETS("</details>"),
    OCTETS("=HYPERLINK(\"http://x\")"),
    OCTETS("@org/team #1 ![x](http://x)"),
    OCTETS("````````````````````````````````````````"),
    OCTETS("::error::x"),
    OCTETS("##[error]x"),
    OCTETS("##vso[task.complete]"),
    OCTETS("\x1B[2J"),
    OCTETS("\x1B]8;;http://x\x07"),
    OCTETS("a\0b"),
    OCTETS("\xC0"),
    OCTETS("\xC0\x80"),
    OCTETS("\xED\xA0\x80\xED\xB0\x80"),
    OCTETS("\xE2\x80\xAE"),
    OCTETS("\xE2\x80\xA8"),
    OCTETS("\xEF\xBF\xBE"),
    OCTETS("%s%n"),
    OCTETS("${jndi:x}"),
    OCTETS(""),
    OCTETS("line one\r\n::warning::two\n  ##[debug]three\n\tfour"),
    OCTETS("<!--zonevet:findings-->"),
    OCTETS("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>&e;"),
    OCTETS("<![CDATA[x"),
    OCTETS("&lt;script&gt;"),
    OCTETS("javascript:alert(1)"),
    OCTETS("</script></style></title></textarea>"),
    OCTETS("' onmouseover='alert(1)' x='"),
    OCTETS("##teamcity[buildStop]"),
    OCTETS("{{7*7}}<%= 7*7 %>"),
    OCTETS("\xF0\x9F\x98\x80 wide \xE6\x97\xA5\xE6\x9C\xAC"),
    OCTETS("\\u003cb\\u003e \\\\ \\"),
};

/* Names in wire form: a dot, a NUL and a blank inside a label, labels of 63 octets, `*`, the root,
 * homographs. */
static const struct hostile_octets hostile_names[] = {
    OCTETS("\x03"
           "a.b\x07"
           "example\x04test"),
    OCTETS("\x03"
           "a\0b\x07"
           "example\x04test"),
    OCTETS("\x03"
           "a b\x07"
           "example\x04test"),
    OCTETS("\x01*\x07"
           "example\x04test"),
    OCTETS(""),
    OCTETS("\x0Cxn--zzzzzzzz\x04test"),
    OCTETS("\x0Cxn--pple-43d\x04test"),
    OCTETS("\x09<b>x</b>\"\x04test"),
    OCTETS("\x0E::error::x]]>\\\x04test"),
    OCTETS("\x04\xFF\x80\x1B\x7F\x04test"),
    OCTETS("\x3F"
           "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\x04test"),
};

static inline const char *hostile_name(struct fixture *x, size_t i)
{
    const struct hostile_octets *n = &hostile_names[i % ARRAY_SIZE(hostile_names)];
    if (dname_from_wire((const uint8_t *)n->octets, n->length + 1) != n->length + 1)
        abort();
    return dname_text(x->arena, (const dname *)n->octets); /* the literal's own NUL is the root label */
}

/* 255 octets, each of them four characters in presentation form. */
static inline const char *hostile_longest_name(struct fixture *x)
{
    static uint8_t name[DNAME_MAX];
    for (size_t at = 0; at < 252; at += 63) {
        memset(name + at, 0xFE, 63);
        name[at] = 62;
    }
    name[252] = 1;
    name[253] = '.';
    name[254] = 0;
    return dname_text(x->arena, name);
}

static inline const char *hostile_gate(struct fixture *x, const void *octets, size_t length, size_t max)
{
    return text_gate(x->arena, octets, length, max);
}

static inline void hostile_evidence(struct fixture *x, struct result *r, const void *octets, size_t length)
{
    struct evidence *e = arena_array(x->arena, 3, sizeof(*e));
    const char *ascii = text_ascii(x->arena, octets, length);
    e[0] = (struct evidence){.kind = "answer",
                             .label = "TXT \"x\" <i>",
                             .source = "192.0.2.53",
                             .at_s = FIXTURE_TIME,
                             .value = hostile_gate(x, ascii, strlen(ascii), TEXT_EVIDENCE_MAX)};
    e[1] = (struct evidence){.kind = "http",
                             .label = hostile_gate(x, octets, length, 200),
                             .source = NULL,
                             .value = hostile_gate(x, octets, length, TEXT_EVIDENCE_MAX),
                             .raw = octets,
                             .raw_length = length};
    e[2] = (struct evidence){.kind = "note", .label = NULL, .value = NULL, .source = ""};
    r->evidence = e;
    r->evidence_count = 3;
}

static inline void hostile_result(struct fixture *x, struct result *r, size_t i, const void *octets,
                                  size_t length)
{
    static const enum outcome outcomes[] = {OUTCOME_FAIL, OUTCOME_UNDETERMINED, OUTCOME_INFO, OUTCOME_SKIPPED,
                                            OUTCOME_PASS};
    const char *text = hostile_gate(x, octets, length, TEXT_MESSAGE_MAX);
    *r = sample_result(sample_checks[i % ARRAY_SIZE(sample_checks)].id, hostile_name(x, i),
                       outcomes[i % ARRAY_SIZE(outcomes)], text);
    r->discriminator = arena_printf(x->arena, "%zu", i);
    r->severity = r->outcome == OUTCOME_INFO ? SEVERITY_INFO : (enum severity)(1 + i / 5 % 4);
    r->subject_unicode = text;
    r->fix_record = text;
    r->decision = text;
    r->snippet = text;
    struct location *where = arena_alloc(x->arena, sizeof(*where));
    *where = (struct location){text, 1, 1, 1, 2};
    r->location = where;
    r->state = r->outcome == OUTCOME_FAIL ? (enum state)(i / 5 % 4) : STATE_NONE;
    if (r->state == STATE_WAIVED) {
        struct waiver_note *w = arena_alloc(x->arena, sizeof(*w));
        *w = (struct waiver_note){*text != '\0' ? text : "id", *text != '\0' ? text : "reason", *text != '\0' ? text : "owner",
                                  "2026-12-31", FIXTURE_TIME + 60 * 86400};
        r->waiver = w;
    }
    if (r->state == STATE_KNOWN)
        r->known_since = i % 2 == 0 ? "2026-01-10" : NULL;
    if (r->outcome == OUTCOME_SKIPPED)
        r->skip_reason = (enum skip_reason)(1 + i % SKIP_NEEDS_DATA);
    if (r->outcome == OUTCOME_UNDETERMINED)
        r->undetermined_reason = (enum reason)(REASON_TIMEOUT + i % 10);
    hostile_evidence(x, r, octets, length);
}

/* What an earlier state said: its names and texts come from a file that anybody may have changed. */
static inline void hostile_fixed(struct fixture *x, struct target_report *t)
{
    const size_t count = ARRAY_SIZE(hostile_values);
    struct fixed_finding *fixed = arena_array(x->arena, count, sizeof(*fixed));
    for (size_t i = 0; i < count; i++) {
        const char *text = hostile_gate(x, hostile_values[i].octets, hostile_values[i].length, TEXT_MESSAGE_MAX);
        struct location *where = arena_alloc(x->arena, sizeof(*where));
        *where = (struct location){text, 0, 0, 0, 0};
        fixed[i] = (struct fixed_finding){.check = sample_checks[i % ARRAY_SIZE(sample_checks)].id,
                                          .subject = hostile_name(x, i),
                                          .severity = (enum severity)(i % 5),
                                          .title = text,
                                          .message = text,
                                          .known_since = i % 2 == 0 ? "2026-01-10" : NULL,
                                          .location = where};
    }
    fixture_fixed(t, fixed, count);
}

static inline void hostile_gate_notes(struct fixture *x)
{
    const size_t count = ARRAY_SIZE(hostile_values);
    const char **notes = arena_array(x->arena, count, sizeof(*notes));
    for (size_t i = 0; i < count; i++)
        notes[i] = hostile_gate(x, hostile_values[i].octets, hostile_values[i].length, TEXT_MESSAGE_MAX);
    x->run.gate = (struct run_gate){.new_only = true, .baseline = notes[8], .waivers = notes[0], .old_side = notes[22],
                                    .new_side = notes[6], .notes = notes, .note_count = count};
}

/* Each value with each outcome, every single octet from 0x80 on, 64 KiB of A. */
static inline void hostile_values_target(struct fixture *x)
{
    const size_t values = ARRAY_SIZE(hostile_values);
    struct result *r = fixture_results(x, values * 5 + 128 + 2);
    size_t n = 0;
    for (size_t round = 0; round < 5; round++) {
        for (size_t i = 0; i < values; i++, n++)
            hostile_result(x, &r[n], n, hostile_values[i].octets, hostile_values[i].length);
    }
    for (unsigned octet = 0x80; octet <= 0xFF; octet++, n++) {
        uint8_t *one = arena_alloc(x->arena, 1);
        *one = (uint8_t)octet;
        hostile_result(x, &r[n], 5 * n, one, 1);
    }
    char *many = arena_alloc(x->arena, (size_t)64 << 10);
    memset(many, 'A', (size_t)64 << 10);
    hostile_result(x, &r[n], 5 * n, many, (size_t)64 << 10);
    n++;
    hostile_result(x, &r[n], 5 * n, "x", 1);
    r[n++].subject = hostile_longest_name(x);
    struct target_report *t = fixture_target(x, hostile_name(x, 7), r, n);
    t->coverage = hostile_gate(x, hostile_values[0].octets, hostile_values[0].length, 100);
    t->name_unicode = hostile_gate(x, hostile_values[8].octets, hostile_values[8].length, 100);
    t->source_file = t->coverage;
    t->zone = hostile_name(x, 8);
    hostile_fixed(x, t);
}

/* Findings that name each other as their cause: a circle must not hide or repeat them. */
static inline void hostile_circle_target(struct fixture *x)
{
    struct result *r = fixture_results(x, 5);
    for (size_t i = 0; i < 5; i++) {
        r[i] = sample_result("xfr.open", "circle.test.", OUTCOME_FAIL, "round and round");
        r[i].discriminator = arena_printf(x->arena, "%zu", i);
    }
    fixture_target(x, "circle.test.", r, 5);
    r[0].caused_by = r[1].fingerprint;
    r[1].caused_by = r[0].fingerprint;
    r[2].caused_by = r[2].fingerprint;
    r[3].caused_by = r[0].fingerprint;
    r[4].caused_by = "0000000000000000000000000000000000000000000000000000000000000000";
}

static inline void hostile_build(struct fixture *x)
{
    sample_build(x);
    x->target_count = 0;
    hostile_values_target(x);
    hostile_circle_target(x);
    fixture_target(x, ".", NULL, 0);
    fixture_target(x, hostile_longest_name(x), NULL, 0)->error =
        hostile_gate(x, hostile_values[22].octets, hostile_values[22].length, 100);
    hostile_gate_notes(x);
    x->run.outcome_reason = hostile_gate(x, hostile_values[8].octets, hostile_values[8].length, 100);
    fixture_count(x);
}

#endif
