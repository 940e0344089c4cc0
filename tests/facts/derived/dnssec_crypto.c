/* SPDX-License-Identifier: BSD-2-Clause */
/* DNSSEC primitives against ldns as oracle, and the edges of canonical form that RFC 4034 and 6840 name. */
#include "auditor/facts/derived/dnssec_crypto.h"

#include "tests/check_test.h"
#include "tests/world_keys.h"
#include "tests/world_sign.h"

#include <ldns/ldns.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW 1767225600 /* 2026-01-01 */

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(0);
    return arena == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void add(struct zone *z, const char *line)
{
    const dname *owner;
    uint16_t type, class;
    uint32_t ttl_s;
    struct rdata rdata;
    assert_int_equal(rr_from_text(arena, line, "example.test.", &owner, &type, &class, &ttl_s, &rdata), STATUS_OK);
    assert_int_equal(zone_add(z, owner, type, class, ttl_s, rdata.octets, rdata.length, NULL), STATUS_OK);
}

static struct zone *signed_zone(const char *options, struct rrset *ds)
{
    struct zone *plain = zone_new(dname_const(arena, "example.test."));
    struct zone *out = NULL;
    add(plain, "example.test. 3600 IN SOA Ns1.Example.test. host.example.test. 1 2 3 4 300");
    add(plain, "example.test. 3600 IN NS NS2.example.test.");
    add(plain, "example.test. 3600 IN NS ns1.example.test.");
    add(plain, "example.test. 3600 IN MX 10 Mail.Example.TEST.");
    add(plain, "example.test. 3600 IN TXT \"Some Text\" \"\"");
    add(plain, "_sip._tcp.example.test. 3600 IN SRV 1 2 3 SIP.example.test.");
    add(plain, "naptr.example.test. 3600 IN NAPTR 1 2 \"U\" \"X\" \"!A!B!\" Next.Example.test.");
    add(plain, "ns1.example.test. 3600 IN A 192.0.2.1");
    add(plain, "ns2.example.test. 3600 IN A 192.0.2.9");
    add(plain, "ns2.example.test. 3600 IN A 192.0.2.2");
    add(plain, "*.wild.example.test. 3600 IN A 192.0.2.7");
    add(plain, "a.b.c.example.test. 3600 IN CAA 0 issue \"Ca.Test\"");
    assert_int_equal(zone_finish(plain), STATUS_OK);
    assert_int_equal(world_sign_zone(plain, options, NOW, arena, &out, ds), STATUS_OK);
    zone_free(plain);
    return out;
}

/* ---- the oracle ---------------------------------------------------------------------------------------- */

static ldns_rr *to_ldns(const dname *owner, uint16_t type, uint32_t ttl_s, const struct rdata *rdata)
{
    struct buf wire = BUF_INIT(70000);
    buf_add(&wire, owner, dname_length(owner));
    buf_u16(&wire, type);
    buf_u16(&wire, RRCLASS_IN);
    buf_u32(&wire, ttl_s);
    buf_u16(&wire, rdata->length);
    buf_add(&wire, rdata->octets, rdata->length);
    ldns_rr *rr = NULL;
    size_t at = 0;
    assert_int_equal(ldns_wire2rr(&rr, (const uint8_t *)wire.data, wire.length, &at, LDNS_SECTION_ANSWER),
                     LDNS_STATUS_OK);
    buf_free(&wire);
    return rr;
}

static bool ldns_says_good(const struct rrset *set, const struct rdata *sig, const struct rdata *dnskey,
                           const dname *zone)
{
    ldns_rr_list *list = ldns_rr_list_new();
    for (uint16_t i = 0; i < set->count; i++)
        ldns_rr_list_push_rr(list, to_ldns(set->owner, set->type, set->ttl_s, &set->rdata[i]));
    ldns_rr *rrsig = to_ldns(set->owner, RRTYPE_RRSIG, set->ttl_s, sig);
    ldns_rr *key = to_ldns(zone, RRTYPE_DNSKEY, 3600, dnskey);
    ldns_rr_list *keys = ldns_rr_list_new();
    ldns_rr_list_push_rr(keys, key);
    bool good = ldns_verify_rrsig_keylist_time(list, rrsig, keys, NOW, NULL) == LDNS_STATUS_OK;
    ldns_rr_list_deep_free(list);
    ldns_rr_list_deep_free(keys);
    ldns_rr_free(rrsig);
    return good;
}

