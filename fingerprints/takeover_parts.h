/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside the room: the pieces that the decision of a record is put together from. */
#ifndef ZONEVET_FINGERPRINTS_TAKEOVER_PARTS_H
#define ZONEVET_FINGERPRINTS_TAKEOVER_PARTS_H

#include "fingerprints/takeover.h"

#define NOTES_MAX 64

/** Notes under construction: start with the arena only. */
struct notes {
    struct arena *arena;
    struct takeover_note *list;
    size_t count, room;
};
void note_add(struct notes *notes, const char *label, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void note_service(struct notes *notes, const struct fingerprint *service);

/** A host name that a web server can be asked for: letters, digits and hyphens, and none of the labels that
 * only carry a verification. */
bool web_host(const dname *name);

/** Does a TXT record show that the provider has tied this host to an account? */
enum tie { TIE_PENDING, TIE_NONE, TIE_PRESENT, TIE_UNKNOWN };
enum tie verification_tie(struct facts *f, struct arena *a, const struct fingerprint *service,
                          const dname *owner, const dname *target, const dname *suffix);

/** What the service answers for the owner. */
enum claim_state { CLAIM_PENDING, CLAIM_UNKNOWN, CLAIM_NO_SIGN, CLAIM_WEAK, CLAIM_STRONG };
enum control { CONTROL_UNKNOWN, CONTROL_SAME, CONTROL_DIFFERENT };

struct claim {
    enum claim_state state;
    enum reason reason;
    enum control control; /* STRONG: what a random name gets from the same address */
    bool other_bucket;    /* STRONG: the answer names another bucket than ours */
    bool sibling_served;  /* STRONG: apex or www is served by the same target */
    bool seen_twice;      /* STRONG: the alias stood there again after the confirmation delay */
};

struct claim claim_of(struct facts *f, struct notes *notes, const struct fingerprint *service,
                      const dname *owner, const dname *target, const dname *suffix);

/** Name without final dot for a Host header; NULL if it is no web host or without memory. */
const char *host_text(struct arena *a, const dname *name);

#endif
