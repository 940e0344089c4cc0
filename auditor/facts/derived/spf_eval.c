/* SPDX-License-Identifier: BSD-2-Clause */
/* check_host() of RFC 7208 section 4: what a receiver decides for one client, one sender and one HELO name.
 */
#include "auditor/base/text.h"
#include "auditor/facts/derived/spf.h"
#include "auditor/facts/derived/spf_expand.h"

#include <string.h>

#define STEPS_MAX 400 /* lines of the trace; ip4 and ip6 terms are free, so a record may hold thousands */
#define LOCAL_MAX                                                                                            \
    256 /* octets of a local part or a HELO name that are used (RFC 5321 section 4.5.3.1: 64 and 255) */
#define EXPLANATION_MAX 512

struct check_run {
    struct facts *f;
    struct arena *a;
    struct spf_verdict *v;
    struct spf_step *steps;
    struct address ip;
    struct spf_values values; /* s l o i h c r t v; d and p are set for each domain */
    bool p_known;
};

/* Where the explanation of a fail comes from: the record that failed, redirects followed (section 6.2). */
struct outcome_source {
    const struct spf_record *record;
    const dname *domain;
};

/* ---- trace ----------------------------------------------------------------------------------- */

static struct spf_step *step(struct check_run *c, unsigned depth, const dname *domain, const char *term)
{
    if (c->v->step_count == STEPS_MAX)
        return NULL;
    struct spf_step *s = &c->steps[c->v->step_count++];
    *s = (struct spf_step){.depth = depth, .domain = domain, .term = term, .note = ""};
    return s;
}

static void step_end(const struct check_run *c, struct spf_step *s, const char *note)
{
    if (s == NULL)
        return;
    if (note != NULL)
        s->note = note;
    s->terms = c->v->terms;
    s->voids = c->v->voids;
}

static enum spf_result problem(struct check_run *c, enum spf_result result, const char *text)
{
    if (c->v->problem == NULL)
        c->v->problem = text != NULL ? text : "out of memory";
    return result;
}

/* ---- lookups --------------------------------------------------------------------------------- */

enum found {
    FOUND_DATA,
    FOUND_NOTHING,
    FOUND_ERROR,
    FOUND_PENDING, /* not there yet: go on as if it did not match, so that what comes later is asked early */
};

static enum found look(struct check_run *c, const dname *name, uint16_t type, const struct rrset **set)
{
    const struct resolution *r = resolution_of(c->f, name, type);
    *set = NULL;
    if (r == NULL)
        return FOUND_ERROR;
    switch (r->last->state) {
    case ANSWER_RRSET:
        *set = r->last->rrset;
        return FOUND_DATA;
    case ANSWER_NODATA:
    case ANSWER_NXDOMAIN:
        return FOUND_NOTHING;
    case ANSWER_PENDING:
        c->v->pending = true;
        return FOUND_PENDING;
    case ANSWER_UNKNOWN:
    case ANSWER_ALIAS:
        break;
    }
    return FOUND_ERROR;
}

/* An answer that the result hangs on is not known. */
static enum reason may_differ(struct check_run *c, const dname *name, uint16_t type)
{
    const struct resolution *r = resolution_of(c->f, name, type);
    enum reason reason = r != NULL && r->last->state == ANSWER_UNKNOWN ? r->last->reason : REASON_SERVFAIL;
    if (!c->v->undetermined)
        c->v->reason = reason;
    c->v->undetermined = true;
    return reason;
}

/* A receiver says temperror here; we say that we cannot know. */
static enum spf_result no_answer(struct check_run *c, const dname *name, uint16_t type)
{
    char type_text[16];
    enum reason reason = may_differ(c, name, type);
    return problem(c, SPF_TEMPERROR,
                   arena_printf(c->a, "no answer for %s %s (%s)", rrtype_text(type, type_text),
                                dname_text(c->a, name), reason_text(reason)));
}

static uint16_t family_type(const struct check_run *c)
{
    return c->ip.family == 4 ? RRTYPE_A : RRTYPE_AAAA;
}

static bool block_holds(const struct check_run *c, const struct address *address, const struct spf_term *t)
{
    struct cidr block = {*address, address->family == 4 ? t->cidr4 : t->cidr6};
    return address->family == c->ip.family && cidr_contains(&block, &c->ip);
}

