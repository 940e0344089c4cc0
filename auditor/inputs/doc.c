/* SPDX-License-Identifier: BSD-2-Clause */
/* Small readers of trees. */
#include "auditor/inputs/doc.h"

#include <string.h>

static bool text_is(const struct doc *d, const char *text)
{
    size_t length = strlen(text);
    return d->length == length && memcmp(d->text, text, length) == 0;
}

const struct doc *doc_get(const struct doc *d, const char *key)
{
    if (d == NULL || d->kind != DOC_MAP)
        return NULL;
    for (const struct doc_member *m = d->first; m != NULL; m = m->next) {
        if (text_is(m->key, key))
            return m->value;
    }
    return NULL;
}

bool doc_scalar(const struct doc *d)
{
    return d != NULL && (d->kind == DOC_STRING || d->kind == DOC_NUMBER || d->kind == DOC_BOOL);
}

bool doc_is(const struct doc *d, const char *text)
{
    return doc_scalar(d) && text_is(d, text);
}

bool doc_true(const struct doc *d)
{
    return d != NULL && d->kind == DOC_BOOL && d->length > 0 &&
           (*d->text == 't' || *d->text == 'T' || *d->text == 'y' || *d->text == 'Y' || text_is(d, "on") ||
            text_is(d, "On") || text_is(d, "ON"));
}

bool doc_null(const struct doc *d)
{
    return d == NULL || d->kind == DOC_NULL;
}

const char *doc_kind_text(const struct doc *d)
{
    static const char *const texts[] = {"null", "true or false", "a number", "a string", "a list", "a map"};
    return d != NULL ? texts[d->kind] : "nothing";
}
