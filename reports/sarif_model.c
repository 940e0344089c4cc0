/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules, results and notifications of SARIF. What GitHub shows is the message, one location and the rule; whatever it must
 * not show as an alert never gets here in its flavour (sarif.c decides). */
#include "reports/sarif_model.h"

#include "auditor/base/clock.h"
#include "reports/json_model.h"
#include "reports/markdown_text.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 1024 /* characters of a description that GitHub takes */
#define TAGS_MAX 10   /* tags of a rule that GitHub keeps */
#define VALUE_MAX 240 /* characters of an evidence value in message.markdown */
#define BUF_MAX ((size_t)16 << 20)

/* ---- small ones ---------------------------------------------------------------------------------------- */

static void text_if(struct members *m, const char *key, const char *text)
{
    if (text != NULL && *text != '\0')
        members_text(m, key, text);
}

static cJSON *one_text(const char *key, const char *text)
{
    struct members m = members_new();
    members_text(&m, key, text);
    return members_done(&m);
}

static void append(struct members *m, cJSON *list, cJSON *item)
{
    if (list == NULL || item == NULL || !cJSON_AddItemToArray(list, item)) {
        cJSON_Delete(item);
        m->failed = true;
    }
}

static cJSON *list_of_one(cJSON *item)
{
    cJSON *list = item != NULL ? cJSON_CreateArray() : NULL;
    if (list != NULL && cJSON_AddItemToArray(list, item))
        return list;
    cJSON_Delete(item);
    cJSON_Delete(list);
    return NULL;
}

static void buf_member(struct members *m, const char *key, struct buf *b)
{
    if (b->failed)
        m->failed = true;
    members_text(m, key, buf_text(b));
    buf_free(b);
}

/* Message strings have a syntax of their own: "{0}" is a placeholder and "[text](place)" a link (SARIF 2.1.0, 3.11.5 and
 * 3.11.6). What strangers wrote must be neither. */
static void add_message(struct buf *b, const char *text)
{
    for (const char *t = text; *t != '\0'; t++) {
        size_t digits = t[0] == '{' ? strspn(t + 1, "0123456789") : 0;
        if (digits > 0 && t[1 + digits] == '}') {
            buf_printf(b, "{{%.*s}}", (int)(digits < 32 ? digits : 32), t + 1);
            t += digits + 1;
        } else {
            buf_char(b, *t);
            if (t[0] == ']' && t[1] == '(')
                buf_char(b, ' ');
        }
    }
}

static void end_sentence(struct buf *b)
{
    if (b->length > 0 && strchr(".!?", buf_text(b)[b->length - 1]) == NULL)
        buf_char(b, '.');
}

static const char *level_text(const struct sarif_style *style, enum severity s)
{
    static const char *const words[] = {NULL, "error", "warning", "note"};
    enum sarif_level level = s >= SEVERITY_HIGH     ? SARIF_LEVEL_ERROR
                             : s == SEVERITY_MEDIUM ? SARIF_LEVEL_WARNING
                                                    : SARIF_LEVEL_NOTE;
    return words[level > style->max ? level : style->max];
}

/* ---- rules --------------------------------------------------------------------------------------------- */

/* "dangling.cname-service-unclaimed" to "DanglingCnameServiceUnclaimed" */
static void rule_name(struct members *m, const char *id)
{
    struct buf b = BUF_INIT(1024);
    bool upper = true;
    for (; *id != '\0'; id++) {
        bool letter = *id >= 'a' && *id <= 'z';
        if (*id != '.' && *id != '-')
            buf_char(&b, upper && letter ? (char)(*id - 'a' + 'A') : *id);
        upper = *id == '.' || *id == '-';
    }
    buf_member(m, "name", &b);
}

static cJSON *description(const char *text)
{
    struct buf b = BUF_INIT(8192);
    struct members m = members_new();
    buf_add(&b, text, text_prefix(text, TEXT_MAX - 1));
    end_sentence(&b);
    buf_member(&m, "text", &b);
    return members_done(&m);
}

