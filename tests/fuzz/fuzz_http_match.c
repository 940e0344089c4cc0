/* SPDX-License-Identifier: BSD-2-Clause */
/* A service file, the header lines and the body of a response, separated by NUL: reading and matching must
 * end, stay in bounds and say the same twice; names taken from the body go through the name patterns. */
#include "fingerprints/fingerprints.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

/* The part up to the next NUL as text; the rest moves on. */
static const char *part(struct arena *a, const uint8_t **data, size_t *size)
{
    const uint8_t *end = *size > 0 ? memchr(*data, 0, *size) : NULL;
    size_t length = end != NULL ? (size_t)(end - *data) : *size;
    const char *text = arena_strndup(a, (const char *)*data, length);
    size_t used = end != NULL ? length + 1 : length;
    *data += used;
    *size -= used;
    return text;
}

static unsigned match(const struct fingerprint *service, const struct http_reply *reply)
{
    unsigned shown = 0;
    for (size_t i = 0; i < service->set_count; i++) {
        for (int https = 0; https <= 1; https++) {
            bool shows = fingerprint_shows(&service->sets[i], reply, https == 1);
            require(shows == fingerprint_shows(&service->sets[i], reply, https == 1));
            require(!shows || !service->sets[i].nxdomain);
            shown += shows;
        }
    }
    return shown;
}

static void look_up(const uint8_t *octets, size_t size)
{
    dname name[DNAME_MAX];
    size_t length = dname_from_wire(octets, size);
    const dname *suffix = NULL;
    if (length == 0)
        return;
    memcpy(name, octets, length);
    const struct fingerprint *service = fingerprints_cname(name, &suffix);
    if (service != NULL) {
        require(dname_under(name, suffix) && !dname_is_root(suffix));
        (void)fingerprint_choosable(service, name, suffix);
    }
    (void)fingerprints_ns(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(64 * 1024 * 1024);
    const struct fingerprint *own = NULL;
    const char *error = NULL;
    const char *json = part(a, &data, &size);
    const char *headers = part(a, &data, &size);
    struct http_reply reply = {.state = FACT_KNOWN, .status = 404, .headers = headers};
    reply.body = arena_strndup(a, "", 0);
    if (size > 0)
        reply.body = arena_copy(a, data, size);
    reply.body_length = size;
    if (fingerprint_parse(a, json, strlen(json), &own, &error) == STATUS_OK)
        (void)match(own, &reply);
    else
        require(error != NULL);
    for (size_t i = 0; i < fingerprints_count(); i++)
        (void)match(fingerprints_at(i), &reply);
    look_up(data, size);
    arena_free(a);
    return 0;
}
