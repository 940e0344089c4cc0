/* SPDX-License-Identifier: BSD-2-Clause */
/* Strings: escapes that are broken, quotes and backslashes that became data, strings that are too long. */
#include "checks/zone/zone_check.h"
#include "checks/zone/zone_faults.h"

#include <string.h>

static enum verdict run_long(struct facts *f, const dname *subject, struct findings *out)
{
    (void)subject;
    return zone_faults_report(f, out, ZONE_KIND(ZONE_FAULT_STRING), "every string fits into 255 octets");
}

static enum verdict run_escape(struct facts *f, const dname *subject, struct findings *out)
{
    (void)subject;
    return zone_faults_report(f, out, ZONE_KIND(ZONE_FAULT_ESCAPE) | ZONE_KIND(ZONE_REMARK_QUOTE),
                              "no escape is broken, and no quote has become data");
}

static bool begins(const char *text, size_t length, const char *with)
{
    return length >= strlen(with) && memcmp(text, with, strlen(with)) == 0;
}

static bool ends(const char *text, size_t length, const char *with)
{
    size_t size = strlen(with);
    return length >= size && memcmp(text + length - size, with, size) == 0;
}

/* Escapes of one tool that another took for data. @return what is wrong, or NULL */
static const char *stray(const char *text, size_t length)
{
    if (length >= 2 && text[0] == '"' && text[length - 1] == '"')
        return "the text begins and ends with a quote that is part of the data";
    if (begins(text, length, "\\\"") && ends(text, length, "\""))
        return "the text begins with a backslash and a quote that are part of the data";
    if (begins(text, length, "\xe2\x80\x9c") || ends(text, length, "\xe2\x80\x9d"))
        return "the text has typographic quotes of a word processor as data";
    /* Tagged lists (SPF, DKIM, DMARC ...) have no use for a backslash before a semicolon. */
    for (const char *at = text; begins(text, length, "v=") && at + 1 < text + length; at++) {
        at = memchr(at, '\\', (size_t)(text + length - at) - 1);
        if (at == NULL)
            break;
        if (at[1] == ';')
            return "a semicolon has a backslash before it that is part of the data";
    }
    return NULL;
}

/* Nearly every TXT record has neither. */
static bool suspicious(const struct rdata *rdata)
{
    return memchr(rdata->octets, '"', rdata->length) != NULL ||
           memchr(rdata->octets, '\\', rdata->length) != NULL ||
           memchr(rdata->octets, 0xe2, rdata->length) != NULL;
}

static void visit_text(struct facts *f, const struct zone_node *node, struct findings *out)
{
    const struct rrset *set = zone_node_set(node, RRTYPE_TXT);
    for (uint16_t i = 0; set != NULL && i < set->count; i++) {
        size_t length = 0;
        if (!suspicious(&set->rdata[i]))
            continue;
        const char *text = rdata_txt(facts_scratch(f), &set->rdata[i], &length);
        const char *wrong = text != NULL ? stray(text, length) : NULL;
        if (wrong == NULL)
            continue;
        struct finding *finding =
            findings_add(out, node->owner, "the TXT record of %s is not what it seems: %s",
                         dname_text(facts_scratch(f), node->owner), wrong);
        finding->confidence = CONFIDENCE_LIKELY;
        finding->discriminator = rdata_text(facts_scratch(f), RRTYPE_TXT, &set->rdata[i]);
        zone_check_at(f, finding, set, i);
    }
}

#define TEXT_COMMON                                                                                          \
    .area = "zone", .effort = "minutes", .confidence = CONFIDENCE_CONFIRMED, .modes = MODE_OFFLINE,          \
    .needs = "the zone file", .traffic = TRAFFIC_NONE, .controls = {{"nist-800-53r5", "CM-6"}},              \
    .since = "0.2.0", .subject_kind = "name", .discriminator = "text of the record"

const struct check topic_zone_text[] = {
    {
        TEXT_COMMON,
        .id = "zone.txt-string-too-long",
        .title = "No string is longer than 255 octets",
        .failure_title = "A string is longer than 255 octets",
        .why = "One string of a TXT record holds 255 octets. Servers refuse the zone, and tools that split "
               "the text on their own do it differently: a DKIM key that is cut off verifies no mail.",
        .fix = "Write several strings, each in its quotes: readers join them without anything in between.",
        .fix_record = "selector._domainkey TXT \"v=DKIM1; k=rsa; p=first half\" \"second half\"",
        .tags = "zone-file txt dkim",
        .severity = SEVERITY_HIGH,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .references = {RFC(1035, "3.3"), RFC(6376, "3.6.2.2"), RFC(7208, "3.3")},
        .example_pass = "!offline\nwww TXT \"one\" \"two\"",
        .scope = SCOPE_TARGET,
        .run = run_long,
    },
    {
        TEXT_COMMON,
        .id = "zone.bad-escape",
        .title = "Escapes are valid, and quotes are not part of the text",
        .failure_title = "An escape is broken, or quotes and backslashes have become part of a text",
        .why = "What is published differs from what was meant. Receivers do not recognise a policy that "
               "begins with a quote, so SPF, DKIM or DMARC is as good as absent, though the record is "
               "there.",
        .fix = "Write the text once in plain quotes, with \\\" for a quote and \\DDD (000 to 255) for other "
               "octets, and leave escaping to one tool.",
        .tags = "zone-file txt",
        .severity = SEVERITY_MEDIUM,
        .confidence_lowest = CONFIDENCE_LIKELY,
        .references = {RFC(1035, "5.1"), RFC(4343, "2.1")},
        .false_positives = "A text that is meant to be in quotes, as some ownership tokens are.",
        .example_pass = "!offline\n@ TXT \"v=spf1 -all\"",
        .example_fail = "!offline\n@ TXT \"\\\"v=spf1 -all\\\"\"",
        .scope = SCOPE_OWNER,
        .run = run_escape,
        .visit = visit_text,
        .types = ZONE_HAS(TXT),
    },
    {0},
};
