/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known of services that a record can lead to: name and address patterns, response texts, who can
 * claim a name.
 *
 * The data is in fingerprints/services/, one JSON file a service, and is part of the program. It is read on
 * the first look-up, once a process, and never changes afterwards: any thread may ask. No network, no
 * judgement. */
#ifndef ZONEVET_FINGERPRINTS_FINGERPRINTS_H
#define ZONEVET_FINGERPRINTS_FINGERPRINTS_H

#include "auditor/facts/facts.h"

enum service_status { SERVICE_UNKNOWN, SERVICE_VULNERABLE, SERVICE_EDGE_CASE, SERVICE_NOT_VULNERABLE };
enum service_verification { VERIFICATION_UNKNOWN, VERIFICATION_NO, VERIFICATION_PARTIAL, VERIFICATION_YES };

enum service_mechanism {
    MECHANISM_CNAME_NXDOMAIN = 1, /* a free name under the suffix is NXDOMAIN, and can be claimed as such */
    MECHANISM_CNAME_HTTP = 2,     /* every name resolves; the response tells a free one */
    MECHANISM_ADDRESS_HTTP = 4,
    MECHANISM_NS_ZONE = 8,
    MECHANISM_ADDRESS_REUSE = 16,
    MECHANISM_PARKED_TARGET = 32,
};

/** A set of signals that must all show in one response; opaque but for what reports print. */
struct signal_set {
    unsigned number; /* in the file: strongest first */
    bool weak;       /* generic text or a status alone: never a finding by itself */
    bool nxdomain;   /* the set is "the target is NXDOMAIN": no response is needed */
    bool https_only, http_only;
    const char *path; /* to ask for; "/" */
    const struct signal *signals;
    size_t count;
};

struct fingerprint {
    const char *id;   /* "github-pages" */
    const char *name; /* "GitHub Pages" */
    enum service_status status;
    enum service_verification verification;
    const char *verification_detail; /* or NULL */
    unsigned mechanisms;             /* enum service_mechanism */
    const struct signal_set *sets;
    size_t set_count;
    const char *const *verification_txt; /* owners with {host}, {apex}, {owner}; see specs in the data */
    size_t verification_txt_count;
    bool bucket; /* the answer must name the audited host (or the label below the suffix) as missing */
    const char *const *sources; /* repositories */
    size_t source_count;
    const char *last_evidence; /* "2025-02-08: ..." or NULL */
    const char *reference;     /* https address to read more, or NULL */
    const struct pattern *unchoosable;
    size_t unchoosable_count;
    const struct pattern *not_these;
    size_t not_count;
};

/**
 * The service that a CNAME target belongs to: the longest suffix that matches on label boundaries wins.
 * @param suffix  if not NULL: receives the part of target that matched (a pointer into it)
 * @return NULL if no service is known by that name
 */
const struct fingerprint *fingerprints_cname(const dname *target, const dname **suffix);

/** The DNS provider that runs a name server of this name, or NULL. */
const struct fingerprint *fingerprints_ns(const dname *server);

/** The service that owns this address, or NULL. */
const struct fingerprint *fingerprints_address(const struct address *address);

/** False if the provider generates names of this form, so a stranger cannot ask for this one; also for the
 * suffix itself. */
bool fingerprint_choosable(const struct fingerprint *service, const dname *target, const dname *suffix);

/** True if every signal of the set shows in the response. An unknown response shows nothing. */
bool fingerprint_shows(const struct signal_set *set, const struct http_reply *reply, bool https);

/** Every service, sorted by id. */
size_t fingerprints_count(void);
const struct fingerprint *fingerprints_at(size_t index);
const struct fingerprint *fingerprints_by_id(const char *id);

const char *service_status_text(enum service_status status); /* "edge-case" */

/**
 * Read *.json of a folder over the built-in services: the same id replaces, others are added. Before the
 * first look-up and before there are threads.
 * @param error  receives "FILE: what was expected" in the arena on failure
 */
enum status fingerprints_load_dir(const char *folder, struct arena *a, const char **error);

/** Read one service from JSON text (as a file of fingerprints/services/), without adding it: for checks of
 * files, tests and fuzzing. */
enum status fingerprint_parse(struct arena *a, const char *json, size_t length,
                              const struct fingerprint **out, const char **error);

#endif
