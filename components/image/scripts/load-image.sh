#!/bin/sh
# Loads the image archive of standard input, and gives its one image the given reference instead of its own.
# Usage: load-image.sh REFERENCE      Prints {"id":"sha256:…","reference":"…"} (the archive's own reference).
set -eu
. "$(dirname "$0")/common.sh"

reference=$1

answer=$(docker load) || fail "$reference: the engine cannot load the archive: make it anew with 'docker save | gzip'"
loaded=$(printf '%s\n' "$answer" | sed -n 's/^Loaded image\( ID\)\{0,1\}: //p')
[ "$(printf '%s\n' "$loaded" | grep -c .)" = 1 ] ||
    fail "$reference: the archive must hold exactly one image with one name, but has: $(printf '%s' "$loaded" | tr '\n' ' ')"

id=$(docker image inspect --format '{{.Id}}' "$loaded")
docker tag "$id" "$reference"
case $loaded in
sha256:* | "$reference") ;;
*) docker rmi "$loaded" >/dev/null ;;
esac
made image "$id"
printf '{"id":%s,"reference":%s}\n' "$(json_string "$id")" "$(json_string "$loaded")"
