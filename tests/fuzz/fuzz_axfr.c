/* SPDX-License-Identifier: BSD-2-Clause */
/* Any sequence of length-prefixed messages as a zone transfer: caps hold, names are sorted, distinct and in
 * the zone. The first octet chooses AXFR or IXFR, the second our serial; ids are those of the first message.
 */
#include "auditor/base/status.h"
#include "auditor/collect/frames.h"
#include "auditor/collect/transfer_reader.h"
#include "auditor/collect/tsig.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const dname zone[] = "\7example\4test";
static const struct transfer_caps caps = {.records = 200, .names = 50, .octets = 1 << 20};

static bool on_message(void *context, const uint8_t *wire, size_t length)
{
    return transfer_reader_message(context, wire, length);
}

struct signed_stream {
    struct tsig *tsig;
    uint64_t good;
};

static bool on_signed(void *context, const uint8_t *wire, size_t length)
{
    struct signed_stream *s = context;
    uint16_t error;
    s->good += tsig_check(s->tsig, wire, length, 1700000000, &error) == TSIG_GOOD;
    return true;
}

static void run_tsig(const uint8_t *data, size_t size)
{
    static const struct tsig_key key = {.name = (const dname *)"\3key\4test",
                                        .algorithm = (const dname *)"\13hmac-sha256",
                                        .secret = (const uint8_t *)"secretsecret",
                                        .secret_length = 12};
    struct signed_stream s = {.tsig = tsig_new(&key)};
    uint8_t query[512] = {0x12, 0x34, 0, 0, 0, 1};
    struct frames f = {.data = NULL};
    if (s.tsig == NULL)
        return;
    if (tsig_sign(s.tsig, query, 12, sizeof(query), 1700000000) != 0)
        (void)frames_feed(&f, data, size, on_signed, &s);
    if (s.good != 0) /* nobody guesses a MAC */
        abort();
    tsig_free(s.tsig);
    frames_free(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 6)
        return 0;
    struct transfer_reader r;
    struct frames f = {.data = NULL};
    struct transfer_ask ask = {
        .zone = zone, .type = (data[0] & 1) != 0 ? RRTYPE_IXFR : RRTYPE_AXFR, .serial = data[1]};
    uint16_t id = (uint16_t)(data[4] << 8 | data[5]);
    struct arena *a = arena_new(0);
    if (a == NULL)
        return 0;
    if (transfer_reader_init(&r, &ask, id, &caps)) {
        (void)frames_feed(&f, data + 2, size - 2, on_message, &r);
        const struct transfer *t = transfer_reader_result(&r, a);
        if (t == NULL || t->records > caps.records || t->name_count > caps.names)
            abort();
        for (size_t i = 0; i < t->name_count; i++) {
            if (!dname_under(t->names[i], zone) ||
                (i > 0 && dname_compare(t->names[i - 1], t->names[i]) >= 0))
                abort();
        }
    }
    transfer_reader_free(&r);
    frames_free(&f);
    run_tsig(data + 2, size - 2);
    arena_free(a);
    return 0;
}
