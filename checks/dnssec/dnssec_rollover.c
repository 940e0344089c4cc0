/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a change of keys, signatures or DS break validation for resolvers that still hold the old state? The
 * thinking is in derived/rollover.h; here it becomes findings with times. */
#include "auditor/facts/derived/rollover.h"
#include "checks/change_check.h"

#define ID "dnssec.rollover-unsafe-plan"
#define PROPAGATION_S 3600

struct plan {
    struct facts *f;
    struct findings *out;
    const struct rollover *r;
    const dname *zone;
    uint64_t propagation_s;
    unsigned found;
};

/** What one hazard is told with. */
struct hazard {
    const char *slug; /* tells hazards of one zone apart */
    enum severity severity;
    uint16_t type;    /* whose record to show */
    const char *step; /* what to do instead, with its time */
};

static const struct location *place(const struct plan *p, uint16_t type)
{
    const struct rrset *ds = p->r->after.ds;
    if (type == RRTYPE_DS && ds != NULL && ds->where != NULL)
        return &ds->where[0];
    return change_place(p->r->change, facts_scratch(p->f), p->zone, type == RRTYPE_DS ? RRTYPE_DNSKEY : type);
}

static void describe(struct plan *p, struct finding *finding, const struct hazard *h)
{
    finding->discriminator = h->slug;
    finding->severity = h->severity;
    finding->rrtype = h->type;
    finding->location = place(p, h->type);
    finding_note(p->out, finding, "safe way", "%s", h->step);
    p->found++;
}

static const char *keys_text(const struct plan *p, uint64_t keys)
{
    return keys != 0 ? rollover_keys_text(p->r, facts_scratch(p->f), keys) : "none";
}

/* When nobody holds any more what could be held for ttl_s from now. */
static const char *safe_at(const struct plan *p, uint32_t ttl_s)
{
    return change_moment(p->f, ttl_s + p->propagation_s);
}

static const char *text(const char *made)
{
    return made != NULL ? made : "?";
}

/* ---- hazards ---- */

static void tell_broken(struct plan *p)
{
    const struct rollover_side *after = &p->r->after;
    struct finding *finding;
    struct hazard h = {
        "chain-broken", SEVERITY_HIGH, p->r->ds_differ ? RRTYPE_DS : RRTYPE_DNSKEY,
        "keep a key that the DS set names in the DNSKEY set and let it sign that set; first publish the new "
        "key, then change the DS, then wait for the old DS to leave caches, then remove the old key"};
    if (after->keys == 0) {
        h.step = "remove the DS at the parent first, wait until its TTL is over, and only then remove keys "
                 "and signatures";
        finding =
            findings_add(p->out, p->zone,
                         "the zone has no keys, but the parent has a DS for it: for every resolver "
                         "that validates all its names fail, at the latest from %s on, until the DS is gone",
                         safe_at(p, p->r->before.key_ttl_s));
    } else {
        finding = findings_add(p->out, p->zone,
                               "the DS set names no key that signs the new DNSKEY set (keys: %s): for every "
                               "resolver that validates the zone fails, at the latest from %s on, until one "
                               "of the two is changed",
                               keys_text(p, after->keys), safe_at(p, p->r->before.key_ttl_s));
    }
    describe(p, finding, &h);
}

static void tell_ds_cached(struct plan *p)
{
    const struct rollover *r = p->r;
    struct arena *a = facts_scratch(p->f);
    const char *lost = keys_text(p, rollover_entry(&r->before, &r->before));
    const char *until = safe_at(p, r->before.ds_ttl_s);
    const bool unsigned_now = r->after.keys == 0;
    const struct hazard h = {
        "old-ds-cached", SEVERITY_HIGH, RRTYPE_DNSKEY,
        unsigned_now
            ? text(arena_printf(a, "remove only the DS now; keys and signatures may go from %s on", until))
            : text(arena_printf(a, "let the key %s stay and sign the DNSKEY set; it may go from %s on", lost,
                                until))};
    describe(p,
             findings_add(p->out, p->zone,
                          "resolvers may hold the old DS for %s more, and the key it names, %s, %s: until %s "
                          "the zone fails for those that validate",
                          change_span(p->f, r->before.ds_ttl_s), lost,
                          unsigned_now ? "goes with all signatures" : "no longer signs the DNSKEY set",
                          until),
             &h);
}

