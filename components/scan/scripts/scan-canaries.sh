#!/bin/sh
# Builds canaries, images of nothing but what a scanner reads, pushes them to the private registry, and has Clair scan them.
# Usage: scan-canaries.sh REPOSITORY SERVER USERNAME VOLUME INTERNAL-SERVER CLAIR-IMAGE NETWORK CONFIG-FILE CA-FILE CA-FOLDERS UID CLAIR-URL CLAIR-CONTAINER
# Standard input, in lines, each last word in base64: `password WORD`, `config WORD` (config.json, as of scan-image.sh), and for
# each canary the line `canary`, followed by its files: `file MODE PATH WORD`.
# Prints [{"digest":"sha256:…","report":…}], in the order of the canaries; a report is JSON, gzip, base64.
set -eu
folder=$(dirname "$0")
scripts=$folder
. "$scripts/common.sh"

repository=$1 server=$2 username=$3 volume=$4 internal=$5
shift 5

run_folder portcullis
work=$folder/canaries
mkdir "$work"
count=0
while read -r word mode path content; do
    case $word in
    password | config) printf '%s' "$mode" | base64 -d >"$folder/$word" ;;
    canary)
        count=$((count + 1))
        mkdir "$work/$count"
        ;;
    file)
        # The folders that a path begins with are for all to read, as in any image.
        (umask 022 && mkdir -p "$work/$count/$(dirname "$path")")
        printf '%s' "$content" | base64 -d >"$work/$count/$path"
        chmod "$mode" "$work/$count/$path"
        ;;
    *) fail "scan-canaries.sh does not know the word '$word'" ;;
    esac
done

# What an earlier run made is no canary any more.
"$scripts/remove-image.sh" "$server/$repository"
digests=
printf '['
for number in $(seq "$count"); do
    chmod 0755 "$work/$number"
    id=$(tar -C "$work/$number" --owner=0 --group=0 --mtime=@1616630400 --sort=name -c . |
        docker import --change 'USER 65534:65534' --change 'HEALTHCHECK CMD ["/none"]' --change 'CMD ["/none"]' - "$server/$repository:$number")
    pushed=$("$scripts/push-image.sh" "$id" "$server/$repository" "$number" "$server" "$username" "$volume" <"$folder/password")
    digest=$(printf '%s' "$pushed" | sed 's/.*"digest":"\([^"]*\)".*/\1/')
    report=$("$scripts/scan-image.sh" "$internal/$repository@$digest" "$@" <"$folder/config")
    digests="$digests ${digest#sha256:}"
    [ "$number" = 1 ] || printf ','
    printf '{"digest":%s,"report":%s}' "$(json_string "$digest")" "$(json_string "$report")"
done
printf ']\n'

store=$(docker volume inspect --format '{{.Mountpoint}}' "$volume")/docker/registry/v2/repositories/$repository/_manifests
for revision in "$store"/revisions/sha256/*; do
    case "$digests " in
    *" ${revision##*/} "*) ;;
    *) rm -rf "$revision" "$store"/tags/*/index/sha256/"${revision##*/}" ;;
    esac
done
