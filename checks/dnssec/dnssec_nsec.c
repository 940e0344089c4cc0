/* SPDX-License-Identifier: BSD-2-Clause */
/* The NSEC or NSEC3 chain against the names and types that exist: whole in a file, in samples from servers. */
#include "auditor/check_dnssec.h"
#include "auditor/facts/derived/dnssec_denial.h"
#include "auditor/facts/derived/dnssec_nsec.h"

#include <string.h>

/* ---- a zone file ---- */

static enum verdict run_file(struct facts *f, const dname *zone, struct findings *out, enum nsec_fault_kind kind)
{
    enum verdict verdict;
    bool found = false;
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_SIGNED, out, &verdict);
    if (x == NULL)
        return verdict;
    const struct nsec_chain *chain = nsec_chain_of(f);
    if (chain->none || (kind == NSEC_FAULT_OPTOUT && !chain->nsec3)) {
        findings_skip(out, SKIP_NOT_APPLICABLE, chain->none ? "the file holds no NSEC or NSEC3 records"
                                                            : "the zone does not use NSEC3");
        return VERDICT_SKIPPED;
    }
    if (chain->costly) {
        findings_undetermined(out, REASON_BUDGET, "the NSEC3 parameters ask for too much hashing");
        return VERDICT_UNDETERMINED;
    }
    for (size_t i = 0; i < chain->fault_count; i++) {
        const struct nsec_fault *fault = &chain->faults[i];
        char type[16];
        if (fault->kind != kind)
            continue;
        struct finding *finding =
            fault->type != 0 ? findings_add(out, fault->owner, "%s: %s", fault->what, rrtype_text(fault->type, type))
                             : findings_add(out, fault->owner, "%s", fault->what);
        finding->rrtype = chain->nsec3 ? RRTYPE_NSEC3 : RRTYPE_NSEC;
        finding->location = fault->set != NULL ? dnssec_location(fault->set) : NULL;
        found = true;
    }
    return found ? VERDICT_FAIL : VERDICT_PASS;
}

static enum verdict run_broken(struct facts *f, const dname *zone, struct findings *out)
{
    return run_file(f, zone, out, NSEC_FAULT_LINK);
}

static enum verdict run_optout(struct facts *f, const dname *zone, struct findings *out)
{
    return run_file(f, zone, out, NSEC_FAULT_OPTOUT);
}

/* ---- servers: the record at the apex against what they answer ---- */

/* RFC 9824 and RFC 4470: made for one question, with a bitmap that fits that question only. */
static bool made_on_line(const struct rrset *set)
{
    struct dnssec_nsec nsec;
    return dnssec_nsec_read(&set->rdata[0], &nsec) && nsec.next[0] == 1 && nsec.next[1] == 0 &&
           dname_equal(dname_parent(nsec.next), set->owner);
}

static bool hash_is(const struct dnssec_nsec3 *nsec3, const dname *owner, const dname *name)
{
    uint8_t hash[NSEC3_HASH_SIZE], there[NSEC3_HASH_SIZE];
    return dnssec_nsec3_hash(nsec3, name, hash) == STATUS_OK && dnssec_nsec3_owner_hash(owner, there) &&
           memcmp(hash, there, NSEC3_HASH_SIZE) == 0;
}

/* The bitmap of the record at the apex in that set; false if it is not of the apex or not a plain chain's. */
static bool apex_bitmap(const struct dnssec_apex *x, const struct rrset *set, const uint8_t **bitmap, size_t *length)
{
    struct dnssec_nsec nsec;
    struct dnssec_nsec3 nsec3;
    if (set->count != 1)
        return false;
    if (set->type == RRTYPE_NSEC && dname_equal(set->owner, x->zone) && !made_on_line(set) &&
        dnssec_nsec_read(&set->rdata[0], &nsec)) {
        *bitmap = nsec.bitmap;
        *length = nsec.bitmap_length;
        return true;
    }
    if (set->type != RRTYPE_NSEC3 || !dnssec_nsec3_read(&set->rdata[0], &nsec3) || !hash_is(&nsec3, set->owner, x->zone))
        return false;
    *bitmap = nsec3.bitmap;
    *length = nsec3.bitmap_length;
    return true;
}

static const enum dnssec_asked compared[] = {ASKED_SOA, ASKED_NS, ASKED_DNSKEY, ASKED_NSEC3PARAM, ASKED_CDS,
                                             ASKED_CDNSKEY};

