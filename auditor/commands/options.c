/* SPDX-License-Identifier: BSD-2-Clause */
/* Options by argp: help is made from the same table that reads them. */
#define _GNU_SOURCE
#include "auditor/commands/options.h"

#include "auditor/commands/option_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NET (COMMAND_AUDIT | COMMAND_DIFF | COMMAND_ASK | COMMAND_CONFIG | COMMAND_BASELINE)
#define JUDGE (COMMAND_AUDIT | COMMAND_ZONE | COMMAND_DIFF | COMMAND_LINT | COMMAND_CONFIG)
#define GATE (COMMAND_AUDIT | COMMAND_ZONE | COMMAND_DIFF | COMMAND_CONFIG)

static const struct {
    const char *name;
    int key;
    const char *argument;
    unsigned commands;
    const char *help;
} table[] = {
    {"config", 'c', "FILE", NET | JUDGE | COMMAND_WAIVER, "configuration (default: ./.zonevet.yaml, $XDG_CONFIG_HOME/zonevet/config.yaml, /etc/zonevet/config.yaml; the first one found)"},
    {"no-config", KEY_NO_CONFIG, NULL, NET | JUDGE | COMMAND_WAIVER, "read no configuration file"},
    {"profile", 'p', "NAME", NET | JUDGE, "set of checks and thresholds (see 'list profiles')"},
    {"output", 'o', "FORMAT[=PATH]", JUDGE, "write a report; repeatable (see 'list formats'); without PATH or with '-': standard output"},
    {"check", KEY_CHECK, "PATTERN", JUDGE | COMMAND_BASELINE, "run only checks whose id matches (glob); repeatable"},
    {"skip", KEY_SKIP, "PATTERN", JUDGE | COMMAND_BASELINE, "leave out checks whose id matches (glob); repeatable"},
    {"only-areas", KEY_AREAS, "LIST", JUDGE | COMMAND_BASELINE, "run only these areas, comma-separated (see 'list areas')"},
    {"fail-on", KEY_FAIL_ON, "SEVERITY", JUDGE, "critical, high (default), medium, low or never: findings at or above it fail the run"},
    {"min-confidence", KEY_CONFIDENCE, "C", JUDGE, "confirmed, likely (default) or possible: less certain findings do not fail the run"},
    {"baseline", KEY_BASELINE, "FILE", GATE | COMMAND_BASELINE, "findings that are known already (see 'zonevet baseline')"},
    {"new-only", KEY_NEW_ONLY, NULL, GATE, "only findings that are not in the baseline fail the run"},
    {"waivers", KEY_WAIVERS, "FILE", GATE | COMMAND_BASELINE | COMMAND_WAIVER, "findings that somebody answers for until a date (see 'zonevet waiver')"},
    {"strict-waivers", KEY_STRICT_WAIVERS, NULL, GATE, "expired waivers, and broken ones in comments of zone files, are errors"},
    {"on-error", KEY_ON_ERROR, "fail|ignore", JUDGE, "whether what could not be told makes exit code 3 (fail, default)"},
    {"exit-zero", KEY_EXIT_ZERO, NULL, JUDGE, "exit 0 instead of 1 and 3"},
    {"targets", KEY_TARGETS, "FILE", COMMAND_AUDIT | COMMAND_BASELINE, "more targets, one a line, '#' begins a comment ('-': standard input)"},
    {"names", KEY_NAMES, "FILE", NET | COMMAND_ZONE, "more names known in the targets, one a line"},
    {"tsig-file", KEY_TSIG, "FILE", NET, "key for transfers of your own zones, as a source of names"},
    {"mail", KEY_MAIL, "yes|no|auto", JUDGE | COMMAND_BASELINE, "whether the targets take or send mail (auto)"},
    {"owned-suffix", KEY_OWNED, "NAME", NET | COMMAND_ZONE, "names under it are yours: no takeover is reported for them; repeatable"},
    {"ignore", KEY_IGNORE, "FILE", NET | COMMAND_ZONE, "alias targets never to report, one a line"},
    {"fingerprints", KEY_FINGERPRINTS, "DIR", NET | COMMAND_ZONE, "service data read over the built-in ones (the same id replaces)"},
    {"confirm-delay", KEY_DELAY, "DURATION", NET, "time before the second look at a takeover finding (5s)"},
    {"no-http", KEY_NO_HTTP, NULL, NET, "send no HTTP(S) request"},
    {"resolver", KEY_RESOLVER, "ADDRESS", NET, "look names up through this forwarder (its answers are taken as they are)"},
    {"authoritative-only", KEY_AUTHORITATIVE, NULL, NET, "ask only the delegation path and the zone's own servers"},
    {"ipv4", '4', NULL, NET, "use IPv4 only"},
    {"ipv6", '6', NULL, NET, "use IPv6 only"},
    {"allow-private", KEY_PRIVATE, NULL, NET | COMMAND_ZONE, "addresses that are not public may be contacted; loopback counts as public"},
    {"treat-as-public", KEY_PUBLIC, "CIDR", NET | COMMAND_ZONE, "this block counts as public; repeatable"},
    {"ns", KEY_NS, "NAME[/ADDRESS]", NET, "undelegated test: a server in place of the delegation; repeatable"},
    {"ds", KEY_DS, "TAG,ALG,TYPE,DIGEST", NET | COMMAND_ZONE, "undelegated test: a DS in place of the parent's; repeatable"},
    {"root-hints", KEY_HINTS, "FILE", NET, "root servers (default: those of dns-root-data)"},
    {"trust-anchor", KEY_ANCHOR, "FILE", NET, "trust anchors, DS or DNSKEY records (default: those of dns-root-data)"},
    {"ca-file", KEY_CA, "FILE", NET, "certificate authorities (default: the system's)"},
    {"dns-port", KEY_DNS_PORT, "N", NET, "port of all name servers (53)"},
    {"http-port", KEY_HTTP_PORT, "N", NET, "port of HTTP probes (80)"},
    {"https-port", KEY_HTTPS_PORT, "N", NET, "port of HTTPS probes (443)"},
    {"qps", KEY_QPS, "N", NET, "queries a second in all (no limit)"},
    {"qps-per-server", KEY_QPS_SERVER, "N", NET, "queries a second to one server (50; 0: no limit)"},
    {"timeout", KEY_TIMEOUT, "DURATION", NET, "one try over UDP (3s)"},
    {"retries", KEY_RETRIES, "N", NET, "further tries over UDP (2)"},
    {"deadline", KEY_DEADLINE, "DURATION", NET, "end the run after this time; what is open then is undetermined"},
    {"jobs", 'j', "N", COMMAND_AUDIT | COMMAND_ZONE | COMMAND_DIFF | COMMAND_BASELINE, "worker threads (processors)"},
    {"contact", KEY_CONTACT, "TEXT", NET, "shown in the User-Agent of HTTP probes"},
    {"record", KEY_RECORD, "DIR", COMMAND_AUDIT, "keep all answers as readable text"},
    {"replay", KEY_REPLAY, "DIR", COMMAND_AUDIT, "run again from a recording, without network"},
    {"origin", KEY_ORIGIN, "NAME", COMMAND_ZONE | COMMAND_DIFF | COMMAND_BASELINE, "origin of names before any $ORIGIN"},
    {"old", KEY_OLD, "SIDE", COMMAND_ZONE, "the state before the change, for checks of a change: a file, a directory or git:REV:PATH"},
    {"input-format", KEY_INPUT, "FORMAT", COMMAND_ZONE | COMMAND_DIFF | COMMAND_BASELINE, "what the files are: auto (default), zonefile, octodns, terraform, route53, cloudflare, dnscontrol (see docs/inputs.md)"},
    {"now", KEY_NOW, "TIME", NET | JUDGE | COMMAND_WAIVER, "judge as of this time; all printed times are it (2026-01-01T00:00:00Z)"},
    {"ip", KEY_IP, "ADDRESS", COMMAND_ASK, "spf: address of the sending client"},
    {"helo", KEY_HELO, "NAME", COMMAND_ASK, "spf: name in HELO"},
    {"from", KEY_FROM, "MAILBOX", COMMAND_ASK, "spf: envelope sender"},
    {"from", KEY_FROM, "RUN", COMMAND_BASELINE | COMMAND_WAIVER, "findings of a run: its JSON or NDJSON report ('-': standard input)"},
    {"live", KEY_LIVE, NULL, COMMAND_BASELINE, "the arguments are domains to audit live, not zone files"},
    {"max-severity", KEY_MAX_SEVERITY, "SEVERITY", COMMAND_BASELINE, "create, update: findings above it stay out of the baseline (critical)"},
    {"check", KEY_CHECK, "ID", COMMAND_WAIVER, "add: id of the check, or a glob such as 'spf.*'"},
    {"target", KEY_TARGET, "NAME", COMMAND_WAIVER, "add: the domain or zone"},
    {"subject", KEY_SUBJECT, "NAME", COMMAND_WAIVER, "add: only findings about this name; a glob is allowed"},
    {"discriminator", KEY_DISCRIMINATOR, "TEXT", COMMAND_WAIVER, "add: only the finding with this value"},
    {"reason", KEY_REASON, "TEXT", COMMAND_WAIVER, "add: why the finding may stay, at least 10 characters"},
    {"owner", KEY_OWNER, "WHO", COMMAND_WAIVER, "add: who answers for it"},
    {"expires", KEY_EXPIRES, "DAY", COMMAND_WAIVER, "add: the last day it holds (2026-03-31)"},
    {"id", KEY_ID, "TEXT", COMMAND_WAIVER, "add: name of the entry (W-YEAR-NUMBER)"},
    {"finding", KEY_FINDING, "FINGERPRINT", COMMAND_WAIVER, "add: check, target, subject and value of this finding of --from"},
    {"from-domains", KEY_FROM_DOMAINS, "FILE", COMMAND_CONFIG, "init: begin with these domains, one a line"},
    {"force", KEY_FORCE, NULL, COMMAND_CONFIG, "init: replace a file that is there"},
    {"junit-dialect", KEY_DIALECT, "common|strict", JUDGE, "strict: only what the xunit schema allows"},
    {"junit-gate", KEY_JUNIT_GATE, NULL, JUDGE, "findings below --fail-on are passes in JUnit"},
    {"sarif-anchor", KEY_ANCHOR_FILE, "PATH", JUDGE, "SARIF, Code Quality: file that findings without a place are put on (.zonevet.yaml)"},
    {"sarif-max-level", KEY_SARIF_LEVEL, "error|warning|note", JUDGE, "the gravest level in SARIF (error; warning with --fail-on never)"},
    {"markdown-limit", KEY_MARKDOWN_LIMIT, "N", JUDGE, "octets of the Markdown summary (60000)"},
    {"csv-bom", KEY_CSV_BOM, NULL, JUDGE, "CSV begins with a byte order mark, for spreadsheets"},
    {"changed-files", KEY_CHANGED_FILES, "LIST", JUDGE, "GitHub annotations: findings in these files come first; comma-separated, or @FILE with one a line"},
    {"dry-run", 'n', NULL, COMMAND_AUDIT, "print what would be asked, of whom, and send nothing"},
    {"quiet", 'q', NULL, NET | JUDGE | COMMAND_WAIVER, "only errors"},
    {"verbose", 'v', NULL, NET | JUDGE, "passed and skipped checks too"},
    {"progress", KEY_PROGRESS, "auto|always|never", COMMAND_AUDIT, "progress on standard error (auto: on a terminal)"},
    {"color", KEY_COLOR, "auto|always|never", NET | JUDGE, "colour of text (auto: on a terminal, unless NO_COLOR is set)"},
    {"width", KEY_WIDTH, "N", NET | JUDGE, "columns of text (COLUMNS, or no limit)"},
};

