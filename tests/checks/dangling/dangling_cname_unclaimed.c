/* SPDX-License-Identifier: BSD-2-Clause */
/* Services that say a host is unclaimed: signals, controls, verification, and everything that must not be
 * believed. */
#include "tests/check_test.h"

extern const struct check topic_dangling_cname[];

/* surge: vulnerable, a strong text; github: an edge case; zendesk: not vulnerable; netlify and vercel: edge
 * cases. */
#define SURGE                                                                                                \
    "!zone surge.sh. 198.51.100.9\nna-west1.surge.sh. A 198.51.100.10\nwww CNAME na-west1.surge.sh.\n"
#define PAGES "!zone github.io. 198.51.100.9\n*.github.io. A 198.51.100.10\nwww CNAME someone.github.io.\n"
#define DESK "!zone zendesk.com. 198.51.100.9\n*.zendesk.com. A 198.51.100.10\nwww CNAME acme.zendesk.com.\n"
#define VERCEL                                                                                               \
    "!zone vercel-dns.com. 198.51.100.9\ncname.vercel-dns.com. A 198.51.100.10\nwww CNAME "                  \
    "cname.vercel-dns.com.\n"
#define BUCKET                                                                                               \
    "!zone s3-website-eu-west-1.amazonaws.com. 198.51.100.9\n"                                               \
    "*.s3-website-eu-west-1.amazonaws.com. A 198.51.100.10\n"                                                \
    "www CNAME www.example.test.s3-website-eu-west-1.amazonaws.com.\n"
#define UNCLAIMED "project not found"
#define NO_PAGES "There isn't a GitHub Pages site here."
#define HOST "www.example.test."

