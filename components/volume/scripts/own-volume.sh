#!/bin/sh
# Gives a volume's root folder to a uid of containers: the engine makes the folder root's, who is nobody's service. A volume
# that is gone is made anew. Prints what tells this volume from a later one of the same name.
# Usage: own-volume.sh VOLUME UID
set -eu
. "$(dirname "$0")/common.sh"

docker volume inspect "$1" >/dev/null 2>&1 || docker volume create "$1" >/dev/null
folder=$(docker volume inspect --format '{{.Mountpoint}}' "$1")
owner=$(remap_owner "$2")
chown "$owner" "$folder"
chmod 0700 "$folder"
made volume "$1"
stat -c '%i %W' "${folder%/*}"
