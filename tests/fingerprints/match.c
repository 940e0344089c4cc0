/* SPDX-License-Identifier: BSD-2-Clause */
/* Name patterns at label boundaries, signal sets over responses, and the shipped data as a whole. */
#include "fingerprints/fingerprints.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct name_row {
    const char *target;
    const char *id;     /* NULL: no service */
    const char *suffix; /* NULL: not compared */
};

static const struct name_row targets[] = {
    {"someone.github.io.", "github-pages", "github.io."},
    {"SomeOne.GitHub.IO.", "github-pages", NULL},
    {"github.io.", "github-pages", "github.io."},
    /* Label boundaries: the classic substring mistakes. */
    {"notgithub.io.", NULL, NULL},
    {"github.io.example.test.", NULL, NULL},
    {"io.", NULL, NULL},
    {".", NULL, NULL},
    /* A dot inside a label is no label boundary. */
    {"someone\\.github.io.", NULL, NULL},
    /* '*' stays inside one label, and the longest suffix wins. */
    {"app.eu-west-1.elasticbeanstalk.com.", "aws-elastic-beanstalk", "eu-west-1.elasticbeanstalk.com."},
    {"elasticbeanstalk.com.", NULL, NULL},
    {"bucket.s3-website-eu-west-1.amazonaws.com.", "aws-s3", "s3-website-eu-west-1.amazonaws.com."},
    {"bucket.s3.eu-west-1.amazonaws.com.", "aws-s3", "s3.eu-west-1.amazonaws.com."},
    {"x.elb.amazonaws.com.", "aws-elb", NULL},
    {"x.execute-api.eu-west-1.amazonaws.com.", NULL, NULL},
    {"acme-portal.apigee.net.", "apigee", "acme-portal.apigee.net."},
    {"-portal.apigee.net.", NULL, NULL},
    {"app.azurewebsites.net.", "azure-app-service", "azurewebsites.net."},
    {"vm.westeurope.cloudapp.azure.com.", "azure-public-ip-dns-label", NULL},
    {"d111.cloudfront.net.", "aws-cloudfront", NULL},
    /* S3 look-alikes answer with the same text but are somebody else. */
    {"b.oss-cn-beijing.aliyuncs.com.", NULL, NULL},
};

static const struct name_row servers[] = {
    {"ns1.digitalocean.com.", "ns-digitalocean", NULL},
    {"NS3.DigitalOcean.com.", "ns-digitalocean", NULL},
    {"ns1.x.digitalocean.com.", NULL, NULL},
    {"digitalocean.com.", NULL, NULL},
    {"ns-12.awsdns-34.co.uk.", "ns-aws-route53", NULL},
    {"ns-12.awsdns-34.com.", "ns-aws-route53", NULL},
    {"ns-12.awsdns-34.uk.", NULL, NULL},
    {"ns1-04.azure-dns.info.", "ns-azure-dns", NULL},
    {"ns5.he.net.", "ns-hurricane-electric", NULL},
    {"ns6.he.net.", NULL, NULL},
};

static const dname *name(struct arena *a, const char *text)
{
    const dname *out = NULL;
    assert_int_equal(dname_from_text(a, text, &out), STATUS_OK);
    return out;
}

static void expect_service(const struct fingerprint *found, const struct name_row *row)
{
    if (row->id == NULL && found != NULL)
        fail_msg("%s: %s was not expected", row->target, found->id);
    if (row->id != NULL && (found == NULL || strcmp(found->id, row->id) != 0))
        fail_msg("%s: %s expected, %s found", row->target, row->id, found != NULL ? found->id : "nothing");
}

static void names(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
        const dname *suffix = NULL;
        expect_service(fingerprints_cname(name(a, targets[i].target), &suffix), &targets[i]);
        if (targets[i].suffix != NULL)
            assert_string_equal(dname_text(a, suffix), targets[i].suffix);
    }
    for (size_t i = 0; i < ARRAY_SIZE(servers); i++)
        expect_service(fingerprints_ns(name(a, servers[i].target)), &servers[i]);
    arena_free(a);
}

static void addresses(void **state)
{
    (void)state;
    struct address address;
    assert_true(address_from_text("185.199.108.153", &address));
    assert_string_equal(fingerprints_address(&address)->id, "github-pages");
    assert_true(address_from_text("2606:50c0:8000::153", &address));
    assert_string_equal(fingerprints_address(&address)->id, "github-pages");
    assert_true(address_from_text("192.0.2.1", &address));
    assert_null(fingerprints_address(&address));
}

