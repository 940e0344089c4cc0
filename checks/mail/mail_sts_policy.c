/* SPDX-License-Identifier: BSD-2-Clause */
/* The MTA-STS policy: can senders fetch it, can they read it, does it name the mail hosts. */
#include "auditor/facts/derived/mail_policy.h"
#include "checks/mail/mail_check.h"

/* The policy that a record announces; NULL: *verdict is what to return, the reason is said. */
static const struct sts_policy *announced(struct facts *f, const dname *target, struct findings *out,
                                          enum verdict *verdict)
{
    const struct announcements *record = mta_sts_record(f, target);
    *verdict = VERDICT_UNDETERMINED;
    switch (record->state) {
    case ANNOUNCED_ONE:
        break;
    case ANNOUNCED_PENDING:
        return NULL;
    case ANNOUNCED_UNKNOWN:
        findings_undetermined(out, record->reason, "the MTA-STS record could not be looked up");
        return NULL;
    default:
        findings_skip(out, SKIP_NOT_APPLICABLE, "no MTA-STS record announces a policy");
        *verdict = VERDICT_SKIPPED;
        return NULL;
    }
    const struct sts_policy *p = mta_sts_policy(f, target);
    if (p->state == STS_FETCH_UNKNOWN)
        findings_undetermined(out, p->reason, "the policy could not be fetched from %s", p->host);
    return p->state == STS_FETCH_FAILED || p->state == STS_FETCH_DONE ? p : NULL;
}

/* ---- mta-sts.policy-unreachable ---- */

static enum verdict run_unreachable(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct sts_policy *p = announced(f, target, out, &verdict);
    if (p == NULL)
        return verdict;
    if (p->state == STS_FETCH_DONE) {
        findings_pass(out, "https://%s/.well-known/mta-sts.txt is served", p->host);
        return VERDICT_PASS;
    }
    struct finding *finding =
        findings_add(out, target, "the policy host %s does not serve the policy: %s", p->host, p->failure);
    char text[ADDRESS_TEXT_SIZE];
    if (p->address.family != 0)
        finding_note(out, finding, "address", "%s", address_text(&p->address, text));
    finding->confidence = p->failure_sure ? CONFIDENCE_CONFIRMED : CONFIDENCE_LIKELY;
    return VERDICT_FAIL;
}

/* ---- mta-sts.policy-syntax ---- */

static const struct sts_policy *fetched(struct facts *f, const dname *target, struct findings *out,
                                        enum verdict *verdict)
{
    const struct sts_policy *p = announced(f, target, out, verdict);
    if (p == NULL || p->state == STS_FETCH_DONE)
        return p;
    findings_skip(out, SKIP_NOT_APPLICABLE, "the policy cannot be fetched (mta-sts.policy-unreachable)");
    *verdict = VERDICT_SKIPPED;
    return NULL;
}

static enum verdict run_syntax(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct sts_policy *p = fetched(f, target, out, &verdict);
    if (p == NULL)
        return verdict;
    for (size_t i = 0; i < p->fault_count; i++) {
        struct finding *finding =
            findings_add(out, target, "the policy at %s: %s", p->host, p->faults[i].message);
        finding->discriminator = p->faults[i].slug;
        if (!p->faults[i].ignored)
            finding->severity = SEVERITY_MEDIUM;
    }
    return VERDICT_PASS;
}

/* ---- mta-sts.mx-not-covered ---- */

static enum verdict run_coverage(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    struct mail_hosts hosts;
    mail_hosts_of(f, target, out, &hosts, &verdict);
    const struct sts_policy *p = fetched(f, target, out, &verdict);
    if (p == NULL || !hosts.known)
        return verdict;
    if (!p->valid || p->mode == STS_MODE_NONE) {
        findings_skip(out, SKIP_NOT_APPLICABLE,
                      p->valid ? "the policy is of mode none"
                               : "the policy is malformed (mta-sts.policy-syntax)");
        return VERDICT_SKIPPED;
    }
    if (hosts.count == 0) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "the name has no mail host");
        return VERDICT_SKIPPED;
    }
    for (size_t i = 0; i < hosts.count; i++) {
        if (sts_policy_covers(p, hosts.list[i]))
            continue;
        const char *host = dname_text(facts_scratch(f), hosts.list[i]);
        struct finding *finding =
            findings_add(out, target, "the policy does not allow the mail host %s", host);
        finding->discriminator = host;
        if (p->mode != STS_MODE_ENFORCE) /* senders only report it */
            finding->severity = SEVERITY_MEDIUM;
        for (size_t m = 0; m < p->mx_count && m < 20; m++)
            finding_note(out, finding, "allowed", "%s", p->mx[m]);
    }
    return VERDICT_PASS;
}

