/* SPDX-License-Identifier: BSD-2-Clause */
/* CDS and CDNSKEY: what the zone asks its parent to do (RFC 7344, RFC 8078). */
#include "auditor/check_dnssec.h"
#include "auditor/facts/zone.h"

#include <string.h>

/* ---- what is published ---- */

struct published {
    const struct rrset *cds, *cdnskey;
    const struct dnssec_server *server; /* NULL: the file */
};

static struct published published_at(const struct dnssec_apex *x, const struct dnssec_server *s)
{
    struct published p = {.server = s};
    const struct reply *cds = s->replies[ASKED_CDS], *cdnskey = s->replies[ASKED_CDNSKEY];
    if (cds != NULL && reply_authoritative(cds))
        p.cds = section_find(&cds->answer, x->zone, RRTYPE_CDS);
    if (cdnskey != NULL && reply_authoritative(cdnskey))
        p.cdnskey = section_find(&cdnskey->answer, x->zone, RRTYPE_CDNSKEY);
    return p;
}

/* Of the file, or of server number `index`; false after the last. */
static bool next(struct facts *f, const struct dnssec_apex *x, size_t index, struct published *p)
{
    const struct zone *file = facts_zone(f);
    if (x->offline) {
        *p = (struct published){.cds = file != NULL ? zone_rrset(file, facts_scratch(f), x->zone, RRTYPE_CDS) : NULL,
                                .cdnskey = file != NULL ? zone_rrset(file, facts_scratch(f), x->zone, RRTYPE_CDNSKEY) : NULL};
        return index == 0;
    }
    if (index >= x->server_count)
        return false;
    *p = published_at(x, &x->servers[index]);
    return true;
}

/* RFC 8078 section 4: "0 0 0 0" and "0 3 0 0". */
static bool is_delete(uint16_t type, const struct rdata *rdata)
{
    static const uint8_t cds[] = {0, 0, 0, 0, 0}, cdnskey[] = {0, 0, 3, 0, 0};
    return rdata->length == 5 && memcmp(rdata->octets, type == RRTYPE_CDS ? cds : cdnskey, 5) == 0;
}

static bool has_delete(const struct rrset *set)
{
    for (uint16_t i = 0; set != NULL && i < set->count; i++) {
        if (is_delete(set->type, &set->rdata[i]))
            return true;
    }
    return false;
}

/* The CDS names that key; unknown digest types cannot be compared and count as a match. */
static bool cds_fits(const dname *zone, const struct rdata *cds, const struct rdata *key)
{
    struct dnssec_ds ds;
    uint8_t digest[48];
    if (!dnssec_ds_read(cds, &ds) || key->length < 4)
        return false;
    if (ds.tag != dnssec_key_tag(key->octets, key->length) || ds.algorithm != key->octets[3])
        return false;
    size_t size = dnssec_digest_size(ds.digest_type);
    return size == 0 || (ds.digest_length == size && dnssec_ds_digest(ds.digest_type, zone, key, digest) == size &&
                         memcmp(digest, ds.digest, size) == 0);
}

static void show(struct facts *f, const struct dnssec_apex *x, const struct dnssec_server *server)
{
    if (server == NULL)
        return;
    dnssec_evidence_server(f, x, server, ASKED_CDS);
    dnssec_evidence_server(f, x, server, ASKED_CDNSKEY);
}

static enum verdict end(struct facts *f, const struct dnssec_apex *x, bool found, struct findings *out)
{
    enum verdict verdict = dnssec_end(f, x, found, out);
    if (verdict == VERDICT_PASS && (dnssec_unanswered(f, x, ASKED_CDS, out) || dnssec_unanswered(f, x, ASKED_CDNSKEY, out)))
        return VERDICT_UNDETERMINED;
    return verdict;
}

/* ---- one condition, at any server: one finding that names the servers ---- */

typedef const char *(*condition_fn)(struct facts *f, const struct dnssec_apex *x, const struct published *p);

