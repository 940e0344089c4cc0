/* SPDX-License-Identifier: BSD-2-Clause */
/* What the HTML style sheets read: small libxml2 trees of a target and of the whole run. Text only ever
 * becomes the value of a node or an attribute; a link exists only if its address is one of our own
 * and https. */
#ifndef ZONEVET_REPORTS_HTML_TREE_H
#define ZONEVET_REPORTS_HTML_TREE_H

#include "auditor/base/table.h"
#include "reports/report.h"

#include <libxml/tree.h>

#define HTML_PASSES_MAX 5000    /* results of a run; above it passed checks are only counted */
#define HTML_DETAILED_MAX 2000  /* findings with evidence and remedy; further ones take one line */
#define HTML_FINDINGS_MAX 20000 /* findings listed at all */
#define HTML_UNKNOWN_MAX 5000   /* results that could not be evaluated, listed */
#define HTML_EVIDENCE_MAX 12    /* items a finding */
#define HTML_CHANGES_MAX 1000   /* lines of each table of what is new, fixed or waived */
#define HTML_LINKS_MAX 5        /* findings linked from one line of the compliance matrix */

/** A finding that the compliance matrix links to. */
struct html_link {
    const char *anchor, *subject;
};

/** What the whole run says of one check. */
struct html_check {
    const struct check *check;
    uint32_t outcomes[5];
    uint32_t skipped[SKIP_NEEDS_DATA + 1];
    struct html_link links[HTML_LINKS_MAX];
};

/** A row of the targets table. */
struct html_target {
    const char *name, *unicode, *error, *coverage;
    uint32_t open[5], outcomes[5];
    uint32_t states[STATE_FIXED + 1];
    uint32_t queries, timeouts, names_known;
};

/** A result kept for a list of its own: passed, without an answer, new, waived or fixed. */
struct html_line {
    const struct check *check; /* NULL: a fixed finding of a check that may be gone; then id and title are set */
    const char *id, *title;
    const char *target, *subject, *message, *reason, *cause_anchor, *cause_id;
    const char *anchor; /* of the finding on the page, or NULL */
    const char *owner, *waiver, *date;
    int64_t expires_s;
    enum severity severity;
};

struct html_lines {
    struct html_line *items;
    size_t count, capacity;
    uint32_t omitted;
};

/** All that is kept of a run between its targets. */
struct html_memory {
    struct arena *arena;
    const struct run *run;
    struct table *by_id; /* check id to struct html_check */
    struct html_target *targets;
    size_t target_count, target_capacity;
    struct html_lines passes, unknowns, fresh, fixed, waived;
    uint32_t states[STATE_FIXED + 1][5]; /* findings by state and severity */
    uint64_t results;
    uint32_t findings; /* listed so far */
    uint32_t findings_omitted, unknowns_omitted;
    bool no_memory;
};

/** Keep what the end of the report needs of this target. */
void html_remember(struct html_memory *m, const struct target_report *t);

/** The tree of one target's findings; call after html_remember. NULL (and no_memory) without memory. */
xmlDoc *html_target_tree(struct html_memory *m, const struct target_report *t);

/** The tree of everything but the findings. */
xmlDoc *html_run_tree(struct html_memory *m, const struct run *run, const char *policy, const char *style,
                      const char *script);

#endif
