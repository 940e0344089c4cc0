/* SPDX-License-Identifier: BSD-2-Clause */
/* The tag list of DMARC: any octets; what is kept of them is in bounds and clean. */
#include "auditor/base/text.h"
#include "auditor/facts/derived/dmarc_record.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void check(const struct dmarc_record *r)
{
    require(r != NULL && r->pct <= 100 && strchr("ynu", r->psd) != NULL);
    for (size_t i = 0; i < r->fault_count; i++) {
        require(r->faults[i].offset <= r->length);
        require(text_clean(r->faults[i].part) && text_clean(r->faults[i].tag) &&
                r->faults[i].message != NULL);
    }
    for (size_t i = 0; i < r->rua_count; i++)
        require(text_clean(r->rua[i].text) &&
                (!r->rua[i].mailto || !r->rua[i].valid || r->rua[i].domain != NULL));
    for (size_t i = 0; i < r->ruf_count; i++)
        require(text_clean(r->ruf[i].text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    char *octets = arena_alloc(a, size + 1);
    if (size > 0)
        memcpy(octets, data, size);
    if (dmarc_version_of(octets, size) == DMARC_VERSION_1)
        check(dmarc_record_parse(a, octets, size));
    arena_free(a);
    return 0;
}
