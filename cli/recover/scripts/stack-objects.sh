#!/bin/sh
# What a stack has on the engine, by its label; by standard input of `sh -s` on the host.
# Usage: stack-objects.sh list LABEL-VALUE                 prints lines `container ID NAME STATE` and `network ID NAME`
#        stack-objects.sh remove LABEL-VALUE ID…           removes those containers and networks, if they have the label
#        stack-objects.sh start LABEL-VALUE ID…            starts those containers, if they have the label
set -eu

what=$1 owner=$2
shift 2

fail() {
    printf 'portcullis: %s\n' "$*" >&2
    exit 1
}

# There is nothing yet where the very first run was interrupted.
command -v docker >/dev/null 2>&1 || exit 0
docker info >/dev/null 2>&1 || fail "the engine does not answer: see 'systemctl status docker' on the host"

# owned KIND ID: whether it is there, and this stack's.
owned() {
    case $1 in
    container) template='{{index .Config.Labels "portcullis.stack"}}' ;;
    network) template='{{index .Labels "portcullis.stack"}}' ;;
    esac
    [ "$(docker "$1" inspect --format "$template" "$2" 2>/dev/null)" = "$owner" ]
}

case $what in
list)
    docker ps --all --no-trunc --filter "label=portcullis.stack=$owner" --format 'container {{.ID}} {{.Names}} {{.State}}'
    docker network ls --no-trunc --filter "label=portcullis.stack=$owner" --format 'network {{.ID}} {{.Name}}'
    ;;
remove)
    # Containers first: a network that has some cannot go.
    for id in "$@"; do
        ! owned container "$id" || { docker stop "$id" && docker rm --force "$id"; } >/dev/null || fail "container $id cannot be removed"
    done
    for id in "$@"; do
        ! owned network "$id" || docker network rm "$id" >/dev/null || fail "network $id cannot be removed"
    done
    ;;
start)
    for id in "$@"; do
        ! owned container "$id" || docker start "$id" >/dev/null || fail "container $id does not start: see 'docker logs $id' on the host"
    done
    ;;
*) fail "unknown word '$what'" ;;
esac
