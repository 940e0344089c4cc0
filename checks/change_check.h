/* SPDX-License-Identifier: BSD-2-Clause */
/* What the checks that compare two states of a zone share: when there is something to compare, and words for
 * times. */
#ifndef ZONEVET_CHECKS_CHANGE_CHECK_H
#define ZONEVET_CHECKS_CHANGE_CHECK_H

#include "auditor/base/clock.h"
#include "auditor/check.h"
#include "auditor/facts/derived/change.h"

/* Of one check at one zone: nobody reads more, and a million names may have changed. */
#define CHANGE_FINDINGS_MAX 100U

/** The change of the target's zone, or NULL: then *verdict is what the check must return, the reason is said. */
static inline const struct change *change_ready(struct facts *f, struct findings *out, enum verdict *verdict)
{
    const struct change *c = change_of(f);
    *verdict = VERDICT_SKIPPED;
    switch (c->state) {
    case CHANGE_KNOWN:
        return c;
    case CHANGE_NO_OLD_STATE:
        findings_skip(out, SKIP_NEEDS_DATA, "no earlier state was given: zonevet diff OLD NEW, or --old");
        break;
    case CHANGE_NEW_ZONE:
        findings_skip(out, SKIP_NOT_APPLICABLE, "the zone is new: the earlier state has none of that name");
        break;
    case CHANGE_NO_ZONE:
        findings_skip(out, SKIP_NEEDS_ZONE_FILE, "no zone file was given for this name");
        break;
    case CHANGE_FAILED:
        findings_undetermined(out, REASON_INTERNAL, "without memory the two states could not be compared");
        *verdict = VERDICT_UNDETERMINED;
        break;
    }
    return NULL;
}

/** "36 hours", "90 minutes", "1 day": rounded up to what people reckon with. In scratch memory. */
static inline const char *change_span(struct facts *f, uint64_t seconds)
{
    struct arena *a = facts_scratch(f);
    const bool days = seconds >= 172800 || (seconds > 0 && seconds % 86400 == 0);
    const bool hours = seconds >= 7200 || (seconds > 0 && seconds % 3600 == 0);
    const uint64_t unit = days ? 86400 : hours ? 3600 : seconds >= 120 ? 60 : 1;
    const char *name = unit == 86400 ? "day" : unit == 3600 ? "hour" : unit == 60 ? "minute" : "second";
    const unsigned long long count = (seconds + unit - 1) / unit;
    const char *text = arena_printf(a, "%llu %s%s", count, name, count == 1 ? "" : "s");
    return text != NULL ? text : "?";
}

/** The moment that many seconds from now, if the change goes out now. In scratch memory. */
static inline const char *change_moment(struct facts *f, uint64_t seconds)
{
    char *text = arena_alloc(facts_scratch(f), CLOCK_TEXT_SIZE);
    if (text == NULL)
        return "?";
    clock_rfc3339(facts_now(f) + (int64_t)seconds, text);
    return text;
}

/** The type in scratch memory. */
static inline const char *change_type(struct facts *f, uint16_t type)
{
    char *text = arena_alloc(facts_scratch(f), 16);
    return text != NULL ? rrtype_text(type, text) : "?";
}

/** The first label of the name is this text (lower case). */
static inline bool change_first_label(const dname *name, const char *label)
{
    unsigned i = 0;
    for (; label[i] != '\0' && i < name[0]; i++) {
        if (name[1 + i] != (uint8_t)label[i])
            return false;
    }
    return label[i] == '\0' && name[0] == i && i > 0;
}

/** A record of that owner that cannot be read in the new file is lost, not removed: say so. type 0: any. */
static inline void change_cause(struct facts *f, struct finding *finding, const dname *owner, uint16_t type)
{
    static const char *const ids[] = {
        [ZONE_FAULT_SYNTAX] = "zone.syntax",
        [ZONE_FAULT_LABEL] = "zone.label-too-long",
        [ZONE_FAULT_STRING] = "zone.txt-string-too-long",
        [ZONE_FAULT_RANGE] = "zone.mx-srv-out-of-range",
        [ZONE_FAULT_CLASS] = "zone.class-mismatch",
        [ZONE_FAULT_ESCAPE] = "zone.bad-escape",
        [ZONE_FAULT_ADDRESS] = "zone.a-leading-zero",
    };
    size_t count = 0;
    const struct zone_error *errors = facts_zone_errors(f, &count);
    for (size_t i = 0; i < count && finding->cause_check == NULL; i++) {
        const struct zone_error *e = &errors[i];
        if (e->owner != NULL && dname_equal(e->owner, owner) && (type == 0 || e->type == type) &&
            e->fault < ARRAY_SIZE(ids))
            finding->cause_check = ids[e->fault];
    }
}

/** One pass over the sets that differ: there may be millions. */
struct change_pass {
    struct facts *f;
    struct findings *out;
    const struct change *c;
    struct arena *work; /* emptied before every set: what findings keep (discriminator, location) goes to
                           facts_scratch() */
    bool tell;          /* a finding that is found may be added; else it is only counted */
    size_t found;
    const dname *last; /* for judges that look at an owner once */
    const void *context;
};

/**
 * Call judge for every set that differs.
 * @param judge  true if it found something
 * @param more   words for what is beyond CHANGE_FINDINGS_MAX: "%zu more ..."
 * @return the verdict
 */
static inline enum verdict change_each(struct change_pass *p,
                                       bool (*judge)(struct change_pass *p, const struct change_item *item),
                                       const char *more)
{
    p->work = arena_new(0);
    if (p->work == NULL) {
        findings_undetermined(p->out, REASON_INTERNAL, "without memory the change could not be looked at");
        return VERDICT_UNDETERMINED;
    }
    for (size_t i = 0; i < p->c->count; i++) {
        arena_reset(p->work);
        p->tell = p->found < CHANGE_FINDINGS_MAX;
        p->found += judge(p, &p->c->items[i]);
    }
    arena_free(p->work);
    if (p->found > CHANGE_FINDINGS_MAX)
        findings_add(p->out, facts_target(p->f), "%zu more %s", p->found - CHANGE_FINDINGS_MAX, more)
            ->discriminator = "more";
    return p->found > 0 ? VERDICT_FAIL : VERDICT_PASS;
}

/** A check that is one such pass: `passed` is what is said where nothing is found. */
static inline enum verdict change_check(struct facts *f, struct findings *out,
                                        bool (*judge)(struct change_pass *p, const struct change_item *item),
                                        const char *passed, const char *more)
{
    enum verdict verdict;
    struct change_pass p = {.f = f, .out = out, .c = change_ready(f, out, &verdict)};
    if (p.c == NULL)
        return verdict;
    findings_pass(out, "%s", passed);
    return change_each(&p, judge, more);
}

#define CHANGE_COMMON                                                                                        \
    .modes = MODE_OFFLINE, .traffic = TRAFFIC_NONE, .since = "0.2.0", .scope = SCOPE_ZONE,                   \
    .confidence = CONFIDENCE_CONFIRMED

#endif
