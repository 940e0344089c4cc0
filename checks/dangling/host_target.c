/* SPDX-License-Identifier: BSD-2-Clause */
/* Hosts that records name. */
#include "checks/dangling/host_target.h"

#include "auditor/facts/derived/resolution.h"
#include "auditor/facts/derived/suffix.h"

/* "." says that there is no such service (RFC 2782, RFC 7505), and an address written as a name is a fault of
 * its own: neither is a host to look up. */
static bool is_host(const dname *name)
{
    if (dname_is_root(name))
        return false;
    const dname *last = dname_ancestor(name, 1);
    for (size_t i = 1; i <= last[0]; i++) {
        if (last[i] < '0' || last[i] > '9')
            return true;
    }
    return false;
}

/* The name that is missing may stand at the end of a chain: that is the domain to look at. */
static struct host_target absent(struct facts *f, const dname *missing)
{
    struct host_target out = {.state = HOST_ABSENT};
    if (takeover_internal(f, missing) || takeover_ignored(f, missing))
        return out;
    const struct registration *domain = registration_of(f, missing);
    if (domain->state == REGISTRATION_FREE)
        return (struct host_target){.state = HOST_FREE, .domain = domain};
    if (domain->state == REGISTRATION_UNKNOWN || domain->state == REGISTRATION_PENDING)
        return (struct host_target){.state = HOST_UNKNOWN, .reason = domain->reason};
    return out;
}

struct host_target host_target(struct facts *f, const dname *host)
{
    if (!is_host(host) || takeover_ignored(f, host))
        return (struct host_target){.state = HOST_FINE};
    const struct addresses *addresses = addresses_of(f, host);
    switch (addresses->state) {
    case ANSWER_PENDING:
    case ANSWER_UNKNOWN:
        return (struct host_target){.state = HOST_UNKNOWN, .reason = addresses->reason};
    case ANSWER_NXDOMAIN:
        return absent(f, addresses->canonical != NULL ? addresses->canonical : host);
    case ANSWER_NODATA:
        return (struct host_target){.state = addresses->loop ? HOST_FINE : HOST_NO_ADDRESS};
    default:
        return (struct host_target){.state = HOST_FINE};
    }
}

void host_target_unknown(struct facts *f, struct findings *out, const struct host_target *target,
                         const dname *host)
{
    findings_undetermined(out, target->reason, "whether %s exists could not be found out",
                          dname_text(facts_scratch(f), host));
}

void host_target_free(struct facts *f, struct findings *out, struct finding *finding,
                      const struct host_target *target)
{
    finding->severity = SEVERITY_HIGH;
    finding->decision = takeover_row_text(TAKEOVER_R2);
    finding->confidence = target->domain->seen_twice ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE;
    finding_note(out, finding, "registry", "%s: NXDOMAIN from %u of the registry's servers%s",
                 dname_text(facts_scratch(f), target->domain->domain), target->domain->servers,
                 target->domain->seen_twice ? ", twice" : "");
    finding_note(out, finding, "against",
                 "a domain on hold, in redemption or without name servers looks the same from the DNS");
    finding_note(out, finding, "suffix list", "%s", suffix_version());
}
