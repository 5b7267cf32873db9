#!/bin/sh
# Writes a file from standard input, whole or not at all, and prints its SHA-256.
# Usage: place-file.sh PATH MODE OWNER
# OWNER: `root`, or a uid inside containers, which is the gid too (mapped to the host's uid and gid).
# A file that was there before is kept, and put back by remove-file.sh.
set -eu
. "$(dirname "$0")/common.sh"

path=$1 mode=$2 owner=$3

if [ "$owner" = root ]; then owner=root:root; else owner=$(remap_owner "$owner"); fi
umask 022
mkdir -p "$(dirname "$path")" "$state_folder/files"
[ ! -L "$path" ] || fail "$path is a symbolic link: remove it, or move what it points to, and run again"
[ ! -d "$path" ] || fail "$path is a folder, but a file belongs there: remove it, and run again"

kept=$state_folder/files/$(printf '%s' "$path" | sha256sum | cut -d ' ' -f 1)
new=$path.portcullis-new
trap 'rm -f "$new"' EXIT
(umask 077 && cat >"$new")
[ -s "$new" ] || fail "$path: nothing came on standard input; this is a defect of the program"
if [ ! -e "$kept.ours" ]; then
    # The same file is ours already, and the note of that was lost.
    [ ! -e "$path" ] || cmp -s "$new" "$path" || cp -p "$path" "$kept.before"
    : >"$kept.ours"
fi
chown "$owner" "$new"
chmod "$mode" "$new"
mv -f "$new" "$path"
made file "$path"
sha256sum "$path" | cut -d ' ' -f 1
