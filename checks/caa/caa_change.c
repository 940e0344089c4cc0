/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a change let more authorities issue certificates than before? */
#include "checks/caa/caa_record.h"
#include "checks/change_check.h"

#include "auditor/base/text.h"

#include <ctype.h>
#include <string.h>

static const char *const properties[] = {"issue", "issuewild", "issuemail", "issuevmc"};

enum found { FOUND_UNKNOWN, FOUND_NONE, FOUND_SET };

/** What governs a name in one state. */
struct governing {
    enum found found;
    const struct rrset *set;
};

/* The climb of RFC 8659 section 3 as far as the zones given reach. Above them may be anything: no set is
 * known there. */
static struct governing climb(struct facts *f, enum change_side side, struct arena *a, const dname *name)
{
    struct governing out = {.found = FOUND_NONE};
    for (const dname *at = name; at != NULL && !dname_is_root(at); at = dname_parent(at)) {
        const struct answer answer = change_lookup(f, side, a, at, RRTYPE_CAA);
        if (answer.state == ANSWER_RRSET)
            return (struct governing){FOUND_SET, answer.rrset};
        if (answer.state == ANSWER_UNKNOWN && change_zone_of(change_zones(f, side), at, RRTYPE_CAA) != NULL)
            out.found = FOUND_UNKNOWN; /* an alias out of the zones, or a subzone that was not given */
        if (out.found == FOUND_UNKNOWN)
            return out;
    }
    return out;
}

static bool is(const struct caa_record *r, const char *property)
{
    return strcmp(r->tag, property) == 0;
}

/* The set says something about the property; issuewild falls back to issue (section 4.3). */
static const char *effective(struct arena *a, const struct rrset *set, const char *property)
{
    bool wild = false;
    for (uint16_t i = 0; i < set->count; i++) {
        const struct caa_record r = caa_read(a, &set->rdata[i]);
        if (is(&r, property))
            return property;
        wild = wild || is(&r, "issue");
    }
    return strcmp(property, "issuewild") == 0 && wild ? "issue" : NULL;
}

/* "ca.example; account=1" in lower case without blanks: what is compared. "" is nobody, as is a malformed value
 * (RFC 8659 section 4.2). */
static const char *issuer(struct arena *a, const struct caa_record *r)
{
    if (r->fault != NULL)
        return "";
    char *text = arena_alloc(a, r->value_length + 1);
    size_t length = 0;
    bool parameters = false;
    for (size_t i = 0; text != NULL && i < r->value_length; i++) {
        const char ch = r->value[i];
        if (ch == ' ' || ch == '\t' || ch == '\0')
            continue;
        parameters = parameters || ch == ';';
        text[length++] = parameters ? ch : (char)tolower((unsigned char)ch);
    }
    if (text != NULL && length > 0 && text[length - 1] == ';')
        text[length - 1] = '\0';
    return text != NULL ? text : "";
}

static bool same_ca(const char *a, const char *b)
{
    const size_t length = strcspn(a, ";");
    return length == strcspn(b, ";") && strncmp(a, b, length) == 0;
}

/* The old set let this issuer, with these parameters, issue: named alike, or without any parameters. */
static bool allowed_before(struct arena *a, const struct rrset *set, const char *property, const char *wanted)
{
    for (uint16_t i = 0; i < set->count; i++) {
        const struct caa_record r = caa_read(a, &set->rdata[i]);
        const char *old = is(&r, property) ? issuer(a, &r) : "";
        if (*old != '\0' && (strcmp(old, wanted) == 0 || (same_ca(old, wanted) && strchr(old, ';') == NULL)))
            return true;
    }
    return false;
}

/* An issuer that only the new set lets issue, or NULL. */
static const char *new_issuer(struct arena *a, const struct rrset *before, const char *old_property,
                              const struct rrset *after, const char *property)
{
    for (uint16_t i = 0; i < after->count; i++) {
        const struct caa_record r = caa_read(a, &after->rdata[i]);
        const char *now = is(&r, property) ? issuer(a, &r) : "";
        if (*now != '\0' && !allowed_before(a, before, old_property, now))
            return now;
    }
    return NULL;
}

struct loss {
    const char *property;
    const char *who; /* NULL: anybody */
};

