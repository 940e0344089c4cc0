/* SPDX-License-Identifier: BSD-2-Clause */
/* Signs zones of test worlds and plants faults; the words of the options are explained in the header. */
#include "tests/world_sign.h"

#include "tests/world_keys.h"

#include <stdlib.h>
#include <string.h>

#define KEYS_MAX 16
#define ALGORITHMS_MAX 6

enum denial_kind { DENIAL_NSEC, DENIAL_NSEC3, DENIAL_NOTHING };

struct options {
    uint8_t algorithms[ALGORITHMS_MAX];
    size_t algorithm_count;
    enum denial_kind denial;
    bool split, optout, optout_flag, nodnskey, nosigs, malformed, upper_next, nods, standby_ds, zsk_signs_keys, cds_by_zsk;
    unsigned bits, collide;
    uint16_t iterations, flags_given;
    bool has_flags, revoke;
    uint8_t protocol, hash_algorithm;
    uint8_t salt[255];
    uint8_t salt_length;
    uint32_t inception, expiration, now;
    const char *sign_with, *dnskey_with, *ds_for, *ds_digest, *wrong_ds, *cds, *drop_denial, *skip_denial;
    const char *expired, *not_yet, *soon, *corrupt, *omit, *unknown_key, *signer;
};

struct job {
    const struct options *o;
    struct arena *a;
    struct zone *from, *to;
    const dname *apex;
    uint32_t minimum_s;
    struct world_key keys[KEYS_MAX];
    bool is_ksk[KEYS_MAX], is_zsk[KEYS_MAX];
    size_t key_count;
    struct rrset *sets; /* everything of the signed zone but signatures */
    size_t set_count, set_capacity;
    enum status status;
};

/* ---- options ------------------------------------------------------------------------------------------- */

static const char *value_of(const char *word, const char *key)
{
    size_t length = strlen(key);
    return strncmp(word, key, length) == 0 && word[length] == '=' ? word + length + 1 : NULL;
}

/* "-1d", "+12h", "90", "-30m": relative to now; a number above a billion is a moment. */
static uint32_t moment(const char *text, uint32_t now)
{
    char *end = NULL;
    long long number = strtoll(text, &end, 10);
    static const struct {
        char unit;
        long seconds;
    } units[] = {{'w', 604800}, {'d', 86400}, {'h', 3600}, {'m', 60}};
    for (size_t i = 0; i < ARRAY_SIZE(units); i++)
        number *= *end == units[i].unit ? units[i].seconds : 1;
    return number > 1000000000LL ? (uint32_t)number : (uint32_t)((long long)now + number);
}

static void read_algorithms(struct options *o, const char *text)
{
    o->algorithm_count = 0;
    for (char *end; o->algorithm_count < ALGORITHMS_MAX; text = end + 1) {
        o->algorithms[o->algorithm_count++] = (uint8_t)strtoul(text, &end, 10);
        if (*end != ',')
            break;
    }
}

static void read_salt(struct options *o, const char *text)
{
    for (; text[0] != '\0' && text[1] != '\0' && o->salt_length < 255; text += 2) {
        char pair[3] = {text[0], text[1], '\0'};
        o->salt[o->salt_length++] = (uint8_t)strtoul(pair, NULL, 16);
    }
}

static bool read_flag(struct options *o, const char *word)
{
    const struct {
        const char *word;
        bool *flag;
    } flags[] = {
        {"split", &o->split},          {"nodnskey", &o->nodnskey},     {"nosigs", &o->nosigs},
        {"malformed", &o->malformed},  {"upper-next", &o->upper_next}, {"nods", &o->nods},
        {"standby-ds", &o->standby_ds}, {"revoke", &o->revoke},
    };
    for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
        if (strcmp(word, flags[i].word) == 0)
            return *flags[i].flag = true;
    }
    if (strcmp(word, "nsec") == 0)
        o->denial = DENIAL_NSEC;
    else if (strcmp(word, "nsec3") == 0)
        o->denial = DENIAL_NSEC3;
    else if (strcmp(word, "nodenial") == 0)
        o->denial = DENIAL_NOTHING;
    else if (strcmp(word, "optout") == 0)
        o->optout = o->optout_flag = true;
    else if (strcmp(word, "optout=noflag") == 0)
        o->optout = true;
    else if (strcmp(word, "cds") == 0)
        o->cds = "match";
    else if (word[0] >= '0' && word[0] <= '9')
        read_algorithms(o, word);
    else
        return false;
    return true;
}

