/* SPDX-License-Identifier: BSD-2-Clause */
/* Types, RDATA readers and presentation forms. Frequent types are printed here; ldns prints the rare ones. */
#include "auditor/facts/rr.h"

#include "auditor/base/buf.h"
#include "auditor/base/reader.h"
#include "auditor/base/text.h"
#include "auditor/facts/address.h"

#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Assigned types (IANA DNS parameters); others print as TYPEn. */
static const struct {
    uint16_t type;
    const char *text;
} mnemonics[] = {
    {1, "A"}, {2, "NS"}, {3, "MD"}, {4, "MF"}, {5, "CNAME"}, {6, "SOA"}, {7, "MB"}, {8, "MG"}, {9, "MR"},
    {10, "NULL"}, {11, "WKS"}, {12, "PTR"}, {13, "HINFO"}, {14, "MINFO"}, {15, "MX"}, {16, "TXT"}, {17, "RP"},
    {18, "AFSDB"}, {19, "X25"}, {20, "ISDN"}, {21, "RT"}, {22, "NSAP"}, {24, "SIG"}, {25, "KEY"}, {26, "PX"},
    {27, "GPOS"}, {28, "AAAA"}, {29, "LOC"}, {30, "NXT"}, {31, "EID"}, {32, "NIMLOC"}, {33, "SRV"}, {35, "NAPTR"}, {36, "KX"}, {37, "CERT"},
    {38, "A6"}, {39, "DNAME"}, {41, "OPT"}, {42, "APL"}, {43, "DS"}, {44, "SSHFP"}, {45, "IPSECKEY"},
    {46, "RRSIG"}, {47, "NSEC"}, {48, "DNSKEY"}, {49, "DHCID"}, {50, "NSEC3"}, {51, "NSEC3PARAM"}, {52, "TLSA"},
    {53, "SMIMEA"}, {55, "HIP"}, {56, "NINFO"}, {57, "RKEY"}, {58, "TALINK"}, {59, "CDS"}, {60, "CDNSKEY"},
    {61, "OPENPGPKEY"}, {62, "CSYNC"}, {63, "ZONEMD"}, {64, "SVCB"}, {65, "HTTPS"}, {66, "DSYNC"}, {67, "HHIT"}, {68, "BRID"}, {99, "SPF"},
    {104, "NID"}, {105, "L32"}, {106, "L64"}, {107, "LP"}, {108, "EUI48"}, {109, "EUI64"}, {128, "NXNAME"},
    {249, "TKEY"}, {250, "TSIG"}, {251, "IXFR"}, {252, "AXFR"}, {253, "MAILB"}, {254, "MAILA"}, {255, "ANY"},
    {256, "URI"}, {257, "CAA"}, {258, "AVC"}, {259, "DOA"}, {260, "AMTRELAY"}, {261, "RESINFO"}, {262, "WALLET"}, {263, "CLA"}, {264, "IPN"},
    {32768, "TA"}, {32769, "DLV"},
};

const char *rrtype_text(uint16_t type, char text[static 16])
{
    for (size_t i = 0; i < ARRAY_SIZE(mnemonics); i++) {
        if (mnemonics[i].type == type) {
            snprintf(text, 16, "%s", mnemonics[i].text);
            return text;
        }
    }
    if (type == RRTYPE_ALIAS) /* never read from text: no master file has it under this name */
        snprintf(text, 16, "ALIAS");
    else
        snprintf(text, 16, "TYPE%u", (unsigned)type);
    return text;
}

uint16_t rrtype_from_text(const char *text)
{
    for (size_t i = 0; i < ARRAY_SIZE(mnemonics); i++) {
        if (strcasecmp(mnemonics[i].text, text) == 0)
            return mnemonics[i].type;
    }
    if (strncasecmp(text, "TYPE", 4) != 0 || text[4] < '0' || text[4] > '9')
        return 0;
    char *end = NULL;
    unsigned long value = strtoul(text + 4, &end, 10);
    return *end == '\0' && value <= UINT16_MAX ? (uint16_t)value : 0;
}

const dname *rdata_name(const struct rdata *rdata, size_t offset)
{
    if (offset >= rdata->length || dname_from_wire(rdata->octets + offset, rdata->length - offset) == 0)
        return NULL;
    return rdata->octets + offset;
}

