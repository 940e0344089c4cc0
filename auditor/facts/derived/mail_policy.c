/* SPDX-License-Identifier: BSD-2-Clause */
/* The TXT records that announce MTA-STS and TLS reporting. */
#include "auditor/facts/derived/mail_policy.h"

#include "auditor/base/text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const struct announcements no_memory = {.state = ANNOUNCED_UNKNOWN, .reason = REASON_INTERNAL};

struct kind {
    const char *labels;  /* in front of the domain */
    const char *version; /* in capitals as it must be */
    const char *word;    /* in a record that was meant so */
};
static const struct kind mta_sts = {"_mta-sts", "v=STSv1", "stsv"};
static const struct kind tls_rpt = {"_smtp._tls", "v=TLSRPTv1", "tlsrptv"};

/* ---- which records count ---- */

/* Records that do not begin with the version and a semicolon are discarded; the grammar has white space
 * before it. */
static bool right_version(const struct kind *kind, const char *text)
{
    size_t length = strlen(kind->version);
    if (strncmp(text, kind->version, length) != 0)
        return false;
    text += length;
    return text[strspn(text, " \t")] == ';';
}

/* "V=stsv1 id=..." and the like. */
static bool near_version(const struct kind *kind, const char *text)
{
    text += strspn(text, " \t\"'");
    if ((text[0] | 32) == 'v') {
        text += 1 + strspn(text + 1, " \t");
        text += strspn(text, "=:");
        text += strspn(text, " \t");
    }
    return strncasecmp(text, kind->word, strlen(kind->word)) == 0;
}

static void read_set(struct arena *a, const struct kind *kind, const struct rrset *set,
                     struct announcements *out)
{
    struct announcement *records = arena_array(a, set->count, sizeof(*records));
    struct announcement *near = arena_array(a, set->count, sizeof(*near));
    out->state = ANNOUNCED_NONE;
    if (records == NULL || near == NULL) {
        *out = no_memory;
        return;
    }
    for (uint16_t i = 0; i < set->count; i++) {
        struct announcement one = {.set = set, .index = i};
        one.text = rdata_txt(a, &set->rdata[i], &one.length);
        if (one.text == NULL)
            continue;
        if (right_version(kind, one.text))
            records[out->record_count++] = one;
        else if (near_version(kind, one.text))
            near[out->near_count++] = one;
    }
    out->records = records;
    out->near = near;
    if (out->record_count > 0)
        out->state = out->record_count == 1 ? ANNOUNCED_ONE : ANNOUNCED_SEVERAL;
}

/* ---- fields ---- */

static bool name_valid(const char *text, size_t length)
{
    if (length < 1 || length > 32 || !isalnum((unsigned char)text[0]))
        return false;
    for (size_t i = 1; i < length; i++) {
        if (!isalnum((unsigned char)text[i]) && strchr("_-.", text[i]) == NULL)
            return false;
    }
    return memchr(text, '\0', length) == NULL;
}

/* Printable, no space; "=" is allowed, for a URI of TLS reporting may hold one. */
static bool value_valid(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)text[i] <= ' ' || (unsigned char)text[i] > 126)
            return false;
    }
    return length > 0;
}

static void trim(const char **from, const char **to)
{
    while (*from < *to && (**from == ' ' || **from == '\t'))
        ++*from;
    while (*to > *from && ((*to)[-1] == ' ' || (*to)[-1] == '\t'))
        --*to;
}

static struct announced_field field_of(struct arena *a, const char *from, const char *to)
{
    const char *equals = memchr(from, '=', (size_t)(to - from));
    const char *value = equals != NULL ? equals + 1 : from;
    const char *name_end = equals != NULL ? equals : from;
    return (struct announced_field){
        .name = text_ascii(a, from, (size_t)(name_end - from)),
        .value = text_ascii(a, value, (size_t)(to - value)),
        .name_valid = name_valid(from, (size_t)(name_end - from)),
        .value_valid = value_valid(value, (size_t)(to - value)),
    };
}

/* Fields stand between semicolons; the one after a last semicolon may be empty. */
static void split(struct arena *a, const struct announcement *record, struct announcements *out)
{
    const char *end = record->text + record->length;
    size_t room = 0;
    for (const char *p = record->text; p < end; p++)
        room += *p == ';';
    struct announced_field *fields = arena_array(a, room, sizeof(*fields));
    const char *at = memchr(record->text, ';', record->length);
    out->fields = fields;
    while (fields != NULL && at != NULL) {
        const char *from = at + 1;
        at = memchr(from, ';', (size_t)(end - from));
        const char *to = at != NULL ? at : end;
        trim(&from, &to);
        if (from < to || at != NULL)
            fields[out->field_count++] = field_of(a, from, to);
    }
}

/* ---- the fact ---- */

static void read(struct facts *f, struct arena *a, const struct kind *kind, struct announcements *out)
{
    const struct resolution *txt = resolution_of(f, out->owner, RRTYPE_TXT);
    switch (txt->last->state) {
    case ANSWER_PENDING:
        out->state = ANNOUNCED_PENDING;
        break;
    case ANSWER_UNKNOWN:
        out->state = ANNOUNCED_UNKNOWN;
        out->reason = txt->last->reason;
        break;
    case ANSWER_ALIAS: /* a circle, or more aliases than resolvers follow */
        out->state = ANNOUNCED_UNKNOWN;
        out->reason = REASON_SERVFAIL;
        break;
    case ANSWER_RRSET:
        read_set(a, kind, txt->last->rrset, out);
        if (out->state == ANNOUNCED_ONE)
            split(a, &out->records[0], out);
        break;
    default:
        out->state = ANNOUNCED_NONE;
    }
}

static const void *compute(struct facts *f, struct arena *a, const struct kind *kind, const dname *domain)
{
    struct announcements *out = arena_alloc(a, sizeof(*out));
    if (out == NULL)
        return NULL;
    out->state = ANNOUNCED_NONE;
    out->owner = dname_prepend(a, kind->labels, domain);
    if (out->owner != NULL)
        read(f, a, kind, out);
    return out;
}

static const void *compute_sts(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    (void)key_length;
    return compute(f, a, &mta_sts, key);
}

static const void *compute_rpt(struct facts *f, struct arena *a, const void *key, size_t key_length)
{
    (void)key_length;
    return compute(f, a, &tls_rpt, key);
}

static const struct announcements *derive(struct facts *f, derive_fn fn, const dname *domain)
{
    dname key[DNAME_MAX];
    size_t length = dname_length(domain);
    memcpy(key, domain, length);
    dname_lower_in_place(key);
    const struct announcements *out = facts_derive(f, fn, key, length);
    return out != NULL ? out : &no_memory;
}

const struct announcements *mta_sts_record(struct facts *f, const dname *domain)
{
    return derive(f, compute_sts, domain);
}

const struct announcements *tls_rpt_record(struct facts *f, const dname *domain)
{
    return derive(f, compute_rpt, domain);
}
