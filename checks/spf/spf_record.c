/* SPDX-License-Identifier: BSD-2-Clause */
/* Is there exactly one SPF record, and will receivers recognise it? */
#include "auditor/check_zone.h"
#include "auditor/facts/derived/mail.h"
#include "checks/spf/spf_check.h"

static enum verdict not_known(const struct spf_selection *s, struct findings *out)
{
    if (s->state == SPF_SELECTED_UNKNOWN)
        findings_undetermined(out, s->reason, "the TXT records of the name are not known");
    return VERDICT_UNDETERMINED;
}

static enum verdict skip(struct findings *out, const char *why)
{
    findings_skip(out, SKIP_NOT_APPLICABLE, "%s", why);
    return VERDICT_SKIPPED;
}

static bool known(const struct spf_selection *s)
{
    return s->state != SPF_SELECTED_PENDING && s->state != SPF_SELECTED_UNKNOWN;
}

/* What the two rows about absence have in common. VERDICT_FAIL: a record is absent, go on. */
static enum verdict absence(const dname *target, const struct spf_selection *s, const struct mail *mail,
                            enum mail_state wanted, struct findings *out)
{
    if (mail_exempt(target))
        return skip(out, "a top-level domain, the root or a name under arpa is not asked for one");
    if (!known(s))
        return not_known(s, out);
    if (s->state == SPF_SELECTED_NONE && s->nxdomain)
        return skip(out, "the name does not exist");
    if (mail->state == MAIL_STATE_PENDING)
        return VERDICT_UNDETERMINED;
    if (mail->state == MAIL_STATE_UNKNOWN && s->state == SPF_SELECTED_NONE) {
        findings_undetermined(out, mail->reason, "whether the name is used for mail is not known");
        return VERDICT_UNDETERMINED;
    }
    if (mail->state != MAIL_STATE_UNKNOWN && mail->state != wanted)
        return skip(out, mail->why);
    if (s->state != SPF_SELECTED_NONE)
        return VERDICT_PASS;
    if (s->near_count > 0)
        return skip(
            out, "there is a record, but receivers do not recognise it (spf.version-bad, spf.string-join)");
    return VERDICT_FAIL;
}

static enum verdict run_missing(struct facts *f, const dname *target, struct findings *out)
{
    if (check_zone_unasked(f, out) == VERDICT_SKIPPED)
        return VERDICT_SKIPPED;
    const struct spf_selection *s = spf_select(f, target);
    const struct mail *mail = mail_of(f, target);
    enum verdict verdict = absence(target, s, mail, MAIL_STATE_USED, out);
    if (verdict != VERDICT_FAIL)
        return verdict;
    struct finding *finding = findings_add(out, target, "no SPF record, though %s", mail->why);
    finding->rrtype = RRTYPE_TXT;
    finding->fix_record =
        arena_printf(facts_scratch(f), "%s TXT \"v=spf1 mx -all\"", dname_text(facts_scratch(f), target));
    return VERDICT_FAIL;
}

/* The user said that no mail is sent: then nothing but a plain refusal will do. */
static bool refuses_all(const struct spf_tree *tree)
{
    return tree->root != NULL && !tree->own.any4 && !tree->own.any6 && !tree->included.any4 &&
           !tree->included.any6 && tree->root->outcome == '-';
}

static enum verdict run_missing_nonmail(struct facts *f, const dname *target, struct findings *out)
{
    if (check_zone_unasked(f, out) == VERDICT_SKIPPED)
        return VERDICT_SKIPPED;
    const struct spf_selection *s = spf_select(f, target);
    const struct mail *mail = mail_of(f, target);
    const char *text = "no SPF record says that this name sends no mail";
    enum verdict verdict = absence(target, s, mail, MAIL_STATE_UNUSED, out);
    if (verdict == VERDICT_PASS && mail->state == MAIL_STATE_UNUSED && mail->told &&
        s->state == SPF_SELECTED_ONE) {
        const struct spf_tree *tree = spf_of(f, target);
        if (refuses_all(tree))
            return VERDICT_PASS;
        if (tree->unknown || tree->pending)
            return VERDICT_UNDETERMINED;
        text = "the SPF record does not refuse everybody, though the name is said to send no mail";
    } else if (verdict != VERDICT_FAIL) {
        return verdict;
    }
    struct finding *finding = findings_add(out, target, "%s (%s)", text, mail->why);
    finding->rrtype = RRTYPE_TXT;
    finding->fix_record =
        arena_printf(facts_scratch(f), "%s TXT \"v=spf1 -all\"", dname_text(facts_scratch(f), target));
    return VERDICT_FAIL;
}

