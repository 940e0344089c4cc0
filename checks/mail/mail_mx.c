/* SPDX-License-Identifier: BSD-2-Clause */
/* MX records that name no proper host: aliases, addresses, malformed null MX, hosts in private space. */
#include "checks/mail/mail_check.h"

#include <string.h>

static struct finding *about(struct facts *f, const struct rrset *mx, uint16_t index, struct finding *finding)
{
    finding->rrtype = RRTYPE_MX;
    finding->discriminator = dname_text(facts_scratch(f), rdata_name(&mx->rdata[index], 2));
    finding->location = mx->where != NULL ? &mx->where[index] : NULL;
    return finding;
}

static const char *host_name(struct facts *f, const struct rrset *mx, uint16_t index)
{
    return dname_text(facts_scratch(f), rdata_name(&mx->rdata[index], 2));
}

/* ---- mx.is-cname ---- */

static enum verdict run_cname(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct rrset *mx = mail_mx_set(f, target, out, &verdict);
    if (mx == NULL)
        return verdict;
    for (uint16_t i = 0; i < mx->count; i++) {
        const dname *host = mail_mx_host(mx, i, target);
        const struct answer *answer = host != NULL ? facts_lookup(f, host, RRTYPE_A) : NULL;
        if (answer == NULL)
            continue;
        if (answer->state == ANSWER_UNKNOWN)
            findings_undetermined(out, answer->reason, "the mail host %s could not be looked up",
                                  host_name(f, mx, i));
        if (answer->state == ANSWER_ALIAS && answer->target != NULL)
            about(f, mx, i,
                  findings_add(out, target, "the mail host %s is an alias of %s", host_name(f, mx, i),
                               dname_text(facts_scratch(f), answer->target)));
    }
    return VERDICT_PASS;
}

/* ---- mx.is-address ---- */

static enum verdict run_address(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct rrset *mx = mail_mx_set(f, target, out, &verdict);
    if (mx == NULL)
        return verdict;
    for (uint16_t i = 0; i < mx->count; i++) {
        const dname *host = rdata_name(&mx->rdata[i], 2);
        if (host != NULL && mail_is_address(host, target))
            about(
                f, mx, i,
                findings_add(out, target, "the mail host %s is an address, not a name", host_name(f, mx, i)));
    }
    return VERDICT_PASS;
}

/* ---- mx.null-malformed ---- */

static enum verdict run_null(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct rrset *mx = mail_mx_set(f, target, out, &verdict);
    if (mx == NULL)
        return verdict;
    for (uint16_t i = 0; i < mx->count; i++) {
        const struct rdata *rdata = &mx->rdata[i];
        const dname *host = rdata_name(rdata, 2);
        if (host == NULL || !dname_is_root(host))
            continue;
        const unsigned preference = (unsigned)((rdata->octets[0] << 8) | rdata->octets[1]);
        if (mx->count + mx->more > 1)
            about(f, mx, i, findings_add(out, target, "a null MX stands beside other MX records"));
        else if (preference != 0)
            about(f, mx, i, findings_add(out, target, "the null MX has preference %u, not 0", preference));
    }
    return VERDICT_PASS;
}

/* ---- mx.private-address ---- */

static void judge_addresses(struct facts *f, const dname *target, const struct rrset *mx, uint16_t index,
                            const dname *host, struct findings *out)
{
    const struct addresses *hosts = addresses_of(f, host);
    char text[ADDRESS_TEXT_SIZE];
    const struct address *first = NULL;
    size_t private = 0;
    for (size_t i = 0; i < hosts->count; i++) {
        if (settings_public(facts_settings(f), &hosts->list[i]))
            continue;
        first = first != NULL ? first : &hosts->list[i];
        private++;
    }
    if (hosts->state == ANSWER_UNKNOWN)
        findings_undetermined(out, hosts->reason, "the addresses of the mail host %s could not be looked up",
                              host_name(f, mx, index));
    if (first == NULL)
        return;
    const char *kind = address_special(first);
    struct finding *finding =
        about(f, mx, index,
              findings_add(out, target, "the mail host %s has %s address %s%s%s", host_name(f, mx, index),
                           private == hosts->count ? "only an unreachable" : "an unreachable",
                           address_text(first, text), kind != NULL ? ": " : "", kind != NULL ? kind : ""));
    if (private < hosts->count) /* senders go on to the next address */
        finding->severity = SEVERITY_MEDIUM;
}

