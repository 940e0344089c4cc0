#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Zones in other forms than master files through the front door: what is found in them, and what is not held against them.
. "$(dirname "$0")/lib.sh"
data=$(cd "$(dirname "$0")/../inputs/data" && pwd)
export HOME="$work"
cd "$work" || exit 1
public=(--treat-as-public 192.0.2.0/24 --treat-as-public 198.51.100.0/24 --treat-as-public 2001:db8::/32 --now 2026-01-01T00:00:00Z)

# fails CODE IDS COMMAND...: exit code, and the ids of all failing checks in order
fails() {
    local code=$1 ids=$2
    shift 2
    "$@" -o json >out 2>err <"${input:-/dev/null}"
    local got=$?
    local found
    found=$(python3 -I -c '
import json, sys
run = json.load(open("out"))
print(" ".join(sorted({r["check"] for t in run["targets"] for r in t["results"] if r["outcome"] == "fail"})))' 2>&1)
    if [ $got -ne "$code" ] || [ "$found" != "$ids" ]; then
        fail "$*: exit $got (expected $code)"
        echo "    found:    $found"
        echo "    expected: $ids"
        head -5 err
    fi
}

# says CODE PATTERN COMMAND...
says() {
    local code=$1 pattern=$2
    shift 2
    expect "$*" "$code" "$pattern" "$@"
}

cat >sound.example.yaml <<'YAML'
---
'':
  - {type: ALIAS, value: lb.cloudprovider.example.}
  - {type: MX, value: {exchange: mail.sound.example., preference: 10}}
  - {type: TXT, value: v=spf1 mx -all}
  - type: CAA
    value: {flags: 0, tag: issue, value: letsencrypt.org}
_dmarc: {type: TXT, value: v=DMARC1\; p=reject\; rua=mailto:d@sound.example}
_mta-sts: {type: TXT, value: v=STSv1\; id=1}
_smtp._tls: {type: TXT, value: v=TLSRPTv1\; rua=mailto:d@sound.example}
mail: {type: ALIAS, value: lb.cloudprovider.example.}
mta-sts: {type: ALIAS, value: lb.cloudprovider.example.}
YAML
cat >sound.json <<'JSON'
[{"name":"cf.example","type":"CNAME","content":"lb.cloud.example","ttl":1},
{"name":"cf.example","type":"MX","content":"mail.cf.example","priority":10,"ttl":1},
{"name":"cf.example","type":"TXT","content":"v=spf1 mx -all","ttl":1},
{"name":"cf.example","type":"CAA","data":{"flags":0,"tag":"issue","value":"letsencrypt.org"},"ttl":1},
{"name":"_dmarc.cf.example","type":"TXT","content":"v=DMARC1; p=reject; rua=mailto:a@cf.example","ttl":1},
{"name":"_mta-sts.cf.example","type":"TXT","content":"v=STSv1; id=1","ttl":1},
{"name":"_smtp._tls.cf.example","type":"TXT","content":"v=TLSRPTv1; rua=mailto:a@cf.example","ttl":1},
{"name":"mta-sts.cf.example","type":"CNAME","content":"sts.saas.example","proxied":true,"ttl":1},
{"name":"mail.cf.example","type":"A","content":"10.1.1.1","proxied":true,"ttl":1}]
JSON

# Nothing that the provider keeps is missed, no flattened alias is a CNAME, no hidden address is published.
fails 0 "" "$zonevet" zone "${public[@]}" sound.example.yaml
fails 0 "" "$zonevet" zone "${public[@]}" sound.json
fails 0 "exposure.wildcard-address" "$zonevet" zone "${public[@]}" "$data/terraform/plan.json"
# Names, addresses, servers and policies that a plan does not show may all be there.
fails 0 "caa.only-iodef exposure.wildcard-address" "$zonevet" zone "${public[@]}" "$data/terraform/partial.json"
fails 0 "" "$zonevet" zone "${public[@]}" "$data/terraform/partial-cloudflare.json"
fails 0 "mta-sts.missing tls-rpt.missing" "$zonevet" zone "${public[@]}" --input-format dnscontrol "$data/dnscontrol/get-zones.txt"
# What an alias of the provider leads to is judged all the same.
sed 's/^mail: .*/mail: {type: ALIAS, value: gone.sound.example.}/' sound.example.yaml >gone.yaml
fails 0 "dangling.cname-nxdomain" "$zonevet" zone "${public[@]}" --origin sound.example --check 'dangling.*' gone.yaml

says 0 "zone sound.example., origin from file name" "$zonevet" zone -v sound.example.yaml
input=sound.example.yaml says 0 "zone sound.example., origin from --origin" "$zonevet" zone -v --origin sound.example -
input=sound.json says 0 "zone cf.example., origin from registrable domain" "$zonevet" zone -v -
says 0 "known after apply" "$zonevet" zone -v "$data/terraform/plan.json"
says 1 "wrong.test.yaml:16:7" "$zonevet" zone "$data/octodns/wrong.test.yaml"
says 2 "took none.json:1:1" bash -c 'echo "{}" >none.json; "$0" zone none.json 2>&1 | sed "s/zonevet: /took /"; exit ${PIPESTATUS[0]}' "$zonevet"
says 2 "broken.org.yaml:2:1" bash -c 'printf "a:\n\tb: c\n" >broken.org.yaml; "$0" zone broken.org.yaml' "$zonevet"
says 2 "cannot be told" bash -c 'cp sound.example.yaml records.yaml; "$0" zone records.yaml' "$zonevet"
says 2 "did you mean 'octodns'" "$zonevet" zone --input-format octodsn sound.example.yaml

says 0 "2 waived" "$zonevet" zone --now 2026-01-10T00:00:00Z --check exposure.private-address "$data/octodns/comments.test.yaml"

# A directory: zones of octoDNS whole and split, master files, and no other YAML.
mkdir -p tree/config/split.test. tree/.hidden
cp sound.example.yaml tree/config/
cp sound.example.yaml tree/.hidden/other.example.yaml
cp "$data"/octodns/split.test./* tree/config/split.test./
cp "$data/zonefile/example.test.zone" tree/
printf 'kind: Service\nspec:\n  type: ClusterIP\n' >tree/config/my.service.yaml
printf 'providers: {}\n' >tree/config/production.yaml
"$zonevet" zone -v --check zone.syntax tree 2>&1 | sed -n 's/^zonevet: \(.*\), origin.*/\1/p' >found
cat >expected <<'TEXT'
tree/config/sound.example.yaml: zone sound.example.
tree/config/split.test.: zone split.test.
tree/example.test.zone: zone example.test.
TEXT
if ! diff expected found; then
    fail 'zones of a directory'
fi

# The two halves of a plan: an edit that harms nothing is quiet, one that opens the mail to forgery is not.
python3 -I - <<'PY'
import json
def record(name, before, after):
    def values(text):
        return {"name": name, "type": "TXT", "records": [text], "ttl": 300, "zone_id": "Z1", "alias": [], "fqdn": None}
    return {"address": "aws_route53_record.x%d" % len(name), "mode": "managed", "type": "aws_route53_record", "name": "x",
            "change": {"actions": ["update"], "before": values(before), "after": values(after), "after_unknown": {}}}
zone = {"id": "Z1", "zone_id": "Z1", "name": "plan.example", "vpc": []}
head = {"address": "aws_route53_zone.z", "mode": "managed", "type": "aws_route53_zone", "name": "z",
        "change": {"actions": ["no-op"], "before": zone, "after": zone, "after_unknown": {}}}
for name, changes in (("quiet", [record("info.plan.example", "hello", "hello again")]),
                      ("loud", [record("plan.example", "v=spf1 mx -all", "v=spf1 mx +all")])):
    json.dump({"format_version": "1.2", "resource_changes": [head] + changes}, open(name + ".json", "w"))
PY
says 0 "PASSED" "$zonevet" diff quiet.json
says 1 "spf.all-pass" "$zonevet" diff loud.json

finish
