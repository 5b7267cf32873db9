#!/bin/sh
# Gives a volume's root folder to a uid of containers: the engine makes it root's, who is nobody's service.
# Usage: own-volume.sh VOLUME UID
set -eu
. "$(dirname "$0")/common.sh"

folder=$(docker volume inspect --format '{{.Mountpoint}}' "$1")
owner=$(($(remap_base) + $2))
chown "$owner:$owner" "$folder"
chmod 0700 "$folder"