static bool read_text(struct options *o, const char *word)
{
    const struct {
        const char *key;
        const char **value;
    } texts[] = {
        {"sign-with", &o->sign_with}, {"dnskey-with", &o->dnskey_with}, {"ds", &o->ds_for},
        {"ds-digest", &o->ds_digest}, {"wrong-ds", &o->wrong_ds},       {"cds", &o->cds},
        {"expired", &o->expired},     {"not-yet", &o->not_yet},         {"soon", &o->soon},
        {"corrupt", &o->corrupt},     {"omit", &o->omit},               {"unknown-key", &o->unknown_key},
        {"signer", &o->signer},       {"drop-denial", &o->drop_denial},
        {"skip-denial", &o->skip_denial},
    };
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        const char *value = value_of(word, texts[i].key);
        if (value != NULL) {
            *texts[i].value = value;
            return true;
        }
    }
    return false;
}

static bool read_number(struct options *o, const char *word)
{
    const char *value;
    if ((value = value_of(word, "algorithm")) != NULL)
        read_algorithms(o, value);
    else if ((value = value_of(word, "bits")) != NULL)
        o->bits = (unsigned)strtoul(value, NULL, 10);
    else if ((value = value_of(word, "iterations")) != NULL)
        o->iterations = (uint16_t)strtoul(value, NULL, 10);
    else if ((value = value_of(word, "hash-algorithm")) != NULL)
        o->hash_algorithm = (uint8_t)strtoul(value, NULL, 10);
    else if ((value = value_of(word, "protocol")) != NULL)
        o->protocol = (uint8_t)strtoul(value, NULL, 10);
    else if ((value = value_of(word, "collide")) != NULL)
        o->collide = (unsigned)strtoul(value, NULL, 10);
    else if ((value = value_of(word, "salt")) != NULL)
        read_salt(o, value);
    else if ((value = value_of(word, "inception")) != NULL)
        o->inception = moment(value, o->now);
    else if ((value = value_of(word, "expiration")) != NULL)
        o->expiration = moment(value, o->now);
    else if ((value = value_of(word, "dnskey-by")) != NULL)
        o->zsk_signs_keys = true;
    else if ((value = value_of(word, "cds-by")) != NULL)
        o->cds_by_zsk = true;
    else if ((value = value_of(word, "flags")) != NULL) {
        o->flags_given = (uint16_t)strtoul(value, NULL, 10);
        o->has_flags = true;
    } else
        return false;
    return true;
}

static bool options_read(struct options *o, const char *text, int64_t now_s, struct arena *a)
{
    uint32_t now = (uint32_t)now_s;
    *o = (struct options){.algorithms = {DNSSEC_ALG_P256}, .algorithm_count = 1, .bits = 2048, .protocol = 3,
                          .hash_algorithm = 1, .now = now, .inception = now - 86400, .expiration = now + 14 * 86400};
    char *copy = arena_strdup(a, text);
    char *save = NULL;
    for (char *word = strtok_r(copy, " \t", &save); word != NULL; word = strtok_r(NULL, " \t", &save)) {
        if (!read_number(o, word) && !read_flag(o, word) && !read_text(o, word))
            return false;
    }
    return true;
}

/* One item of a list such as "SOA,MX@www,*" names the set. */
static bool item_names(const char *item, size_t length, uint16_t type, const dname *owner, const dname *apex,
                       struct arena *a)
{
    char word[64];
    if (length >= sizeof(word))
        return false;
    memcpy(word, item, length);
    word[length] = '\0';
    if (strcmp(word, "*") == 0)
        return true;
    char *at = strchr(word, '@');
    if (at != NULL)
        *at++ = '\0';
    if (strcmp(word, "*") != 0 && rrtype_from_text(word) != type)
        return false;
    if (at == NULL)
        return true;
    if (*at == '\0')
        return dname_equal(owner, apex);
    const dname *name = dname_prepend(a, at, apex);
    return name != NULL && dname_equal(owner, name);
}

