#!/bin/sh
# Pushes an image to the private registry, removes it, pulls it back by digest, and checks that it is the same. The engine,
# which has the layers, does not ask for them again, so each layer is read where the registry keeps it.
# Usage: push-image.sh IMAGE-ID REPOSITORY TAG SERVER USERNAME VOLUME [once]
# VOLUME holds the registry's data. The password comes on standard input. once: the image is not pulled back, because it is only
# to be scanned, and may have no other name in the engine.
# Prints {"digest":"sha256:…"}.
set -eu
. "$(dirname "$0")/common.sh"

id=$1 repository=$2 tag=$3 server=$4 username=$5 volume=$6 once=${7:-}

# The layers of scans that were forgotten are removed while nothing is pushed (forget-scans.sh).
exec 5>>"$host_lock-pushes"
flock -s 5

run_folder portcullis
DOCKER_CONFIG=$folder
export DOCKER_CONFIG
docker login --username "$username" --password-stdin "$server" >/dev/null 2>"$folder/log" ||
    fail "$server: cannot log in as $username: $(grep -v '^WARNING' "$folder/log" | tail -n 2)"

store=$(docker volume inspect --format '{{.Mountpoint}}' "$volume")/docker/registry/v2
blobs=$store/blobs
# push: sets digest, as the registry has just told it. The engine's own list of digests has those of earlier pushes too.
push() {
    docker tag "$id" "$repository:$tag"
    say "pushing $repository:$tag"
    docker push "$repository:$tag" >"$folder/pushed" 2>"$folder/log" ||
        fail "$repository:$tag: cannot push: $(tail -n 2 "$folder/log")"
    digest=$(sed -n 's/^.*: digest: \(sha256:[0-9a-f]\{64\}\) size: [0-9]*$/\1/p' "$folder/pushed" | tail -n 1)
    [ -n "$digest" ] ||
        fail "$repository:$tag: the engine tells no digest of the pushed image; its last words: $(tail -n 2 "$folder/pushed")"
}

# forget_manifest DIGEST: takes a manifest out of the registry that a push beside damaged layers has made.
forget_manifest() {
    manifests=$store/repositories/${repository#"$server"/}/_manifests
    rm -rf "$manifests/revisions/sha256/${1#sha256:}" "$manifests/tags/$tag/index/sha256/${1#sha256:}"
    say "$repository@$1: this manifest has the lengths of the damaged layers, and is taken out of the registry"
}

# damaged: the files of the registry that are not what their digest says, of all that the pushed manifest names.
damaged() {
    manifest=$(layer_file "$blobs" "$digest")
    for part in "$digest" $(manifest_parts "$manifest" 2>/dev/null); do
        file=$(layer_file "$blobs" "$part")
        [ "$(sha256sum "$file" 2>/dev/null | cut -d ' ' -f 1)" = "${part#sha256:}" ] || printf '%s\n' "$file"
    done
}

push
if [ -n "$(damaged)" ]; then
    # Images share layers: no other push removes one meanwhile.
    exec 7>>"$host_lock-layers"
    flock 7
    tries=3
    until wrong=$(damaged) && [ -z "$wrong" ]; do
        tries=$((tries - 1))
        [ "$tries" -ge 0 ] ||
            fail "$repository@$digest: the registry keeps other data than was pushed ($(printf '%s' "$wrong" | tr '\n' ' ')): look at the disk of the host"
        say "$repository@$digest: the registry's data is damaged, and pushed anew: $(printf '%s' "$wrong" | tr '\n' ' ')"
        # The registry takes what it still has for pushed.
        printf '%s\n' "$wrong" | while read -r file; do rm -rf "${file%/data}"; done
        before=$digest
        push
        [ "$before" = "$digest" ] || forget_manifest "$before"
    done
    exec 7>&-
fi

if [ "$once" = once ]; then
    printf '{"digest":%s}\n' "$(json_string "$digest")"
    exit 0
fi

docker rmi "$repository:$tag" >/dev/null
! docker image inspect "$repository@$digest" >/dev/null 2>&1 || docker rmi "$repository@$digest" >/dev/null
docker pull --quiet "$repository@$digest" >/dev/null 2>"$folder/log" ||
    fail "$repository@$digest: cannot pull what was just pushed: $(tail -n 2 "$folder/log")"
pulled=$(docker image inspect --format '{{.Id}}' "$repository@$digest")
[ "$pulled" = "$id" ] || fail "$repository@$digest: the image that came back is $pulled, not $id: the registry's data is damaged"
docker tag "$id" "$repository:$tag"
# The image that was pushed here before goes, unless something else has it: a tag that moves each day would fill the disk.
docker images --digests --format '{{.Repository}}@{{.Digest}}' "$repository" | grep -v -e '<none>' -e "@$digest\$" | while read -r earlier; do
    docker rmi "$earlier" >/dev/null 2>&1 || say "$earlier: the engine still needs this image, which stays"
done

made manifest "$volume ${repository#"$server"/} $digest"
printf '{"digest":%s}\n' "$(json_string "$digest")"
