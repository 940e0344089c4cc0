/* SPDX-License-Identifier: BSD-2-Clause */
/* The zone file as a text: lines that cannot be read, files it includes, what it generates, and its end. */
#include "checks/zone/zone_faults.h"

static enum verdict run_syntax(struct facts *f, const dname *subject, struct findings *out)
{
    (void)subject;
    enum verdict verdict =
        zone_faults_report(f, out, ZONE_KIND(ZONE_FAULT_SYNTAX), "the whole file was read");
    if (verdict == VERDICT_SKIPPED)
        return verdict;
    zone_faults_effects(f, out, ZONE_FAULT_END, "zone.no-final-newline-or-open-paren");
    zone_faults_effects(f, out, ZONE_FAULT_ESCAPE, "zone.bad-escape");
    zone_faults_effects(f, out, ZONE_FAULT_ADDRESS, "zone.a-leading-zero");
    zone_faults_effects(f, out, ZONE_FAULT_GENERATE, "zone.generate-limits");
    return verdict;
}

static enum verdict run_include(struct facts *f, const dname *subject, struct findings *out)
{
    (void)subject;
    return zone_faults_report(f, out, ZONE_KIND(ZONE_FAULT_INCLUDE),
                              "every $INCLUDE stays in the folder of the zone file");
}

static enum verdict run_generate(struct facts *f, const dname *subject, struct findings *out)
{
    (void)subject;
    return zone_faults_report(f, out, ZONE_KIND(ZONE_FAULT_GENERATE), "every $GENERATE was carried out");
}

static enum verdict run_end(struct facts *f, const dname *subject, struct findings *out)
{
    (void)subject;
    return zone_faults_report(f, out, ZONE_KIND(ZONE_FAULT_END) | ZONE_KIND(ZONE_REMARK_END),
                              "the file ends where a line ends");
}

#define READER_COMMON                                                                                        \
    .area = "zone", .effort = "minutes", .confidence = CONFIDENCE_CONFIRMED,                                 \
    .confidence_lowest = CONFIDENCE_CONFIRMED, .modes = MODE_OFFLINE, .needs = "the zone file",              \
    .traffic = TRAFFIC_NONE, .subject_kind = "zone", .controls = {{"nist-800-53r5", "CM-6"}},                \
    .scope = SCOPE_TARGET, .discriminator = "text of the record",                                            \
    .example_pass = "!offline\nwww A 192.0.2.10"

const struct check topic_zone_reader[] = {
    {
        READER_COMMON,
        .id = "zone.syntax",
        .title = "The zone file can be read from its first line to its last",
        .failure_title = "The zone file has a line that cannot be read",
        .why = "A name server refuses the whole zone or drops the record, depending on its brand and "
               "version: the zone goes out of service, or a record silently disappears, when the file is "
               "loaded next.",
        .fix = "Correct the line at the place named. Every error of the file is listed, so one pass over it "
               "is enough.",
        .tags = "zone-file syntax",
        .severity = SEVERITY_CRITICAL,
        .references = {RFC(1035, "5"), RFC(2308, "4"), RFC(3597, "5")},
        .since = "0.1.0",
        .false_positives = "A vendor's own directive that only its server knows is an error here: other "
                           "servers stop at it.",
        .not_ignorable = true,
        .run = run_syntax,
    },
    {
        READER_COMMON,
        .id = "zone.include-outside",
        .title = "Every $INCLUDE stays below the folder of the zone file",
        .failure_title = "An $INCLUDE leads out of the folder of the zone file, or to a file that cannot be "
                         "read",
        .why = "Whoever may propose a change of a zone could read any file of the machine that checks it, "
               "for instance keys of a build server, through the error messages; and a missing file takes "
               "its records with it.",
        .fix = "Move the included file below the folder of the zone file and name it by a relative path "
               "without '..'.",
        .tags = "zone-file supply-chain",
        .severity = SEVERITY_HIGH,
        .references = {RFC(1035, "5.1")},
        .cwe = "CWE-22",
        .since = "0.1.0",
        .false_positives = "Installations that keep shared snippets beside the zone folders: give the audit "
                           "the folder above both.",
        .run = run_include,
    },
    {
        READER_COMMON,
        .id = "zone.generate-limits",
        .title = "Every $GENERATE is valid and makes a sane number of records",
        .failure_title = "A $GENERATE is broken or makes more records than anybody needs",
        .why = "$GENERATE is an extension of one server. With a typing error in its range or its modifiers "
               "the records are missing, and with one digit too many in the range it fills the memory of "
               "every server that loads the zone.",
        .fix = "Correct the range and the modifiers, or list the records: a script makes them once, and "
               "every server reads them.",
        .tags = "zone-file generate",
        .severity = SEVERITY_MEDIUM,
        .references = {{"BIND 9 reference: zone file, $GENERATE",
                        "https://bind9.readthedocs.io/en/stable/"
                        "chapter3.html#bind-primary-file-extension-the-generate-directive"},
                       RFC(1035, "5.1")},
        .cwe = "CWE-770",
        .since = "0.2.0",
        .false_positives = "More than a million generated records that are wanted: list them in the file.",
        .run = run_generate,
    },
    {
        READER_COMMON,
        .id = "zone.no-final-newline-or-open-paren",
        .title = "The zone file ends behind a complete line",
        .failure_title = "The zone file ends in the middle of a line or inside parentheses",
        .why = "A file that stops in the middle was often cut off by a full disk or an aborted copy: the "
               "records behind the cut are missing, and the last one may be shorter than it was meant to "
               "be.",
        .fix = "Compare the end of the file with its source, close the parenthesis, and end the last line "
               "with a newline.",
        .tags = "zone-file syntax",
        .severity = SEVERITY_LOW,
        .references = {RFC(1035, "5.1")},
        .since = "0.2.0",
        .false_positives = "Some editors leave out the last newline; the record is complete then.",
        .run = run_end,
    },
    {0},
};