static enum dnssec_check we_say(const struct rrset *set, const struct rdata *rdata, const struct dnssec_key *key)
{
    struct dnssec_sig sig;
    struct buf data = BUF_INIT((size_t)1 << 20);
    enum dnssec_check check = DNSSEC_CHECK_BAD;
    if (dnssec_sig_read(rdata, &sig) && dnssec_signed_data(set, &sig, arena, &data))
        check = dnssec_verify(key, (const uint8_t *)data.data, data.length, sig.signature, sig.signature_length);
    buf_free(&data);
    return check;
}

static struct rdata flipped(const struct rdata *rdata, size_t at)
{
    uint8_t *copy = arena_copy(arena, rdata->octets, rdata->length);
    copy[at] ^= 0x10;
    return (struct rdata){.length = rdata->length, .octets = copy};
}

static void compare_set(const struct rrset *set, const struct dnssec_key *key, const dname *zone)
{
    for (uint16_t s = 0; s < set->sig_count; s++) {
        const struct rdata *sig = &set->sigs[s];
        assert_int_equal(we_say(set, sig, key), DNSSEC_CHECK_GOOD);
        assert_true(ldns_says_good(set, sig, key->rdata, zone));
        struct rdata bad = flipped(sig, (size_t)sig->length - 5);
        assert_int_equal(we_say(set, &bad, key), DNSSEC_CHECK_BAD);
        assert_false(ldns_says_good(set, &bad, key->rdata, zone));
        bad = flipped(sig, 9); /* the expiration is signed too */
        assert_int_equal(we_say(set, &bad, key), DNSSEC_CHECK_BAD);
    }
}

static void compare_algorithm(const char *options)
{
    struct rrset ds;
    struct zone *z = signed_zone(options, &ds);
    const dname *apex = zone_apex(z);
    const struct rrset *dnskey = zone_rrset(z, arena, apex, RRTYPE_DNSKEY);
    struct dnssec_key key;
    assert_non_null(dnskey);
    assert_true(dnssec_key_read(arena, &dnskey->rdata[0], &key));
    assert_int_equal(key.state, DNSSEC_KEY_USABLE);
    ldns_rr *rr = to_ldns(apex, RRTYPE_DNSKEY, 3600, &dnskey->rdata[0]);
    assert_int_equal(key.tag, ldns_calc_keytag(rr));
    ldns_rr_free(rr);
    size_t sets = 0;
    for (size_t n = 0; n < zone_node_count(z); n++) {
        struct zone_view view = {0};
        const struct zone_node *node = zone_node_at(z, n, &view);
        for (size_t i = 0; i < node->set_count; i++) {
            assert_true(node->sets[i].sig_count == 1);
            compare_set(&node->sets[i], &key, apex);
            sets++;
        }
        zone_view_free(&view);
    }
    assert_true(sets > 12);
    zone_free(z);
}

static void verifies_like_ldns(void **state)
{
    static const char *const options[] = {"5 bits=1024", "7 bits=1024 nsec3", "8", "10 bits=1024", "13 nsec3 salt=abcd",
                                          "14", "15", "16 upper-next"};
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(options); i++)
        compare_algorithm(options[i]);
}

static void digests_like_ldns(void **state)
{
    static const struct {
        uint8_t type;
        ldns_hash hash;
    } digests[] = {{1, LDNS_SHA1}, {2, LDNS_SHA256}, {4, LDNS_SHA384}};
    (void)state;
    struct rrset ds;
    struct zone *z = signed_zone("13", &ds);
    const struct rdata *dnskey = &zone_rrset(z, arena, zone_apex(z), RRTYPE_DNSKEY)->rdata[0];
    struct dnssec_key key;
    struct dnssec_ds record;
    assert_true(dnssec_key_read(arena, dnskey, &key));
    assert_int_equal(ds.count, 1);
    assert_true(dnssec_ds_read(&ds.rdata[0], &record));
    assert_true(dnssec_ds_matches(&record, zone_apex(z), &key));
    const dname *upper = NULL;
    assert_int_equal(dname_from_text(arena, "EXAMPLE.Test.", &upper), STATUS_OK);
    assert_true(dnssec_ds_matches(&record, upper, &key));
    for (size_t i = 0; i < ARRAY_SIZE(digests); i++) {
        uint8_t digest[48];
        size_t length = dnssec_ds_digest(digests[i].type, zone_apex(z), dnskey, digest);
        ldns_rr *rr = to_ldns(zone_apex(z), RRTYPE_DNSKEY, 3600, dnskey);
        ldns_rr *theirs = ldns_key_rr2ds(rr, digests[i].hash);
        const ldns_rdf *rdf = ldns_rr_rdf(theirs, 3);
        assert_int_equal(ldns_rdf_size(rdf), length);
        assert_memory_equal(ldns_rdf_data(rdf), digest, length);
        ldns_rr_free(rr);
        ldns_rr_free(theirs);
    }
    assert_int_equal(dnssec_digest_size(3), 0);
    zone_free(z);
}