static bool set_holds(const struct check_run *c, const struct rrset *set, const struct spf_term *t)
{
    struct address address;
    for (uint16_t i = 0; i < set->count; i++) {
        if (address_from_rdata(set->type, &set->rdata[i], &address) && block_holds(c, &address, t))
            return true;
    }
    return false;
}

/* ---- macros ---------------------------------------------------------------------------------- */

static const char *dotted_nibbles(struct arena *a, const struct address *ip, bool reverse)
{
    char text[64];
    size_t at = 0;
    for (unsigned i = 0; i < 32; i++) {
        unsigned n = reverse ? 31 - i : i;
        unsigned nibble = n % 2 == 0 ? ip->octets[n / 2] >> 4 : ip->octets[n / 2] & 15U;
        text[at++] = "0123456789abcdef"[nibble];
        text[at++] = '.';
    }
    return arena_strndup(a, text, at - 1);
}

/* The name whose PTR records name the client. */
static const dname *reverse_name(struct check_run *c)
{
    const uint8_t *o = c->ip.octets;
    const char *text = c->ip.family == 4
                           ? arena_printf(c->a, "%u.%u.%u.%u.in-addr.arpa", o[3], o[2], o[1], o[0])
                           : arena_printf(c->a, "%s.ip6.arpa", dotted_nibbles(c->a, &c->ip, true));
    return text != NULL ? spf_target_name(c->a, text, strlen(text)) : NULL;
}

static bool address_in(const struct check_run *c, const struct rrset *set)
{
    struct address address;
    for (uint16_t i = 0; i < set->count; i++) {
        if (address_from_rdata(set->type, &set->rdata[i], &address) && address_equal(&address, &c->ip))
            return true;
    }
    return false;
}

/* Validated names of the client: those of its first ten PTR names that lead back to it (section 5.5). Errors
 * on the way make a name count as not validated, nothing more. */
static size_t validated_names(struct check_run *c, const dname *names[static SPF_HOSTS_LIMIT],
                              enum found *found)
{
    const struct rrset *set;
    const struct rrset *addresses;
    const dname *reverse = reverse_name(c);
    size_t count = 0;
    *found = reverse != NULL ? look(c, reverse, RRTYPE_PTR, &set) : FOUND_ERROR;
    if (*found == FOUND_ERROR && reverse != NULL)
        may_differ(c, reverse, RRTYPE_PTR);
    if (*found != FOUND_DATA)
        return 0;
    for (uint16_t i = 0; i < set->count && i < SPF_HOSTS_LIMIT; i++) {
        const dname *name = rdata_name(&set->rdata[i], 0);
        enum found forward = name != NULL ? look(c, name, family_type(c), &addresses) : FOUND_NOTHING;
        if (forward == FOUND_DATA && address_in(c, addresses))
            names[count++] = name;
        else if (forward == FOUND_ERROR)
            may_differ(c, name, family_type(c));
    }
    return count;
}

/* %{p}: the domain itself, else a name below it, else any validated name, else "unknown" (section 7.3). */
static void set_p(struct check_run *c, const dname *domain)
{
    const dname *names[SPF_HOSTS_LIMIT];
    enum found found;
    size_t count = validated_names(c, names, &found);
    const dname *best = count > 0 ? names[0] : NULL;
    unsigned best_rank = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned rank = dname_equal(names[i], domain) ? 2 : dname_under(names[i], domain) ? 1 : 0;
        if (rank > best_rank) {
            best = names[i];
            best_rank = rank;
        }
    }
    if (best != NULL)
        spf_value_name(c->a, &c->values, 'p', best);
    else
        spf_value_set(&c->values, 'p', "unknown");
}

static bool expand(struct check_run *c, const dname *domain, const char *spec, size_t length, struct buf *out)
{
    spf_value_name(c->a, &c->values, 'd', domain);
    if (spf_uses_macro(spec, length, 'p'))
        set_p(c, domain);
    return spf_expand(spec, length, &c->values, out) && !out->failed;
}

