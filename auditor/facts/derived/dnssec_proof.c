/* SPDX-License-Identifier: BSD-2-Clause */
/* Denial of existence as an answer carries it. */
#include "auditor/facts/derived/dnssec_proof.h"

#include "auditor/facts/zone.h"

struct sorted {
    const struct rrset *good[DENIAL_RECORDS_MAX];
    size_t good_count;
    bool seen, unsure;
    enum dnssec_why bad;     /* of the first set whose signature is not good */
    const dname *bad_owner;
};

static void sort_set(struct facts *f, const struct rrset *set, const dname *zone, struct dnssec_keys keys,
                     struct dnssec_work *work, struct sorted *out)
{
    if ((set->type != RRTYPE_NSEC && set->type != RRTYPE_NSEC3) || !dname_under(set->owner, zone))
        return;
    out->seen = true;
    if (out->good_count == DENIAL_RECORDS_MAX) {
        out->unsure = true;
        return;
    }
    struct dnssec_judged judged = dnssec_judge(f, set, zone, keys, work);
    /* A denial record expanded from a wildcard proves nothing (RFC 4035 section 5.4). */
    if (judged.good && judged.labels == dnssec_owner_labels(set->owner)) {
        out->good[out->good_count++] = set;
        return;
    }
    out->unsure = out->unsure || judged.undetermined;
    if (out->bad_owner == NULL) {
        out->bad = judged.good ? DNSSEC_WHY_SIG_LABELS : judged.why;
        out->bad_owner = set->owner;
    }
}

static struct dnssec_proof from_result(struct denial_proof proof)
{
    switch (proof.result) {
    case DENIAL_PROVEN:
        return (struct dnssec_proof){.status = DNSSEC_SECURE, .proof = proof};
    case DENIAL_OPTOUT:
        return (struct dnssec_proof){.status = DNSSEC_INSECURE, .why = DNSSEC_WHY_OPTOUT, .proof = proof};
    case DENIAL_COSTLY:
        return (struct dnssec_proof){.status = DNSSEC_INSECURE, .why = DNSSEC_WHY_NSEC3_COST, .proof = proof};
    case DENIAL_ABSENT:
        return (struct dnssec_proof){.status = DNSSEC_BOGUS, .why = DNSSEC_WHY_DENIAL_MISSING, .proof = proof};
    case DENIAL_INCOMPLETE:
        break;
    }
    return (struct dnssec_proof){.status = DNSSEC_BOGUS, .why = DNSSEC_WHY_DENIAL_INCOMPLETE, .proof = proof};
}

static struct dnssec_proof decide(const struct sorted *s, const dname *zone, const dname *name, uint16_t type,
                                  enum denial_question question, unsigned labels)
{
    struct dnssec_proof out = from_result(denial_prove(s->good, s->good_count, zone, name, type, question, labels));
    if (out.status != DNSSEC_BOGUS)
        return out;
    if (s->unsure) {
        out.status = DNSSEC_UNDETERMINED;
        out.why = DNSSEC_WHY_BUDGET;
        out.reason = REASON_BUDGET;
    } else if (s->bad_owner != NULL) {
        out.why = s->bad;
        out.owner = s->bad_owner;
    }
    return out;
}

struct dnssec_proof dnssec_proof_of_reply(struct facts *f, const struct reply *reply, const dname *zone,
                                          struct dnssec_keys keys, const dname *name, uint16_t type,
                                          enum denial_question question, unsigned labels)
{
    struct sorted s = {0};
    struct dnssec_work work = DNSSEC_WORK_REPLY;
    for (size_t i = 0; i < reply->authority.count; i++)
        sort_set(f, &reply->authority.sets[i], zone, keys, &work, &s);
    return decide(&s, zone, name, type, question, labels);
}

struct dnssec_proof dnssec_proof_of_answer(struct facts *f, const struct answer *answer, const dname *zone,
                                           struct dnssec_keys keys, enum denial_question question, unsigned labels)
{
    const struct zone *file = facts_zone(f);
    if (answer->reply != NULL)
        return dnssec_proof_of_reply(f, answer->reply, zone, keys, answer->owner, answer->type, question, labels);
    if (file == NULL || !dname_equal(zone_apex(file), zone))
        return (struct dnssec_proof){.status = DNSSEC_UNDETERMINED, .why = DNSSEC_WHY_FACT,
                                     .reason = REASON_NEEDS_LIVE};
    struct sorted s = {0};
    struct dnssec_work work = DNSSEC_WORK_REPLY;
    struct answer again;
    const struct rrset *denial[3];
    size_t count = 0;
    zone_answer(file, facts_scratch(f), answer->owner, answer->type, &again, NULL, denial, &count);
    for (size_t i = 0; i < count; i++)
        sort_set(f, denial[i], zone, keys, &work, &s);
    return decide(&s, zone, answer->owner, answer->type, question, labels);
}
