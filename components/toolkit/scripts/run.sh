#!/bin/sh
# Runs another script of this folder to its end, whatever becomes of the connection that asked for it: the script is in a
# session of its own, its output waits in memory, and it runs beside no other script that it could clash with.
# Usage: run.sh [--stack PROJECT/STACK] [--step NAME] [--generation TEXT] [--undoable DIGEST|--undo DIGEST] nothing|sealed|stream SCRIPT [ARGUMENT…]
#   the stack that calls, which the host must belong to; the step's receipt, with its generation, and a digest of the call that
#   undoes the step, if there is one; --undo: this call is that one, and the receipt goes
#   what comes on standard input: nothing; data that ends with the seal below (cut off data is refused); or a stream
#   that the script itself checks
set -eu
# Nothing depends on what the login's environment says: content trust, another engine, a proxy, a locale, a mask of modes.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
folder=$(dirname "$0")
. "$folder/common.sh"

stack='' step='' generation='' undoable='' undo=''
# No question to a registry: the script itself has shown that the registry serves.
# shellcheck disable=SC2034 # evidence.sh reads it
ask_registry=''
while :; do
    case $1 in
    --stack) stack=$2 ;;
    --step) step=$2 ;;
    --generation) generation=$2 ;;
    --undoable) undoable=$2 ;;
    --undo) undo=$2 ;;
    *) break ;;
    esac
    shift 2
done
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

# The scripts of another stack may have taken the place of this one's.
if [ -n "$stack" ] && [ -s "$owner_file" ]; then
    owner=$(host_owner)
    if [ "$owner" != "$stack" ]; then
        [ -z "$undo" ] || {
            say "nothing of $stack is left here: the host belongs to $owner"
            exit 0
        }
        fail "the host belongs to the stack $owner, and not to $stack; nothing was done: take another host, or destroy that stack first"
    fi
fi

# A resource that an earlier version of the program made is replaced when the steps get their receipts. Its image has been loaded
# again under the same reference by then, so that the removal would take away what the new resource stands for.
if [ -z "$step" ] && [ "$script" = remove-image.sh ] && [ -s "$owner_file" ]; then
    exit 0
fi

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

# --- the receipt ---------------------------------------------------------------------------------------------------

# note_receipt: writes what the step left, and how that is now. A thing that the script says it left has to be there.
note_receipt() {
    [ -n "$step" ] || return 0
    # shellcheck disable=SC2154 # common.sh sets the path
    if [ -n "$undo" ]; then
        # A step that was made anew meanwhile, under another name of the same thing, keeps its receipt.
        ! grep -qx "undoable	$undo" "$receipts/$step" 2>/dev/null || rm -f "$receipts/$step"
        rmdir "$receipts" 2>/dev/null || true
        return 0
    fi
    evidence <"$work/made" >"$work/found"
    while read -r kind name; do
        grep -qF "$kind $name	" "$work/found" || {
            say "$script ended well, but $kind $name is not there: look at the host, and run the same command again"
            return 1
        }
    done <"$work/made"
    mkdir -p "$receipts"
    {
        printf 'generation\t%s\n' "$generation"
        [ -z "$undoable" ] || printf 'undoable\t%s\n' "$undoable"
        sort -u "$work/made" | sed 's/^/made	/'
        sed 's/^/found	/' "$work/found"
    } >"$work/receipt"
    # The folder in memory may be another file system.
    cp "$work/receipt" "$receipts/.new-$step"
    mv -f "$receipts/.new-$step" "$receipts/$step"
}

# --- the script ----------------------------------------------------------------------------------------------------

PORTCULLIS_CALLER=$(connection_process)
: >"$work/made"
# A step that fails, or is cut short, is not done.
[ -z "$step" ] || [ -n "$undo" ] || rm -f "$receipts/$step"
# tee drains what the script says even where nobody reads it any more: a write that fails would end the script half way.
{
    code=0
    env -i PATH="$PATH" HOME=/root LC_ALL=C DOCKER_CONFIG="$work/docker" PORTCULLIS_CALLER="$PORTCULLIS_CALLER" \
        PORTCULLIS_EVIDENCE="$work/made" setsid "$folder/$script" "$@" <&4 >"$work/output" || code=$?
    [ "$code" != 0 ] || note_receipt || code=$?
    printf '%s' "$code" >"$work/code"
} 2>&1 | tee -p /dev/null >&2 8>&- 9>&- || true
exec 8>&- 9>&-

cat "$work/output"
exit "$(cat "$work/code")"
