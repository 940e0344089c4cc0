/* SPDX-License-Identifier: BSD-2-Clause */
/* What the certificate of a peer says: names as text, and whether it covers the host and chains to a known
 * CA. */
#include "auditor/collect/http_private.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>

#define NAMES_MAX 20
#define SYSTEM_BUNDLE "/etc/ssl/certs/ca-certificates.crt"

X509_STORE *http_store(struct http *h)
{
    if (h->store_tried)
        return h->store;
    h->store_tried = true;
    h->store = X509_STORE_new();
    const char *file = h->options.ca_file != NULL ? h->options.ca_file : SYSTEM_BUNDLE;
    if (h->store != NULL && X509_STORE_load_file(h->store, file) != 1) {
        /* Without a bundle no certificate is trusted, which is what the reply then says. */
        X509_STORE_free(h->store);
        h->store = X509_STORE_new();
    }
    return h->store;
}

static void put_octets(struct buf *out, const unsigned char *octets, int length)
{
    for (int i = 0; i < length; i++)
        buf_char(out, octets[i] != '\0' ? (char)octets[i] : '?');
}

static void put_names(struct buf *out, const X509 *certificate)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    int written = 0;
    for (int i = 0; i < sk_GENERAL_NAME_num(names) && written < NAMES_MAX; i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type != GEN_DNS)
            continue;
        buf_str(out, written++ == 0 ? "; " : ", ");
        put_octets(out, ASN1_STRING_get0_data(name->d.dNSName), ASN1_STRING_length(name->d.dNSName));
    }
    GENERAL_NAMES_free(names);
}

static const char *certificate_text(struct arena *a, X509 *certificate)
{
    struct buf out = BUF_INIT(4096);
    BIO *memory = BIO_new(BIO_s_mem());
    char *subject = NULL;
    if (memory != NULL &&
        X509_NAME_print_ex(memory, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) >= 0) {
        long length = BIO_get_mem_data(memory, &subject);
        put_octets(&out, (const unsigned char *)subject, (int)(length > 1024 ? 1024 : length));
    }
    BIO_free(memory);
    put_names(&out, certificate);
    const char *text = arena_strdup(a, buf_text(&out));
    buf_free(&out);
    return text;
}

void request_read_certificate(struct request *r)
{
    struct curl_tlssessioninfo *session = NULL;
    if (curl_easy_getinfo(r->easy, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || session == NULL ||
        session->backend != CURLSSLBACKEND_OPENSSL || session->internals == NULL)
        return;
    const SSL *ssl = session->internals;
    X509 *certificate = SSL_get0_peer_certificate(ssl);
    r->certificate_read = true;
    if (certificate == NULL)
        return;
    r->certificate_covers = SSL_get_verify_result(ssl) == X509_V_OK &&
                            X509_check_host(certificate, r->ask.host, strlen(r->ask.host),
                                            X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, NULL) == 1;
    r->certificate = certificate_text(r->arena, certificate);
}