static enum verdict run_private(struct facts *f, const dname *target, struct findings *out)
{
    enum verdict verdict;
    const struct rrset *mx = mail_mx_set(f, target, out, &verdict);
    if (mx == NULL)
        return verdict;
    for (uint16_t i = 0; i < mx->count; i++) {
        const dname *host = mail_mx_host(mx, i, target);
        if (host != NULL)
            judge_addresses(f, target, mx, i, host, out);
    }
    return VERDICT_PASS;
}

#define MX_COMMON                                                                                            \
    MAIL_COMMON, .effort = "minutes", .tags = "mail mx", .modes = MODE_BOTH, .traffic = TRAFFIC_DNS,         \
                 .subject_kind = "name", .discriminator = "mail host", .scope = SCOPE_TARGET

const struct check topic_mail_mx[] = {
    {
        MX_COMMON,
        .id = "mx.is-address",
        .title = "MX records name hosts",
        .failure_title = "An MX record has an address in place of a host name",
        .why =
            "No sender delivers to a name that looks like an address: mail for the domain bounces or waits.",
        .fix = "Give the address a name with an A or AAAA record, and put that name into the MX record.",
        .fix_record = "example.test. MX 10 mail.example.test.",
        .severity = SEVERITY_HIGH,
        .needs = "MX",
        .references = {RFC(1035, "3.3.9"), RFC(5321, "2.3.5")},
        .example_pass = "@ MX 10 mail\nmail A 192.0.2.25\n",
        .example_fail = "@ MX 10 192.0.2.25.\n",
        .run = run_address,
    },
    {
        MX_COMMON,
        .id = "mx.private-address",
        .title = "Mail hosts have public addresses",
        .failure_title = "A mail host has an address that nobody outside can reach",
        .why = "Senders cannot reach private or reserved addresses, so mail waits or is lost; and the record "
               "shows the "
               "inside of the network.",
        .fix = "Publish the public address of the mail host, or the name of the relay that takes mail from "
               "outside.",
        .severity = SEVERITY_HIGH,
        .needs = "MX, and A and AAAA of the hosts",
        .references = {RFC_WHOLE(6890), RFC(5321, "5.1")},
        .false_positives = "A zone that only an inside view serves.",
        .example_pass = "@ MX 10 mail\nmail A 192.0.2.25\n",
        .example_fail = "@ MX 10 mail\nmail A 10.0.0.25\n",
        .run = run_private,
    },
    {
        MX_COMMON,
        .id = "mx.is-cname",
        .title = "MX records name hosts, not aliases",
        .failure_title = "A mail host is an alias",
        .why = "An MX record must name a host that has addresses of its own. Some senders refuse aliases, "
               "others look "
               "for certificates and TLSA records under the wrong name.",
        .fix = "Put the name where the alias leads into the MX record.",
        .severity = SEVERITY_MEDIUM,
        .needs = "MX, and A of the hosts",
        .references = {RFC(2181, "10.3"), RFC(5321, "5.1")},
        .example_pass = "@ MX 10 mail\nmail A 192.0.2.25\n",
        .example_fail = "@ MX 10 mx\nmx CNAME mail\nmail A 192.0.2.25\n",
        .run = run_cname,
    },
    {
        MX_COMMON,
        .id = "mx.null-malformed",
        .title = "A null MX stands alone with preference 0",
        .failure_title = "A null MX is malformed",
        .why = "\".\" as mail host says that the domain takes no mail, which cannot be true and untrue at "
               "once: senders "
               "differ in what they make of it, and some mail is lost.",
        .fix = "Keep one MX record, 0 and \".\", if the domain takes no mail; else delete that record.",
        .fix_record = "example.test. MX 0 .",
        .severity = SEVERITY_MEDIUM,
        .needs = "MX",
        .references = {RFC(7505, "3")},
        .example_pass = "@ MX 0 .\n",
        .example_fail = "@ MX 0 .\n@ MX 10 mail\nmail A 192.0.2.25\n",
        .run = run_null,
    },
    {0},
};
