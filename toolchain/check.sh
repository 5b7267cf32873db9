#!/bin/sh
# Types, lint, unused code, format, shell scripts, Go and the page of settings of the whole checkout. Runs all
# of these checks, then fails if one did.
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

check_go() {
    unformatted=$("$(toolchain/go env GOROOT)/bin/gofmt" -l components/host/authorization)
    if [ -n "$unformatted" ]; then
        printf 'portcullis: not formatted (run gofmt -w on them): %s\n' "$unformatted" >&2
        return 1
    fi
    (cd components/host/authorization && ../../../toolchain/go vet ./...)
}

# ESLint counts the lines of TypeScript; these files are the others.
check_lengths() {
    long=$( (scripts && git ls-files --cached --others --exclude-standard '*.go' '*.attacks') | while read -r file; do
        [ ! -f "$file" ] || [ "$(wc -l <"$file")" -le 300 ] || printf ' %s' "$file"
    done)
    if [ -n "$long" ]; then
        printf 'portcullis: over 300 lines (split them):%s\n' "$long" >&2
        return 1
    fi
}

# Each checkout has a passphrase of its own, so a note of one that is committed breaks every other.
check_settings() {
    if [ -n "$(git ls-files Pulumi.dev.yaml)" ]; then
        printf 'portcullis: settings of one checkout are tracked (Pulumi.dev.yaml): git rm --cached Pulumi.dev.yaml; the template is lab/Pulumi.dev.yaml\n' >&2
        return 1
    fi
}

check_docs() {
    if ! toolchain/tsx cli/main.ts settings | cmp -s - docs/settings.md; then
        printf 'portcullis: docs/settings.md is not what the schema of the settings says: run make docs\n' >&2
        return 1
    fi
}

step types toolchain/node "$bin/typescript/bin/tsc" -p .
step lint toolchain/node "$bin/eslint/bin/eslint.js" --max-warnings 0 .
step unused toolchain/node "$bin/knip/bin/knip.js" --no-progress
step format toolchain/node "$bin/prettier/bin/prettier.cjs" --check --log-level warn .
step shellcheck check_scripts
step go check_go
step lengths check_lengths
step settings check_settings
step docs check_docs

if [ -n "$failed" ]; then
    printf 'check: failed:%s\n' "$failed" >&2
    exit 1
fi
