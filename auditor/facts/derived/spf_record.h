/* SPDX-License-Identifier: BSD-2-Clause */
/* One SPF record as text: a parser by the grammar of RFC 7208 section 12, with every error and where it
 * stands. Pure; no fact is needed. */
#ifndef ZONEVET_FACTS_DERIVED_SPF_RECORD_H
#define ZONEVET_FACTS_DERIVED_SPF_RECORD_H

#include "auditor/base/arena.h"
#include "auditor/facts/address.h"

#include <stdbool.h>
#include <stddef.h>

enum spf_version {
    SPF_VERSION_NONE, /* some other text */
    SPF_VERSION_NEAR, /* meant as SPF by all looks, but no receiver will select it */
    SPF_VERSION_1,    /* "v=spf1" in any case, then a space or the end (RFC 7208 section 4.5) */
};

/** What the text is. For SPF_VERSION_NEAR, *fault receives the offset of the first octet that is wrong. */
enum spf_version spf_version_of(const char *text, size_t length, size_t *fault);

enum spf_kind {
    SPF_KIND_BAD, /* no mechanism or modifier that is known */
    SPF_KIND_ALL,
    SPF_KIND_INCLUDE,
    SPF_KIND_A,
    SPF_KIND_MX,
    SPF_KIND_PTR,
    SPF_KIND_IP4,
    SPF_KIND_IP6,
    SPF_KIND_EXISTS,
    SPF_KIND_REDIRECT,
    SPF_KIND_EXP,
    SPF_KIND_UNKNOWN_MODIFIER,
};

/** Kinds of error: the check of each is named after it. */
enum spf_error {
    SPF_ERROR_NONE,
    SPF_ERROR_SYNTAX,
    SPF_ERROR_UNKNOWN_MECHANISM,
    SPF_ERROR_MODIFIER_DUPLICATE,
    SPF_ERROR_IP,
    SPF_ERROR_CIDR,
    SPF_ERROR_DOMAIN_SPEC,
    SPF_ERROR_MACRO,
    SPF_ERROR_MACRO_EXP_ONLY, /* c, r or t outside of an explanation */
    SPF_ERROR_NON_ASCII,
    SPF_ERROR_NAME, /* grammatical, but no domain name: it can never be found in the DNS */
};

struct spf_term {
    enum spf_kind kind;
    char qualifier;        /* '+', '-', '~' or '?'; '+' if none is written */
    size_t offset, length; /* in the record */
    const char *text;      /* printable copy of the term, by the text gate */
    const char *spec;      /* domain-spec or macro-string as written, NUL-terminated; NULL if there is none */
    size_t spec_length;
    bool macros; /* spec holds at least one macro that must be expanded ("%%" and its like included) */
    uint8_t cidr4, cidr6; /* a, mx: prefix lengths, 32 and 128 if none is written */
    struct cidr network;  /* ip4, ip6 */
    enum spf_error error; /* the first in this term */
    size_t error_offset;  /* in the record */
    const char *message;  /* of the error, in our words */
};

struct spf_record {
    const char *text; /* the octets, NUL-terminated (they may hold NUL as well) */
    size_t length;
    const struct spf_term *terms; /* in order */
    size_t count;
    size_t error_count;              /* terms with an error other than SPF_ERROR_NAME */
    bool permerror;                  /* a receiver refuses the record whole (RFC 7208 section 4.6) */
    const struct spf_term *all;      /* the first "all", or NULL */
    const struct spf_term *redirect; /* or NULL */
    const struct spf_term *exp;      /* or NULL */
};

/** Parse a record that is SPF_VERSION_1. The result lives in the arena; NULL without memory. */
const struct spf_record *spf_record_parse(struct arena *a, const char *text, size_t length);

/**
 * A term that two character-strings of the TXT record fused (RFC 7208 section 3.3 joins them with nothing
 * between): both halves are whole terms by themselves, and together they are wrong, or the second half can
 * only be a term.
 *
 * @param ends   offset in the text at which each string but the last ends, ascending
 * @param halves receives the two halves as clean text in the arena
 * @return offset of the seam, 0 if there is none
 */
size_t spf_fused_term(struct arena *a, const struct spf_record *record, const size_t *ends, size_t end_count,
                      const char *halves[2]);

/** True if the term makes a receiver ask the DNS in a way that counts (RFC 7208 section 4.6.4). */
bool spf_term_counts(const struct spf_term *term);

/** "include", "a", ...; "term" for SPF_KIND_BAD. */
const char *spf_kind_text(enum spf_kind kind);

/** Mechanisms are judged in order; modifiers apply wherever they stand. */
bool spf_is_mechanism(enum spf_kind kind);

/** One piece of a macro-string. */
struct spf_macro {
    bool macro;          /* %{...}; else literal text */
    const char *literal; /* not NUL-terminated; "%%", "%_" and "%-" come as the text they stand for */
    size_t length;
    char letter;     /* lower case */
    bool escape;     /* the letter was upper case: URL-escape the value */
    unsigned digits; /* 0: all parts */
    bool reverse;
    const char *delimiters; /* not NUL-terminated; "." if none are written */
    size_t delimiter_count;
};

/**
 * The next piece at *at, which moves behind it.
 * @return false at the end, or with *at unchanged where a macro is malformed (then *at < length)
 */
bool spf_macro_next(const char *text, size_t length, size_t *at, struct spf_macro *out);

#endif
