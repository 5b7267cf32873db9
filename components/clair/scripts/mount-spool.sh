#!/bin/sh
# Mounts Clair's spool, with nothing in it: its file system is made anew. systemd calls it before the engine starts.
# Usage: mount-spool.sh FOLDER OWNER
#   (where; who owns the folder in it that is Clair's, as the host's UID:GID)
# shellcheck disable=SC2154 # spool.sh sets the paths
set -eu
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
. "$(dirname "$0")/common.sh"

folder=$1 owner=$2
[ "$folder" = "$spool_folder" ] || fail "the spool belongs in $spool_folder, and not in $folder"
[ -f "$spool_file" ] || fail "$spool_file is gone: the stack's next up makes it again"
umask 022
mkdir -p "$folder"
spool_leave
# No journal, as nothing in it outlives a mount. Nothing may give the bytes of the file back to the disk: neither discards, nor the
# kernel where it writes zeros later, nor mkfs itself; what is missing all the same is taken again.
mkfs.ext4 -q -F -m 0 -i 262144 -O ^has_journal -E nodiscard,lazy_itable_init=0 "$spool_file"
fallocate --length "$(stat -c %s "$spool_file")" "$spool_file" 2>/dev/null || true
mount -o loop,nosuid,nodev,noexec,noatime "$spool_file" "$folder"
install -d -m 0700 -o "${owner%:*}" -g "${owner#*:}" "$folder/files"
