#!/bin/sh
# Runs another script of this folder to its end, whatever becomes of the connection that asked for it: the script is in a
# session of its own, its output waits in memory, and it runs beside no other script that it could clash with.
# Usage: run.sh nothing|sealed|stream SCRIPT [ARGUMENT…]
#   what comes on standard input: nothing; data that ends with the seal below (cut off data is refused); or a stream
#   that the script itself checks
set -eu
folder=$(dirname "$0")
. "$folder/common.sh"

input=$1 script=$2
shift 2
case $script in
*/* | common.sh | run.sh | '') fail "$script is no script that can be run" ;;
esac

# What the program puts after the data, so that data that was cut off is known.
seal='
PORTCULLIS-SEAL
'

umask 077
work=$(mktemp -d /run/portcullis-step.XXXXXX)
trap 'rm -rf "$work"' EXIT
# A connection that ends may send it. What is started here ignores it too.
trap '' HUP

case $input in
nothing) exec 4</dev/null ;;
stream) exec 4<&0 ;;
sealed)
    cat >"$work/sealed"
    if [ "$(tail -c "${#seal}" "$work/sealed"; echo .)" != "$seal." ]; then
        fail "the connection was cut before all of the data had come, and nothing was done: run the same command again"
    fi
    head -c "-${#seal}" "$work/sealed" >"$work/input"
    exec 4<"$work/input"
    ;;
*) fail "unknown kind of input '$input'" ;;
esac
exec </dev/null

# --- one at a time -------------------------------------------------------------------------------------------------

# A script that changes the engine or the host as a whole runs alone; all others run beside each other, but not two on
# the same thing: the last word of their name (file, image …) and their first argument. The kernel releases a lock when the last process that has it open ends.
case $script in
install-* | configure-engine.sh | restore-engine.sh | load-audit-rules.sh | remove-authorization.sh | \
    remove-audit-rules.sh | remove-toolkit.sh | prove-userns.sh) share=-x ;;
*) share=-s ;;
esac
# The locks are files in memory. remove-toolkit.sh removes them while it holds the host's, so that this one may be of a
# file that is gone: then the next one counts.
while :; do
    exec 8>>"$host_lock"
    take_lock 8 "$share"
    [ "$(stat -L -c %i "/proc/$$/fd/8")" != "$(stat -c %i "$host_lock" 2>/dev/null)" ] || break
done
thing=$(printf '%s' "${script##*-} ${1:-}" | sha256sum | cut -c 1-16)
exec 9>>"$host_lock-$thing"
take_lock 9 -x

# Who runs here, for the message of one that has to wait.
holder=$holders-$$
printf '%s %s %s\n' "$(process_start $$)" "$(date +%s)" "$script" >"$holder"
trap 'rm -rf "$work" "$holder"' EXIT

# --- the script ----------------------------------------------------------------------------------------------------

PORTCULLIS_CALLER=$(connection_process)
export PORTCULLIS_CALLER
# tee drains what the script says even where nobody reads it any more: a write that fails would end the script half way.
{
    code=0
    setsid "$folder/$script" "$@" <&4 >"$work/output" || code=$?
    printf '%s' "$code" >"$work/code"
} 2>&1 | tee -p /dev/null >&2 8>&- 9>&- || true
exec 8>&- 9>&-

cat "$work/output"
exit "$(cat "$work/code")"
