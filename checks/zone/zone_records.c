/* SPDX-License-Identifier: BSD-2-Clause */
/* Records that are in the file and will not be in the zone: out of it, of another class, of types that are no
 * data, with names and numbers that do not fit; and owners that are not what the eye sees. */
#include "checks/zone/zone_faults.h"

static enum verdict run_outside(struct facts *f, const dname *subject, struct findings *out)
{
    (void)subject;
    return zone_faults_report(f, out, ZONE_KIND(ZONE_FAULT_OUT_OF_ZONE), "every owner is in the zone");
}

static enum verdict run_class(struct facts *f, const dname *subject, struct findings *out)
{
    (void)subject;
    return zone_faults_report(f, out, ZONE_KIND(ZONE_FAULT_CLASS), "every record is of class IN");
}

static enum verdict run_meta(struct facts *f, const dname *subject, struct findings *out)
{
    (void)subject;
    return zone_faults_report(f, out, ZONE_KIND(ZONE_FAULT_META_TYPE), "every record has a type of data");
}

static enum verdict run_inherited(struct facts *f, const dname *subject, struct findings *out)
{
    (void)subject;
    return zone_faults_report(f, out, ZONE_KIND(ZONE_REMARK_INHERITED),
                              "no record inherits its owner over a directive");
}

static enum verdict run_label(struct facts *f, const dname *subject, struct findings *out)
{
    (void)subject;
    return zone_faults_report(f, out, ZONE_KIND(ZONE_FAULT_LABEL), "labels and names have lengths that fit");
}

static enum verdict run_range(struct facts *f, const dname *subject, struct findings *out)
{
    (void)subject;
    return zone_faults_report(f, out, ZONE_KIND(ZONE_FAULT_RANGE), "the numbers of MX and SRV records fit");
}

#define RECORDS_COMMON                                                                                       \
    .area = "zone", .effort = "minutes", .confidence = CONFIDENCE_CONFIRMED,                                 \
    .confidence_lowest = CONFIDENCE_CONFIRMED, .modes = MODE_OFFLINE, .needs = "the zone file",              \
    .traffic = TRAFFIC_NONE, .controls = {{"nist-800-53r5", "CM-6"}}, .since = "0.2.0",                      \
    .scope = SCOPE_TARGET, .discriminator = "text of the record",                                            \
    .example_pass = "!offline\nwww A 192.0.2.10\n@ MX 10 mail\nmail A 192.0.2.11"

const struct check topic_zone_records[] = {
    {
        RECORDS_COMMON,
        .id = "zone.label-too-long",
        .title = "Names and labels have lengths that fit into DNS messages",
        .failure_title = "A label is longer than 63 octets, or a name longer than 255",
        .why = "No DNS message can carry such a name, so no name server loads it: most refuse the whole "
               "zone, and it goes out of service at the next restart.",
        .fix = "Shorten the label or the name. A name without a final dot is completed by the origin, which "
               "often is what makes it too long.",
        .tags = "zone-file names",
        .severity = SEVERITY_CRITICAL,
        .subject_kind = "name",
        .references = {RFC(1035, "2.3.4"), RFC(2181, "11")},
        .not_ignorable = true,
        .run = run_label,
    },
    {
        RECORDS_COMMON,
        .id = "zone.mx-srv-out-of-range",
        .title = "Preferences, weights and ports of MX and SRV records fit",
        .failure_title = "An MX or SRV record has a number that does not fit into 16 bits",
        .why = "Name servers refuse the zone or drop the record: mail or the service stops, when the file "
               "is loaded next.",
        .fix = "Take a number from 0 to 65535. Only the order of preferences and priorities matters.",
        .tags = "zone-file mx srv",
        .severity = SEVERITY_HIGH,
        .subject_kind = "name",
        .references = {RFC(1035, "3.3.9"), RFC_WHOLE(2782)},
        .run = run_range,
    },
    {
        RECORDS_COMMON,
        .id = "zone.meta-type",
        .title = "Every record has a type that can be data",
        .failure_title = "A record has a type that exists in questions and messages only",
        .why = "Types such as ANY, AXFR, OPT or TSIG have a meaning in DNS messages and none in a zone. "
               "Name servers refuse the zone, or drop what somebody meant to publish.",
        .fix = "Find out which type was meant, and publish that; else delete the record.",
        .tags = "zone-file types",
        .severity = SEVERITY_HIGH,
        .subject_kind = "name",
        .references = {RFC(6895, "3.1")},
        .run = run_meta,
    },
    {
        RECORDS_COMMON,
        .id = "zone.class-mismatch",
        .title = "Every record is of the zone's class",
        .failure_title = "A record is of another class than the zone",
        .why = "A zone has one class. A record of another one is dropped, or the whole zone is refused with "
               "it: what it was meant to publish is not there.",
        .fix = "Write IN, or leave the class out.",
        .tags = "zone-file class",
        .severity = SEVERITY_HIGH,
        .subject_kind = "name",
        .references = {RFC(1035, "5.2")},
        .false_positives = "Zones of the class CH, such as version.bind, are not what this audit is for.",
        .run = run_class,
    },
    {
        RECORDS_COMMON,
        .id = "zone.out-of-zone",
        .title = "Every record of the file belongs to the zone",
        .failure_title = "A record is for a name outside the zone",
        .why = "Name servers ignore such a record or refuse the file. Mostly it shows a mistake: an $ORIGIN "
               "that still holds for later lines, a final dot too many, or a record in the wrong file.",
        .fix = "Move the record to the zone that holds its name, or correct the owner.",
        .tags = "zone-file names",
        .severity = SEVERITY_MEDIUM,
        .subject_kind = "zone",
        .references = {RFC(1035, "5.2")},
        .run = run_outside,
    },
    {
        RECORDS_COMMON,
        .id = "zone.inherited-owner",
        .title = "No record inherits its owner from before a directive",
        .failure_title = "A line that begins with a blank takes its owner from before an $ORIGIN or "
                         "$INCLUDE",
        .why = "The reader of the file sees the record under the new origin, the server puts it at the last "
               "name before the directive: the next edit hits the wrong name.",
        .fix = "Write the owner on the first line behind $ORIGIN and $INCLUDE, and on the first line of an "
               "included file.",
        .tags = "zone-file hygiene",
        .severity = SEVERITY_LOW,
        .subject_kind = "name",
        .references = {RFC(1035, "5.1")},
        .run = run_inherited,
    },
    {0},
};
