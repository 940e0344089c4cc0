/* SPDX-License-Identifier: BSD-2-Clause */
/* The readers of the single formats. Private to the inputs. */
#ifndef ZONEVET_INPUTS_FORMATS_H
#define ZONEVET_INPUTS_FORMATS_H

#include "auditor/inputs/build.h"
#include "auditor/inputs/json.h"

/** A file in memory. */
struct source_text {
    const char *path;  /* as given; NULL for standard input */
    const char *shown; /* for messages */
    const char *text;
    size_t length;
};

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

/** "file:line:column: message" */
enum status format_failed(struct build *b, const struct source_text *source, const struct doc_error *e,
                          const char **error);

/** The zone's name from the name of a file ("zones/example.org.yaml") once `ending` is removed; NULL if it is
 * none. */
const dname *format_zone_of_path(struct arena *a, const char *path, const char *ending);

/** Read a regular file whole, at most 256 MiB ("-": standard input). The text is the caller's to free.
 * @return STATUS_OK, STATUS_IO or STATUS_LIMIT with *error set, STATUS_NOMEM */
enum status format_read_file(struct arena *a, const char *path, const char *shown, char **text,
                             size_t *length, const char **error);

#endif
