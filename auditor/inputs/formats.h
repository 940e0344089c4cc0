/* SPDX-License-Identifier: BSD-2-Clause */
/* The readers of the single formats. Private to the inputs. */
#ifndef ZONEVET_INPUTS_FORMATS_H
#define ZONEVET_INPUTS_FORMATS_H

#include "auditor/inputs/build.h"
#include "auditor/inputs/json.h"
#include "auditor/inputs/source.h"

/* Each fills the build; STATUS_OK even with errors in records. On failure *error is one line with file, line
 * and column. */
enum status octodns_read(struct build *b, const struct source_text *source, const char **error);
enum status octodns_read_folder(struct build *b, const char *path, const char *shown, const char **error);
enum status terraform_read(struct build *b, const struct source_text *source, const char **error);
enum status route53_read(struct build *b, const struct source_text *source, const char **error);
enum status cloudflare_read(struct build *b, const struct source_text *source, const char **error);

/** One record as Cloudflare's API and its Terraform provider write it. zone is where its name lives; `where`
 * is what errors without a place of their own point at. */
void cloudflare_record(struct build *b, struct build_zone *zone, const struct doc *record);

#endif