static bool named(const struct job *j, const char *list, uint16_t type, const dname *owner)
{
    while (list != NULL && *list != '\0') {
        size_t length = strcspn(list, ",");
        if (item_names(list, length, type, owner, j->apex, j->a))
            return true;
        list += length + (list[length] == ',');
    }
    return false;
}

static bool has_number(const char *list, unsigned number)
{
    for (char *end; list != NULL && *list != '\0'; list = end + (*end == ',')) {
        if (strtoul(list, &end, 10) == number)
            return true;
        if (*end != ',')
            break;
    }
    return false;
}

/* ---- sets ---------------------------------------------------------------------------------------------- */

static void fail(struct job *j, enum status status)
{
    if (j->status == STATUS_OK)
        j->status = status;
}

static struct rrset *set_new(struct job *j, const dname *owner, uint16_t type, uint32_t ttl_s)
{
    if (j->set_count == j->set_capacity) {
        size_t capacity = j->set_capacity != 0 ? j->set_capacity * 2 : 64;
        struct rrset *sets = realloc(j->sets, capacity * sizeof(*sets));
        if (sets == NULL) {
            fail(j, STATUS_NOMEM);
            return NULL;
        }
        j->sets = sets;
        j->set_capacity = capacity;
    }
    struct rrset *set = &j->sets[j->set_count++];
    *set = (struct rrset){.owner = dname_lower(j->a, owner), .type = type, .class = RRCLASS_IN, .ttl_s = ttl_s};
    set->rdata = arena_array(j->a, 64, sizeof(struct rdata));
    return set;
}

static void set_add(struct job *j, struct rrset *set, const void *octets, size_t length)
{
    if (set == NULL || set->count >= 64)
        return;
    struct rdata *list = arena_array(j->a, 64, sizeof(*list));
    if (set->count > 0)
        memcpy(list, set->rdata, set->count * sizeof(*list));
    list[set->count].octets = arena_copy(j->a, octets, length);
    list[set->count].length = (uint16_t)length;
    set->rdata = list;
    set->count++;
}

static const struct rrset *set_find(const struct job *j, const dname *owner, uint16_t type)
{
    for (size_t i = 0; i < j->set_count; i++) {
        if (j->sets[i].type == type && dname_equal(j->sets[i].owner, owner))
            return &j->sets[i];
    }
    return NULL;
}

static void copy_zone(struct job *j)
{
    struct soa soa;
    for (size_t n = 0; n < zone_node_count(j->from); n++) {
        struct zone_view view = {0};
        const struct zone_node *node = zone_node_at(j->from, n, &view);
        for (size_t i = 0; i < node->set_count; i++) {
            struct rrset *set = set_new(j, node->owner, node->sets[i].type, node->sets[i].ttl_s);
            if (set == NULL)
                break;
            struct rrset keep = *zone_set_at(j->from, j->a, n, node->sets[i].type);
            keep.owner = set->owner;
            *set = keep;
            if (set->type == RRTYPE_SOA && set->count > 0 && rdata_soa(&set->rdata[0], &soa))
                j->minimum_s = soa.minimum_s < set->ttl_s ? soa.minimum_s : set->ttl_s;
        }
        zone_view_free(&view);
    }
}

/* ---- keys ---------------------------------------------------------------------------------------------- */

static void key_new(struct job *j, uint8_t algorithm, const char *role, bool ksk, bool zsk)
{
    if (j->key_count == KEYS_MAX)
        return;
    uint16_t flags = (uint16_t)(DNSKEY_FLAG_ZONE | (ksk ? DNSKEY_FLAG_SEP : 0));
    if (j->o->has_flags)
        flags = j->o->flags_given;
    if (j->o->revoke && ksk)
        flags |= DNSKEY_FLAG_REVOKE;
    struct world_key *key = &j->keys[j->key_count];
    world_key_make(key, j->apex, algorithm, role, j->o->bits, flags, j->o->protocol);
    j->is_ksk[j->key_count] = ksk;
    j->is_zsk[j->key_count++] = zsk;
}

