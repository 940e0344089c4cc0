/* SPDX-License-Identifier: BSD-2-Clause */
/* One fact as a block of text: the question, then indented what the answer was. */
#include "auditor/facts/recording_text.h"

#include <string.h>

#define BODY_LINE 160U /* octets of a body on one line, line ends apart */

#define BOOL(type, member)                                                                                   \
    {                                                                                                        \
        .word = #member, .kind = MEMBER_BOOL, .offset = offsetof(struct type, member)                        \
    }
#define ROW(type, text, what, member)                                                                        \
    {                                                                                                        \
        .word = text, .kind = what, .offset = offsetof(struct type, member)                                  \
    }

const char *const recording_ask_flags[] = {"rd",         "cd",          "tcp",       "no-edns",
                                           "no-do",      "no-tc-retry", "z",         "shared",
                                           "last-round", "exact-case",  "no-cookie", NULL};

const struct member recording_ask_members[] = {
    ROW(ask, "class", MEMBER_U16, class),
    ROW(ask, "opcode", MEMBER_U8, opcode),
    ROW(ask, "edns-version", MEMBER_U8, edns_version),
    ROW(ask, "edns-size", MEMBER_U16, edns_size),
    ROW(ask, "edns-flags", MEMBER_HEX16, edns_flags),
    ROW(ask, "edns-option", MEMBER_U16, edns_option),
    ROW(ask, "repeat", MEMBER_U8, repeat),
    ROW(ask, "delay", MEMBER_U16, delay_s),
    ROW(ask, "flags", MEMBER_HEX16, flags), /* bits without a word */
    {0},
};

const struct member recording_reply_members[] = {
    ROW(reply, "server", MEMBER_ADDRESS, server), /* only if it is not the one that was asked */
    ROW(reply, "reason", MEMBER_REASON, reason),
    ROW(reply, "rcode", MEMBER_RCODE, rcode),
    ROW(reply, "opcode", MEMBER_U8, opcode),
    BOOL(reply, aa),
    BOOL(reply, tc),
    BOOL(reply, rd),
    BOOL(reply, ra),
    BOOL(reply, ad),
    BOOL(reply, cd),
    BOOL(reply, z),
    ROW(reply, "tcp", MEMBER_BOOL, tcp),
    ROW(reply, "truncated-first", MEMBER_BOOL, truncated_first),
    ROW(reply, "edns", MEMBER_BOOL, edns),
    ROW(reply, "edns-fallback", MEMBER_BOOL, edns_fallback),
    ROW(reply, "edns-dropped", MEMBER_BOOL, edns_dropped),
    ROW(reply, "edns-version", MEMBER_U8, edns_version),
    ROW(reply, "edns-size", MEMBER_U16, edns_size),
    ROW(reply, "edns-flags", MEMBER_HEX16, edns_flags),
    {.word = "edns-options",
                                                     .kind = MEMBER_OCTETS,
                                                     .offset = offsetof(struct reply, edns_options),
                                                     .extra = offsetof(struct reply, edns_options_length)},
    ROW(reply, "cookie", MEMBER_BOOL, cookie),
    ROW(reply, "case-differs", MEMBER_BOOL, case_differs),
    ROW(reply, "size", MEMBER_U16, size),
    ROW(reply, "mismatches", MEMBER_U16, mismatches),
    ROW(reply, "other-source", MEMBER_U16, other_source),
    ROW(reply, "tries", MEMBER_U8, tries),
    ROW(reply, "rtt-us", MEMBER_U32, rtt_us),
    ROW(reply, "at", MEMBER_TIME, at_s),
    {0},
};

const struct member recording_answer_members[] = {
    ROW(answer, "owner", MEMBER_NAME, owner), /* only if it is not the one that was asked */
    ROW(answer, "type", MEMBER_TYPE, type),     ROW(answer, "reason", MEMBER_REASON, reason),
    ROW(answer, "target", MEMBER_NAME, target), ROW(answer, "wildcard", MEMBER_BOOL, wildcard),
    ROW(answer, "zone", MEMBER_NAME, zone),     {0},
};

