/* SPDX-License-Identifier: BSD-2-Clause */
/* zonevet list, explain, version: all from the one metadata record of each check. */
#include "auditor/commands/commands.h"
#include "auditor/commands/setup.h"
#include "auditor/config/profiles.h"
#include "checks/registry.h"
#include "fingerprints/fingerprints.h"
#include "auditor/facts/derived/suffix.h"

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <ldns/ldns.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

static const struct {
    const char *id, *text;
} areas[] = {
    {"xfr", "zone transfer, walking and bulk exposure"},
    {"deleg", "delegation and name servers"},
    {"soa", "SOA and agreement between servers"},
    {"dnssec", "DNSSEC: chain of trust, signatures, denial"},
    {"dangling", "dangling records and takeover"},
    {"spf", "SPF"},
    {"dmarc", "DMARC"},
    {"mail", "mail hosts, MTA-STS, TLS reporting, DANE"},
    {"caa", "CAA: who may issue certificates"},
    {"exposure", "information exposure"},
    {"server", "behaviour of name servers"},
    {"zone", "zone files"},
};

static const char *modes_text(enum modes modes)
{
    return modes == MODE_BOTH ? "live, zone file" : modes == MODE_LIVE ? "live" : "zone file";
}

static int list_checks(void)
{
    for (size_t t = 0; registry_topics[t] != NULL; t++) {
        for (const struct check *c = registry_topics[t]; c->id != NULL; c++) {
            printf("%-36s %-8s %-15s %s", c->id, severity_text(c->severity), modes_text(c->modes), c->title);
            for (const struct check_option *o = c->options; o != NULL && o->name != NULL; o++)
                printf("%s%s=%s", o == c->options ? " [" : ", ", o->name, o->value);
            printf("%s\n", c->options != NULL ? "]" : "");
        }
    }
    return EXIT_PASSED;
}

static int list_areas(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(areas); i++) {
        size_t count = 0;
        for (size_t t = 0; registry_topics[t] != NULL; t++) {
            for (const struct check *c = registry_topics[t]; c->id != NULL; c++)
                count += strcmp(c->area, areas[i].id) == 0;
        }
        printf("%-10s %3zu checks  %s\n", areas[i].id, count, areas[i].text);
    }
    return EXIT_PASSED;
}

static int list_formats(void)
{
    for (size_t i = 0; report_formats[i] != NULL; i++)
        printf("%-12s %s\n", report_formats[i]->name, report_formats[i]->description);
    return EXIT_PASSED;
}

static int list_profiles(void)
{
    for (const struct profile *p = profiles; p->name != NULL; p++) {
        size_t count = 0;
        for (size_t t = 0; registry_topics[t] != NULL; t++) {
            for (const struct check *c = registry_topics[t]; c->id != NULL; c++)
                count += profile_has(p, c);
        }
        printf("%-10s %3zu checks  %s\n", p->name, count, p->summary);
    }
    return EXIT_PASSED;
}

int command_list(struct options *o)
{
    static const char *const lists[] = {"checks", "areas", "formats", "profiles"};
    const char *what = o->arguments.count == 1 ? o->arguments.items[0] : "";
    if (strcmp(what, "checks") == 0)
        return list_checks();
    if (strcmp(what, "areas") == 0)
        return list_areas();
    if (strcmp(what, "formats") == 0)
        return list_formats();
    if (strcmp(what, "profiles") == 0)
        return list_profiles();
    const char *near = *what != '\0' ? nearest(what, lists, ARRAY_SIZE(lists)) : NULL;
    if (near != NULL)
        complain("list does not know '%s'; did you mean '%s'?", what, near);
    else
        complain("list takes one of: checks, areas, formats, profiles");
    return EXIT_USAGE;
}

/* ---- explain --------------------------------------------------------------------------------------------------------- */

#define TEXT_WIDTH 96U

/* Words of a paragraph, indented and wrapped. */
static void print_wrapped(const char *heading, const char *text)
{
    size_t column = 0;
    if (text == NULL || *text == '\0')
        return;
    printf("\n%s\n", heading);
    for (const char *at = text; *at != '\0';) {
        size_t length = strcspn(at, " \n");
        if (column == 0 || column + 1 + length > TEXT_WIDTH) {
            printf("%s  ", column == 0 ? "" : "\n");
            column = 2;
        } else {
            putchar(' ');
            column++;
        }
        printf("%.*s", (int)length, at);
        column += length;
        at += length;
        if (*at == '\n') {
            column = 0;
            putchar('\n');
        }
        at += *at != '\0';
    }
    if (column > 0)
        putchar('\n');
}

static void print_block(const char *heading, const char *text)
{
    if (text == NULL || *text == '\0')
        return;
    printf("\n%s\n", heading);
    for (const char *at = text; *at != '\0';) {
        size_t length = strcspn(at, "\n");
        printf("    %.*s\n", (int)length, at);
        at += length;
        at += *at != '\0';
    }
}

