/* SPDX-License-Identifier: BSD-2-Clause */
/* How the servers of a zone treat one question that they ought to answer: servers that serve the zone (SOA)
 * and fail another type break whoever asks for that type, and nobody else notices. */
#ifndef ZONEVET_FACTS_DERIVED_TREATMENT_H
#define ZONEVET_FACTS_DERIVED_TREATMENT_H

#include "auditor/facts/derived/serving.h"

enum treated {
    TREATED_PENDING,
    TREATED_WELL,   /* a usable answer, whatever it says */
    TREATED_ERROR,  /* an error twice: rcode of reply */
    TREATED_SILENT, /* no reply in two rounds by UDP and none by TCP, and nothing explains it but the question
                     */
    TREATED_UNSURE, /* reason says why it could not be told */
};

struct treatment {
    struct server server;
    enum treated state;
    enum reason reason;
    const struct reply *reply; /* ERROR: the error */
};

struct treatments {
    const struct servings *servings; /* of the zone: read its delegation first */
    const struct treatment *list;    /* only of servers that serve the zone */
    size_t count;
    bool pending;
    unsigned well, failing, unsure;
};

/** Of the question for that owner and type in the zone with that apex. Never NULL. */
const struct treatments *treatments_of(struct facts *f, const dname *zone, const dname *owner, uint16_t type);

#endif
