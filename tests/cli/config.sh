#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The configuration through the front door: where it is found, what wins, what is wrong with it, and what it changes.
. "$(dirname "$0")/lib.sh"
export HOME="$work/home" XDG_CONFIG_HOME="$work/xdg"
mkdir -p "$work/home" "$work/xdg/zonevet" "$work/repo/zones"
cd "$work/repo" || exit 1

# wrong NAME PATTERN TEXT...: lines of a file that is refused, with the place and the key
wrong() {
    local name=$1 pattern=$2
    shift 2
    printf '%s\n' "$@" >"$work/wrong.yaml"
    expect "$name" 2 "wrong.yaml:$pattern" "$zonevet" config check "$work/wrong.yaml"
    expect "$name, in a run" 2 "wrong.yaml:$pattern" "$zonevet" zone -c "$work/wrong.yaml" zones/example.test.zone
}

# result FILE CHECK FIELD: a field of the one result of a check in a JSON report
result() {
    python3 -I - "$1" "$2" "$3" <<'PY'
import json, sys
report = json.load(open(sys.argv[1]))
found = [r for t in report["targets"] for r in t["results"] if r["check"] == sys.argv[2]]
print(found[0].get(sys.argv[3]) if len(found) == 1 else "%d results" % len(found))
PY
}

# same NAME EXPECTED GOT
same() {
    [ "$2" = "$3" ] || fail "$1: '$3' instead of '$2'"
}

cat >zones/example.test.zone <<'EOF'
$ORIGIN example.test.
@ 3600 SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ NS ns1.other.org.
@ NS ns2.other.org.
@ MX 10 mx.other.org.
www A 10.0.0.4
EOF

# ---- mistakes: line, column and key
wrong 'unknown key' "2:1: there is no key 'profil' here; did you mean 'profile'" 'version: 1' 'profil: quick'
wrong 'unknown key below' "2:8: gate: there is no key 'fial_on' here; did you mean 'fail_on'" 'version: 1' 'gate: {fial_on: low}'
wrong 'unknown check' "3:10: checks\[0\].id: there is no check 'dmarc.p-nnoe'; did you mean 'dmarc.p-none'" \
    'version: 1' 'checks:' '  - {id: dmarc.p-nnoe, severity: low}'
wrong 'unknown option' "3:47: checks\[0\].options\[0\]: .*has no option 'dayz'; did you mean 'days'" \
    'version: 1' 'checks:' '  - {id: dnssec.rrsig-expires-soon, options: ["dayz=5"]}'
wrong 'option out of range' "3:47: .*no whole number from 1 to 365" \
    'version: 1' 'checks:' '  - {id: dnssec.rrsig-expires-soon, options: ["days=0"]}'
wrong 'unknown severity' "2:39: checks\[0\].severity: 'hihg' is not known; did you mean 'high'" \
    'version: 1' 'checks: [{id: dmarc.p-none, severity: hihg}]'
wrong 'unknown format' "2:20: outputs\[0\].format: .*did you mean 'junit'" 'version: 1' 'outputs: [{format: junti, path: x}]'
wrong 'unknown profile' "2:10: profile: .*did you mean 'quick'" 'version: 1' 'profile: quik'
wrong 'duration without unit' "2:19: limits.timeout: .*a number and a unit" 'version: 1' 'limits: {timeout: 3}'
wrong 'no name' "2:18: targets\[0\].name: .*no domain name" 'version: 1' 'targets: [{name: "not a name"}]'
wrong 'no notifications' '2:9: notify: this version sends no notifications' 'version: 1' 'notify: [{type: webhook}]'
wrong 'no history' '2:10: history: this version keeps no history' 'version: 1' 'history: {db: x}'
wrong 'no promise' '2:24: scope.never_contact: ' 'version: 1' 'scope: {never_contact: [a.test]}'
wrong 'no YAML' '3:8: ' 'version: 1' 'gate: {fail_on: low' 'profile: quick'
wrong 'all mistakes at once, the last' '4:19: limits.timeout' 'version: 1' 'profil: x' 'gate: {fial_on: x}' 'limits: {timeout: 3}'
grep -q "wrong.yaml:2:1: " "$work/out" || fail "all mistakes at once, the first"
expect 'missing file' 2 'No such file' "$zonevet" zone -c "$work/none.yaml" zones/example.test.zone
expect 'a folder' 2 'regular file' "$zonevet" zone -c zones zones/example.test.zone
expect 'check of nothing' 2 'no configuration' "$zonevet" config check
expect 'unknown action' 2 "did you mean 'show'" "$zonevet" config shwo
expect 'no action' 2 'init, check, show' "$zonevet" config
expect 'unknown profile on the command line' 2 "did you mean 'strict'" "$zonevet" zone -p stritc zones/example.test.zone

