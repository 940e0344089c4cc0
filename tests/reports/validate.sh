#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# validate.sh RENDER SOURCE_DIR: writes reports with RENDER and hands them to the validators of their readers.
# Ends with 77 (skipped) where a validator is not installed.
set -eu
render=$1
source=$2
schema=$source/reports/schema

for tool in xmllint jq cmark-gfm tidy /usr/bin/python3; do
    command -v "$tool" >/dev/null || { echo "skipped: $tool is missing (scripts/install test)"; exit 77; }
done
for module in jsonschema junitparser; do
    /usr/bin/python3 -I -c "import $module" 2>/dev/null || { echo "skipped: python3-$module is missing (scripts/install test)"; exit 77; }
done

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$render" "$folder"
cd "$folder"
# The largest run must stay within what readers take; for the rest it has the shape of the others, and Python is slow.
[ "$(jq '.runs[0].results | length' large.sarif)" -le 25000 ]
[ "$(gzip -c large.sarif | wc -c)" -lt 10000000 ]
[ "$(wc -c <large.md)" -le 60000 ]
[ "$(grep -c '^::' large.annotations)" -le 30 ]
rm -f large.*

for file in *.json *.ndjson; do
    jq -e . "$file" >/dev/null
done
/usr/bin/python3 -I "$source/tests/reports/validate_json.py" "$schema/zonevet.report.schema.json" *.json *.ndjson

/usr/bin/python3 -I "$source/tests/reports/validate_formats.py" "$schema" sample hostile empty change baseline

xmllint --noout --relaxng "$schema/junit-common.rng" *.common.xml
xmllint --noout --schema "$schema/junit-strict.xsd" *.strict.xml
if xmllint --noout --schema "$schema/junit-strict.xsd" sample.common.xml 2>/dev/null; then
    echo "the strict schema takes the common dialect"
    exit 1
fi

for file in *.html; do
    # libxml2 knows no HTML 5 elements and says so; anything else is an error. Its own limits end at deep or huge pages.
    xmllint --html --noout --huge "$file" 2>&1 | grep ' error : ' | grep -v 'error : Tag .* invalid' && exit 1
    [ "$(tail -c 8 "$file")" = "</html>" ]
    # Nothing is loaded from anywhere: the only addresses outside are those of links.
    grep -oE '[a-zA-Z:-]+="https?:[^"]*"' "$file" | grep -v '^href=' && exit 1
    grep -oE '<[a-zA-Z]+ href="https?:' "$file" | grep -v '^<a ' && exit 1
    grep -iE '@import|url\(' "$file" && exit 1
    tidy -errors -quiet --drop-empty-elements no "$file" 2>&1 | grep ' - Error:' && exit 1
done

echo "all reports are valid"