static const struct {
    const char *target;
    bool choosable;
} choices[] = {
    {"app.azurewebsites.net.", true},
    {"app-b2c3d4.westeurope-01.azurewebsites.net.", false},
    {"azurewebsites.net.", false},
    {"shop.eu-west-1.elasticbeanstalk.com.", true},
    {"eba-abcd1234.eu-west-1.elasticbeanstalk.com.", false},
    {"shop.us-gov-west-1.elasticbeanstalk.com.", false},
    {"abc.eu-west-1.elasticbeanstalk.com.", false},
    {"shop.elasticbeanstalk.com.", false},
    {"edge.z01.azurefd.net.", false},
    {"edge.azurefd.net.", true},
    {"acme-portal.apigee.net.", true},
};

static void choosable(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    for (size_t i = 0; i < ARRAY_SIZE(choices); i++) {
        const dname *target = name(a, choices[i].target);
        const dname *suffix = NULL;
        const struct fingerprint *service = fingerprints_cname(target, &suffix);
        assert_non_null(service);
        if (fingerprint_choosable(service, target, suffix) != choices[i].choosable)
            fail_msg("%s", choices[i].target);
    }
    arena_free(a);
}

/* ---- responses ---- */

#define SERVICE(signals)                                                                                     \
    "{\"id\":\"x\",\"service\":\"X\",\"status\":\"vulnerable\",\"signals\":[" signals "]}"

struct response_row {
    const char *name;
    const char *json;
    uint16_t status;
    const char *headers, *body;
    bool https;
    bool shows;
};

static const struct response_row responses[] = {
    {"literal text", SERVICE("{\"set\":1,\"kind\":\"http-body\",\"value\":\"no [such] app\"}"), 404, "",
     "<p>no [such] app</p>", false, true},
    {"case counts in a body", SERVICE("{\"set\":1,\"kind\":\"http-body\",\"value\":\"No Such App\"}"), 404,
     "", "no such app", false, false},
    {"unless the signal says otherwise",
     SERVICE("{\"set\":1,\"kind\":\"http-body\",\"value\":\"No Such App\",\"case_insensitive\":true}"), 404,
     "", "xx no such app", false, true},
    {"all signals of a set must show",
     SERVICE("{\"set\":1,\"kind\":\"http-body\",\"value\":\"one\"},{\"set\":1,\"kind\":\"http-status\","
             "\"value\":404}"),
     200, "", "one", false, false},
    {"status and text",
     SERVICE("{\"set\":1,\"kind\":\"http-body\",\"value\":\"one\"},{\"set\":1,\"kind\":\"http-status\","
             "\"value\":404}"),
     404, "", "one", false, true},
    {"a header in any case", SERVICE("{\"set\":1,\"kind\":\"http-header\",\"value\":\"server: caddy\"}"), 404,
     "HTTP/1.1 404 Not Found\r\nServer: Caddy\r\n\r\n", "", false, true},
    {"the status line is no header", SERVICE("{\"set\":1,\"kind\":\"http-header\",\"value\":\"Not Found\"}"),
     404, "HTTP/1.1 404 Not Found\r\nServer: Caddy\r\n\r\n", "", false, false},
    {"a header match stays on its line",
     SERVICE("{\"set\":1,\"kind\":\"http-header\",\"value\":\"a: b c: d\"}"), 404, "a: b\r\n c: d\r\n", "",
     false, false},
    {"a text that must be absent",
     SERVICE("{\"set\":1,\"kind\":\"http-body\",\"value\":\"gone\"},"
             "{\"set\":1,\"kind\":\"http-body\",\"value\":\"renew\",\"negate\":true}"),
     404, "", "gone, please renew", false, false},
    {"regular expression", SERVICE("{\"set\":1,\"kind\":\"http-body-regex\",\"value\":\"^page not found$\"}"),
     404, "", "page not found\n", false, true},
    {"regular expression at the start only",
     SERVICE("{\"set\":1,\"kind\":\"http-body-regex\",\"value\":\"^page not found$\"}"), 404, "",
     "<h1>\npage not found\n", false, false},
    {"a scheme that does not fit",
     SERVICE("{\"set\":1,\"kind\":\"http-body\",\"value\":\"one\",\"scheme\":\"https\"}"), 404, "", "one",
     false, false},
    {"a scheme that fits",
     SERVICE("{\"set\":1,\"kind\":\"http-body\",\"value\":\"one\",\"scheme\":\"https\"}"), 404, "", "one",
     true, true},
    {"nxdomain is no response", SERVICE("{\"set\":1,\"kind\":\"nxdomain\",\"value\":\"cname-target\"}"), 404,
     "", "", false, false},
    /* Ends at a limit, and then shows nothing. */
    {"catastrophic backtracking", SERVICE("{\"set\":1,\"kind\":\"http-body-regex\",\"value\":\"(a+)+$\"}"),
     200, "", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", false, false},
};

static void shows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(responses); i++) {
        const struct response_row *row = &responses[i];
        struct arena *a = arena_new(0);
        const struct fingerprint *service = NULL;
        const char *error = NULL;
        if (fingerprint_parse(a, row->json, strlen(row->json), &service, &error) != STATUS_OK)
            fail_msg("%s: %s", row->name, error);
        struct http_reply reply = {.state = FACT_KNOWN,
                                   .status = row->status,
                                   .headers = row->headers,
                                   .body = row->body,
                                   .body_length = strlen(row->body)};
        assert_int_equal(service->set_count, 1);
        if (fingerprint_shows(&service->sets[0], &reply, row->https) != row->shows)
            fail_msg("%s", row->name);
        reply.state = FACT_UNKNOWN;
        assert_false(fingerprint_shows(&service->sets[0], &reply, row->https));
        arena_free(a);
    }
}

