/* SPDX-License-Identifier: BSD-2-Clause */
/* Public suffixes by libpsl. The list is an immutable table: loaded once, on the first question, and never
 * changed. */
#include "auditor/facts/derived/suffix.h"

#include <libpsl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <time.h>

/* No rule of the list has more labels than this; longer names are asked from here upwards. */
#define RULE_LABELS_MAX 8

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const psl_ctx_t *list;
static char version[64] = "none";

/* psl_latest() takes the newer of the packaged file and the list built into the library. */
static void load(void)
{
    list = psl_latest(NULL);
    if (list == NULL)
        list = psl_builtin();
    if (list == NULL)
        return;
    time_t date = psl_builtin_file_time();
    struct stat file;
    if (list != psl_builtin() && stat(psl_dist_filename(), &file) == 0)
        date = file.st_mtime;
    struct tm utc;
    if (gmtime_r(&date, &utc) != NULL)
        strftime(version, sizeof version, "publicsuffix %Y%m%d", &utc);
}

static bool plain_label(const dname *label)
{
    for (unsigned i = 1; i <= label[0]; i++) {
        uint8_t c = label[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return true;
}

/* Lower case, without final dot. A label that no rule can contain is written "_": it may still stand where a
 * rule has an asterisk, but an octet such as a dot inside it cannot make it look like something else. */
static void list_text(const dname *name, char text[static DNAME_TEXT_MAX])
{
    char *to = text;
    for (; *name != 0; name += 1 + *name) {
        if (to != text)
            *to++ = '.';
        if (!plain_label(name)) {
            *to++ = '_';
            continue;
        }
        for (unsigned i = 1; i <= name[0]; i++) {
            uint8_t c = name[i];
            *to++ = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
        }
    }
    *to = '\0';
}

static bool is_suffix(const dname *name, bool with_private)
{
    char text[DNAME_TEXT_MAX];
    list_text(name, text);
    return psl_is_public_suffix2(list, text, with_private ? PSL_TYPE_ANY : PSL_TYPE_ICANN) != 0;
}

const dname *suffix_public(const dname *name, bool with_private)
{
    pthread_once(&once, load);
    if (list == NULL || dname_is_root(name))
        return NULL;
    unsigned labels = dname_labels(name);
    const dname *at = dname_ancestor(name, labels > RULE_LABELS_MAX ? RULE_LABELS_MAX : labels);
    /* The longest rule prevails; the last label is a suffix by the implicit rule "*". */
    while (dname_labels(at) > 1 && !is_suffix(at, with_private))
        at = dname_parent(at);
    return at;
}

const dname *suffix_registrable(const dname *name, bool with_private)
{
    const dname *suffix = suffix_public(name, with_private);
    if (suffix == NULL || suffix == name)
        return NULL;
    return dname_ancestor(name, dname_labels(suffix) + 1);
}

bool suffix_listed(const dname *name)
{
    char text[DNAME_TEXT_MAX];
    pthread_once(&once, load);
    if (list == NULL || dname_is_root(name) || dname_labels(name) > RULE_LABELS_MAX)
        return false;
    list_text(name, text);
    return psl_is_public_suffix2(list, text, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) != 0;
}

const char *suffix_version(void)
{
    pthread_once(&once, load);
    return version;
}