/* The name a term asks for; NULL if what comes of its macros is no domain name. */
static const dname *term_target(struct check_run *c, const dname *domain, const struct spf_term *t)
{
    if (t->spec == NULL)
        return domain;
    struct buf out = BUF_INIT(SPF_EXPANSION_MAX);
    const dname *name = NULL;
    if (expand(c, domain, t->spec, t->spec_length, &out))
        name = spf_target_name(c->a, buf_text(&out), out.length);
    buf_free(&out);
    return name;
}

/* ---- mechanisms ------------------------------------------------------------------------------ */

enum match { MATCH_NO, MATCH_YES, MATCH_TEMPERROR, MATCH_PERMERROR };

/* A term's questions brought nothing; the third such term ends the evaluation (section 4.6.4). */
static enum match void_lookup(struct check_run *c)
{
    c->v->voids++;
    if (c->v->voids <= SPF_VOIDS_LIMIT)
        return MATCH_NO;
    problem(c, SPF_PERMERROR, "more than 2 terms brought no data (void lookups, RFC 7208 section 4.6.4)");
    return MATCH_PERMERROR;
}

static enum match match_found(struct check_run *c, enum found found, const dname *name, uint16_t type)
{
    if (found == FOUND_NOTHING)
        return void_lookup(c);
    if (found == FOUND_PENDING)
        return MATCH_NO;
    no_answer(c, name, type);
    return MATCH_TEMPERROR;
}

static const char *asked(struct check_run *c, const dname *name, uint16_t type, enum found found)
{
    char text[16];
    static const char *const words[] = {[FOUND_DATA] = "found",
                                        [FOUND_NOTHING] = "void",
                                        [FOUND_ERROR] = "no answer",
                                        [FOUND_PENDING] = "pending"};
    return arena_printf(c->a, "asks %s %s: %s", rrtype_text(type, text), dname_text(c->a, name),
                        words[found]);
}

static enum match match_a(struct check_run *c, const struct spf_term *t, const dname *target,
                          struct spf_step *s)
{
    const struct rrset *set;
    enum found found = look(c, target, family_type(c), &set);
    step_end(c, s, asked(c, target, family_type(c), found));
    if (found == FOUND_DATA)
        return set_holds(c, set, t) ? MATCH_YES : MATCH_NO;
    return match_found(c, found, target, family_type(c));
}

static enum match match_exists(struct check_run *c, const dname *target, struct spf_step *s)
{
    const struct rrset *set;
    enum found found = look(c, target, RRTYPE_A, &set);
    step_end(c, s, asked(c, target, RRTYPE_A, found));
    return found == FOUND_DATA ? MATCH_YES : match_found(c, found, target, RRTYPE_A);
}

static enum match match_hosts(struct check_run *c, const struct spf_term *t, const struct rrset *mx)
{
    const struct rrset *set;
    const dname *silent = NULL;
    bool any = false;
    for (uint16_t i = 0; i < mx->count; i++) {
        const dname *host = rdata_name(&mx->rdata[i], 2);
        if (host == NULL || dname_is_root(host))
            continue;
        enum found found = look(c, host, family_type(c), &set);
        any = any || found == FOUND_DATA || found == FOUND_PENDING;
        if (found == FOUND_DATA && set_holds(c, set, t))
            return MATCH_YES;
        if (found == FOUND_ERROR && silent == NULL)
            silent = host;
    }
    if (silent != NULL) {
        no_answer(c, silent, family_type(c));
        return MATCH_TEMPERROR;
    }
    return any ? MATCH_NO : void_lookup(c);
}

static enum match match_mx(struct check_run *c, const struct spf_term *t, const dname *target,
                           struct spf_step *s)
{
    const struct rrset *set;
    enum found found = look(c, target, RRTYPE_MX, &set);
    step_end(c, s, asked(c, target, RRTYPE_MX, found));
    if (found != FOUND_DATA)
        return match_found(c, found, target, RRTYPE_MX);
    if ((unsigned)set->count + set->more > SPF_HOSTS_LIMIT) {
        problem(
            c, SPF_PERMERROR,
            arena_printf(c->a, "the mx term names %u hosts, more than 10", (unsigned)set->count + set->more));
        return MATCH_PERMERROR;
    }
    return match_hosts(c, t, set);
}