/* The question whose answer does not fit the bitmap; ASKED_COUNT if all do. */
static enum dnssec_asked misfit(const struct dnssec_apex *x, const struct dnssec_server *server, const uint8_t *bitmap,
                                size_t length, bool *claimed)
{
    for (size_t i = 0; i < ARRAY_SIZE(compared); i++) {
        const struct reply *r = server->replies[compared[i]];
        uint16_t type = dnssec_asked_type(compared[i]);
        if (r == NULL || !reply_authoritative(r))
            continue;
        bool there = section_find(&r->answer, x->zone, type) != NULL;
        *claimed = dnssec_bitmap_has(bitmap, length, type);
        if (there != *claimed)
            return compared[i];
    }
    return ASKED_COUNT;
}

static enum verdict run_bitmap_live(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    bool found = false;
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_SIGNED, out, &verdict);
    for (size_t i = 0; x != NULL && !found && i < x->seen_count; i++) {
        const struct dnssec_seen *seen = &x->seen[i];
        const uint8_t *bitmap = NULL;
        size_t length = 0;
        bool claimed = false;
        char type[16];
        if (seen->server == NULL || !seen->judged.good || !apex_bitmap(x, seen->set, &bitmap, &length))
            continue;
        enum dnssec_asked bad = misfit(x, seen->server, bitmap, length, &claimed);
        if (bad == ASKED_COUNT)
            continue;
        dnssec_evidence_begin(f);
        dnssec_evidence_seen(f, x, seen);
        dnssec_evidence_server(f, x, seen->server, bad);
        struct finding *finding = findings_add(out, zone, "%s at the apex: %s, by the record; the opposite, by the answer of %s",
                                               rrtype_text(dnssec_asked_type(bad), type), claimed ? "there" : "not there",
                                               check_server(f, &seen->server->server));
        finding->rrtype = seen->set->type;
        found = true;
    }
    if (x == NULL)
        return verdict;
    verdict = dnssec_end(f, x, found, out);
    for (size_t i = 0; verdict == VERDICT_PASS && i < ARRAY_SIZE(compared); i++) {
        if (dnssec_unanswered(f, x, compared[i], out))
            verdict = VERDICT_UNDETERMINED;
    }
    return verdict;
}

static enum verdict run_bitmap(struct facts *f, const dname *zone, struct findings *out)
{
    return facts_settings(f)->live ? run_bitmap_live(f, zone, out) : run_file(f, zone, out, NSEC_FAULT_BITMAP);
}

/* ---- servers: spans against names that exist ---- */

/* The record denies that name: it would prove NXDOMAIN for it, a wildcard apart. */
static bool denies(const struct dnssec_apex *x, const struct rrset *set, const dname *name)
{
    const struct rrset *one[] = {set};
    struct dnssec_nsec3 nsec3;
    if (set->type == RRTYPE_NSEC) {
        struct denial_proof p = denial_prove(one, 1, x->zone, name, RRTYPE_A, DENIAL_OF_CLOSER, dname_labels(name) - 1);
        return p.result == DENIAL_PROVEN;
    }
    if (!dnssec_nsec3_read(&set->rdata[0], &nsec3) || (nsec3.flags & NSEC3_FLAG_OPTOUT) != 0)
        return false;
    struct denial_proof p = denial_prove(one, 1, x->zone, name, RRTYPE_A, DENIAL_OF_CLOSER, dname_labels(name) - 1);
    return p.result == DENIAL_PROVEN;
}

/* Names that this run knows to exist in the zone itself: hosts of its own name servers. */
static enum verdict run_denies_live(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    bool found = false;
    const struct dnssec_apex *x = dnssec_begin(f, zone, DNSSEC_WANT_SIGNED, out, &verdict);
    if (x == NULL)
        return verdict;
    const struct delegation *d = delegation_of(f, zone);
    for (size_t n = 0; n < d->server_count; n++) {
        const dname *name = d->servers[n].name;
        if (!dname_under(name, zone) || dname_equal(name, zone))
            continue;
        const struct answer *a = facts_lookup(f, name, RRTYPE_A);
        if (a->state != ANSWER_RRSET || a->wildcard || a->zone == NULL || !dname_equal(a->zone, zone))
            continue;
        for (size_t i = 0; i < x->seen_count; i++) {
            const struct dnssec_seen *seen = &x->seen[i];
            bool denial = seen->set->type == RRTYPE_NSEC || seen->set->type == RRTYPE_NSEC3;
            if (!denial || seen->set->count != 1 || !seen->judged.good || !denies(x, seen->set, name))
                continue;
            dnssec_evidence_begin(f);
            facts_lookup(f, name, RRTYPE_A);
            dnssec_evidence_seen(f, x, seen);
            findings_add(out, name, "a signed record denies this name, which has an address")->rrtype = seen->set->type;
            found = true;
            break;
        }
    }
    return dnssec_end(f, x, found, out);
}

