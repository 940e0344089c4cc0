#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# zonevet diff from the command line: every kind of side but a live one (the laboratory has that), exit codes, and that
# nothing is left behind.
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
export TMPDIR=$work/tmp HOME=$work GIT_CONFIG_NOSYSTEM=1
mkdir "$TMPDIR"

# states NAME STATE EXPECTED COMMAND...: the ids of results in that state ("fixed" among them), sorted
states() {
    local name=$1 state=$2 expected=$3 filter
    shift 3
    "$@" -q -o json="$work/report.json" >"$work/out" 2>&1 </dev/null
    filter='[.targets[].results[] | select(.state == $s) | .check] | sort | join(" ")'
    [ "$state" != fixed ] || filter='[.targets[].fixed[]? | .check] | sort | join(" ")'
    local got
    got=$(jq -r --arg s "$state" "$filter" "$work/report.json")
    [ "$got" = "$expected" ] || fail "$name: $state '$got' (expected '$expected')"
}

command -v git >/dev/null || { echo "git is not installed"; exit 77; }
commit() { git -C "$work/repo" add -A && git -C "$work/repo" -c user.name=t -c user.email=t@t.test commit -q -m "$1"; }

mkdir -p "$work/repo/zones/sub"
git -C "$work" init -q repo
cat >"$work/repo/zones/example.test.zone" <<'ZONE'
$TTL 3600
@ IN SOA ns1 hostmaster 2026010101 7200 3600 1209600 3600
@ NS ns1
@ NS ns2
@ MX 10 mail
@ TXT "v=spf1 mx -all"
@ CAA 0 issue "ca.test"
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:d@example.test"
ns1 A 5.5.5.1
ns2 A 5.5.6.1
mail A 5.5.5.3
www A 5.5.5.4
$INCLUDE sub/hosts
ZONE
echo 'included A 5.5.5.5' >"$work/repo/zones/sub/hosts"
commit 'first'
cp -r "$work/repo/zones" "$work/before"
zone="$work/repo/zones/example.test.zone"
sed -i 's/2026010101/2026010102/; s/^www A .*/www A 5.5.5.6\nshop CNAME www/' "$zone"
commit 'an ordinary edit'
cp -r "$work/repo/zones" "$work/middle"
sed -i 's/2026010102/2026010103/; s/^shop CNAME www/shop CNAME gone/' "$zone"
cd "$work/repo" || exit 1

states 'an ordinary edit' new '' "$zonevet" diff git:HEAD~1:zones git:HEAD:zones
expect 'and its exit code' 0 'PASSED' "$zonevet" diff git:HEAD~1:zones git:HEAD:zones
states 'a bad edit' new 'dangling.cname-nxdomain' "$zonevet" diff git:HEAD:zones zones
expect 'the gate of a bad edit' 1 'FAILED' "$zonevet" diff git:HEAD:zones zones --fail-on medium
expect 'is not high' 0 'PASSED' "$zonevet" diff git:HEAD:zones zones
states 'the way back' fixed 'dangling.cname-nxdomain' "$zonevet" diff zones git:HEAD:zones --check 'dangling.*'
states 'directories' new 'dangling.cname-nxdomain' "$zonevet" diff "$work/middle" zones
states 'files' new 'dangling.cname-nxdomain' "$zonevet" diff "$work/middle/example.test.zone" zones/example.test.zone
states 'a file of a revision, with what it includes' new 'dangling.cname-nxdomain' \
    "$zonevet" diff git:HEAD:zones/example.test.zone zones/example.test.zone
states 'the same on both sides' new '' "$zonevet" diff zones zones
expect 'places name the new file' 1 'zones/example.test.zone:13:' \
    "$zonevet" diff git:HEAD:zones zones --fail-on medium -o gcc

"$zonevet" zone "$work/middle" -q -o json="$work/old.json" -o ndjson="$work/old.ndjson" >"$work/out" 2>&1
"$zonevet" zone zones -q -o json="$work/new.json" >"$work/out" 2>&1
states 'a stored run as the old side' new 'dangling.cname-nxdomain' "$zonevet" diff "$work/old.json" zones
states 'a stored stream as the old side' new 'dangling.cname-nxdomain' "$zonevet" diff "$work/old.ndjson" zones
"$zonevet" zone "$work/middle" --only-areas spf -q -o json="$work/spf.json" >"$work/out" 2>&1
states 'only what the stored run judged can be new' new '' "$zonevet" diff "$work/spf.json" zones
states 'two stored runs' new 'dangling.cname-nxdomain' "$zonevet" diff "$work/old.json" "$work/new.json"
expect 'and their gate' 1 'FAILED' "$zonevet" diff "$work/old.json" "$work/new.json" --fail-on medium
states 'two stored runs, back' fixed 'dangling.cname-nxdomain' "$zonevet" diff "$work/new.json" "$work/old.json"

