/* SPDX-License-Identifier: BSD-2-Clause */
/* zonevet audit: live, from a recording, or dry. */
#include "auditor/commands/commands.h"
#include "auditor/commands/gate_setup.h"
#include "auditor/commands/runner.h"

#include <stdio.h>
#include <string.h>

/* Baseline and waivers are read before anything is asked. */
static int read_gate(const struct options *o, struct setup *s, struct gate **gate)
{
    struct gate_setup *g = arena_alloc(o->arena, sizeof(*g));
    if (g == NULL) {
        complain("out of memory");
        return EXIT_TROUBLE;
    }
    int code = gate_setup(g, s, o);
    if (code == -1 && o->replay == NULL) {
        gate_setup_names(s, g->baseline);
        gate_setup_names(s, o->known_names);
    }
    return code != -1 ? code : gate_setup_finish(g, s, o, gate);
}

/* ---- dry run ------------------------------------------------------------------------------------------------------------ */

static size_t count_traffic(const struct setup *s, unsigned bit)
{
    size_t count = 0;
    for (size_t i = 0; i < s->check_count; i++)
        count += (s->checks[i]->traffic & bit) != 0;
    return count;
}

static int dry_run(const struct options *o, const struct setup *s)
{
    char text[DNAME_TEXT_MAX];
    char address[ADDRESS_TEXT_SIZE];
    printf("Dry run: nothing is sent. %zu checks over %zu targets would ask:\n", s->check_count, s->settings.targets_count);
    for (size_t i = 0; i < s->settings.targets_count; i++)
        printf("  %s\n", dname_text_into(s->settings.targets[i], text));
    printf("\nWho is contacted:\n");
    if (s->collect.forwarder.family != 0)
        printf("  the forwarder %s\n", address_text(&s->collect.forwarder, address));
    printf("  root servers of the hints file: %zu addresses\n", s->collect.root_server_count);
    printf("  the servers of the zones between the root and each target (delegation path)\n");
    printf("  every address of every server of each target's zone, port %u, UDP and TCP\n",
           o->dns_port != 0 ? (unsigned)o->dns_port : 53U);
    printf("  servers of the zones that aliases, MX, NS and SPF terms of the targets lead to: lookups only\n");
    printf("  zone transfers are tried only at servers of the target's delegation and the host of its SOA MNAME\n");
    if (s->settings.http)
        printf("  HTTP(S): one GET a scheme and path, only at names of the targets whose alias matches a service pattern\n");
    else
        printf("  no HTTP(S) (--no-http)\n");
    printf("\nHow much, for each target:\n");
    printf("  at most 2000 queries, and 20 for each name known in it; typically 40 to 60 with two servers\n");
    printf("  at most %u queries a second to one server%s\n", o->qps_per_server, o->qps_per_server == 0 ? " (no limit)" : "");
    printf("  checks that send DNS: %zu, transfers: %zu, HTTP: %zu, none: %zu\n", count_traffic(s, TRAFFIC_DNS),
           count_traffic(s, TRAFFIC_AXFR), s->settings.http ? count_traffic(s, TRAFFIC_HTTP) : 0,
           s->check_count - count_traffic(s, ~0U));
    return EXIT_PASSED;
}

/* ---- replay --------------------------------------------------------------------------------------------------------------- */

static const struct check *check_by_id(const struct setup *s, const char *id)
{
    for (size_t i = 0; i < s->check_count; i++) {
        if (strcmp(s->checks[i]->id, id) == 0)
            return s->checks[i];
    }
    return NULL;
}

/* Only checks that the recorded run had: others would lack their facts. */
static void keep_recorded(struct setup *s, const struct recording_run *head)
{
    size_t kept = 0;
    const struct check **checks = arena_array(s->arena, head->check_count, sizeof(*checks));
    for (size_t i = 0; checks != NULL && i < head->check_count; i++) {
        const struct check *check = check_by_id(s, head->check_ids[i]);
        if (check != NULL)
            checks[kept++] = check;
    }
    s->checks = checks;
    s->check_count = kept;
}

static void recorded_gate(struct options *o, const struct recording_run *head)
{
    static const char *const confidences[] = {"confirmed", "likely", "possible"};
    o->fail_never = strcmp(head->fail_on, "never") == 0;
    (void)severity_from_text(head->fail_on, &o->fail_on);
    for (size_t i = 0; i < ARRAY_SIZE(confidences); i++) {
        if (strcmp(head->min_confidence, confidences[i]) == 0)
            o->min_confidence = (enum confidence)i;
    }
}

static int replay(struct options *o, struct setup *s)
{
    struct recording *recording = NULL;
    const char *error = NULL;
    if (o->arguments.count > 0) {
        complain("--replay takes its targets from the recording; name none");
        return EXIT_USAGE;
    }
    if (recording_open(o->arena, o->replay, &recording, &error) != STATUS_OK) {
        complain("%s", error != NULL ? error : o->replay);
        return EXIT_USAGE;
    }
    const struct recording_run *head = recording_head(recording);
    s->arena = o->arena;
    s->settings = head->settings;
    int code = setup_checks(s, o);
    if (code != -1)
        return code;
    keep_recorded(s, head);
    recorded_gate(o, head);
    s->targets = arena_array(o->arena, head->settings.targets_count, sizeof(*s->targets));
    for (size_t i = 0; i < head->settings.targets_count; i++)
        s->targets[s->target_count++] = (struct wanted){.target = {.name = head->settings.targets[i]}};
    complain("replaying the run %s of zonevet %s; nothing is sent", head->id, head->tool_version);
    struct gate *gate = NULL;
    code = read_gate(o, s, &gate);
    if (code != -1)
        return code;
    const struct plan plan = {.options = o, .setup = s, .origin = ORIGIN_RECORDING, .recording = recording, .gate = gate};
    return runner_run(&plan);
}

int command_audit(struct options *o)
{
    struct setup s = {0};
    struct gate *gate = NULL;
    int code = setup_fingerprints(o);
    if (code == -1 && o->replay != NULL)
        return replay(o, &s);
    if (code == -1)
        code = setup_settings(&s, o);
    if (code == -1)
        code = setup_targets(&s, o);
    if (code == -1)
        code = setup_network(&s, o);
    if (code == -1)
        code = setup_checks(&s, o);
    if (code == -1)
        code = read_gate(o, &s, &gate);
    if (code != -1)
        return code;
    setup_digest(&s, o);
    if (o->dry_run)
        return dry_run(o, &s);
    const struct plan plan = {.options = o, .setup = &s, .origin = ORIGIN_LIVE, .gate = gate,
                              .resolver = o->resolver != NULL ? o->resolver : "iterative"};
    return runner_run(&plan);
}