# ---- where it is found: the first of five places, never two
profile_of() {
    "$zonevet" config show "$@" 2>&1 | awk '$1 == "profile" { print $2 }'
}
same 'no file' default "$(profile_of)"
printf 'version: 1\nprofile: quick\ngate: {fail_on: low}\n' >"$work/xdg/zonevet/config.yaml"
same 'the file of the user' quick "$(profile_of)"
printf 'version: 1\nprofile: strict\n' >.zonevet.yaml
same 'the file of the folder' strict "$(profile_of)"
expect 'files are not merged' 0 '^gate.fail_on  *medium  *profile strict' "$zonevet" config show
printf 'version: 1\nprofile: quick\n' >"$work/env.yaml"
same 'ZONEVET_CONFIG' quick "$(ZONEVET_CONFIG=$work/env.yaml profile_of)"
same '-c wins' strict "$(ZONEVET_CONFIG=$work/env.yaml profile_of -c .zonevet.yaml)"
same '--no-config' default "$(profile_of --no-config)"
same '-p wins' quick "$(profile_of -p quick)"
expect 'a broken file is never passed over' 2 'No such file' env ZONEVET_CONFIG="$work/none" "$zonevet" zone zones/example.test.zone

# ---- what wins, and where it came from
printf 'version: 1\nprofile: strict\ngate: {fail_on: low}\n' >.zonevet.yaml
expect 'the file over the profile' 0 '^gate.fail_on  *low  *./.zonevet.yaml:3' "$zonevet" config show
expect 'ZONEVET_OPTS over the file' 0 '^gate.fail_on  *high  *ZONEVET_OPTS' env ZONEVET_OPTS='--fail-on high' "$zonevet" config show
expect 'the command line over all' 0 '^gate.fail_on  *never  *command line' \
    env ZONEVET_OPTS='--fail-on high' "$zonevet" config show --fail-on never
expect 'the profile' 0 '^dmarc.p-none  *severity high  *profile strict' "$zonevet" config show
expect 'what is not said' 0 '^limits.qps_per_server  *50  *default' "$zonevet" config show
expect 'ZONEVET_OPTS: options of other commands' 0 'PASSED' \
    env ZONEVET_OPTS='--record "some where" --check zone.syntax' "$zonevet" zone --no-config zones/example.test.zone
expect 'ZONEVET_OPTS: unknown option' 2 'ZONEVET_OPTS' env ZONEVET_OPTS='--fial-on low' "$zonevet" zone zones/example.test.zone
expect 'ZONEVET_OPTS: no option' 2 'options only' env ZONEVET_OPTS='zones' "$zonevet" zone zones/example.test.zone
expect 'ZONEVET_OPTS: open quote' 2 'no end' env ZONEVET_OPTS='--contact "x' "$zonevet" zone zones/example.test.zone
printf 'version: 1\nframeworks: [nist-800-53r5]\n' >.zonevet.yaml
expect 'keys without effect are told' 0 'frameworks.*zonevet.yaml:2: not used yet' "$zonevet" config show
expect 'and are no mistakes' 0 'note: frameworks' "$zonevet" config check

# ---- what it changes
cat >.zonevet.yaml <<'EOF'
version: 1
targets:
  - {name: example.test, zone: zones/example.test.zone, mail: false}
