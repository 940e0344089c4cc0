/* SPDX-License-Identifier: BSD-2-Clause */
/* The takeover decision of a name as text for people. */
#include "auditor/base/buf.h"
#include "auditor/base/text.h"
#include "fingerprints/takeover.h"

#include <string.h>

static const char *row_meaning(enum takeover_row row)
{
    switch (row) {
    case TAKEOVER_NONE:
        return "nothing to take";
    case TAKEOVER_INTERNAL:
        return "a dead name in the organisation's own namespace: broken, but nobody else can claim it";
    case TAKEOVER_R2:
        return "the registrable domain does not exist at the registry: it may be free to register";
    case TAKEOVER_N1:
        return "all name servers are lame at a provider where anyone may create the zone";
    case TAKEOVER_N2:
        return "name servers are lame at a provider where the zone may be claimable";
    case TAKEOVER_N3:
        return "all name servers are lame; nobody is known to be able to claim the zone";
    case TAKEOVER_C1:
        return "the name is free at a service that gives free names to anyone";
    case TAKEOVER_C2:
        return "the name is free at a service that gives such names to others under conditions";
    case TAKEOVER_C3:
        return "the service says the name is unclaimed, as it says of a random name";
    case TAKEOVER_C4:
        return "the service says the name is unclaimed, but a precondition is missing or contested";
    case TAKEOVER_C5:
        return "a weak sign only: worth a look";
    case TAKEOVER_C6:
        return "the target does not exist below a registered domain of somebody else; whether it can be "
               "claimed is open";
    case TAKEOVER_C7:
        return "dangling, but the service does not let strangers claim it";
    }
    return "";
}

static void put_notes(struct buf *out, const struct takeover_note *notes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_printf(out, "  %-11s %s\n", notes[i].label, notes[i].text);
}

/* As finding.h has them, whose functions belong to a room to the right of this one. */
static const char *const severities[] = {"info", "low", "medium", "high", "critical"};
static const char *const confidences[] = {"confirmed", "likely", "possible"};

static void put_row(struct buf *out, enum takeover_row row, enum severity severity,
                    enum confidence confidence)
{
    buf_printf(out, "decision      %s: %s\n", takeover_row_text(row), row_meaning(row));
    buf_printf(out, "level         %s, severity %s\n", confidences[confidence], severities[severity]);
}

static const char *stage_text(enum takeover_stage stage)
{
    switch (stage) {
    case STAGE_CHAIN:
        return "where it leads could not be found out";
    case STAGE_ABSENCE:
        return "whether the target is absent could not be confirmed";
    case STAGE_CLAIM:
        return "the service could not be asked";
    }
    return "";
}

static void explain_alias(struct buf *out, struct arena *a, const struct takeover *t, struct explanation *e)
{
    switch (t->state) {
    case TAKEOVER_PENDING:
    case TAKEOVER_UNKNOWN:
        e->undetermined = true;
        e->reason = t->reason;
        buf_printf(out, "decision      undetermined: %s (%s)\n", stage_text(t->stage),
                   reason_text(t->reason));
        break;
    case TAKEOVER_NO_ALIAS:
        buf_str(out, "decision      no alias: nothing to take by a CNAME\n");
        break;
    case TAKEOVER_SOUND:
        buf_str(out, "decision      nothing speaks for a takeover\n");
        break;
    case TAKEOVER_LOOP:
        buf_str(out, "decision      the chain is a loop: it never resolves\n");
        break;
    case TAKEOVER_FOUND:
        put_row(out, t->row, t->severity, t->confidence);
        if (t->subject != NULL && !dname_equal(t->subject, t->owner))
            buf_printf(out, "report at     %s\n", dname_text(a, t->subject));
        break;
    }
    put_notes(out, t->notes, t->note_count);
}

static void explain_ns(struct buf *out, struct facts *f, const dname *name, struct explanation *e)
{
    const struct takeover_ns *ns = takeover_ns_of(f, name);
    buf_printf(out, "delegation    %u addresses serve the zone, %u are lame, %u did not tell\n", ns->serving,
               ns->lame, ns->silent);
    if (ns->state == TAKEOVER_FOUND) {
        e->undetermined = false; /* whatever the alias was to be: who answers for the zone decides */
        put_row(out, ns->row, ns->severity, ns->confidence);
    } else if (ns->state == TAKEOVER_UNKNOWN || ns->state == TAKEOVER_PENDING) {
        e->undetermined = true;
        e->reason = ns->reason;
        buf_printf(out, "decision      undetermined (%s)\n", reason_text(ns->reason));
    } else {
        buf_str(out, "decision      nothing speaks for a takeover of the zone\n");
    }
    put_notes(out, ns->notes, ns->note_count);
}

struct explanation takeover_explain(struct facts *f, struct arena *a, const dname *name)
{
    struct explanation e = {.text = ""};
    struct buf out = BUF_INIT(64 * 1024);
    buf_printf(&out, "name          %s\n", dname_text(a, name));
    const struct takeover *t = takeover_of(f, name);
    explain_alias(&out, a, t, &e);
    const struct cut *cut = facts_cut(f, name);
    if (cut->state == FACT_KNOWN && dname_equal(cut->apex, name) && !dname_is_root(name))
        explain_ns(&out, f, name, &e);
    const char *text = arena_strdup(a, buf_text(&out));
    e.text = text != NULL ? text : "";
    buf_free(&out);
    return e;
}
