#!/bin/sh
# Removes references to images from the engine; what is not there is no error.
# Usage: remove-image.sh REFERENCE…       A name without tag or digest stands for all of its tags and digests.
set -eu

# references NAME: the name itself, or all its tags and digests.
references() {
    case ${1##*/} in
    *:* | *@*) printf '%s\n' "$1" ;;
    *)
        docker images --format '{{.Repository}}:{{.Tag}}' "$1"
        docker images --digests --format '{{.Repository}}@{{.Digest}}' "$1"
        ;;
    esac | grep -v '<none>' || true
}

for name in "$@"; do
    for reference in $(references "$name"); do
        ! docker image inspect "$reference" >/dev/null 2>&1 || docker rmi "$reference" >/dev/null
    done
done
