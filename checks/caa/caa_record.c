/* SPDX-License-Identifier: BSD-2-Clause */
/* CAA records read, and the climb to the set that counts. */
#include "checks/caa/caa_record.h"
#include "auditor/facts/zone.h"

#include "auditor/base/reader.h"
#include "auditor/base/text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* ---- values of the issue properties (RFC 8659 section 4.2) ---- */

static const char *skip_space(const char *at)
{
    return at + strspn(at, " \t");
}

/* Letters and digits, hyphens inside. @return the end, or NULL */
static const char *word_end(const char *at)
{
    const char *end = at;
    while (isalnum((unsigned char)*end) || *end == '-')
        end++;
    return end > at && at[0] != '-' && end[-1] != '-' ? end : NULL;
}

static const char *issuer_end(const char *at)
{
    for (;;) {
        at = word_end(at);
        if (at == NULL || *at != '.')
            return at;
        at++;
    }
}

/* tag=value, then a semicolon and the next one, or the end. */
static const char *parameters_fault(const char *at)
{
    while (*at != '\0') {
        at = word_end(at);
        if (at == NULL)
            return "a parameter has no proper name";
        at = skip_space(at);
        if (*at != '=')
            return "a parameter is not name=value";
        at = skip_space(at + 1);
        while (*at > ' ' && *at < 127 && *at != ';')
            at++;
        at = skip_space(at);
        if (*at == '\0')
            return NULL;
        if (*at != ';')
            return "parameters are separated by semicolons";
        at = skip_space(at + 1);
        if (*at == '\0')
            return "nothing stands behind the last semicolon";
    }
    return NULL;
}

static const char *issue_fault(const struct caa_record *r)
{
    const char *at = skip_space(r->value);
    if (strlen(r->value) != r->value_length)
        return "the value holds a NUL octet";
    if (*at != ';' && *at != '\0') {
        at = issuer_end(at);
        if (at == NULL)
            return "the value does not begin with the domain name of a CA";
        at = skip_space(at);
    }
    if (*at == '\0')
        return NULL;
    if (*at != ';')
        return "only parameters behind a semicolon may follow the name of the CA";
    return parameters_fault(skip_space(at + 1));
}

/* ---- reports (section 4.4) ---- */

static bool has_scheme(const struct caa_record *r, const char *scheme)
{
    size_t length = strlen(scheme);
    return r->value_length > length && strncasecmp(r->value, scheme, length) == 0;
}

static const char *iodef_fault(const struct caa_record *r)
{
    for (size_t i = 0; i < r->value_length; i++) {
        if (r->value[i] <= ' ' || r->value[i] > 126)
            return "the address for reports is no URL";
    }
    if (has_scheme(r, "mailto:"))
        return strchr(r->value, '@') != NULL ? NULL : "the address for reports is no mail address";
    if (has_scheme(r, "https://") || has_scheme(r, "http://"))
        return NULL;
    return "the address for reports is neither mailto: nor http(s)://";
}

/* ---- one record ---- */

static bool is(const struct caa_record *r, const char *tag)
{
    return strcmp(r->tag, tag) == 0;
}

static bool any(const struct caa_record *r, const char *const *tags, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is(r, tags[i]))
            return true;
    }
    return false;
}

bool caa_restricts(const struct caa_record *r)
{
    static const char *const tags[] = {"issue", "issuewild", "issuemail", "issuevmc"};
    return any(r, tags, ARRAY_SIZE(tags));
}

bool caa_known(const struct caa_record *r)
{
    static const char *const tags[] = {"iodef", "contactemail", "contactphone"};
    return caa_restricts(r) || any(r, tags, ARRAY_SIZE(tags));
}

static bool read_tag(struct arena *a, struct caa_record *r, const uint8_t *octets)
{
    char *tag = arena_alloc(a, r->tag_length + 1);
    bool sound = true;
    if (tag == NULL)
        return false;
    for (size_t i = 0; i < r->tag_length; i++) {
        sound = sound && octets[i] < 128 && isalnum(octets[i]) != 0;
        tag[i] = (char)tolower(octets[i]);
    }
    r->tag = sound ? tag : text_ascii(a, octets, r->tag_length);
    return sound;
}

struct caa_record caa_read(struct arena *a, const struct rdata *rdata)
{
    struct caa_record r = {.tag = "", .value = ""};
    struct reader in = reader_new(rdata->octets, rdata->length);
    r.flags = reader_u8(&in);
    r.tag_length = reader_u8(&in);
    const uint8_t *tag = reader_take(&in, r.tag_length);
    if (in.failed || r.tag_length == 0) {
        r.fault = r.tag_length == 0 ? "it has no tag" : "the record is cut short";
        r.tag_length = 0;
        return r;
    }
    if (!read_tag(a, &r, tag))
        r.fault = "a tag has letters and digits only";
    r.value_length = reader_left(&in);
    const uint8_t *value = reader_take(&in, r.value_length);
    char *whole = arena_alloc(a, r.value_length + 1);
    if (whole == NULL)
        return r;
    if (r.value_length > 0)
        memcpy(whole, value, r.value_length);
    r.value = whole;
    if (r.fault == NULL && caa_restricts(&r))
        r.fault = issue_fault(&r);
    if (r.fault == NULL && is(&r, "iodef")) {
        r.fault = iodef_fault(&r);
        r.fault_report = r.fault != NULL;
    }
    return r;
}

/* ---- the climb ---- */