static void tell_keys_cached(struct plan *p)
{
    const struct rollover *r = p->r;
    struct arena *a = facts_scratch(p->f);
    const bool fresh = r->before.keys == 0;
    const uint32_t ttl_s =
        fresh && r->before.data.ttl_s > r->before.key_ttl_s ? r->before.data.ttl_s : r->before.key_ttl_s;
    const char *until = safe_at(p, ttl_s);
    const struct hazard h = {
        "old-keys-cached", SEVERITY_HIGH, RRTYPE_DS,
        fresh ? text(arena_printf(a, "publish keys and signatures now, and the DS from %s on", until))
              : text(arena_printf(
                    a,
                    "publish the key now, beside the old one, and change the DS from %s on; or add the new "
                    "DS beside the old one",
                    until))};
    struct finding *finding =
        fresh
            ? findings_add(p->out, p->zone,
                           "the DS comes together with the first signatures, but resolvers may hold unsigned "
                           "records for %s more: until %s those fail where they are validated",
                           change_span(p->f, ttl_s), until)
            : findings_add(
                  p->out, p->zone,
                  "the DS set names only keys that the old DNSKEY set has not (or that did not sign it), and "
                  "resolvers may hold that set for %s more: until %s the zone fails for those that validate",
                  change_span(p->f, ttl_s), until);
    describe(p, finding, &h);
}

static const char *example(const struct plan *p, const struct rollover_data *d)
{
    struct arena *a = facts_scratch(p->f);
    const char *name = dname_text(a, d->example);
    const char *type = change_type(p->f, d->example_type);
    if (d->stranded == 1)
        return text(arena_printf(a, "%s %s", name, type));
    return text(arena_printf(a, "%zu sets, such as %s %s", d->stranded, name, type));
}

static void tell_data_cached(struct plan *p)
{
    const struct rollover *r = p->r;
    const struct rollover_data *d = &r->before.data;
    const char *lost = keys_text(p, d->stranded_keys);
    const char *until = safe_at(p, d->stranded_ttl_s);
    const struct hazard h = {
        "old-signatures-cached", SEVERITY_HIGH, RRTYPE_DNSKEY,
        text(arena_printf(facts_scratch(p->f),
                          "sign with the new key now and let %s stay in the DNSKEY set; it may go from "
                          "%s on",
                          lost, until))};
    describe(p,
             findings_add(p->out, p->zone,
                          "the key %s leaves the DNSKEY set while resolvers may hold records that only it "
                          "signs (%s) for %s more: until %s those fail where the new keys are already known",
                          lost, example(p, d), change_span(p->f, d->stranded_ttl_s), until),
             &h);
}

static void tell_signed_early(struct plan *p)
{
    const struct rollover *r = p->r;
    const struct rollover_data *d = &r->after.data;
    const char *fresh = keys_text(p, d->stranded_keys);
    const char *until = safe_at(p, r->before.key_ttl_s);
    const struct hazard h = {
        "new-signatures-early", SEVERITY_HIGH, RRTYPE_DNSKEY,
        text(arena_printf(facts_scratch(p->f),
                          "publish %s now without signing by it alone; it may take over from %s on", fresh,
                          until))};
    describe(p,
             findings_add(p->out, p->zone,
                          "records are signed by %s alone (%s), which resolvers that hold the old DNSKEY "
                          "set, for %s more, do not know: until %s those records fail there",
                          fresh, example(p, d), change_span(p->f, r->before.key_ttl_s), until),
             &h);
}

static void tell_cds_early(struct plan *p)
{
    const struct rollover *r = p->r;
    const bool fresh = r->before.keys == 0;
    const uint32_t ttl_s =
        fresh && r->before.data.ttl_s > r->before.key_ttl_s ? r->before.data.ttl_s : r->before.key_ttl_s;
    const char *until = safe_at(p, ttl_s);
    const struct hazard h = {
        "cds-early", SEVERITY_MEDIUM, RRTYPE_CDS,
        text(
            arena_printf(facts_scratch(p->f), "publish the key now, its CDS and CDNSKEY from %s on", until))};
    describe(p,
             findings_add(p->out, p->zone,
                          "the CDS asks the parent for a DS of %s, which is published only now: a parent "
                          "that acts before %s breaks the zone for resolvers that still hold %s",
                          keys_text(p, r->cds_early), until, fresh ? "unsigned records" : "the old keys"),
             &h);
}

