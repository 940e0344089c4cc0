/* SPDX-License-Identifier: BSD-2-Clause */
/* The record that asks for reports about TLS between mail hosts. */
#include "checks/mail/mail_record.h"

#include <string.h>
#include <strings.h>

static bool starts(const char *text, size_t length, const char *scheme)
{
    return length > strlen(scheme) && strncasecmp(text, scheme, strlen(scheme)) == 0;
}

/* One URI of the list; commas, semicolons and exclamation marks inside one are percent-encoded. */
static const char *uri_fault(const char *text, size_t length)
{
    if (length == 0)
        return "an address in the list is empty";
    if (memchr(text, ' ', length) != NULL || memchr(text, '\\', length) != NULL)
        return "an address holds a space or what is not ASCII";
    if (memchr(text, '!', length) != NULL)
        return "an exclamation mark in an address is written %21; no limit of size follows it";
    if (starts(text, length, "mailto:"))
        return memchr(text, '@', length) != NULL ? NULL : "this is no mail address";
    return starts(text, length, "https://") ? NULL : "reports go to mailto: or https:// only";
}

static const char *fault_of(const struct announced_field *field, bool *seen)
{
    if (strcmp(field->name, "rua") != 0)
        return mail_record_value_fault(field);
    const bool twice = *seen;
    *seen = true;
    for (const char *at = field->value;;) {
        at += strspn(at, " \t");
        size_t length = strcspn(at, ",");
        const char *next = at[length] == ',' ? at + length + 1 : NULL;
        while (length > 0 && (at[length - 1] == ' ' || at[length - 1] == '\t'))
            length--;
        const char *fault = uri_fault(at, length);
        if (fault != NULL || next == NULL)
            return fault != NULL ? fault : twice ? "rua stands twice" : NULL;
        at = next;
    }
}

static const struct mail_record kind = {
    .what = "TLS-RPT",
    .check = "tls-rpt",
    .version = "v=TLSRPTv1",
    .read = tls_rpt_record,
    .fault = fault_of,
    .needed = "rua is missing, so nobody knows where reports go",
};

static enum verdict run_missing(struct facts *f, const dname *target, struct findings *out)
{
    return mail_record_missing(f, target, out, &kind);
}

static enum verdict run_multiple(struct facts *f, const dname *target, struct findings *out)
{
    return mail_record_multiple(f, target, out, &kind);
}

static enum verdict run_syntax(struct facts *f, const dname *target, struct findings *out)
{
    return mail_record_syntax(f, target, out, &kind);
}

#define RECORD_COMMON                                                                                        \
    MAIL_COMMON, .tags = "mail tls-rpt tls reports", .modes = MODE_BOTH, .traffic = TRAFFIC_DNS,             \
                 .subject_kind = "name", .effort = "minutes", .scope = SCOPE_TARGET,                         \
                 .severity = SEVERITY_LOW, .needs = "TXT at _smtp._tls below the name",                      \
                 .fix_record = "_smtp._tls.example.test. TXT \"v=TLSRPTv1; rua=mailto:tls@example.test\""

const struct check topic_mail_tls_rpt[] = {
    {
        RECORD_COMMON,
        .id = "tls-rpt.missing",
        .title = "Reports about failing TLS are asked for",
        .failure_title = "No reports about failing TLS are asked for",
        .why = "Senders that cannot set up TLS to the mail hosts would tell, and nobody asked them: attacks "
               "and expired "
               "certificates go unnoticed until mail is missed.",
        .fix = "Publish an address that somebody, or a report service, reads.",
        .references = {RFC(8460, "3")},
        .example_pass =
            "@ MX 10 mail\nmail A 192.0.2.25\n_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:tls@example.test\"\n",
        .example_fail = "@ MX 10 mail\nmail A 192.0.2.25\n",
        .run = run_missing,
    },
    {
        RECORD_COMMON,
        .id = "tls-rpt.multiple",
        .title = "There is one TLS-RPT record",
        .failure_title = "Several TLS-RPT records cancel each other",
        .why = "Senders that find more than one record send no reports.",
        .fix = "Delete all but one, and list several addresses in it, separated by commas.",
        .references = {RFC(8460, "3")},
        .example_pass = "_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:a@example.test,mailto:b@example.test\"\n",
        .example_fail = "_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:a@example.test\"\n"
                        "_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:b@example.test\"\n",
        .run = run_multiple,
    },
    {
        RECORD_COMMON,
        .id = "tls-rpt.syntax",
        .title = "The TLS-RPT record is well formed",
        .failure_title = "The TLS-RPT record is malformed",
        .why = "Senders pass over a record that they cannot read, and no report arrives.",
        .fix = "Write v=TLSRPTv1 first, then rua= with addresses that begin with mailto: or https://.",
        .discriminator = "the field",
        .references = {RFC(8460, "3")},
        .example_pass = "_smtp._tls TXT \"v=TLSRPTv1; rua=https://reports.example.test/tls\"\n",
        .example_fail = "_smtp._tls TXT \"v=TLSRPTv1; rua=tls@example.test\"\n",
        .run = run_syntax,
    },
    {0},
};
