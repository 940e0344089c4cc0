/* SPDX-License-Identifier: BSD-2-Clause */
/* The serial of an edited zone: raised, left alone, or taken back. */
#include "checks/change_check.h"

/* Both sides with a serial that the same hand wrote, or NULL and the verdict. */
static const struct change *with_serials(struct facts *f, struct findings *out, enum verdict *verdict)
{
    const struct change *c = change_ready(f, out, verdict);
    if (c == NULL)
        return NULL;
    *verdict = VERDICT_SKIPPED;
    if (!c->soa_known) {
        findings_skip(out, SKIP_NOT_APPLICABLE,
                      "one of the two states has no SOA record: the serial is made elsewhere");
        return NULL;
    }
    if (c->signed_later) {
        findings_skip(out, SKIP_NOT_APPLICABLE,
                      "the zone is signed on its way to the servers, which gives it other serials");
        return NULL;
    }
    return c;
}

static const char *first_edit(struct facts *f, const struct change *c)
{
    static const char *const words[] = {"added", "removed", "changed", "with another TTL"};
    struct arena *a = facts_scratch(f);
    const size_t all = c->count + c->soa_edited;
    const char *text;
    if (c->count == 0)
        return "the SOA record has other fields";
    text = arena_printf(a, "%s %s %s", dname_text(a, change_owner(c, &c->items[0])),
                        change_type(f, c->items[0].type), words[c->items[0].kind]);
    if (all > 1)
        text = arena_printf(a, "%zu sets differ, the first: %s", all, text != NULL ? text : "?");
    return text != NULL ? text : "?";
}

/* Nothing but what a signer makes is new, in files: served zones may be signed as they are asked for. Secondaries do not
 * fetch the new signatures, and the old ones expire there. */
static bool signed_again(struct facts *f, const struct change *c)
{
    return c->count == 0 && !c->soa_edited && c->derived > 0 && !facts_zones_before(f)->served_live &&
           c->soa_before.serial == c->soa_after.serial;
}

static void report_signed(struct facts *f, const dname *zone, const struct change *c, struct findings *out)
{
    struct finding *finding =
        findings_add(out, zone, "the zone was signed again (%zu owners), but the serial still is %u: secondaries keep "
                     "the old signatures until these expire",
                     c->derived, (unsigned)c->soa_after.serial);
    finding->severity = SEVERITY_MEDIUM;
    finding->rrtype = RRTYPE_SOA;
    finding->location = change_place(c, facts_scratch(f), zone, RRTYPE_SOA);
}

static enum verdict run_unchanged(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    const struct change *c = with_serials(f, out, &verdict);
    if (c == NULL)
        return verdict;
    if (signed_again(f, c)) {
        report_signed(f, zone, c, out);
        return VERDICT_FAIL;
    }
    if (c->count == 0 && !c->soa_edited) {
        findings_pass(out, c->derived > 0 ? "only signatures and denial records differ"
                                          : "the two states are the same");
        return VERDICT_PASS;
    }
    if (c->soa_before.serial != c->soa_after.serial) {
        findings_pass(out, "the serial went from %u to %u", (unsigned)c->soa_before.serial,
                      (unsigned)c->soa_after.serial);
        return VERDICT_PASS;
    }
    struct finding *finding = findings_add(out, zone, "the zone was edited (%s), but the serial still is %u",
                                           first_edit(f, c), (unsigned)c->soa_after.serial);
    finding->rrtype = RRTYPE_SOA;
    finding->location = change_place(c, facts_scratch(f), zone, RRTYPE_SOA);
    finding_note(out, finding, "difference", "%zu sets added, %zu removed, %zu changed, %zu with another TTL",
                 c->kinds[CHANGE_ADDED], c->kinds[CHANGE_REMOVED], c->kinds[CHANGE_DATA],
                 c->kinds[CHANGE_TTL]);
    return VERDICT_FAIL;
}

