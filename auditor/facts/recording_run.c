/* SPDX-License-Identifier: BSD-2-Clause */
/* run.txt: the head of a run and the settings that facts and verdicts depend on. */
#include "auditor/facts/recording_run.h"

#include <string.h>

#define ROW(type, text, what, member)                                                                        \
    {                                                                                                        \
        .word = text, .kind = what, .offset = offsetof(struct type, member)                                  \
    }

static const struct member run_members[] = {
    ROW(recording_run, "run", MEMBER_TEXT, id),
    ROW(recording_run, "tool-version", MEMBER_TEXT, tool_version),
    ROW(recording_run, "mode", MEMBER_TEXT, mode),
    ROW(recording_run, "profile", MEMBER_TEXT, profile),
    ROW(recording_run, "config-digest", MEMBER_TEXT, config_digest),
    ROW(recording_run, "resolver", MEMBER_TEXT, resolver),
    ROW(recording_run, "started", MEMBER_TIME, started_s),
    ROW(recording_run, "finished", MEMBER_TIME, finished_s),
    ROW(recording_run, "fail-on", MEMBER_TEXT, fail_on),
    ROW(recording_run, "min-confidence", MEMBER_TEXT, min_confidence),
    ROW(recording_run, "interrupted", MEMBER_BOOL, interrupted),
    {0},
};

static const char *const mail_words[] = {"auto", "yes", "no", NULL};

static const struct member settings_members[] = {
    ROW(settings, "live", MEMBER_BOOL, live),
    ROW(settings, "http", MEMBER_BOOL, http),
    ROW(settings, "intrusive", MEMBER_BOOL, intrusive),
    ROW(settings, "smtp", MEMBER_BOOL, smtp),
    ROW(settings, "ssh", MEMBER_BOOL, ssh),
    ROW(settings, "connect", MEMBER_BOOL, connect),
    ROW(settings, "ipv4", MEMBER_BOOL, ipv4),
    ROW(settings, "ipv6", MEMBER_BOOL, ipv6),
    ROW(settings, "allow-private", MEMBER_BOOL, allow_private),
    {.word = "mail", .kind = MEMBER_CHOICE, .offset = offsetof(struct settings, mail), .words = mail_words},
    ROW(settings, "tsig-given", MEMBER_BOOL, tsig_given),
    ROW(settings, "confirm-delay", MEMBER_U32, confirm_delay_s),
    ROW(settings, "now", MEMBER_TIME, now_s),
    ROW(settings, "now-given", MEMBER_BOOL, now_given),
    ROW(settings, "seed", MEMBER_HEX64, seed),
    {0},
};

/* Lists of names and blocks in struct settings. */
enum list_kind { LIST_NAME, LIST_CIDR };
#define LIST(text, kind, member)                                                                             \
    {text, kind, offsetof(struct settings, member), offsetof(struct settings, member##_count)}

static const struct {
    const char *word;
    enum list_kind kind;
    size_t list, count;
} lists[] = {
    LIST("target", LIST_NAME, targets),
    LIST("name", LIST_NAME, names),
    LIST("owned", LIST_NAME, owned),
    LIST("ignored", LIST_NAME, ignored),
    LIST("inventory-name", LIST_NAME, inventory_names),
    LIST("inventory", LIST_CIDR, inventory),
    LIST("as-public", LIST_CIDR, as_public),
};

/* ---- writing ------------------------------------------------------------------------------------------- */

static void write_list(struct buf *out, const struct settings *s, size_t row)
{
    const void *list;
    size_t count;
    memcpy(&list, (const char *)s + lists[row].list, sizeof(list));
    memcpy(&count, (const char *)s + lists[row].count, sizeof(count));
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, "%s ", lists[row].word);
        if (lists[row].kind == LIST_NAME) {
            write_name(out, ((const dname *const *)list)[i]);
        } else {
            const struct cidr *block = &((const struct cidr *)list)[i];
            write_address(out, &block->address);
            buf_printf(out, "/%u", (unsigned)block->prefix);
        }
        buf_char(out, '\n');
    }
}

static void write_undelegated(struct rrset_writer *w, const struct settings *s)
{
    for (size_t i = 0; i < s->ns_count; i++) {
        buf_str(w->out, "ns ");
        write_name(w->out, s->ns[i].name);
        buf_char(w->out, ' ');
        write_address(w->out, &s->ns[i].address);
        buf_char(w->out, '\n');
    }
    for (size_t i = 0; i < s->ds_count; i++) {
        buf_str(w->out, "ds ");
        rdata_write(w, RRTYPE_DS, &s->ds[i]);
        buf_char(w->out, '\n');
    }
}

