/* SPDX-License-Identifier: BSD-2-Clause */
/* Any message as the reply to a question of ours: what is believed must be about the name and from its zone;
 * copies of it must stand alone; the steps of a walk must go forward. */
#include "auditor/base/status.h"
#include "auditor/collect/interpret.h"
#include "auditor/collect/keep.h"
#include "auditor/collect/walk.h"
#include "auditor/facts/message.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_answer(const struct answer *answer, const dname *apex, const dname *owner)
{
    require(answer->zone == NULL || (dname_under(answer->zone, apex) && dname_under(owner, answer->zone)));
    if (answer->state == ANSWER_RRSET)
        require(dname_equal(answer->rrset->owner, owner) && answer->rrset->count > 0);
    if (answer->state == ANSWER_ALIAS)
        require(answer->target != NULL && dname_from_wire(answer->target, DNAME_MAX + 1) != 0 &&
                dname_under(owner, answer->rrset->owner) && dname_under(answer->rrset->owner, apex));
}

static void check_copy(struct arena *a, const struct answer *answer)
{
    const struct answer *copy = copy_answer(a, answer);
    struct kept_answer *kept = keep_answer(answer);
    if (copy != NULL)
        require(copy->state == answer->state && (copy->rrset == NULL) == (answer->rrset == NULL));
    if (kept != NULL) {
        require(kept->answer->reply->answer.count == answer->reply->answer.count);
        kept_release(&kept->kept);
    }
}

static void check_reading(struct arena *a, const struct reply *reply, const dname *apex, const dname *owner,
                          uint16_t type, bool recursive)
{
    struct reading reading;
    interpret(a, reply, apex, owner, type, recursive, &reading);
    if (reading.meaning == MEANING_REFERRAL) {
        require(dname_under(owner, reading.referral->owner) && dname_under(reading.referral->owner, apex) &&
                !dname_equal(reading.referral->owner, apex));
    } else if (reading.meaning == MEANING_ANSWER) {
        require(reading.reason == REASON_NONE && reading.answer.state != ANSWER_UNKNOWN);
        check_answer(&reading.answer, apex, owner);
        check_copy(a, &reading.answer);
    } else {
        require(reading.reason != REASON_NONE && reading.answer.state == ANSWER_UNKNOWN);
    }
}

static void check_walk(struct arena *a, const struct reply *reply, const dname *apex, const dname *owner)
{
    const struct rrset *nsec = walk_nsec(reply, owner);
    const dname *next = nsec != NULL ? rdata_name(&nsec->rdata[0], 0) : NULL;
    const dname *beyond = walk_beyond(a, owner);
    (void)walk_judge(reply, owner);
    if (next != NULL && walk_step(apex, owner, next) == WALK_ON)
        require(dname_compare(owner, next) < 0);
    if (beyond != NULL)
        require(dname_compare(owner, beyond) < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new((size_t)16 << 20);
    struct question question = {0};
    struct reply reply = {.state = REPLY_OK};
    if (a != NULL && message_parse(a, data, size, &question, &reply) == STATUS_OK && question.owner != NULL) {
        const dname *owner = dname_lower(a, question.owner);
        for (const dname *apex = owner; owner != NULL && apex != NULL; apex = dname_parent(apex)) {
            check_reading(a, &reply, apex, owner, question.type, false);
            check_reading(a, &reply, apex, owner, RRTYPE_DS, false);
            check_walk(a, &reply, apex, owner);
        }
        if (owner != NULL)
            check_reading(a, &reply, DNAME_ROOT, owner, question.type, true);
    }
    arena_free(a);
    return 0;
}
