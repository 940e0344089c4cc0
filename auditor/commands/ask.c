/* SPDX-License-Identifier: BSD-2-Clause */
/* zonevet ask: one question over live facts, answered in text with its reasoning. */
#include "auditor/commands/commands.h"
#include "auditor/commands/interrupt.h"
#include "auditor/commands/live.h"
#include "auditor/facts/derived/dmarc.h"
#include "auditor/facts/derived/dnssec.h"
#include "auditor/facts/derived/spf.h"
#include "fingerprints/takeover.h"

#include <stdio.h>
#include <string.h>

struct question {
    enum { ASK_DNSSEC, ASK_SPF, ASK_DMARC, ASK_TAKEOVER } kind;
    const dname *name;
    uint16_t type;
    struct address ip;
    const char *helo, *from;
    struct arena *arena; /* of the answer; begun anew with each run */
    struct explanation answer;
};

static void run_question(struct facts *f, void *context)
{
    struct question *q = context;
    arena_reset(q->arena);
    switch (q->kind) {
    case ASK_DNSSEC:
        q->answer = dnssec_explain(f, q->arena, q->name, q->type);
        break;
    case ASK_SPF:
        q->answer = spf_explain(f, q->arena, &q->ip, q->helo, q->from);
        break;
    case ASK_DMARC:
        q->answer = dmarc_explain(f, q->arena, q->name);
        break;
    case ASK_TAKEOVER:
        q->answer = takeover_explain(f, q->arena, q->name);
        break;
    }
}

static int read_spf(const struct options *o, struct question *q)
{
    const char *error = NULL;
    if (o->arguments.count != 1 || o->ip == NULL || o->from == NULL) {
        complain("ask spf takes --ip ADDRESS, --from MAILBOX and, if it differs from the sender's domain, --helo NAME");
        return EXIT_USAGE;
    }
    if (!address_from_text(o->ip, &q->ip)) {
        complain("--ip: '%s' is no IP address", o->ip);
        return EXIT_USAGE;
    }
    const char *at = strrchr(o->from, '@');
    const char *domain = at != NULL ? at + 1 : o->from;
    q->name = setup_name(o->arena, domain, &error);
    if (q->name == NULL) {
        complain("--from: '%s' is %s", domain, error);
        return EXIT_USAGE;
    }
    q->from = o->from;
    q->helo = o->helo != NULL ? o->helo : domain;
    return -1;
}

static int read_question(const struct options *o, struct question *q)
{
    static const char *const kinds[] = {"dnssec", "spf", "dmarc", "takeover"};
    const char *error = NULL;
    size_t kind = 0;
    if (o->arguments.count == 0) {
        complain("ask takes a question: dnssec, spf, dmarc or takeover");
        return EXIT_USAGE;
    }
    while (kind < ARRAY_SIZE(kinds) && strcmp(kinds[kind], o->arguments.items[0]) != 0)
        kind++;
    if (kind == ARRAY_SIZE(kinds)) {
        const char *near = nearest(o->arguments.items[0], kinds, ARRAY_SIZE(kinds));
        complain("ask does not know '%s'%s%s", o->arguments.items[0], near != NULL ? "; did you mean " : "",
                 near != NULL ? near : "");
        return EXIT_USAGE;
    }
    q->kind = kind == 0 ? ASK_DNSSEC : kind == 1 ? ASK_SPF : kind == 2 ? ASK_DMARC : ASK_TAKEOVER;
    if (q->kind == ASK_SPF)
        return read_spf(o, q);
    if (o->arguments.count < 2 || o->arguments.count > (q->kind == ASK_DNSSEC ? 3U : 2U)) {
        complain("ask %s takes one name%s", kinds[kind], q->kind == ASK_DNSSEC ? " and perhaps a record type" : "");
        return EXIT_USAGE;
    }
    q->name = setup_name(o->arena, o->arguments.items[1], &error);
    if (q->name == NULL) {
        complain("'%s' is %s", o->arguments.items[1], error);
        return EXIT_USAGE;
    }
    q->type = RRTYPE_SOA;
    if (o->arguments.count == 3 && (q->type = rrtype_from_text(o->arguments.items[2])) == 0) {
        complain("'%s' is no record type; expected a mnemonic such as MX, or TYPEn", o->arguments.items[2]);
        return EXIT_USAGE;
    }
    return -1;
}

static int answer(const struct setup *s, struct question *q)
{
    int code = EXIT_TROUBLE;
    q->arena = arena_new(0);
    enum status status = q->arena != NULL ? live_settle(s, q->name, run_question, q) : STATUS_NOMEM;
    if (status == STATUS_OK && q->answer.text != NULL) {
        fputs(q->answer.text, stdout);
        code = q->answer.undetermined ? EXIT_INCOMPLETE : EXIT_PASSED;
    } else if (status != STATUS_NOMEM) {
        complain("the question could not be answered: facts are missing");
        code = EXIT_INCOMPLETE;
    }
    if (status != STATUS_NOMEM && interrupted_code() != 0)
        code = interrupted_code();
    arena_free(q->arena);
    return code;
}

int command_ask(struct options *o)
{
    struct setup s = {0};
    struct question q = {0};
    int code = read_question(o, &q);
    if (code == -1)
        code = setup_fingerprints(o);
    if (code == -1)
        code = setup_settings(&s, o);
    if (code == -1)
        code = setup_network(&s, o);
    if (code != -1)
        return code;
    s.settings.targets = &q.name;
    s.settings.targets_count = 1;
    return answer(&s, &q);
}
