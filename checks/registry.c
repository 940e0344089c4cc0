/* SPDX-License-Identifier: BSD-2-Clause */
/* The one list of topics: a line here and a file of that name in checks/<area>/ make a check. */
#include "checks/registry.h"

#include <stddef.h>

/* One line a topic, in report order. */
#define TOPICS(X) \
    X(deleg_no_delegation) \
    X(deleg_working) \
    X(deleg_ns_count) \
    X(deleg_ns_set) \
    X(deleg_glue) \
    X(deleg_ns_names) \
    X(deleg_ns_addresses) \
    X(deleg_child) \
    X(deleg_cycle) \
    X(deleg_claimable) \
    X(deleg_change) \
    X(soa_presence) \
    X(soa_serial) \
    X(soa_timers) \
    X(soa_mname) \
    X(soa_signature) \
    X(soa_serial_value) \
    X(soa_change) \
    X(server_transports) \
    X(server_recursion) \
    X(server_answers) \
    X(server_protocol) \
    X(exposure_address) \
    X(exposure_version) \
    X(exposure_wildcard) \
    X(xfr_transfers) \
    X(xfr_nsec) \
    X(dnssec_bogus) \
    X(dnssec_ds) \
    X(dnssec_keys) \
    X(dnssec_algorithms) \
    X(dnssec_rrsig) \
    X(dnssec_denial) \
    X(dnssec_nsec) \
    X(dnssec_cds) \
    X(dnssec_issuance) \
    X(dnssec_rollover) \
    X(dangling_cname) \
    X(dangling_ns) \
    X(dangling_mx) \
    X(dangling_loop) \
    X(dangling_wildcard) \
    X(dangling_spf) \
    X(dangling_srv) \
    X(dangling_acme) \
    X(dangling_dkim) \
    X(dangling_svcb) \
    X(dangling_typo) \
    X(dangling_long) \
    X(dangling_removed) \
    X(spf_record) \
    X(spf_syntax) \
    X(spf_limits) \
    X(spf_tree) \
    X(spf_all) \
    X(spf_change) \
    X(dmarc_record) \
    X(dmarc_policy) \
    X(dmarc_org) \
    X(dmarc_reports) \
    X(dmarc_destination) \
    X(dmarc_change) \
    X(mail_mx) \
    X(mail_sts_record) \
    X(mail_sts_policy) \
    X(mail_tls_rpt) \
    X(mail_dane) \
    X(mail_change) \
    X(caa_missing) \
    X(caa_syntax) \
    X(caa_lookup) \
    X(caa_change) \
    X(zone_alias) \
    X(zone_cuts) \
    X(zone_dot) \
    X(zone_names) \
    X(zone_wildcards) \
    X(zone_types) \
    X(zone_inputs) \
    X(zone_families) \
    X(zone_reverse) \
    X(zone_rpz) \
    X(zone_zonemd) \
    X(zone_required) \
    X(zone_reader) \
    X(zone_records) \
    X(zone_text) \
    X(zone_literal) \
    X(zone_ttl) \
    X(zone_duplicates) \
    X(zone_removed) \
    X(zone_change)

#define DECLARE(name) extern const struct check topic_##name[];
TOPICS(DECLARE)

#define ENTRY(name) topic_##name,
const struct check *const registry_topics[] = {TOPICS(ENTRY) NULL};
