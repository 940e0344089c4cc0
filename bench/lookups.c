/* SPDX-License-Identifier: BSD-2-Clause */
/* Raw lookups of a list of names against one server: what a query costs. Names are streamed, so memory does
 * not grow with their number. */
#define _GNU_SOURCE
#include "auditor/base/clock.h"
#include "auditor/base/status.h"
#include "auditor/collect/exchange.h"

#include <argp.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

struct arguments {
    const char *server, *names, *type, *pattern;
    unsigned port, window, sockets, timeout_ms, retries;
    uint64_t count;
    bool no_edns, output;
};

/* One place in the window: its arena is used again for the next name. */
struct slot {
    struct run *run;
    struct slot *next_free;
    struct arena *arena;
};

struct run {
    struct arguments arguments;
    struct ask ask;
    struct exchange *x;
    FILE *names;
    uint64_t next; /* of generated names */
    bool exhausted;
    struct slot *free_slots;
    unsigned in_flight;
    uint64_t queried, answers, records, lost;
};

static const struct argp_option options[] = {
    {"server", 's', "ADDRESS", 0, "Server to ask (127.0.0.1)", 0},
    {"port", 'p', "N", 0, "Its port (5300)", 0},
    {"names", 'n', "FILE", 0, "Names to look up, one a line; - is standard input", 0},
    {"pattern", 'P', "TEXT", 0, "Without --names: names are TEXT with the first % replaced by 0, 1, ...", 0},
    {"count", 'c', "N", 0, "Names to generate, or to read at most (1000000)", 0},
    {"type", 't', "TYPE", 0, "Type to ask for (A)", 0},
    {"window", 'w', "N", 0, "Queries under way at once (256)", 0},
    {"sockets", 'S', "N", 0, "UDP sockets (64)", 0},
    {"timeout", 'T', "MS", 0, "One try (3000)", 0},
    {"retries", 'r', "N", 0, "Further tries (2)", 0},
    {"no-edns", 'E', 0, 0, "Plain queries", 0},
    {"output", 'o', 0, 0, "Print a line for each answer before the figures", 0},
    {0},
};

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct arguments *a = state->input;
    switch (key) {
    case 's':
        a->server = text;
        break;
    case 'p':
        a->port = (unsigned)atoi(text);
        break;
    case 'n':
        a->names = text;
        break;
    case 'P':
        a->pattern = text;
        break;
    case 'c':
        a->count = strtoull(text, NULL, 10);
        break;
    case 't':
        a->type = text;
        break;
    case 'w':
        a->window = (unsigned)atoi(text);
        break;
    case 'S':
        a->sockets = (unsigned)atoi(text);
        break;
    case 'T':
        a->timeout_ms = (unsigned)atoi(text);
        break;
    case 'r':
        a->retries = (unsigned)atoi(text);
        break;
    case 'E':
        a->no_edns = true;
        break;
    case 'o':
        a->output = true;
        break;
    case ARGP_KEY_ARG:
        argp_usage(state);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

/* The next name as text into line; false at the end. */
static bool next_name(struct run *run, char *line, size_t room)
{
    const char *pattern = run->arguments.pattern;
    if (run->exhausted || run->next >= run->arguments.count)
        return false;
    run->next++;
    if (run->names == NULL) {
        const char *mark = strchr(pattern, '%');
        int head = mark != NULL ? (int)(mark - pattern) : (int)strlen(pattern);
        snprintf(line, room, "%.*s%" PRIu64 "%s", head, pattern, run->next - 1, mark != NULL ? mark + 1 : "");
        return true;
    }
    if (fgets(line, (int)room, run->names) == NULL) {
        run->exhausted = true;
        return false;
    }
    line[strcspn(line, " \t\r\n")] = '\0';
    return true;
}

static void print_answer(const struct reply *reply)
{
    char owner[DNAME_TEXT_MAX];
    for (size_t i = 0; i < reply->answer.count; i++) {
        const struct rrset *set = &reply->answer.sets[i];
        for (unsigned n = 0; n < set->count; n++) {
            struct address address;
            char text[ADDRESS_TEXT_SIZE] = "";
            if (address_from_rdata(set->type, &set->rdata[n], &address))
                address_text(&address, text);
            printf("%s %u %s\n", dname_text_into(set->owner, owner), set->type, text);
        }
    }
}

static void on_done(void *context, const struct reply *reply)
{
    struct slot *slot = context;
    struct run *run = slot->run;
    if (reply->state == REPLY_OK) {
        run->answers++;
        run->records += reply->answer.count;
        if (run->arguments.output)
            print_answer(reply);
    } else {
        run->lost++;
    }
    slot->next_free = run->free_slots;
    run->free_slots = slot;
    run->in_flight--;
}

static void fill_window(struct run *run)
{
    char line[DNAME_TEXT_MAX + 2];
    while (run->free_slots != NULL && next_name(run, line, sizeof(line))) {
        struct slot *slot = run->free_slots;
        if (arena_used(slot->arena) > 0)
            arena_reset(slot->arena);
        if (dname_from_text(slot->arena, line, &run->ask.owner) != STATUS_OK)
            continue;
        run->free_slots = slot->next_free;
        run->in_flight++;
        run->queried++;
        exchange_ask(run->x, &run->ask, true, slot->arena, 0, on_done, slot);
    }
}

static bool slots_make(struct run *run, struct slot **slots)
{
    unsigned count = run->arguments.window;
    *slots = calloc(count, sizeof(**slots));
    for (unsigned i = 0; *slots != NULL && i < count; i++) {
        struct slot *slot = *slots + i;
        slot->run = run;
        slot->arena = arena_new(0);
        if (slot->arena == NULL)
            return false;
        slot->next_free = run->free_slots;
        run->free_slots = slot;
    }
    return *slots != NULL;
}

static void print_figures(const struct run *run, uint64_t wall_us, uint64_t cpu_us)
{
    const struct exchange_stats *stats = exchange_stats(run->x);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    uint64_t sent = stats->udp_sent + stats->tcp_sent;
    double names = run->queried > 0 ? (double)run->queried : 1;
    printf("{\"names\": %" PRIu64 ", \"answers\": %" PRIu64 ", \"rrsets\": %" PRIu64 ", \"lost\": %" PRIu64
           ", \"queries\": %" PRIu64 ", \"queries_per_name\": %.4f, \"timeouts\": %" PRIu64
           ", \"mismatches\": %" PRIu64 ", \"tcp\": %" PRIu64
           ", \"wall_s\": %.3f, \"per_second\": %.0f, \"cpu_us_per_query\": %.3f,"
           " \"user_s\": %.3f, \"system_s\": %.3f, \"peak_rss_kb\": %ld}\n",
           run->queried, run->answers, run->records, run->lost, sent, (double)sent / names, stats->timeouts,
           stats->mismatches, stats->tcp_sent, (double)wall_us / 1e6, names * 1e6 / (double)(wall_us + 1),
           (double)cpu_us / (double)(sent > 0 ? sent : 1),
           (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6,
           (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6, usage.ru_maxrss);
}

static int fail(const char *what)
{
    fprintf(stderr, "lookups: %s\n", what);
    return 2;
}

int main(int argc, char **argv)
{
    static const struct argp argp = {options, parse_option, NULL, "Raw lookups: what a query costs",
                                     NULL,    NULL,         NULL};
    struct run run = {.arguments = {.server = "127.0.0.1",
                                    .port = 5300,
                                    .type = "A",
                                    .pattern = "host%.bench.test",
                                    .window = 256,
                                    .timeout_ms = 3000,
                                    .retries = 2,
                                    .count = 1000000}};
    struct arguments *a = &run.arguments;
    if (argp_parse(&argp, argc, argv, 0, NULL, a) != 0)
        return 2;
    if (a->names != NULL && a->count == 1000000)
        a->count = UINT64_MAX;
    if (a->names != NULL && (run.names = strcmp(a->names, "-") == 0 ? stdin : fopen(a->names, "r")) == NULL)
        return fail("cannot open the list of names");
    run.ask.type = rrtype_from_text(a->type);
    run.ask.flags = a->no_edns ? ASK_NO_EDNS : 0;
    if (run.ask.type == 0 || !address_from_text(a->server, &run.ask.server) || a->window == 0)
        return fail("no such type, address or window");

    uv_loop_t loop;
    struct settings settings = {.live = true, .ipv4 = true, .ipv6 = true, .allow_private = true};
    struct pace *pace = pace_new(&(struct pace_options){.qps_per_server = 0});
    struct exchange_options exchange = {.settings = &settings,
                                        .pace = pace,
                                        .port = (uint16_t)a->port,
                                        .timeout_ms = a->timeout_ms,
                                        .retries = a->retries,
                                        .sockets = a->sockets,
                                        .printed_times = true};
    struct slot *slots = NULL;
    if (uv_loop_init(&loop) != 0 || pace == NULL || (run.x = exchange_new(&loop, &exchange)) == NULL ||
        !slots_make(&run, &slots))
        return fail("cannot start");

    uint64_t wall = clock_monotonic_us();
    uint64_t cpu = clock_cpu_us();
    fill_window(&run);
    while (run.in_flight > 0) {
        uv_run(&loop, UV_RUN_ONCE);
        fill_window(&run);
    }
    print_figures(&run, clock_monotonic_us() - wall, clock_cpu_us() - cpu);

    exchange_free(run.x);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    for (unsigned i = 0; i < a->window; i++)
        arena_free(slots[i].arena);
    free(slots);
    pace_free(pace);
    return run.lost == 0 ? 0 : 1;
}
