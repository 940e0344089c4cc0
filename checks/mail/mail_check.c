/* SPDX-License-Identifier: BSD-2-Clause */
/* The mail hosts of a name. */
#include "checks/mail/mail_check.h"

#include <ctype.h>
#include <string.h>

const struct rrset *mail_mx_set(struct facts *f, const dname *name, struct findings *out,
                                enum verdict *verdict)
{
    const struct answer *last = resolution_of(f, name, RRTYPE_MX)->last;
    *verdict = VERDICT_UNDETERMINED;
    switch (last->state) {
    case ANSWER_RRSET:
        return last->rrset;
    case ANSWER_PENDING:
        return NULL;
    case ANSWER_UNKNOWN:
        findings_undetermined(out, last->reason, "the MX set could not be looked up");
        return NULL;
    case ANSWER_ALIAS:
        findings_undetermined(out, REASON_SERVFAIL, "the aliases of the name come to no end");
        return NULL;
    default:
        findings_skip(out, SKIP_NOT_APPLICABLE, "the name has no MX records");
        *verdict = VERDICT_SKIPPED;
        return NULL;
    }
}

/* ---- addresses written as names ---- */

/* Up to `most` labels in front of `end`, joined with dots. */
static bool front_text(const dname *host, const dname *end, char *text, size_t size)
{
    size_t used = 0;
    for (; host != end && !dname_is_root(host); host = dname_parent(host)) {
        if (used + 1 + host[0] + 1 > size)
            return false;
        if (used > 0)
            text[used++] = '.';
        memcpy(text + used, host + 1, host[0]);
        used += host[0];
    }
    text[used] = '\0';
    return used > 0 && strlen(text) == used;
}

bool mail_is_address(const dname *host, const dname *below)
{
    char text[ADDRESS_TEXT_SIZE + 2];
    struct address address;
    const dname *end = NULL;
    if (dname_under(host, below))
        end = dname_ancestor(host, dname_labels(below));
    for (int i = 0; i < 2; i++, end = NULL) {
        if (!front_text(host, end, text, sizeof text))
            continue;
        char *at = text;
        size_t length = strlen(text);
        if (text[0] == '[' && text[length - 1] == ']') {
            text[length - 1] = '\0';
            at++;
        }
        if ((strchr(at, '.') != NULL || strchr(at, ':') != NULL) && address_from_text(at, &address))
            return true;
    }
    return false;
}

const dname *mail_mx_host(const struct rrset *mx, uint16_t index, const dname *name)
{
    const dname *host = rdata_name(&mx->rdata[index], 2);
    return host != NULL && !dname_is_root(host) && !mail_is_address(host, name) ? host : NULL;
}

void mail_hosts_of(struct facts *f, const dname *name, struct findings *out, struct mail_hosts *hosts,
                   enum verdict *verdict)
{
    const struct answer *last = resolution_of(f, name, RRTYPE_MX)->last;
    hosts->count = 0;
    hosts->known = true;
    if (last->state == ANSWER_NODATA || last->state == ANSWER_NXDOMAIN) {
        hosts->list[hosts->count++] = name;
        return;
    }
    const struct rrset *mx = mail_mx_set(f, name, out, verdict);
    hosts->known = mx != NULL;
    for (uint16_t i = 0; mx != NULL && i < mx->count && hosts->count < ARRAY_SIZE(hosts->list); i++) {
        const dname *host = mail_mx_host(mx, i, name);
        if (host != NULL)
            hosts->list[hosts->count++] = host;
    }
}

bool mail_wanted(struct facts *f, const dname *name, struct findings *out, enum verdict *verdict)
{
    const struct mail *m = mail_of(f, name);
    *verdict = VERDICT_SKIPPED;
    if (mail_exempt(name)) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "names of this kind take no mail");
        return false;
    }
    if (m->state == MAIL_STATE_USED)
        return true;
    if (m->state == MAIL_STATE_UNUSED) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "the name takes no mail: %s", m->why);
        return false;
    }
    *verdict = VERDICT_UNDETERMINED;
    if (m->state == MAIL_STATE_UNKNOWN)
        findings_undetermined(out, m->reason, "whether the name takes mail is not known");
    return false;
}
