/* SPDX-License-Identifier: BSD-2-Clause */
/* The profiles, as data. */
#include "auditor/config/profiles.h"

#include <fnmatch.h>
#include <string.h>

#define ALL_TRAFFIC (~0U)

/* What takes time of its own or asks the world: whole chains of denial, every signature, services behind
 * aliases. */
static const char *const quick_left_out[] = {
    "dnssec.rrsig-*", "dnssec.nsec-*", "dnssec.nsec3-*", "dnssec.bogus", "dangling.*", "xfr.*", NULL,
};

/* Severities by which a step on the way counts as not arrived. */
static const struct check_policy strict_policies[] = {
    {.check = "dmarc.p-none", .severity = "high"},
    {.check = "dmarc.np-weak", .severity = "high"},
    {.check = "dmarc.sp-weak", .severity = "high"},
    {.check = "spf.all-softfail", .severity = "medium"},
    {.check = "caa.missing", .severity = "medium"},
    {.check = "mta-sts.missing", .severity = "medium"},
    {.check = "tls-rpt.missing", .severity = "medium"},
    {.check = "xfr.nsec-walkable", .severity = "medium"},
    {0},
};

static const struct check_setting strict_options[] = {
    {"dnssec.rrsig-expires-soon", "days", "7"},
    {"dangling.chain-long", "aliases", "4"},
    {"zone.empty-rrset-policy", "require", "CAA"},
    {"zone.mass-change", "percent", "10"},
    {0},
};

const struct profile profiles[] = {
    {
        .name = "default",
        .summary = "every check; high findings fail the run",
        .fail_on = SEVERITY_HIGH,
        .min_confidence = CONFIDENCE_LIKELY,
        .traffic = ALL_TRAFFIC,
    },
    {
        .name = "quick",
        .summary =
            "cheap checks for editors and pre-commit: no signatures, no denial chains, no takeover, no HTTP",
        .fail_on = SEVERITY_HIGH,
        .min_confidence = CONFIDENCE_LIKELY,
        .traffic = TRAFFIC_DNS,
        .no_http = true,
        .left_out = quick_left_out,
    },
    {
        .name = "strict",
        .summary = "every check, tighter limits, policies judged as if they had to be enforced; medium "
                   "findings fail the run",
        .fail_on = SEVERITY_MEDIUM,
        .min_confidence = CONFIDENCE_POSSIBLE,
        .traffic = ALL_TRAFFIC,
        .policies = strict_policies,
        .options = strict_options,
    },
    {0},
};

const struct profile *profile_find(const char *name)
{
    for (const struct profile *p = profiles; p->name != NULL; p++) {
        if (strcmp(p->name, name) == 0)
            return p;
    }
    return NULL;
}

bool profile_has(const struct profile *p, const struct check *check)
{
    if ((check->traffic & ~p->traffic) != 0)
        return false;
    for (size_t i = 0; p->left_out != NULL && p->left_out[i] != NULL; i++) {
        if (fnmatch(p->left_out[i], check->id, 0) == 0)
            return false;
    }
    return true;
}
