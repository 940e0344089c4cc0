/* SPDX-License-Identifier: BSD-2-Clause */
/* Baseline as code: records that the configuration wants in every zone. */
#include "checks/zone/zone_check.h"

#include "auditor/facts/derived/resolution.h"

#include <string.h>
#include <strings.h>

/* Policies that are TXT records: where they stand and how they begin. A TXT record that merely begins alike
 * is none. */
static const struct txt_policy {
    const char *word, *labels, *version;
    bool any_case;         /* of the version */
    const char *separator; /* octets that may follow the version; its end may too */
} policies[] = {
    {"SPF", NULL, "v=spf1", true, " "},
    {"DMARC", "_dmarc", "v=DMARC1", false, "; \t"},
    {"MTA-STS", "_mta-sts", "v=STSv1", false, "; \t"},
    {"TLS-RPT", "_smtp._tls", "v=TLSRPTv1", false, "; \t"},
};

static bool begins(const struct txt_policy *p, const char *text, size_t length)
{
    size_t version = strlen(p->version);
    if (length < version)
        return false;
    int order = p->any_case ? strncasecmp(text, p->version, version) : strncmp(text, p->version, version);
    return order == 0 && (length == version || strchr(p->separator, text[version]) != NULL);
}

enum presence { PRESENT, ABSENT, OPEN };

static enum presence policy_presence(struct facts *f, const dname *apex, const struct txt_policy *p,
                                     enum reason *reason)
{
    const dname *owner = p->labels != NULL ? dname_prepend(facts_scratch(f), p->labels, apex) : apex;
    if (owner == NULL)
        return ABSENT; /* no such name can exist */
    const struct answer *last = resolution_of(f, owner, RRTYPE_TXT)->last;
    if (last->state == ANSWER_UNKNOWN || last->state == ANSWER_PENDING) {
        *reason = last->reason;
        return OPEN;
    }
    for (uint16_t i = 0; last->state == ANSWER_RRSET && i < last->rrset->count; i++) {
        size_t length = 0;
        const char *text = rdata_txt(facts_scratch(f), &last->rrset->rdata[i], &length);
        if (text != NULL && begins(p, text, length))
            return PRESENT;
    }
    return ABSENT;
}

static enum presence type_presence(struct facts *f, const dname *apex, uint16_t type, enum reason *reason)
{
    const struct answer *answer = facts_lookup(f, apex, type);
    if (answer->state == ANSWER_UNKNOWN || answer->state == ANSWER_PENDING) {
        *reason = answer->reason;
        return OPEN;
    }
    return answer->state == ANSWER_RRSET ? PRESENT : ABSENT;
}

static const struct txt_policy *policy_named(const char *word)
{
    for (size_t i = 0; i < ARRAY_SIZE(policies); i++) {
        if (strcasecmp(policies[i].word, word) == 0)
            return &policies[i];
    }
    return NULL;
}

/* Provider-held apex records are not missed (SOA, NS of a partial input). */
static bool kept_elsewhere(struct facts *f, uint16_t type)
{
    return (type == RRTYPE_SOA || type == RRTYPE_NS) && zone_check_apex_elsewhere(f);
}

/* No mail and no certificates are for the root, top-level domains and names of addresses (DESIGN 10.22). */
static bool not_for(const dname *apex, const struct txt_policy *policy, uint16_t type)
{
    unsigned labels = dname_labels(apex);
    const dname *top = labels > 0 ? dname_ancestor(apex, 1) : apex;
    bool arpa = top[0] == 4 && strncasecmp((const char *)top + 1, "arpa", 4) == 0;
    return (policy != NULL || type == RRTYPE_CAA) && (labels <= 1 || arpa);
}

static void judge_word(struct facts *f, const dname *apex, const char *word, struct findings *out)
{
    enum reason reason = REASON_NONE;
    const struct txt_policy *policy = policy_named(word);
    uint16_t type = policy == NULL ? rrtype_from_text(word) : RRTYPE_TXT;
    if (type == 0) {
        findings_undetermined(out, REASON_UNSUPPORTED,
                              "the option require names '%s', which is neither a record type nor SPF, DMARC, "
                              "MTA-STS or TLS-RPT",
                              word);
        return;
    }
    if (not_for(apex, policy, type) || (policy == NULL && kept_elsewhere(f, type)))
        return;
    enum presence presence =
        policy != NULL ? policy_presence(f, apex, policy, &reason) : type_presence(f, apex, type, &reason);
    if (presence == OPEN)
        findings_undetermined(out, reason, "whether the zone has the required %s record is not known", word);
    if (presence != ABSENT)
        return;
    const char *name = policy != NULL ? policy->word : zone_check_type(f, type);
    struct finding *finding =
        findings_add(out, apex, "%s has no %s record, and the configuration requires one",
                     dname_text(facts_scratch(f), apex), name);
    finding->rrtype = type;
    finding->discriminator = name;
}

static enum verdict run(struct facts *f, const dname *apex, struct findings *out)
{
    const char *at = settings_option_text(facts_settings(f), "zone.empty-rrset-policy", "require", "");
    unsigned words = 0;
    for (at += strspn(at, " ,"); *at != '\0'; at += strspn(at, " ,")) {
        size_t length = strcspn(at, " ,");
        const char *word = arena_strndup(facts_scratch(f), at, length);
        if (word != NULL)
            judge_word(f, apex, word, out);
        words++;
        at += length;
    }
    findings_pass(out, "every required record is there");
    if (words > 0)
        return VERDICT_PASS;
    findings_skip(out, SKIP_NOT_APPLICABLE, "no record is required by the configuration");
    return VERDICT_SKIPPED;
}

static const struct check_option options[] = {
    {.name = "require",
     .help = "records that every zone must have: types at the apex, SPF, DMARC, MTA-STS, TLS-RPT; separated "
             "by commas",
     .value = ""},
    {0},
};

const struct check topic_zone_required[] = {
    {
        .id = "zone.empty-rrset-policy",
        .area = "zone",
        .title = "The zone has every record that the baseline requires",
        .failure_title = "A record that the baseline requires is missing",
        .why = "Your own rules say that every zone carries these records, for instance CAA, SPF and DMARC "
               "also where no mail is sent. A zone without them is the one that an attacker will use.",
        .fix = "Add the record, or take it off the list for this zone if it is an exception.",
        .effort = "minutes",
        .tags = "zone-file policy baseline",
        .severity = SEVERITY_LOW,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_BOTH,
        .needs = "the records that the option names, at the apex and at the names of the policies",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "zone",
        .discriminator = "what is required",
        .references = {RFC(8659, "3"),
                       RFC(7208, "3"),
                       {"RFC 9989", "https://www.rfc-editor.org/rfc/rfc9989"}},
        .controls = {{"nist-800-53r5", "CM-6"}, {"nist-800-53r5", "CM-2"}},
        .since = "0.2.0",
        .example_pass = "!offline\nwww A 192.0.2.80\n",
        .example_fail = NULL,
        .options = options,
        .scope = SCOPE_ZONE,
        .run = run,
    },
    {0},
};
