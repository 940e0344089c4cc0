/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys of the configuration file as libcyaml's tables; walk.c reads the same tables for places and
 * suggestions. */
#include "auditor/config/private.h"

#include <stddef.h>

#define TEXT_MAX 4096
#define OPTIONAL CYAML_FLAG_OPTIONAL
#define CHOICE (CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT)
#define TARGETS_MAX 20000
#define LIST_MAX 1000

#define TEXT(key, flags, of, member) CYAML_FIELD_STRING_PTR(key, flags, of, member, 1, TEXT_MAX)
#define TEXTS(key, of, member)                                                                               \
    CYAML_FIELD_SEQUENCE(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, of, member, &text_entry, 0, LIST_MAX)
#define PART(key, member, fields) CYAML_FIELD_MAPPING(key, OPTIONAL, struct config_data, member, fields)
#define ONE_OF(key, of, member, words)                                                                       \
    CYAML_FIELD_ENUM_PTR(key, CHOICE, of, member, words, CYAML_ARRAY_LEN(words))

static const cyaml_schema_value_t text_entry = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 1, TEXT_MAX),
};

static const cyaml_strval_t mails[] = {
    {"auto", MAIL_AUTO}, {"true", MAIL_YES}, {"yes", MAIL_YES}, {"false", MAIL_NO}, {"no", MAIL_NO},
};
static const cyaml_strval_t severities[] = {
    {"info", SEVERITY_INFO}, {"low", SEVERITY_LOW},           {"medium", SEVERITY_MEDIUM},
    {"high", SEVERITY_HIGH}, {"critical", SEVERITY_CRITICAL},
};
static const cyaml_strval_t gates[] = {
    {"low", SEVERITY_LOW},           {"medium", SEVERITY_MEDIUM},  {"high", SEVERITY_HIGH},
    {"critical", SEVERITY_CRITICAL}, {"never", CONFIG_FAIL_NEVER},
};
static const cyaml_strval_t confidences[] = {
    {"confirmed", CONFIDENCE_CONFIRMED},
    {"likely", CONFIDENCE_LIKELY},
    {"possible", CONFIDENCE_POSSIBLE},
};
static const cyaml_strval_t error_words[] = {{"fail", 0}, {"ignore", 1}};
static const cyaml_strval_t scopes[] = {
    {"known", CONFIG_SCOPE_KNOWN},
    {"enumerate", CONFIG_SCOPE_ENUMERATE},
    {"none", CONFIG_SCOPE_NONE},
};
static const cyaml_strval_t modes[] = {{"iterative", CONFIG_ITERATIVE}, {"forward", CONFIG_FORWARD}};
static const cyaml_strval_t dialects[] = {{"common", 0}, {"strict", 1}};

static const cyaml_schema_field_t target_fields[] = {
    TEXT("name", CYAML_FLAG_POINTER, struct config_target, name),
    ONE_OF("mail", struct config_target, mail, mails),
    TEXT("zone", OPTIONAL, struct config_target, zone),
    TEXTS("tags", struct config_target, tags),
    TEXT("owner", OPTIONAL, struct config_target, owner),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t target_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct config_target, target_fields),
};

static const cyaml_schema_field_t scope_fields[] = {
    ONE_OF("include_subdomains", struct config_scope_part, include_subdomains, scopes),
    TEXTS("never_contact", struct config_scope_part, never_contact),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t resolver_fields[] = {
    ONE_OF("mode", struct config_resolver, mode, modes),
    TEXTS("servers", struct config_resolver, servers),
    CYAML_FIELD_BOOL_PTR("ipv6", CYAML_FLAG_POINTER | OPTIONAL, struct config_resolver, ipv6),
    CYAML_FIELD_END,
};

#define NUMBER(key, member)                                                                                  \
    CYAML_FIELD_UINT_PTR(key, CYAML_FLAG_POINTER | OPTIONAL, struct config_limits, member)

static const cyaml_schema_field_t limits_fields[] = {
    NUMBER("qps", qps),
    NUMBER("qps_per_server", qps_per_server),
    NUMBER("retries", retries),
    TEXT("timeout", OPTIONAL, struct config_limits, timeout),
    TEXT("deadline", OPTIONAL, struct config_limits, deadline),
    TEXT("confirm_delay", OPTIONAL, struct config_limits, confirm_delay),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t check_fields[] = {
    TEXT("id", CYAML_FLAG_POINTER, struct config_check, id),
    ONE_OF("severity", struct config_check, severity, severities),
    CYAML_FIELD_BOOL_PTR("enabled", CYAML_FLAG_POINTER | OPTIONAL, struct config_check, enabled),
    TEXTS("options", struct config_check, options),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t check_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct config_check, check_fields),
};

static const cyaml_schema_field_t gate_fields[] = {
    ONE_OF("fail_on", struct config_gate, fail_on, gates),
    CYAML_FIELD_BOOL_PTR("new_only", CYAML_FLAG_POINTER | OPTIONAL, struct config_gate, new_only),
    ONE_OF("min_confidence", struct config_gate, min_confidence, confidences),
    ONE_OF("on_error", struct config_gate, on_error, error_words),
    TEXT("max_waiver", OPTIONAL, struct config_gate, max_waiver),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t history_fields[] = {
    TEXT("db", OPTIONAL, struct config_history, db),
    TEXT("keep", OPTIONAL, struct config_history, keep),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t output_fields[] = {
    TEXT("format", CYAML_FLAG_POINTER, struct config_output, format),
    TEXT("path", OPTIONAL, struct config_output, path),
    ONE_OF("dialect", struct config_output, dialect, dialects),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t output_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct config_output, output_fields),
};

static const cyaml_schema_field_t notify_fields[] = {
    TEXT("type", CYAML_FLAG_POINTER, struct config_notify, type),
    TEXT("url_file", OPTIONAL, struct config_notify, url_file),
    TEXT("min_severity", OPTIONAL, struct config_notify, min_severity),
    TEXTS("on", struct config_notify, on),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t notify_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct config_notify, notify_fields),
};

#define ENTRIES(key, member, entry, most)                                                                    \
    CYAML_FIELD_SEQUENCE(key, CYAML_FLAG_POINTER | OPTIONAL, struct config_data, member, &entry, 0, most)

static const cyaml_schema_field_t fields[] = {
    CYAML_FIELD_UINT("version", CYAML_FLAG_DEFAULT, struct config_data, version),
    TEXT("profile", OPTIONAL, struct config_data, profile),
    ENTRIES("targets", targets, target_entry, TARGETS_MAX),
    TEXTS("targets_file", struct config_data, targets_file),
    PART("scope", scope, scope_fields),
    PART("resolver", resolver, resolver_fields),
    PART("limits", limits, limits_fields),
    ENTRIES("checks", checks, check_entry, LIST_MAX),
    TEXTS("frameworks", struct config_data, frameworks),
    PART("gate", gate, gate_fields),
    TEXT("baseline", OPTIONAL, struct config_data, baseline),
    TEXT("waivers", OPTIONAL, struct config_data, waivers),
    PART("history", history, history_fields),
    ENTRIES("outputs", outputs, output_entry, 16),
    ENTRIES("notify", notify, notify_entry, LIST_MAX),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t config_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct config_data, fields),
};
