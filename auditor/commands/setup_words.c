/* SPDX-License-Identifier: BSD-2-Clause */
/* Names as users write them, and lists of words in files. */
#include "auditor/commands/setup.h"

#include <errno.h>
#include <idn2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_OCTETS 4096

const dname *setup_name(struct arena *a, const char *text, const char **error)
{
    const dname *name = NULL;
    char *ascii = NULL;
    const char *source = text;
    bool plain = true;
    for (const char *c = text; *c != '\0'; c++)
        plain = plain && (unsigned char)*c < 0x80;
    if (!plain) {
        int rc = idn2_to_ascii_8z(text, &ascii, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
        if (rc != IDN2_OK) {
            *error = arena_printf(a, "no domain name: %s", idn2_strerror(rc));
            return NULL;
        }
        source = ascii;
    }
    enum status status = dname_from_text(a, source, &name);
    bool odd = false;
    for (const char *c = source; *c != '\0'; c++)
        odd = odd || *c == ' ' || *c == '/' || *c == ':' || *c == '@' || (unsigned char)*c < 0x21;
    idn2_free(ascii);
    if (status == STATUS_OK && odd) {
        *error = "no domain name: expected labels of letters, digits and hyphens, such as example.org";
        return NULL;
    }
    if (status != STATUS_OK) {
        *error = status == STATUS_LIMIT ? "no domain name: a label has at most 63 octets, a name 255"
                                        : "no domain name: empty label or broken escape";
        return NULL;
    }
    return dname_lower(a, name);
}

int setup_lines(struct arena *a, const char *path, const char ***lines, uint32_t **numbers, size_t *count)
{
    FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    char line[LINE_MAX_OCTETS];
    size_t capacity = 0;
    uint32_t number = 0;
    *count = 0;
    *lines = NULL;
    *numbers = NULL;
    if (in == NULL) {
        complain("%s: %s", path, strerror(errno));
        return EXIT_USAGE;
    }
    int code = -1;
    while (fgets(line, sizeof(line), in) != NULL) {
        number++;
        size_t length = strcspn(line, "\r\n");
        if (line[length] == '\0' && !feof(in)) {
            complain("%s:%u: the line is longer than %d octets", path, number, LINE_MAX_OCTETS - 2);
            code = EXIT_USAGE;
            break;
        }
        line[strcspn(line, "#\r\n")] = '\0';
        char *start = line + strspn(line, " \t");
        size_t end = strlen(start);
        while (end > 0 && (start[end - 1] == ' ' || start[end - 1] == '\t'))
            end--;
        if (end == 0)
            continue;
        if (*count == capacity) {
            capacity = capacity != 0 ? capacity * 2 : 64;
            const char **more = arena_array(a, capacity, sizeof(*more));
            uint32_t *more_numbers = arena_array(a, capacity, sizeof(*more_numbers));
            if (more == NULL || more_numbers == NULL)
                break;
            if (*count > 0) {
                memcpy(more, *lines, *count * sizeof(*more));
                memcpy(more_numbers, *numbers, *count * sizeof(*more_numbers));
            }
            *lines = more;
            *numbers = more_numbers;
        }
        (*numbers)[*count] = number;
        (*lines)[(*count)++] = arena_strndup(a, start, end);
    }
    if (code == -1 && ferror(in)) {
        complain("%s: %s", path, strerror(errno));
        code = EXIT_USAGE;
    }
    if (in != stdin)
        fclose(in);
    return code;
}

/* A file of names, one a line. */
