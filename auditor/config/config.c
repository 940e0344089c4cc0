/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the file and joins the parts: libyaml's document for places, libcyaml for values. */
#include "auditor/config/private.h"

#include "auditor/base/buf.h"
#include "auditor/base/table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- parsing ---- */

static void report_syntax(struct config_reader *r, const yaml_parser_t *parser)
{
    struct config_place place = {(uint32_t)parser->problem_mark.line + 1,
                                 (uint32_t)parser->problem_mark.column + 1};
    const char *problem = parser->problem != NULL ? parser->problem : "this is no YAML";
    if (parser->error == YAML_READER_ERROR) /* it knows the octet only */
        config_error_at(r, (struct config_place){0, 0}, "", "octet %zu: %s", parser->problem_offset, problem);
    else if (parser->context != NULL)
        config_error_at(r, place, "", "%s, %s", parser->context, problem);
    else
        config_error_at(r, place, "", "%s", problem);
}

/* @return true if there is a second document, or what follows the first cannot be read */
static bool more_follows(struct config_reader *r, yaml_parser_t *parser)
{
    yaml_document_t next;
    if (!yaml_parser_load(parser, &next)) {
        report_syntax(r, parser);
        return true;
    }
    const yaml_node_t *root = yaml_document_get_root_node(&next);
    if (root != NULL)
        config_error_at(r, (struct config_place){(uint32_t)root->start_mark.line + 1, 1}, "",
                        "one document only; a second one begins here");
    yaml_document_delete(&next);
    return root != NULL;
}

/* What is left of a document with mistakes, as text for libcyaml. The document is gone after it. */
static int append(void *data, unsigned char *octets, size_t size)
{
    struct buf *b = data;
    buf_add(b, octets, size);
    return !b->failed;
}

static bool print_document(yaml_document_t *document, struct buf *out)
{
    yaml_emitter_t emitter;
    if (!yaml_emitter_initialize(&emitter)) {
        yaml_document_delete(document);
        return false;
    }
    yaml_emitter_set_output(&emitter, append, out);
    yaml_emitter_set_unicode(&emitter, 1);
    bool good =
        yaml_emitter_open(&emitter) && yaml_emitter_dump(&emitter, document) && yaml_emitter_close(&emitter);
    yaml_emitter_delete(&emitter);
    return good;
}

/* Places, and every mistake of form. @return true if values can be read from what is in *left, or, if that is
 * empty, from the text itself */
static bool check_document(struct config_reader *r, const char *text, size_t length, struct buf *left)
{
    yaml_parser_t parser;
    yaml_document_t document;
    bool good = false;
    if (!yaml_parser_initialize(&parser)) {
        config_error(r, "", "out of memory");
        return false;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    if (!yaml_parser_load(&parser, &document)) {
        report_syntax(r, &parser);
    } else {
        if (yaml_document_get_root_node(&document) == NULL)
            config_error_at(r, (struct config_place){1, 1}, "",
                            "the file says nothing; expected at least 'version: 1'");
        else if (!more_follows(r, &parser))
            good = config_walk(r, &document);
        if (good && r->problems->errors > 0)
            good = print_document(&document, left);
        else
            yaml_document_delete(&document);
    }
    yaml_parser_delete(&parser);
    return good;
}

static const cyaml_config_t cyaml_settings = {
    .mem_fn = cyaml_mem, .log_level = CYAML_LOG_ERROR, .flags = CYAML_CFG_NO_ALIAS};

static void free_data(void *data)
{
    cyaml_free(&cyaml_settings, &config_schema, data, 0);
}

static void load_values(struct config_reader *r, const char *text, size_t length)
{
    cyaml_data_t *data = NULL;
    cyaml_err_t error =
        cyaml_load_data((const uint8_t *)text, length, &cyaml_settings, &config_schema, &data, NULL);
    if (error == CYAML_OK)
        r->config->data = arena_adopt(r->arena, data, free_data);
    if (r->config->data == NULL &&
        r->problems->errors == 0) /* of what is left after mistakes nothing more is said */
        config_error(r, "", "%s", error != CYAML_OK ? cyaml_strerror(error) : "out of memory");
}

static void free_table(void *table)
{
    table_free(table);
}

enum status config_parse(struct arena *a, const char *path, const char *text, size_t length,
                         const struct config_known *known, struct config **out,
                         struct config_problems *problems)
{
    struct config *c = arena_alloc(a, sizeof(*c));
    *problems = (struct config_problems){0};
    if (c == NULL)
        return STATUS_NOMEM;
    struct config_reader r = {.arena = a, .known = known, .config = c, .problems = problems};
    c->path = path;
    c->places = arena_adopt(a, table_new(), free_table);
    if (c->places == NULL)
        return STATUS_NOMEM;
    struct buf left = BUF_INIT(4 * CONFIG_FILE_MAX);
    if (check_document(&r, text, length, &left))
        load_values(&r, left.length > 0 ? left.data : text, left.length > 0 ? left.length : length);
    buf_free(&left);
    if (c->data != NULL)
        config_values(&r);
    if (problems->errors > 0)
        return STATUS_MALFORMED;
    *out = c;
    return STATUS_OK;
}

/* ---- files ---- */

static enum status refuse_file(struct arena *a, struct config_problems *problems, enum status status,
                               const char *text)
{
    struct config_problem *one = arena_alloc(a, sizeof(*one));
    if (one == NULL)
        return STATUS_NOMEM;
    *one = (struct config_problem){.key = "", .text = arena_strdup(a, text)};
    *problems = (struct config_problems){.list = one, .count = 1, .errors = 1};
    return status;
}

enum status config_read(struct arena *a, const char *path, const struct config_known *known,
                        struct config **out, struct config_problems *problems)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a FIFO must not block */
    if (fd < 0)
        return refuse_file(a, problems, STATUS_IO, strerror(errno));
    FILE *in = fdopen(fd, "r");
    if (in == NULL || fstat(fd, &st) != 0) {
        int error = errno;
        in != NULL ? (void)fclose(in) : (void)close(fd);
        return refuse_file(a, problems, STATUS_IO, strerror(error));
    }
    if (!S_ISREG(st.st_mode)) {
        fclose(in);
        return refuse_file(a, problems, STATUS_IO, "not a regular file");
    }
    size_t room = st.st_size < (off_t)CONFIG_FILE_MAX ? (size_t)st.st_size + 1 : CONFIG_FILE_MAX + 1;
    char *text = arena_alloc(a, room);
    size_t length = text != NULL ? fread(text, 1, room, in) : 0;
    bool failed = ferror(in) != 0;
    fclose(in);
    if (text == NULL)
        return STATUS_NOMEM;
    if (failed)
        return refuse_file(a, problems, STATUS_IO, "cannot be read");
    if (length > CONFIG_FILE_MAX)
        return refuse_file(a, problems, STATUS_LIMIT,
                           "larger than 1 MiB; long lists of targets go into targets_file");
    if (length > (size_t)st.st_size)
        return refuse_file(a, problems, STATUS_IO, "changed while it was read");
    return config_parse(a, path, text, length, known, out, problems);
}

const char *config_relative(struct arena *a, const char *config_path, const char *path)
{
    const char *slash = strrchr(config_path, '/');
    if (path[0] == '/' || slash == NULL || strcmp(path, "-") == 0)
        return path;
    if (slash == config_path + 1 &&
        config_path[0] == '.') /* ./.zonevet.yaml: paths stay as they are written */
        return path;
    return arena_printf(a, "%.*s/%s", (int)(slash - config_path), config_path, path);
}