static void make_keys(struct job *j)
{
    for (size_t i = 0; i < j->o->algorithm_count; i++) {
        uint8_t algorithm = j->o->algorithms[i];
        if (j->o->split) {
            key_new(j, algorithm, "ksk", true, false);
            key_new(j, algorithm, "zsk", false, true);
        } else {
            key_new(j, algorithm, "ksk", true, true);
        }
    }
}

/* The tag is a sum of 16-bit words: swapping two of them keeps it. */
static void add_colliding(struct job *j, struct rrset *set)
{
    for (unsigned i = 0; i < j->o->collide; i++) {
        uint8_t octets[WORLD_KEY_MAX];
        memcpy(octets, j->keys[0].dnskey, j->keys[0].dnskey_length);
        size_t a = 8;
        size_t b = 10 + 2 * (size_t)i;
        for (size_t k = 0; k < 2; k++) {
            uint8_t kept = octets[a + k];
            octets[a + k] = octets[b + k];
            octets[b + k] = kept;
        }
        set_add(j, set, octets, j->keys[0].dnskey_length);
    }
}

static void add_dnskey(struct job *j)
{
    if (j->o->nodnskey)
        return;
    struct rrset *set = set_new(j, j->apex, RRTYPE_DNSKEY, 3600);
    for (size_t i = 0; i < j->key_count; i++)
        set_add(j, set, j->keys[i].dnskey, j->keys[i].dnskey_length - (j->o->malformed ? 3u : 0u));
    add_colliding(j, set);
}

static size_t ds_octets(const struct job *j, const struct world_key *key, uint8_t digest_type, uint8_t out[static 64])
{
    struct rdata dnskey = {.length = key->dnskey_length, .octets = key->dnskey};
    uint16_t tag = dnssec_key_tag(dnskey.octets, dnskey.length);
    out[0] = (uint8_t)(tag >> 8);
    out[1] = (uint8_t)tag;
    out[2] = key->algorithm;
    out[3] = digest_type;
    size_t length = dnssec_ds_digest(digest_type, j->apex, &dnskey, out + 4);
    if (length == 0) {
        memset(out + 4, 0x5a, 32);
        length = 32;
    }
    return 4 + length;
}

static void spoil_ds(const struct job *j, uint8_t *octets, size_t *length)
{
    const char *how = j->o->wrong_ds != NULL ? j->o->wrong_ds : "";
    if (strcmp(how, "digest") == 0)
        octets[*length - 1] ^= 1;
    else if (strcmp(how, "tag") == 0)
        octets[1] ^= 1;
    else if (strcmp(how, "algorithm") == 0)
        octets[2] = octets[2] == 8 ? 13 : 8;
    else if (strcmp(how, "length") == 0)
        *length -= 4;
}

static void add_ds(struct job *j, struct rrset *ds)
{
    const char *digests = j->o->ds_digest != NULL ? j->o->ds_digest : "2";
    bool to_zsk = j->o->wrong_ds != NULL && strcmp(j->o->wrong_ds, "zsk") == 0;
    for (size_t i = 0; i < j->key_count; i++) {
        if ((to_zsk ? !j->is_zsk[i] : !j->is_ksk[i]) ||
            (j->o->ds_for != NULL && !has_number(j->o->ds_for, j->keys[i].algorithm)))
            continue;
        for (unsigned digest = 0; digest < 8; digest++) {
            uint8_t octets[64];
            if (!has_number(digests, digest))
                continue;
            size_t length = ds_octets(j, &j->keys[i], (uint8_t)digest, octets);
            spoil_ds(j, octets, &length);
            set_add(j, ds, octets, length);
        }
    }
    if (j->o->standby_ds) {
        uint8_t octets[64];
        struct world_key other;
        world_key_make(&other, j->apex, j->keys[0].algorithm, "other", j->o->bits, 257, 3);
        size_t length = ds_octets(j, &other, DNSSEC_DIGEST_SHA256, octets);
        set_add(j, ds, octets, length);
        world_key_free(&other);
    }
}

