/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings from a stored run or from an audit made for the purpose. */
#include "auditor/commands/stored.h"

#include "auditor/commands/commands.h"
#include "auditor/gate/stored_run.h"

static int from_report(struct options *o, const struct words *arguments, report_fn *fn, void *context)
{
    struct stored_run run;
    const char *error = NULL;
    if (arguments->count > 0 || o->live) {
        complain("--from takes the findings from %s; name no %s", o->from,
                 o->live ? "targets" : "zone files");
        return EXIT_USAGE;
    }
    if (stored_run_read(o->arena, o->from, &run, &error) != STATUS_OK) {
        complain("%s", error != NULL ? error : o->from);
        return EXIT_USAGE;
    }
    bool unreadable = false;
    for (size_t i = 0; i < run.target_count; i++) {
        unreadable = unreadable || run.targets[i].error != NULL;
        fn(context, &run.run, &run.targets[i]);
    }
    if (run.target_count == 0) {
        complain("%s: the run has no target", o->from);
        return EXIT_NOTHING;
    }
    return unreadable ? EXIT_INCOMPLETE : -1;
}

int findings_of(struct options *o, const struct words *arguments, struct known *known, report_fn *fn,
                void *context)
{
    if (o->from != NULL)
        return from_report(o, arguments, fn, context);
    struct options audit = *o;
    audit.command = o->live ? COMMAND_AUDIT : COMMAND_ZONE;
    audit.arguments = *arguments;
    audit.baseline = NULL;
    audit.new_only = false;
    audit.fail_never = true;
    audit.output_count = 0;
    audit.report.verbosity = audit.report.verbosity > 0 ? audit.report.verbosity : -1;
    audit.known_names = known;
    audit.on_report = fn;
    audit.on_report_context = context;
    if (arguments->count == 0 && !(o->live && o->targets_file != NULL)) {
        complain("no findings to work with: expected zone files, --live and names, or --from and a report of "
                 "a run");
        return EXIT_USAGE;
    }
    int code = o->live ? command_audit(&audit) : command_zone(&audit);
    return code == EXIT_PASSED ? -1 : code;
}
