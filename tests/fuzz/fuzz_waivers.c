/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiver files and waiver comments of any octets; an entry added to a good file leaves the others as they
 * were. The first octet chooses which. */
#include "auditor/base/text.h"
#include "auditor/check.h"
#include "auditor/gate/waivers.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct check checks[] = {{.id = "caa.missing"}, {.id = "zone.syntax", .not_ignorable = true}};
static const struct check *const list[] = {&checks[0], &checks[1]};
static const struct waivers_options rules = {.now_s = 1768032000, .checks = list, .check_count = 2};

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void sound(const struct waiver *w, bool inlined)
{
    require(text_clean(w->note.id) && text_clean(w->note.reason) && text_clean(w->note.owner) &&
            text_clean(w->check));
    require(strlen(w->note.reason) >= 10 && strlen(w->note.expires) == 10);
    require((w->target == NULL) == inlined && !w->too_far);
    for (size_t i = 0; i < 2; i++) {
        const struct result r = {.check = list[i], .subject = "www.a.test.", .discriminator = "x"};
        require(!waiver_matches(w, &r) || i == 0);
    }
}

static void one_error(const char *error)
{
    require(error != NULL && text_clean(error) && strchr(error, '\n') == NULL);
}

static void run_file(struct arena *a, const char *text, size_t length)
{
    static const struct waiver_text entry = {.check = "caa.missing",
                                             .target = "a.test",
                                             .reason = "nobody issues here",
                                             .owner = "me",
                                             .expires = "2026-03-31"};
    struct waivers before = {0};
    struct waivers after = {0};
    const char *error = NULL;
    const char *grown = NULL;
    size_t grown_length = 0;
    enum status status = waivers_parse(a, "w", text, length, &rules, &before, &error);
    if (status != STATUS_OK)
        one_error(error);
    for (size_t i = 0; i < before.count; i++)
        sound(&before.list[i], false);
    if (waivers_insert(a, "w", text, length, &entry, &rules, &grown, &grown_length, &error) != STATUS_OK) {
        one_error(error);
        return;
    }
    if (status != STATUS_OK)
        return; /* comments only */
    require(waivers_parse(a, "w", grown, grown_length, &rules, &after, &error) == STATUS_OK);
    require(after.count == before.count + 1);
    for (size_t i = 0; i < before.count; i++)
        require(strcmp(before.list[i].note.reason, after.list[i].note.reason) == 0);
}

static void run_comment(struct arena *a, const char *text, size_t length)
{
    const struct location where = {.file = "z", .line = 3};
    struct waiver w;
    const char *error = NULL;
    enum status status = waiver_from_comment(a, text, length, &where, &rules, &w, &error);
    if (status == STATUS_OK)
        sound(&w, true);
    else if (status == STATUS_MALFORMED)
        one_error(error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 65536)
        return 0;
    struct arena *a = arena_new((size_t)256 << 20);
    char *text = arena_alloc(a, size + 1);
    memcpy(text, data + 1, size - 1);
    if (data[0] == ';')
        run_comment(a, text, size - 1);
    else
        run_file(a, text, size - 1);
    arena_free(a);
    return 0;
}
