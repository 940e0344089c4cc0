/* SPDX-License-Identifier: BSD-2-Clause */
/* TSIG key files: "[algorithm:]name:base64" on one line, or BIND's key "name" { algorithm ...; secret "...";
 * }; */
#include "auditor/collect/tsig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FILE_MAX 65536
#define SECRET_MAX 1024

struct source {
    struct arena *a;
    const char *path;
    const char *at;
    unsigned line;
    const char **error;
};

static enum status fail(struct source *s, const char *expected)
{
    *s->error = arena_printf(s->a, "%s:%u: %s", s->path, s->line, expected);
    if (*s->error == NULL)
        *s->error = expected;
    return STATUS_MALFORMED;
}

static char *file_read(struct arena *a, const char *path)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL)
        return NULL;
    char *text = arena_alloc(a, FILE_MAX + 1);
    size_t length = text != NULL ? fread(text, 1, FILE_MAX + 1, in) : 0;
    bool good = text != NULL && ferror(in) == 0 && length <= FILE_MAX;
    fclose(in);
    if (!good)
        return NULL;
    text[length] = '\0';
    return text;
}

/* Over white space and comments of all three kinds that BIND knows. */
static void skip(struct source *s)
{
    for (;;) {
        if (*s->at == '\n')
            s->line++;
        if (*s->at == ' ' || *s->at == '\t' || *s->at == '\r' || *s->at == '\n') {
            s->at++;
        } else if (*s->at == '#' || (s->at[0] == '/' && s->at[1] == '/')) {
            s->at += strcspn(s->at, "\n");
        } else if (s->at[0] == '/' && s->at[1] == '*') {
            const char *end = strstr(s->at + 2, "*/");
            end = end != NULL ? end + 2 : s->at + strlen(s->at);
            for (; s->at < end; s->at++)
                s->line += *s->at == '\n';
        } else {
            return;
        }
    }
}

static bool punctuation(struct source *s, char c)
{
    skip(s);
    if (*s->at != c)
        return false;
    s->at++;
    return true;
}

/* A word, in quotes or not; NULL if there is none. */
static const char *word(struct source *s)
{
    skip(s);
    if (*s->at == '"') {
        size_t length = strcspn(s->at + 1, "\"\n");
        if (s->at[1 + length] != '"')
            return NULL;
        const char *text = arena_strndup(s->a, s->at + 1, length);
        s->at += length + 2;
        return text;
    }
    size_t length = strcspn(s->at, " \t\r\n{};\"");
    if (length == 0)
        return NULL;
    const char *text = arena_strndup(s->a, s->at, length);
    s->at += length;
    return text;
}

static int base64_value(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

static bool base64_decode(struct arena *a, const char *text, struct tsig_key *out)
{
    uint8_t octets[SECRET_MAX] = {0};
    size_t used = 0;
    uint32_t bits = 0;
    unsigned count = 0;
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == '=')
        length--;
    for (size_t i = 0; i < length; i++) {
        int value = base64_value(text[i]);
        if (value < 0 || used == SECRET_MAX)
            return false;
        bits = bits << 6 | (uint32_t)value;
        count += 6;
        if (count >= 8) {
            count -= 8;
            octets[used++] = (uint8_t)(bits >> count);
        }
    }
    out->secret = arena_copy(a, octets, used);
    out->secret_length = used;
    return used > 0 && count < 6 && out->secret != NULL;
}

static enum status key_make(struct source *s, const char *algorithm, const char *name, const char *secret,
                            struct tsig_key *out)
{
    struct tsig_key key = {.name = NULL};
    const dname *given;
    if (dname_from_text(s->a, name, &given) != STATUS_OK || (key.name = dname_lower(s->a, given)) == NULL)
        return fail(s, "the name of the key is no domain name");
    if (strcasecmp(algorithm, "hmac-md5") == 0)
        algorithm = "hmac-md5.sig-alg.reg.int";
    if (dname_from_text(s->a, algorithm, &given) != STATUS_OK ||
        (key.algorithm = dname_lower(s->a, given)) == NULL || !tsig_algorithm_known(key.algorithm))
        return fail(
            s, "the algorithm must be one of hmac-sha256, hmac-sha224, hmac-sha384, hmac-sha512, hmac-sha1, "
               "hmac-md5 (and the system must allow it)");
    if (!base64_decode(s->a, secret, &key))
        return fail(s, "the secret must be base64 of 1 to 1024 octets");
    *out = key;
    return STATUS_OK;
}

static enum status line_form(struct source *s, struct tsig_key *out)
{
    const char *text = word(s);
    skip(s);
    if (text == NULL || *s->at != '\0')
        return fail(s, "expected one line \"[algorithm:]name:secret\" or key \"name\" { ... };");
    char *copy = arena_strdup(s->a, text);
    char *secret = copy != NULL ? strrchr(copy, ':') : NULL;
    if (secret == NULL)
        return fail(s, "expected \"[algorithm:]name:secret\" with a colon between the parts");
    *secret++ = '\0';
    char *name = strchr(copy, ':');
    if (name == NULL)
        return key_make(s, "hmac-sha256", copy, secret, out);
    *name++ = '\0';
    return key_make(s, copy, name, secret, out);
}

static enum status key_form(struct source *s, struct tsig_key *out)
{
    const char *name = word(s);
    const char *algorithm = NULL;
    const char *secret = NULL;
    if (name == NULL || !punctuation(s, '{'))
        return fail(s, "expected key \"name\" {");
    while (!punctuation(s, '}')) {
        const char *what = word(s);
        const char *value = what != NULL ? word(s) : NULL;
        if (value == NULL)
            return fail(s, "expected algorithm NAME; or secret \"BASE64\"; or }");
        if (strcasecmp(what, "algorithm") == 0)
            algorithm = value;
        else if (strcasecmp(what, "secret") == 0)
            secret = value;
        else
            return fail(s, "only algorithm and secret belong into a key");
        if (!punctuation(s, ';'))
            return fail(s, "expected ; at the end of the statement");
    }
    if (!punctuation(s, ';'))
        return fail(s, "expected ; after }");
    skip(s);
    if (*s->at != '\0')
        return fail(s, "expected one key and nothing behind it");
    if (algorithm == NULL || secret == NULL)
        return fail(s, "the key needs an algorithm and a secret");
    return key_make(s, algorithm, name, secret, out);
}

enum status tsig_key_load(struct arena *a, const char *path, struct tsig_key *out, const char **error)
{
    struct source s = {.a = a, .path = path, .line = 1, .error = error};
    char *text = file_read(a, path);
    if (text == NULL) {
        fail(&s, "the key file cannot be read, or is larger than 64 KiB");
        return STATUS_IO;
    }
    s.at = text;
    skip(&s);
    if (*s.at == '\0')
        return fail(&s, "expected a key, the file is empty");
    struct source ahead = s;
    const char *first = word(&ahead);
    if (first == NULL || strcasecmp(first, "key") != 0)
        return line_form(&s, out);
    s = ahead;
    return key_form(&s, out);
}
