/* SPDX-License-Identifier: BSD-2-Clause */
/* The zone's digest of itself (ZONEMD, RFC 8976): is it wanted and there, and does it hold? */
#include "checks/zone/zone_check.h"
#include "checks/zone/zonemd.h"

#include <string.h>

#define RECORDS_MAX 64U /* more ZONEMD records than there are schemes are not looked at */

enum standing { HOLDS, BROKEN, UNSUPPORTED };

struct judged {
    struct zonemd record;
    enum standing state;
    const char *what; /* is wrong, or not supported */
    uint16_t index;   /* in the set */
};

static const char *hash_text(const struct zonemd *z)
{
    return z->hash == ZONEMD_SHA384 ? "SHA-384" : "SHA-512";
}

static bool supported(const struct zonemd *z)
{
    return z->scheme == ZONEMD_SIMPLE && zonemd_digest_length(z->hash) != 0;
}

/* RFC 8976 section 2.2.3: no two records with one scheme and one algorithm, whatever their digests are. */
static bool repeated(const struct judged *list, size_t count, size_t index)
{
    for (size_t i = 0; i < count; i++) {
        if (i != index && list[i].what == NULL && list[index].what == NULL &&
            list[i].record.scheme == list[index].record.scheme &&
            list[i].record.hash == list[index].record.hash)
            return true;
    }
    return false;
}

static size_t read_all(const struct rrset *set, struct judged *list)
{
    size_t count = 0;
    for (uint16_t i = 0; i < set->count && count < RECORDS_MAX; i++) {
        struct judged *j = &list[count++];
        *j = (struct judged){.index = i};
        if (!zonemd_read(&set->rdata[i], &j->record)) {
            j->state = BROKEN;
            j->what = "the record is too short to hold a digest";
        }
    }
    return count;
}

/* What can be said without a digest, in the order of RFC 8976 section 4. */
static void judge_forms(struct facts *f, struct judged *list, size_t count, const uint32_t *serial)
{
    bool twice[RECORDS_MAX];
    for (size_t i = 0; i < count; i++)
        twice[i] = repeated(list, count, i);
    for (size_t i = 0; i < count; i++) {
        struct judged *j = &list[i];
        if (j->what != NULL)
            continue;
        if (serial != NULL && j->record.serial != *serial) {
            j->state = BROKEN;
            j->what = arena_printf(facts_scratch(f), "it is for serial %u, and the SOA has %u",
                                   (unsigned)j->record.serial, (unsigned)*serial);
        } else if (twice[i]) {
            j->state = BROKEN;
            j->what = "another record has the same scheme and algorithm, so none of them may be used";
        } else if (!supported(&j->record)) {
            j->state = UNSUPPORTED;
            j->what = arena_printf(facts_scratch(f), "scheme %u with hash algorithm %u",
                                   (unsigned)j->record.scheme, (unsigned)j->record.hash);
        } else if (j->record.length != zonemd_digest_length(j->record.hash)) {
            j->state = BROKEN;
            j->what = "the digest does not have the length of its algorithm";
        }
    }
}

static enum status judge_digests(const struct zone *zone, struct judged *list, size_t count)
{
    struct zonemd_digests digests = {0};
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (list[i].what == NULL)
            digests.wanted[list[i].record.hash] = any = true;
    }
    enum status status = any ? zonemd_compute(zone, &digests) : STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const struct zonemd *z = &list[i].record;
        if (list[i].what != NULL)
            continue;
        bool same = memcmp(z->digest, digests.digest[z->hash], z->length) == 0;
        list[i].state = same ? HOLDS : BROKEN;
        list[i].what = same ? "" : "the digest of the zone is another one";
    }
    return status;
}

/* Section 4: one record that holds is enough for a verifier that knows it; a broken one beside it harms the
 * others. */
static void report(struct facts *f, const struct rrset *set, const struct judged *j, bool another_holds,
                   struct findings *out)
{
    const struct zonemd *z = &j->record;
    bool named = z->digest != NULL && supported(z);
    struct finding *finding =
        findings_add(out, set->owner, "the ZONEMD record %s%sdoes not hold: %s", named ? hash_text(z) : "",
                     named ? " " : "", j->what != NULL ? j->what : "?");
    zone_check_at(f, finding, set, j->index);
    finding->discriminator = arena_printf(facts_scratch(f), "%u/%u/%u", (unsigned)z->scheme,
                                          (unsigned)z->hash, z->digest != NULL ? 0U : 1U + j->index);
    if (another_holds)
        finding->severity = SEVERITY_MEDIUM;
}

/* Records that repeat a scheme and algorithm are one fault; it is told once, at the second of them. */
static bool told(const struct judged *list, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (list[i].record.digest != NULL && list[index].record.digest != NULL &&
            list[i].record.scheme == list[index].record.scheme &&
            list[i].record.hash == list[index].record.hash)
            return true;
    }
    return false;
}

static enum verdict conclude(struct facts *f, const struct rrset *set, const struct judged *list,
                             size_t count, struct findings *out)
{
    size_t holding = 0;
    const struct judged *unknown = NULL;
    for (size_t i = 0; i < count; i++) {
        holding += list[i].state == HOLDS;
        if (list[i].state == UNSUPPORTED && unknown == NULL)
            unknown = &list[i];
    }
    for (size_t i = 0; i < count; i++) {
        if (list[i].state == BROKEN && !told(list, i))
            report(f, set, &list[i], holding > 0, out);
    }
    findings_pass(out, "the zone has the digest that its ZONEMD record says");
    if (holding > 0 || unknown == NULL)
        return VERDICT_PASS;
    findings_undetermined(out, REASON_UNSUPPORTED, "the digest is not known here: %s", unknown->what);
    return VERDICT_UNDETERMINED;
}

