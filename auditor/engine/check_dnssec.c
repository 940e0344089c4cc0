/* SPDX-License-Identifier: BSD-2-Clause */
/* Texts and rules that the DNSSEC checks share. */
#include "auditor/check_dnssec.h"

#include "auditor/base/clock.h"

static bool apex_ready(const struct dnssec_apex *x, struct findings *out, enum verdict *verdict)
{
    *verdict = VERDICT_UNDETERMINED;
    switch (x->state) {
    case DNSSEC_APEX_READY:
        return true;
    case DNSSEC_APEX_NOT_APEX:
        findings_skip(out, SKIP_NOT_APPLICABLE, "the name is no zone apex");
        *verdict = VERDICT_SKIPPED;
        return false;
    case DNSSEC_APEX_PENDING:
    case DNSSEC_APEX_UNKNOWN:
        break;
    }
    findings_undetermined(out, x->reason, "the delegation could not be read");
    return false;
}

const struct dnssec_apex *dnssec_begin(struct facts *f, const dname *zone, enum dnssec_wanted wanted,
                                       struct findings *out, enum verdict *verdict)
{
    const struct dnssec_apex *x = dnssec_apex_of(f, zone);
    if (!apex_ready(x, out, verdict))
        return NULL;
    if (!x->keys_known) {
        findings_undetermined(out, x->untold_reason, "no server tells whether the zone has DNSKEY records");
        *verdict = VERDICT_UNDETERMINED;
        return NULL;
    }
    if (wanted == DNSSEC_WANT_SIGNED && x->keys.count == 0) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "the zone is not signed");
        *verdict = VERDICT_SKIPPED;
        return NULL;
    }
    return x;
}

/* Servers that answer, though not for DNSKEY. */
static bool key_gaps(struct facts *f, const struct dnssec_apex *x, struct findings *out)
{
    struct check_list list = {"", 0};
    for (size_t s = 0; s < x->server_count; s++) {
        const struct reply *soa = x->servers[s].replies[ASKED_SOA];
        if (!x->servers[s].dnskey_told && soa != NULL && reply_authoritative(soa))
            check_list_add(f, &list, check_server(f, &x->servers[s].server));
    }
    if (list.count == 0)
        return false;
    findings_undetermined(out, x->untold_reason, "the zone is served there, and DNSKEY is not answered: %s", list.text);
    return true;
}

bool dnssec_unanswered(struct facts *f, const struct dnssec_apex *x, enum dnssec_asked asked, struct findings *out)
{
    struct check_list list = {"", 0};
    enum reason reason = REASON_NONE;
    char type[16];
    for (size_t s = 0; s < x->server_count; s++) {
        const struct reply *soa = x->servers[s].replies[ASKED_SOA], *r = x->servers[s].replies[asked];
        if (r == NULL || reply_authoritative(r) || soa == NULL || !reply_authoritative(soa))
            continue;
        check_list_add(f, &list, check_server(f, &x->servers[s].server));
        if (reason == REASON_NONE)
            reason = r->state == REPLY_NONE ? r->reason : r->rcode == 2 ? REASON_SERVFAIL : REASON_INCOMPLETE_DATA;
    }
    if (list.count > 0)
        findings_undetermined(out, reason, "the zone is served there, and %s is not answered: %s",
                              rrtype_text(dnssec_asked_type(asked), type), list.text);
    return list.count > 0;
}

enum verdict dnssec_end(struct facts *f, const struct dnssec_apex *x, bool found, struct findings *out)
{
    if (x->offline)
        return found ? VERDICT_FAIL : VERDICT_PASS;
    bool gap = check_gaps(f, servings_of(f, x->zone), out);
    if (!gap)
        gap = key_gaps(f, x, out);
    return check_verdict(found, gap);
}

bool dnssec_ds_known(const struct dnssec_apex *x, struct findings *out, enum verdict *verdict)
{
    if (x->ds_state == FACT_KNOWN)
        return true;
    findings_undetermined(out, x->ds_reason, x->offline ? "the DS set is at the parent, a file does not show it"
                                                        : "the DS set at the parent could not be read");
    *verdict = VERDICT_UNDETERMINED;
    return false;
}

void dnssec_evidence_begin(struct facts *f)
{
    facts_mark(f);
}

void dnssec_evidence_server(struct facts *f, const struct dnssec_apex *x, const struct dnssec_server *server,
                            enum dnssec_asked asked)
{
    facts_ask(f, &(struct ask){.server = server->server.address, .owner = dnssec_asked_name(f, x->zone, asked),
                               .type = dnssec_asked_type(asked)});
}

void dnssec_evidence_ds(struct facts *f, const struct dnssec_apex *x)
{
    if (x->ds_answer != NULL)
        facts_lookup(f, x->zone, RRTYPE_DS);
}

void dnssec_evidence_seen(struct facts *f, const struct dnssec_apex *x, const struct dnssec_seen *seen)
{
    if (seen->parent_side)
        dnssec_evidence_ds(f, x);
    else if (seen->server != NULL)
        dnssec_evidence_server(f, x, seen->server, seen->asked);
}

static const char *or_unknown(const char *text)
{
    return text != NULL ? text : "?";
}

const char *dnssec_ds_name(struct facts *f, const struct dnssec_ds *ds)
{
    return or_unknown(arena_printf(facts_scratch(f), "DS %u %u %u", (unsigned)ds->tag, (unsigned)ds->algorithm,
                                   (unsigned)ds->digest_type));
}

const char *dnssec_key_name(struct facts *f, uint16_t tag, uint8_t algorithm)
{
    char text[16];
    return or_unknown(arena_printf(facts_scratch(f), "key %u (%s)", (unsigned)tag,
                                   dnssec_algorithm_text(algorithm, text)));
}

const char *dnssec_time(struct facts *f, int64_t utc_s)
{
    char text[CLOCK_TEXT_SIZE];
    clock_rfc3339(utc_s, text);
    return or_unknown(arena_strdup(facts_scratch(f), text));
}

const struct location *dnssec_location(const struct rrset *set)
{
    return set->where != NULL ? &set->where[0] : NULL;
}
