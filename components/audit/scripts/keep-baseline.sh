#!/bin/sh
# Keeps the audit of the time before the first hardening, which comes on standard input, and prints it. One that is kept
# already stays: a host is hardened for the first time once, however often a stack is made anew.
set -eu
. "$(dirname "$0")/common.sh"

kept=$state_folder/audit-baseline.json
mkdir -p "$state_folder"
new=$kept.new
trap 'rm -f "$new"' EXIT
(umask 077 && cat >"$new")
[ -s "$new" ] || fail "no audit came on standard input; this is a defect of the program"
[ -s "$kept" ] || mv "$new" "$kept"
made file "$kept"
cat "$kept"
