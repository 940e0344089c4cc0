/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration file: whatever the octets, values or problems with a place and a text that passed the
 * gate. */
#include "auditor/base/text.h"
#include "auditor/config/config.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct check_option options[] = {{"days", "d", "3", 1, 365}, {0}};
static const struct check checks[] = {
    {.id = "a.plain", .severity = SEVERITY_HIGH, .not_ignorable = true},
    {.id = "a.soon", .severity = SEVERITY_HIGH, .options = options},
};
static const struct check *const list[] = {&checks[0], &checks[1]};
static const char *const formats[] = {"json", "junit", "text"};
static const char *const profiles[] = {"default", "quick", "strict"};

static const dname *read_name(struct arena *a, const char *text, const char **error)
{
    const dname *name = NULL;
    *error = "no domain name";
    return dname_from_text(a, text, &name) == STATUS_OK ? dname_lower(a, name) : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct config_known known = {.checks = list,
                                       .check_count = 2,
                                       .formats = formats,
                                       .format_count = 3,
                                       .profiles = profiles,
                                       .profile_count = 3,
                                       .name = read_name};
    struct arena *a = arena_new((size_t)64 << 20);
    struct config_problems problems;
    struct config *config = NULL;
    enum status status = config_parse(a, "fuzz", (const char *)data, size, &known, &config, &problems);
    if ((status == STATUS_OK) != (config != NULL) || (status == STATUS_MALFORMED && problems.errors == 0))
        abort();
    for (size_t i = 0; i < problems.count; i++) {
        if (!text_clean(problems.list[i].text))
            abort();
    }
    arena_free(a);
    return 0;
}
