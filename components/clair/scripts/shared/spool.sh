#!/bin/sh
# shellcheck disable=SC2034 # the scripts of the spool read the paths
# --- Clair's spool: a file system of its own, in a file on the host ----------------------------------------------------

# Where it is mounted, the file that holds it, and the folder in it that is Clair's. Without the mount that folder is not there,
# and the engine starts no container with it: nothing of Clair's is ever written beside the spool.
spool_folder=/var/spool/portcullis/clair
spool_file=$spool_folder.img
spool_service=portcullis-clair-spool.service

# spool_file_state: the file's owner, mode and bytes, and whether its bytes are taken on the disk; nothing where it is gone. How many
# blocks it takes is left out: the disk's file system may need some more for itself, and a few may come and go where zeros are written.
spool_file_state() {
    [ ! -L "$spool_file" ] && [ -f "$spool_file" ] || return 0
    # shellcheck disable=SC2046 # words
    set -- $(stat -c '%u %g %a %s %b %B' "$spool_file" 2>/dev/null)
    [ "$#" = 6 ] || return 0
    taken=sparse
    [ "$(($5 * $6 * 100 / 99))" -lt "$4" ] || taken=whole
    printf '%s %s %s %s %s' "$1" "$2" "$3" "$4" "$taken"
}

# spool_mount_state: the file system, those of its options that matter, the file behind it, and the owner and mode of Clair's
# folder in it; nothing where it is not mounted.
spool_mount_state() {
    # shellcheck disable=SC2046 # words
    set -- $(findmnt --noheadings --raw --output SOURCE,FSTYPE,OPTIONS --mountpoint "$spool_folder" 2>/dev/null | tail -n 1)
    [ "$#" = 3 ] || return 0
    options=$(printf '%s' "$3" | tr , '\n' | grep -xE 'rw|ro|nosuid|nodev|noexec' | sort | tr '\n' ,)
    behind=$(cat "/sys/block/${1#/dev/}/loop/backing_file" 2>/dev/null)
    printf '%s %s %s %s' "$2" "${options%,}" "$(printf '%s' "$behind" | tr ' ' _)" "$(stat -c '%u %g %a' "$spool_folder/files" 2>/dev/null)"
}

# spool_evidence: for the receipt of the step, and for the look.
spool_evidence() {
    [ -n "$(names spool)" ] || return 0
    file=$(spool_file_state) mount=$(spool_mount_state)
    [ -z "$file" ] || [ -z "$mount" ] || printf 'spool %s\t%s, %s\n' "$spool_folder" "$file" "$mount"
}

# spool_room: the bytes that are free where the spool is or would be, and those that its file takes there already.
spool_room() {
    at=${spool_folder%/*}
    while [ ! -d "$at" ]; do at=$(dirname "$at"); done
    free=$(df --block-size=1 --output=avail "$at" 2>/dev/null | tail -n 1 | tr -d ' ')
    taken=0
    # shellcheck disable=SC2046 # words
    set -- $(stat -c '%b %B' "$spool_file" 2>/dev/null)
    [ "$#" != 2 ] || taken=$(($1 * $2))
    printf '%s %s\n' "$free" "$taken"
}

# spool_unmount: takes the spool away from where it is mounted. A container that was started with it keeps it alive.
spool_unmount() {
    while findmnt --mountpoint "$spool_folder" >/dev/null 2>&1; do
        umount "$spool_folder" || fail "$spool_folder cannot be unmounted: end what uses it on the host, and run again"
    done
}

# spool_leave: unmounts it, and fails where a container still has it: its file must not be written anew under the container.
spool_leave() {
    spool_unmount
    [ ! -e "$spool_file" ] || wait_for 10 spool_is_free ||
        fail "$spool_file is still in use, though nothing is mounted at $spool_folder: a container that was started with the spool keeps it. Stop that container, and run again"
}

spool_is_free() {
    [ -z "$(losetup --noheadings --associated "$spool_file" 2>/dev/null)" ]
}
