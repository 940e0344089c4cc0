/* SPDX-License-Identifier: BSD-2-Clause */
/* The HTML report (outputs.md section 12): one file that loads nothing. Each target is turned into its part
 * of the page as it comes; the page around the parts, which needs the totals, is made at the end. */
#include "reports/html_assets.h"
#include "reports/html_tree.h"
#include "reports/writer.h"

#include <libxml/HTMLtree.h>
#include <libxml/parser.h>
#include <libxslt/security.h>
#include <libxslt/transform.h>
#include <libxslt/xsltInternals.h>
#include <libxslt/xsltutils.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

/* page.xsl leaves this comment where the parts go. Data cannot hold it: in text '<' is written as
 * an entity. */
#define FINDINGS_MARK "<!--zonevet:findings-->"

struct report {
    FILE *out;
    struct html_memory memory;
    struct spool findings;
    xsltStylesheet *target_sheet, *page_sheet;
    xsltSecurityPrefs *nothing_allowed;
    bool failed;
};

/* ---- style sheets -------------------------------------------------------------------------------------- */

static void silent(void *context, const char *format, ...)
{
    (void)context;
    (void)format;
}

static xsltStylesheet *load_sheet(const struct asset *a)
{
    xmlDoc *doc = xmlReadMemory((const char *)a->octets, (int)a->length, "report.xsl", NULL, XML_PARSE_NONET);
    xsltStylesheet *sheet = doc != NULL ? xsltParseStylesheetDoc(doc) : NULL;
    if (sheet == NULL)
        xmlFreeDoc(doc);
    return sheet;
}

/* Our sheets read and write nothing; should one ever try, it fails. */
static xsltSecurityPrefs *forbid_everything(void)
{
    static const xsltSecurityOption options[] = {XSLT_SECPREF_READ_FILE, XSLT_SECPREF_WRITE_FILE,
                                                 XSLT_SECPREF_CREATE_DIRECTORY, XSLT_SECPREF_READ_NETWORK,
                                                 XSLT_SECPREF_WRITE_NETWORK};
    xsltSecurityPrefs *prefs = xsltNewSecurityPrefs();
    for (size_t i = 0; prefs != NULL && i < ARRAY_SIZE(options); i++) {
        if (xsltSetSecurityPrefs(prefs, options[i], xsltSecurityForbid) != 0) {
            xsltFreeSecurityPrefs(prefs);
            return NULL;
        }
    }
    return prefs;
}

static xmlDoc *transform(struct report *r, xsltStylesheet *sheet, xmlDoc *tree)
{
    xsltTransformContext *context = tree != NULL ? xsltNewTransformContext(sheet, tree) : NULL;
    xmlDoc *result = NULL;
    if (context != NULL) {
        xsltSetTransformErrorFunc(context, NULL, silent);
        if (xsltSetCtxtSecurityPrefs(r->nothing_allowed, context) == 0)
            result = xsltApplyStylesheetUser(sheet, tree, NULL, NULL, NULL, context);
        if (result != NULL && context->state != XSLT_STATE_OK) {
            xmlFreeDoc(result);
            result = NULL;
        }
        xsltFreeTransformContext(context);
    }
    xmlFreeDoc(tree);
    return result;
}

/* The tree turned into HTML text; NULL on failure. Takes tree over. */
static xmlBuffer *render(struct report *r, xsltStylesheet *sheet, xmlDoc *tree)
{
    xmlDoc *html = transform(r, sheet, tree);
    xmlBuffer *text = html != NULL ? xmlBufferCreate() : NULL;
    if (text != NULL)
        xmlBufferSetAllocationScheme(text, XML_BUFFER_ALLOC_DOUBLEIT); /* else every piece copies the whole */
    xmlOutputBuffer *out = text != NULL ? xmlOutputBufferCreateBuffer(text, NULL) : NULL;
    bool good = out != NULL;
    if (out != NULL) {
        for (xmlNode *node = html->children; node != NULL; node = node->next)
            htmlNodeDumpFormatOutput(out, html, node, "UTF-8", 0);
        good = xmlOutputBufferClose(out) >= 0;
    }
    xmlFreeDoc(html);
    if (good)
        return text;
    r->failed = true;
    xmlBufferFree(text);
    return NULL;
}