static enum verdict run_condition(struct facts *f, const dname *zone, struct findings *out, condition_fn condition)
{
    enum verdict verdict;
    struct check_list servers = {"", 0};
    struct published p;
    const char *what = NULL;
    const struct rrset *first = NULL;
    bool any = false;
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_SIGNED, out, &verdict);
    if (x == NULL)
        return verdict;
    dnssec_evidence_begin(f);
    for (size_t i = 0; next(f, x, i, &p); i++) {
        any = any || p.cds != NULL || p.cdnskey != NULL;
        const char *here = condition(f, x, &p);
        if (here == NULL)
            continue;
        show(f, x, p.server);
        if (p.server != NULL)
            check_list_add(f, &servers, check_server(f, &p.server->server));
        if (what == NULL) {
            what = here;
            first = p.cds != NULL ? p.cds : p.cdnskey;
        }
    }
    if (what != NULL) {
        struct finding *finding =
            findings_add(out, zone, "%s%s%s", what, servers.count > 0 ? " at " : "", servers.text);
        finding->rrtype = first != NULL ? first->type : RRTYPE_CDS;
        finding->location = first != NULL ? dnssec_location(first) : NULL;
    }
    if (!any && what == NULL)
        findings_pass(out, "neither CDS nor CDNSKEY is published");
    return end(f, x, what != NULL, out);
}

static const char *deletes(struct facts *f, const struct dnssec_apex *x, const struct published *p)
{
    (void)f;
    (void)x;
    return has_delete(p->cds) || has_delete(p->cdnskey) ? "the parent is asked to remove the DS set" : NULL;
}

static enum verdict run_delete(struct facts *f, const dname *zone, struct findings *out)
{
    return run_condition(f, zone, out, deletes);
}

static bool each_has_key(const dname *zone, const struct rrset *cds, const struct rrset *cdnskey, bool of_cds)
{
    const struct rrset *outer = of_cds ? cds : cdnskey;
    const struct rrset *inner = of_cds ? cdnskey : cds;
    for (uint16_t i = 0; i < outer->count; i++) {
        bool found = is_delete(outer->type, &outer->rdata[i]) && has_delete(inner);
        for (uint16_t k = 0; k < inner->count && !found; k++)
            found = of_cds ? cds_fits(zone, &outer->rdata[i], &inner->rdata[k])
                           : cds_fits(zone, &inner->rdata[k], &outer->rdata[i]);
        if (!found)
            return false;
    }
    return true;
}

static const char *mismatch(struct facts *f, const struct dnssec_apex *x, const struct published *p)
{
    (void)f;
    if (p->cds == NULL || p->cdnskey == NULL)
        return NULL;
    if (!each_has_key(x->zone, p->cds, p->cdnskey, true))
        return "a CDS has no CDNSKEY that fits";
    return each_has_key(x->zone, p->cds, p->cdnskey, false) ? NULL : "a CDNSKEY has no CDS that fits";
}

static enum verdict run_mismatch(struct facts *f, const dname *zone, struct findings *out)
{
    return run_condition(f, zone, out, mismatch);
}

static bool cds_published(const struct dnssec_apex *x, const struct rdata *cds)
{
    for (size_t k = 0; k < x->keys.count; k++) {
        if (cds_fits(x->zone, cds, x->keys.list[k].rdata))
            return true;
    }
    return false;
}

static bool cdnskey_published(const struct dnssec_apex *x, const struct rdata *cdnskey)
{
    for (size_t k = 0; k < x->keys.count; k++) {
        const struct rdata *key = x->keys.list[k].rdata;
        if (key->length == cdnskey->length && memcmp(key->octets, cdnskey->octets, key->length) == 0)
            return true;
    }
    return false;
}

static const char *no_dnskey(struct facts *f, const struct dnssec_apex *x, const struct published *p)
{
    (void)f;
    for (uint16_t i = 0; p->cds != NULL && i < p->cds->count; i++) {
        if (!is_delete(RRTYPE_CDS, &p->cds->rdata[i]) && !cds_published(x, &p->cds->rdata[i]))
            return "a CDS names a key that is not published";
    }
    for (uint16_t i = 0; p->cdnskey != NULL && i < p->cdnskey->count; i++) {
        if (!is_delete(RRTYPE_CDNSKEY, &p->cdnskey->rdata[i]) && !cdnskey_published(x, &p->cdnskey->rdata[i]))
            return "a CDNSKEY is not in the DNSKEY set";
    }
    return NULL;
}

static enum verdict run_no_dnskey(struct facts *f, const dname *zone, struct findings *out)
{
    return run_condition(f, zone, out, no_dnskey);
}

/* ---- dnssec.cds-signature ---- */

/* The keys that a DS names: only they may speak to the parent (RFC 7344 section 4.1). Without a DS any key may
 * (DESIGN 10.19). */
