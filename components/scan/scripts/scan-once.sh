#!/bin/sh
# Has Clair scan an image that is no part of the stack, or canaries for such images, by way of a repository of the registry that
# is for this scan alone. Nothing of it stays behind: neither in the engine, nor in the registry, nor in files. What a scan leaves
# that is killed is removed by forget-scans.sh; the lock of each scan tells that it runs.
# Usage: scan-once.sh RUN KIND NAME SERVER USERNAME VOLUME INTERNAL-SERVER CLAIR-IMAGE NETWORK CONFIG-FILE CA-FILE CA-FOLDERS UID CLAIR-URL CLAIR-CONTAINER
#   KIND reference: NAME@DIGEST, which the engine pulls, unless it has it
#        engine: an image that the engine has
#        archive: of `docker save`, on standard input, with the one name SERVER/portcullis/scan/RUN:1
#        canaries: the lines of scan-canaries.sh, which is called, and whose output is printed
# Standard input, but for canaries: lines `password WORD` (of USERNAME), `config WORD` (as of scan-image.sh), `login WORD` (config.json of
# a Docker client that may pull NAME), each WORD in base64, and `end`; then the archive.
# Prints {"digest":…,"platform":"linux/amd64","manifest":…,"config":…,"report":…}; manifest and config are JSON in base64, the report
# is JSON, gzip, base64.
set -eu
scripts=$(dirname "$0")
. "$scripts/common.sh"

run=$1 kind=$2 name=$3 server=$4 username=$5 volume=$6 internal=$7
shift 7
repository=portcullis/scan/$run
kept=$state_folder/scan-$run

# stop_if_alone: nobody waits for the verdict any more.
stop_if_alone() {
    ! caller_gone || fail "not scanned: the run that asked was interrupted"
}

# In memory; forget-scans.sh knows the folder by its name.
folder=/run/portcullis-scan-$run
export PORTCULLIS_RUN_FOLDER="$folder"
done=0
# finish: forgets what this scan brought, whatever became of it.
finish() {
    code=$?
    trap '' HUP INT TERM
    exec 5>&- 6>&-
    rm -rf "$folder"
    "$scripts/forget-scans.sh" "$server" "$volume" "$run" || {
        [ "$done" = 0 ] || say "what the scan brought to the host was not removed; the next scan removes it"
        code=1
    }
    exit "$code"
}
# The folder and its lock are made at once, as forget-scans.sh sees it.
exec 5>>"$host_lock-scans"
flock 5
umask 077
mkdir -p "$kept"
exec 3>"$kept/lock"
flock -n 3 || fail "a scan of the same number runs already: run the same command again"
trap finish EXIT
trap 'exit 1' HUP INT TERM
mkdir "$folder"
exec 5>&-

if [ "$kind" = canaries ]; then
    "$scripts/scan-canaries.sh" "$repository" "$server" "$username" "$volume" "$internal" "$@"
    done=1
    exit 0
fi

word=
while [ "$word" != end ]; do
    read -r word content || fail "the connection was cut before all of the data had come: run the same command again"
    case $word in
    password | config | login) printf '%s' "$content" | base64 -d >"$folder/$word" ;;
    end) ;;
    *) fail "scan-once.sh does not know the word '$word'" ;;
    esac
done

# last_words FILE: the last of what a program said, in one line.
last_words() {
    grep -v '^WARNING' "$1" | tail -n 2 | tr '\n' ' '
}

image=$server/$repository:1
case $kind in
reference)
    mkdir "$folder/login.d"
    mv "$folder/login" "$folder/login.d/config.json"
    # Another scan may bring, or forget, the same.
    exec 6>>"$(reference_lock "$name")"
    flock 6
    if ! docker image inspect "$name" >/dev/null 2>&1; then
        printf '%s\n' "$name" >>"$kept/brought"
        say "pulling $name"
        DOCKER_CONFIG="$folder/login.d" docker pull --quiet "$name" >/dev/null 2>"$folder/log" ||
            fail "$name: the host's engine cannot pull it: $(last_words "$folder/log")"
    fi
    docker tag "$name" "$image"
    exec 6>&-
    ;;
engine)
    named=$(docker image inspect --format '{{len .RepoTags}}{{len .RepoDigests}}' "$name" 2>/dev/null) ||
        fail "$name: the host's engine has no such image: name one that 'docker images' on the host shows"
    # Its last name cannot be taken from an image without the image: that of the scan would be the only one.
    [ "$named" != 00 ] || fail "$name: the image has no name in the host's engine: give it one there with 'docker tag', and name that"
    docker tag "$name" "$image"
    ;;
archive)
    docker load --quiet >"$folder/loaded" 2>"$folder/log" || fail "the host's engine cannot load the archive: $(last_words "$folder/log")"
    docker image inspect "$image" >/dev/null 2>&1 ||
        fail "the host's engine loaded nothing from the archive: make it anew with 'docker save'"
    ;;
*) fail "scan-once.sh does not know the kind '$kind'" ;;
esac

stop_if_alone
id=$(docker image inspect --format '{{.Id}}' "$image")
platform=$(docker image inspect --format '{{.Os}}/{{.Architecture}}{{with .Variant}}/{{.}}{{end}}' "$image")
pushed=$("$scripts/push-image.sh" "$id" "$server/$repository" 1 "$server" "$username" "$volume" once <"$folder/password")
digest=$(printf '%s' "$pushed" | sed 's/.*"digest":"\([^"]*\)".*/\1/')
stop_if_alone
say "scanning"
report=$("$scripts/scan-image.sh" "$internal/$repository@$digest" "$@" <"$folder/config")
blobs=$(docker volume inspect --format '{{.Mountpoint}}' "$volume")/docker/registry/v2/blobs
manifest=$(layer_file "$blobs" "$digest")
# The manifest names the image's configuration first.
config=$(layer_file "$blobs" "$(grep -o 'sha256:[0-9a-f]\{64\}' "$manifest" | head -n 1)")
printf '{"digest":%s,"platform":%s,"manifest":"%s","config":"%s","report":%s}\n' "$(json_string "$digest")" "$(json_string "$platform")" \
    "$(base64 -w 0 "$manifest")" "$(base64 -w 0 "$config")" "$(json_string "$report")"
done=1
