# SPDX-License-Identifier: BSD-2-Clause
# What the tests of the command line share; sourced with the program as the first argument.
set -u
zonevet=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
unset ZONEVET_CONFIG ZONEVET_OPTS

# fail NAME
fail() {
    echo "FAILED: $1"
    failed=$((failed + 1))
}

# expect NAME CODE PATTERN COMMAND...: exit code and a pattern somewhere in what was printed; $input is its standard input
expect() {
    local name=$1 code=$2 pattern=$3
    shift 3
    "$@" >"$work/out" 2>&1 <"${input:-/dev/null}"
    local got=$?
    if [ $got -ne "$code" ] || ! grep -q -e "$pattern" "$work/out"; then
        fail "$name: exit $got (expected $code), pattern '$pattern'"
        sed 's/^/    /' "$work/out" | head -8
    fi
}

# same_files NAME FILE FILE
same_files() {
    cmp -s "$2" "$3" || { fail "$1: $2 and $3 differ"; diff "$2" "$3" | head -5; }
}

# finish: the exit code of the test
finish() {
    [ $failed -eq 0 ] || echo "$failed failed"
    exit $((failed > 0))
}