const struct member recording_cut_members[] = {
    ROW(cut, "reason", MEMBER_REASON, reason),         ROW(cut, "apex", MEMBER_NAME, apex),
    ROW(cut, "parent", MEMBER_NAME, parent),           ROW(cut, "nxdomain", MEMBER_BOOL, nxdomain),
    ROW(cut, "undelegated", MEMBER_BOOL, undelegated), {0},
};

const struct member recording_transfer_ask_members[] = {
    ROW(transfer_ask, "serial", MEMBER_U32, serial),
    ROW(transfer_ask, "with-key", MEMBER_BOOL, with_key),
    {0},
};

static const char *const transfer_outcomes[] = {"refused", "empty", "data", NULL};
static const char *const walk_outcomes[] = {"unsigned", "nsec", "nsec3", "minimal", NULL};

const struct member recording_transfer_members[] = {
    ROW(transfer, "reason", MEMBER_REASON, reason),
    {.word = "outcome",
                                                 .kind = MEMBER_CHOICE,
                                                 .offset = offsetof(struct transfer, outcome),
                                                 .words = transfer_outcomes},
    ROW(transfer, "rcode", MEMBER_RCODE, rcode),
    ROW(transfer, "complete", MEMBER_BOOL, complete),
    ROW(transfer, "full", MEMBER_BOOL, full),
    ROW(transfer, "udp", MEMBER_BOOL, udp),
    ROW(transfer, "serial", MEMBER_U32, serial),
    ROW(transfer, "records", MEMBER_U32, records),
    ROW(transfer, "octets", MEMBER_U32, octets),
    {0},
};

const struct member recording_walk_members[] = {
    ROW(walk, "reason", MEMBER_REASON, reason),
    {.word = "outcome",
                                             .kind = MEMBER_CHOICE,
                                             .offset = offsetof(struct walk, outcome),
                                             .words = walk_outcomes},
    ROW(walk, "hops", MEMBER_U32, hops),
    ROW(walk, "complete", MEMBER_BOOL, complete),
    {0},
};

const struct member recording_http_members[] = {
    ROW(http_reply, "reason", MEMBER_REASON, reason),
    ROW(http_reply, "status", MEMBER_U16, status),
    ROW(http_reply, "body-cut", MEMBER_BOOL, body_cut),
    ROW(http_reply, "certificate-covers", MEMBER_BOOL, certificate_covers),
    ROW(http_reply, "at", MEMBER_TIME, at_s),
    ROW(http_reply, "sha256", MEMBER_SHA256, body_sha256),
    ROW(http_reply, "error", MEMBER_TEXT, error),
    ROW(http_reply, "certificate", MEMBER_RAW, certificate),
    {0},
};

const struct member recording_vantage_members[] = {
    ROW(vantage, "ipv4", MEMBER_BOOL, ipv4),
    ROW(vantage, "ipv6", MEMBER_BOOL, ipv6),
    ROW(vantage, "tcp", MEMBER_BOOL, tcp),
    ROW(vantage, "intercepted", MEMBER_BOOL, intercepted),
    ROW(vantage, "parents-answer", MEMBER_BOOL, parents_answer),
    ROW(vantage, "sent", MEMBER_U32, sent),
    ROW(vantage, "lost", MEMBER_U32, lost),
    {0},
};

/* ---- questions ----------------------------------------------------------------------------------------- */

static void write_ask(struct buf *out, const struct ask *q)
{
    struct ask rest = *q;
    buf_str(out, "ask ");
    write_address(out, &q->server);
    buf_char(out, ' ');
    write_type(out, q->type);
    buf_char(out, ' ');
    write_name(out, q->owner);
    for (unsigned i = 0; recording_ask_flags[i] != NULL; i++) {
        if ((q->flags & 1U << i) == 0)
            continue;
        buf_printf(out, " %s", recording_ask_flags[i]);
        rest.flags &= (uint16_t) ~(1U << i);
    }
    members_write(out, " ", recording_ask_members, &rest);
}