const char *rdata_txt(struct arena *a, const struct rdata *rdata, size_t *length)
{
    char *joined = arena_alloc(a, (size_t)rdata->length + 1);
    if (joined == NULL || rdata->length == 0)
        return NULL;
    struct reader r = reader_new(rdata->octets, rdata->length);
    size_t used = 0;
    while (reader_left(&r) > 0) {
        size_t size = reader_u8(&r);
        const uint8_t *octets = reader_take(&r, size);
        if (octets == NULL)
            return NULL;
        memcpy(joined + used, octets, size);
        used += size;
    }
    joined[used] = '\0';
    *length = used;
    return joined;
}

bool rdata_soa(const struct rdata *rdata, struct soa *out)
{
    size_t first = dname_from_wire(rdata->octets, rdata->length);
    if (first == 0)
        return false;
    size_t second = dname_from_wire(rdata->octets + first, rdata->length - first);
    if (second == 0 || rdata->length != first + second + 20)
        return false;
    struct reader r = reader_new(rdata->octets + first + second, 20);
    *out = (struct soa){.mname = rdata->octets, .rname = rdata->octets + first};
    out->serial = reader_u32(&r);
    out->refresh_s = reader_u32(&r);
    out->retry_s = reader_u32(&r);
    out->expire_s = reader_u32(&r);
    out->minimum_s = reader_u32(&r);
    return true;
}

int serial_compare(uint32_t a, uint32_t b)
{
    if (a == b)
        return 0;
    uint32_t distance = b - a;
    if (distance == 0x80000000U)
        return 2;
    return distance < 0x80000000U ? -1 : 1;
}

/* ---- presentation form ------------------------------------------------------------------------------------------ */

static void print_name(struct buf *out, const dname *name)
{
    char text[DNAME_TEXT_MAX];
    buf_str(out, dname_text_into(name, text));
}

static void print_octet(struct buf *out, uint8_t c)
{
    if (c < 0x20 || c > 0x7e || c == '"' || c == '\\')
        buf_printf(out, "\\%03u", (unsigned)c);
    else
        buf_char(out, (char)c);
}

static bool print_strings(struct buf *out, const struct rdata *rdata)
{
    struct reader r = reader_new(rdata->octets, rdata->length);
    if (rdata->length == 0)
        return false;
    while (reader_left(&r) > 0) {
        size_t size = reader_u8(&r);
        const uint8_t *octets = reader_take(&r, size);
        if (octets == NULL)
            return false;
        buf_str(out, out->length > 0 ? " \"" : "\"");
        for (size_t i = 0; i < size; i++)
            print_octet(out, octets[i]);
        buf_char(out, '"');
    }
    return true;
}

static bool print_soa(struct buf *out, const struct rdata *rdata)
{
    struct soa soa;
    if (!rdata_soa(rdata, &soa))
        return false;
    print_name(out, soa.mname);
    buf_char(out, ' ');
    print_name(out, soa.rname);
    buf_printf(out, " %u %u %u %u %u", soa.serial, soa.refresh_s, soa.retry_s, soa.expire_s, soa.minimum_s);
    return true;
}

static bool print_whole_name(struct buf *out, const struct rdata *rdata, size_t offset)
{
    const dname *name = rdata_name(rdata, offset);
    if (name == NULL || offset + dname_length(name) != rdata->length)
        return false;
    print_name(out, name);
    return true;
}

/* The types that reports print most; false: let ldns try. */
static bool print_known(struct buf *out, uint16_t type, const struct rdata *rdata)
{
    struct address address;
    char text[ADDRESS_TEXT_SIZE];
    switch (type) {
    case RRTYPE_A:
    case RRTYPE_AAAA:
        if (!address_from_rdata(type, rdata, &address))
            return false;
        buf_str(out, address_text(&address, text));
        return true;
    case RRTYPE_NS:
    case RRTYPE_CNAME:
    case RRTYPE_PTR:
    case RRTYPE_DNAME:
    case RRTYPE_ALIAS:
        return print_whole_name(out, rdata, 0);
    case RRTYPE_MX:
        if (rdata->length < 3)
            return false;
        buf_printf(out, "%u ", (unsigned)((rdata->octets[0] << 8) | rdata->octets[1]));
        return print_whole_name(out, rdata, 2);
    case RRTYPE_TXT:
    case RRTYPE_SPF:
        return print_strings(out, rdata);
    case RRTYPE_SOA:
        return print_soa(out, rdata);
    default:
        return false;
    }
}