static void add_cds(struct job *j)
{
    static const uint8_t cds_delete[] = {0, 0, 0, 0, 0};
    static const uint8_t cdnskey_delete[] = {0, 0, 3, 0, 0};
    if (j->o->cds == NULL)
        return;
    struct rrset *cds = set_new(j, j->apex, RRTYPE_CDS, 3600);
    if (strcmp(j->o->cds, "delete") == 0) {
        set_add(j, cds, cds_delete, sizeof(cds_delete));
        set_add(j, set_new(j, j->apex, RRTYPE_CDNSKEY, 3600), cdnskey_delete, sizeof(cdnskey_delete));
        return;
    }
    struct world_key key;
    bool other = strcmp(j->o->cds, "other") == 0;
    world_key_make(&key, j->apex, j->keys[0].algorithm, other ? "other" : "ksk", j->o->bits, 257, 3);
    uint8_t octets[64];
    size_t length = ds_octets(j, &key, DNSSEC_DIGEST_SHA256, octets);
    set_add(j, cds, octets, length);
    set_add(j, set_new(j, j->apex, RRTYPE_CDNSKEY, 3600), key.dnskey, key.dnskey_length);
    world_key_free(&key);
}

/* ---- denial -------------------------------------------------------------------------------------------- */

struct owner {
    const dname *name;
    bool cut, insecure; /* a delegation; one without DS */
    bool empty;         /* an empty non-terminal */
    bool needed;        /* of a non-terminal: something below is not an opted-out delegation */
    uint8_t hash[NSEC3_HASH_SIZE];
};

struct owners {
    struct owner *list;
    size_t count;
};

static int by_name(const void *a, const void *b)
{
    return dname_compare(((const struct owner *)a)->name, ((const struct owner *)b)->name);
}

static int by_hash(const void *a, const void *b)
{
    return memcmp(((const struct owner *)a)->hash, ((const struct owner *)b)->hash, NSEC3_HASH_SIZE);
}

static bool below_cut(const struct job *j, const dname *name)
{
    const dname *cut = zone_cut(j->from, name);
    return cut != NULL && !dname_equal(cut, name);
}

static struct owner *owner_find(struct owners *o, const dname *name)
{
    for (size_t i = 0; i < o->count; i++) {
        if (dname_equal(o->list[i].name, name))
            return &o->list[i];
    }
    return NULL;
}

static void add_empty(const struct job *j, struct owners *o, const struct owner *below)
{
    const dname *name = below->name;
    bool needed = !below->insecure;
    if (dname_equal(name, j->apex))
        return;
    for (const dname *up = dname_parent(name); !dname_equal(up, j->apex); up = dname_parent(up)) {
        struct owner *there = owner_find(o, up);
        if (there == NULL) {
            there = &o->list[o->count++];
            *there = (struct owner){.name = up, .empty = true};
        }
        there->needed = there->needed || needed;
    }
}

static bool is_name(const struct job *j, const char *relative, const dname *name)
{
    if (relative == NULL)
        return false;
    if (strcmp(relative, "@") == 0)
        return dname_equal(name, j->apex);
    const dname *wanted = dname_prepend(j->a, relative, j->apex);
    return wanted != NULL && dname_equal(name, wanted);
}

static bool dropped(const struct job *j, const dname *name)
{
    return is_name(j, j->o->drop_denial, name);
}

/* Names with authoritative data and delegations, and for NSEC3 the empty ones between them. */
static struct owners collect_owners(struct job *j)
{
    struct owners o = {.list = arena_array(j->a, j->set_count * 8 + 8, sizeof(struct owner))};
    for (size_t i = 0; i < j->set_count; i++) {
        const dname *name = j->sets[i].owner;
        if (below_cut(j, name) || owner_find(&o, name) != NULL)
            continue;
        bool cut = zone_cut(j->from, name) != NULL;
        o.list[o.count++] = (struct owner){.name = name, .cut = cut,
                                           .insecure = cut && set_find(j, name, RRTYPE_DS) == NULL};
    }
    size_t real = o.count;
    for (size_t i = 0; j->o->denial == DENIAL_NSEC3 && i < real; i++)
        add_empty(j, &o, &o.list[i]);
    for (size_t i = 0; i < o.count; i++) {
        if (is_name(j, j->o->skip_denial, o.list[i].name))
            o.list[i--] = o.list[--o.count];
    }
    return o;
}