static cJSON *rule_help(const struct check *c, const char *title)
{
    struct buf plain = BUF_INIT(BUF_MAX), marked = BUF_INIT(BUF_MAX);
    struct members m = members_new();
    const char *fix = c->fix != NULL ? c->fix : title;
    buf_str(&plain, fix);
    md_own(&marked, fix);
    if (c->fix_record != NULL) {
        buf_printf(&plain, "\nRecord: %s", c->fix_record);
        buf_char(&marked, '\n');
        md_fence(&marked, c->fix_record, 0);
    }
    if (c->false_positives != NULL) {
        buf_printf(&plain, "\nWhen this may be wrong: %s", c->false_positives);
        buf_str(&marked, "\n\nWhen this may be wrong: ");
        md_own(&marked, c->false_positives);
    }
    for (size_t i = 0; i < ARRAY_SIZE(c->references) && c->references[i].label != NULL; i++) {
        buf_printf(&plain, "\n%s: %s", c->references[i].label, c->references[i].url);
        buf_str(&marked, "\n\n[");
        md_own(&marked, c->references[i].label);
        buf_printf(&marked, "](%s)", c->references[i].url);
    }
    buf_member(&m, "text", &plain);
    buf_member(&m, "markdown", &marked);
    return members_done(&m);
}

static bool has_tag(const cJSON *list, const char *word, size_t length)
{
    const cJSON *tag;
    cJSON_ArrayForEach(tag, list)
    {
        if (strlen(tag->valuestring) == length && strncmp(tag->valuestring, word, length) == 0)
            return true;
    }
    return false;
}

static void add_tag(struct members *m, cJSON *list, const char *word, size_t length)
{
    if (length == 0 || cJSON_GetArraySize(list) >= TAGS_MAX || has_tag(list, word, length))
        return;
    char *copy = strndup(word, length);
    append(m, list, copy != NULL ? cJSON_CreateString(copy) : NULL);
    free(copy);
}

static cJSON *rule_tags(struct members *m, const struct check *c)
{
    cJSON *list = cJSON_CreateArray();
    add_tag(m, list, "security", 8);
    add_tag(m, list, "dns", 3);
    add_tag(m, list, c->area, strlen(c->area));
    for (const char *t = c->tags != NULL ? c->tags : ""; *t != '\0';) {
        size_t length = strcspn(t, " ");
        add_tag(m, list, t, length);
        t += length + (t[length] == ' ' ? 1 : 0);
    }
    return list;
}

static cJSON *rule_properties(const struct check *c)
{
    static const char *const precisions[] = {"very-high", "high", "low"};
    static const char *const scores[] = {NULL, "3.0", "5.5", "8.0", "9.5"};
    struct members m = members_new();
    enum confidence least = c->confidence_lowest > c->confidence ? c->confidence_lowest : c->confidence;
    members_item(&m, "tags", rule_tags(&m, c));
    members_text(&m, "precision", precisions[least]);
    text_if(&m, "security-severity", scores[c->severity]);
    members_text(&m, "area", c->area);
    text_if(&m, "cwe", c->cwe);
    text_if(&m, "attack", c->attack);
    return members_done(&m);
}

cJSON *sarif_rule(const struct sarif_style *style, const struct check *c)
{
    struct members m = members_new();
    const char *title = c->failure_title != NULL ? c->failure_title : c->title;
    members_text(&m, "id", c->id);
    rule_name(&m, c->id);
    members_item(&m, "shortDescription", description(title));
    members_item(&m, "fullDescription", description(c->why != NULL ? c->why : title));
    members_item(&m, "help", rule_help(c, title));
    text_if(&m, "helpUri", c->references[0].url);
    members_item(&m, "defaultConfiguration", one_text("level", level_text(style, c->severity)));
    members_item(&m, "properties", rule_properties(c));
    return members_done(&m);
}

/* ---- places -------------------------------------------------------------------------------------------- */

/* A path as relative reference: RFC 3986 section 3.3, and ':' too, or the first segment could read as a scheme. */
static void add_uri(struct buf *b, const char *path)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/!$&'()*+,;=@";
    if (*path == '/')
        buf_str(b, "file://");
    for (; *path != '\0'; path++) {
        if (strchr(plain, *path) != NULL)
            buf_char(b, *path);
        else
            buf_printf(b, "%%%02X", (unsigned)(unsigned char)*path);
    }
}

static cJSON *artifact(const struct place *p)
{
    struct buf path = BUF_INIT(65536), b = BUF_INIT(3 * (size_t)65536);
    struct members m = members_new();
    add_path(&path, p);
    add_uri(&b, buf_text(&path));
    m.failed = m.failed || path.failed;
    buf_free(&path);
    buf_member(&m, "uri", &b);
    if (p->file[0] != '/')
        members_text(&m, "uriBaseId", "%SRCROOT%");
    return members_done(&m);
}

