/* SPDX-License-Identifier: BSD-2-Clause */
/* Baseline files of any octets: findings or one clean line of an error. */
#include "auditor/base/text.h"
#include "auditor/gate/known.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new((size_t)256 << 20);
    char *text = arena_alloc(a, size + 1);
    struct known *k = NULL;
    const char *error = NULL;
    memcpy(text, data, size);
    enum status status = baseline_parse(a, "b", text, size, &k, &error);
    if (status != STATUS_OK)
        require(k == NULL && error != NULL && text_clean(error) && strchr(error, '\n') == NULL);
    for (size_t i = 0; status == STATUS_OK && i < known_count(k); i++) {
        const struct known_entry *e = known_at(k, i);
        require(strlen(e->fingerprint) == 64 && known_find(k, e->fingerprint) == e);
        require(text_clean(e->check) && text_clean(e->target) && text_clean(e->subject) &&
                strlen(e->since) == 10);
        require(i == 0 || strcmp(known_at(k, i - 1)->target, e->target) <= 0);
    }
    arena_free(a);
    return 0;
}
