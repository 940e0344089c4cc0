/* SPDX-License-Identifier: BSD-2-Clause */
/* The text gate (outputs.md section 2.1): octets of strangers become clean text exactly once, where evidence is made.
 * What passed the gate is valid UTF-8 without control, bidi or zero-width characters; escaping for a format is the
 * writer's business. */
#ifndef ZONEVET_BASE_TEXT_H
#define ZONEVET_BASE_TEXT_H

#include "auditor/base/arena.h"

#include <stdbool.h>
#include <stddef.h>

#define TEXT_EVIDENCE_MAX 2048 /* characters of one evidence value */
#define TEXT_MESSAGE_MAX 1024  /* characters of one message */

/** RDATA rule: printable ASCII kept, '"', '\' and everything else \DDD. In the arena; "" without memory. */
const char *text_ascii(struct arena *a, const void *octets, size_t length);

/** Text rule for HTTP, SMTP, RDAP and for our own messages: bad UTF-8 becomes U+FFFD, controls other than TAB and LF,
 * bidi, zero-width and noncharacters become \u{XXXX}; cut to max_chars at a character boundary with
 * "... (N bytes in all)" appended. In the arena; "" without memory. */
const char *text_gate(struct arena *a, const void *octets, size_t length, size_t max_chars);

/** True if the NUL-terminated text would pass the gate unchanged. */
bool text_clean(const char *text);

#endif