_Static_assert(ARRAY_SIZE(table) <= OPTIONS_MAX, "struct options has no room for this many rows");

static void note_given(struct options *o, int key)
{
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        if (table[i].key == key)
            o->sources[i] = (unsigned char)o->reading;
    }
}

static size_t row_of(const char *name)
{
    size_t i = 0;
    while (i < ARRAY_SIZE(table) && strcmp(table[i].name, name) != 0)
        i++;
    return i;
}

enum from options_from(const struct options *o, const char *name)
{
    size_t row = row_of(name);
    return row < ARRAY_SIZE(table) ? (enum from)o->sources[row] : FROM_DEFAULT;
}

void options_set_from(struct options *o, const char *name, enum from from)
{
    size_t row = row_of(name);
    if (row < ARRAY_SIZE(table))
        o->sources[row] = (unsigned char)from;
}

bool options_take(enum command command, const char *name)
{
    size_t row = row_of(name);
    return row < ARRAY_SIZE(table) && (table[row].commands & (unsigned)command) != 0;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct options *o = state->input;
    note_given(o, key);
    if (key == ARGP_KEY_ARG && o->reading == FROM_ENVIRONMENT)
        OPTION_REFUSE(state, "ZONEVET_OPTS holds options only, not '%s'", text);
    if (key == ARGP_KEY_ARG)
        return words_add(o->arena, &o->arguments, text) ? 0 : ENOMEM;
    return option_value(state, o, key, text);
}

