/* SPDX-License-Identifier: BSD-2-Clause */
/* A walk over JSON text (RFC 8259) that knows where it is, so that errors name file and line, and that holds
 * one value at a time, however long the file. Strings are decoded by cJSON and pass the text gate. */
#ifndef ZONEVET_GATE_JSON_WALK_H
#define ZONEVET_GATE_JSON_WALK_H

#include "auditor/base/arena.h"
#include "auditor/base/buf.h"
#include "auditor/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_DEPTH_MAX 64U

struct json_text {
    struct arena *arena;
    const char *path; /* as errors name it */
    const char *start, *end;
    const char *error; /* the first, one line; NULL: none */
};

/** A value where it stands. */
struct json_value {
    const char *at, *end;
};

struct json_walk {
    struct json_text *text;
    const char *at;
    bool object, begun;
    const char *key_at; /* of the member last given */
    char key[64];       /* "" for elements; longer keys are cut and so match nothing of ours */
    struct json_value value;
};

/** Note "PATH:LINE: ..." as the error, unless there is one. @return STATUS_MALFORMED */
enum status json_walk_fail(struct json_text *t, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

uint32_t json_walk_line_of(const struct json_text *t, const char *at);

/** The value that begins at or behind `at`. @return false with an error if there is none */
bool json_walk_value_at(struct json_text *t, const char *at, struct json_value *out);

/** The first octet from here on that is no blank; text->end if there is none. */
const char *json_walk_rest(const struct json_text *t, const char *at);

/** Begin a walk. @return false with an error ("KEY: expected an object") if the value is of another kind */
bool json_walk_object(struct json_text *t, const struct json_value *v, const char *what,
                      struct json_walk *out);
bool json_walk_array(struct json_text *t, const struct json_value *v, const char *what,
                     struct json_walk *out);

/** The next member or element. @return false at the end or with an error */
bool json_walk_next(struct json_walk *w);

bool json_walk_is_null(const struct json_value *v);
/** NULL with an error if it is no string. Gated, at most max_chars. */
const char *json_walk_string(struct json_text *t, const struct json_value *v, const char *what,
                             size_t max_chars);
/** As json_walk_string, but null gives NULL without an error. */
const char *json_walk_string_or_null(struct json_text *t, const struct json_value *v, const char *what,
                                     size_t max_chars);
/** A whole number from 0 to 4294967295. */
bool json_walk_number(struct json_text *t, const struct json_value *v, const char *what, uint32_t *out);
bool json_walk_bool(struct json_text *t, const struct json_value *v, const char *what, bool *out);

/** Append a JSON string. */
void json_walk_put(struct buf *out, const char *text);

#endif
