/* SPDX-License-Identifier: BSD-2-Clause */
/* Zones from other things than master files: octoDNS YAML, Terraform plan JSON, exports of Route 53 and Cloudflare. Each
 * becomes zones with the place of every record, so that all checks and all reports work as for master files. */
#ifndef ZONEVET_INPUTS_INPUT_H
#define ZONEVET_INPUTS_INPUT_H

#include "auditor/facts/zonefile.h"

enum input_format {
    INPUT_AUTO,          /* by the name and the beginning of the file; a master file if nothing else fits */
    INPUT_ZONEFILE,
    INPUT_OCTODNS,
    INPUT_TERRAFORM,     /* terraform show -json PLAN: resource_changes */
    INPUT_ROUTE53,       /* aws route53 list-resource-record-sets */
    INPUT_CLOUDFLARE,    /* the list of the DNS records API */
};
bool input_format_from_text(const char *text, enum input_format *out); /* "auto", "zonefile", "octodns", ... */

/** Which state of a plan: other formats have only one. */
enum input_side { INPUT_AFTER, INPUT_BEFORE };

struct input_options {
    enum input_format format;
    enum input_side side;
    struct zonefile_options zonefile;
};

struct input {
    enum input_format format;      /* never INPUT_AUTO */
    const struct zonefile *zones;  /* the caller frees each one's zone with zone_free() */
    size_t count;                  /* a plan may hold several zones, or none */
    const char *const *notes;      /* lines for --verbose: what a plan could not tell (values known after apply) */
    size_t note_count;
    bool partial;                  /* a plan holds only what it changes: absence of records proves nothing */
};

/**
 * Read one file ("-": standard input).
 * @param a      holds *out but the zones
 * @param error  on failure one line for the user: file, line, column and what was expected
 * @return STATUS_OK even with errors in single records (they are in the zones' errors); STATUS_IO; STATUS_MALFORMED (not
 *         the format it claims to be); STATUS_USAGE (the zone's name cannot be told); STATUS_LIMIT; STATUS_NOMEM
 */
enum status input_read(struct arena *a, const char *path, const struct input_options *options, struct input *out,
                       const char **error);

/** Zone files below a directory that `zone DIR` takes: "*.zone", "*.db", "db.*", and "*.yaml", "*.yml" that octoDNS would. */
bool input_file_name(const char *name);

#endif