static enum match match_ptr(struct check_run *c, const dname *target, struct spf_step *s)
{
    const dname *names[SPF_HOSTS_LIMIT];
    enum found found;
    size_t count = validated_names(c, names, &found);
    step_end(c, s, arena_printf(c->a, "the client has %zu validated name%s", count, count == 1 ? "" : "s"));
    for (size_t i = 0; i < count; i++) {
        if (dname_under(names[i], target))
            return MATCH_YES;
    }
    return found == FOUND_NOTHING ? void_lookup(c) : MATCH_NO;
}

static enum spf_result check_host(struct check_run *c, const dname *domain, unsigned depth,
                                  struct outcome_source *source);

/* The table of RFC 7208 section 5.2. */
static enum match match_include(struct check_run *c, const dname *target, unsigned depth, struct spf_step *s)
{
    struct outcome_source unused = {0};
    bool was_pending = c->v->pending;
    const char *name = dname_text(c->a, target);
    step_end(c, s, arena_printf(c->a, "evaluates the record of %s", name));
    enum spf_result result = check_host(c, target, depth + 1, &unused);
    switch (result) {
    case SPF_PASS:
        return MATCH_YES;
    case SPF_FAIL:
    case SPF_SOFTFAIL:
    case SPF_NEUTRAL:
        c->v->matched = NULL;
        return MATCH_NO;
    case SPF_TEMPERROR:
        return MATCH_TEMPERROR;
    case SPF_PERMERROR:
        return MATCH_PERMERROR;
    case SPF_NONE:
        break;
    }
    if (c->v->pending && !was_pending)
        return MATCH_NO;
    problem(c, SPF_PERMERROR, arena_printf(c->a, "include: %s has no SPF record", name));
    return MATCH_PERMERROR;
}

static bool count_term(struct check_run *c, const struct spf_term *t)
{
    if (!spf_term_counts(t))
        return true;
    if (c->v->terms == SPF_TERMS_LIMIT) {
        problem(c, SPF_PERMERROR, "more than 10 terms that ask the DNS (RFC 7208 section 4.6.4)");
        return false;
    }
    c->v->terms++;
    return true;
}

static enum match match_asking(struct check_run *c, const dname *domain, const struct spf_term *t,
                               unsigned depth, struct spf_step *s)
{
    const dname *target = term_target(c, domain, t);
    if (target == NULL) {
        step_end(c, s, "its name is no domain name: no match");
        if (t->kind != SPF_KIND_INCLUDE)
            return MATCH_NO;
        problem(c, SPF_PERMERROR, "include: the name is no domain name");
        return MATCH_PERMERROR;
    }
    switch (t->kind) {
    case SPF_KIND_INCLUDE:
        return match_include(c, target, depth, s);
    case SPF_KIND_A:
        return match_a(c, t, target, s);
    case SPF_KIND_MX:
        return match_mx(c, t, target, s);
    case SPF_KIND_PTR:
        return match_ptr(c, target, s);
    default:
        return match_exists(c, target, s);
    }
}

static enum match match_term(struct check_run *c, const dname *domain, const struct spf_term *t,
                             unsigned depth)
{
    struct spf_step *s = step(c, depth, domain, t->text);
    enum match match;
    if (!count_term(c, t)) {
        step_end(c, s, "one term too many");
        return MATCH_PERMERROR;
    }
    if (t->kind == SPF_KIND_ALL)
        match = MATCH_YES;
    else if (t->kind == SPF_KIND_IP4 || t->kind == SPF_KIND_IP6)
        match = cidr_contains(&t->network, &c->ip) ? MATCH_YES : MATCH_NO;
    else
        match = match_asking(c, domain, t, depth, s);
    step_end(c, s, NULL);
    return match;
}

static enum spf_result qualifier_result(char qualifier)
{
    switch (qualifier) {
    case '-':
        return SPF_FAIL;
    case '~':
        return SPF_SOFTFAIL;
    case '?':
        return SPF_NEUTRAL;
    default:
        return SPF_PASS;
    }
}

/* ---- one record ------------------------------------------------------------------------------ */

