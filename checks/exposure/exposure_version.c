/* SPDX-License-Identifier: BSD-2-Clause */
/* Do name servers tell strangers which software they run? */
#include "auditor/check_zone.h"

#include <string.h>
#include <strings.h>

static const char *const questions[] = {"version.bind.", "version.server."};

static const struct reply *ask_version(struct facts *f, const struct address *server, const char *name)
{
    return facts_ask(f, &(struct ask){.server = *server,
                                      .owner = dname_const(facts_scratch(f), name),
                                      .type = RRTYPE_TXT,
                                      .class = RRCLASS_CH,
                                      .flags = ASK_SHARED});
}

static bool contains(const char *text, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = text; *at != '\0'; at++)
        if (strncasecmp(at, word, length) == 0)
            return true;
    return false;
}

/* Operators who hide the version answer with an empty string, "none", "unknown" and the like. A text with a
 * number or the name of a product tells something all the same. */
static bool telling(const char *text)
{
    static const char *const products[] = {"bind",    "nsd",     "knot",      "powerdns", "pdns",
                                           "unbound", "dnsmasq", "microsoft", "windows",  "djbdns",
                                           "tinydns", "yadifa",  "coredns",   "gdnsd",    "maradns"};
    static const char *const neutral[] = {"none",    "unknown",  "hidden",     "disclose", "available",
                                          "n/a",     "secret",   "secured",    "refused",  "denied",
                                          "private", "withheld", "no version", "go away",  "null"};
    if (strpbrk(text, "0123456789") != NULL)
        return true;
    for (size_t i = 0; i < ARRAY_SIZE(products); i++)
        if (contains(text, products[i]))
            return true;
    for (size_t i = 0; i < ARRAY_SIZE(neutral); i++)
        if (contains(text, neutral[i]))
            return false;
    return text[strspn(text, " -._")] != '\0';
}

/* The text told, or NULL. */
static const char *version_in(struct facts *f, const struct reply *r)
{
    if (r->state != REPLY_OK || r->rcode != 0)
        return NULL;
    for (size_t i = 0; i < r->answer.count; i++) {
        const struct rrset *set = &r->answer.sets[i];
        size_t length;
        for (uint16_t j = 0; set->type == RRTYPE_TXT && j < set->count; j++) {
            const char *text = rdata_txt(facts_scratch(f), &set->rdata[j], &length);
            if (text != NULL && telling(text))
                return text;
        }
    }
    return NULL;
}

static void report(struct facts *f, const struct server *server, const char *question, const char *text,
                   struct findings *out)
{
    facts_mark(f);
    ask_version(f, &server->address, question);
    struct finding *finding =
        findings_add(out, server->name, "%s tells its software: \"%s\"", check_server(f, server), text);
    finding->rrtype = RRTYPE_TXT;
    finding->discriminator = check_address(f, &server->address);
}

static enum verdict run(struct facts *f, const dname *zone, struct findings *out)
{
    const struct servings *s = servings_of(f, zone);
    enum verdict verdict;
    if (!check_zone_ready(s->delegation, out, &verdict))
        return verdict;
    for (size_t i = 0; i < s->count; i++)
        for (size_t q = 0; q < ARRAY_SIZE(questions); q++)
            ask_version(f, &s->list[i].server.address, questions[q]);
    bool gap = check_gaps(f, s, out);
    for (size_t i = 0; i < s->count; i++) {
        const struct server *server = &s->list[i].server;
        if (s->list[i].state == SERVING_SILENT || s->list[i].state == SERVING_UNASKED)
            continue;
        size_t silent = 0;
        bool told = false;
        for (size_t q = 0; q < ARRAY_SIZE(questions) && !told; q++) {
            const struct reply *r = ask_version(f, &server->address, questions[q]);
            const char *text = version_in(f, r);
            silent += r->state == REPLY_NONE;
            told = text != NULL;
            if (told)
                report(f, server, questions[q], text, out);
        }
        if (told || silent == 0)
            continue;
        gap = true;
        findings_undetermined(out, REASON_TIMEOUT, "%s does not answer questions of class CH",
                              check_server(f, server));
    }
    findings_pass(out, "no server tells its version");
    return gap ? VERDICT_UNDETERMINED : VERDICT_PASS;
}

const struct check topic_exposure_version[] = {
    {
        .id = "exposure.version-bind",
        .area = "exposure",
        .title = "Name servers do not tell their software version",
        .failure_title = "A name server tells its software version",
        .why = "An attacker learns which known flaws to try without sending anything suspicious.",
        .fix = "Set an empty or neutral text: 'version none;' in BIND options, 'hide-version: yes' in "
               "NSD, 'version: \"\"' in the Knot DNS server section.",
        .effort = "minutes",
        .tags = "exposure fingerprint",
        .severity = SEVERITY_LOW,
        .confidence = CONFIDENCE_CONFIRMED,
        .confidence_lowest = CONFIDENCE_CONFIRMED,
        .modes = MODE_LIVE,
        .needs = "TXT version.bind and version.server in class CH at every address of the zone's servers",
        .traffic = TRAFFIC_DNS,
        .subject_kind = "name server",
        .discriminator = "address",
        .references = {RFC(4892, "3")},
        .controls = {{"nist-800-53r5", "RA-5(4)"}},
        .attack = "T1592.002",
        .cwe = "CWE-200",
        .since = "0.1.0",
        .false_positives = "Some operators publish a false version on purpose.",
        .example_pass = "!ch 192.0.2.1 version.bind. none\n",
        .example_fail = "!ch 192.0.2.1 version.bind. 9.18.1-Debian\n",
        .scope = SCOPE_ZONE,
        .run = run,
    },
    {0},
};
