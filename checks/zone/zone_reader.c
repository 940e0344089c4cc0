/* SPDX-License-Identifier: BSD-2-Clause */
/* What the master file reader could not read, as findings with file, line and column. */
#include "auditor/check.h"

/* One finding an error; the place tells them apart, and files are edited, so the message is the stable part. */
static enum verdict report(struct facts *f, struct findings *out, bool include)
{
    size_t count = 0;
    const struct zone_error *errors = facts_zone_errors(f, &count);
    if (facts_zone(f) == NULL) {
        findings_skip(out, SKIP_NEEDS_ZONE_FILE, "no zone file was given");
        return VERDICT_SKIPPED;
    }
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        const struct zone_error *e = &errors[i];
        if (e->fault != (include ? ZONE_FAULT_INCLUDE : ZONE_FAULT_SYNTAX))
            continue;
        struct finding *finding = findings_add(out, facts_target(f), "%s:%u:%u: %s", e->where.file, e->where.line,
                                               e->where.column, e->message);
        finding->discriminator =
            arena_printf(facts_scratch(f), "%s:%u:%u", e->where.file, e->where.line, e->where.column);
        finding->location = &e->where;
        found++;
    }
    if (found > 0)
        return VERDICT_FAIL;
    findings_pass(out, include ? "every $INCLUDE stays in the folder of the zone file" : "the whole file was read");
    return VERDICT_PASS;
}

static enum verdict run_syntax(struct facts *f, const dname *subject, struct findings *out)
{
    (void)subject;
    return report(f, out, false);
}

static enum verdict run_include(struct facts *f, const dname *subject, struct findings *out)
{
    (void)subject;
    return report(f, out, true);
}

const struct check topic_zone_reader[] = {
    {
        .id = "zone.syntax",
        .area = "zone",
        .title = "The zone file can be read from its first line to its last",
        .failure_title = "The zone file has a line that cannot be read",
        .why = "A name server refuses the whole zone or drops the record, depending on its brand and version: the zone "
               "goes out of service, or a record silently disappears, when the file is loaded next.",
        .fix = "Correct the line at the place named. Every error of the file is listed, so one pass over it is enough.",
        .effort = "minutes",
        .tags = "zone-file syntax",
        .severity = SEVERITY_CRITICAL,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_OFFLINE,
        .needs = "the zone file",
        .traffic = TRAFFIC_NONE,
        .subject_kind = "zone",
        .discriminator = "file, line and column",
        .references = {RFC(1035, "5"), RFC(2308, "4"), RFC(3597, "5")},
        .controls = {{"nist-800-53r5", "CM-6"}},
        .since = "0.1.0",
        .false_positives = "A vendor's own directive that only its server knows is an error here: other servers stop at it.",
        .example_pass = "!offline\nwww A 192.0.2.10",
        .example_fail = NULL,
        .not_ignorable = true,
        .scope = SCOPE_TARGET,
        .run = run_syntax,
    },
    {
        .id = "zone.include-outside",
        .area = "zone",
        .title = "Every $INCLUDE stays below the folder of the zone file",
        .failure_title = "An $INCLUDE leads out of the folder of the zone file, or to a file that cannot be read",
        .why = "Whoever may propose a change of a zone could read any file of the machine that checks it, for instance "
               "keys of a build server, through the error messages; and a missing file takes its records with it.",
        .fix = "Move the included file below the folder of the zone file and name it by a relative path without '..'.",
        .effort = "minutes",
        .tags = "zone-file supply-chain",
        .severity = SEVERITY_HIGH,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_OFFLINE,
        .needs = "the zone file",
        .traffic = TRAFFIC_NONE,
        .subject_kind = "zone",
        .discriminator = "file, line and column",
        .references = {RFC(1035, "5.1")},
        .controls = {{"nist-800-53r5", "CM-6"}},
        .cwe = "CWE-22",
        .since = "0.1.0",
        .false_positives = "Installations that keep shared snippets beside the zone folders: give the audit the folder "
                           "above both.",
        .example_pass = "!offline\nwww A 192.0.2.10",
        .example_fail = NULL,
        .scope = SCOPE_TARGET,
        .run = run_include,
    },
    {0},
};