static enum verdict run_mismatch(struct facts *f, const dname *apex, struct findings *out)
{
    const struct zone *zone = facts_zone(f);
    const struct rrset *set = zone != NULL ? zone_rrset(zone, facts_scratch(f), apex, RRTYPE_ZONEMD) : NULL;
    const struct rrset *soa_set = zone != NULL ? zone_rrset(zone, facts_scratch(f), apex, RRTYPE_SOA) : NULL;
    struct judged list[RECORDS_MAX];
    struct soa soa;
    if (set == NULL || set->count == 0) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "the zone has no ZONEMD record");
        return VERDICT_SKIPPED;
    }
    if (zone_check_apex_elsewhere(f)) {
        findings_skip(out, SKIP_NEEDS_DATA, "the input does not hold the whole zone");
        return VERDICT_SKIPPED;
    }
    if (soa_set == NULL || soa_set->count != 1 || !rdata_soa(&soa_set->rdata[0], &soa)) {
        findings_undetermined(out, REASON_INCOMPLETE_DATA,
                              "the zone has no single SOA record to compare serials with");
        return VERDICT_UNDETERMINED;
    }
    size_t count = read_all(set, list);
    judge_forms(f, list, count, &soa.serial);
    if (judge_digests(zone, list, count) != STATUS_OK) {
        findings_undetermined(out, REASON_INTERNAL, "the digest of the zone could not be computed");
        return VERDICT_UNDETERMINED;
    }
    return conclude(f, set, list, count, out);
}

static enum verdict run_missing(struct facts *f, const dname *apex, struct findings *out)
{
    const struct zone *zone = facts_zone(f);
    const char *require = settings_option_text(facts_settings(f), "zone.zonemd-missing", "require", "no");
    if (strcmp(require, "yes") != 0) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "the configuration does not ask for a ZONEMD record");
        return VERDICT_SKIPPED;
    }
    if (zone_check_apex_elsewhere(f)) {
        findings_skip(out, SKIP_NEEDS_DATA, "the input does not hold the whole zone");
        return VERDICT_SKIPPED;
    }
    findings_pass(out, "the zone has a ZONEMD record");
    if (zone == NULL || zone_has(zone, apex, RRTYPE_ZONEMD))
        return VERDICT_PASS;
    struct finding *finding =
        findings_add(out, apex, "%s has no ZONEMD record, and the configuration requires one",
                     dname_text(facts_scratch(f), apex));
    finding->rrtype = RRTYPE_ZONEMD;
    finding->location = zone_check_where(f, zone_rrset(zone, facts_scratch(f), apex, RRTYPE_SOA), 0);
    return VERDICT_FAIL;
}

static const struct check_option missing_options[] = {
    {.name = "require", .help = "yes: every zone must have a ZONEMD record", .value = "no"},
    {0},
};

#define ZONEMD_COMMON                                                                                        \
    .area = "zone", .effort = "hours", .tags = "zone-file integrity", .confidence = CONFIDENCE_CONFIRMED,    \
    .confidence_lowest = CONFIDENCE_CONFIRMED, .modes = MODE_OFFLINE, .needs = "the whole zone file",        \
    .traffic = TRAFFIC_NONE, .subject_kind = "zone", .since = "0.2.0", .scope = SCOPE_ZONE,                  \
    .controls = {{"nist-800-53r5", "SI-7"}}

const struct check topic_zone_zonemd[] = {
    {
        ZONEMD_COMMON,
        .id = "zone.zonemd-mismatch",
        .title = "The zone has the digest that it claims",
        .failure_title = "The zone does not have the digest that its ZONEMD record claims",
        .why = "Something changed the zone after its digest was made, or the digest was left behind by an "
               "edit. Servers that verify refuse to load the zone, so it goes stale and expires there; or "
               "somebody did alter the file.",
        .fix = "Find out what differs, then make the digest again with the tool that signs or publishes the "
               "zone, as its last step.",
        .severity = SEVERITY_HIGH,
        .discriminator = "scheme and hash algorithm",
        .references = {RFC(8976, "3"), RFC(8976, "4")},
        .false_positives =
            "Without a signature over it the record proves only that nothing was changed by accident.",
        .example_pass = "!offline\nwww A 192.0.2.80\n",
        .example_fail = "!offline\n@ ZONEMD 2026010101 1 1 000000000000000000000000000000000000000000000000"
                        "000000000000000000000000000000000000000000000000\n",
        .run = run_mismatch,
    },
    {
        ZONEMD_COMMON,
        .id = "zone.zonemd-missing",
        .title = "The zone carries a digest of itself",
        .failure_title = "The zone has no ZONEMD record",
        .why = "Without a digest a secondary or a consumer of the file cannot tell a whole zone from one "
               "that was cut off or altered on the way. Your policy asks for it.",
        .fix = "Let the tool that signs or publishes the zone add a ZONEMD record; BIND, Knot and PowerDNS "
               "tools can.",
        .severity = SEVERITY_INFO,
        .references = {RFC(8976, "1")},
        .example_pass = "!offline\nwww A 192.0.2.80\n",
        .example_fail = NULL,
        .options = missing_options,
        .run = run_missing,
    },
    {0},
};
