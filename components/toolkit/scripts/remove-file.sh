#!/bin/sh
# Removes a file that place-file.sh wrote, and puts back what was there before.
# Usage: remove-file.sh PATH
set -eu
. "$(dirname "$0")/common.sh"

path=$1
kept=$state_folder/files/$(printf '%s' "$path" | sha256sum | cut -d ' ' -f 1)

if [ -e "$kept.ours" ]; then
    if [ -e "$kept.before" ]; then
        mv -f "$kept.before" "$path"
    else
        rm -f "$path"
    fi
    rm -f "$kept.ours"
fi

# Folders that are empty now go too, up to the first that is not ours.
folder=$(dirname "$path")
while case $folder in /etc/portcullis* | /etc/docker/certs.d*) true ;; *) false ;; esac do
    rmdir "$folder" 2>/dev/null || break
    folder=$(dirname "$folder")
done
rmdir "$state_folder/files" "$state_folder" 2>/dev/null || true