struct caa_relevant caa_relevant_of(struct facts *f, const dname *name)
{
    struct caa_relevant out = {.state = CAA_NONE};
    /* All steps are asked for at once; the first that holds or fails decides. */
    for (const dname *at = name; at != NULL && !dname_is_root(at); at = dname_parent(at)) {
        const struct resolution *r = resolution_of(f, at, RRTYPE_CAA);
        if (out.state != CAA_NONE)
            continue;
        out.at = at;
        if (r->last->state == ANSWER_RRSET) {
            out.state = CAA_FOUND;
            out.set = r->last->rrset;
        } else if (r->last->state == ANSWER_PENDING) {
            out.state = CAA_PENDING;
        } else if (r->last->state == ANSWER_UNKNOWN || r->last->state == ANSWER_ALIAS) {
            out.state = CAA_UNKNOWN;
            out.reason = r->last->state == ANSWER_ALIAS ? REASON_SERVFAIL : r->last->reason;
        }
    }
    return out;
}

static const struct rrset *none(enum verdict *verdict, enum verdict is_now)
{
    *verdict = is_now;
    return NULL;
}

static const struct rrset *governing(struct facts *f, const dname *name, struct findings *out,
                                     enum verdict *verdict)
{
    const struct caa_relevant c = caa_relevant_of(f, name);
    if (c.state == CAA_FOUND)
        return c.set;
    if (c.state == CAA_NONE) {
        findings_skip(out, SKIP_NOT_APPLICABLE, "no CAA record governs the name (caa.missing)");
        return none(verdict, VERDICT_SKIPPED);
    }
    if (c.state == CAA_UNKNOWN)
        findings_undetermined(out, c.reason, "the CAA records of %s could not be looked up",
                              dname_text(facts_scratch(f), c.at));
    return none(verdict, VERDICT_UNDETERMINED);
}

/* The address of every name is asked for anyway: what is absent or an alias needs no question more. That
 * matters where a transfer or a walk told thousands of names. */
static bool may_have_more(struct facts *f, const dname *name)
{
    const enum answer_state state = facts_lookup(f, name, RRTYPE_A)->state;
    return state != ANSWER_PENDING && state != ANSWER_NXDOMAIN && state != ANSWER_ALIAS;
}

static bool host_name(const dname *name)
{
    for (; !dname_is_root(name); name = dname_parent(name)) {
        if (name[1] == '_')
            return false;
    }
    return true;
}

const struct rrset *caa_set(struct facts *f, const dname *name, bool effective, struct findings *out,
                            enum verdict *verdict)
{
    const bool target = dname_equal(name, facts_target(f));
    if (target && effective && !dname_is_root(name))
        return governing(f, name, out, verdict);
    /* Names that are no hosts have no certificates; live every name costs a question. */
    if (!host_name(name) && facts_settings(f)->live)
        return none(verdict, VERDICT_PASS);
    if (!target && !may_have_more(f, name))
        return none(verdict, VERDICT_PASS);
    const struct answer *own = facts_lookup(f, name, RRTYPE_CAA);
    if (own->state == ANSWER_RRSET)
        return own->rrset;
    if (own->state == ANSWER_UNKNOWN) {
        findings_undetermined(out, own->reason, "the CAA records could not be looked up");
        return none(verdict, VERDICT_UNDETERMINED);
    }
    if (!target || own->state == ANSWER_PENDING)
        return none(verdict, own->state == ANSWER_PENDING ? VERDICT_UNDETERMINED : VERDICT_PASS);
    findings_skip(out, SKIP_NOT_APPLICABLE, "the name has no CAA records of its own");
    return none(verdict, VERDICT_SKIPPED);
}

struct finding *caa_about(struct facts *f, struct findings *out, struct finding *finding,
                          const struct rrset *set, uint16_t index)
{
    struct arena *a = facts_scratch(f);
    const char *record = rdata_text(a, RRTYPE_CAA, &set->rdata[index]);
    finding->rrtype = RRTYPE_CAA;
    finding->discriminator = record;
    finding->location = set->where != NULL ? &set->where[index] : NULL;
    finding_note(out, finding, "record", "%s CAA %s", dname_text(a, set->owner), record);
    return finding;
}

static bool plain_record(const struct rdata *rdata)
{
    static const char *const tags[] = {"\005issue", "\011issuewild"};
    const uint8_t *at = rdata->octets;
    size_t tag = 0;
    if (rdata->length < 3 || (at[0] & ~CAA_CRITICAL) != 0)
        return false;
    for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
        if (rdata->length > 2U + at[1] && at[1] == (uint8_t)tags[i][0] && memcmp(at + 2, tags[i] + 1, at[1]) == 0)
            tag = 2U + at[1];
    }
    if (tag == 0 || (rdata->length == tag + 1 && at[tag] == ';'))
        return tag != 0;
    bool label = false;
    for (size_t i = tag; i < rdata->length; i++) {
        bool letter = (at[i] >= 'a' && at[i] <= 'z') || (at[i] >= '0' && at[i] <= '9');
        if (!letter && (!label || at[i] != '.'))
            return false;
        label = letter;
    }
    return label;
}

bool caa_worth(struct facts *f, const struct zone_node *node)
{
    const struct rrset *caa = zone_node_set(node, RRTYPE_CAA);
    (void)f;
    for (uint16_t i = 0; caa != NULL && i < caa->count; i++) {
        if (!plain_record(&caa->rdata[i]))
            return true;
    }
    return false;
}