static void tell_algorithms(struct plan *p)
{
    const struct rollover *r = p->r;
    struct arena *a = facts_scratch(p->f);
    const struct hazard lone = {
        "ds-algorithm-alone", SEVERITY_MEDIUM, RRTYPE_DS,
        "publish the key and all signatures of an algorithm before its DS, and remove the DS before them"};
    const struct hazard early = {
        "algorithm-early", SEVERITY_INFO, RRTYPE_DNSKEY,
        text(arena_printf(a,
                          "the careful order is: signatures of the new algorithm now, its key from %s on",
                          safe_at(p, r->before.data.ttl_s)))};
    const struct hazard gone = {
        "algorithm-gone", SEVERITY_INFO, RRTYPE_DNSKEY,
        text(arena_printf(a, "the careful order is: remove the key now, its signatures from %s on",
                          safe_at(p, r->before.key_ttl_s)))};
    if (r->ds_lone != 0)
        describe(p,
                 findings_add(p->out, p->zone,
                              "the DS set has the algorithm %s, and no such key signs the DNSKEY set: "
                              "validators that insist on every algorithm of the DS set refuse the zone",
                              rollover_algorithms_text(a, r->ds_lone)),
                 &lone);
    if (r->algorithms_new != 0)
        describe(p,
                 findings_add(p->out, p->zone,
                              "%s comes into the DNSKEY set before all records in caches are signed with "
                              "it: old validators that insist on every algorithm fail on those",
                              rollover_algorithms_text(a, r->algorithms_new)),
                 &early);
    if (r->algorithms_gone != 0)
        describe(p,
                 findings_add(p->out, p->zone,
                              "signatures by %s go together with their key: old validators that insist on "
                              "every algorithm fail on new records as long as they hold the old keys",
                              rollover_algorithms_text(a, r->algorithms_gone)),
                 &gone);
}

/* ---- steps that are safe ---- */

static const char *join(struct plan *p, const char *said, const char *more)
{
    return *said == '\0' ? more : text(arena_printf(facts_scratch(p->f), "%s; %s", said, more));
}

static const char *next_for_keys(struct plan *p, const char *said)
{
    const struct rollover *r = p->r;
    struct arena *a = facts_scratch(p->f);
    const uint64_t fresh = r->after.keys & ~r->before.keys;
    const uint64_t gone = r->before.keys & ~r->after.keys;
    const uint64_t retired = r->before.data.signers & ~r->after.data.signers & r->after.keys;
    if (r->before.keys == 0 && fresh != 0) {
        const uint32_t ttl_s =
            r->before.data.ttl_s > r->before.key_ttl_s ? r->before.data.ttl_s : r->before.key_ttl_s;
        return join(p, said,
                    text(arena_printf(a, "the zone becomes signed; its DS may be published from %s on",
                                      safe_at(p, ttl_s))));
    }
    if (fresh != 0)
        said = join(p, said,
                    text(arena_printf(
                        a, "the key %s is published; it may sign alone, and a DS may name it, from %s on",
                        keys_text(p, fresh), safe_at(p, r->before.key_ttl_s))));
    if (gone != 0 && r->after.keys != 0)
        said = join(p, said,
                    text(arena_printf(a, "the key %s may go if the earlier state was in service for %s",
                                      keys_text(p, gone),
                                      change_span(p->f, r->before.data.ttl_s + p->propagation_s))));
    if (retired != 0)
        said = join(p, said,
                    text(arena_printf(a, "the key %s signs no records any more; it may be removed from %s on",
                                      keys_text(p, retired), safe_at(p, r->before.data.ttl_s))));
    return said;
}

static const char *next_for_ds(struct plan *p, const char *said)
{
    const struct rollover *r = p->r;
    struct arena *a = facts_scratch(p->f);
    if (!r->ds_differ || r->before.ds_state != ROLLOVER_DS_SOME)
        return said;
    const char *when = safe_at(p, r->before.ds_ttl_s);
    if (r->after.ds_state == ROLLOVER_DS_NONE)
        return join(p, said,
                    text(arena_printf(a, "the DS is removed; keys and signatures may go from %s on", when)));
    const uint64_t unnamed = r->before.ds_keys & ~r->after.ds_keys;
    if (unnamed == 0)
        return said;
    return join(p, said,
                text(arena_printf(a, "the DS no longer names %s, which may go from %s on",
                                  keys_text(p, unnamed), when)));
}

static enum verdict pass(struct plan *p)
{
    const struct rollover *r = p->r;
    const char *said = next_for_ds(p, next_for_keys(p, ""));
    if (!r->keys_differ && !r->ds_differ && *said == '\0')
        said = "keys and DS are the same before and after";
    else if (!r->validated)
        said = join(p, "the parent has no DS, so nobody validates the zone yet", said);
    findings_pass(p->out, "%s", *said != '\0' ? said : "every mixture of old and new validates");
    return VERDICT_PASS;
}

/* ---- the check ---- */