static enum verdict run_denies(struct facts *f, const dname *zone, struct findings *out)
{
    return facts_settings(f)->live ? run_denies_live(f, zone, out) : run_file(f, zone, out, NSEC_FAULT_DENIES);
}

/* ---- what users read ---- */

#define COMMON                                                                                                         \
    .area = "dnssec", .confidence = CONFIDENCE_CONFIRMED, .confidence_lowest = CONFIDENCE_CONFIRMED,                    \
    .since = "0.1.0", .scope = SCOPE_ZONE, .subject_kind = "name", .controls = {{"nist-800-53r5", "SC-20"}}
#define FILE_WORLD "!offline\nwww A 192.0.2.9\n!sign example.test. "

const struct check topic_dnssec_nsec[] = {
    {
        COMMON,
        .id = "dnssec.nsec-chain-broken",
        .title = "The NSEC or NSEC3 chain is a closed ring",
        .failure_title = "The NSEC or NSEC3 chain is broken",
        .why = "Where a link is missing or wrong, denials cannot be proven: lookups of names that do not exist end in "
               "SERVFAIL.",
        .fix = "Sign the zone again as a whole; do not edit signed zones by hand.",
        .effort = "hours",
        .tags = "dnssec nsec outage",
        .severity = SEVERITY_CRITICAL,
        .modes = MODE_OFFLINE,
        .traffic = TRAFFIC_NONE,
        .needs = "every NSEC and NSEC3 record of a zone file",
        .references = {RFC(4034, "4.1.1"), RFC(5155, "7.1")},
        .example_pass = FILE_WORLD "\n",
        .example_fail = FILE_WORLD "drop-denial=www\n",
        .run = run_broken,
    },
    {
        COMMON,
        .id = "dnssec.nsec-bitmap-wrong",
        .title = "NSEC and NSEC3 list the types that exist",
        .failure_title = "An NSEC or NSEC3 record lists the wrong types",
        .why = "A type that is left out can be hidden by resolvers that reason from NSEC records; one too many makes "
               "denials of it bogus.",
        .fix = "Sign the zone again as a whole; with on-line signing update the server.",
        .effort = "hours",
        .tags = "dnssec nsec",
        .severity = SEVERITY_HIGH,
        .modes = MODE_BOTH,
        .traffic = TRAFFIC_DNS,
        .needs = "the record at the apex and types asked there, at every address; all of a zone file",
        .references = {RFC(4034, "4.1.2"), RFC(8198, "5")},
        .example_pass = FILE_WORLD "\n",
        .example_fail = "!sign .\n!sign test.\n!sign example.test. cds\n!server 192.0.2.2 example.test. CDS nodata\n",
        .run = run_bitmap,
    },
    {
        COMMON,
        .id = "dnssec.nsec-denies-existing-name",
        .title = "No NSEC or NSEC3 span covers a name that exists",
        .failure_title = "An NSEC or NSEC3 span denies a name that exists",
        .why = "Resolvers that reason from such records answer 'does not exist' for a name that does, for as long as "
               "they keep the record.",
        .fix = "Sign the zone again as a whole, and see that the version with the name is the one that was signed.",
        .effort = "hours",
        .tags = "dnssec nsec outage",
        .severity = SEVERITY_CRITICAL,
        .modes = MODE_BOTH,
        .traffic = TRAFFIC_DNS,
        .needs = "denial answers of every address and the zone's own name server hosts; all of a zone file",
        .references = {RFC(4035, "3.1.3.2"), RFC_WHOLE(8198)},
        .example_pass = FILE_WORLD "nsec3\n",
        .example_fail = FILE_WORLD "nsec3 skip-denial=www\n",
        .run = run_denies,
    },
    {
        COMMON,
        .id = "dnssec.nsec3-optout-wrong",
        .title = "Unsigned delegations without NSEC3 lie in opt-out spans",
        .failure_title = "An unsigned delegation has no NSEC3 and lies outside every opt-out span",
        .why = "The absence of its DS cannot be proven, so everything below the delegation is bogus.",
        .fix = "Set the opt-out flag on the span, or sign the zone without opt-out.",
        .effort = "hours",
        .tags = "dnssec nsec3 outage",
        .severity = SEVERITY_HIGH,
        .modes = MODE_OFFLINE,
        .traffic = TRAFFIC_NONE,
        .needs = "every NSEC3 record of a zone file",
        .references = {RFC(5155, "7.1")},
        .example_pass = "!offline\nsub NS ns.other.test.\n!sign example.test. nsec3 optout\n",
        .example_fail = "!offline\nsub NS ns.other.test.\n!sign example.test. nsec3 optout=noflag\n",
        .run = run_optout,
    },
    {0},
};
