/* SPDX-License-Identifier: BSD-2-Clause */
/* Master files entry by entry: the file that was given, and those that it includes. What an entry means is
 * told elsewhere. */
#include "auditor/facts/zonefile_parser.h"

#define WINDOW ((size_t)1 << 20)

size_t parse_window(const struct parser *p, const struct feed *feed)
{
    size_t window = p->options->window != 0 ? p->options->window : WINDOW;
    uint64_t all = feed->left + feed->ahead_left + 1;
    return all < window ? (size_t)all : window;
}

size_t parse_entry_limit(const struct parser *p)
{
    return p->options->entry_limit != 0 ? p->options->entry_limit : ENTRY_MAX;
}

void parse_begin(struct parser *p, const struct entry *e)
{
    p->entry = e;
    p->type_at = 0;
    p->subject = false;
    p->type = 0;
}

/* A file that was cut off by an editor or a copy often ends in the middle of a line. */
static void check_end(struct parser *p, const struct location *last)
{
    const struct location where = {p->now.file, last->end_line, last->end_column, last->end_line,
                                   last->end_column};
    report_record(p, ZONE_REMARK_END, &where, NULL, 0, "",
                  "no newline behind the last record: the file may have been cut off");
}

void parse_entries(struct parser *p, struct scanner *s)
{
    struct entry e = {0};
    struct location last = {0};
    size_t open = p->comment_count;
    if (scanner_skip(s, "\xef\xbb\xbf", 3)) {
        const struct location where = {p->now.file, 1, 1, 1, 1};
        report_record(p, ZONE_FAULT_SYNTAX, &where, NULL, 0, "",
                      "a byte order mark: expected plain text from the first octet on");
    }
    while (!p->no_memory && p->trouble == NULL && scanner_next(s, &e)) {
        report_comments(p, &e);
        bool tied = report_tie(p, open, &e);
        if (e.count > 0 || e.error != NULL)
            p->read_entry(p, &e);
        open = tied ? p->comment_count : open; /* those of an included file are about its own records */
        if (e.count > 0)
            last = entry_location(p, &e);
        if (arena_used(p->scratch) > 0)
            arena_reset(p->scratch);
    }
    if (s->open_end && e.error == NULL)
        check_end(p, &last);
    p->no_memory = p->no_memory || s->no_memory;
    p->entry = NULL;
    entry_free(&e);
}
