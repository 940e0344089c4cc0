/* SPDX-License-Identifier: BSD-2-Clause */
/* Signs zones of test worlds with real keys, and plants the faults that the DNSSEC rows are about.
 *
 * Options are words, in any order:
 *   13 | algorithm=13[,8...]      algorithms of the DNSKEY set; 5 7 8 10 13 14 15 16 sign, any other gets octets of no
 *                                 meaning; default 13
 *   nsec | nsec3 | nodenial       default nsec
 *   split                         a KSK and a ZSK an algorithm; else one key with the SEP flag for both
 *   bits=1024                     size of RSA keys: 512 1024 2048 (default)
 *   iterations=N salt=HEX         of NSEC3
 *   optout | optout=noflag        unsigned delegations get no NSEC3; flag set, or forgotten
 *   hash-algorithm=N              written into NSEC3 and NSEC3PARAM
 *   inception=-1d expiration=+14d relative to now (s m h d w), or absolute seconds
 *   sign-with=13 dnskey-with=13   only these algorithms sign the zone data, the DNSKEY set
 *   dnskey-by=zsk                 only the ZSK signs the DNSKEY set (with split)
 *   expired=SET not-yet=SET soon=SET corrupt=SET omit=SET unknown-key=SET signer=SET
 *                                 one fault for the signatures of those sets; SET is TYPE, TYPE@NAME (NAME relative to
 *                                 the apex, @ alone for the apex) or *, several with commas. soon is 12 hours.
 *                                 signer names the parent zone as signer, omit leaves the signature out
 *   nodnskey nosigs               the DNSKEY set, or all RRSIGs, are left out
 *   flags=N protocol=N            of the DNSKEYs (decimal)
 *   revoke                        the REVOKE bit is set
 *   malformed                     key material is cut short (DNSKEY set only)
 *   collide=N                     N more keys of the same tag and algorithm
 *   drop-denial=NAME              the NSEC or NSEC3 of that name is left out, the chain is not mended
 *   skip-denial=NAME              the chain is made as if that name did not exist
 *   upper-next                    next names of NSEC records in upper case
 *   nods                          no DS
 *   ds=13[,8]                     DS only for these algorithms
 *   ds-digest=N[,M]               digest types of the DS (default 2); 0 and 3 get octets of no meaning
 *   wrong-ds=digest|tag|algorithm|length|zsk
 *   standby-ds                    one more DS for a key nobody publishes
 *   cds | cds=delete | cds=other  CDS and CDNSKEY for the signing keys, a delete request, for a key nobody has
 *   cds-by=zsk                    with split, the ZSK signs them */
#ifndef ZONEVET_TESTS_WORLD_SIGN_H
#define ZONEVET_TESTS_WORLD_SIGN_H

#include "auditor/facts/zone.h"

/**
 * @param from         finished and unsigned
 * @param options      see above; unknown words give STATUS_USAGE
 * @param a            holds *ds
 * @param signed_zone  receives a new finished zone; zone_free() is the caller's
 * @param ds           receives the DS set for the parent, count 0 if there is none
 */
enum status world_sign_zone(struct zone *from, const char *options, int64_t now_s, struct arena *a,
                            struct zone **signed_zone, struct rrset *ds);

/** One RRSIG over a set with the key that world_sign_zone gives `zone` (the ZSK with split), for records that tests
 * make by hand. labels < 0 is those of the owner. */
enum status world_sign_set(const struct rrset *set, const dname *zone, uint8_t algorithm, int labels, int64_t now_s,
                           struct arena *a, struct rdata *rrsig);

#endif