static void bitmap_set(uint8_t bits[static 8192], uint16_t type)
{
    bits[type / 8] |= (uint8_t)(0x80 >> (type & 7));
}

static size_t bitmap_write(const uint8_t bits[static 8192], uint8_t out[static 1024])
{
    size_t used = 0;
    for (unsigned window = 0; window < 256; window++) {
        unsigned size = 32;
        while (size > 0 && bits[window * 32 + size - 1] == 0)
            size--;
        if (size == 0 || used + 34 > 1024)
            continue;
        out[used++] = (uint8_t)window;
        out[used++] = (uint8_t)size;
        memcpy(out + used, bits + window * 32, size);
        used += size;
    }
    return used;
}

static size_t bitmap_of(const struct job *j, const struct owner *owner, bool nsec, uint8_t out[static 1024])
{
    uint8_t bits[8192] = {0};
    bool any = false;
    for (size_t i = 0; i < j->set_count; i++) {
        uint16_t type = j->sets[i].type;
        if (!dname_equal(j->sets[i].owner, owner->name) || type == RRTYPE_NSEC || type == RRTYPE_NSEC3)
            continue;
        if (owner->cut && type != RRTYPE_NS && type != RRTYPE_DS)
            continue;
        bitmap_set(bits, type);
        any = true;
    }
    if (nsec)
        bitmap_set(bits, RRTYPE_NSEC);
    if (nsec || (any && !owner->insecure))
        bitmap_set(bits, RRTYPE_RRSIG);
    return bitmap_write(bits, out);
}

static void upper_case(uint8_t *name)
{
    for (; *name != 0; name += 1 + *name) {
        for (size_t i = 1; i <= *name; i++) {
            if (name[i] >= 'a' && name[i] <= 'z')
                name[i] = (uint8_t)(name[i] - 32);
        }
    }
}

static void add_nsec(struct job *j)
{
    struct owners o = collect_owners(j);
    qsort(o.list, o.count, sizeof(*o.list), by_name);
    for (size_t i = 0; i < o.count; i++) {
        uint8_t rdata[DNAME_MAX + 1024];
        const dname *next = o.list[(i + 1) % o.count].name;
        size_t length = dname_length(next);
        memcpy(rdata, next, length);
        if (j->o->upper_next)
            upper_case(rdata);
        length += bitmap_of(j, &o.list[i], true, rdata + length);
        if (!dropped(j, o.list[i].name))
            set_add(j, set_new(j, o.list[i].name, RRTYPE_NSEC, j->minimum_s), rdata, length);
    }
}

static size_t nsec3_head(const struct options *o, uint8_t flags, uint8_t *out)
{
    out[0] = o->hash_algorithm;
    out[1] = flags;
    out[2] = (uint8_t)(o->iterations >> 8);
    out[3] = (uint8_t)o->iterations;
    out[4] = o->salt_length;
    memcpy(out + 5, o->salt, o->salt_length);
    return 5 + (size_t)o->salt_length;
}

static bool opted_out(const struct job *j, const struct owner *owner)
{
    return j->o->optout && (owner->insecure || (owner->empty && !owner->needed));
}

static void add_nsec3(struct job *j)
{
    uint8_t head[5 + 255];
    size_t head_length = nsec3_head(j->o, 0, head);
    set_add(j, set_new(j, j->apex, RRTYPE_NSEC3PARAM, 0), head, head_length);
    head[1] = j->o->optout_flag ? NSEC3_FLAG_OPTOUT : 0;

    struct dnssec_nsec3 parameters = {.hash_algorithm = 1, .iterations = j->o->iterations, .salt = j->o->salt,
                                      .salt_length = j->o->salt_length};
    struct owners all = collect_owners(j);
    size_t kept = 0;
    for (size_t i = 0; i < all.count; i++) {
        if (opted_out(j, &all.list[i]))
            continue;
        all.list[kept] = all.list[i];
        dnssec_nsec3_hash_within(&parameters, all.list[kept].name, UINT32_MAX, all.list[kept].hash);
        kept++;
    }
    qsort(all.list, kept, sizeof(*all.list), by_hash);
    for (size_t i = 0; i < kept; i++) {
        uint8_t rdata[5 + 255 + 21 + 1024];
        memcpy(rdata, head, head_length);
        rdata[head_length] = NSEC3_HASH_SIZE;
        memcpy(rdata + head_length + 1, all.list[(i + 1) % kept].hash, NSEC3_HASH_SIZE);
        size_t length = head_length + 1 + NSEC3_HASH_SIZE;
        if (!all.list[i].empty)
            length += bitmap_of(j, &all.list[i], false, rdata + length);
        const dname *owner = dnssec_nsec3_owner(j->a, all.list[i].hash, j->apex);
        if (owner != NULL && !dropped(j, all.list[i].name))
            set_add(j, set_new(j, owner, RRTYPE_NSEC3, j->minimum_s), rdata, length);
    }
}

