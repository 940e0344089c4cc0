#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Report formats from the command line: several at once, their options, what CI systems are told, the job summary.
# No network.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
unset GITHUB_WORKSPACE CI_PROJECT_DIR GITHUB_ACTIONS GITHUB_STEP_SUMMARY GITHUB_SERVER_URL GITHUB_REPOSITORY GITHUB_SHA CI_PROJECT_URL CI_COMMIT_SHA

# holds NAME FILE JQ: the expression is true of the file
holds() {
    jq -e "$3" "$2" >/dev/null || fail "$1: $3"
}

mkdir -p old new
cat >old/example.test.zone <<'END'
$ORIGIN example.test.
@ 3600 SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ NS ns1.other.org.
@ NS ns2.other.org.
www A 198.41.0.4
@ TXT "v=spf1 +all"
END
sed -e 's/hostmaster 1/hostmaster 2/' -e 's/^www.*/www CNAME gone/' -e 's/+all/-all/' old/example.test.zone >new/example.test.zone
run=(diff --no-config --now 2026-01-10 --check 'spf.all-pass' --check 'dangling.cname-nxdomain' --fail-on medium old new)

formats=(json ndjson junit html sarif sarif-full codequality github markdown gcc csv)
wishes=()
for format in "${formats[@]}"; do
    wishes+=(-o "$format=r.$format")
done
expect 'all formats at once' 1 'FAILED (exit 1)' "$zonevet" "${run[@]}" "${wishes[@]}"
for format in "${formats[@]}"; do
    [ -s "r.$format" ] || fail "$format is empty"
done
holds 'json counts' r.json '.summary | .new == 1 and .fixed == 1 and .waived == 0'
holds 'json sides' r.json '.run.gate | .old_side == "old" and .new_side == "new" and .new_only'
holds 'json location with its end' r.json '[.targets[].results[] | select(.state == "new")][0].location | .line == 5 and .end_line == 5 and .end_column > .column'
holds 'json fixed' r.json '.targets[0].fixed[0].check == "spf.all-pass"'
holds 'sarif' r.sarif '.runs[0].results | length == 1 and .[0].ruleId == "dangling.cname-nxdomain" and .[0].level == "warning"'
holds 'sarif place' r.sarif '.runs[0].results[0].locations[0].physicalLocation | .artifactLocation.uri == "new/example.test.zone" and .region.startLine == 5 and .region.snippet.text == "www CNAME gone"'
holds 'sarif-full' r.sarif-full '[.runs[0].results[] | .baselineState | strings] | sort == ["absent", "new"]'
holds 'code quality' r.codequality 'length == 1 and .[0].location.lines.begin == 5'
grep -q '^::warning file=new/example.test.zone,line=5,' r.github || fail 'github'
grep -q '^new/example.test.zone:5:1: warning: .*\[dangling.cname-nxdomain\]$' r.gcc || fail 'gcc'
grep -q '^\*\*Failed\*\*: 1 new finding (1 medium), 1 fixed, 0 unchanged, 0 waived, 0 undetermined$' r.markdown || fail 'markdown'
[ "$(grep -c '"fixed"' r.csv)" = 1 ] || fail 'csv'
"$zonevet" "${run[@]}" "${wishes[@]/r./s.}" >/dev/null 2>&1
for format in "${formats[@]}"; do
    cmp -s "r.$format" "s.$format" || fail "$format: the same run gives other octets"
done

# ---- options ------------------------------------------------------------------------------------------------------
expect 'level' 0 '"level":"note"' "$zonevet" "${run[@]}" -o sarif --fail-on never --sarif-max-level note
expect 'unknown level' 2 "did you mean 'note'" "$zonevet" "${run[@]}" --sarif-max-level nots
expect 'limit too small' 2 'whole number from 2000' "$zonevet" "${run[@]}" --markdown-limit 10
expect 'limit' 1 'zonevet:default' "$zonevet" "${run[@]}" -o markdown --markdown-limit 2000
expect 'byte order mark' 1 "^$(printf '\xef\xbb\xbf')run_id" "$zonevet" "${run[@]}" -o csv --csv-bom
expect 'changed files' 1 '::warning' "$zonevet" "${run[@]}" -o github --changed-files new/example.test.zone,other
printf 'new/example.test.zone\n' >list
expect 'changed files in a file' 1 '::warning' "$zonevet" "${run[@]}" -o github --changed-files @list
expect 'no such list' 2 'none: No such file' "$zonevet" "${run[@]}" -o github --changed-files @none
expect 'anchor needs a path' 2 'a path was expected' "$zonevet" "${run[@]}" -o sarif --sarif-anchor ''

# ---- CI -----------------------------------------------------------------------------------------------------------
expect 'provenance' 1 '"repositoryUri":"https://git.example/org/repo","revisionId":"c0ffee"' \
    env GITHUB_SERVER_URL=https://git.example GITHUB_REPOSITORY=org/repo GITHUB_SHA=c0ffee "$zonevet" "${run[@]}" -o sarif
expect 'provenance of GitLab' 1 '"repositoryUri":"https://git.example/org/repo","revisionId":"c0ffee"' \
    env CI_PROJECT_URL=https://git.example/org/repo CI_COMMIT_SHA=c0ffee "$zonevet" "${run[@]}" -o sarif
env CI_PROJECT_URL='javascript:x' CI_COMMIT_SHA=c0ffee "$zonevet" "${run[@]}" -o sarif 2>/dev/null | grep -q repositoryUri && fail 'provenance is https'

mkdir -p sub && cp -r old new sub
(cd sub && env GITHUB_WORKSPACE="$work" "$zonevet" "${run[@]}" -o github 2>/dev/null) | grep -q '^::warning file=sub/new/example' ||
    fail 'paths from the root of the repository'

printf 'of another step\n' >summary
expect 'job summary' 1 '::warning' env GITHUB_STEP_SUMMARY=summary "$zonevet" "${run[@]}" -o github
head -1 summary | grep -q '^of another step$' || fail 'the summary of others stays'
sed 1d summary | cmp -s - r.markdown || fail 'the job summary is the Markdown report'
"$zonevet" "${run[@]}" -o github 2>/dev/null | grep -v '^::' && fail 'only commands on standard output'
"$zonevet" "${run[@]}" -o github >both 2>&1
tail -1 both | grep -q '^::warning' || fail 'commands come after the text'
expect 'no summary without annotations' 1 FAILED env GITHUB_STEP_SUMMARY=untouched "$zonevet" "${run[@]}"
[ ! -e untouched ] || fail 'the summary is for -o github only'
expect 'summary that cannot be written' 4 'GITHUB_STEP_SUMMARY' env GITHUB_STEP_SUMMARY=/dev/full "$zonevet" "${run[@]}" -o github

finish
