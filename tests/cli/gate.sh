#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Baselines and waivers from the command line: what they do to a run, and wrong input (outputs.md section 13).
# No network but one row, which is pointed at an unused loopback port.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1

now=(--no-config --now 2026-01-10)
zone=example.test.zone
printf '$ORIGIN example.test.\n@ 3600 SOA ns1 hostmaster 1 7200 3600 1209600 3600\n@ NS ns1.other.org.\n@ NS ns2.other.org.\n@ MX 10 mail\nmail A 198.41.0.4\n@ TXT "v=spf1 +all"\n_dmarc TXT "v=DMARC1; p=none; rua=mailto:d@example.test"\n' >$zone
checks=(--check 'spf.*' --check 'dmarc.*' --check 'zone.*' --check 'soa.*')

# ---- baseline -----------------------------------------------------------------------------------------------------
expect 'without a baseline it fails' 1 'open findings' "$zonevet" zone "${now[@]}" "${checks[@]}" $zone -o json=run.json -o ndjson=run.ndjson
expect 'create from zone files' 0 'b1.json: [0-9]* finding' "$zonevet" baseline create "${now[@]}" "${checks[@]}" --baseline b1.json $zone
expect 'create from JSON' 0 'finding' "$zonevet" baseline create "${now[@]}" --from run.json b2.json
expect 'create from NDJSON' 0 'finding' "$zonevet" baseline create "${now[@]}" --from run.ndjson b3.json
same_files 'JSON and zone file' b1.json b2.json
same_files 'JSON and NDJSON' b2.json b3.json
python3 -I -c 'import json,sys; b=json.load(open("b1.json")); f=[x["fp"] for x in b["findings"]]; sys.exit(not f or len(set(f)) != len(f))' ||
    fail "the baseline is no JSON with findings"
expect 'create does not overwrite' 2 'there already' "$zonevet" baseline create "${now[@]}" --baseline b1.json $zone
expect 'known findings pass with new-only' 0 'no new finding' "$zonevet" zone "${now[@]}" "${checks[@]}" --baseline b1.json --new-only $zone
expect 'and fail without it' 1 'open findings' "$zonevet" zone "${now[@]}" "${checks[@]}" --baseline b1.json $zone
expect 'critical ones can be kept out' 0 'above --max-severity high' "$zonevet" baseline create "${now[@]}" --max-severity high --from run.json b4.json
expect 'then they are new' 1 'new findings' "$zonevet" zone "${now[@]}" "${checks[@]}" --baseline b4.json --new-only $zone
grep -q critical b4.json && fail "a critical finding in b4.json"
expect 'standard input' 0 'finding' bash -c "'$zonevet' baseline create --no-config --now 2026-01-10 --from - b5.json <run.json"
expect 'show' 0 '^critical  *spf.all-pass' "$zonevet" baseline show --no-config b1.json

sed 's/v=spf1 +all/v=spf1 mx -all/' $zone >fixed.zone
expect 'fixed findings are said' 0 'baseline prune' "$zonevet" zone "${now[@]}" "${checks[@]}" --baseline b1.json --new-only --origin example.test fixed.zone
cp b1.json p.json
expect 'what was not asked is not fixed' 0 'nothing to change' "$zonevet" baseline prune "${now[@]}" --check 'soa.*' --baseline p.json --origin example.test fixed.zone
same_files 'untouched' b1.json p.json
expect 'prune' 0 ' 1 removed' "$zonevet" baseline prune "${now[@]}" "${checks[@]}" --baseline p.json --origin example.test fixed.zone
grep -q spf.all-pass p.json && fail "not pruned"
expect 'update adds' 0 '(1 added' "$zonevet" baseline update --no-config --now 2026-02-01 "${checks[@]}" --baseline p.json $zone
grep -q 'spf.all-pass.*"first_seen": "2026-02-01"' p.json || fail "update: no new date"
grep -q '"first_seen": "2026-01-10"' p.json || fail "update: old dates are gone"
printf '$ORIGIN other.test.\n@ 3600 SOA ns1 hostmaster 1 7200 3600 1209600 3600\n@ NS ns1.other.org.\n@ NS ns2.other.org.\n' >other.test.zone
cp b1.json o.json
expect 'other targets are left alone' 0 'o.json' "$zonevet" baseline prune "${now[@]}" "${checks[@]}" --baseline o.json other.test.zone
same_files 'untouched by another target' b1.json o.json