static enum verdict run_multiple(struct facts *f, const dname *target, struct findings *out)
{
    const struct spf_selection *s = spf_select(f, target);
    struct arena *a = facts_scratch(f);
    if (!known(s))
        return not_known(s, out);
    if (s->state == SPF_SELECTED_NONE)
        return skip(out, "there is no SPF record");
    if (s->state == SPF_SELECTED_ONE)
        return VERDICT_PASS;
    struct finding *finding = findings_add(
        out, target, "%zu SPF records at one name: receivers stop with a permanent error", s->record_count);
    finding->rrtype = RRTYPE_TXT;
    finding->location = spf_location(&s->records[1]);
    for (size_t i = 0; i < s->record_count; i++)
        finding_note(out, finding, "record", "%s", text_ascii(a, s->records[i].text, s->records[i].length));
    return VERDICT_FAIL;
}

static enum verdict run_version(struct facts *f, const dname *target, struct findings *out)
{
    const struct spf_selection *s = spf_select(f, target);
    struct arena *a = facts_scratch(f);
    if (!known(s))
        return not_known(s, out);
    if (s->record_count == 0 && s->near_count == 0)
        return skip(out, "there is no SPF record");
    for (size_t i = 0; i < s->near_count; i++) {
        const struct spf_text *t = &s->near[i];
        /* spf.string-join and spf.non-ascii name the cause more closely. */
        if (t->seam != 0 || (t->fault < t->length && (unsigned char)t->text[t->fault] >= 0x80))
            continue;
        const char *text = text_ascii(a, t->text, t->length < 80 ? t->length : 80);
        struct finding *finding =
            findings_add(out, target,
                         "\"%s\" is not selected as SPF: it must start with \"v=spf1\" and a space "
                         "(it differs at octet %zu)",
                         text, t->fault + 1);
        finding->rrtype = RRTYPE_TXT;
        finding->discriminator = text;
        finding->location = spf_location(t);
        if (s->record_count > 0)
            finding->severity = SEVERITY_LOW; /* a good record stands beside it */
    }
    return VERDICT_PASS;
}

/* Type 99 was given up by RFC 7208 section 3.1: receivers read TXT only. */
static enum verdict run_type99(struct facts *f, const dname *target, struct findings *out)
{
    const struct spf_selection *s = spf_select(f, target);
    facts_mark(f);
    const struct answer *answer = facts_lookup(f, target, RRTYPE_SPF);
    if (answer->state == ANSWER_PENDING || answer->state == ANSWER_UNKNOWN)
        return VERDICT_UNDETERMINED;
    if (answer->state != ANSWER_RRSET)
        return VERDICT_PASS;
    struct finding *finding = findings_add(
        out, target, "%s",
        s->state == SPF_SELECTED_NONE ? "the policy stands in a record of type SPF only, which nobody reads"
                                      : "a record of type SPF stands beside the TXT record; nobody reads it");
    finding->rrtype = RRTYPE_SPF;
    if (s->state != SPF_SELECTED_NONE)
        finding->severity = SEVERITY_LOW;
    if (answer->rrset->where != NULL)
        finding->location = &answer->rrset->where[0];
    return VERDICT_FAIL;
}