/* "option dnssec.rrsig-expires-soon days 5", "policy dmarc.p-none high", "policy ... default disabled", "mail-of NAME no" */
static void write_configuration(struct buf *out, const struct settings *s)
{
    for (size_t i = 0; i < s->options_count; i++) {
        const char *const words[] = {s->options[i].check, s->options[i].name, s->options[i].value};
        buf_str(out, "option");
        for (size_t n = 0; n < ARRAY_SIZE(words); n++) {
            buf_char(out, ' ');
            write_word(out, words[n]);
        }
        buf_char(out, '\n');
    }
    for (size_t i = 0; i < s->policies_count; i++) {
        const struct check_policy *p = &s->policies[i];
        buf_str(out, "policy ");
        write_word(out, p->check);
        buf_char(out, ' ');
        write_word(out, p->severity != NULL ? p->severity : "default");
        buf_str(out, p->disabled ? " disabled\n" : " enabled\n");
    }
    for (size_t i = 0; i < s->mails_count; i++) {
        buf_str(out, "mail-of ");
        write_name(out, s->mails[i].target);
        buf_printf(out, " %s\n", mail_words[s->mails[i].mail]);
    }
}

void run_write(struct rrset_writer *w, const struct recording_run *run)
{
    buf_str(w->out, RECORDING_RUN_FIRST
            "\n# A run of zonevet; what its servers said is in targets/. Replay: zonevet audit "
            "--replay <this folder>");
    members_write(w->out, "\n", run_members, run);
    buf_str(w->out, "\n\n# settings");
    members_write(w->out, "\n", settings_members, &run->settings);
    buf_str(w->out, "\n\n");
    for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
        write_list(w->out, &run->settings, i);
    write_undelegated(w, &run->settings);
    write_configuration(w->out, &run->settings);
    rrsets_write(w, "anchor", run->settings.anchors, run->settings.anchors_count);
    buf_str(w->out, "\n# checks that ran\n");
    for (size_t i = 0; i < run->check_count; i++) {
        buf_str(w->out, "check ");
        write_word(w->out, run->check_ids[i]);
        buf_char(w->out, '\n');
    }
}

/* ---- reading ------------------------------------------------------------------------------------------- */

struct run_reader {
    struct lines *l;
    struct arena *a;
    struct recording_run *run;
    size_t list_capacity[ARRAY_SIZE(lists)];
    struct given_ns *ns;
    struct rdata *ds;
    const char **checks;
    struct check_setting *options;
    struct check_policy *policies;
    struct mail_setting *mails;
    size_t ns_capacity, ds_capacity, check_capacity, option_capacity, policy_capacity, mail_capacity;
    struct sets anchors;
};

static bool read_list(struct run_reader *r, size_t row)
{
    char *settings = (char *)&r->run->settings;
    const size_t size = lists[row].kind == LIST_NAME ? sizeof(const dname *) : sizeof(struct cidr);
    void *list;
    size_t count;
    memcpy(&list, settings + lists[row].list, sizeof(list));
    memcpy(&count, settings + lists[row].count, sizeof(count));
    list = list_room(r->a, list, count, &r->list_capacity[row], size);
    if (list == NULL)
        return lines_no_memory(r->l);
    memcpy(settings + lists[row].list, &list, sizeof(list));
    bool good = lists[row].kind == LIST_NAME ? read_name(r->l, r->a, false, &((const dname **)list)[count])
                                             : read_cidr(r->l, &((struct cidr *)list)[count]);
    count += good;
    memcpy(settings + lists[row].count, &count, sizeof(count));
    return good;
}

static bool read_ns(struct run_reader *r)
{
    struct settings *s = &r->run->settings;
    struct given_ns *grown = list_room(r->a, r->ns, s->ns_count, &r->ns_capacity, sizeof(*grown));
    if (grown == NULL)
        return lines_no_memory(r->l);
    s->ns = r->ns = grown;
    if (!read_name(r->l, r->a, false, &grown[s->ns_count].name) ||
        !read_address(r->l, &grown[s->ns_count].address))
        return false;
    s->ns_count++;
    return true;
}

static bool read_ds(struct run_reader *r)
{
    struct settings *s = &r->run->settings;
    struct rdata *grown = list_room(r->a, r->ds, s->ds_count, &r->ds_capacity, sizeof(*grown));
    if (grown == NULL)
        return lines_no_memory(r->l);
    s->ds = r->ds = grown;
    if (!rdata_read(r->l, r->a, RRTYPE_DS, &grown[s->ds_count]))
        return false;
    s->ds_count++;
    return true;
}

static bool read_option(struct run_reader *r)
{
    struct settings *s = &r->run->settings;
    struct check_setting *grown = list_room(r->a, r->options, s->options_count, &r->option_capacity, sizeof(*grown));
    if (grown == NULL)
        return lines_no_memory(r->l);
    s->options = r->options = grown;
    struct check_setting *one = &grown[s->options_count];
    if (!read_text(r->l, r->a, &one->check) || !read_text(r->l, r->a, &one->name) || !read_text(r->l, r->a, &one->value))
        return false;
    s->options_count++;
    return true;
}

