#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Zone files through the front door: what is no file, what never ends, what comes from standard input, and every error of
# a file in one run.
. "$(dirname "$0")/lib.sh"
export HOME="$work"
cd "$work" || exit 1

head='$ORIGIN example.test.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ NS ns1
@ NS ns2
ns1 A 192.0.2.1
ns2 A 198.51.100.1'
printf '%s\n' "$head" 'www A 192.0.2.7' >good.zone
printf '%s\n' "$head" 'www A 192.0.2' 'x MX 70000 www' 'y A 192.0.2.8' 'z TXT "open' >bad.zone

expect "a sound file" 0 "PASSED" "$zonevet" zone --check 'zone.*' good.zone
expect "every error in one run" 1 "bad.zone:8:7" "$zonevet" zone --check 'zone.*' bad.zone
expect "the second" 1 "bad.zone:9:6" "$zonevet" zone --check 'zone.*' bad.zone
expect "the third" 1 "bad.zone:11:12" "$zonevet" zone --check 'zone.*' bad.zone
input=good.zone expect "standard input" 0 "PASSED" "$zonevet" zone --check 'zone.*' -
mkfifo pipe.zone
expect "a FIFO" 2 "not a regular file" "$zonevet" zone pipe.zone
expect "a device" 2 "not a regular file" "$zonevet" zone /dev/zero
expect "a file that is not there" 2 "no-such.zone" "$zonevet" zone no-such.zone

# A line of more than 4 GiB: sparse, so it costs no disk; one error, and reading goes on behind it.
printf '%s\n' "$head" 'a A 192.0.2.9' >long.zone
truncate -s 4300M long.zone
printf '\nb A 192.0.2\n' >>long.zone
expect "a line of 4 GiB" 1 "long.zone:9:1" "$zonevet" zone --check zone.syntax long.zone
expect "what stands behind it" 1 "long.zone:10:5" "$zonevet" zone --check zone.syntax long.zone
rm -f long.zone

# A file that grows as it is read.
python3 -I - <<'PY'
with open("grows.zone", "w") as out:
    out.write("$ORIGIN example.test.\n$TTL 3600\n@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n")
    for i in range(400000):
        out.write(f"h{i} A 192.0.2.{i % 250}\n")
PY
(for ((i = 0; i < 2000; i++)); do echo "; more" >>grows.zone; sleep 0.005; done) &
writer=$!
expect "a file that changes while it is read" 2 "changed while it was read" "$zonevet" zone --check zone.syntax grows.zone
kill $writer
wait $writer 2>/dev/null

finish