static cJSON *region(const struct place *p, const char *snippet)
{
    struct members m = members_new();
    members_number(&m, "startLine", p->line);
    members_number(&m, "startColumn", p->column);
    members_number(&m, "endLine", p->end_line);
    members_number(&m, "endColumn", p->end_column);
    if (p->own && snippet != NULL && *snippet != '\0')
        members_item(&m, "snippet", one_text("text", snippet));
    return members_done(&m);
}

static cJSON *locations(const struct place *p, const char *snippet, const char *subject, const char *rrtype)
{
    struct buf name = BUF_INIT(8192);
    struct members physical = members_new(), logical = members_new(), m = members_new();
    members_item(&physical, "artifactLocation", artifact(p));
    members_item(&physical, "region", region(p, snippet));
    buf_str(&name, subject);
    if (rrtype != NULL)
        buf_printf(&name, "/%s", rrtype);
    buf_member(&logical, "fullyQualifiedName", &name);
    members_text(&logical, "kind", "resource");
    members_item(&m, "physicalLocation", members_done(&physical));
    members_item(&m, "logicalLocations", list_of_one(members_done(&logical)));
    return list_of_one(members_done(&m));
}

/* ---- results ------------------------------------------------------------------------------------------- */

/* "Title: subject." stands alone in lists that show one sentence; what was seen follows. */
static void plain_message(struct buf *b, const char *title, const char *subject, const char *message)
{
    add_message(b, title);
    buf_str(b, ": ");
    add_message(b, strcmp(subject, ".") == 0 ? "the root." : subject);
    end_sentence(b);
    if (message == NULL || *message == '\0')
        return;
    buf_char(b, ' ');
    add_message(b, message);
    end_sentence(b);
}

static void marked_message(struct buf *b, const struct result *r)
{
    md_own(b, result_title(r));
    buf_str(b, ": ");
    md_span(b, r->subject, 0, false);
    buf_str(b, "\n");
    if (r->message != NULL && *r->message != '\0') {
        buf_str(b, "\n");
        md_span(b, r->message, 0, false);
        buf_str(b, "\n");
    }
    for (size_t i = 0; i < r->evidence_count; i++) {
        const struct evidence *e = &r->evidence[i];
        buf_str(b, "\n* ");
        md_span(b, e->label, VALUE_MAX, false);
        buf_str(b, ": ");
        md_span(b, e->value, VALUE_MAX, false);
        if (e->source != NULL && *e->source != '\0') {
            buf_str(b, " from ");
            md_span(b, e->source, VALUE_MAX, false);
        }
    }
}

static cJSON *result_message(const struct sarif_style *style, const struct result *r)
{
    struct buf plain = BUF_INIT(BUF_MAX), marked = BUF_INIT(BUF_MAX);
    struct members m = members_new();
    plain_message(&plain, result_title(r), r->subject, r->message);
    buf_member(&m, "text", &plain);
    if (!style->brief) {
        marked_message(&marked, r);
        buf_member(&m, "markdown", &marked);
    }
    return members_done(&m);
}

static cJSON *evidence_item(const struct evidence *e)
{
    char time[CLOCK_TEXT_SIZE];
    struct members m = members_new();
    text_if(&m, "kind", e->kind);
    text_if(&m, "label", e->label);
    text_if(&m, "value", e->value);
    text_if(&m, "source", e->source);
    if (e->at_s != 0) {
        clock_rfc3339(e->at_s, time);
        members_text(&m, "at", time);
    }
    return members_done(&m);
}

static void add_evidence(struct members *m, const struct result *r)
{
    cJSON *evidence = cJSON_CreateArray();
    for (size_t i = 0; i < r->evidence_count; i++)
        append(m, evidence, evidence_item(&r->evidence[i]));
    members_item(m, "evidence", evidence);
}

static cJSON *result_properties(const struct sarif_style *style, const struct target_report *t, const struct result *r)
{
    struct members m = members_new();
    members_text(&m, "target", t->name);
    members_text(&m, "outcome", outcome_text(r->outcome));
    members_text(&m, "severity", severity_text(r->severity));
    members_text(&m, "confidence", confidence_text(r->confidence));
    text_if(&m, "reason", result_reason(r));
    text_if(&m, "state", state_text(r->state));
    text_if(&m, "knownSince", r->known_since);
    text_if(&m, "suggestedRecord", r->fix_record);
    text_if(&m, "causedBy", r->caused_by);
    if (!style->brief)
        add_evidence(&m, r);
    return members_done(&m);
}

