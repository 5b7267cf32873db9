#!/bin/sh
# Pulls the image that a reference names now, by its digest, and gives the image a name of the stack's own instead of the
# registry's, so that two references to one image do not take it from each other.
# Usage: pull-image.sh NAME REFERENCE KEY followed|kept
#   the image's name on the engine; what to pull, and the setting that says so; whether each look at the host asks what the tag
#   of the reference names then
# On standard input comes the login of the registry, if there is one: a line for the engine's API (X-Registry-Auth), and then
# the client's config.json. Prints {"id":"sha256:…","source":"REPOSITORY@sha256:…"}.
set -eu
. "$(dirname "$0")/common.sh"

name=$1 reference=$2 key=$3 way=$4

run_folder portcullis
DOCKER_CONFIG=$folder
export DOCKER_CONFIG
read -r login || login=''
[ -z "$login" ] || cat >"$folder/config.json"

mend="correct $key, or portcullis:registryLogins, or have the registry mended, and run the same command again"
case $reference in
*@*) digest=${reference##*@} ;;
*) digest=$(tag_digest "$reference" "$login") || fail "$key: $reference: its registry does not tell what it names: $digest; $mend" ;;
esac
repository=${reference%@*}
case ${repository##*/} in
*:*) repository=${repository%:*} ;;
esac
source=$repository@$digest

# Another step may pull the same image by another tag, and a scan may bring or forget it.
exec 7>>"$(reference_lock "$source")"
flock 7
was_there=
! docker image inspect "$source" >/dev/null 2>&1 || was_there=yes
say "pulling $source"
docker pull --quiet "$source" >/dev/null 2>"$folder/log" ||
    fail "$key: $source: cannot pull it: $(grep -v '^WARNING' "$folder/log" | tail -n 2); $mend"
id=$(docker image inspect --format '{{.Id}}' "$source")
docker tag "$id" "$name"
[ -n "$was_there" ] || docker rmi "$source" >/dev/null
exec 7>&-

# An earlier version of the program noted the image by a step of its own, whose receipt nothing else takes away.
own=${name##*/}
rm -f "$receipts/${own%:*}-noted"

made image "$id"
[ "$way" = kept ] || made tag "$reference $digest"
printf '{"id":%s,"source":%s}\n' "$(json_string "$id")" "$(json_string "$source")"
