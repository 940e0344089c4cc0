/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks are tested over a small world written as text: no network, the same facts as live or offline.
 *
 * World text, one statement a line:
 *   www A 10.0.0.1                     a record: [TTL] [IN] TYPE RDATA; relative names are below example.test.
 *                                      records go to the deepest zone declared; a name under no declared zone (not
 *                                      below example.test. or another !zone) lives in the zone of its TLD
 *   !target NAME                       what is audited (default example.test.)
 *   !offline                           the target's zone is a file; nothing else is known
 *   !bare                              no default SOA, NS and ns1/ns2 addresses for example.test.
 *   !zone NAME ADDRESS[,ADDRESS]       another zone and who serves it; it needs its own SOA and NS, or gets defaults.
 *                                      Without an address, in an offline world: one more zone file of the run (also
 *                                      the parent: "!zone test.")
 *   !before [live|new]                 what follows, to the end, is the earlier state, whole: records, !zone, !bare and
 *                                      !sign as above. live: it was read from servers; new: the target's zone is not
 *                                      in it. Offline worlds only
 *   !unregistered NAME                 the TLD answers NXDOMAIN for it (any name never mentioned does so too)
 *   !parent RECORD                     parent side of example.test.: NS, glue, DS. Any NS here replaces the default copy
 *   !only ADDRESS RECORD               this server has this record in place of the zone's set of that owner and type
 *   !later ADDRESS RECORD              the same from the second look on (repeat 1 and above)
 *   !server ADDRESS OWNER TYPE WHAT    how a server treats a question; OWNER, TYPE may be *. WHAT: timeout refused
 *                                      servfail formerr notimp nxdomain nodata noaa no-udp no-tcp no-edns drop-edns
 *                                      unsigned (leaves out RRSIG) case referral-root malformed network truncated
 *                                      other-source wrong-id (these two by UDP only) unrelated
 *   !timeout OWNER TYPE                no server tells: facts_lookup is UNKNOWN; also !servfail !refused !network
 *   !axfr ADDRESS WHAT                 open empty refused timeout; default refused. !ixfr the same
 *   !walk WHAT [NAME ...]              nsec nsec3 minimal unsigned (default by the zone's records)
 *   !http HOST[/PATH] STATUS BODY...   and !https; "\n" in BODY is a line end. Not listed: connection refused.
 *                                      A body for HOST * serves every host. Header lines: !http-header HOST LINE
 *                                      STATUS may be why there is none: timeout network malformed
 *   !untrusted HOST                    the certificate of the host is not good
 *   !ch ADDRESS NAME TEXT              CHAOS TXT answer; default refused
 *   !recursion ADDRESS open|flag       resolves foreign names | sets RA and refuses
 *   !vantage WORD                      no-ipv4 no-ipv6 no-tcp intercepted lossy parents-silent
 *   !now TIME                          default 2026-01-01T00:00:00Z
 *   !names NAME ...   !mail yes|no   !no-http   !intrusive   !owned NAME   !ignore NAME
 *   !option CHECK NAME VALUE           an option of a check, as the configuration would set it
 *   !gone                              offline: the target's zone is not among the files
 *   !gaps [apex] [records] [sets]      offline: what the target's zone does not hold (enum zone_gap)
 *   !ds TAG ALGORITHM TYPE DIGEST      a DS given with --ds
 *   !sign ZONE [ALGORITHM] [nsec|nsec3] [KEY=VALUE ...]   real keys and signatures for a zone (tests/world_sign.h)
 *
 * Default servers: example.test. ns1 192.0.2.1 and 2001:db8::1, ns2 192.0.2.2; test. 192.0.2.251 and .252; the root
 * 192.0.2.241. 192.0.2.0/24, 198.51.100.0/24 and 2001:db8::/32 count as public; 203.0.113.0/24 does not. */
#ifndef ZONEVET_TESTS_CHECK_TEST_H
#define ZONEVET_TESTS_CHECK_TEST_H

#include "auditor/check.h"
#include "auditor/facts/store.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define ANY_SEVERITY ((enum severity)99)

struct check_case {
    const char *name;  /* of the row: becomes a cmocka test */
    const char *world;
    enum verdict expected;
    const char *subjects; /* space-separated subjects of the findings in canonical order; NULL: not compared */
    const char *severities; /* "high low", one a finding in the same order; NULL: not compared */
    const char *decision;   /* of the first finding; NULL: not compared */
    enum reason reason;     /* VERDICT_UNDETERMINED: the reason; REASON_NONE: not compared */
};

/** Run one check of a topic over the cases, each until no fact is missing, twice. @return for main() */
int check_test_run(const struct check *topic, const char *id, const struct check_case *cases, size_t count);

/* ---- for tests of derived facts ---------------------------------------------------------------------------------- */

struct world;
struct world *world_new(const char *text); /* fails the test on a bad statement */
void world_free(struct world *w);
struct facts *world_facts(struct world *w); /* the target's store; demands are answered in world_settle */

/** Begin anew with the same world and an empty store. The fact with this key (fact_key() of the store before; the octets
 * must stay) is answered with a timeout; NULL: all are answered. */
void world_again(struct world *w, const uint8_t *silent, size_t silent_length);

/** Run fn until nothing it reads is pending (at most 100 rounds). fn must be pure over facts. */
void world_settle(struct world *w, void (*fn)(struct facts *f, void *context), void *context);

#endif
