/* SPDX-License-Identifier: BSD-2-Clause */
/* Any octets as a message: parsed sets must be whole, small and readable by the readers of RDATA; a query
 * that we write must parse. */
#include "auditor/base/status.h"
#include "auditor/facts/message.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_rdata(uint16_t type, uint16_t class, const struct rdata *rdata)
{
    struct soa soa;
    uint32_t sum = 0;
    for (size_t i = 0; i < rdata->length; i++)
        sum += rdata->octets[i]; /* readable to the last octet */
    require(sum <= 255U * 65535U);
    if (type == RRTYPE_NS || type == RRTYPE_CNAME || type == RRTYPE_PTR || type == RRTYPE_DNAME)
        require(dname_from_wire(rdata->octets, rdata->length) == rdata->length);
    if (type == RRTYPE_MX)
        require(rdata_name(rdata, 2) != NULL);
    if (type == RRTYPE_SRV)
        require(rdata_name(rdata, 6) != NULL);
    if (type == RRTYPE_SOA)
        require(rdata_soa(rdata, &soa));
    if (class == RRCLASS_IN && type == RRTYPE_A)
        require(rdata->length == 4);
    if (class == RRCLASS_IN && type == RRTYPE_AAAA)
        require(rdata->length == 16);
    if (type == RRTYPE_RRSIG)
        require(rdata->length > 19 && rdata_name(rdata, 18) != NULL);
}

static void check_section(const struct section *s)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct rrset *set = &s->sets[i];
        require(dname_from_wire(set->owner, DNAME_MAX) != 0);
        require(set->count <= 100 && set->sig_count <= 100 && set->count + set->sig_count > 0);
        require(set->ttl_s <= 0x7fffffff && set->type != RRTYPE_OPT && set->type != RRTYPE_TSIG);
        for (unsigned n = 0; n < set->count; n++)
            check_rdata(set->type, set->class, &set->rdata[n]);
        for (unsigned n = 0; n < set->sig_count; n++)
            check_rdata(RRTYPE_RRSIG, set->class, &set->sigs[n]);
    }
}

static bool touch(void *context, const struct message_record *record)
{
    size_t *count = context;
    require(dname_from_wire(record->owner, DNAME_MAX) != 0 && record->section < 3);
    *count += record->rdata_length > 0 ? record->rdata[record->rdata_length - 1] : 0U;
    return true;
}

static void check_query(struct arena *a, const uint8_t *data, size_t size)
{
    uint8_t wire[512];
    struct question question;
    struct reply reply;
    size_t length = dname_from_wire(data, size);
    if (length == 0 || size - length < 48)
        return;
    const uint8_t *rest = data + length;
    struct ask ask = {.owner = data,
                      .type = rest[0],
                      .class = rest[1],
                      .flags = rest[2],
                      .opcode = rest[3] & 15,
                      .edns_version = rest[4],
                      .edns_flags = rest[5],
                      .edns_size = rest[6],
                      .edns_option = rest[7]};
    size_t written =
        message_query(wire, &ask, 1, (rest[8] & 1) != 0 ? rest : NULL, 8 + rest[9] % 33, rest + 10);
    require(written > 0);
    if (ask.edns_version == 0) {
        require(message_parse(a, wire, written, &question, &reply) == STATUS_OK);
        require(dname_equal(question.owner, data));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct question question;
    struct reply reply;
    size_t count = 0;
    struct arena *a = arena_new((size_t)64 << 20);
    if (a == NULL)
        return 0;
    memset(&reply, 0, sizeof(reply));
    enum status status = message_parse(a, data, size, &question, &reply);
    if (status == STATUS_OK) {
        check_section(&reply.answer);
        check_section(&reply.authority);
        check_section(&reply.additional);
        require(message_walk(data, size, touch, &count) == STATUS_OK);
    }
    (void)message_walk(data, size, touch, &count);
    check_query(a, data, size);
    arena_free(a);
    return 0;
}