expect 'new-only without a baseline' 2 '\-\-baseline FILE' "$zonevet" zone "${now[@]}" --new-only $zone
expect 'missing baseline' 2 'none.json' "$zonevet" zone "${now[@]}" --baseline none.json --new-only $zone
expect 'baseline is a folder' 2 'regular file' "$zonevet" zone "${now[@]}" --baseline . $zone
printf '{"schema": "zonevet.baseline",\n"versoin": 1}' >bad.json
expect 'broken baseline: file, line, key' 2 'bad.json:2: unknown key "versoin"; did you mean "version"' "$zonevet" zone "${now[@]}" --baseline bad.json $zone
expect 'an audit too, before anything is asked' 2 'bad.json:2' "$zonevet" audit --no-config --baseline bad.json x.test
expect 'a report is no baseline' 2 'zonevet.baseline' "$zonevet" zone "${now[@]}" --baseline run.json $zone
expect 'a baseline is no report' 2 'zonevet.report' "$zonevet" baseline create --no-config --from b1.json x.json
expect 'a zone is no report' 2 'expected a report' "$zonevet" baseline create --no-config --from $zone x.json
head -3 run.ndjson >cut.ndjson
expect 'half a stream is no run' 2 'cut short' "$zonevet" baseline create --no-config --from cut.ndjson x.json
expect 'baseline without a verb' 2 'create, update, prune' "$zonevet" baseline
expect 'unknown verb' 2 'did you mean create' "$zonevet" baseline creat
expect 'nothing to judge' 2 'expected zone files' "$zonevet" baseline create --no-config --baseline x.json
expect 'from and zone files' 2 'one baseline file' "$zonevet" baseline create --no-config --from run.json --baseline x.json $zone
expect 'update of nothing' 2 'none.json' "$zonevet" baseline update --no-config --baseline none.json $zone
expect 'missing zone' 2 'none.zone' "$zonevet" baseline create --no-config --baseline x.json none.zone
expect 'unknown severity' 2 'did you mean' "$zonevet" baseline create --no-config --max-severity hihg --from run.json x.json
expect 'unwritable' 4 'none' "$zonevet" baseline create "${now[@]}" --baseline none/x.json $zone
truncate -s 5G huge.json
expect "a baseline without end" 2 "larger than" "$zonevet" zone "${now[@]}" --baseline huge.json $zone
expect "waivers without end" 2 "larger than" "$zonevet" zone "${now[@]}" --waivers huge.json $zone
expect "a run without end" 2 "larger than" "$zonevet" baseline create --no-config --from huge.json x.json
[ -e x.json ] && fail "a refused command wrote a file"
ln -s b1.json link.json
expect 'links are not followed' 4 'symbolic link' "$zonevet" baseline update --no-config --now 2026-02-01 --baseline link.json --origin example.test fixed.zone

# ---- waivers ------------------------------------------------------------------------------------------------------
add=("$zonevet" waiver add "${now[@]}" --waivers w.yaml --check spf.all-pass --target Example.TEST)
expect 'add' 0 'w.yaml' "${add[@]}" --reason 'The supplier moves' --owner me@example.test --expires 2026-03-31
cp w.yaml before.yaml
expect 'no owner' 2 'owner' "${add[@]}" --reason 'The supplier moves' --expires 2026-03-31
expect 'no reason to speak of' 2 'reason' "${add[@]}" --reason because --owner me --expires 2026-03-31
expect 'too far ahead' 2 '180 days' "${add[@]}" --reason 'The supplier moves' --owner me --expires 2026-12-31
expect 'no day' 2 'YYYY-MM-DD' "${add[@]}" --reason 'The supplier moves' --owner me --expires soon
expect 'everything' 2 'refused' "$zonevet" waiver add "${now[@]}" --waivers w.yaml --check '*' --target x.test --reason 'The supplier moves' --owner me --expires 2026-03-31
expect 'unknown check' 2 'did you mean' "$zonevet" waiver add "${now[@]}" --waivers w.yaml --check spf.al-pass --target x.test --reason 'The supplier moves' --owner me --expires 2026-03-31
same_files 'refused entries change nothing' before.yaml w.yaml
expect 'list' 0 'W-2026-001' "$zonevet" waiver list "${now[@]}" --waivers w.yaml
expect 'a waived finding passes' 0 'waived until 2026-03-31' "$zonevet" zone "${now[@]}" "${checks[@]}" --waivers w.yaml $zone
expect 'by subject in another script' 0 'w2.yaml' "$zonevet" waiver add "${now[@]}" --waivers w2.yaml --check spf.all-pass --target bücher.test --reason 'The supplier moves' --owner me --expires 2026-03-31
expect 'as A-label' 0 'xn--bcher-kva.test' "$zonevet" waiver list "${now[@]}" --waivers w2.yaml
later=(--no-config --now 2026-04-01)
expect 'an expired one does not' 1 'expired on 2026-03-31' "$zonevet" zone "${later[@]}" "${checks[@]}" --waivers w.yaml $zone
expect 'strict' 2 'w.yaml:[0-9]*: expires' "$zonevet" zone "${later[@]}" --waivers w.yaml --strict-waivers $zone
expect 'check: fine' 0 '0 of 1' "$zonevet" waiver check "${now[@]}" --waivers w.yaml --from run.json
expect 'check: expired' 1 'expired' "$zonevet" waiver check "${later[@]}" --waivers w.yaml
sed 's/spf.all-pass/spf.all-neutral/; /created/d' w.yaml >unused.yaml
expect 'check: unused' 1 'no finding matches' "$zonevet" waiver check "${now[@]}" --waivers unused.yaml --from run.json
expect 'check: nobody knows without a run' 0 '\-\-from' "$zonevet" waiver check "${now[@]}" --waivers unused.yaml
sed 's/2026-03-31/2026-12-31/' w.yaml >far.yaml
expect 'check: too far' 1 'too far' "$zonevet" waiver check "${now[@]}" --waivers far.yaml
expect 'a run refuses it' 2 'far.yaml:[0-9]*: expires' "$zonevet" zone "${now[@]}" --waivers far.yaml $zone
sed 's/owner/ownr/' w.yaml >bad.yaml
expect 'broken waivers: file, line, key' 2 'bad.yaml:[0-9]*: ownr: unknown key; did you mean .owner' "$zonevet" zone "${now[@]}" --waivers bad.yaml $zone
expect 'missing waivers' 2 'none.yaml' "$zonevet" zone "${now[@]}" --waivers none.yaml $zone
fp=$(python3 -I -c 'import json; print([r["fingerprint"] for t in json.load(open("run.json"))["targets"] for r in t["results"] if r["check"] == "spf.all-pass"][0])')
expect 'add by finding' 0 'spf.all-pass' "$zonevet" waiver add "${now[@]}" --waivers w3.yaml --finding "${fp:0:12}" --from run.json --reason 'The supplier moves' --owner me --expires 2026-03-31
expect 'and it is for that one' 0 'waived until' "$zonevet" zone "${now[@]}" "${checks[@]}" --waivers w3.yaml $zone
expect 'no such finding' 2 'no finding' "$zonevet" waiver add "${now[@]}" --waivers w3.yaml --finding 0123456789ab --from run.json --reason 'The supplier moves' --owner me --expires 2026-03-31
expect 'waiver without a verb' 2 'add, list and check' "$zonevet" waiver
expect 'unknown verb' 2 'did you mean check' "$zonevet" waiver chek