static void write_transfer_ask(struct buf *out, const struct transfer_ask *q)
{
    buf_str(out, "transfer ");
    write_address(out, &q->server);
    buf_char(out, ' ');
    write_type(out, q->type);
    buf_char(out, ' ');
    write_name(out, q->zone);
    members_write(out, " ", recording_transfer_ask_members, q);
}

static void write_key(struct buf *out, const struct fact *fact)
{
    switch (fact->kind) {
    case FACT_ASK:
        write_ask(out, &fact->key.ask);
        break;
    case FACT_LOOKUP:
        buf_str(out, "lookup ");
        write_type(out, fact->key.lookup.type);
        buf_char(out, ' ');
        write_name(out, fact->key.lookup.owner);
        break;
    case FACT_CUT:
        buf_str(out, "cut ");
        write_name(out, fact->key.cut);
        break;
    case FACT_TRANSFER:
        write_transfer_ask(out, &fact->key.transfer);
        break;
    case FACT_WALK:
        buf_str(out, "walk ");
        write_name(out, fact->key.walk);
        break;
    case FACT_HTTP:
        buf_printf(out, "%s ", fact->key.http.https ? "https" : "http");
        write_address(out, &fact->key.http.address);
        buf_char(out, ' ');
        write_word(out, fact->key.http.host);
        buf_char(out, ' ');
        write_word(out, fact->key.http.path);
        break;
    case FACT_VANTAGE:
        buf_str(out, fact->key.vantage_last ? "vantage last" : "vantage first");
        break;
    }
    buf_char(out, '\n');
}

/* ---- values -------------------------------------------------------------------------------------------- */

static void write_reply(struct rrset_writer *w, const struct reply *r, const struct address *asked)
{
    struct reply head = *r;
    if (asked != NULL && address_equal(&r->server, asked))
        head.server.family = 0;
    buf_str(w->out, "  reply ");
    if (r->state == REPLY_OK) {
        write_rcode(w->out, r->rcode);
        head.rcode = 0;
    } else {
        buf_printf(w->out, "none %s", reason_text(r->reason));
        head.reason = REASON_NONE;
    }
    members_write(w->out, " ", recording_reply_members, &head);
    buf_char(w->out, '\n');
    rrsets_write(w, "answer", r->answer.sets, r->answer.count);
    rrsets_write(w, "authority", r->authority.sets, r->authority.count);
    rrsets_write(w, "additional", r->additional.sets, r->additional.count);
}

static bool write_from(struct buf *out, const struct reply *r, const struct rrset *set)
{
    static const char *const words[] = {"answer", "authority", "additional"};
    const struct section *const sections[] = {&r->answer, &r->authority, &r->additional};
    for (size_t s = 0; s < ARRAY_SIZE(sections); s++) {
        for (size_t i = 0; i < sections[s]->count; i++) {
            if (&sections[s]->sets[i] == set) {
                buf_printf(out, "  from %s %zu\n", words[s], i);
                return true;
            }
        }
    }
    return false;
}

/* The answer's set is a set of its reply: say which; otherwise it is written out. */
static void write_answer_set(struct rrset_writer *w, const struct answer *answer)
{
    if (answer->reply == NULL || !write_from(w->out, answer->reply, answer->rrset))
        rrsets_write(w, "data", answer->rrset, 1);
}

