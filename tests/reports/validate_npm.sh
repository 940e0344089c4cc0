#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# validate_npm.sh RENDER SOURCE_DIR CACHE_DIR: SARIF by Microsoft's validator with the rules of GitHub, and by the published
# schema; HTML by html-validate. They come from npm once and stay in CACHE_DIR (about 125 MB). Ends with 77 (skipped) without
# npm or its registry: then the schemas of our own in validate.sh are all that was checked.
set -eu
render=$1
source=$2
cache=$3
tools="@microsoft/sarif-multitool@5.7.0 html-validate@10.17.0"
schema_package="@microsoft/jest-sarif@1.0.0-beta.0" # carries sarif-2.1.0-rtm.5.json; its own code is not used

command -v node >/dev/null && command -v npm >/dev/null || { echo "skipped: npm is not installed (scripts/install npm)"; exit 77; }

fetch() {
    rm -rf "$cache/new"
    mkdir -p "$cache/new"
    (
        cd "$cache/new"
        echo '{"name": "validators", "private": true}' >package.json
        # No script of a package is run; the one program that is needed is made executable below.
        npm install --ignore-scripts --no-audit --no-fund --no-update-notifier $tools
        npm pack --ignore-scripts "$schema_package"
        tar xzf microsoft-jest-sarif-*.tgz
    ) >"$cache/npm.log" 2>&1 || return 1
    rm -rf "$cache/tools"
    mv "$cache/new" "$cache/tools"
}

mkdir -p "$cache"
if [ "$(cat "$cache/have" 2>/dev/null)" != "$tools $schema_package" ]; then
    fetch || { echo "skipped: npm could not fetch $tools; see $cache/npm.log"; exit 77; }
    echo "$tools $schema_package" >"$cache/have"
fi
modules=$cache/tools/node_modules
multitool=$modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
published=$cache/tools/package/lib/schemas/sarif-2.1.0-rtm.5.json

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$render" "$folder"
cd "$folder"
rm -f large.*

/usr/bin/python3 -I - "$published" ./*.sarif <<'END'
import json, sys
import jsonschema
validator = jsonschema.Draft4Validator(json.load(open(sys.argv[1])))
failed = 0
for path in sys.argv[2:]:
    for error in validator.iter_errors(json.load(open(path))):
        print("%s: %s: %s" % (path, list(error.absolute_path), error.message[:300]))
        failed = 1
sys.exit(failed)
END

if [ "$(uname -m)" = x86_64 ]; then
    chmod u+x "$multitool"
    export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
    for file in *.sarif; do
        # It ends with 0 whatever it finds. SARIF2005 asks for a home page of the tool (a warning); SARIF2006 says that no
        # schema was fetched (a note).
        "$multitool" validate "$file" --rule-kind "Sarif;Ghas" --level "Error;Warning" -o found.out --log ForceOverwrite >tool.out 2>&1
        jq -e '.runs[0].invocations[0].executionSuccessful != false' found.out >/dev/null || { cat tool.out; exit 1; }
        jq -r --arg file "$file" '.runs[].results[] | select(.ruleId != "SARIF2005" and .level != "note") |
            "\($file): \(.ruleId) \(.level // "warning") \(.message.arguments)"' found.out >bad.out
        [ ! -s bad.out ] || { cat bad.out; exit 1; }
    done
else
    echo "not checked: the SARIF validator has no program for $(uname -m)"
fi

# open="open" is what XSLT writes; the rest of the recommended rules holds.
echo '{"root": true, "extends": ["html-validate:recommended"], "rules": {"attribute-boolean-style": "off"}}' >.htmlvalidate.json
node "$modules/html-validate/bin/html-validate.mjs" --config .htmlvalidate.json ./*.html

echo "all reports are valid"