static enum spf_result redirect(struct check_run *c, const dname *domain, const struct spf_record *r,
                                unsigned depth, struct outcome_source *source)
{
    const struct spf_term *t = r->redirect;
    struct spf_step *s = step(c, depth, domain, t->text);
    if (!count_term(c, t)) {
        step_end(c, s, "one term too many");
        return SPF_PERMERROR;
    }
    const dname *target = term_target(c, domain, t);
    if (target == NULL)
        return problem(c, SPF_PERMERROR, "redirect: the name is no domain name");
    step_end(c, s, arena_printf(c->a, "goes on with the record of %s", dname_text(c->a, target)));
    bool was_pending = c->v->pending;
    enum spf_result result = check_host(c, target, depth + 1, source);
    if (result == SPF_NONE && (was_pending || !c->v->pending))
        return problem(c, SPF_PERMERROR,
                       arena_printf(c->a, "redirect: %s has no SPF record", dname_text(c->a, target)));
    return result;
}

static enum spf_result evaluate(struct check_run *c, const dname *domain, const struct spf_record *r,
                                unsigned depth, struct outcome_source *source)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct spf_term *t = &r->terms[i];
        if (!spf_is_mechanism(t->kind))
            continue;
        switch (match_term(c, domain, t, depth)) {
        case MATCH_NO:
            continue;
        case MATCH_TEMPERROR:
            return SPF_TEMPERROR;
        case MATCH_PERMERROR:
            return SPF_PERMERROR;
        case MATCH_YES:
            break;
        }
        c->v->matched = t->text;
        c->v->matched_in = domain;
        source->record = r;
        source->domain = domain;
        return qualifier_result(t->qualifier);
    }
    if (r->redirect != NULL && r->all == NULL)
        return redirect(c, domain, r, depth, source);
    return SPF_NEUTRAL;
}

static const struct spf_term *first_error(const struct spf_record *r)
{
    for (size_t i = 0; i < r->count; i++) {
        if (r->terms[i].error != SPF_ERROR_NONE && r->terms[i].error != SPF_ERROR_NAME)
            return &r->terms[i];
    }
    return NULL;
}

static enum spf_result check_record(struct check_run *c, const dname *domain, const struct spf_record *r,
                                    unsigned depth, struct outcome_source *source)
{
    /* Errors anywhere are found before anything is evaluated (section 4.6). */
    const struct spf_term *wrong = first_error(r);
    if (wrong != NULL)
        return problem(
            c, SPF_PERMERROR,
            arena_printf(c->a, "%s: in \"%s\": %s", dname_text(c->a, domain), wrong->text, wrong->message));
    return evaluate(c, domain, r, depth, source);
}

static enum spf_result check_host(struct check_run *c, const dname *domain, unsigned depth,
                                  struct outcome_source *source)
{
    /* A single label is not a name that mail can come from (section 4.3). */
    if (dname_labels(domain) < 2)
        return SPF_NONE;
    const struct spf_selection *s = spf_select(c->f, domain);
    switch (s->state) {
    case SPF_SELECTED_PENDING:
        c->v->pending = true;
        return SPF_NONE;
    case SPF_SELECTED_UNKNOWN:
        return no_answer(c, domain, RRTYPE_TXT);
    case SPF_SELECTED_NONE:
        return SPF_NONE;
    case SPF_SELECTED_SEVERAL:
        return problem(c, SPF_PERMERROR,
                       arena_printf(c->a, "%s has several SPF records", dname_text(c->a, domain)));
    case SPF_SELECTED_ONE:
        break;
    }
    return check_record(c, domain, s->records[0].record, depth, source);
}

/* ---- explanation of a fail ------------------------------------------------------------------- */

/* One TXT record of ASCII that expands without trouble; in all other cases there is no explanation
 * (section 6.2). */
static const char *explanation(struct check_run *c, const struct outcome_source *source)
{
    const struct rrset *set;
    size_t length = 0;
    if (source->record == NULL || source->record->exp == NULL)
        return NULL;
    const dname *target = term_target(c, source->domain, source->record->exp);
    if (target == NULL || look(c, target, RRTYPE_TXT, &set) != FOUND_DATA || set->count != 1)
        return NULL;
    const char *text = rdata_txt(c->a, &set->rdata[0], &length);
    struct buf out = BUF_INIT(SPF_EXPANSION_MAX);
    const char *result = NULL;
    size_t at = 0;
    struct spf_macro piece;
    while (text != NULL && spf_macro_next(text, length, &at, &piece))
        continue;
    if (text != NULL && at == length && expand(c, source->domain, text, length, &out))
        result = text_gate(c->a, buf_text(&out), out.length, EXPLANATION_MAX);
    for (size_t i = 0; i < out.length; i++) {
        if ((unsigned char)out.data[i] >= 0x80)
            result = NULL;
    }
    buf_free(&out);
    return result;
}