/* ---- signatures ---------------------------------------------------------------------------------------- */

struct sig_plan {
    uint16_t tag;
    uint8_t labels;
    uint32_t inception, expiration;
    const dname *signer;
};

static bool make_sig(const struct rrset *set, const struct world_key *key, const struct sig_plan *plan,
                     struct arena *a, struct rdata *out)
{
    uint8_t rdata[18 + DNAME_MAX + WORLD_KEY_MAX];
    struct buf fixed = BUF_INIT(64);
    buf_u16(&fixed, set->type);
    buf_char(&fixed, (char)key->algorithm);
    buf_char(&fixed, (char)plan->labels);
    buf_u32(&fixed, set->ttl_s);
    buf_u32(&fixed, plan->expiration);
    buf_u32(&fixed, plan->inception);
    buf_u16(&fixed, plan->tag);
    memcpy(rdata, fixed.data, 18);
    buf_free(&fixed);
    size_t length = 18 + dname_length(plan->signer);
    memcpy(rdata + 18, plan->signer, length - 18);

    struct rdata unsigned_rdata = {.length = (uint16_t)length, .octets = rdata};
    struct dnssec_sig sig;
    struct buf data = BUF_INIT((size_t)1 << 24);
    size_t signature = 0;
    if (dnssec_sig_read(&unsigned_rdata, &sig) && dnssec_signed_data(set, &sig, a, &data))
        signature = world_key_sign(key, (const uint8_t *)data.data, data.length, rdata + length);
    buf_free(&data);
    out->length = (uint16_t)(length + signature);
    out->octets = arena_copy(a, rdata, length + signature);
    return signature > 0 && out->octets != NULL;
}

static bool key_signs(const struct job *j, size_t key, uint16_t type)
{
    if (type == RRTYPE_CDS || type == RRTYPE_CDNSKEY) /* RFC 7344 section 4.1 */
        return j->o->cds_by_zsk ? j->is_zsk[key] : j->is_ksk[key];
    if (type == RRTYPE_DNSKEY) {
        if (j->o->dnskey_with != NULL && !has_number(j->o->dnskey_with, j->keys[key].algorithm))
            return false;
        return j->o->zsk_signs_keys ? j->is_zsk[key] : j->is_ksk[key];
    }
    if (j->o->sign_with != NULL && !has_number(j->o->sign_with, j->keys[key].algorithm))
        return false;
    return j->is_zsk[key];
}

static struct sig_plan plan_for(const struct job *j, const struct rrset *set, const struct world_key *key)
{
    const struct options *o = j->o;
    struct sig_plan plan = {.tag = key->tag, .labels = (uint8_t)dnssec_owner_labels(set->owner),
                            .inception = o->inception, .expiration = o->expiration, .signer = j->apex};
    if (named(j, o->expired, set->type, set->owner)) {
        plan.expiration = o->now - 3600;
        plan.inception = o->now - 30 * 86400;
    }
    if (named(j, o->not_yet, set->type, set->owner))
        plan.inception = o->now + 86400;
    if (named(j, o->soon, set->type, set->owner))
        plan.expiration = o->now + 12 * 3600;
    if (named(j, o->signer, set->type, set->owner) && dname_parent(j->apex) != NULL)
        plan.signer = dname_parent(j->apex);
    return plan;
}

