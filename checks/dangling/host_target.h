/* SPDX-License-Identifier: BSD-2-Clause */
/* A host that a record names (MX, SRV, an SPF term): is it there, and if not, could a stranger register its
 * domain? */
#ifndef ZONEVET_CHECKS_DANGLING_HOST_TARGET_H
#define ZONEVET_CHECKS_DANGLING_HOST_TARGET_H

#include "auditor/check.h"
#include "fingerprints/takeover.h"

enum host_state {
    HOST_FINE,       /* it has an address, or is not to be judged: ".", an address literal, an ignored name */
    HOST_UNKNOWN,    /* pending, or reason says why */
    HOST_NO_ADDRESS, /* the name exists */
    HOST_ABSENT,     /* the name does not exist; its domain is ours, registered, or not for sale */
    HOST_FREE,       /* the name is under a registrable domain that its registry does not know (row R2) */
};

struct host_target {
    enum host_state state;
    enum reason reason;
    const struct registration *domain; /* HOST_FREE */
};

struct host_target host_target(struct facts *f, const dname *host);

/** Say that the host could not be judged, unless the run goes on anyway. */
void host_target_unknown(struct facts *f, struct findings *out, const struct host_target *target,
                         const dname *host);

/** Row R2: severity, confidence, decision and the evidence of the registry. */
void host_target_free(struct facts *f, struct findings *out, struct finding *finding,
                      const struct host_target *target);

#endif
