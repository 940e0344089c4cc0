/* SPDX-License-Identifier: BSD-2-Clause */
/* Public names that lead into private networks or to the asking machine itself. */
#include "auditor/check_zone.h"
#include "auditor/facts/zone.h"

#include <string.h>

/* 0.0.0.0 and :: reach the asking machine too on common systems. */
static bool loopback(const struct address *a)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    static const uint8_t zero[15] = {0};
    const uint8_t *v4 = a->octets;
    if (a->family == 6) {
        if (memcmp(a->octets, zero, sizeof(zero)) == 0)
            return a->octets[15] <= 1;
        if (memcmp(a->octets, mapped, sizeof(mapped)) != 0)
            return false;
        v4 = a->octets + 12;
    }
    return v4[0] == 127 || memcmp(v4, zero, 4) == 0;
}

static const struct location *where_of(const struct rrset *set, uint16_t i)
{
    return set->where != NULL ? &set->where[i] : NULL;
}

static void report(struct facts *f, const dname *name, const struct rrset *set, uint16_t i,
                   const struct address *address, struct findings *out)
{
    const char *block = address_special(address);
    const char *text = check_address(f, address);
    facts_mark(f);
    facts_lookup(f, name, set->type);
    struct finding *finding =
        findings_add(out, name, "%s has the address %s: %s", dname_text(facts_scratch(f), name), text,
                     block != NULL ? block : "not a public address");
    finding->rrtype = set->type;
    finding->discriminator = text;
    finding->location = where_of(set, i);
}

static bool judge(struct facts *f, const dname *name, uint16_t type, bool want_loopback, struct findings *out)
{
    const struct answer *answer = facts_lookup(f, name, type);
    /* An alias is judged at its target, where the address stands. */
    const struct rrset *set = answer->state == ANSWER_RRSET ? answer->rrset : NULL;
    for (uint16_t i = 0; set != NULL && i < set->count; i++) {
        struct address address;
        if (!address_from_rdata(type, &set->rdata[i], &address) ||
            settings_public(facts_settings(f), &address) || loopback(&address) != want_loopback)
            continue;
        report(f, name, set, i, &address, out);
    }
    return answer->state != ANSWER_UNKNOWN;
}

/* A name at a cut below the target: its addresses are the child zone's, and a dead child zone is
 * another row. */
static bool in_child_zone(struct facts *f, const dname *name)
{
    const struct zone *file = facts_zone(f);
    if (dname_equal(name, facts_target(f)))
        return false;
    if (!facts_settings(f)->live)
        return file != NULL && zone_cut(file, name) != NULL;
    const struct cut *cut = facts_cut(f, name);
    return cut->state == FACT_KNOWN && dname_equal(cut->apex, name);
}

static enum verdict run(struct facts *f, const dname *name, bool want_loopback, struct findings *out)
{
    if (zone_kind_unasked(f) || zone_kind_inside(facts_target(f)))
        return VERDICT_PASS;
    const bool v4 = judge(f, name, RRTYPE_A, want_loopback, out);
    const bool v6 = judge(f, name, RRTYPE_AAAA, want_loopback, out);
    if ((!v4 || !v6) && in_child_zone(f, name))
        return VERDICT_PASS;
    if (!v4 || !v6)
        findings_undetermined(out, REASON_NONE, "the addresses of %s could not be looked up",
                              dname_text(facts_scratch(f), name));
    return v4 && v6 ? VERDICT_PASS : VERDICT_UNDETERMINED;
}

static enum verdict run_private(struct facts *f, const dname *name, struct findings *out)
{
    return run(f, name, false, out);
}

static enum verdict run_loopback(struct facts *f, const dname *name, struct findings *out)
{
    return run(f, name, true, out);
}

/* Addresses at a cut are glue: the child zone's. */
static bool special_address(struct facts *f, const struct zone_node *node)
{
    if (zone_place_at(facts_zone(f), node->index) != ZONE_PLACE_AUTH)
        return false;
    for (size_t s = 0; s < node->set_count; s++) {
        const struct rrset *set = &node->sets[s];
        struct address address;
        for (uint16_t i = 0; i < set->count && (set->type == RRTYPE_A || set->type == RRTYPE_AAAA); i++) {
            if (address_from_rdata(set->type, &set->rdata[i], &address) &&
                !settings_public(facts_settings(f), &address))
                return true;
        }
    }
    return false;
}

const struct check topic_exposure_address[] = {
    {
        .id = "exposure.private-address",
        .area = "exposure",
        .title = "Public names have public addresses",
        .failure_title = "A public name has an address of a private network",
        .why = "The zone shows how the internal network is numbered, and a web page can use the name to "
               "reach machines inside a visitor's network (DNS rebinding).",
        .fix = "Keep internal names in an internal zone or view, and take the record out of the public "
               "one.",
        .effort = "hours",
        .tags = "exposure internal",
        .severity = SEVERITY_MEDIUM,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "A and AAAA of every known name",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name",
        .discriminator = "address",
        .references = {RFC(1918, "5"), RFC_WHOLE(6890)},
        .controls = {{"nist-800-53r5", "RA-5(4)"}, {"nist-800-53r5", "SC-22"}},
        .attack = "T1590.005",
        .cwe = "CWE-200",
        .since = "0.1.0",
        .false_positives = "A zone that is served inside a private network only: name its addresses with "
                           "--treat-as-public.",
        .example_pass = "www A 192.0.2.80\n!names www\n",
        .example_fail = "intranet A 10.1.2.3\n!names intranet\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(A) | ZONE_HAS(AAAA),
        .worth = special_address,
        .run = run_private,
    },
    {
        .id = "exposure.loopback-address",
        .area = "exposure",
        .title = "No public name leads to the visitor's own machine",
        .failure_title = "A public name has a loopback address",
        .why = "Services on the visitor's own machine become part of your site for the browser, which "
               "helps attacks with cookies and scripts.",
        .fix = "Remove the record; 'localhost' needs none.",
        .effort = "minutes",
        .tags = "exposure loopback",
        .severity = SEVERITY_LOW,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "A and AAAA of every known name",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name",
        .discriminator = "address",
        .references = {RFC_WHOLE(6890), RFC(1537, "10")},
        .controls = {{"nist-800-53r5", "RA-5(4)"}},
        .since = "0.1.0",
        .false_positives = "Block lists served by DNS use 127.0.0.0/8 as an answer code.",
        .example_pass = "www A 192.0.2.80\n!names www\n",
        .example_fail = "localhost A 127.0.0.1\n!names localhost\n",
        .scope = SCOPE_NAME,
        .types = ZONE_HAS(A) | ZONE_HAS(AAAA),
        .worth = special_address,
        .run = run_loopback,
    },
    {0},
};