static const struct {
    enum command command;
    const char *arguments, *text;
} commands[] = {
    {COMMAND_AUDIT, "NAME...", "Audit domains live: ask their parents, their servers and what their records point at.\v"
     "Only the names given and what their records point at are contacted. Exit codes: 0 passed, 1 findings at or above "
     "--fail-on, 2 usage, 3 something that could have failed is undetermined, 4 output cannot be written, "
     "5 nothing to audit, 128+n ended by signal n."},
    {COMMAND_ZONE, "PATH...", "Audit zone files ('-' is standard input). Sends nothing.\v"
     "A file may be a master file, a zone of octoDNS, a plan of Terraform as JSON, or an export of Route 53 or Cloudflare. "
     "A directory stands for every *.zone, *.db, db.* and octoDNS *.yaml file below it. Exit codes: 0 passed, 1 findings at or above "
     "--fail-on, 2 a file cannot be read or its origin cannot be told, 4 output cannot be written, 5 no zone found."},
    {COMMAND_ASK, "dnssec NAME [TYPE]\ntakeover NAME\ndmarc NAME\nspf --ip A --helo H --from M",
     "Answer one question with its reasoning.\vExit codes: 0 answered, 2 usage, 3 undetermined."},
    {COMMAND_LINT, "spf|dmarc RECORD", "Judge one record given as text ('-' reads it from standard input).\v"
     "Exit codes as for an audit."},
    {COMMAND_CONFIG, "init [FILE]\ncheck [FILE...]\nshow", "Write, check or show the configuration.\v"
     "'show' takes the options of an audit and prints every effective value with its origin. Exit codes: 0 done, "
     "2 wrong or unreadable file, 4 the file cannot be written."},
    {COMMAND_BASELINE, "create|update|prune PATH...\ncreate|update|prune --live NAME...\ncreate|update|prune --from RUN [FILE]\nshow [FILE]",
     "Keep what is known already, so that only new findings fail a run.\v"
     "The file is --baseline FILE, or zonevet-baseline.json. 'create' writes it, 'update' adds new findings and drops fixed "
     "ones, 'prune' only drops fixed ones, 'show' prints it. What a run could not tell is not fixed. Exit codes: 0 done, "
     "2 usage or a wrong file, 3 a target could not be read, 4 the file cannot be written, 5 nothing to audit."},
    {COMMAND_WAIVER, "add|list|check",
     "Findings that somebody answers for until a date.\v"
     "The file is --waivers FILE, or zonevet-waivers.yaml. 'add' appends an entry, 'list' prints them, 'check' is for CI: "
     "it names those that expired, lie too far ahead, match more than 20 findings, or (with --from and the report of a run) "
     "match none. Exit codes: 0 all well, 1 a waiver is to be looked at, 2 usage or a wrong file, 4 the file cannot be "
     "written."},
    {COMMAND_LIST, "checks|areas|formats|profiles", "List what there is."},
    {COMMAND_EXPLAIN, "CHECK...", "Say all about a check: risk, fix, needs, references, examples."},
    {COMMAND_VERSION, "", "Print versions, features and dates of data."},
};