static void sign_with(struct job *j, const struct rrset *set, struct world_key *key)
{
    struct world_key other = {0};
    if (named(j, j->o->unknown_key, set->type, set->owner)) {
        world_key_make(&other, j->apex, key->algorithm, "other", j->o->bits, 256, 3);
        key = &other;
    }
    struct sig_plan plan = plan_for(j, set, key);
    struct rdata sig;
    if (!make_sig(set, key, &plan, j->a, &sig)) {
        fail(j, STATUS_MALFORMED);
    } else {
        uint8_t *octets = arena_copy(j->a, sig.octets, sig.length);
        if (named(j, j->o->corrupt, set->type, set->owner))
            octets[sig.length - 1] ^= 1;
        fail(j, zone_add(j->to, set->owner, RRTYPE_RRSIG, RRCLASS_IN, set->ttl_s, octets, sig.length, NULL));
    }
    world_key_free(&other);
}

static bool to_be_signed(const struct job *j, const struct rrset *set)
{
    if (j->o->nosigs || set->type == RRTYPE_RRSIG || below_cut(j, set->owner))
        return false;
    bool cut = zone_cut(j->from, set->owner) != NULL;
    if (cut && set->type != RRTYPE_DS && set->type != RRTYPE_NSEC)
        return false;
    return !named(j, j->o->omit, set->type, set->owner);
}

static void write_zone(struct job *j)
{
    for (size_t i = 0; i < j->set_count; i++) {
        const struct rrset *set = &j->sets[i];
        for (uint16_t r = 0; r < set->count; r++)
            fail(j, zone_add(j->to, set->owner, set->type, set->class, set->ttl_s, set->rdata[r].octets,
                             set->rdata[r].length, set->where != NULL ? &set->where[r] : NULL));
        for (size_t k = 0; to_be_signed(j, set) && k < j->key_count; k++) {
            if (key_signs(j, k, set->type))
                sign_with(j, set, &j->keys[k]);
        }
    }
}

static enum status finish(struct job *j, struct zone **signed_zone, struct rrset *ds)
{
    struct rrset *wanted = set_new(j, j->apex, RRTYPE_DS, 3600);
    if (wanted == NULL)
        return STATUS_NOMEM;
    if (!j->o->nods)
        add_ds(j, wanted);
    *ds = *wanted;
    if (j->status == STATUS_OK)
        fail(j, zone_finish(j->to));
    if (j->status == STATUS_OK)
        *signed_zone = j->to;
    else
        zone_free(j->to);
    return j->status;
}

enum status world_sign_zone(struct zone *from, const char *options, int64_t now_s, struct arena *a,
                            struct zone **signed_zone, struct rrset *ds)
{
    struct options o;
    struct job j = {.o = &o, .a = a, .from = from, .apex = zone_apex(from), .minimum_s = 3600};
    if (!options_read(&o, options != NULL ? options : "", now_s, a))
        return STATUS_USAGE;
    j.to = zone_new(j.apex);
    if (j.to == NULL)
        return STATUS_NOMEM;
    make_keys(&j);
    copy_zone(&j);
    add_dnskey(&j);
    add_cds(&j);
    if (o.denial == DENIAL_NSEC)
        add_nsec(&j);
    else if (o.denial == DENIAL_NSEC3)
        add_nsec3(&j);
    write_zone(&j);
    enum status status = finish(&j, signed_zone, ds);
    for (size_t i = 0; i < j.key_count; i++)
        world_key_free(&j.keys[i]);
    free(j.sets);
    return status;
}

enum status world_sign_set(const struct rrset *set, const dname *zone, uint8_t algorithm, int labels, int64_t now_s,
                           struct arena *a, struct rdata *rrsig)
{
    struct world_key key;
    world_key_make(&key, zone, algorithm, "ksk", 2048, 257, 3);
    struct sig_plan plan = {.tag = key.tag, .signer = zone, .inception = (uint32_t)now_s - 86400,
                            .expiration = (uint32_t)now_s + 14 * 86400,
                            .labels = (uint8_t)(labels < 0 ? (int)dnssec_owner_labels(set->owner) : labels)};
    bool made = make_sig(set, &key, &plan, a, rrsig);
    world_key_free(&key);
    return made ? STATUS_OK : STATUS_MALFORMED;
}
