/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON (RFC 8259) read where it stands: what is wanted becomes a tree, the rest is only checked. Private to
 * the inputs. A plan of 20 MB has a few hundred records; a tree of all of it would be a gigabyte. */
#ifndef ZONEVET_INPUTS_JSON_H
#define ZONEVET_INPUTS_JSON_H

#include "auditor/inputs/doc.h"

/** A place in the text; a copy of it is a bookmark. */
struct json {
    const char *at, *end;
    const char *line_start;
    uint32_t line;
    size_t trailing; /* octets of this line so far that continue a UTF-8 character */
    struct arena *arena;
    size_t nodes;
    unsigned depth;
    struct doc_error error;
};

struct json json_begin(struct arena *a, const char *text, size_t length);

/** The next value as a tree. @return NULL with j->error set */
const struct doc *json_value(struct json *j);

/** The same in another arena, which is emptied first: for one element of a long list. */
const struct doc *json_value_in(struct json *j, struct arena *a);

/** Go over the next value. @return false with j->error set */
bool json_skip(struct json *j);

/** Read an object, member by member: `member` must read or skip exactly the value. @return false with
 * j->error set, also if the value is no object */
typedef bool (*json_member)(struct json *j, const struct doc *key, void *context);
bool json_object(struct json *j, json_member member, void *context);

/** The same for an array. */
typedef bool (*json_element)(struct json *j, void *context);
bool json_array(struct json *j, json_element element, void *context);

/** What the next value begins with: '{', '[', '"', a digit, '-', 't', 'f', 'n', or 0 at the end. */
char json_peek(struct json *j);

/** Nothing but blanks follow. @return false with j->error set */
bool json_end(struct json *j);

#endif