checks:
  - {id: soa.refresh-range, severity: high, options: ["min=10000"]}
  - {id: exposure.private-address, severity: info}
  - {id: spf.missing-nonmail, enabled: false}
  - {id: "tls-rpt.*", enabled: false}
gate: {fail_on: high}
outputs:
  - {format: json, path: report.json}
EOF
expect 'zones of the targets' 1 'soa.refresh-range' "$zonevet" zone --now 2026-01-01
same 'severity' high "$(result report.json soa.refresh-range severity)"
same 'severity before' low "$(result report.json soa.refresh-range severity_default)"
same 'outcome follows the severity' info "$(result report.json exposure.private-address outcome)"
same 'switched off' skipped "$(result report.json spf.missing-nonmail outcome)"
same 'switched off: the reason' disabled "$(result report.json spf.missing-nonmail skip_reason)"
same 'switched off by a pattern' disabled "$(result report.json tls-rpt.missing skip_reason)"
same 'mail of the target' not-applicable "$(result report.json spf.missing skip_reason)"
same 'profile of the run' default "$(python3 -I -c 'import json; print(json.load(open("report.json"))["run"]["profile"])')"
cp report.json first.json
expect 'the gate of the command line' 0 'PASSED' "$zonevet" zone --now 2026-01-01 --fail-on critical
expect '--mail speaks for all' 1 'spf.missing' "$zonevet" zone --now 2026-01-01 --mail yes
same 'mail by the command line' fail "$(result report.json spf.missing outcome)"
expect 'a check named on the command line runs' 0 'spf.missing-nonmail' "$zonevet" zone --now 2026-01-01 --check spf.missing-nonmail
same 'though it is switched off' fail "$(result report.json spf.missing-nonmail outcome)"
(cd zones && expect 'paths count from the file' 1 'soa.refresh-range' "$zonevet" zone --now 2026-01-01 -c ../.zonevet.yaml)
digest() { python3 -I -c 'import json, sys; print(json.load(open(sys.argv[1]))["run"]["config_digest"])' "$1"; }
"$zonevet" zone -q --now 2026-01-01 >/dev/null 2>&1
same 'the digest is the same for the same' "$(digest first.json)" "$(digest report.json)"
sed -i 's/min=10000/min=10001/' .zonevet.yaml
"$zonevet" zone -q --now 2026-01-01 >/dev/null 2>&1
[ "$(digest first.json)" != "$(digest report.json)" ] || fail "an option does not change the digest"
rm -f report.json
expect '-o replaces the outputs' 1 '"schema"' "$zonevet" zone --now 2026-01-01 -o json
[ ! -e report.json ] || fail "an output of the file in spite of -o"
expect 'lint writes no report of the file' 0 'PASSED' "$zonevet" lint spf 'v=spf1 mx -all'
[ ! -e report.json ] || fail "lint wrote the report of the configuration"
expect 'targets of the configuration' 0 'example.test' "$zonevet" audit --dry-run
printf 'other.test\n# comment\n' >domains.txt
printf 'version: 1\ntargets: [{name: example.test.}]\ntargets_file: [domains.txt]\n' >.zonevet.yaml
expect 'lists of targets' 0 'other.test' "$zonevet" audit --dry-run
expect 'arguments replace them' 0 'one.test' "$zonevet" audit --dry-run one.test
grep -q 'other.test' "$work/out" && fail "a configured target beside an argument"
printf 'version: 1\ntargets_file: [none.txt]\n' >.zonevet.yaml
expect 'a list that is not there' 2 'none.txt: No such file' "$zonevet" audit --dry-run
rm .zonevet.yaml "$work/xdg/zonevet/config.yaml"