static struct dnssec_keys speakers(struct facts *f, const struct dnssec_apex *x)
{
    struct dnssec_key *list = arena_array(facts_scratch(f), x->ds_count, sizeof(*list));
    struct dnssec_keys keys = {.list = list};
    for (size_t i = 0; list != NULL && i < x->ds_count; i++) {
        const struct dnssec_key *key = NULL;
        if (dnssec_ds_state(&x->ds[i], x->zone, x->keys, &key) == DNSSEC_DS_MATCH)
            list[keys.count++] = *key;
    }
    return keys.count > 0 ? keys : x->keys;
}

static const char *set_fault(struct facts *f, const struct dnssec_apex *x, const struct rrset *set)
{
    struct dnssec_work work = DNSSEC_WORK_REPLY;
    if (set == NULL)
        return NULL;
    struct dnssec_judged judged = dnssec_judge(f, set, x->zone, speakers(f, x), &work);
    if (judged.good || judged.undetermined)
        return NULL;
    if (judged.why == DNSSEC_WHY_SIG_UNKNOWN_KEY && x->entry_key)
        return "not signed by a key that the DS set names";
    return dnssec_why_text(judged.why);
}

static const char *badly_signed(struct facts *f, const struct dnssec_apex *x, const struct published *p)
{
    char type[16];
    const struct rrset *sets[] = {p->cds, p->cdnskey};
    for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
        const char *fault = set_fault(f, x, sets[i]);
        if (fault == NULL)
            continue;
        const char *text = arena_printf(facts_scratch(f), "%s: %s", rrtype_text(sets[i]->type, type), fault);
        return text != NULL ? text : fault;
    }
    return NULL;
}

/* A server that leaves every signature out, or a zone without any, has an id of its own. */
static const char *signature_fault(struct facts *f, const struct dnssec_apex *x, const struct published *p)
{
    if (x->nothing_signed || (p->server != NULL && !p->server->any_signed))
        return NULL;
    return badly_signed(f, x, p);
}

static enum verdict run_signature(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict = run_condition(f, zone, out, signature_fault);
    const struct dnssec_apex *x = dnssec_apex_of(f, zone);
    struct published p;
    bool any = false;
    for (size_t i = 0; next(f, x, i, &p); i++)
        any = any || p.cds != NULL || p.cdnskey != NULL;
    if (verdict == VERDICT_PASS && any && !x->offline)
        (void)dnssec_ds_known(x, out, &verdict); /* which keys may speak is for the DS set to say */
    return verdict;
}

/* ---- dnssec.cds-differs-between-servers ---- */

static bool contains(const struct rrset *set, const struct rdata *rdata)
{
    for (uint16_t i = 0; i < set->count; i++) {
        if (set->rdata[i].length == rdata->length && memcmp(set->rdata[i].octets, rdata->octets, rdata->length) == 0)
            return true;
    }
    return false;
}

static bool same_set(const struct rrset *a, const struct rrset *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    for (uint16_t i = 0; i < a->count; i++) {
        if (!contains(b, &a->rdata[i]))
            return false;
    }
    return a->count == b->count;
}

static enum verdict run_differs(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    struct check_list servers = {"", 0};
    struct published first = {0}, p;
    bool have = false;
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_SIGNED, out, &verdict);
    if (x == NULL)
        return verdict;
    dnssec_evidence_begin(f);
    for (size_t i = 0; next(f, x, i, &p); i++) {
        const struct reply *cds = p.server->replies[ASKED_CDS], *cdnskey = p.server->replies[ASKED_CDNSKEY];
        if (cds == NULL || cdnskey == NULL || !reply_authoritative(cds) || !reply_authoritative(cdnskey))
            continue;
        show(f, x, p.server);
        if (!have)
            first = p;
        else if (!same_set(first.cds, p.cds) || !same_set(first.cdnskey, p.cdnskey))
            check_list_add(f, &servers, check_server(f, &p.server->server));
        have = true;
    }
    if (servers.count > 0) {
        struct finding *finding = findings_add(out, zone, "CDS or CDNSKEY differ: %s does not say what %s says",
                                               servers.text, check_server(f, &first.server->server));
        finding->rrtype = RRTYPE_CDS;
    }
    return end(f, x, servers.count > 0, out);
}

/* ---- what users read ---- */

