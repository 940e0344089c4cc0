/* SPDX-License-Identifier: BSD-2-Clause */
/* Settings, targets and the network side of a run, out of the options. */
#include "auditor/commands/setup.h"
#include "auditor/commands/config.h"

#include "auditor/base/buf.h"
#include "auditor/base/clock.h"
#include "auditor/base/digest.h"
#include "auditor/base/table.h"
#include "auditor/facts/derived/dnssec_cache.h"
#include "fingerprints/fingerprints.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define HINTS_FILE "/usr/share/dns/root.hints"
#define ANCHOR_FILE "/usr/share/dns/root.ds"

/* ---- settings ----------------------------------------------------------------------------------------------------------- */

static int read_names(struct arena *a, const char *path, const dname *const **list, size_t *count)
{
    const char **lines;
    uint32_t *numbers;
    size_t lines_count;
    int code = setup_lines(a, path, &lines, &numbers, &lines_count);
    if (code != -1)
        return code;
    const dname **names = arena_array(a, lines_count, sizeof(*names));
    for (size_t i = 0; i < lines_count; i++) {
        const char *error = NULL;
        names[i] = setup_name(a, lines[i], &error);
        if (names[i] == NULL) {
            complain("%s:%u: '%s' is %s", path, numbers[i], lines[i], error);
            return EXIT_USAGE;
        }
    }
    *list = names;
    *count = lines_count;
    return -1;
}

static int read_words(struct setup *s, const struct options *o)
{
    struct arena *a = s->arena;
    struct cidr *blocks = arena_array(a, o->as_public.count, sizeof(*blocks));
    for (size_t i = 0; i < o->as_public.count; i++) {
        if (!cidr_from_text(o->as_public.items[i], &blocks[i])) {
            complain("--treat-as-public: '%s' is no block; expected ADDRESS/PREFIX", o->as_public.items[i]);
            return EXIT_USAGE;
        }
    }
    s->settings.as_public = blocks;
    s->settings.as_public_count = o->as_public.count;
    const dname **owned = arena_array(a, o->owned.count, sizeof(*owned));
    for (size_t i = 0; i < o->owned.count; i++) {
        const char *error = NULL;
        owned[i] = setup_name(a, o->owned.items[i], &error);
        if (owned[i] == NULL) {
            complain("--owned-suffix: '%s' is %s", o->owned.items[i], error);
            return EXIT_USAGE;
        }
    }
    s->settings.owned = owned;
    s->settings.owned_count = o->owned.count;
    return -1;
}

