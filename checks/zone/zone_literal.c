/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses that programs read differently. */
#include "auditor/facts/address.h"
#include "checks/zone/zone_check.h"
#include "checks/zone/zone_faults.h"

#include <string.h>

static enum verdict run(struct facts *f, const dname *subject, struct findings *out)
{
    (void)subject;
    return zone_faults_report(f, out, ZONE_KIND(ZONE_FAULT_ADDRESS),
                              "every address is written in the one form all read");
}

/* ::ffff:0:0/96 (RFC 4291 section 2.5.5.2): no packet goes there, and sockets send IPv4 to the address
 * inside. */
static bool mapped(const struct rdata *rdata)
{
    static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};
    return rdata->length == 16 && memcmp(rdata->octets, prefix, sizeof(prefix)) == 0;
}

static void visit(struct facts *f, const struct zone_node *node, struct findings *out)
{
    const struct rrset *set = zone_node_set(node, RRTYPE_AAAA);
    for (uint16_t i = 0; set != NULL && i < set->count; i++) {
        if (!mapped(&set->rdata[i]))
            continue;
        const char *text = rdata_text(facts_scratch(f), RRTYPE_AAAA, &set->rdata[i]);
        struct finding *finding = findings_add(out, node->owner,
                                               "the AAAA record of %s is %s, an IPv4 address in the dress of "
                                               "IPv6",
                                               dname_text(facts_scratch(f), node->owner), text);
        finding->discriminator = text;
        zone_check_at(f, finding, set, i);
    }
}

const struct check topic_zone_literal[] = {
    {
        .id = "zone.a-leading-zero",
        .area = "zone",
        .title = "Addresses are written so that every program reads the same",
        .failure_title = "An address is written so that programs read it differently",
        .why = "010 is ten to one program and eight to another, and ::ffff:192.0.2.1 is IPv6 on the wire "
               "and IPv4 in the socket: traffic goes to another host, and filters that compare addresses "
               "are passed by.",
        .fix = "Write IPv4 addresses as four decimal numbers without leading zeros in A records, and only "
               "real IPv6 addresses in AAAA records.",
        .effort = "minutes",
        .tags = "zone-file addresses",
        .severity = SEVERITY_MEDIUM,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_OFFLINE,
        .needs = "the zone file",
        .traffic = TRAFFIC_NONE,
        .subject_kind = "name",
        .discriminator = "address",
        .references = {RFC(6943, "3.1.1"), RFC(4291, "2.5.5.2")},
        .controls = {{"nist-800-53r5", "CM-6"}},
        .cwe = "CWE-1389",
        .since = "0.2.0",
        .example_pass = "!offline\nwww A 192.0.2.10\nwww AAAA 2001:db8::10",
        .example_fail = "!offline\nwww AAAA ::ffff:192.0.2.10",
        .scope = SCOPE_OWNER,
        .run = run,
        .visit = visit,
        .types = ZONE_HAS(AAAA),
    },
    {0},
};