/* An option that this command does not know: say which is nearest. */
static bool check_option_names(enum command command, const char *name, int argc, char **argv)
{
    const char *names[ARRAY_SIZE(table) + 3];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        if ((table[i].commands & (unsigned)command) != 0)
            names[count++] = table[i].name;
    }
    names[count++] = "help";
    names[count++] = "usage";
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--", 2) != 0)
            continue;
        const char *typed = argv[i] + 2;
        size_t length = strcspn(typed, "=");
        bool known = false;
        for (size_t n = 0; n < count && !known; n++)
            known = strncmp(names[n], typed, length) == 0;
        if (known)
            continue;
        char word[65];
        snprintf(word, sizeof(word), "%.*s", (int)(length < 64 ? length : 64), typed);
        const char *near = nearest(word, names, count);
        complain("%s: there is no option --%s%s%s%s; see 'zonevet %s --help'", name, word,
                 near != NULL ? "; did you mean --" : "", near != NULL ? near : "", near != NULL ? "?" : "", name);
        return false;
    }
    return true;
}

/* ---- ZONEVET_OPTS ------------------------------------------------------------------------------------------------------- */

/* Words between blanks; quotes keep blanks, a backslash the next character. @return false at a quote without end */
static bool split_words(struct arena *a, const char *text, struct words *out)
{
    struct buf word = BUF_INIT(65536);
    char quote = '\0';
    bool open = false;
    bool good = true;
    for (const char *c = text; good; c++) {
        bool blank = *c == ' ' || *c == '\t' || *c == '\n';
        if (*c == '\0' || (quote == '\0' && blank)) {
            const char *copy = open ? arena_strdup(a, buf_text(&word)) : NULL;
            good = !open || (copy != NULL && words_add(a, out, copy));
            buf_reset(&word);
            open = false;
            if (*c == '\0')
                break;
        } else if (quote != '\0' ? *c == quote : *c == '"' || *c == '\'') {
            quote = quote != '\0' ? '\0' : *c;
            open = true;
        } else {
            c += *c == '\\' && quote != '\'' && c[1] != '\0';
            buf_char(&word, *c);
            open = true;
        }
    }
    good = good && quote == '\0' && !word.failed;
    buf_free(&word);
    return good;
}