/* "TAG,ALG,TYPE,DIGEST" to DS RDATA. */
static bool read_ds(struct arena *a, const char *text, struct rdata *out)
{
    unsigned tag, algorithm, type;
    int used = 0;
    if (sscanf(text, "%5u,%3u,%3u,%n", &tag, &algorithm, &type, &used) != 3 || used == 0 || tag > 65535 ||
        algorithm > 255 || type > 255)
        return false;
    const char *hex = text + used;
    size_t length = strlen(hex);
    if (length == 0 || length % 2 != 0 || length > 128 || strspn(hex, "0123456789abcdefABCDEF") != length)
        return false;
    uint8_t *octets = arena_alloc(a, 4 + length / 2);
    octets[0] = (uint8_t)(tag >> 8);
    octets[1] = (uint8_t)tag;
    octets[2] = (uint8_t)algorithm;
    octets[3] = (uint8_t)type;
    for (size_t i = 0; i < length / 2; i++) {
        const char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        octets[4 + i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    *out = (struct rdata){(uint16_t)(4 + length / 2), octets};
    return true;
}

static int read_undelegated(struct setup *s, const struct options *o)
{
    struct arena *a = s->arena;
    struct given_ns *ns = arena_array(a, o->ns.count, sizeof(*ns));
    struct rdata *ds = arena_array(a, o->ds.count, sizeof(*ds));
    for (size_t i = 0; i < o->ns.count; i++) {
        const char *slash = strchr(o->ns.items[i], '/');
        const char *error = NULL;
        size_t length = slash != NULL ? (size_t)(slash - o->ns.items[i]) : strlen(o->ns.items[i]);
        ns[i].name = setup_name(a, arena_strndup(a, o->ns.items[i], length), &error);
        if (ns[i].name == NULL || (slash != NULL && !address_from_text(slash + 1, &ns[i].address))) {
            complain("--ns: '%s': expected NAME or NAME/ADDRESS", o->ns.items[i]);
            return EXIT_USAGE;
        }
    }
    for (size_t i = 0; i < o->ds.count; i++) {
        if (!read_ds(a, o->ds.items[i], &ds[i])) {
            complain("--ds: '%s': expected TAG,ALGORITHM,TYPE,DIGEST with the digest in hexadecimal", o->ds.items[i]);
            return EXIT_USAGE;
        }
    }
    s->settings.ns = ns;
    s->settings.ns_count = o->ns.count;
    s->settings.ds = ds;
    s->settings.ds_count = o->ds.count;
    return -1;
}

static int read_clock(struct setup *s, const struct options *o)
{
    s->settings.now_s = clock_utc_s();
    if (o->now != NULL) {
        if (!clock_parse(o->now, &s->settings.now_s)) {
            complain("--now: '%s' is no time; expected 2026-01-01T00:00:00Z, 2026-01-01 or seconds", o->now);
            return EXIT_USAGE;
        }
        s->settings.now_given = true;
        s->settings.seed = (uint64_t)s->settings.now_s * 0x9e3779b97f4a7c15ULL;
        return -1;
    }
    if (getrandom(&s->settings.seed, sizeof(s->settings.seed), 0) != (ssize_t)sizeof(s->settings.seed)) {
        complain("the system gives no random numbers: %s", strerror(errno));
        return EXIT_TROUBLE;
    }
    return -1;
}

static int by_mail_target(const void *pa, const void *pb)
{
    const struct mail_setting *a = pa;
    const struct mail_setting *b = pb;
    return dname_compare(a->target, b->target);
}

/* `mail` of single targets; --mail speaks for all. */
static void read_mails(struct setup *s, const struct options *o)
{
    const struct config_data *d = o->config != NULL ? o->config->data : NULL;
    if (d == NULL || options_from(o, "mail") >= FROM_ENVIRONMENT)
        return;
    struct mail_setting *mails = arena_array(s->arena, d->targets_count, sizeof(*mails));
    size_t count = 0;
    for (unsigned i = 0; mails != NULL && i < d->targets_count; i++) {
        if (d->targets[i].mail != NULL)
            mails[count++] = (struct mail_setting){o->config->target_names[i], *d->targets[i].mail};
    }
    if (count > 1)
        qsort(mails, count, sizeof(*mails), by_mail_target);
    s->settings.mails = mails;
    s->settings.mails_count = count;
}

int setup_settings(struct setup *s, const struct options *o)
{
    struct settings *set = &s->settings;
    s->arena = o->arena;
    set->http = !o->no_http;
    set->ipv4 = !o->only_ipv6;
    set->ipv6 = !o->only_ipv4;
    set->allow_private = o->allow_private;
    set->mail = o->mail;
    set->confirm_delay_s = o->confirm_delay_s;
    set->policies = o->policies;
    set->policies_count = o->policies_count;
    set->options = o->check_options;
    set->options_count = o->check_options_count;
    read_mails(s, o);
    if (o->only_ipv4 && o->only_ipv6) {
        complain("-4 and -6 exclude each other");
        return EXIT_USAGE;
    }
    int code = read_clock(s, o);
    if (code == -1)
        code = read_words(s, o);
    if (code == -1)
        code = read_undelegated(s, o);
    if (code == -1 && o->names_file != NULL)
        code = read_names(s->arena, o->names_file, &set->names, &set->names_count);
    if (code == -1 && o->ignore_file != NULL)
        code = read_names(s->arena, o->ignore_file, &set->ignored, &set->ignored_count);
    return code;
}

int setup_fingerprints(const struct options *o)
{
    const char *error = NULL;
    if (o->fingerprints == NULL || fingerprints_load_dir(o->fingerprints, o->arena, &error) == STATUS_OK)
        return -1;
    complain("%s", error != NULL ? error : o->fingerprints);
    return EXIT_USAGE;
}

/* ---- the network side ------------------------------------------------------------------------------------------------------ */

static int load_key(struct setup *s, const char *path)
{
    const char *error = NULL;
    struct tsig_key *key = arena_alloc(s->arena, sizeof(*key));
    if (tsig_key_load(s->arena, path, key, &error) != STATUS_OK) {
        complain("%s", error != NULL ? error : path);
        return EXIT_USAGE;
    }
    s->collect.tsig = key;
    s->settings.tsig_given = true;
    return -1;
}

#define DNSSEC_CACHE_SLOTS 16384 /* signature checks shared by all targets: the root, the TLDs, big parents */

static void free_dnssec_cache(void *cache)
{
    dnssec_cache_free(cache);
}

int setup_network(struct setup *s, const struct options *o)
{
    struct collect_options *c = &s->collect;
    const char *error = NULL;
    const char *hints = o->root_hints != NULL ? o->root_hints : HINTS_FILE;
    const char *anchor = o->trust_anchor != NULL ? o->trust_anchor : ANCHOR_FILE;
    s->settings.live = true;
    s->settings.dnssec_cache = arena_adopt(s->arena, dnssec_cache_new(DNSSEC_CACHE_SLOTS), free_dnssec_cache);
    if (hints_load(s->arena, hints, &c->root_servers, &c->root_server_count, &error) != STATUS_OK ||
        anchors_load(s->arena, anchor, &s->settings.anchors, &s->settings.anchors_count, &error) != STATUS_OK) {
        complain("%s", error != NULL ? error : "hints or anchor file");
        return EXIT_USAGE;
    }
    if (o->resolver != NULL && !address_from_text(o->resolver, &c->forwarder)) {
        complain("--resolver: '%s' is no IP address", o->resolver);
        return EXIT_USAGE;
    }
    if (o->ca_file != NULL) {
        FILE *in = fopen(o->ca_file, "r");
        if (in == NULL) {
            complain("%s: %s", o->ca_file, strerror(errno));
            return EXIT_USAGE;
        }
        fclose(in);
    }
    c->settings = &s->settings;
    c->authoritative_only = o->authoritative_only;
    c->dns_port = o->dns_port;
    c->http_port = o->http_port;
    c->https_port = o->https_port;
    c->ca_file = o->ca_file;
    c->contact = o->contact;
    c->timeout_ms = o->timeout_ms;
    c->retries = o->retries;
    c->qps_per_server = o->qps_per_server;
    c->qps_total = o->qps;
    if (o->deadline_s > 0)
        c->deadline_ms = clock_monotonic_ms() + (uint64_t)o->deadline_s * 1000;
    return o->tsig_file != NULL ? load_key(s, o->tsig_file) : -1;
}

/* ---- targets ----------------------------------------------------------------------------------------------------------------- */

static int by_target(const void *pa, const void *pb)
{
    const struct wanted *a = pa;
    const struct wanted *b = pb;
    if (a->target.name == NULL || b->target.name == NULL)
        return (a->target.name == NULL) - (b->target.name == NULL);
    return dname_compare(a->target.name, b->target.name);
}

static void add_target(struct setup *s, const char *typed, const char *file, uint32_t line)
{
    struct wanted *w = &s->targets[s->target_count++];
    *w = (struct wanted){.typed = typed};
    w->target.name = setup_name(s->arena, typed, &w->error);
    w->target.source_file = file;
    w->target.source_line = line;
    for (const char *c = typed; w->target.name != NULL && *c != '\0'; c++) {
        if ((unsigned char)*c >= 0x80)
            w->target.name_unicode = typed;
    }
}

static void drop_doubles(struct setup *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->target_count; i++) {
        const struct wanted *w = &s->targets[i];
        if (kept > 0 && w->target.name != NULL && s->targets[kept - 1].target.name != NULL &&
            dname_equal(w->target.name, s->targets[kept - 1].target.name))
            continue;
        s->unreadable += w->target.name == NULL;
        s->targets[kept++] = *w;
    }
    s->target_count = kept;
}

/* Lists of targets: --targets or "-", else those of the configuration if no name was given either. */
static struct words target_lists(const struct options *o)
{
    struct words lists = {0};
    const char *file = o->targets_file;
    for (size_t i = 0; i < o->arguments.count; i++) {
        if (strcmp(o->arguments.items[i], "-") == 0)
            file = "-";
    }
    if (file != NULL)
        (void)words_add(o->arena, &lists, file);
    const struct config_data *d = o->config != NULL ? o->config->data : NULL;
    for (unsigned i = 0; file == NULL && o->arguments.count == 0 && d != NULL && i < d->targets_file_count; i++) {
        const char *path = config_relative(o->arena, o->config->path, d->targets_file[i]);
        if (path != NULL)
            (void)words_add(o->arena, &lists, path);
    }
    return lists;
}

static bool room_for_targets(struct setup *s, size_t more)
{
    struct wanted *grown = arena_array(s->arena, s->target_count + more, sizeof(*grown));
    if (grown == NULL)
        return false;
    if (s->target_count > 0)
        memcpy(grown, s->targets, s->target_count * sizeof(*grown));
    s->targets = grown;
    return true;
}

static int add_listed(struct setup *s, const char *file)
{
    const char **lines = NULL;
    uint32_t *numbers = NULL;
    size_t count = 0;
    int code = setup_lines(s->arena, file, &lines, &numbers, &count);
    if (code != -1)
        return code;
    if (!room_for_targets(s, count))
        return EXIT_TROUBLE;
    for (size_t i = 0; i < count; i++)
        add_target(s, lines[i], strcmp(file, "-") == 0 ? "standard input" : file, numbers[i]);
    return -1;
}

static bool add_configured(struct setup *s, const struct options *o)
{
    const struct config_data *d = o->config != NULL ? o->config->data : NULL;
    if (d == NULL || o->arguments.count > 0 || o->targets_file != NULL)
        return true;
    if (!room_for_targets(s, d->targets_count))
        return false;
    for (unsigned i = 0; i < d->targets_count; i++) {
        const char *key = arena_printf(s->arena, "targets[%u].name", i);
        add_target(s, d->targets[i].name, o->config->path, key != NULL ? config_line(o->config, key) : 0);
    }
    return true;
}

int setup_targets(struct setup *s, const struct options *o)
{
    const struct words lists = target_lists(o);
    if (!room_for_targets(s, o->arguments.count))
        return EXIT_TROUBLE;
    for (size_t i = 0; i < o->arguments.count; i++) {
        if (strcmp(o->arguments.items[i], "-") != 0)
            add_target(s, o->arguments.items[i], NULL, 0);
    }
    if (!add_configured(s, o))
        return EXIT_TROUBLE;
    for (size_t i = 0; i < lists.count; i++) {
        int code = add_listed(s, lists.items[i]);
        if (code != -1)
            return code;
    }
    if (s->target_count == 0) {
        complain("no target: name at least one domain, give --targets FILE, or list them in the configuration");
        return EXIT_NOTHING;
    }
    qsort(s->targets, s->target_count, sizeof(*s->targets), by_target);
    drop_doubles(s);
    for (size_t i = 0; i < s->target_count; i++) {
        const struct wanted *w = &s->targets[i];
        if (w->target.name == NULL && w->target.source_file != NULL)
            complain("%s:%u: '%s' is %s", w->target.source_file, w->target.source_line, w->typed, w->error);
        else if (w->target.name == NULL)
            complain("'%s' is %s", w->typed, w->error);
    }
    if (s->unreadable == s->target_count)
        return EXIT_USAGE;
    const dname **names = arena_array(s->arena, s->target_count, sizeof(*names));
    for (size_t i = 0; i < s->target_count - s->unreadable; i++)
        names[i] = s->targets[i].target.name;
    s->settings.targets = names;
    s->settings.targets_count = s->target_count - s->unreadable;
    return -1;
}

/* ---- digest --------------------------------------------------------------------------------------------------------------------- */

static void digest_names(struct buf *b, const char *what, const dname *const *names, size_t count)
{
    char text[DNAME_TEXT_MAX];
    buf_printf(b, "%s\n", what);
    for (size_t i = 0; i < count; i++)
        buf_printf(b, " %s\n", dname_text_into(names[i], text));
}

/* What the configuration says about checks and single targets, checks in order of their ids. */
static void digest_configuration(struct buf *b, const struct settings *set)
{
    char text[DNAME_TEXT_MAX];
    for (size_t i = 0; i < set->policies_count; i++) {
        const struct check_policy *p = &set->policies[i];
        if (p->severity != NULL || p->disabled)
            buf_printf(b, "policy %s %s %d\n", p->check, p->severity != NULL ? p->severity : "-", p->disabled);
    }
    for (size_t i = 0; i < set->options_count; i++)
        buf_printf(b, "option %s %s=%s\n", set->options[i].check, set->options[i].name, set->options[i].value);
    for (size_t i = 0; i < set->mails_count; i++)
        buf_printf(b, "mail %s %d\n", dname_text_into(set->mails[i].target, text), (int)set->mails[i].mail);
}

void setup_digest(struct setup *s, const struct options *o)
{
    const struct settings *set = &s->settings;
    struct buf b = BUF_INIT((size_t)64 << 20);
    unsigned char digest[DIGEST_SHA256];
    buf_printf(&b, "zonevet-config-1 live=%d http=%d ipv4=%d ipv6=%d private=%d mail=%d tsig=%d delay=%u\n", set->live,
               set->http, set->ipv4, set->ipv6, set->allow_private, (int)set->mail, set->tsig_given,
               set->confirm_delay_s);
    buf_printf(&b, "gate=%d never=%d confidence=%d error=%d resolver=%s\n", (int)o->fail_on, o->fail_never,
               (int)o->min_confidence, o->error_ignore, o->resolver != NULL ? o->resolver : "");
    for (size_t i = 0; i < s->check_count; i++)
        buf_printf(&b, "check %s\n", s->checks[i]->id);
    for (size_t i = 0; i < o->as_public.count; i++)
        buf_printf(&b, "public %s\n", o->as_public.items[i]);
    for (size_t i = 0; i < o->ns.count; i++)
        buf_printf(&b, "ns %s\n", o->ns.items[i]);
    for (size_t i = 0; i < o->ds.count; i++)
        buf_printf(&b, "ds %s\n", o->ds.items[i]);
    buf_printf(&b, "new-only=%d max-waiver=%u\n", o->new_only, o->max_waiver_days);
    digest_configuration(&b, set);
    digest_names(&b, "owned", set->owned, set->owned_count);
    digest_names(&b, "ignored", set->ignored, set->ignored_count);
    digest_names(&b, "names", set->names, set->names_count);
    digest_sha256(buf_text(&b), b.length, digest);
    for (size_t i = 0; i < sizeof(digest); i++)
        snprintf(s->digest + 2 * i, 3, "%02x", digest[i]);
    buf_free(&b);
}