static struct loss find_loss(struct arena *a, const struct rrset *before, const struct rrset *after)
{
    struct loss out = {NULL, NULL};
    for (size_t i = 0; i < ARRAY_SIZE(properties); i++) {
        const char *old = effective(a, before, properties[i]);
        const char *now = after != NULL ? effective(a, after, properties[i]) : NULL;
        if (old == NULL)
            continue;
        if (now == NULL)
            return (struct loss){properties[i], NULL};
        const char *who = new_issuer(a, before, old, after, now);
        if (who != NULL && out.property == NULL)
            out = (struct loss){properties[i], who};
    }
    return out;
}

static const char *domain_of(struct arena *a, const char *who)
{
    const char *text = text_ascii(a, who, strlen(who));
    return *text != '\0' ? text : "?";
}

static bool judge(struct change_pass *p, const struct change_item *item)
{
    struct facts *f = p->f;
    struct arena *a = p->work;
    const struct change *c = p->c;
    const dname *owner = change_owner(c, item);
    if (item->type != RRTYPE_CAA || item->kind == CHANGE_TTL)
        return false;
    const struct governing before = climb(f, CHANGE_OLD, a, owner);
    const struct governing after = climb(f, CHANGE_NEW, a, owner);
    const bool gone = zone_index(c->after, owner) == SIZE_MAX && !dname_equal(owner, zone_apex(c->after));
    /* For a name that is gone nobody proves control any more. */
    if (before.found != FOUND_SET || after.found == FOUND_UNKNOWN || (gone && !dname_is_wildcard(owner)))
        return false;
    const struct loss loss = find_loss(a, before.set, after.set);
    if (loss.property == NULL || !p->tell)
        return loss.property != NULL;
    struct finding *finding =
        loss.who == NULL
            ? findings_add(p->out, owner, "any authority may now issue here (%s): %s", loss.property,
                           after.set == NULL ? "no CAA record is left, here or above in the zones given"
                                             : "the property is gone")
            : findings_add(p->out, owner, "one more authority may issue here (%s): %s", loss.property,
                           domain_of(a, loss.who));
    finding->severity = loss.who == NULL ? SEVERITY_MEDIUM : SEVERITY_LOW;
    finding->rrtype = RRTYPE_CAA;
    finding->location = change_place(c, facts_scratch(f), owner, RRTYPE_CAA);
    for (uint16_t i = 0; i < before.set->count && i < 8; i++)
        finding_note(p->out, finding, "before", "%s", rr_text(a, before.set, i));
    for (uint16_t i = 0; after.set != NULL && i < after.set->count && i < 8; i++)
        finding_note(p->out, finding, "after", "%s", rr_text(a, after.set, i));
    return true;
}

static enum verdict run(struct facts *f, const dname *zone, struct findings *out)
{
    (void)zone;
    return change_check(f, out, judge, "no CAA set lets more authorities issue than before",
                        "CAA sets became weaker");
}

const struct check topic_caa_change[] = {
    {
        CHANGE_COMMON,
        .id = "caa.weakened",
        .area = "caa",
        .title = "No more authorities may issue than before",
        .failure_title = "A change lets more authorities issue certificates",
        .why = "Each authority that may issue is one more that can be tricked or broken into. Whoever wants "
               "a certificate for your name by fraud removes the CAA record first, or adds the authority "
               "that falls for it.",
        .fix = "Restore the CAA records, or accept the finding if the new authority is one that you ordered.",
        .fix_record = "example.test. CAA 0 issue \"your-ca.example\"",
        .effort = "minutes",
        .tags = "caa certificate change",
        .severity = SEVERITY_MEDIUM,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .needs = "the zone before and after the change",
        .subject_kind = "name",
        .references = {RFC(8659, "3"), RFC(8659, "4.2"), RFC(8659, "4.3"), RFC_WHOLE(8657)},
        .controls = {{"nist-800-53r5", "SC-17"}, {"nist-800-53r5", "CM-3"}},
        .cwe = "CWE-295",
        .false_positives = "A set above the zones given may govern the name in place of the one that went.",
        .example_pass = "!offline\n@ CAA 0 issue \"ca.example.net\"\n"
                        "!before\n@ CAA 0 issue \"ca.example.net\"\n@ CAA 0 issue \"old-ca.example.net\"\n",
        .example_fail =
            "!offline\nwww A 192.0.2.10\n!before\n@ CAA 0 issue \"ca.example.net\"\nwww A 192.0.2.10\n",
        .run = run,
    },
    {0},
};