static enum verdict not_judged(const struct rollover *r, struct findings *out)
{
    switch (r->state) {
    case ROLLOVER_NONE:
        findings_skip(out, SKIP_NOT_APPLICABLE, "the zone is signed neither before nor after");
        return VERDICT_SKIPPED;
    case ROLLOVER_ELSEWHERE:
        findings_skip(out, SKIP_NOT_APPLICABLE,
                      "the zone is signed on its way to the servers: its keys are not in the file");
        return VERDICT_SKIPPED;
    case ROLLOVER_TOO_MANY:
        findings_undetermined(out, REASON_BUDGET, "more than %d keys in the two states", ROLLOVER_KEYS_MAX);
        return VERDICT_UNDETERMINED;
    default:
        findings_undetermined(out, REASON_INTERNAL, "without memory the keys could not be compared");
        return VERDICT_UNDETERMINED;
    }
}

static void tell(struct plan *p)
{
    const struct rollover *r = p->r;
    if (r->broken)
        tell_broken(p);
    if (r->ds_cached)
        tell_ds_cached(p);
    if (r->keys_cached)
        tell_keys_cached(p);
    if (r->data_cached)
        tell_data_cached(p);
    if (r->signed_early)
        tell_signed_early(p);
    if (r->cds_early != 0)
        tell_cds_early(p);
    tell_algorithms(p);
}

static enum verdict run(struct facts *f, const dname *zone, struct findings *out)
{
    enum verdict verdict;
    if (change_ready(f, out, &verdict) == NULL)
        return verdict;
    struct plan p = {.f = f, .out = out, .zone = zone, .r = rollover_of(f)};
    p.propagation_s = (uint64_t)settings_option(facts_settings(f), ID, "propagation", PROPAGATION_S);
    if (p.r->state != ROLLOVER_JUDGED)
        return not_judged(p.r, out);
    tell(&p);
    if (p.r->ds_unknown) {
        findings_undetermined(out, REASON_NEEDS_LIVE,
                              "%s, and whether a DS at the parent names them is not known: give the zone of "
                              "the parent too, or --ds",
                              p.r->after.keys == 0 ? "all keys are removed"
                                                   : "the keys that a DS is likely to name are removed");
        return VERDICT_UNDETERMINED;
    }
    return p.found > 0 ? VERDICT_FAIL : pass(&p);
}

static const struct check_option options[] = {
    {"propagation", "seconds until a change has reached all servers of the zone and of its parent", "3600", 0,
     2592000},
    {0},
};

/* Keys of no meaning: validity is not asked here. */
#define KEY_A                                                                                                \
    "@ DNSKEY 257 3 13 "                                                                                     \
    "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQQ==\n"
#define KEY_B                                                                                                \
    "@ DNSKEY 257 3 13 "                                                                                     \
    "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQg==\n"
#define DS_A                                                                                                 \
    "!parent example.test. DS 11318 13 2 56cf8865076e8c03220b9acbe001feb829381eb570db7e80c4bc234c0afb97a0\n"

const struct check topic_dnssec_rollover[] = {
    {
        CHANGE_COMMON,
        .id = ID,
        .area = "dnssec",
        .title = "Changes of keys, signatures and DS leave time for caches",
        .failure_title =
            "This change of keys, signatures or DS breaks validation while caches hold the old state",
        .why = "Resolvers keep keys, signatures and DS for as long as their TTLs say, each by itself. If "
               "some mixture of old and new does not fit together, every user behind a validating resolver "
               "loses the whole zone until the caches are empty, and taking the change back does not help "
               "sooner.",
        .fix = "Do the step that the evidence names, deploy it, wait until the time given there, then do the "
               "next. A new key is published before it signs alone and before a DS names it; an old key "
               "stays until neither a cached DS nor a cached signature needs it; a DS goes before the "
               "signatures do.",
        .effort = "days",
        .tags = "dnssec rollover ds key change outage",
        .severity = SEVERITY_HIGH,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .needs = "the zone before and after the change, signed; the parent's zone or --ds for its DS set",
        .subject_kind = "zone",
        .discriminator = "the mixture that fails",
        .references = {RFC(7583, "3"), RFC(6781, "4.1"), RFC(6840, "5.11"), RFC(4035, "2.2")},
        .controls = {{"nist-800-53r5", "SC-20"}, {"nist-800-53r5", "CM-3"}},
        .false_positives = "The old state is taken for what is in service now. If it was replaced or had "
                           "never been deployed, what caches hold is another question.",
        .example_pass = "!offline\n!zone test.\n" KEY_A KEY_B DS_A "!before\n!zone test.\n" KEY_A DS_A,
        .example_fail = "!offline\n!zone test.\n" KEY_B DS_A "!before\n!zone test.\n" KEY_A DS_A,
        .options = options,
        .run = run,
    },
    {0},
};
