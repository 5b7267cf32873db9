#!/bin/sh
# Runs Docker Bench for Security on this host, and prints the JSON that it writes. Sent to `sh -s`.
# Usage: run-docker-bench.sh ACTION script PATH [USERS]   its docker-bench-security.sh
#        run-docker-bench.sh ACTION image NAME [USERS]    an image that is on the host; it gets the host's namespaces
# ACTION: run, or check: only says, before the host is hardened, whether it could be run afterwards.
# USERS: trusted members of the group docker, separated by commas.
set -eu

action=$1 kind=$2 name=$3 users=${4:-}
setting=portcullis:audit.dockerBench

fail() {
    echo "portcullis: Docker Bench ($name): $1" >&2
    exit 1
}

# failed CODE: says how it ended; knows the refusal of an engine that asks an authorization plugin.
failed() {
    if grep -q 'authorization denied by plugin' "$folder/output"; then
        fail "the engine's authorization plugin refuses a container with the host's namespaces, which its image needs: put the script on the host and name that ($setting.script, or script:PATH). $(grep -m 1 'authorization denied' "$folder/output")"
    fi
    fail "ended with $1: $(tail -n 5 "$folder/output")"
}

# container COMMAND…: the container of the image, as its makers say, and with containerd's shims, which it looks for.
container() {
    for path in /etc /lib/systemd/system /usr/lib/systemd /run/containerd /var/lib /usr/bin/runc /usr/bin/containerd \
        /usr/bin/containerd-shim /usr/bin/containerd-shim-runc-v1 /usr/bin/containerd-shim-runc-v2; do
        [ ! -e "$path" ] || set -- "$@" --volume "$path:$path:ro"
    done
    # shellcheck disable=SC2016 # the container's shell expands it
    docker "$@" --tmpfs /tmp --net host --pid host --userns host --cap-add audit_control \
        --env DOCKER_CONTENT_TRUST="${DOCKER_CONTENT_TRUST:-}" \
        --volume /var/run/docker.sock:/var/run/docker.sock:ro --label docker_bench_security \
        --entrypoint sh "$name" -c '
            $(command -v bash || echo sh) docker-bench-security.sh -b -l /tmp/bench ${1:+-u "$1"} >&2 && cat /tmp/bench.json' \
        bench "$users" </dev/null 2>"$folder/output"
}

# It leaves its log where it was started; this folder is removed.
folder=$(mktemp -d /tmp/portcullis-docker-bench.XXXXXX)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
cd "$folder"

case $kind in
script)
    [ -f "$name" ] || fail "there is no such file; give the path of docker-bench-security.sh on the host"
    command -v bash >/dev/null || fail "needs bash; install it on the host"
    # Its other files are looked up in the working folder.
    for part in functions tests; do
        [ -d "$(dirname "$name")/$part" ] || fail "there is no folder $part beside it; put all of its checkout on the host"
        ln -s "$(dirname "$name")/$part" "$part"
    done
    [ "$action" = run ] || exit 0
    bash "$name" -b -l "$folder/bench" ${users:+-u "$users"} >"$folder/output" 2>&1 </dev/null || failed $?
    ;;
image)
    if [ "$action" = check ] && ! docker info --format '{{json .SecurityOptions}}' | grep -q name=userns; then
        fail "the hardening hides the images that the engine has now: leave $setting out, run './pulumiw up', load the image, and set it again; or name the script ($setting.script)"
    fi
    docker image inspect "$name" >/dev/null 2>&1 || fail "the image is not on the host; pull or load it first"
    if [ "$action" = check ]; then
        id=$(container create) || failed $?
        docker rm "$id" >/dev/null
        exit 0
    fi
    container run --rm >"$folder/bench.json" || failed $?
    ;;
*) fail "'$kind' is neither script nor image" ;;
esac

cat "$folder/bench.json"
