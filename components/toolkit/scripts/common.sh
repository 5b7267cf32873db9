#!/bin/sh
# Functions that all host scripts share; sourced, never run.
# shellcheck disable=SC2034

# Where what was there before, and what must outlive a step, is kept.
state_folder=/var/lib/portcullis
# The steps' receipts: what each step left, by the name of its resource.
receipts=$state_folder/steps
# The scripts themselves.
toolkit=/usr/local/lib/portcullis
# Whose the host is: `{"project":…,"stack":…,"id":…,"generation":…}` in one line.
owner_file=$state_folder/owner.json

# host_owner: the stack that the host belongs to, as `PROJECT/STACK`; nothing where there is none.
host_owner() {
    sed -n 's|.*"project":"\([^"]*\)","stack":"\([^"]*\)".*|\1/\2|p' "$owner_file" 2>/dev/null || true
}

# fail WHAT: says what was wrong, where, and what to do, and ends the script.
fail() {
    printf 'portcullis: %s\n' "$*" >&2
    exit 1
}

# say WHAT: progress, on standard error.
say() {
    printf 'portcullis: %s\n' "$*" >&2
}

# --- scripts that run at the same time (run.sh) ---------------------------------------------------------------------

# The lock of the host as a whole; those of single things have a suffix.
host_lock=/run/portcullis.lock
# One small file for each script that runs: `START SECONDS SCRIPT`.
holders=/run/portcullis.running

# process_start PID: when a process was started, in ticks since the host's boot. With its number it names the process for
# certain: numbers are given again. Nothing where there is no such process.
process_start() {
    sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

# connection_process: `PID START` of the sshd that this script was called through; nothing where there is none.
connection_process() {
    at=$$
    while [ "$at" -gt 1 ]; do
        case $(cat "/proc/$at/comm" 2>/dev/null) in
        sshd*)
            printf '%s %s\n' "$at" "$(process_start "$at")"
            return
            ;;
        esac
        at=$(sed 's/.*) //' "/proc/$at/stat" 2>/dev/null | cut -d ' ' -f 2)
        [ -n "$at" ] || return 0
    done
}

# caller_gone: the connection that asked for this script has ended. A script that only waits stops then.
caller_gone() {
    [ -n "${PORTCULLIS_CALLER:-}" ] && [ "$(process_start "${PORTCULLIS_CALLER% *}")" != "${PORTCULLIS_CALLER#* }" ]
}

# running_scripts: what runs now, as words: `place-file.sh (process 12, for 3 s)`. Looks only, and sends no signal.
running_scripts() {
    for file in "$holders"-*; do
        [ -e "$file" ] || continue
        number=${file##*-}
        read -r start since name <"$file" || continue
        [ "$(process_start "$number")" = "$start" ] || continue
        printf '%s (process %s, for %s s) ' "$name" "$number" "$(($(date +%s) - since))"
    done
}

# take_lock DESCRIPTOR -s|-x: waits for the lock, and says for whom.
take_lock() {
    ! flock -n "$2" "$1" || return 0
    say "waiting for what still runs on this host from before: $(running_scripts)"
    flock -w "${PORTCULLIS_LOCK_SECONDS:-1800}" "$2" "$1" ||
        fail "this still runs on the host, and nothing else was begun: $(running_scripts). Look at it there with 'ps', and run the same command again when it has ended"
}

# remap_base uid|gid: the host's first uid or gid for containers, i.e. that of a container's root.
remap_base() {
    awk -F: '$1 == "dockremap" { print $2; found = 1; exit } END { exit !found }' "/etc/sub$1" ||
        fail "/etc/sub$1 has no range for dockremap: the engine is not remapped; run './pulumiw up', which hardens the host first"
}

# remap_owner ID: who is ID in containers, as the host's `UID:GID`.
remap_owner() {
    first_uid=$(remap_base uid)
    first_gid=$(remap_base gid)
    printf '%s:%s\n' "$((first_uid + $1))" "$((first_gid + $1))"
}

# remapped: whether the running engine remaps user namespaces.
remapped() {
    docker info --format '{{json .SecurityOptions}}' 2>/dev/null | grep -q 'name=userns'
}

# json_string TEXT: the text as a JSON string (control characters dropped).
json_string() {
    printf '"%s"' "$(printf '%s' "$1" | tr -d '\000-\037' | sed 's/\\/\\\\/g; s/"/\\"/g')"
}

# wait_for SECONDS COMMAND…: tries the command, half a second after each failure, until it succeeds.
wait_for() {
    deadline=$(($(date +%s) + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$(date +%s)" -lt "$deadline" ] || return 1
        sleep 0.5
    done
}

# run_folder NAME: makes a folder in memory, readable by root alone, that goes when the script ends; within PORTCULLIS_RUN_FOLDER,
# where a script that calls this one has a folder that goes with all that is in it.
run_folder() {
    umask 077
    folder=$(mktemp -d "${PORTCULLIS_RUN_FOLDER:-/run}/$1.XXXXXX")
    trap 'rm -rf "$folder"' EXIT
    trap 'exit 1' HUP INT TERM
}

# audit_refusal: why the kernel would take no audit rules from here; nothing where it would.
audit_refusal() {
    if [ ! -e /proc/self/loginuid ]; then
        echo "the kernel is built without audit"
    elif grep -qwE 'audit=(0|off)' /proc/cmdline; then
        echo "the kernel was started with audit=0"
    # The numbers of the first namespaces: the kernel answers to no others (include/linux/proc_ns.h).
    elif [ "$(readlink /proc/self/ns/pid)" != 'pid:[4026531836]' ] || [ "$(readlink /proc/self/ns/user)" != 'user:[4026531837]' ]; then
        echo "the host is a container, and the kernel takes audit rules from no container"
    fi
}

# audit_locked: whether the kernel's audit rules stay as they are until the next boot.
audit_locked() {
    [ "$(auditctl -s | awk '$1 == "enabled" { print $2 }')" = 2 ]
}
