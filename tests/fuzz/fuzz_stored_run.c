/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports of any octets as stored runs: results that are whole, or one clean line of an error; the gate takes
 * them. */
#include "auditor/base/text.h"
#include "auditor/check.h"
#include "auditor/gate/gate.h"
#include "auditor/gate/stored_run.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void sound(const struct result *r)
{
    require(r->check != NULL && r->subject != NULL && strlen(r->fingerprint) == 64);
    require(text_clean(r->check->id) && text_clean(r->subject));
    require(r->message == NULL || text_clean(r->message));
    require(r->location == NULL || text_clean(r->location->file));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new((size_t)512 << 20);
    char *text = arena_alloc(a, size + 1);
    struct stored_run run;
    const char *error = NULL;
    memcpy(text, data, size);
    if (stored_run_parse(a, "r", text, size, &run, &error) != STATUS_OK) {
        require(error != NULL && text_clean(error) && strchr(error, '\n') == NULL);
        arena_free(a);
        return 0;
    }
    struct known *k = known_new(a);
    const struct gate_options o = {.known = k, .checks = run.run.checks, .check_count = run.run.check_count};
    for (size_t i = 0; i < run.target_count; i++) {
        require(text_clean(run.targets[i].name));
        for (size_t n = 0; n < run.targets[i].result_count; n++)
            sound(&run.targets[i].results[n]);
        require(known_add_report(k, &run.targets[i], NULL) == STATUS_OK);
    }
    /* Against itself nothing is new. */
    struct gate *g = gate_new(a, &o);
    for (size_t i = 0; i < run.target_count; i++) {
        gate_target(g, &run.targets[i], a);
        for (size_t n = 0; n < run.targets[i].result_count; n++)
            require(run.targets[i].results[n].outcome != OUTCOME_FAIL ||
                    run.targets[i].results[n].state != STATE_NONE);
    }
    arena_free(a);
    return 0;
}