# ---- the zone of a target
printf '@ 3600 SOA ns1 hostmaster 1 7200 3600 1209600 3600\n@ NS ns1.other.org.\n@ NS ns2.other.org.\n' >zones/unnamed
printf 'version: 1\ntargets: [{name: Unnamed.test, zone: zones/unnamed}]\n' >.zonevet.yaml
expect 'the target names its zone' 0 'unnamed.test., origin from the configuration' "$zonevet" zone -v --check zone.syntax
expect 'so do arguments' 0 'unnamed.test., origin from the configuration' "$zonevet" zone -v --check zone.syntax zones/unnamed
printf 'version: 1\ntargets: [{name: other.test, zone: zones/example.test.zone}]\n' >.zonevet.yaml
expect 'a file of another zone' 2 'does not hold the zone other.test' "$zonevet" zone --check zone.syntax
printf 'version: 1\ntargets: [{name: other.test, zone: zones/none}]\n' >.zonevet.yaml
expect 'a zone that is not there' 2 'zones/none' "$zonevet" zone --check zone.syntax
rm .zonevet.yaml

# ---- a recording keeps what the configuration said, whatever holds when it is replayed
printf '. 3600 IN NS a.root.\na.root. 3600 IN A 127.0.0.1\n' >hints
printf '. 3600 IN DS 1 13 2 %064d\n' 0 >anchor
cat >.zonevet.yaml <<'EOF'
version: 1
targets: [{name: x.test, mail: true}]
checks:
  - {id: soa.missing, severity: low}
  - {id: caa.missing, enabled: false}
gate: {fail_on: medium, on_error: ignore}
limits: {timeout: 50ms, retries: 0, deadline: 20s}
EOF
expect 'a live run by the configuration' 0 'PASSED' "$zonevet" audit --root-hints hints --trust-anchor anchor --dns-port 9 \
    --allow-private --now 2026-01-01 --record recorded -o json=live.json -p strict
same 'severity in a live run' low "$(result live.json soa.missing severity)"
rm .zonevet.yaml
expect 'replayed without it' 0 'PASSED' "$zonevet" audit --replay recorded --on-error ignore -o json=replayed.json
same_files 'the replay' live.json replayed.json

# ---- profiles
expect 'list of profiles' 0 '^strict  *[0-9]* checks' "$zonevet" list profiles
expect 'quick leaves checks out' 0 'PASSED' "$zonevet" zone -p quick --now 2026-01-01 --fail-on never -o json=quick.json zones/example.test.zone
same 'left out' '0 results' "$(result quick.json dangling.chain-long outcome)"
same 'profile of that run' quick "$(python3 -I -c 'import json; print(json.load(open("quick.json"))["run"]["profile"])')"
expect 'default lets it pass' 0 'tls-rpt.missing' "$zonevet" zone --check tls-rpt.missing --now 2026-01-01 zones/example.test.zone
expect 'strict fails at medium' 1 'MEDIUM *tls-rpt.missing' "$zonevet" zone -p strict --check tls-rpt.missing --now 2026-01-01 zones/example.test.zone

# ---- options of checks
expect 'explain shows options' 0 'days .*(default 3, from 1 to 365)' "$zonevet" explain dnssec.rrsig-expires-soon
expect 'list shows options' 0 'soa.refresh-range .*\[min=1200, max=86400\]' "$zonevet" list checks

# ---- config init
expect 'init' 0 'is written' "$zonevet" config init
expect 'what init writes is right' 0 'no mistake' "$zonevet" config check .zonevet.yaml
expect 'with its examples too' 0 'no mistake' bash -c "sed 's/^#\(  \|[a-z]\)/\1/' .zonevet.yaml >all.yaml; '$zonevet' config check all.yaml"
expect 'init replaces nothing' 2 'force' "$zonevet" config init
expect 'unless told to' 0 'is written' "$zonevet" config init --force
printf 'a.test\nB.test.\nbücher.test\n' >domains.txt
expect 'init from domains' 0 'is written' "$zonevet" config init --from-domains domains.txt other.yaml
expect 'their names' 0 '^targets\[2\].name  *xn--bcher-kva.test' "$zonevet" config show -c other.yaml
printf 'a.test\nnot a name\n' >domains.txt
expect 'init from no domains' 2 'domains.txt:2' "$zonevet" config init --from-domains domains.txt third.yaml
[ ! -e third.yaml ] || fail "init left half a file"
expect 'init where nobody can write' 4 'none' "$zonevet" config init "$work/none/x.yaml"

finish
