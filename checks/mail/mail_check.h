/* SPDX-License-Identifier: BSD-2-Clause */
/* What the mail checks share: the mail hosts of a name. */
#ifndef ZONEVET_CHECKS_MAIL_MAIL_CHECK_H
#define ZONEVET_CHECKS_MAIL_MAIL_CHECK_H

#include "auditor/check.h"
#include "auditor/facts/derived/mail.h"
#include "auditor/facts/derived/resolution.h"

/** The MX set of the name; NULL if there is none: *verdict is what to return, the reason is said. */
const struct rrset *mail_mx_set(struct facts *f, const dname *name, struct findings *out,
                                enum verdict *verdict);

/** The host of record `index`; NULL for the root, an address written as a name, or malformed RDATA: no host
 * to look up.
 */
const dname *mail_mx_host(const struct rrset *mx, uint16_t index, const dname *name);

/** True for "192.0.2.1." and, where a final dot was forgotten, "192.0.2.1.example.test."; for IPv6 likewise.
 */
bool mail_is_address(const dname *host, const dname *below);

/** Where mail for a name goes: its MX hosts, or the name itself if it has no MX (RFC 5321 section 5.1). */
struct mail_hosts {
    bool known; /* else *verdict is what to return, the reason is said */
    const dname *list[100];
    size_t count;
};
void mail_hosts_of(struct facts *f, const dname *name, struct findings *out, struct mail_hosts *hosts,
                   enum verdict *verdict);

/** True if the check is about a name that takes mail; else *verdict is what to return, the reason is said. */
bool mail_wanted(struct facts *f, const dname *name, struct findings *out, enum verdict *verdict);

#define MAIL_COMMON                                                                                          \
    .area = "mail", .confidence = CONFIDENCE_CONFIRMED, .controls = {{"nist-800-53r5", "SC-8"}},             \
    .since = "0.1.0"

#endif
