/* SPDX-License-Identifier: BSD-2-Clause */
/* The text gate (outputs.md section 2.1). One walk over the octets serves both passes: the first measures,
 * the second writes, so that the arena receives exactly what is needed. */
#include "auditor/base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <unictype.h>
#include <unistr.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

/* ---- RDATA: printable ASCII or \DDD -------------------------------------------------------------------- */

static bool ascii_plain(uint8_t octet)
{
    return octet >= 0x20 && octet <= 0x7E && octet != '"' && octet != '\\';
}

static char *ascii_put(char *at, uint8_t octet)
{
    if (ascii_plain(octet)) {
        *at++ = (char)octet;
        return at;
    }
    *at++ = '\\';
    *at++ = (char)('0' + octet / 100);
    *at++ = (char)('0' + octet / 10 % 10);
    *at++ = (char)('0' + octet % 10);
    return at;
}

const char *text_ascii(struct arena *a, const void *octets, size_t length)
{
    const uint8_t *in = octets;
    size_t size = 1;
    for (size_t i = 0; i < length; i++)
        size += ascii_plain(in[i]) ? 1 : 4;

    char *text = arena_alloc(a, size);
    if (text == NULL)
        return "";
    char *at = text;
    for (size_t i = 0; i < length; i++)
        at = ascii_put(at, in[i]);
    *at = '\0';
    return text;
}

/* ---- text of other protocols --------------------------------------------------------------------------- */

/* Characters that a reader cannot see, or that move what he does see. Unicode's own list of characters to be
 * drawn as nothing (Default_Ignorable_Code_Point) holds the zero-width ones, the tags and the variation
 * selectors, all of which have been used to hide text in plain sight. */
static bool visible(ucs4_t c)
{
    if (c < 0x7F)
        return c >= 0x20 || c == '\t' || c == '\n';
    if (c < 0xA0 || c == 0x2028 || c == 0x2029)
        return false;
    if (c >= 0xFFF9 && c <= 0xFFFB) /* interlinear annotation */
        return false;
    return !uc_is_property_bidi_control(c) && !uc_is_property_default_ignorable_code_point(c) &&
           !uc_is_property_not_a_character(c);
}

/* One step of the walk: what stands for the next character of the input. */
struct piece {
    size_t taken;      /* octets of input */
    size_t characters; /* of output */
    size_t length;     /* octets of output */
    const char *text;  /* not NUL-terminated */
    char escape[sizeof("\\u{10FFFF}")];
};

static void piece_next(struct piece *p, const uint8_t *in, size_t left)
{
    ucs4_t c = 0;
    int taken = in[0] < 0x80 ? 1 : u8_mbtoucr(&c, in, left);
    if (in[0] < 0x80)
        c = in[0];
    if (taken <= 0) { /* malformed, overlong, surrogate or cut off: one mark an octet */
        *p = (struct piece){
            .taken = 1, .characters = 1, .length = sizeof(REPLACEMENT) - 1, .text = REPLACEMENT};
        return;
    }
    if (visible(c)) {
        *p = (struct piece){
            .taken = (size_t)taken, .characters = 1, .length = (size_t)taken, .text = (const char *)in};
        return;
    }
    p->taken = (size_t)taken;
    p->length = (size_t)snprintf(p->escape, sizeof(p->escape), "\\u{%04X}", (unsigned)c);
    p->characters = p->length;
    p->text = p->escape;
}

/* The part of the input whose clean form has at most max_chars characters. */
struct extent {
    size_t octets; /* of output */
    bool whole;    /* nothing was left over */
};

static struct extent measure(const uint8_t *in, size_t length, size_t max_chars)
{
    struct extent e = {.whole = true};
    size_t characters = 0;
    for (size_t i = 0; i < length;) {
        struct piece p;
        piece_next(&p, in + i, length - i);
        if (p.characters > max_chars - characters) {
            e.whole = false;
            break;
        }
        characters += p.characters;
        e.octets += p.length;
        i += p.taken;
    }
    return e;
}

static char *write_pieces(char *at, const uint8_t *in, size_t length, size_t octets)
{
    const char *end = at + octets;
    for (size_t i = 0; i < length && at < end;) {
        struct piece p;
        piece_next(&p, in + i, length - i);
        memcpy(at, p.text, p.length);
        at += p.length;
        i += p.taken;
    }
    return at;
}

/* The note counts towards the limit, so that text which went through the gate twice stays as it is; a limit
 * too small for that keeps its characters and the note comes on top. */
static size_t room_beside_note(size_t max_chars, size_t note_chars)
{
    return max_chars / 2 >= note_chars ? max_chars - note_chars : max_chars;
}

/* Most text is ASCII that passes as it is. */
static bool passes(const uint8_t *in, size_t length)
{
    size_t i = 0;
    while (i < length && ((in[i] >= 0x20 && in[i] < 0x7F) || in[i] == '\t' || in[i] == '\n'))
        i++;
    return i == length;
}

static const char *copy_text(struct arena *a, const uint8_t *in, size_t length)
{
    char *text = arena_alloc(a, length + 1);
    if (text == NULL)
        return "";
    if (length > 0)
        memcpy(text, in, length);
    text[length] = '\0';
    return text;
}

const char *text_gate(struct arena *a, const void *octets, size_t length, size_t max_chars)
{
    const uint8_t *in = octets;
    if (length <= max_chars && passes(in, length))
        return copy_text(a, in, length);
    char note[64] = "";
    size_t note_length = 0;
    struct extent e = measure(in, length, max_chars);
    if (!e.whole) {
        note_length = (size_t)snprintf(note, sizeof(note), "\xE2\x80\xA6 (%zu bytes in all)", length);
        e = measure(in, length, room_beside_note(max_chars, note_length - 2)); /* the dots are three octets */
    }
    char *text = arena_alloc(a, e.octets + note_length + 1);
    if (text == NULL)
        return "";
    char *at = write_pieces(text, in, length, e.octets);
    memcpy(at, note, note_length + 1);
    return text;
}

bool text_clean(const char *text)
{
    const uint8_t *in = (const uint8_t *)text;
    size_t length = strlen(text);
    for (size_t i = 0; i < length;) {
        ucs4_t c = 0;
        int taken = u8_mbtoucr(&c, in + i, length - i);
        if (taken <= 0 || !visible(c))
            return false;
        i += (size_t)taken;
    }
    return true;
}
