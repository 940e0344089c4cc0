/* SPDX-License-Identifier: BSD-2-Clause */
/* The denial decision and the record readers over hostile NSEC and NSEC3 records. Whatever comes, it ends, and what is
 * said to be proven is proven by a second, plainer reading of the same records. */
#include "auditor/base/reader.h"
#include "auditor/facts/derived/dnssec_denial.h"

#include <stdlib.h>
#include <string.h>

#define SETS 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const dname zone[] = "\7example\4test";
static const dname *const names[] = {
    (const dname *)"\7example\4test",      (const dname *)"\1x\7example\4test",
    (const dname *)"\1a\1b\7example\4test", (const dname *)"\3sub\7example\4test",
    (const dname *)"\1*\7example\4test",   (const dname *)"\5other\4test",
};
#define NAMES (sizeof(names) / sizeof(names[0]))

/* A record: kind, owner, length, RDATA. The owner is one of the names, or octets of the input. */
static bool read_set(struct reader *r, struct rrset *set, struct rdata *rdata)
{
    uint8_t kind = reader_u8(r);
    uint8_t owner = reader_u8(r);
    set->type = (kind & 1) != 0 ? RRTYPE_NSEC3 : RRTYPE_NSEC;
    set->class = RRCLASS_IN;
    set->count = (uint16_t)((kind & 2) != 0 ? 1 : 1 + (kind & 4) / 4);
    if (owner < NAMES) {
        set->owner = names[owner];
    } else {
        size_t length = dname_from_wire(r->at, reader_left(r));
        if (length == 0)
            return false;
        set->owner = reader_take(r, length);
    }
    rdata[0].length = reader_u8(r);
    rdata[0].octets = reader_take(r, rdata[0].length);
    rdata[1] = rdata[0];
    set->rdata = rdata;
    return !r->failed;
}

/* The one NSEC record at the name, if there is exactly one, does not say that the type is there. (Several at one name
 * are one set in a message, and such a set is ignored.) */
static bool plainly_denied(const struct rrset *const *sets, size_t count, const dname *name, uint16_t type)
{
    struct dnssec_nsec nsec;
    const struct rrset *at = NULL;
    for (size_t i = 0; i < count; i++) {
        if (sets[i]->type != RRTYPE_NSEC || !dname_equal(sets[i]->owner, name))
            continue;
        if (at != NULL)
            return true;
        at = sets[i];
    }
    return at == NULL || at->count != 1 || !dnssec_nsec_read(&at->rdata[0], &nsec) ||
           !dname_under(nsec.next, zone) || !dnssec_bitmap_has(nsec.bitmap, nsec.bitmap_length, type);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rrset sets[SETS] = {0};
    struct rdata rdata[SETS][2];
    const struct rrset *list[SETS];
    size_t count = 0;
    struct reader r = reader_new(data, size);
    while (count < SETS && reader_left(&r) > 0 && read_set(&r, &sets[count], rdata[count])) {
        list[count] = &sets[count];
        count++;
    }
    for (size_t n = 0; n < NAMES; n++) {
        for (int question = DENIAL_OF_NAME; question <= DENIAL_OF_CLOSER; question++) {
            const uint16_t type = question == DENIAL_OF_DS ? RRTYPE_DS : RRTYPE_A;
            struct denial_proof p =
                denial_prove(list, count, zone, names[n], type, (enum denial_question)question, 2);
            if ((p.result == DENIAL_PROVEN || p.result == DENIAL_OPTOUT) && !dname_under(names[n], zone))
                abort();
            if (p.result == DENIAL_PROVEN && !p.nsec3 && question == DENIAL_OF_TYPE &&
                !plainly_denied(list, count, names[n], type))
                abort();
            if (count == 0 && p.result != DENIAL_ABSENT && p.result != DENIAL_INCOMPLETE)
                abort();
        }
    }
    return 0;
}
