/* SPDX-License-Identifier: BSD-2-Clause */
/* What every address of a zone's servers says when asked for the zone: who serves it, who answers without
 * authority, who is silent, and whether that silence may be held against the server (DESIGN 10.6). */
#ifndef ZONEVET_FACTS_DERIVED_SERVING_H
#define ZONEVET_FACTS_DERIVED_SERVING_H

#include "auditor/facts/derived/delegation.h"

enum serving_state {
    SERVING_PENDING,
    SERVING_YES,       /* the SOA of the zone, with AA */
    SERVING_NO_SOA,    /* NOERROR with AA, and no SOA of the zone in the answer */
    SERVING_LAME,      /* an answer without authority: an error, no AA, a referral */
    SERVING_SILENT,    /* no reply, though its address family has a path from here */
    SERVING_MALFORMED, /* what came is no DNS message */
    SERVING_TRUNCATED, /* cut short by UDP and by TCP: no answer that could be used */
    SERVING_UNASKED,   /* nothing is known: no path for the family, our own rules, a budget; reason says which
                        */
};

/** One address of the zone's servers. */
struct serving {
    struct server server;
    enum serving_state state;
    enum reason reason;
    const struct reply *reply; /* to SOA over UDP */
    const struct rrset *soa;   /* YES: the set in the answer section */
};

struct servings {
    const struct delegation *delegation; /* read its state first: without servers the list is empty */
    const struct serving *list;          /* in the order of delegation->addresses */
    size_t count;
    bool pending;
    unsigned yes, no_soa, lame, silent, malformed, truncated, unasked;
};

/** Of the zone with that apex. Never NULL. */
const struct servings *servings_of(struct facts *f, const dname *zone);

enum transport_state {
    TRANSPORT_PENDING,
    TRANSPORT_ANSWERS, /* at least one reply, whatever it said */
    TRANSPORT_SILENT,  /* no reply in two rounds, and nothing explains it but the server or a filter before it
                        */
    TRANSPORT_UNSURE,  /* no reply, and it may be us: reason and why say what is in doubt */
};

/** How one address takes questions by UDP and by TCP. */
struct transports {
    struct server server;
    enum transport_state udp, tcp;
    bool no_path;       /* the address family has no path from here: both UNSURE, the other family decides */
    enum reason reason; /* UNSURE */
    const char *why;    /* UNSURE: in words of ours */
    const struct reply *tcp_reply;
};

struct transport_list {
    const struct transports *list; /* in the order of servings_of() */
    size_t count;
    bool pending;
    bool any_answers; /* some address answers by some transport */
    bool all_silent;  /* no address that has a path from here answers by any transport, all without doubt */
};

/** Of the servers of the zone with that apex. Asks TCP everywhere, and a second round only where there was
 * silence. */
const struct transport_list *transports_of(struct facts *f, const dname *zone);

/** What but the server could explain silence: our position, the path or chance. REASON_NONE if nothing does.
 * @param v    of the last round
 * @param why  receives the doubt in words of ours, or NULL */
enum reason serving_doubt(const struct vantage *v, uint8_t family, bool tcp, const char **why);

#endif