/* Appendix A of RFC 5155: salt aabbccdd, 12 iterations. */
static void nsec3_hashes(void **state)
{
    static const struct {
        const char *name, *owner;
    } rows[] = {
        {"example.", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example."},
        {"a.example.", "35mthgpgcu1qg68fab165klnsnk3dpvl.example."},
        {"X.Y.w.example.", "2vptu5timamqttgl4luu9kg21e0aor3s.example."},
        {"*.w.example.", "r53bq7cc2uvmubfu5ocmm6pers9tk9en.example."},
    };
    static const uint8_t salt[] = {0xaa, 0xbb, 0xcc, 0xdd};
    struct dnssec_nsec3 parameters = {.hash_algorithm = 1, .iterations = 12, .salt = salt, .salt_length = 4};
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        uint8_t hash[20], again[20];
        const dname *name = NULL;
        assert_int_equal(dname_from_text(arena, rows[i].name, &name), STATUS_OK);
        assert_int_equal(dnssec_nsec3_hash(&parameters, name, hash), STATUS_OK);
        const dname *owner = dnssec_nsec3_owner(arena, hash, dname_const(arena, "example."));
        assert_string_equal(dname_text(arena, owner), rows[i].owner);
        assert_true(dnssec_nsec3_owner_hash(owner, again));
        assert_memory_equal(hash, again, 20);
    }
    uint8_t hash[20];
    assert_false(dnssec_nsec3_owner_hash(dname_const(arena, "0p9mhaveqvm6t7vbl5lop2u3t2rp3tow.example."), hash));
    assert_false(dnssec_nsec3_owner_hash(dname_const(arena, "0p9m.example."), hash));
    parameters.iterations = 51;
    assert_int_equal(dnssec_nsec3_hash(&parameters, DNAME_ROOT, hash), STATUS_LIMIT);
    parameters.iterations = 50;
    assert_int_equal(dnssec_nsec3_hash(&parameters, DNAME_ROOT, hash), STATUS_OK);
    parameters.hash_algorithm = 2;
    assert_int_equal(dnssec_nsec3_hash(&parameters, DNAME_ROOT, hash), STATUS_UNSUPPORTED);
}

/* RFC 4034 section 6.1, in the order given there. */
static void canonical_order(void **state)
{
    static const char *const names[] = {"example.", "a.example.", "yljkjljk.a.example.", "Z.a.example.",
                                        "zABC.a.EXAMPLE.", "z.example.", "\\001.z.example.", "*.z.example.",
                                        "\\200.z.example."};
    (void)state;
    for (size_t i = 1; i < ARRAY_SIZE(names); i++) {
        const dname *before = NULL, *after = NULL;
        assert_int_equal(dname_from_text(arena, names[i - 1], &before), STATUS_OK);
        assert_int_equal(dname_from_text(arena, names[i], &after), STATUS_OK);
        assert_true(dname_compare(before, after) < 0);
        assert_true(dname_compare(after, before) > 0);
    }
}

static const char *canonical_text(uint16_t type, const void *octets, size_t length)
{
    struct buf out = BUF_INIT(1000);
    const struct rdata rdata = {.length = (uint16_t)length, .octets = octets};
    dnssec_canonical_rdata(type, &rdata, &out);
    const char *text = arena_strndup(arena, buf_text(&out), out.length);
    assert_int_equal(out.length, length);
    buf_free(&out);
    return text;
}