static void print_traffic(unsigned traffic)
{
    static const struct {
        unsigned bit;
        const char *text;
    } kinds[] = {{TRAFFIC_DNS, "DNS"}, {TRAFFIC_AXFR, "zone transfer"}, {TRAFFIC_HTTP, "HTTP"},
                 {TRAFFIC_SMTP, "SMTP"}, {TRAFFIC_SSH, "SSH"}, {TRAFFIC_INTRUSIVE, "intrusive"}};
    const char *separator = "";
    printf("  traffic    ");
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        if ((traffic & kinds[i].bit) == 0)
            continue;
        printf("%s%s", separator, kinds[i].text);
        separator = ", ";
    }
    printf("%s\n", traffic == 0 ? "none" : "");
}

static void print_options(const struct check *c)
{
    if (c->options == NULL)
        return;
    printf("\nOptions (checks: - {id: %s, options: [\"%s=%s\"]})\n", c->id, c->options->name, c->options->value);
    for (const struct check_option *o = c->options; o->name != NULL; o++) {
        printf("  %-10s %s (default %s", o->name, o->help, *o->value != '\0' ? o->value : "empty");
        if (o->low != 0 || o->high != 0)
            printf(", from %lld to %lld", (long long)o->low, (long long)o->high);
        printf(")\n");
    }
}

static void explain(const struct check *c)
{
    printf("%s: %s\n\n", c->id, c->title);
    printf("  when not   %s\n", c->failure_title);
    printf("  severity   %s (the highest it reports)\n", severity_text(c->severity));
    printf("  confidence %s\n", confidence_text(c->confidence));
    printf("  judged     %s\n", modes_text(c->modes));
    printf("  needs      %s\n", c->needs);
    print_traffic(c->traffic);
    printf("  about      %s%s%s\n", c->subject_kind, c->discriminator != NULL ? ", told apart by " : "",
           c->discriminator != NULL ? c->discriminator : "");
    printf("  effort     %s\n  since      %s\n", c->effort, c->since);
    if (c->attack != NULL)
        printf("  ATT&CK     %s\n", c->attack);
    if (c->cwe != NULL)
        printf("  weakness   %s\n", c->cwe);
    print_wrapped("Why it matters", c->why);
    print_wrapped("What to do", c->fix);
    print_block("Publish", c->fix_record);
    print_wrapped("When this is wrong", c->false_positives);
    print_options(c);
    print_block("Passes", c->example_pass);
    print_block("Fails", c->example_fail);
    printf("\nReferences\n");
    for (size_t i = 0; i < ARRAY_SIZE(c->references) && c->references[i].label != NULL; i++)
        printf("  %s  %s\n", c->references[i].label, c->references[i].url);
    for (size_t i = 0; i < ARRAY_SIZE(c->controls) && c->controls[i].framework != NULL; i++)
        printf("  %s %s\n", c->controls[i].framework, c->controls[i].id);
}

static const struct check *find_check(const char *id)
{
    for (size_t t = 0; registry_topics[t] != NULL; t++) {
        for (const struct check *c = registry_topics[t]; c->id != NULL; c++) {
            if (strcmp(c->id, id) == 0)
                return c;
        }
    }
    return NULL;
}

int command_explain(struct options *o)
{
    const char *ids[1024];
    size_t count = 0;
    if (o->arguments.count == 0) {
        complain("explain takes the id of a check; see 'zonevet list checks'");
        return EXIT_USAGE;
    }
    for (size_t t = 0; registry_topics[t] != NULL; t++) {
        for (const struct check *c = registry_topics[t]; c->id != NULL && count < ARRAY_SIZE(ids); c++)
            ids[count++] = c->id;
    }
    for (size_t i = 0; i < o->arguments.count; i++) {
        const struct check *check = find_check(o->arguments.items[i]);
        if (check == NULL) {
            const char *near = nearest(o->arguments.items[i], ids, count);
            complain("there is no check '%s'%s%s%s", o->arguments.items[i], near != NULL ? "; did you mean '" : "",
                     near != NULL ? near : "; see 'zonevet list checks'", near != NULL ? "'?" : "");
            return EXIT_USAGE;
        }
        if (i > 0)
            printf("\n%s\n\n", "----------------------------------------");
        explain(check);
    }
    return EXIT_PASSED;
}

int command_version(struct options *o)
{
    size_t checks = 0;
    (void)o;
    for (size_t t = 0; registry_topics[t] != NULL; t++) {
        for (const struct check *c = registry_topics[t]; c->id != NULL; c++)
            checks++;
    }
    printf("zonevet %s\n", ZONEVET_VERSION);
    printf("checks           %zu\n", checks);
    printf("fingerprints     %zu services\n", fingerprints_count());
    printf("public suffixes  %s\n", suffix_version());
    printf("ldns %s, libuv %s, cJSON %s\n", ldns_version(), uv_version_string(), cJSON_Version());
    printf("%s\n%s\n", curl_version(), OpenSSL_version(OPENSSL_VERSION));
    return EXIT_PASSED;
}
