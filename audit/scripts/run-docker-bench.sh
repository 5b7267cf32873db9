#!/bin/sh
# Runs Docker Bench for Security on this host, and prints the JSON that it writes. Sent to `sh -s`.
# Usage: run-docker-bench.sh script PATH [USERS]   its docker-bench-security.sh
#        run-docker-bench.sh image NAME [USERS]    an image that is on the host; it gets the host's namespaces and socket
# USERS: trusted members of the group docker, separated by commas.
set -eu

kind=$1 name=$2 users=${3:-}

fail() {
    echo "portcullis: $1" >&2
    exit 1
}

# It leaves its log where it was started; this folder is removed.
folder=$(mktemp -d /tmp/portcullis-docker-bench.XXXXXX)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
cd "$folder"

case $kind in
    script)
        [ -f "$name" ] || fail "Docker Bench ($name): there is no such file; give the path of docker-bench-security.sh"
        command -v bash >/dev/null || fail "Docker Bench ($name): needs bash; install it"
        # Its other files are looked up in the working folder.
        for part in functions tests; do
            [ ! -d "$(dirname "$name")/$part" ] || ln -s "$(dirname "$name")/$part" "$part"
        done
        bash "$name" -b -l "$folder/bench" ${users:+-u "$users"} >"$folder/output" 2>&1 </dev/null ||
            fail "Docker Bench ($name): ended with $?: $(tail -n 5 "$folder/output")"
        ;;
    image)
        docker image inspect "$name" >/dev/null 2>&1 ||
            fail "Docker Bench ($name): the image is not on the host; pull or load it first"
        set --
        for path in /etc /lib/systemd/system /usr/bin/containerd /usr/bin/runc /usr/lib/systemd /run/containerd /var/lib; do
            [ ! -e "$path" ] || set -- "$@" --volume "$path:$path:ro"
        done
        # shellcheck disable=SC2016 # the container's shell expands it
        docker run --rm --tmpfs /tmp --net host --pid host --userns host --cap-add audit_control \
            --env DOCKER_CONTENT_TRUST="${DOCKER_CONTENT_TRUST:-}" "$@" \
            --volume /var/run/docker.sock:/var/run/docker.sock:ro --label docker_bench_security \
            --entrypoint sh "$name" -c '
                $(command -v bash || echo sh) docker-bench-security.sh -b -l /tmp/bench ${1:+-u "$1"} >&2 && cat /tmp/bench.json' bench "$users" \
            >"$folder/bench.json" 2>"$folder/output" </dev/null ||
            fail "Docker Bench ($name): ended with $?: $(tail -n 5 "$folder/output")"
        ;;
    *) fail "Docker Bench: '$kind' is neither script nor image" ;;
esac

cat "$folder/bench.json"
