/* SPDX-License-Identifier: BSD-2-Clause */
/* What the checks of MTA-STS and TLS-RPT records share: one form of record, one set of questions. */
#ifndef ZONEVET_CHECKS_MAIL_MAIL_RECORD_H
#define ZONEVET_CHECKS_MAIL_MAIL_RECORD_H

#include "auditor/facts/derived/mail_policy.h"
#include "checks/mail/mail_check.h"

struct mail_record {
    const char *what;    /* "MTA-STS" */
    const char *check;   /* "mta-sts": prefix of the ids */
    const char *version; /* "v=STSv1" */
    const struct announcements *(*read)(struct facts *f, const dname *domain);
    /* The fault of a field that only this kind knows, or NULL; *seen is set for the field that must be there.
     */
    const char *(*fault)(const struct announced_field *field, bool *seen);
    const char *needed; /* message if that field is missing */
};

/** The fault of the value of an extension, or NULL. */
static inline const char *mail_record_value_fault(const struct announced_field *field)
{
    return field->value_valid ? NULL : "the value is empty, or holds a space or what is not ASCII";
}

enum verdict mail_record_missing(struct facts *f, const dname *target, struct findings *out,
                                 const struct mail_record *kind);
enum verdict mail_record_multiple(struct facts *f, const dname *target, struct findings *out,
                                  const struct mail_record *kind);
enum verdict mail_record_syntax(struct facts *f, const dname *target, struct findings *out,
                                const struct mail_record *kind);

#endif