const struct check topic_spf_record[] = {
    {
        SPF_COMMON,
        .id = "spf.missing",
        .title = "A domain that uses mail says which hosts may send for it",
        .failure_title = "A domain that uses mail has no SPF record",
        .why = "Without SPF a receiver cannot tell the domain's own mail hosts from any other host, so "
               "anybody can use the name as envelope sender.",
        .fix = "Publish one TXT record at the name that lists the hosts that send for it and ends with "
               "-all or ~all.",
        .fix_record = "example.test. TXT \"v=spf1 mx -all\"",
        .tags = "spf mail spoofing",
        .severity = SEVERITY_MEDIUM,
        .needs = "TXT, MX and addresses of the name",
        .references = {RFC(7208, "3"), RFC(7208, "10.1.2")},
        .false_positives = "A name that has an address but neither takes nor sends mail: say so with "
                           "--mail no, or publish a null MX.",
        .example_pass = "@ MX 10 mail\nmail A 192.0.2.25\n@ TXT \"v=spf1 mx -all\"\n",
        .example_fail = "@ MX 10 mail\nmail A 192.0.2.25\n",
        .run = run_missing,
    },
    {
        SPF_COMMON,
        .id = "spf.missing-nonmail",
        .title = "A name without mail says that nobody may send for it",
        .failure_title = "A name without mail does not refuse senders",
        .why = "Parked and web-only names are popular as forged senders, for nobody watches them.",
        .fix = "Publish an SPF record that permits nobody.",
        .fix_record = "example.test. TXT \"v=spf1 -all\"",
        .tags = "spf mail spoofing parked",
        .severity = SEVERITY_LOW,
        .needs = "TXT, MX and addresses of the name",
        .references = {RFC(7208, "10.1.2"), RFC_WHOLE(7505)},
        .example_pass = "@ MX 0 .\n@ TXT \"v=spf1 -all\"\n",
        .example_fail = "@ MX 0 .\n",
        .run = run_missing_nonmail,
    },
    {
        SPF_COMMON,
        .id = "spf.multiple",
        .title = "The name has one SPF record",
        .failure_title = "The name has several SPF records",
        .why = "A receiver that finds two SPF records must stop with a permanent error, so neither "
               "protects the name and legitimate mail may be refused.",
        .fix = "Merge them into one record: one \"v=spf1\", the terms of both, one \"all\" at the end.",
        .fix_record = "example.test. TXT \"v=spf1 mx include:spf.provider.test -all\"",
        .tags = "spf mail delivery",
        .severity = SEVERITY_HIGH,
        .needs = "TXT of the name",
        .references = {RFC(7208, "3.2"), RFC(7208, "4.5")},
        .example_pass = "@ TXT \"v=spf1 mx -all\"\n@ TXT \"some other text\"\n",
        .example_fail = "@ TXT \"v=spf1 mx -all\"\n@ TXT \"v=spf1 a -all\"\n",
        .run = run_multiple,
    },
    {
        SPF_COMMON,
        .id = "spf.version-bad",
        .title = "Receivers recognise the SPF record",
        .failure_title = "A record is meant as SPF, but receivers do not recognise it",
        .why = "A record is selected only if it starts with exactly v=spf1, followed by a space or "
               "nothing. Anything else is ignored, and the name is as open as without SPF.",
        .fix = "Let the text start with \"v=spf1\" and a space, nothing in front of it.",
        .fix_record = "example.test. TXT \"v=spf1 mx -all\"",
        .tags = "spf mail spoofing",
        .severity = SEVERITY_HIGH,
        .needs = "TXT of the name",
        .discriminator = "the record",
        .references = {RFC(7208, "4.5"), RFC(7208, "12")},
        .example_pass = "@ TXT \"V=SPF1 mx -all\"\n",
        .example_fail = "@ TXT \"v=spf1; mx; -all\"\n",
        .run = run_version,
    },
    {
        SPF_COMMON,
        .id = "spf.type99",
        .title = "SPF stands in TXT, not in the abandoned type SPF",
        .failure_title = "A record of type SPF is left",
        .why = "Type 99 was given up in 2014: receivers read TXT only. A forgotten copy goes stale and "
               "misleads those who maintain the zone.",
        .fix = "Remove the record of type SPF; keep (or publish) the TXT record.",
        .tags = "spf mail hygiene",
        .severity = SEVERITY_MEDIUM,
        .needs = "type 99 and TXT of the name",
        .references = {RFC(7208, "3.1")},
        .example_pass = "@ TXT \"v=spf1 mx -all\"\n",
        .example_fail = "@ SPF \"v=spf1 mx -all\"\n",
        .run = run_type99,
    },
    {0},
};
