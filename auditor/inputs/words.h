/* SPDX-License-Identifier: BSD-2-Clause */
/* Values of JSON and YAML as the words of a master file, so that one reader of RDATA serves all inputs and
 * its errors point at the value. Private to the inputs. */
#ifndef ZONEVET_INPUTS_WORDS_H
#define ZONEVET_INPUTS_WORDS_H

#include "auditor/facts/zonefile_rdata.h"
#include "auditor/inputs/doc.h"

struct words {
    struct arena *arena;
    struct token *list;
    size_t count, capacity;
    bool final_dot;    /* a name without a final dot is an error */
    const char *error; /* sticky: what was expected */
    const struct doc *error_at;
};

/** Remember the first error. */
void words_fail(struct words *w, const struct doc *at, const char *message);

/** The scalar as it stands: a number, hexadecimal, base64. */
void words_plain(struct words *w, const struct doc *d);

/** A domain name; U-labels become A-labels. It is absolute whether it ends with a dot or not. */
void words_name(struct words *w, const struct doc *d);

/** One character-string of any octets. */
void words_string(struct words *w, const struct doc *d);

/** Text of any length, in strings of at most 255 octets. */
void words_text(struct words *w, const struct doc *d, const char *text, size_t length);

enum { WORDS_OCTAL = 1 }; /* \ooo is octal, as Route 53 writes it */

/** Presentation form: words, and strings in quotes. */
void words_presentation(struct words *w, const struct doc *d, const char *text, size_t length,
                        unsigned flags);

/** A word of ours. text must live as long as the words. */
void words_constant(struct words *w, const struct doc *at, const char *text);

/* ---- records whose parts are members of a map ---- */

enum field_kind {
    FIELD_END,
    FIELD_PLAIN,
    FIELD_NAME,
    FIELD_STRING,
    FIELD_METRES,    /* LOC: a number that gets its 'm' */
    FIELD_PARAMS,    /* SvcParams in presentation form */
    FIELD_PARAM_MAP, /* SvcParams as a map of text, lists or null */
};

struct field {
    enum field_kind kind;
    const char *names;    /* alternatives, separated by '|' */
    const char *fallback; /* if it is missing; NULL: it must be there; "": nothing takes its place */
};

struct layout {
    uint16_t type;
    struct field fields[13];
};

/** The parts of a value in the order of its presentation form. A part that `map` lacks is looked for in
 * `outer`. */
void words_fields(struct words *w, const struct layout *layout, const struct doc *map,
                  const struct doc *outer);

/** The layout of a type, or NULL: that of the list, which ends with type 0, else the one that formats share
 * (SRV, CAA, LOC). */
const struct layout *layout_of(const struct layout *list, uint16_t type);

/** A U-label name as A-labels, anything else as it is. @return NULL with *error set */
const char *name_to_ascii(struct arena *a, const char *text, size_t length, size_t *out_length,
                          const char **error);

#endif