static const char *const broken[] = {
    "",
    "[]",
    "{",
    "{\"id\":\"x\"}",
    "{\"id\":\"x\",\"service\":\"X\",\"status\":\"maybe\"}",
    SERVICE("{\"set\":1,\"kind\":\"http-body\",\"value\":\"\"}"),
    SERVICE("{\"set\":0,\"kind\":\"http-body\",\"value\":\"x\"}"),
    SERVICE("{\"set\":1e9,\"kind\":\"http-body\",\"value\":\"x\"}"),
    SERVICE("{\"set\":1,\"kind\":\"telepathy\",\"value\":\"x\"}"),
    SERVICE("{\"set\":1,\"kind\":\"http-status\",\"value\":\"404\"}"),
    SERVICE("{\"set\":1,\"kind\":\"http-body-regex\",\"value\":\"(\"}"),
    SERVICE("{\"set\":1,\"kind\":\"http-body\",\"value\":\"x\",\"negate\":true}"),
    "{\"id\":\"x\",\"service\":\"X\",\"status\":\"unknown\",\"cname\":[\"\"]}",
    "{\"id\":\"x\",\"service\":\"X\",\"status\":\"unknown\",\"cname\":[\"a..b\"]}",
    "{\"id\":\"x\",\"service\":\"X\",\"status\":\"unknown\",\"cname\":[7]}",
    "{\"id\":\"x\",\"service\":\"X\",\"status\":\"unknown\",\"cname\":\"a.b\"}",
    "{\"id\":\"x\",\"service\":\"X\",\"status\":\"unknown\",\"ns\":[\"ns.{a,b\"]}",
    "{\"id\":\"x\",\"service\":\"X\",\"status\":\"unknown\",\"ns\":[\"ns.{,}.test\"]}",
    "{\"id\":\"x\",\"service\":\"X\",\"status\":\"unknown\",\"a\":[\"192.0.2.0/33\"]}",
};

static void refuses(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
        const struct fingerprint *service = NULL;
        const char *error = NULL;
        if (fingerprint_parse(a, broken[i], strlen(broken[i]), &service, &error) == STATUS_OK)
            fail_msg("accepted: %s", broken[i]);
        assert_non_null(error);
    }
    arena_free(a);
}

/* ---- the shipped data ---- */

static bool permissive(const struct fingerprint *service)
{
    for (size_t i = 0; i < service->source_count; i++) {
        const char *repository = service->sources[i];
        if (strcmp(repository, "punk-security/dnsReaper") == 0 ||
            strcmp(repository, "assetnote/ghostbuster") == 0 ||
            strcmp(repository, "blacklanternsecurity/baddns") == 0 ||
            strcmp(repository, "indianajson/can-i-take-over-dns") == 0)
            return false;
    }
    return service->source_count > 0;
}

static void shipped(void **state)
{
    (void)state;
    assert_int_equal(fingerprints_count(), 185);
    for (size_t i = 0; i < fingerprints_count(); i++) {
        const struct fingerprint *service = fingerprints_at(i);
        if (!permissive(service))
            fail_msg("%s has a source that may not be shipped, or none", service->id);
        assert_ptr_equal(fingerprints_by_id(service->id), service);
    }
    const struct fingerprint *pages = fingerprints_by_id("github-pages");
    assert_int_equal(pages->status, SERVICE_EDGE_CASE);
    assert_int_equal(pages->verification, VERIFICATION_PARTIAL);
    assert_int_equal(pages->verification_txt_count, 2);
    assert_true((pages->mechanisms & MECHANISM_CNAME_HTTP) != 0);
    const char *error = NULL;
    struct arena *a = arena_new(0);
    assert_int_equal(fingerprints_load_dir(SOURCE_DIR "/fingerprints/services", a, &error), STATUS_USAGE);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names), cmocka_unit_test(addresses), cmocka_unit_test(choosable),
        cmocka_unit_test(shows), cmocka_unit_test(refuses),   cmocka_unit_test(shipped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