"$zonevet" baseline create --baseline "$work/baseline.json" zones >"$work/out" 2>&1 || fail 'baseline create'
states 'a baseline beside the old side' new '' "$zonevet" diff git:HEAD:zones zones --baseline "$work/baseline.json"

mkdir "$work/odd"
sed '/INCLUDE/d' "$work/middle/example.test.zone" >"$work/odd/example.test.zone"
echo "@ ZONEMD 2026010102 240 240 $(printf '00%.0s' {1..12})" >>"$work/odd/example.test.zone"
expect 'what cannot be told' 3 'undetermined' "$zonevet" zone "$work/odd"
expect 'and could not be told before' 0 'PASSED' "$zonevet" diff "$work/odd" "$work/odd"
mkdir "$work/less"
cp "$zone" "$work/less/other.test.zone"
sed -i 's/example.test/other.test/; /INCLUDE/d' "$work/less/other.test.zone"
expect 'a zone that is gone' 1 'zone.removed' "$zonevet" diff "$work/middle" "$work/less" -o gcc

plan="$here/../inputs/data/terraform/plan.json"
"$zonevet" diff "$plan" -q -o json="$work/plan.json" --exit-zero >"$work/out" 2>&1 || fail "a plan: $(cat "$work/out")"
jq -e '.targets | length > 0' "$work/plan.json" >/dev/null || fail 'a plan has no target'

expect 'zone --old' 1 'soa.serial-went-back' "$zonevet" zone --old zones "$work/before" --fail-on low -o gcc

expect 'no side' 2 'two sides' "$zonevet" diff
expect 'three sides' 2 'two sides' "$zonevet" diff a b c
expect 'no such revision' 2 'no such revision' "$zonevet" diff git:nope:zones zones
expect 'no such path' 2 "no file 'nope'" "$zonevet" diff git:HEAD:nope zones
expect 'no path' 2 'expected git:REVISION:PATH' "$zonevet" diff git:HEAD zones
expect 'an option as a revision' 2 'expected git:REVISION:PATH' "$zonevet" diff git:--help:zones zones
expect 'out of the folder' 2 'below the current folder' "$zonevet" diff git:HEAD:../zones zones
expect 'two live sides' 2 'not both' "$zonevet" diff live:a.test live:b.test
expect 'a live side that is no name' 2 'live:' "$zonevet" diff 'live:a..b' zones
expect 'no such file' 2 'No such file' "$zonevet" diff zones "$work/nope"
expect 'an empty folder' 5 'no zone' "$zonevet" diff zones "$TMPDIR"
printf '{"schema": "zonevet.report", "schema_version": "9.0"}\n' >"$work/future.json"
expect 'a report of another version' 2 'future.json' "$zonevet" diff "$work/future.json" zones
mkdir -p "$work/repo/split/split.test."
printf "'':\n  type: MX\n  value: {exchange: mail.split.test., preference: 10}\n" >"$work/repo/split/split.test./\$split.test.yaml"
printf 'mail:\n  type: A\n  value: 5.5.5.7\n' >"$work/repo/split/split.test./mail.yaml"
commit 'a zone of octoDNS in pieces'
printf 'mail:\n  type: A\n  value: 10.5.5.7\n' >"$work/repo/split/split.test./mail.yaml"
states 'a zone of octoDNS in pieces' new 'exposure.private-address mx.private-address' "$zonevet" diff git:HEAD:split split
git -C "$work/repo" checkout -q split
git clone -q --depth 1 "file://$work/repo" "$work/shallow"
cd "$work/shallow" || exit 1
expect 'a shallow clone names the cure' 2 'fetch-depth: 0' "$zonevet" diff git:HEAD~1:zones zones
cd "$work" || exit 1
expect 'not in a repository' 2 'not in a git repository' env GIT_CEILING_DIRECTORIES="$work" "$zonevet" diff git:HEAD:zones repo/zones
[ -z "$(ls "$TMPDIR")" ] || fail "left behind: $(ls "$TMPDIR")"
[ -z "$(git -C "$work/repo" status --short | grep -v example.test.zone)" ] || fail 'the repository was written to'

finish