static void print_unknown(struct buf *out, const struct rdata *rdata)
{
    buf_printf(out, "\\# %u", (unsigned)rdata->length);
    for (size_t i = 0; i < rdata->length; i++)
        buf_printf(out, "%s%02x", i == 0 ? " " : "", (unsigned)rdata->octets[i]);
}

/* RDATA of one record as ldns prints it: everything behind the type. */
static bool print_ldns(struct buf *out, uint16_t type, const struct rdata *rdata)
{
    struct buf wire = BUF_INIT(UINT16_MAX + 64);
    ldns_rr *rr = NULL;
    size_t at = 0;
    bool done = false;

    buf_char(&wire, '\0');
    buf_u16(&wire, type);
    buf_u16(&wire, RRCLASS_IN);
    buf_u32(&wire, 0);
    buf_u16(&wire, rdata->length);
    buf_add(&wire, rdata->octets, rdata->length);
    if (!wire.failed && ldns_wire2rr(&rr, (const uint8_t *)wire.data, wire.length, &at, LDNS_SECTION_ANSWER) ==
                            LDNS_STATUS_OK) {
        for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
            char *part = ldns_rdf2str(ldns_rr_rdf(rr, i));
            if (part != NULL && (*part != '\0' || i == 0)) {
                if (out->length > 0)
                    buf_char(out, ' ');
                buf_str(out, part);
            }
            done = part != NULL;
            free(part);
        }
        ldns_rr_free(rr);
    }
    buf_free(&wire);
    return done;
}

static bool printable(const struct buf *text)
{
    for (size_t i = 0; i < text->length; i++) {
        if (text->data[i] < 0x20 || text->data[i] > 0x7e)
            return false;
    }
    return !text->failed && text->length > 0;
}

const char *rdata_text(struct arena *a, uint16_t type, const struct rdata *rdata)
{
    struct buf out = BUF_INIT((size_t)1 << 20);
    if (!print_known(&out, type, rdata)) {
        buf_reset(&out);
        if (!print_ldns(&out, type, rdata) || !printable(&out)) {
            buf_reset(&out);
            print_unknown(&out, rdata);
        }
    }
    const char *text = arena_strdup(a, buf_text(&out));
    buf_free(&out);
    return text != NULL ? text : "?";
}

const char *rr_text(struct arena *a, const struct rrset *set, uint16_t index)
{
    char type[16];
    const char *class = set->class == RRCLASS_IN ? "IN" : set->class == RRCLASS_CH ? "CH" : "CLASS?";
    const char *text =
        arena_printf(a, "%s %u %s %s %s", dname_text(a, set->owner), set->ttl_s, class,
                     rrtype_text(set->type, type), rdata_text(a, set->type, &set->rdata[index]));
    return text != NULL ? text : "?";
}

enum status rr_from_text(struct arena *a, const char *line, const char *origin, const dname **owner, uint16_t *type,
                         uint16_t *class, uint32_t *ttl_s, struct rdata *rdata)
{
    ldns_rr *rr = NULL;
    ldns_rdf *base = ldns_dname_new_frm_str(origin);
    ldns_buffer *wire = ldns_buffer_new(512);
    enum status status = STATUS_MALFORMED;

    if (base == NULL || wire == NULL)
        goto out;
    if (ldns_rr_new_frm_str(&rr, line, 3600, base, NULL) != LDNS_STATUS_OK || rr == NULL)
        goto out;
    if (ldns_rr_rdata2buffer_wire(wire, rr) != LDNS_STATUS_OK)
        goto out;
    size_t length = ldns_buffer_position(wire);
    const ldns_rdf *name = ldns_rr_owner(rr);
    *owner = dname_copy(a, ldns_rdf_data(name));
    rdata->octets = arena_copy(a, ldns_buffer_begin(wire), length);
    rdata->length = (uint16_t)length;
    *type = (uint16_t)ldns_rr_get_type(rr);
    *class = (uint16_t)ldns_rr_get_class(rr);
    *ttl_s = ldns_rr_ttl(rr);
    status = *owner != NULL && rdata->octets != NULL ? STATUS_OK : STATUS_NOMEM;
out:
    ldns_rr_free(rr);
    ldns_rdf_deep_free(base);
    ldns_buffer_free(wire);
    return status;
}
