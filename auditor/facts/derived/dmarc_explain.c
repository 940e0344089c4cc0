/* SPDX-License-Identifier: BSD-2-Clause */
/* Policy discovery of both rule sets, worked through as text. */
#include "auditor/base/buf.h"
#include "auditor/base/text.h"
#include "auditor/facts/derived/dmarc.h"
#include "auditor/facts/derived/suffix.h"

#include <string.h>

#define TEXT_MAX (64U * 1024U)

static const char *source_text(enum dmarc_source source)
{
    return source == DMARC_AUTHOR_DOMAIN           ? "author domain"
           : source == DMARC_ORGANIZATIONAL_DOMAIN ? "organizational domain"
                                                   : "public suffix domain";
}

static void write_site(struct arena *a, struct buf *out, const struct dmarc_site *s)
{
    buf_printf(out, "  _dmarc.%s: ", dname_text(a, s->domain));
    switch (s->state) {
    case DMARC_FOUND_PENDING:
        buf_str(out, "not known yet");
        break;
    case DMARC_FOUND_UNKNOWN:
        buf_printf(out, "no answer (%s)", reason_text(s->reason));
        break;
    case DMARC_FOUND_NONE:
        buf_str(out, "no record");
        break;
    case DMARC_FOUND_ONE:
        buf_str(out, text_ascii(a, s->record->text, s->record->length));
        break;
    case DMARC_FOUND_SEVERAL:
        buf_printf(out, "%zu records, all discarded", s->record_count);
        break;
    }
    if (s->near_count > 0)
        buf_printf(out, " (%zu more that is almost DMARC, discarded)", s->near_count);
    if (s->unrelated > 0)
        buf_printf(out, " (%zu unrelated TXT, discarded)", s->unrelated);
    buf_char(out, '\n');
}

static void write_outcome(struct arena *a, struct buf *out, const struct dmarc_outcome *o)
{
    if (o->org_known)
        buf_printf(out, "  organizational domain: %s\n", dname_text(a, o->org));
    else
        buf_printf(out, "  organizational domain: not determined (%s)\n",
                   o->org_reason != REASON_NONE ? reason_text(o->org_reason) : "no public suffix list");
    switch (o->state) {
    case DMARC_PENDING:
    case DMARC_UNKNOWN:
        buf_printf(out, "  policy: not determined (%s)\n", reason_text(o->reason));
        return;
    case DMARC_NO_POLICY:
        buf_str(out, "  policy: none found, DMARC does not apply\n");
        return;
    case DMARC_POLICY:
        break;
    }
    buf_printf(out, "  record from: %s (%s)\n", dname_text(a, o->from->domain), source_text(o->source));
    if (!o->processed) {
        buf_str(out,
                "  policy: the record has no valid policy and no report address, DMARC does not apply\n");
        return;
    }
    buf_printf(out, "  policy: %s (from %s)\n", dmarc_policy_text(o->policy), o->tag);
    if (o->applied != o->policy)
        buf_printf(out, "  applied: %s, for t=y asks for one level less\n", dmarc_policy_text(o->applied));
}

static bool same_effect(const struct dmarc_outcome *a, const struct dmarc_outcome *b)
{
    bool applies_a = a->state == DMARC_POLICY && a->processed;
    bool applies_b = b->state == DMARC_POLICY && b->processed;
    return applies_a == applies_b && (!applies_a || a->applied == b->applied);
}

static void write_difference(struct buf *out, const struct dmarc *d)
{
    const struct dmarc_outcome *now = &d->now;
    const struct dmarc_outcome *before = &d->before;
    bool any = false;
    buf_str(out, "\nwhere they differ:\n");
    if (now->org_known && before->org_known && !dname_equal(now->org, before->org)) {
        buf_str(out, "  the organizational domain, so which identifiers align under relaxed alignment\n");
        any = true;
    }
    bool known = (now->state == DMARC_POLICY || now->state == DMARC_NO_POLICY) &&
                 (before->state == DMARC_POLICY || before->state == DMARC_NO_POLICY);
    if (known && !same_effect(now, before)) {
        buf_str(out, "  the policy that applies to mail from this name\n");
        any = true;
    }
    if (before->state == DMARC_POLICY && before->from->record->pct < 100) {
        buf_printf(
            out,
            "  pct=%u: receivers of RFC 7489 apply the policy to that share only, those of RFC 9989 to all\n",
            before->from->record->pct);
        any = true;
    }
    if (!known || !now->org_known || !before->org_known)
        buf_str(out, "  not all of it could be determined\n");
    else if (!any)
        buf_str(out, "  nowhere\n");
}

struct explanation dmarc_explain(struct facts *f, struct arena *a, const dname *name)
{
    struct buf out = BUF_INIT(TEXT_MAX);
    const struct dmarc *d = dmarc_of(f, name);
    buf_printf(&out, "DMARC for mail from %s\n\nRFC 9989, the tree walk (%u quer%s):\n", dname_text(a, name),
               d->walk_count, d->walk_count == 1 ? "y" : "ies");
    for (unsigned i = 0; i < d->walk_count; i++)
        write_site(a, &out, d->walk[i]);
    if (d->walk_ended)
        buf_printf(&out, "  psd=%c ends the walk\n", d->walk[d->walk_count - 1]->record->psd);
    write_outcome(a, &out, &d->now);
    buf_printf(&out, "\nRFC 7489, the public suffix list (%s):\n", suffix_version());
    write_outcome(a, &out, &d->before);
    write_difference(&out, d);
    const char *text = arena_strndup(a, buf_text(&out), out.length);
    bool unknown = d->now.state == DMARC_UNKNOWN || d->now.state == DMARC_PENDING;
    struct explanation e = {
        .text = text != NULL ? text : "", .undetermined = unknown, .reason = d->now.reason};
    buf_free(&out);
    return e;
}
