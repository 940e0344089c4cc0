/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside the room: built-in files, patterns, signals and the parsed form of one file. */
#ifndef ZONEVET_FINGERPRINTS_DATA_H
#define ZONEVET_FINGERPRINTS_DATA_H

#include "fingerprints/fingerprints.h"

/* Generated at build time from fingerprints/services/ (embed.cmake). */
struct embedded_file {
    const char *name;
    const unsigned char *octets;
    size_t length;
};
extern const struct embedded_file embedded_files[];
extern const size_t embedded_file_count;

/** A name whose labels may hold '*' (one or more characters) and '?' (one). Lower case. */
struct pattern {
    const dname *name;
    unsigned labels;
    bool glob;
};

enum signal_kind { SIGNAL_NXDOMAIN, SIGNAL_BODY, SIGNAL_BODY_REGEX, SIGNAL_STATUS, SIGNAL_HEADER };

struct signal {
    enum signal_kind kind;
    bool negate;
    bool case_insensitive;
    uint16_t status;
    const char *value;
    size_t length;
    const void *regex; /* pcre2_code, immutable after compilation */
};

/** What one file holds: the public record and the patterns by which it is found. */
struct service {
    struct fingerprint public;
    const struct pattern *cname;
    size_t cname_count;
    const struct pattern *ns;
    size_t ns_count;
    const struct cidr *addresses;
    size_t address_count;
};

/** @param error  what was expected, in the arena */
enum status service_parse(struct arena *a, const char *json, size_t length, struct service **out,
                          const char **error);

/** The name has the pattern's labels, each matching. */
bool pattern_equals(const struct pattern *pattern, const dname *name);
/** The last labels of the name match the pattern; equality included. */
bool pattern_suffix(const struct pattern *pattern, const dname *name);

/** Compile for matching with limits; NULL if the expression is not valid. Dies with the arena. */
const void *regex_compile(struct arena *a, const char *expression, size_t length);

#endif