/* The row that a word of ZONEVET_OPTS means, or the table's size. */
static size_t row_of_word(const char *word)
{
    size_t i = 0;
    bool is_long = strncmp(word, "--", 2) == 0;
    size_t length = is_long ? strcspn(word + 2, "=") : 0;
    for (; i < ARRAY_SIZE(table); i++) {
        if (is_long ? strncmp(table[i].name, word + 2, length) == 0 && table[i].name[length] == '\0'
                    : word[0] == '-' && table[i].key == word[1])
            break;
    }
    return i;
}

/* One environment serves all commands: options that only others take are left out here. */
static void keep_own(const struct options *o, const struct words *all, struct words *own)
{
    for (size_t i = 0; i < all->count; i++) {
        size_t row = row_of_word(all->items[i]);
        bool known = row < ARRAY_SIZE(table);
        bool joined = strchr(all->items[i], '=') != NULL || (all->items[i][1] != '-' && all->items[i][2] != '\0');
        bool argument = known && table[row].argument != NULL && !joined && i + 1 < all->count;
        if (!known || (table[row].commands & (unsigned)o->command) != 0) {
            (void)words_add(o->arena, own, all->items[i]);
            if (argument)
                (void)words_add(o->arena, own, all->items[i + 1]);
        }
        i += argument;
    }
}

/* ZONEVET_OPTS is put before the arguments. @return -1 to go on, else the exit code */
static int read_environment(struct options *o, const struct argp *argp, const char *name)
{
    const char *text = getenv("ZONEVET_OPTS");
    struct words all = {0};
    struct words own = {0};
    if (text == NULL || *text == '\0')
        return -1;
    if (!split_words(o->arena, text, &all)) {
        complain("ZONEVET_OPTS: a quotation mark has no end");
        return EXIT_USAGE;
    }
    keep_own(o, &all, &own);
    char **argv = arena_array(o->arena, own.count + 2, sizeof(*argv));
    for (size_t i = 0; argv != NULL && i < own.count; i++)
        argv[i + 1] = arena_strdup(o->arena, own.items[i]);
    if (argv == NULL || !check_option_names(o->command, name, (int)own.count + 1, argv)) {
        complain("this option stands in the environment variable ZONEVET_OPTS");
        return EXIT_USAGE;
    }
    argv[0] = arena_printf(o->arena, "zonevet %s: ZONEVET_OPTS", name);
    o->reading = FROM_ENVIRONMENT;
    error_t error = argp_parse(argp, (int)own.count + 1, argv, 0, NULL, o);
    return error == 0 ? -1 : EXIT_USAGE;
}

int options_read(struct options *o, enum command command, const char *name, int argc, char **argv)
{
    struct argp_option list[ARRAY_SIZE(table) + 1] = {{0}};
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        if ((table[i].commands & (unsigned)command) == 0)
            continue;
        list[count++] = (struct argp_option){.name = table[i].name, .key = table[i].key, .arg = table[i].argument,
                                             .doc = table[i].help};
    }
    struct argp argp = {.options = list, .parser = parse};
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
        if (commands[i].command == command) {
            argp.args_doc = commands[i].arguments;
            argp.doc = commands[i].text;
        }
    }
    o->command = command;
    o->fail_on = SEVERITY_HIGH;
    o->min_confidence = CONFIDENCE_LIKELY;
    o->color = o->progress = -1;
    o->max_severity = SEVERITY_CRITICAL;
    o->confirm_delay_s = 5;
    o->qps_per_server = 50;
    o->retries = 2;
    if (!check_option_names(command, name, argc, argv))
        return EXIT_USAGE;
    char *shown = arena_printf(o->arena, "zonevet %s", name);
    argv[0] = shown != NULL ? shown : argv[0];
    program_invocation_name = argv[0];
    argp_err_exit_status = EXIT_USAGE;
    int code = read_environment(o, &argp, name);
    if (code != -1)
        return code;
    o->reading = FROM_COMMAND_LINE;
    error_t error = argp_parse(&argp, argc, argv, 0, NULL, o);
    return error == 0 ? -1 : EXIT_USAGE;
}
