#!/bin/sh
# Types, lint, format and shell scripts of the whole checkout. Runs all of them, then fails if one did.
set -eu

root=$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")
cd "$root"
bin=node_modules
failed=

step() {
    name=$1
    shift
    printf 'check: %s\n' "$name"
    "$@" || failed="$failed $name"
}

# Every shell script, by its name or its first line, also those not committed yet.
scripts() {
    git ls-files --cached --others --exclude-standard | while read -r file; do
        case $file in
        *.sh) ;;
        *) head -n 1 "$file" 2>/dev/null | grep -qaE '^#! ?(/usr/bin/env |/bin/|/usr/bin/)(sh|bash)( |$)' || continue ;;
        esac
        [ -f "$file" ] && printf '%s\n' "$file"
    done
}

check_scripts() {
    scripts | xargs -d '\n' shellcheck -x
}

step types toolchain/node "$bin/typescript/bin/tsc" -p .
step lint toolchain/node "$bin/eslint/bin/eslint.js" --max-warnings 0 .
step format toolchain/node "$bin/prettier/bin/prettier.cjs" --check --log-level warn .
step shellcheck check_scripts

if [ -n "$failed" ]; then
    printf 'check: failed:%s\n' "$failed" >&2
    exit 1
fi