/* ---- content security policy --------------------------------------------------------------------------- */

static char *source_hash(const struct asset *a)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(a->octets, a->length, digest);
    return base64_text(digest, sizeof(digest));
}

/* Nothing may be loaded; only our own style and script, known by their hashes, count. */
static void policy_text(struct report *r, struct buf *policy)
{
    char *style = source_hash(&asset_report_css);
    char *script = source_hash(&asset_report_js);
    if (style == NULL || script == NULL)
        r->failed = true;
    else
        buf_printf(policy,
                   "default-src 'none'; style-src 'sha256-%s'; script-src 'sha256-%s'; img-src data:; "
                   "base-uri 'none'; form-action 'none'",
                   style, script);
    free(style);
    free(script);
}

/* ---- the format ---------------------------------------------------------------------------------------- */

static enum status page_free(struct report *r, enum status status)
{
    spool_free(&r->findings);
    xsltFreeStylesheet(r->target_sheet);
    xsltFreeStylesheet(r->page_sheet);
    if (r->nothing_allowed != NULL)
        xsltFreeSecurityPrefs(r->nothing_allowed);
    table_free(r->memory.by_id);
    arena_free(r->memory.arena);
    free(r);
    return status;
}

static struct report *page_open(FILE *out, const struct run *run, const struct report_options *options)
{
    (void)options;
    struct report *r = calloc(1, sizeof(*r));
    if (r == NULL)
        return NULL;
    xmlInitParser();
    r->memory.run = run;
    r->out = out;
    r->findings = SPOOL_INIT;
    r->memory.arena = arena_new(0);
    r->memory.by_id = table_new();
    r->target_sheet = load_sheet(&asset_target_xsl);
    r->page_sheet = load_sheet(&asset_page_xsl);
    r->nothing_allowed = forbid_everything();
    if (r->memory.arena == NULL || r->memory.by_id == NULL || r->target_sheet == NULL ||
        r->page_sheet == NULL || r->nothing_allowed == NULL) {
        page_free(r, STATUS_NOMEM);
        return NULL;
    }
    return r;
}

static enum status page_target(struct report *r, const struct target_report *target)
{
    html_remember(&r->memory, target);
    xmlBuffer *text = render(r, r->target_sheet, html_target_tree(&r->memory, target));
    if (text != NULL) {
        spool_add(&r->findings, xmlBufferContent(text), (size_t)xmlBufferLength(text));
        xmlBufferFree(text);
    }
    if (r->failed || r->memory.no_memory)
        return STATUS_NOMEM;
    return r->findings.failed ? STATUS_IO : STATUS_OK;
}

static enum status write_page(struct report *r, const char *page)
{
    const char *mark = strstr(page, FINDINGS_MARK);
    if (mark == NULL)
        return STATUS_UNSUPPORTED;
    fputs("<!DOCTYPE html>\n", r->out);
    fwrite(page, 1, (size_t)(mark - page), r->out);
    enum status status = spool_copy(&r->findings, r->out);
    fputs(mark + strlen(FINDINGS_MARK), r->out);
    fputc('\n', r->out);
    return status;
}

static enum status page_close(struct report *r, const struct run *run)
{
    struct buf policy = BUF_INIT(1024);
    enum status status = STATUS_NOMEM;
    policy_text(r, &policy);
    xmlDoc *tree = html_run_tree(&r->memory, run, buf_text(&policy), (const char *)asset_report_css.octets,
                                 (const char *)asset_report_js.octets);
    xmlBuffer *text = render(r, r->page_sheet, tree);
    if (text != NULL && !r->failed && !r->memory.no_memory)
        status = write_page(r, (const char *)xmlBufferContent(text));
    xmlBufferFree(text);
    buf_free(&policy);
    if (status == STATUS_OK)
        status = writer_status(r->out);
    return page_free(r, status);
}

const struct report_format report_html = {
    .name = "html",
    .description = "one page for people, complete in itself",
    .open = page_open,
    .target = page_target,
    .close = page_close,
};