#define POLICY_COMMON                                                                                        \
    MAIL_COMMON, .tags = "mail mta-sts tls http", .modes = MODE_LIVE, .traffic = TRAFFIC_DNS | TRAFFIC_HTTP, \
                 .subject_kind = "name", .cwe = "CWE-319", .scope = SCOPE_TARGET, .severity = SEVERITY_HIGH
#define HOST "mta-sts A 192.0.2.80\n_mta-sts TXT \"v=STSv1; id=1\"\n@ MX 10 mail\nmail A 192.0.2.25\n"
#define SERVED HOST "!https mta-sts.example.test/.well-known/mta-sts.txt 200 "

const struct check topic_mail_sts_policy[] = {
    {
        POLICY_COMMON,
        .id = "mta-sts.policy-unreachable",
        .title = "Senders can fetch the MTA-STS policy",
        .failure_title = "Senders cannot fetch the MTA-STS policy",
        .why = "The record promises a policy that nobody can fetch. New senders get no protection, and those "
               "with an older "
               "copy keep to it until it ends, whatever has changed since.",
        .fix = "Serve the file at https://mta-sts.<domain>/.well-known/mta-sts.txt with status 200, without "
               "redirect, and "
               "with a certificate for that host from a public CA; or delete the record.",
        .effort = "hours",
        .confidence_lowest = CONFIDENCE_LIKELY,
        .needs = "TXT at _mta-sts, addresses of the policy host, one GET over https",
        .references = {RFC(8461, "3.3")},
        .false_positives =
            "A web server that answers senders and refuses this address. One failed fetch may be bad luck: "
            "run again.",
        .example_pass =
            SERVED "version: STSv1\\nmode: enforce\\nmx: mail.example.test\\nmax_age: 604800\\n\n",
        .example_fail = HOST,
        .run = run_unreachable,
    },
    {
        POLICY_COMMON,
        .id = "mta-sts.policy-syntax",
        .title = "The MTA-STS policy is well formed",
        .failure_title = "The MTA-STS policy is malformed",
        .why = "Senders drop a policy that they cannot read, so mail on its way is not protected though all "
               "looks set up.",
        .fix = "Serve lines of key and value: version: STSv1, mode:, max_age: and an mx: line for each mail "
               "host.",
        .effort = "minutes",
        .needs = "TXT at _mta-sts, addresses of the policy host, one GET over https",
        .discriminator = "the key",
        .references = {RFC(8461, "3.2")},
        .example_pass =
            SERVED "version: STSv1\\nmode: enforce\\nmx: mail.example.test\\nmax_age: 604800\\n\n",
        .example_fail =
            SERVED "version: STSv1\\nmode: enforced\\nmx: mail.example.test\\nmax_age: 604800\\n\n",
        .run = run_syntax,
    },
    {
        POLICY_COMMON,
        .id = "mta-sts.mx-not-covered",
        .title = "The MTA-STS policy allows all mail hosts",
        .failure_title = "The MTA-STS policy does not allow a mail host",
        .why = "In mode enforce senders that honour the policy do not deliver to that host: its mail waits "
               "and bounces.",
        .fix = "Add the host to the policy as an mx: line and change the id in the record; then wait for "
               "max_age before "
               "mail hosts are moved.",
        .effort = "minutes",
        .needs = "TXT at _mta-sts, MX, addresses of the policy host, one GET over https",
        .discriminator = "mail host",
        .references = {RFC(8461, "4.1"), RFC(8461, "3.2")},
        .example_pass = SERVED "version: STSv1\\nmode: enforce\\nmx: *.example.test\\nmax_age: 604800\\n\n",
        .example_fail = SERVED "version: STSv1\\nmode: enforce\\nmx: mx.example.test\\nmax_age: 604800\\n\n",
        .run = run_coverage,
    },
    {0},
};