static enum verdict run_back(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    const struct change *c = with_serials(f, out, &verdict);
    if (c == NULL)
        return verdict;
    const uint32_t before = c->soa_before.serial;
    const uint32_t after = c->soa_after.serial;
    const int order = serial_compare(after, before);
    if (order == 0 || order == 1) {
        findings_pass(out, order == 0 ? "the serial is the same" : "the serial went up");
        return VERDICT_PASS;
    }
    struct finding *finding =
        order == 2
            ? findings_add(out, zone,
                           "from serial %u to %u is exactly half the way around: which of the two is newer "
                           "is undefined, and secondaries do as they like",
                           (unsigned)before, (unsigned)after)
            : findings_add(out, zone,
                           "the serial went back from %u to %u: secondaries keep the old zone until it "
                           "expires",
                           (unsigned)before, (unsigned)after);
    finding->rrtype = RRTYPE_SOA;
    finding->location = change_place(c, facts_scratch(f), zone, RRTYPE_SOA);
    /* RFC 1982 section 3.2: no step may be longer than 2^31 - 1. */
    finding_note(out, finding, "the way back",
                 "to reach %u set the serial to %u, wait until every secondary has it, then to %u",
                 (unsigned)after, (unsigned)(before + 0x7FFFFFFFu), (unsigned)after);
    return VERDICT_FAIL;
}

#define SOA_CHANGE_COMMON                                                                                    \
    CHANGE_COMMON, .area = "soa", .effort = "minutes", .tags = "soa serial change transfer",                 \
                   .confidence_lowest = CONFIDENCE_CONFIRMED,                                                \
                   .needs = "the zone before and after the change", .subject_kind = "zone",                  \
                   .controls = {{"nist-800-53r5", "CM-3"}}

const struct check topic_soa_change[] = {
    {
        SOA_CHANGE_COMMON,
        .id = "soa.serial-unchanged-on-edit",
        .title = "An edited zone has a higher serial",
        .failure_title = "The zone was edited, but its serial was not raised",
        .why = "Secondaries fetch a zone only when its serial has grown. The primary serves the edit, the "
               "others go on serving the old data, and which of them a user meets is chance.",
        .fix = "Raise the serial of the SOA record with every edit, or let the server or a hook do it.",
        .severity = SEVERITY_HIGH,
        .references = {RFC(1912, "3.1"), RFC(1982, "3"), RFC(1034, "4.3.5")},
        .false_positives =
            "Where zones do not travel by transfer (a database, a provider's API, the same file copied to "
            "every server) the serial has no such meaning; where a server numbers versions on its own "
            "(inline signing, dynamic updates), the one in the file counts for nothing.",
        .example_pass = "!offline\n@ SOA ns1 hostmaster 2026010102 7200 3600 1209600 3600\nwww A 192.0.2.11\n"
                        "!before\n@ SOA ns1 hostmaster 2026010101 7200 3600 1209600 3600\nwww A 192.0.2.10\n",
        .example_fail = "!offline\n@ SOA ns1 hostmaster 2026010101 7200 3600 1209600 3600\nwww A 192.0.2.11\n"
                        "!before\n@ SOA ns1 hostmaster 2026010101 7200 3600 1209600 3600\nwww A 192.0.2.10\n",
        .run = run_unchanged,
    },
    {
        SOA_CHANGE_COMMON,
        .id = "soa.serial-went-back",
        .title = "The serial of the zone only grows",
        .failure_title = "The serial is lower than it was",
        .why = "To a secondary the new zone is older than the one it has, so this edit and all later ones "
               "are ignored, until the serial passes the old value or the zone expires there.",
        .fix = "Choose a serial that is higher than the old one by the arithmetic of RFC 1982. If the low "
               "number must be reached, go there in two steps, as the evidence shows.",
        .severity = SEVERITY_MEDIUM,
        .references = {RFC(1982, "3.2"), RFC(1912, "3.1")},
        .false_positives =
            "A change that takes another one back restores its serial as well: raise it in that commit.",
        .example_pass = "!offline\n@ SOA ns1 hostmaster 2026010102 7200 3600 1209600 3600\n"
                        "!before\n@ SOA ns1 hostmaster 2026010101 7200 3600 1209600 3600\n",
        .example_fail = "!offline\n@ SOA ns1 hostmaster 17 7200 3600 1209600 3600\n"
                        "!before\n@ SOA ns1 hostmaster 2026010101 7200 3600 1209600 3600\n",
        .run = run_back,
    },
    {0},
};
