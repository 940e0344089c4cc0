/* SPDX-License-Identifier: BSD-2-Clause */
/* Pointers of one RRset. */
#include "checks/dangling/pointers.h"

#include "auditor/facts/derived/dmarc_record.h"
#include "auditor/facts/derived/spf_record.h"

#include <string.h>

struct pointing {
    struct arena *a;
    const struct rrset *set;
    uint16_t index;
    void (*visit)(void *context, const struct pointer *p);
    void *context;
};

static void point(const struct pointing *w, const dname *target, enum pointer_need need, const char *how)
{
    const dname *lower = target != NULL && !dname_is_root(target) ? dname_lower(w->a, target) : NULL;
    const struct pointer p = {lower, need, w->set, w->index, how};
    if (lower != NULL)
        w->visit(w->context, &p);
}

static void point_text(const struct pointing *w, const char *name, size_t length, enum pointer_need need,
                       const char *how)
{
    const dname *target = NULL;
    if (length > 0 && dname_from_text_n(w->a, name, length, &target) == STATUS_OK)
        point(w, target, need, how);
}

static void point_spf(const struct pointing *w, const char *text, size_t length)
{
    const struct spf_record *record = spf_record_parse(w->a, text, length);
    for (size_t i = 0; record != NULL && i < record->count; i++) {
        const struct spf_term *t = &record->terms[i];
        if (t->spec == NULL || t->macros || (t->error != SPF_ERROR_NONE && t->error != SPF_ERROR_CIDR))
            continue;
        switch (t->kind) {
        case SPF_KIND_INCLUDE:
            point_text(w, t->spec, t->spec_length, POINTER_SPF, "include:");
            break;
        case SPF_KIND_REDIRECT:
            point_text(w, t->spec, t->spec_length, POINTER_SPF, "redirect=");
            break;
        case SPF_KIND_A:
            point_text(w, t->spec, t->spec_length, POINTER_HOST, "a:");
            break;
        case SPF_KIND_MX:
            point_text(w, t->spec, t->spec_length, POINTER_MX, "mx:");
            break;
        default:
            break;
        }
    }
}

static void point_dmarc(const struct pointing *w, const char *text, size_t length)
{
    const struct dmarc_record *record = dmarc_record_parse(w->a, text, length);
    for (size_t i = 0; record != NULL && i < record->rua_count; i++) {
        const struct dmarc_uri *u = &record->rua[i];
        if (u->valid && u->mailto && u->domain != NULL)
            point_text(w, u->domain, strlen(u->domain), POINTER_MAIL, "rua=");
    }
}

static void point_txt(const struct pointing *w, const struct rdata *rdata)
{
    size_t length = 0;
    size_t fault = 0;
    /* Most TXT records are something else: look before copying. */
    if (rdata->length < 7 || (rdata->octets[1] | 32) != 'v')
        return;
    const char *text = rdata_txt(w->a, rdata, &length);
    if (text == NULL)
        return;
    if (spf_version_of(text, length, &fault) == SPF_VERSION_1)
        point_spf(w, text, length);
    else if (dmarc_version_of(text, length) == DMARC_VERSION_1)
        point_dmarc(w, text, length);
}

void pointers_of(struct arena *a, const struct rrset *set,
                 void (*visit)(void *context, const struct pointer *p), void *context)
{
    struct pointing w = {a, set, 0, visit, context};
    for (; w.index < set->count; w.index++) {
        const struct rdata *r = &set->rdata[w.index];
        switch (set->type) {
        case RRTYPE_CNAME:
        case RRTYPE_PTR:
            point(&w, rdata_name(r, 0), POINTER_DATA, "");
            break;
        case RRTYPE_DNAME:
            point(&w, rdata_name(r, 0), POINTER_SUBTREE, "");
            break;
        case RRTYPE_NS:
            point(&w, rdata_name(r, 0), POINTER_SERVER, "");
            break;
        case RRTYPE_MX:
        case RRTYPE_SVCB:
        case RRTYPE_HTTPS:
            point(&w, rdata_name(r, 2), POINTER_HOST, "");
            break;
        case RRTYPE_SRV:
            point(&w, rdata_name(r, 6), POINTER_HOST, "");
            break;
        case RRTYPE_TXT:
            point_txt(&w, r);
            break;
        default:
            return;
        }
    }
}