expect 'waived findings stay out of a baseline' 0 '1 waived stays out' "$zonevet" baseline create "${now[@]}" "${checks[@]}" --waivers w.yaml --baseline wb.json $zone
grep -q spf.all-pass wb.json && fail "a waived finding is in the baseline"

# ---- comments -----------------------------------------------------------------------------------------------------
inline='zonevet:ignore check=spf.all-pass until=2026-03-31 owner=me reason="the supplier moves"'
sed "s/+all\"/+all\" ; $inline/" $zone >behind.zone
sed "s/^@ TXT/; $inline\n@ TXT/" $zone >above.zone
sed "s/^mail A.*/& ; $inline/" $zone >elsewhere.zone
expect 'behind the record' 0 'waived until 2026-03-31 by me' "$zonevet" zone "${now[@]}" "${checks[@]}" --origin example.test behind.zone
expect 'above the record' 0 'waived until' "$zonevet" zone "${now[@]}" "${checks[@]}" --origin example.test above.zone
expect 'at another record it is unused' 1 'elsewhere.zone:6: .*no finding matches' "$zonevet" zone "${now[@]}" "${checks[@]}" --origin example.test elsewhere.zone
expect 'expired' 1 'behind.zone:7: .*expired' "$zonevet" zone "${later[@]}" "${checks[@]}" --origin example.test behind.zone
expect 'expired and strict' 2 'behind.zone:7: .*expired' "$zonevet" zone "${later[@]}" --strict-waivers --origin example.test behind.zone
sed 's/owner=/ownr=/' behind.zone >broken.zone
expect 'a broken one is noted' 1 "broken.zone:7: .*did you mean 'owner'" "$zonevet" zone "${now[@]}" "${checks[@]}" --origin example.test broken.zone
expect 'a broken one and strict' 2 "broken.zone:7: .*did you mean 'owner'" "$zonevet" zone "${now[@]}" --strict-waivers --origin example.test broken.zone

# ---- live ---------------------------------------------------------------------------------------------------------
printf '. 3600 IN NS a.root.\na.root. 3600 IN A 127.0.0.1\n' >hints
printf '. 3600 IN DS 1 13 2 %064d\n' 0 >anchor
live=(--no-config --live --root-hints hints --trust-anchor anchor --dns-port 9 --allow-private --timeout 50ms --retries 0 --deadline 20s)
cp b1.json l.json
expect 'silence fixes nothing' 0 'nothing to change' "$zonevet" baseline prune "${live[@]}" --baseline l.json example.test
same_files 'untouched by silence' b1.json l.json

sed 's/"check": "spf.all-pass"\(.*\)"subject": "example.test."/"check": "dangling.cname-nxdomain"\1"subject": "old.example.test."/' b1.json >names.json
"$zonevet" audit "${live[@]:0:1}" "${live[@]:2}" -q --record rec --baseline names.json example.test
grep -q '^name old.example.test.' rec/run.txt || fail "a name with a known finding is not looked at again"
expect 'a recording is held against a baseline too' 3 'names.json: \|undetermined' "$zonevet" audit --no-config --replay rec --baseline names.json
expect 'and needs one for new-only' 2 '\-\-baseline FILE' "$zonevet" audit --no-config --replay rec --new-only

finish