static cJSON *fingerprints(const char *fingerprint)
{
    char hash[40];
    struct members m = members_new();
    snprintf(hash, sizeof(hash), "%.32s:1", fingerprint);
    members_text(&m, "primaryLocationLineHash", hash);
    members_text(&m, "zonevet/v1", fingerprint);
    return members_done(&m);
}

/* Where the rule stands in tool.driver.rules; checks are sorted by id. */
static void rule_index(struct members *m, const struct run *run, const char *id)
{
    size_t low = 0, high = run->check_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(run->checks[middle]->id, id);
        if (order == 0) {
            members_number(m, "ruleIndex", (uint32_t)middle);
            return;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
}

static const char *kind_text(enum outcome o)
{
    static const char *const words[] = {[OUTCOME_FAIL] = "fail",
                                        [OUTCOME_UNDETERMINED] = "review",
                                        [OUTCOME_INFO] = "informational",
                                        [OUTCOME_SKIPPED] = "notApplicable",
                                        [OUTCOME_PASS] = "pass"};
    return words[o];
}

static cJSON *suppression(const struct waiver_note *w)
{
    struct buf b = BUF_INIT(65536);
    struct members m = members_new();
    members_text(&m, "kind", "external");
    members_text(&m, "status", "accepted");
    add_waived(&b, w);
    buf_member(&m, "justification", &b);
    return members_done(&m);
}

static void full_state(struct members *m, const struct result *r)
{
    if (r->state == STATE_NEW)
        members_text(m, "baselineState", "new");
    if (r->state == STATE_KNOWN)
        members_text(m, "baselineState", "unchanged");
    if (r->state == STATE_WAIVED)
        members_item(m, "suppressions", list_of_one(suppression(r->waiver)));
}

cJSON *sarif_result(const struct sarif_style *style, const struct target_report *t, const struct result *r)
{
    struct members m = members_new();
    const struct place place = report_place(style->run, t, r->location, style->options);
    members_text(&m, "ruleId", r->check->id);
    rule_index(&m, style->run, r->check->id);
    if (style->full)
        members_text(&m, "kind", kind_text(r->outcome));
    members_text(&m, "level", r->outcome == OUTCOME_FAIL ? level_text(style, r->severity) : "none");
    members_item(&m, "message", result_message(style, r));
    members_item(&m, "locations", locations(&place, r->snippet, r->subject, r->rrtype));
    members_item(&m, "partialFingerprints", fingerprints(r->fingerprint));
    if (style->full)
        full_state(&m, r);
    members_item(&m, "properties", result_properties(style, t, r));
    return members_done(&m);
}

cJSON *sarif_fixed(const struct sarif_style *style, const struct target_report *t, const struct fixed_finding *f)
{
    struct buf text = BUF_INIT(BUF_MAX);
    struct members m = members_new(), message = members_new(), properties = members_new();
    const struct place place = report_place(style->run, t, f->location, style->options);
    plain_message(&text, f->title != NULL ? f->title : f->check, f->subject, f->message);
    buf_member(&message, "text", &text);
    members_text(&m, "ruleId", f->check);
    rule_index(&m, style->run, f->check);
    members_text(&m, "kind", "fail");
    members_text(&m, "level", level_text(style, f->severity));
    members_item(&m, "message", members_done(&message));
    members_item(&m, "locations", locations(&place, NULL, f->subject, NULL));
    members_item(&m, "partialFingerprints", fingerprints(f->fingerprint));
    members_text(&m, "baselineState", "absent");
    members_text(&properties, "target", t->name);
    members_text(&properties, "severity", severity_text(f->severity));
    members_text(&properties, "state", "fixed");
    text_if(&properties, "knownSince", f->known_since);
    members_item(&m, "properties", members_done(&properties));
    return members_done(&m);
}

cJSON *sarif_notification(const char *level, const char *text, const char *rule)
{
    struct buf b = BUF_INIT(65536);
    struct members m = members_new();
    add_message(&b, *text != '\0' ? text : "(no text)");
    end_sentence(&b);
    members_text(&m, "level", level);
    members_item(&m, "message", b.failed ? NULL : one_text("text", buf_text(&b)));
    buf_free(&b);
    if (rule != NULL)
        members_item(&m, "associatedRule", one_text("id", rule));
    return members_done(&m);
}