static const struct check_case cases[] = {
    {"the service knows the host", SURGE "!http www.example.test 200 Welcome\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"unclaimed, and so is a random name", SURGE "!http * 404 " UNCLAIMED "\n", VERDICT_FAIL, HOST, "high",
     "C3", REASON_NONE},
    {"only over https", SURGE "!http * 301 moved\n!https * 404 " UNCLAIMED "\n", VERDICT_FAIL, HOST, "high",
     "C3", REASON_NONE},
    {"http refused, https tells", SURGE "!https * 404 " UNCLAIMED "\n", VERDICT_FAIL, HOST, "high", "C3",
     REASON_NONE},
    {"a random name gets no answer: no control", SURGE "!http www.example.test 404 " UNCLAIMED "\n",
     VERDICT_FAIL, HOST, "medium", "C4", REASON_NONE},
    {"a random name gets another answer",
     SURGE "!http www.example.test 404 " UNCLAIMED "\n!http * 200 Welcome\n", VERDICT_FAIL, HOST, "info",
     "C5", REASON_NONE},
    {"an edge case", PAGES "!http * 404 " NO_PAGES "\n", VERDICT_FAIL, HOST, "medium", "C4", REASON_NONE},
    {"a verification record of the host",
     PAGES "!http * 404 " NO_PAGES "\n_github-pages-challenge-someone.www TXT \"0123\"\n", VERDICT_FAIL, HOST,
     "low", "C7", REASON_NONE},
    {"a verification record of the domain",
     PAGES "!http * 404 " NO_PAGES "\n_github-pages-challenge-someone TXT \"0123\"\n", VERDICT_FAIL, HOST,
     "low", "C7", REASON_NONE},
    {"a verification record of somebody else",
     PAGES "!http * 404 " NO_PAGES "\n_github-pages-challenge-other TXT \"0123\"\n", VERDICT_FAIL, HOST,
     "medium", "C4", REASON_NONE},
    {"not vulnerable: hygiene", DESK "!http * 404 Help Center Closed\n", VERDICT_FAIL, HOST, "low", "C7",
     REASON_NONE},
    {"the name without www is served by the same target",
     "!zone vercel-dns.com. 198.51.100.9\ncname.vercel-dns.com. A 198.51.100.10\nshop CNAME "
     "cname.vercel-dns.com.\n"
     "www.shop CNAME cname.vercel-dns.com.\n!names shop www.shop\n!http shop.example.test 200 Welcome\n"
     "!http * 404 DEPLOYMENT_NOT_FOUND\n",
     VERDICT_FAIL, "www.shop.example.test.", "info", "C5", REASON_NONE},
    {"a shared edge as target", VERCEL "!http * 404 DEPLOYMENT_NOT_FOUND\n", VERDICT_FAIL, HOST, "medium",
     "C4", REASON_NONE},
    {"a weak sign only",
     "!zone bitbucket.io. 198.51.100.9\n*.bitbucket.io. A 198.51.100.10\n"
     "www CNAME acme.bitbucket.io.\n!http * 404 Repository not found\n",
     VERDICT_FAIL, HOST, "info", "C5", REASON_NONE},
    {"a redirect alone says nothing",
     "!zone app.bubble.io. 198.51.100.9\n*.app.bubble.io. A 198.51.100.10\nwww CNAME acme.app.bubble.io.\n"
     "!http * 301 moved\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"text without a target that matches",
     "!zone vendor.com. 198.51.100.9\nshop.vendor.com. A 198.51.100.10\n"
     "www CNAME shop.vendor.com.\n!http * 404 " UNCLAIMED "\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a label boundary",
     "!zone notgithub.io. 198.51.100.9\n*.notgithub.io. A 198.51.100.10\n"
     "www CNAME x.notgithub.io.\n!http * 404 " NO_PAGES "\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"text without any alias", "www A 198.51.100.10\n!http * 404 " NO_PAGES "\n", VERDICT_PASS, "", NULL,
     NULL, REASON_NONE},
    {"a look-alike of S3 uses its text",
     "!zone aliyuncs.com. 198.51.100.9\n*.oss-cn-beijing.aliyuncs.com. A 198.51.100.10\n"
     "www CNAME b.oss-cn-beijing.aliyuncs.com.\n"
     "!http * 404 NoSuchBucket The specified bucket does not exist BucketName\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"S3: the missing bucket is ours",
     BUCKET "!http * 404 The specified bucket does not exist BucketName: www.example.test\n", VERDICT_FAIL,
     HOST, "high", "C3", REASON_NONE},
    {"S3: the missing bucket is another",
     BUCKET "!http * 404 The specified bucket does not exist BucketName: other.example.com\n", VERDICT_FAIL,
     HOST, "medium", "C4", REASON_NONE},
    {"a name that exists only because it was claimed",
     "!zone azurewebsites.net. 198.51.100.9\napp.azurewebsites.net. A 198.51.100.10\n"
     "www CNAME app.azurewebsites.net.\n!http * 404 Error 404 - Web app not found.\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a provider's wildcard: the name says nothing, the text does",
     "!zone azurewebsites.net. 198.51.100.9\n*.azurewebsites.net. A 198.51.100.10\n"
     "www CNAME app.azurewebsites.net.\n!http * 404 Error 404 - Web app not found.\n",
     VERDICT_FAIL, HOST, "medium", "C4", REASON_NONE},
    {"nobody answers", SURGE, VERDICT_UNDETERMINED, "", NULL, NULL, REASON_REFUSED},
    {"--no-http", SURGE "!no-http\n!http * 404 " UNCLAIMED "\n", VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"no HTTP to underscore labels",
     "!zone surge.sh. 198.51.100.9\nna-west1.surge.sh. A 198.51.100.10\n!names _x\n_x CNAME "
     "na-west1.surge.sh.\n"
     "!http * 404 " UNCLAIMED "\n",
     VERDICT_PASS, "", NULL, NULL, REASON_NONE},
    {"a wildcard: any name below it is asked, reported once",
     "!zone surge.sh. 198.51.100.9\nna-west1.surge.sh. A 198.51.100.10\n* CNAME na-west1.surge.sh.\n!names a "
     "b\n"
     "!http * 404 " UNCLAIMED "\n",
     VERDICT_FAIL, "*.example.test.", "critical", "C3", REASON_NONE},
    {"--ignore", SURGE "!ignore surge.sh.\n!http * 404 " UNCLAIMED "\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
    {"--owned-suffix", SURGE "!owned surge.sh.\n!http * 404 " UNCLAIMED "\n", VERDICT_PASS, "", NULL, NULL,
     REASON_NONE},
};

int main(void)
{
    return check_test_run(topic_dangling_cname, "dangling.cname-service-unclaimed", cases, ARRAY_SIZE(cases));
}
