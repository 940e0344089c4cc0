#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The front door with wrong input: exit codes of outputs.md section 13, and errors that name what was expected.
# No network: what would need it is pointed at an unused loopback port.
. "$(dirname "$0")/lib.sh"

hints="$work/hints"
anchor="$work/anchor"
printf '. 3600 IN NS a.root.\na.root. 3600 IN A 127.0.0.1\n' >"$hints"
printf '. 3600 IN DS 1 13 2 %064d\n' 0 >"$anchor"
live=(--root-hints "$hints" --trust-anchor "$anchor" --dns-port 9 --allow-private --timeout 50ms --retries 0 --deadline 20s)
zone="$work/example.test.zone"
printf '$ORIGIN example.test.\n@ 3600 SOA ns1 hostmaster 1 7200 3600 1209600 3600\n@ NS ns1.other.org.\n@ NS ns2.other.org.\nwww A 198.41.0.4\n' >"$zone"

expect 'no command' 2 'Usage' "$zonevet"
expect 'help' 0 'audit domains live' "$zonevet" --help
expect 'help of a command' 0 'fail-on' "$zonevet" audit --help
expect 'version' 0 '^zonevet ' "$zonevet" version
expect 'unknown command' 2 "did you mean 'audit'" "$zonevet" audti
expect 'unknown option' 2 'did you mean --fail-on' "$zonevet" audit --fial-on high x.test
expect 'option of another command' 2 'there is no option' "$zonevet" zone --resolver 127.0.0.1 "$zone"
expect 'unknown check' 2 'did you mean' "$zonevet" zone --check spf.al-pass "$zone"
expect 'unknown area' 2 "did you mean 'dnssec'" "$zonevet" zone --only-areas dnsec "$zone"
expect 'unknown format' 2 "did you mean 'junit'" "$zonevet" zone -o junti "$zone"
expect 'two reports on standard output' 2 'only one report' "$zonevet" zone -o json -o junit "$zone"
expect 'unknown severity' 2 'did you mean' "$zonevet" zone --fail-on hihg "$zone"
expect 'bad number' 2 'whole number' "$zonevet" zone -j 0 "$zone"
expect 'bad duration' 2 'expected a number and a unit' "$zonevet" audit --timeout 3 x.test
expect 'bad time' 2 'is no time' "$zonevet" zone --now yesterday "$zone"
expect 'explain nothing' 2 'takes the id' "$zonevet" explain
expect 'explain the unknown' 2 'did you mean' "$zonevet" explain xfr.axfr-opne
expect 'explain' 0 'Why it matters' "$zonevet" explain xfr.axfr-open
expect 'list checks' 0 '^spf.all-pass ' "$zonevet" list checks
expect 'list formats' 0 '^junit ' "$zonevet" list formats
expect 'list the unknown' 2 "did you mean 'checks'" "$zonevet" list check

expect 'no target' 5 'no target' "$zonevet" audit "${live[@]}"
expect 'not a domain' 2 'no domain name' "$zonevet" audit "${live[@]}" 'not a name'
expect 'label too long' 2 '63 octets' "$zonevet" audit "${live[@]}" "$(printf 'a%.0s' {1..64}).test"
expect 'missing target list' 2 'No such file' "$zonevet" audit "${live[@]}" --targets "$work/none"
expect 'missing hints' 2 'No such file' "$zonevet" audit --root-hints "$work/none" x.test
printf 'this is no hints file\n' >"$work/bad"
expect 'broken hints' 2 'bad:1' "$zonevet" audit --root-hints "$work/bad" --trust-anchor "$anchor" x.test
expect 'broken anchor' 2 'bad:1' "$zonevet" audit --root-hints "$hints" --trust-anchor "$work/bad" x.test
expect 'nobody answers' 3 'undetermined' "$zonevet" audit "${live[@]}" x.test
if grep -qE '^ +(CRITICAL|HIGH|MEDIUM) ' "$work/out" && ! grep -q 'UNKNOWN' "$work/out"; then
    grep -E '^ +(CRITICAL|HIGH|MEDIUM)' "$work/out" | grep -vi 'undetermined' | head -3
fi
"$zonevet" audit "${live[@]}" -o "json=$work/silent.json" -q x.test
if ! python3 -I - "$work/silent.json" <<'PY'
import json, sys
report = json.load(open(sys.argv[1]))
results = [r for t in report["targets"] for r in t["results"]]
bad = [r["check"] for r in results if r["outcome"] in ("fail", "info")]
live = [r["check"] for r in results if r["outcome"] == "pass" and r["severity"] in ("critical", "high")]
print("findings without an answer:", bad) if bad else None
print("passes without an answer:", live) if live else None
sys.exit(1 if bad or live or not results else 0)
PY
then
    fail 'silence is neither a finding nor a pass'