/* RFC 6840 section 5.1: the next name of NSEC keeps its case, the signer of RRSIG does not; unknown types do too. */
static void canonical_case(void **state)
{
    (void)state;
    assert_memory_equal(canonical_text(RRTYPE_NS, "\1A\2Bc", 6), "\1a\2bc", 6);
    assert_memory_equal(canonical_text(RRTYPE_NSEC, "\1A\2Bc", 6), "\1A\2Bc", 6);
    assert_memory_equal(canonical_text(RRTYPE_SRV, "ABCDEF\1A", 9), "ABCDEF\1a", 9);
    assert_memory_equal(canonical_text(RRTYPE_RRSIG, "ABCDEFGHIJKLMNOPQR\1S\0SIG", 24), "ABCDEFGHIJKLMNOPQR\1s\0SIG",
                        24);
    assert_memory_equal(canonical_text(RRTYPE_HTTPS, "AB\1A", 5), "AB\1A", 5);
    assert_memory_equal(canonical_text(RRTYPE_NAPTR, "ABCD\1U\1X\1R\1N", 13), "ABCD\1U\1X\1R\1n", 13);
    assert_memory_equal(canonical_text(RRTYPE_MX, "AB", 2), "AB", 2); /* no name there: opaque */
    assert_memory_equal(canonical_text(RRTYPE_SOA, "\1A\0\1B\0ABCDEFGHIJKLMNOPQRST", 26),
                        "\1a\0\1b\0ABCDEFGHIJKLMNOPQRST", 26);
}

/* Serial times (RFC 4034 section 3.1.5) over the wrap of 2106-02-07. */
static void serial_times(void **state)
{
    (void)state;
    const int64_t after = 4294967296LL + 3600; /* 2106-02-07T07:28:16Z */
    assert_int_equal(dnssec_seconds_until(7200, after), 3600);
    assert_int_equal(dnssec_seconds_until(UINT32_MAX - 3599, after), -7200);
    assert_int_equal(dnssec_time_near(7200, after), after + 3600);
    assert_int_equal(dnssec_seconds_until((uint32_t)NOW, NOW), 0);
}

static void keys_of_bad_form(void **state)
{
    static const struct {
        const char *octets;
        size_t length;
        enum dnssec_key_state expected;
    } rows[] = {
        {"\1\1\3\15short", 9, DNSSEC_KEY_MALFORMED},
        {"\1\1\3\10", 4, DNSSEC_KEY_MALFORMED},
        {"\1\1\3\10\0\0", 6, DNSSEC_KEY_MALFORMED},
        {"\1\1\3\10\0\377\377x", 8, DNSSEC_KEY_MALFORMED},
        {"\1\1\3\10\1\3\377", 7, DNSSEC_KEY_UNSUPPORTED}, /* 8 bits */
        {"\1\1\3\14whatever", 12, DNSSEC_KEY_UNSUPPORTED},
        {"\1\1\3\17tooshort", 12, DNSSEC_KEY_MALFORMED},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct dnssec_key key;
        struct rdata rdata = {.length = (uint16_t)rows[i].length, .octets = (const uint8_t *)rows[i].octets};
        assert_true(dnssec_key_read(arena, &rdata, &key));
        assert_int_equal(key.state, rows[i].expected);
        assert_int_equal(dnssec_verify(&key, (const uint8_t *)"x", 1, (const uint8_t *)"y", 1),
                         DNSSEC_CHECK_UNSUPPORTED);
    }
    struct dnssec_key key;
    struct rdata rdata = {.length = 3, .octets = (const uint8_t *)"\1\1\3"};
    assert_false(dnssec_key_read(arena, &rdata, &key));
}

static void bitmaps(void **state)
{
    static const uint8_t bits[] = {0, 1, 0x40, 1, 1, 0x40}; /* A, CAA */
    (void)state;
    assert_true(dnssec_bitmap_has(bits, sizeof(bits), RRTYPE_A));
    assert_true(dnssec_bitmap_has(bits, sizeof(bits), RRTYPE_CAA));
    assert_false(dnssec_bitmap_has(bits, sizeof(bits), RRTYPE_NS));
    assert_false(dnssec_bitmap_has(bits, 2, RRTYPE_A));
    assert_true(dnssec_bitmap_valid(bits, sizeof(bits)));
    assert_true(dnssec_bitmap_valid(bits, 0));
    assert_false(dnssec_bitmap_valid(bits, 4));
    assert_false(dnssec_bitmap_valid((const uint8_t *)"\0\0", 2));
    assert_false(dnssec_bitmap_valid((const uint8_t *)"\1\1x\0\1x", 6));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(verifies_like_ldns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(digests_like_ldns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nsec3_hashes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(canonical_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(canonical_case, set_up, tear_down),
        cmocka_unit_test_setup_teardown(serial_times, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keys_of_bad_form, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bitmaps, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
