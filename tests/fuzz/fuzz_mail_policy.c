/* SPDX-License-Identifier: BSD-2-Clause */
/* MTA-STS and TLS-RPT records, MTA-STS policies and CAA RDATA: whatever the octets, a verdict without a crash, and texts
 * that pass the gate. */
#include "auditor/base/reader.h"
#include "auditor/base/text.h"
#include "auditor/facts/derived/mail_policy.h"
#include "auditor/facts/store.h"
#include "checks/caa/caa_record.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct job {
    const uint8_t *record, *body;
    size_t record_length, body_length;
};

/* The octets as one TXT record of as many strings as it takes. */
static struct rdata txt_of(struct arena *a, const uint8_t *octets, size_t length)
{
    uint8_t *rdata = arena_alloc(a, length + length / 255 + 2);
    size_t used = 0;
    for (size_t at = 0; at < length || at == 0; at += 255) {
        size_t part = length - at < 255 ? length - at : 255;
        rdata[used++] = (uint8_t)part;
        memcpy(rdata + used, octets + at, part);
        used += part;
    }
    return (struct rdata){(uint16_t)used, rdata};
}

static void answer_lookup(struct job *job, struct fact *fact)
{
    static const uint8_t address[4] = {198, 41, 0, 4};
    struct arena *a = facts_arena(fact->facts);
    struct answer *answer = arena_alloc(a, sizeof(*answer));
    struct rrset *set = arena_alloc(a, sizeof(*set));
    struct rdata *rdata = arena_alloc(a, sizeof(*rdata));
    uint16_t type = fact->key.lookup.type;
    *answer = (struct answer){.state = ANSWER_NODATA, .owner = fact->key.lookup.owner, .type = type};
    *set = (struct rrset){.owner = answer->owner, .type = type, .class = RRCLASS_IN, .count = 1, .rdata = rdata};
    if (type == RRTYPE_TXT)
        *rdata = txt_of(a, job->record, job->record_length);
    else if (type == RRTYPE_A)
        *rdata = (struct rdata){4, address};
    if (rdata->length > 0) {
        answer->state = ANSWER_RRSET;
        answer->rrset = set;
    }
    facts_deliver(fact, answer);
}

static void demand(void *context, struct fact *fact)
{
    struct job *job = context;
    if (fact->kind == FACT_LOOKUP) {
        answer_lookup(job, fact);
    } else if (fact->kind == FACT_HTTP) {
        struct arena *a = facts_arena(fact->facts);
        struct http_reply *r = arena_alloc(a, sizeof(*r));
        char *body = arena_strndup(a, (const char *)job->body, job->body_length);
        *r = (struct http_reply){.state = FACT_KNOWN, .status = 200, .headers = "", .body = body,
                                 .body_length = job->body_length, .certificate_covers = true};
        facts_deliver(fact, r);
    } else {
        facts_deliver_unknown(fact, REASON_NETWORK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader r = reader_new(data, size);
    struct settings settings = {.live = true, .http = true, .ipv4 = true, .mail = MAIL_YES};
    struct job job = {0};
    job.record_length = reader_u8(&r);
    job.record = reader_take(&r, job.record_length < reader_left(&r) ? job.record_length : (job.record_length = reader_left(&r)));
    job.body = r.at;
    job.body_length = reader_left(&r) < 65536 ? reader_left(&r) : 65536;
    if (r.failed || job.record == NULL)
        return 0;
    struct arena *scratch = arena_new(0);
    const dname *name = dname_const(scratch, "example.test.");
    struct facts *f = facts_new(&(struct facts_options){
        .target = name, .settings = &settings, .source = {.context = &job, .demand = demand}});
    facts_run_begin(f, scratch);
    if (mta_sts_record(f, name) == NULL || tls_rpt_record(f, name) == NULL)
        abort();
    const struct sts_policy *p = mta_sts_policy(f, name);
    if (p == NULL)
        abort();
    (void)sts_policy_covers(p, dname_const(scratch, "mx.mail.example.test."));
    const struct rdata rdata = {(uint16_t)job.body_length, job.body};
    struct caa_record caa = caa_read(scratch, &rdata);
    (void)caa_restricts(&caa);
    (void)caa_known(&caa);
    facts_free(f);
    arena_free(scratch);
    return 0;
}