static void write_answer(struct rrset_writer *w, const struct fact *fact)
{
    static const char *const states[] = {"unknown", "unknown", "rrset", "alias", "nodata", "nxdomain"};
    const struct answer *answer = fact->value;
    struct answer head = *answer;
    if (head.owner != NULL && dname_equal(head.owner, fact->key.lookup.owner))
        head.owner = NULL;
    if (head.type == fact->key.lookup.type)
        head.type = 0;
    buf_printf(w->out, "  %s", states[answer->state]);
    if (answer->state == ANSWER_UNKNOWN) {
        buf_printf(w->out, " %s", reason_text(answer->reason));
        head.reason = REASON_NONE;
    }
    members_write(w->out, " ", recording_answer_members, &head);
    buf_char(w->out, '\n');
    if (answer->reply != NULL)
        write_reply(w, answer->reply, NULL);
    if (answer->rrset != NULL)
        write_answer_set(w, answer);
}

/* "known" or "unknown REASON"; the reason's row is the first of each table and is left out when it was said.
 */
static void write_state(struct buf *out, enum fact_state state, enum reason reason,
                        const struct member *members, const void *value)
{
    buf_str(out, state == FACT_KNOWN ? "  known" : "  unknown ");
    if (state != FACT_KNOWN)
        buf_str(out, reason_text(reason));
    members_write(out, " ", members + (state != FACT_KNOWN && members->kind == MEMBER_REASON ? 1 : 0), value);
    buf_char(out, '\n');
}

static void write_servers(struct buf *out, const char *word, const struct server *servers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, "  %s ", word);
        write_name(out, servers[i].name);
        buf_char(out, ' ');
        write_address(out, &servers[i].address);
        buf_char(out, '\n');
    }
}

static void write_names(struct buf *out, const dname *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_str(out, "  name ");
        write_name(out, names[i]);
        buf_char(out, '\n');
    }
}

/* Octets line by line, so that a person can read and change them. */
static void write_chunks(struct buf *out, const char *word, const char *octets, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t most = length - at < BODY_LINE ? length - at : BODY_LINE;
        const char *line_end = memchr(octets + at, '\n', most);
        size_t size = line_end != NULL ? (size_t)(line_end - (octets + at)) + 1 : most;
        buf_printf(out, "  %s ", word);
        write_quoted(out, octets + at, size);
        buf_char(out, '\n');
        at += size;
    }
}

static void write_http(struct buf *out, const struct http_reply *r)
{
    write_state(out, r->state, r->reason, recording_http_members, r);
    if (r->headers != NULL)
        write_chunks(out, "headers", r->headers, strlen(r->headers));
    if (r->body != NULL)
        write_chunks(out, "body", r->body, r->body_length);
}

static void write_value(struct rrset_writer *w, const struct fact *fact)
{
    const struct cut *cut = fact->value;
    const struct transfer *transfer = fact->value;
    const struct walk *walk = fact->value;
    const struct vantage *vantage = fact->value;
    switch (fact->kind) {
    case FACT_ASK:
        write_reply(w, fact->value, &fact->key.ask.server);
        break;
    case FACT_LOOKUP:
        write_answer(w, fact);
        break;
    case FACT_CUT:
        write_state(w->out, cut->state, cut->reason, recording_cut_members, cut);
        write_servers(w->out, "server", cut->servers, cut->server_count);
        write_servers(w->out, "parent-server", cut->parent_servers, cut->parent_server_count);
        break;
    case FACT_TRANSFER:
        write_state(w->out, transfer->state, transfer->reason, recording_transfer_members, transfer);
        write_names(w->out, transfer->names, transfer->name_count);
        break;
    case FACT_WALK:
        write_state(w->out, walk->state, walk->reason, recording_walk_members, walk);
        write_names(w->out, walk->names, walk->name_count);
        break;
    case FACT_HTTP:
        write_http(w->out, fact->value);
        break;
    case FACT_VANTAGE:
        write_state(w->out, vantage->state, REASON_NONE, recording_vantage_members, vantage);
        break;
    }
}

void fact_write(struct rrset_writer *w, const struct fact *fact)
{
    if (fact->value == NULL)
        return;
    write_key(w->out, fact);
    write_value(w, fact);
    buf_char(w->out, '\n');
}
