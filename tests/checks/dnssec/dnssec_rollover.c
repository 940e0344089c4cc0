/* SPDX-License-Identifier: BSD-2-Clause */
/* Steps of rollovers by RFC 7583 and RFC 6781, done right and done wrong. Keys are octets of no meaning. */
#include "tests/change_rows.h"

extern const struct check topic_dnssec_rollover[];

#define KEY(flags, algorithm, octets) "@ 3600 DNSKEY " flags " 3 " algorithm " " octets "\n"
#define K1                                                                                                   \
    KEY("257", "13",                                                                                         \
        "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQQ==")
#define K2                                                                                                   \
    KEY("257", "13",                                                                                         \
        "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQg==")
#define Z1                                                                                                   \
    KEY("256", "13",                                                                                         \
        "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYQ==")
#define Z2                                                                                                   \
    KEY("256", "13",                                                                                         \
        "YmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYg==")
#define KE KEY("257", "15", "RUVFRUVFRUVFRUVFRUVFRUVFRUVFRUVFRUVFRUVFRUU=")
#define ZE KEY("256", "15", "ZWVlZWVlZWVlZWVlZWVlZWVlZWVlZWVlZWVlZWVlZWU=")
#define DS1                                                                                                  \
    "!parent example.test. DS 11318 13 2 56cf8865076e8c03220b9acbe001feb829381eb570db7e80c4bc234c0afb97a0\n"
#define DS2                                                                                                  \
    "!parent example.test. DS 19542 13 2 44974023d5d43ddeead9e75b97262e1237abc69c7f00555bb2d9d34f55ad2fa8\n"
#define DSE                                                                                                  \
    "!parent example.test. DS 22628 15 2 57a0c209349fb1f5844973d911e3b241f76c5bedacc91266d470c3b5a7d0c390\n"

#define SIG(owner, covered, algorithm, labels, tag)                                                          \
    owner " RRSIG " covered " " algorithm " " labels " 3600 20260201000000 20251201000000 " tag              \
          " example.test. AAAA\n"
/* The DNSKEY set, and a record, signed. */
#define KEYS_BY_K1 SIG("@", "DNSKEY", "13", "2", "11318")
#define KEYS_BY_K2 SIG("@", "DNSKEY", "13", "2", "19542")
#define KEYS_BY_KE SIG("@", "DNSKEY", "15", "2", "22628")
#define WWW "www 7200 A 192.0.2.10\n"
#define BY_Z1 SIG("www", "A", "13", "3", "12345")
#define BY_Z2 SIG("www", "A", "13", "3", "20569")
#define BY_ZE SIG("www", "A", "15", "3", "23141")
#define CDS1 "@ CDS 11318 13 2 56cf8865076e8c03220b9acbe001feb829381eb570db7e80c4bc234c0afb97a0\n"
#define CDS2 "@ CDS 19542 13 2 44974023d5d43ddeead9e75b97262e1237abc69c7f00555bb2d9d34f55ad2fa8\n"

#define P "!zone test.\n" /* the parent's zone is given */
#define AT "example.test."

