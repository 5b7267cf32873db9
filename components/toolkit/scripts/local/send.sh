#!/bin/sh
# Sends a file to a script on the host, over SSH, on the script's standard input.
# Usage: send.sh FILE SHA256 REMOTE-COMMAND       PORTCULLIS_SSH: the arguments of ssh, quoted for the shell
# Runs where Pulumi runs. The checksum is taken before anything is sent.
set -eu

file=$1 expected=$2 command=$3

fail() {
    printf 'portcullis: %s\n' "$1" >&2
    exit 1
}

[ -r "$file" ] || fail "$file cannot be read: put the archive there, or correct the setting that names it"
actual=$(sha256sum "$file" | cut -d ' ' -f 1)
[ "$actual" = "$expected" ] ||
    fail "$file has SHA-256 $actual, but $expected is recorded: make the archive and its checksum anew, and run again"

eval "set -- $PORTCULLIS_SSH"
exec ssh "$@" "$command" <"$file"