static bool read_policy(struct run_reader *r)
{
    static const char *const words[] = {"default", "info", "low", "medium", "high", "critical"};
    struct settings *s = &r->run->settings;
    struct check_policy *grown = list_room(r->a, r->policies, s->policies_count, &r->policy_capacity, sizeof(*grown));
    if (grown == NULL)
        return lines_no_memory(r->l);
    s->policies = r->policies = grown;
    struct check_policy *one = &grown[s->policies_count];
    if (!read_text(r->l, r->a, &one->check))
        return false;
    size_t word = 0;
    while (word < ARRAY_SIZE(words) && !lines_take(r->l, words[word]))
        word++;
    if (word == ARRAY_SIZE(words))
        return lines_fail(r->l, "expected a severity or default");
    one->severity = word > 0 ? words[word] : NULL;
    one->disabled = lines_take(r->l, "disabled");
    if (!one->disabled && !lines_take(r->l, "enabled"))
        return lines_fail(r->l, "expected enabled or disabled");
    s->policies_count++;
    return true;
}

static bool read_mail_of(struct run_reader *r)
{
    struct settings *s = &r->run->settings;
    struct mail_setting *grown = list_room(r->a, r->mails, s->mails_count, &r->mail_capacity, sizeof(*grown));
    if (grown == NULL)
        return lines_no_memory(r->l);
    s->mails = r->mails = grown;
    struct mail_setting *one = &grown[s->mails_count];
    if (!read_name(r->l, r->a, false, &one->target))
        return false;
    if (s->mails_count > 0 && dname_compare(grown[s->mails_count - 1].target, one->target) >= 0)
        return lines_fail(r->l, "expected mail-of lines in canonical order of names");
    size_t word = 0;
    while (mail_words[word] != NULL && !lines_take(r->l, mail_words[word]))
        word++;
    if (mail_words[word] == NULL)
        return lines_fail(r->l, "expected auto, yes or no");
    one->mail = (enum mail_use)word;
    s->mails_count++;
    return true;
}

static bool read_check(struct run_reader *r)
{
    const char **grown = list_room(r->a, r->checks, r->run->check_count, &r->check_capacity, sizeof(*grown));
    if (grown == NULL)
        return lines_no_memory(r->l);
    r->run->check_ids = r->checks = grown;
    if (!read_text(r->l, r->a, &grown[r->run->check_count]))
        return false;
    r->run->check_count++;
    return true;
}

static bool read_statement(struct run_reader *r)
{
    struct lines *l = r->l;
    for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
        if (lines_take(l, lists[i].word))
            return read_list(r, i);
    }
    if (lines_take(l, "ns"))
        return read_ns(r);
    if (lines_take(l, "ds"))
        return read_ds(r);
    if (lines_take(l, "anchor"))
        return rrsets_read_record(l, r->a, &r->anchors);
    if (lines_take(l, "set"))
        return lines_take(l, "anchor") ? rrsets_read_head(l, r->a, &r->anchors)
                                       : lines_fail(l, "expected anchor");
    if (lines_take(l, "signature"))
        return rrsets_read_signature(l, r->a, &r->anchors);
    if (lines_take(l, "where"))
        return rrsets_read_where(l, r->a, &r->anchors);
    if (lines_take(l, "check"))
        return read_check(r);
    if (lines_take(l, "option"))
        return read_option(r);
    if (lines_take(l, "policy"))
        return read_policy(r);
    if (lines_take(l, "mail-of"))
        return read_mail_of(r);
    if (members_known(l, settings_members))
        return members_read(l, r->a, settings_members, &r->run->settings);
    if (members_known(l, run_members))
        return members_read(l, r->a, run_members, r->run);
    return lines_fail(l, "expected target, name, check, anchor or a setting such as http or now");
}

static void fill_texts(struct recording_run *run)
{
    const char **texts[] = {&run->id,      &run->tool_version,  &run->mode,
                            &run->profile, &run->config_digest, &run->resolver,
                            &run->fail_on, &run->min_confidence};
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        if (*texts[i] == NULL)
            *texts[i] = "";
    }
}

bool run_read(struct lines *l, struct arena *a, struct recording_run *run)
{
    struct run_reader r = {.l = l, .a = a, .run = run};
    *run = (struct recording_run){0};
    if (!lines_next(l) || !lines_take(l, "zonevet-recording") || !lines_take(l, "1")) {
        if (lines_status(l) == STATUS_OK)
            lines_fail(l, "expected " RECORDING_RUN_FIRST " in the first line");
        return false;
    }
    while (lines_end(l) && lines_next(l)) {
        if (!read_statement(&r))
            return false;
    }
    run->settings.anchors = r.anchors.list;
    run->settings.anchors_count = r.anchors.count;
    fill_texts(run);
    if (lines_status(l) == STATUS_OK && strcmp(run->mode, "live") != 0 && strcmp(run->mode, "offline") != 0)
        lines_fail(l, "expected mode live or mode offline above");
    return lines_status(l) == STATUS_OK;
}