static const struct check_case cases[] = {
    SKIPPED("no earlier state", "!offline\n" K1),
    SKIPPED("a new zone", "!offline\n" K1 "!before new\n"),
    SKIPPED("never signed", CHANGE(P WWW, P "www A 192.0.2.11")),
    SKIPPED("signed by the servers", "!offline\n" P WWW "!before live\n" P K1 WWW DS1),
    PASS("nothing changed", CHANGE(P K1 Z1 KEYS_BY_K1 WWW BY_Z1 DS1, P K1 Z1 KEYS_BY_K1 WWW BY_Z1 DS1)),
    PASS("another record, same keys",
         CHANGE(P K1 Z1 KEYS_BY_K1 "www A 192.0.2.99\n" BY_Z1 DS1, P K1 Z1 KEYS_BY_K1 WWW BY_Z1 DS1)),
    PASS("other NSEC3 parameters", CHANGE(P "@ NSEC3PARAM 1 0 0 -\n" K1 Z1 KEYS_BY_K1 WWW BY_Z1 DS1,
                                          P "@ NSEC3PARAM 1 0 5 ab\n" K1 Z1 KEYS_BY_K1 WWW BY_Z1 DS1)),

    /* ZSK, pre-publication (RFC 6781 section 4.1.1.1) */
    PASS("ZSK: the new one is published",
         CHANGE(P K1 Z1 Z2 KEYS_BY_K1 WWW BY_Z1 DS1, P K1 Z1 KEYS_BY_K1 WWW BY_Z1 DS1)),
    PASS("ZSK: the new one signs",
         CHANGE(P K1 Z1 Z2 KEYS_BY_K1 WWW BY_Z2 DS1, P K1 Z1 Z2 KEYS_BY_K1 WWW BY_Z1 DS1)),
    PASS("ZSK: the old one goes",
         CHANGE(P K1 Z2 KEYS_BY_K1 WWW BY_Z2 DS1, P K1 Z1 Z2 KEYS_BY_K1 WWW BY_Z2 DS1)),
    FAIL("ZSK: signs at once, the old one stays",
         CHANGE(P K1 Z1 Z2 KEYS_BY_K1 WWW BY_Z2 DS1, P K1 Z1 KEYS_BY_K1 WWW BY_Z1 DS1), AT, "high"),
    FAIL("ZSK: signs and the old one goes",
         CHANGE(P K1 Z2 KEYS_BY_K1 WWW BY_Z2 DS1, P K1 Z1 Z2 KEYS_BY_K1 WWW BY_Z1 DS1), AT, "high"),
    FAIL("ZSK: replaced in one step",
         CHANGE(P K1 Z2 KEYS_BY_K1 WWW BY_Z2 DS1, P K1 Z1 KEYS_BY_K1 WWW BY_Z1 DS1), AT " " AT, "high high"),
    /* ZSK, double signature (section 4.1.1.2) */
    PASS("ZSK: both sign",
         CHANGE(P K1 Z1 Z2 KEYS_BY_K1 WWW BY_Z1 BY_Z2 DS1, P K1 Z1 KEYS_BY_K1 WWW BY_Z1 DS1)),
    PASS("ZSK: only the new one is left",
         CHANGE(P K1 Z2 KEYS_BY_K1 WWW BY_Z2 DS1, P K1 Z1 Z2 KEYS_BY_K1 WWW BY_Z1 BY_Z2 DS1)),
    FAIL("ZSK: some records had one signature only",
         CHANGE(P K1 Z2 KEYS_BY_K1 WWW BY_Z2 DS1, P K1 Z1 Z2 KEYS_BY_K1 WWW BY_Z1 BY_Z2
                "ftp A 192.0.2.21\n" SIG("ftp", "A", "13", "3", "12345") DS1),
         AT, "high"),

    /* KSK, double signature (section 4.1.2), and double DS */
    PASS("KSK: both sign the key set", CHANGE(P K1 K2 Z1 KEYS_BY_K1 KEYS_BY_K2 DS1, P K1 Z1 KEYS_BY_K1 DS1)),
    PASS("KSK: the DS is changed",
         CHANGE(P K1 K2 Z1 KEYS_BY_K1 KEYS_BY_K2 DS2, P K1 K2 Z1 KEYS_BY_K1 KEYS_BY_K2 DS1)),
    PASS("KSK: the old one goes", CHANGE(P K2 Z1 KEYS_BY_K2 DS2, P K1 K2 Z1 KEYS_BY_K1 KEYS_BY_K2 DS2)),
    PASS("KSK: a DS for a key that is not there yet, beside the old",
         CHANGE(P K1 Z1 KEYS_BY_K1 DS1 DS2, P K1 Z1 KEYS_BY_K1 DS1)),
    PASS("KSK: swapped under two DS", CHANGE(P K2 Z1 KEYS_BY_K2 DS1 DS2, P K1 Z1 KEYS_BY_K1 DS1 DS2)),
    PASS("KSK: the old DS goes", CHANGE(P K2 Z1 KEYS_BY_K2 DS2, P K2 Z1 KEYS_BY_K2 DS1 DS2)),
    FAIL("KSK: replaced, the DS stays", CHANGE(P K2 Z1 KEYS_BY_K2 DS1, P K1 Z1 KEYS_BY_K1 DS1), AT, "high"),
    FAIL("KSK: gone while the old DS is cached",
         CHANGE(P K2 Z1 KEYS_BY_K2 DS2, P K1 K2 Z1 KEYS_BY_K1 KEYS_BY_K2 DS1), AT, "high"),
    FAIL("KSK: DS for a key that comes now",
         CHANGE(P K1 K2 Z1 KEYS_BY_K1 KEYS_BY_K2 DS2, P K1 Z1 KEYS_BY_K1 DS1), AT, "high"),
    FAIL("KSK and DS replaced in one step", CHANGE(P K2 Z1 KEYS_BY_K2 DS2, P K1 Z1 KEYS_BY_K1 DS1), AT " " AT,
         "high high"),
    FAIL("KSK: DS for a key that nobody publishes", CHANGE(P K1 Z1 KEYS_BY_K1 DS2, P K1 Z1 KEYS_BY_K1 DS1),
         AT, "high"),
    FAIL("KSK: published, but it does not sign the key set",
         CHANGE(P K1 K2 Z1 KEYS_BY_K1 DS2, P K1 K2 Z1 KEYS_BY_K1 DS1), AT, "high"),
    FAIL("KSK: the one that the DS names stops to sign",
         CHANGE(P K1 K2 Z1 KEYS_BY_K2 DS1, P K1 K2 Z1 KEYS_BY_K1 DS1), AT, "high"),
    FAIL("KSK: revoked while a DS names it",
         CHANGE(
             P KEY("385", "13",
                   "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQQ==")
                 K2 DS1,
             P K1 K2 DS1),
         AT, "high"),
    PASS("files without signatures: a key more", CHANGE(P K1 K2 DS1, P K1 DS1)),
    FAIL("files without signatures: the key of the DS goes", CHANGE(P K2 DS1, P K1 K2 DS1), AT, "high"),
    PASS("broken before, repaired now", CHANGE(P K2 Z1 KEYS_BY_K2 DS2, P K2 Z1 KEYS_BY_K2 DS1)),

    /* The parent is not given */
    SKIPPED("all KSK replaced, no parent", CHANGE(K2 Z1 KEYS_BY_K2, K1 Z1 KEYS_BY_K1)),
    PASS("KSK published, no parent", CHANGE(K1 K2 Z1 KEYS_BY_K1, K1 Z1 KEYS_BY_K1)),
    SKIPPED("all keys removed, no parent", CHANGE(WWW, K1 Z1 KEYS_BY_K1 WWW BY_Z1)),
    FAIL("all keys removed, DS by --ds",
         CHANGE("!ds 11318 13 2 56cf8865076e8c03220b9acbe001feb829381eb570db7e80c4bc234c0afb97a0\n" WWW,
                K1 Z1 KEYS_BY_K1 WWW BY_Z1),
         AT, "high"),
    FAIL("ZSK replaced in one step, no parent",
         CHANGE(K1 Z2 KEYS_BY_K1 WWW BY_Z2, K1 Z1 KEYS_BY_K1 WWW BY_Z1), AT " " AT, "high high"),

    /* Going unsigned, going signed */
    PASS("unsigned: the DS goes first",
         CHANGE(P K1 Z1 KEYS_BY_K1 WWW BY_Z1, P K1 Z1 KEYS_BY_K1 WWW BY_Z1 DS1)),
    PASS("unsigned: then keys and signatures", CHANGE(P WWW, P K1 Z1 KEYS_BY_K1 WWW BY_Z1)),
    FAIL("unsigned while the DS stands", CHANGE(P WWW DS1, P K1 Z1 KEYS_BY_K1 WWW BY_Z1 DS1), AT, "high"),
    FAIL("unsigned together with the DS", CHANGE(P WWW, P K1 Z1 KEYS_BY_K1 WWW BY_Z1 DS1), AT, "high"),
    PASS("signed: keys and signatures first", CHANGE(P K1 Z1 KEYS_BY_K1 WWW BY_Z1, P WWW)),
    PASS("signed: then the DS", CHANGE(P K1 Z1 KEYS_BY_K1 WWW BY_Z1 DS1, P K1 Z1 KEYS_BY_K1 WWW BY_Z1)),
    FAIL("signed together with the DS", CHANGE(P K1 Z1 KEYS_BY_K1 WWW BY_Z1 DS1, P WWW), AT, "high"),
    FAIL("a DS for an unsigned zone", CHANGE(P WWW DS1, P WWW), AT, "high"),
    PASS("no DS: nobody validates", CHANGE(P K1 Z2 KEYS_BY_K1 WWW BY_Z2, P K1 Z1 KEYS_BY_K1 WWW BY_Z1)),

    /* Algorithms (RFC 6781 section 4.1.4) */
    PASS("algorithm: signatures first",
         CHANGE(P K1 Z1 KEYS_BY_K1 WWW BY_Z1 BY_ZE DS1, P K1 Z1 KEYS_BY_K1 WWW BY_Z1 DS1)),
    FAIL("algorithm: keys and signatures together, only old validators mind",
         CHANGE(P K1 Z1 KE ZE KEYS_BY_K1 KEYS_BY_KE WWW BY_Z1 BY_ZE DS1, P K1 Z1 KEYS_BY_K1 WWW BY_Z1 DS1),
         AT, "info"),
    PASS("algorithm: the DS is changed", CHANGE(P K1 Z1 KE ZE KEYS_BY_K1 KEYS_BY_KE WWW BY_Z1 BY_ZE DSE,
                                                P K1 Z1 KE ZE KEYS_BY_K1 KEYS_BY_KE WWW BY_Z1 BY_ZE DS1)),
    PASS("algorithm: the old keys go, signatures stay",
         CHANGE(P KE ZE KEYS_BY_KE WWW BY_ZE BY_Z1 DSE,
                P K1 Z1 KE ZE KEYS_BY_K1 KEYS_BY_KE WWW BY_Z1 BY_ZE DSE)),
    FAIL("algorithm: replaced in one step",
         CHANGE(P KE ZE KEYS_BY_KE WWW BY_ZE DSE, P K1 Z1 KEYS_BY_K1 WWW BY_Z1 DS1), NULL, NULL),
    FAIL("algorithm: a DS of one that the zone has not",
         CHANGE(P K1 Z1 KEYS_BY_K1 WWW BY_Z1 DS1 DSE, P K1 Z1 KEYS_BY_K1 WWW BY_Z1 DS1), AT, "medium"),

    FAIL("algorithm: its DS comes with its key",
         CHANGE(P K1 Z1 KE ZE KEYS_BY_K1 KEYS_BY_KE WWW BY_Z1 BY_ZE DS1 DSE,
                P K1 Z1 KEYS_BY_K1 WWW BY_Z1 BY_ZE DS1),
         AT, "medium"),
    FAIL("algorithm: the old key goes with its DS",
         CHANGE(P KE ZE KEYS_BY_KE WWW BY_Z1 BY_ZE DSE,
                P K1 Z1 KE ZE KEYS_BY_K1 KEYS_BY_KE WWW BY_Z1 BY_ZE DS1 DSE),
         AT, "medium"),

    /* CDS */
    PASS("CDS for a key that was there", CHANGE(P K1 K2 CDS2 DS1, P K1 K2 CDS1 DS1)),
    FAIL("CDS for a key that comes now", CHANGE(P K1 K2 CDS2 DS1, P K1 CDS1 DS1), AT, "medium"),
    PASS("CDS for the old and the new key", CHANGE(P K1 K2 CDS1 CDS2 DS1, P K1 CDS1 DS1)),
    PASS("CDS asks to delete the DS", CHANGE(P K1 "@ CDS 0 0 0 00\n" DS1, P K1 DS1)),
};

int main(void)
{
    return check_test_run(topic_dnssec_rollover, "dnssec.rollover-unsafe-plan", cases, ARRAY_SIZE(cases));
}