#define COMMON                                                                                                         \
    .area = "dnssec", .confidence = CONFIDENCE_CONFIRMED, .confidence_lowest = CONFIDENCE_CONFIRMED,                    \
    .since = "0.1.0", .scope = SCOPE_ZONE, .traffic = TRAFFIC_DNS, .subject_kind = "zone",                              \
    .needs = "CDS, CDNSKEY and DNSKEY with DO at every authoritative address", .severity = SEVERITY_HIGH,               \
    .controls = {{"nist-800-53r5", "SC-20"}}
#define ROOT "!sign .\n!sign test.\n!sign example.test. "

const struct check topic_dnssec_cds[] = {
    {
        COMMON,
        .id = "dnssec.cds-delete-present",
        .title = "Nobody asks the parent to switch DNSSEC off",
        .failure_title = "The zone asks its parent to remove the DS set",
        .why = "A parent that reads CDS will take the DS away, and with it all protection of the zone. Sometimes it is "
               "meant; sometimes it is left over from a move, or an attacker's doing.",
        .fix = "If DNSSEC is to stay, remove the CDS and CDNSKEY delete records or publish those of the current key.",
        .effort = "minutes",
        .tags = "dnssec cds",
        .modes = MODE_BOTH,
        .references = {RFC(8078, "4")},
        .false_positives = "A planned return to an unsigned zone.",
        .example_pass = ROOT "cds\n",
        .example_fail = ROOT "cds=delete\n",
        .run = run_delete,
    },
    {
        COMMON,
        .id = "dnssec.cds-cdnskey-mismatch",
        .title = "CDS and CDNSKEY describe the same keys",
        .failure_title = "CDS and CDNSKEY describe different keys",
        .why = "Parents read one or the other: which DS set they install is then chance, and the wrong one breaks the "
               "zone.",
        .fix = "Let the signer publish both from the same keys, or publish one of the two only.",
        .effort = "minutes",
        .tags = "dnssec cds rollover",
        .modes = MODE_BOTH,
        .references = {RFC(7344, "4")},
        .example_pass = ROOT "cds\n",
        .example_fail = "@ CDNSKEY 257 3 13 "
                        "mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==\n"
                        ROOT "cds\n",
        .run = run_mismatch,
    },
    {
        COMMON,
        .id = "dnssec.cds-differs-between-servers",
        .title = "All servers publish the same CDS and CDNSKEY",
        .failure_title = "CDS or CDNSKEY differ between servers",
        .why = "A parent that asks one server installs what that server says. With several signers that is how a key "
               "change of one breaks the zone of all.",
        .fix = "Bring the servers to the same version of the zone; with several signers agree on one CDS set.",
        .effort = "hours",
        .tags = "dnssec cds consistency",
        .modes = MODE_LIVE,
        .references = {RFC(9615, "4.2"), RFC(7344, "6.1")},
        .example_pass = ROOT "cds\n",
        .example_fail = ROOT "cds\n!server 192.0.2.2 example.test. CDS nodata\n",
        .run = run_differs,
    },
    {
        COMMON,
        .id = "dnssec.cds-no-dnskey",
        .title = "CDS and CDNSKEY name published keys",
        .failure_title = "CDS or CDNSKEY name a key that is not published",
        .why = "A parent that acts on it installs a DS that leads nowhere: the zone turns bogus.",
        .fix = "Publish the key in the DNSKEY set first, or remove the CDS and CDNSKEY records.",
        .effort = "hours",
        .tags = "dnssec cds rollover",
        .modes = MODE_BOTH,
        .references = {RFC(7344, "4.1"), RFC(7583, "3")},
        .example_pass = ROOT "cds\n",
        .example_fail = ROOT "cds=other\n",
        .run = run_no_dnskey,
    },
    {
        COMMON,
        .id = "dnssec.cds-signature",
        .title = "CDS and CDNSKEY are signed by a key that the parent knows",
        .failure_title = "CDS or CDNSKEY are not properly signed",
        .why = "Parents ignore such records, so a key rollover waits for ever; a parent that does not check could be "
               "fooled by anyone.",
        .fix = "Sign CDS and CDNSKEY with the key that the current DS names.",
        .effort = "hours",
        .tags = "dnssec cds signature",
        .modes = MODE_BOTH,
        .references = {RFC(7344, "4.1")},
        .example_pass = ROOT "split cds\n",
        .example_fail = ROOT "split cds cds-by=zsk\n",
        .run = run_signature,
    },
    {0},
};
