#!/bin/sh
# Takes those images out of the registry that the stack pushed, and that its settings do not name any more. What others
# pushed stays, and so does the data of the layers until the registry's own garbage collection.
# Usage: drop-images.sh VOLUME REPOSITORY…       (the registry's data; the repositories that are named)
set -eu
. "$(dirname "$0")/common.sh"

volume=$1
shift
store=$(docker volume inspect --format '{{.Mountpoint}}' "$volume")/docker/registry/v2/repositories

# The receipts of the pushes tell what is the stack's; those of images that are named no more go at the end of this run.
sed -n "s/^made	manifest $volume //p" "$receipts"/* 2>/dev/null | while read -r repository digest; do
    for kept in "$@"; do
        [ "$kept" != "$repository" ] || continue 2
    done
    manifests=$store/$repository/_manifests
    for tag in "$manifests"/tags/*; do
        [ "$(cat "$tag/current/link" 2>/dev/null)" != "$digest" ] || rm -rf "$tag"
    done
    rm -rf "$manifests/revisions/sha256/${digest#sha256:}"
    # A repository in which nothing is left is listed no more.
    [ -n "$(ls -A "$manifests/revisions/sha256" 2>/dev/null)" ] || rm -rf "${store:?}/$repository"
    say "$repository@$digest is taken out of the registry: the settings do not name it any more"
done
