/* SPDX-License-Identifier: BSD-2-Clause */
/* From --baseline, --waivers and comments of zone files to the gate of a run. Errors are printed here. */
#ifndef ZONEVET_COMMANDS_GATE_SETUP_H
#define ZONEVET_COMMANDS_GATE_SETUP_H

#include "auditor/commands/setup.h"
#include "auditor/facts/zonefile.h"
#include "auditor/gate/gate.h"

struct gate_setup {
    struct arena *arena;
    struct known *old_side;          /* of a diff: findings of the old state; a caller sets it, or NULL */
    const char *old_name, *new_name; /* the sides as the user named them, or NULL */
    bool same_sight;                 /* of a diff: see gate.h; a caller sets it */
    struct known *baseline;          /* --baseline, or NULL */
    struct waivers waivers;
    struct inline_waivers inlined;
    struct waivers_options options;
};

/** Read the files, before anything is judged. Needs setup_settings() (what time it is). @return -1 or an exit
 * code */
int gate_setup(struct gate_setup *g, const struct setup *s, const struct options *o);

/** Take over the waivers in the comments of one zone file that is judged. @return -1 or an exit code */
int gate_setup_zone(struct gate_setup *g, const struct options *o, const struct zonefile *file);

/** The gate of the run, after setup_checks(). *out is NULL if there is nothing to hold results against.
 * @return -1 or an exit code */
int gate_setup_finish(struct gate_setup *g, const struct setup *s, const struct options *o,
                      struct gate **out);

/** A live run is to look again at every name below its targets that findings are known of, however it was found then:
 * or what is merely not asked any more would pass for fixed. After setup_checks(), before setup_digest(). k may be NULL. */
void gate_setup_names(struct setup *s, struct known *k);

/** What a waiver may name: all checks there are; and names as setup_name() reads them. @return -1 or an exit
 * code */
int gate_setup_rules(struct waivers_options *rules, struct arena *a, const struct options *o, int64_t now_s);

#endif