fi
expect 'one target of two is no name' 3 'no domain name' "$zonevet" audit "${live[@]}" x.test 'bad name'
expect 'dry run' 0 'nothing is sent' "$zonevet" audit "${live[@]}" --dry-run x.test
expect 'replay of nothing' 2 'run.txt' "$zonevet" audit --replay "$work"
expect 'IDN' 3 'xn--bcher-kva' "$zonevet" audit "${live[@]}" --check soa.missing 'bücher.test'

expect 'no zone file' 5 'no zone file' "$zonevet" zone
expect 'missing zone file' 2 'No such file' "$zonevet" zone "$work/none.zone"
mkdir "$work/empty"
expect 'directory without a zone' 5 'no zone file' "$zonevet" zone "$work/empty"
mkfifo "$work/fifo"
expect 'FIFO' 2 'regular file' "$zonevet" zone "$work/fifo"
expect 'device' 2 'regular file' "$zonevet" zone /dev/zero
expect 'no origin' 2 'origin' "$zonevet" zone - 
printf 'www A 1.2.3\n$INCLUDE /etc/passwd\nftp A x\n' | cat "$zone" - >"$work/broken.example.test.zone"
expect 'syntax errors are findings' 1 'broken.example.test.zone:6:7' "$zonevet" zone "$work/broken.example.test.zone"
expect 'all of them' 1 'broken.example.test.zone:8:7' "$zonevet" zone "$work/broken.example.test.zone"
expect 'and the include' 1 'zone.include-outside' "$zonevet" zone "$work/broken.example.test.zone"
expect 'clean zone' 0 'PASSED' "$zonevet" zone --check 'zone.*' "$zone"
expect 'the same zone twice' 1 'zone.duplicate-zone' "$zonevet" zone "$zone" "$work/broken.example.test.zone"
expect 'gate: never' 0 'PASSED' "$zonevet" zone --fail-on never "$work/broken.example.test.zone"
expect 'exit zero' 0 'FAILED' "$zonevet" zone --exit-zero "$work/broken.example.test.zone"
expect 'origin from the option' 0 'PASSED' "$zonevet" zone --origin other.test --check zone.syntax "$zone"

expect 'lint passes' 0 'PASSED' "$zonevet" lint spf 'v=spf1 mx -all'
expect 'lint fails' 1 'spf.all-pass' "$zonevet" lint spf 'v=spf1 +all'
expect 'lint of DMARC' 1 'dmarc.p-invalid' "$zonevet" lint dmarc 'v=DMARC1; p=maybe'
expect 'lint the unknown' 2 'did you mean spf' "$zonevet" lint spff 'v=spf1'
expect 'ask nothing' 2 'takes a question' "$zonevet" ask
expect 'ask the unknown' 2 'did you mean dmarc' "$zonevet" ask dmrc x.test
expect 'ask spf without address' 2 'takes --ip' "$zonevet" ask spf
expect 'ask with nobody there' 3 '.' "$zonevet" ask dnssec "${live[@]}" x.test

expect 'output into a missing folder' 4 "$work/none/x" "$zonevet" zone -o "json=$work/none/x" "$zone"
echo before >"$work/old"
ln -s "$work/old" "$work/link"
expect 'output through a link' 4 'link' "$zonevet" zone -o "json=$work/link" "$zone"
expect 'output is a folder' 4 'empty' "$zonevet" zone -o "json=$work/empty" "$zone"
expect 'full disk' 4 'could not be' "$zonevet" zone -o "json=/dev/full" "$zone"
[ "$(cat "$work/old")" = before ] || fail "an earlier file was touched"

"$zonevet" zone "$zone" -o json 2>/dev/null | python3 -I -c 'import json,sys; json.load(sys.stdin)' ||
    fail "standard output holds more than the report"
NO_COLOR=1 "$zonevet" zone "$zone" | grep -q $'\033' && fail "colour in spite of NO_COLOR"

# SIGINT: what is finished is written, marked incomplete. A socket that takes everything and says nothing.
/usr/bin/python3 -I -c '
import socket, sys, time
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.bind(("127.0.0.1", 0))
print(u.getsockname()[1], flush=True)
time.sleep(60)' >"$work/port" &
silent=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ -s "$work/port" ] && break
    sleep 0.2
done
"$zonevet" audit --root-hints "$hints" --trust-anchor "$anchor" --dns-port "$(cat "$work/port")" --allow-private \
    -o "json=$work/int.json" -q a.test b.test &
pid=$!
sleep 1
kill -INT $pid
wait $pid
code=$?
kill $silent
wait $silent 2>/dev/null
if [ $code -ne 130 ] || ! grep -q '"outcome": *"incomplete"' "$work/int.json"; then
    fail "SIGINT: exit $code, $(head -c 200 "$work/int.json" 2>/dev/null)"
fi

finish
