/* SPDX-License-Identifier: BSD-2-Clause */
/* Options by their keys, and the reading of what stands behind them. Private to options.c. */
#ifndef ZONEVET_COMMANDS_OPTION_VALUES_H
#define ZONEVET_COMMANDS_OPTION_VALUES_H

#include "auditor/commands/options.h"

#include <argp.h>
#include <errno.h>

/* Long options; those with a letter have the letter as their key. */
enum key {
    KEY_ANCHOR_FILE = 0x0f00, KEY_SARIF_LEVEL, KEY_MARKDOWN_LIMIT, KEY_CSV_BOM, KEY_CHANGED_FILES,
    KEY_CHECK = 0x1000, KEY_SKIP, KEY_AREAS, KEY_FAIL_ON, KEY_CONFIDENCE, KEY_ON_ERROR, KEY_EXIT_ZERO, KEY_NO_HTTP,
    KEY_RESOLVER, KEY_AUTHORITATIVE, KEY_PRIVATE, KEY_PUBLIC, KEY_NS, KEY_DS, KEY_HINTS, KEY_ANCHOR, KEY_CA,
    KEY_DNS_PORT, KEY_HTTP_PORT, KEY_HTTPS_PORT, KEY_TARGETS, KEY_NAMES, KEY_TSIG, KEY_MAIL, KEY_OWNED, KEY_IGNORE,
    KEY_FINGERPRINTS, KEY_DELAY, KEY_QPS, KEY_QPS_SERVER, KEY_TIMEOUT, KEY_RETRIES, KEY_DEADLINE, KEY_CONTACT,
    KEY_RECORD, KEY_REPLAY, KEY_ORIGIN, KEY_NOW, KEY_DIALECT, KEY_JUNIT_GATE, KEY_PROGRESS, KEY_COLOR, KEY_WIDTH,
    KEY_IP, KEY_HELO, KEY_FROM, KEY_BASELINE, KEY_NEW_ONLY, KEY_WAIVERS, KEY_STRICT_WAIVERS, KEY_NO_CONFIG,
    KEY_FROM_DOMAINS, KEY_FORCE, KEY_LIVE, KEY_MAX_SEVERITY, KEY_TARGET, KEY_SUBJECT, KEY_DISCRIMINATOR, KEY_REASON,
    KEY_OWNER, KEY_EXPIRES, KEY_ID, KEY_FINDING, KEY_OLD, KEY_INPUT,
};

/* Exit with a usage error: argp's own way ends in exit code argp_err_exit_status. */
#define OPTION_REFUSE(state, ...) \
    do { \
        argp_error(state, __VA_ARGS__); \
        return EINVAL; \
    } while (0)

/** Put the value of an option where it belongs; text is NULL for flags and must live as long as the options. An error is
 * printed by argp. @return 0, EINVAL, ENOMEM or ARGP_ERR_UNKNOWN */
error_t option_value(struct argp_state *state, struct options *o, int key, char *text);

#endif