/* ---- the front ------------------------------------------------------------------------------- */

/* IPv4-mapped addresses are IPv4 clients (RFC 7208 section 5). */
static struct address plain_address(const struct address *ip)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (ip->family != 6 || memcmp(ip->octets, mapped, sizeof(mapped)) != 0)
        return *ip;
    struct address v4 = {.family = 4};
    memcpy(v4.octets, ip->octets + 12, 4);
    return v4;
}

static void set_address_values(struct check_run *c)
{
    char text[ADDRESS_TEXT_SIZE];
    address_text(&c->ip, text);
    const char *readable = arena_strdup(c->a, text);
    spf_value_set(&c->values, 'c', readable);
    spf_value_set(&c->values, 'i', c->ip.family == 4 ? readable : dotted_nibbles(c->a, &c->ip, false));
    spf_value_set(&c->values, 'v', c->ip.family == 4 ? "in-addr" : "ip6");
    spf_value_set(&c->values, 'r', "unknown");
    spf_value_set(&c->values, 't', arena_printf(c->a, "%lld", (long long)facts_now(c->f)));
}

/* Split the sender (section 4.3): no local part means postmaster, no sender means postmaster at the HELO
 * name. */
static const dname *set_sender_values(struct check_run *c, const char *helo, const char *sender)
{
    const char *from = sender != NULL && *sender != '\0' ? sender : helo;
    const char *at = strrchr(from, '@');
    const char *domain_text = at != NULL ? at + 1 : from;
    const char *local =
        at != NULL && at > from ? arena_strndup(c->a, from, (size_t)(at - from)) : "postmaster";
    if (local != NULL && strlen(local) > LOCAL_MAX)
        local = arena_strndup(c->a, local, LOCAL_MAX);
    const dname *domain = spf_target_name(c->a, domain_text, strlen(domain_text));
    spf_value_set(&c->values, 'h', strlen(helo) > LOCAL_MAX ? arena_strndup(c->a, helo, LOCAL_MAX) : helo);
    if (domain == NULL || local == NULL)
        return NULL;
    spf_value_set(&c->values, 'l', local);
    spf_value_name(c->a, &c->values, 'o', domain);
    spf_value_set(&c->values, 's', arena_printf(c->a, "%s@%s", local, domain_text));
    return domain;
}

const struct spf_verdict *spf_evaluate(struct facts *f, struct arena *a, const struct address *ip,
                                       const char *helo, const char *sender)
{
    struct spf_verdict *v = arena_alloc(a, sizeof(*v));
    struct spf_step *steps = arena_array(a, STEPS_MAX, sizeof(*steps));
    if (v == NULL || steps == NULL)
        return NULL;
    struct check_run c = {.f = f, .a = a, .v = v, .steps = steps, .ip = plain_address(ip)};
    struct outcome_source source = {0};
    v->steps = steps;
    set_address_values(&c);
    const dname *domain = set_sender_values(&c, helo != NULL ? helo : "", sender);
    if (domain == NULL) {
        v->result = problem(&c, SPF_NONE, "the sender's domain is no domain name");
        return v;
    }
    v->result = check_host(&c, domain, 0, &source);
    if (v->result == SPF_NONE)
        problem(&c, SPF_NONE, arena_printf(a, "%s has no SPF record", dname_text(a, domain)));
    if (v->result == SPF_FAIL)
        v->explanation = explanation(&c, &source);
    if (v->result != SPF_PASS && v->result != SPF_FAIL && v->result != SPF_SOFTFAIL &&
        v->result != SPF_NEUTRAL)
        v->matched = NULL;
    return v;
}

const char *spf_result_text(enum spf_result result)
{
    static const char *const words[] = {
        [SPF_NONE] = "none",           [SPF_NEUTRAL] = "neutral",   [SPF_PASS] = "pass",
        [SPF_FAIL] = "fail",           [SPF_SOFTFAIL] = "softfail", [SPF_TEMPERROR] = "temperror",
        [SPF_PERMERROR] = "permerror",
    };
    return words[result];
}
