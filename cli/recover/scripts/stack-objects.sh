#!/bin/sh
# What a stack has on the engine, by its label; by standard input of `sh -s` on the host.
# Usage: stack-objects.sh list LABEL-VALUE                 prints lines `container ID NAME STATE` and `network ID NAME`;
#                                                          or the one line `none` where the host has no engine to ask
#        stack-objects.sh remove LABEL-VALUE ID…           removes those containers and networks, if they have the label
#        stack-objects.sh start LABEL-VALUE ID…            starts those containers, if they have the label
# An engine that is stopped is started: a container or network that is half made has to go before the next run.
set -eu
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
unset DOCKER_HOST DOCKER_CONTEXT

what=$1 owner=$2
shift 2

fail() {
    printf 'portcullis: %s\n' "$*" >&2
    exit 1
}

answers() {
    [ -n "$(timeout 20 docker version --format '{{.Server.Version}}' 2>/dev/null)" ]
}

# There is nothing yet where the very first run was interrupted, and nothing any more where the host was made anew.
if ! command -v docker >/dev/null 2>&1 || ! { answers || systemctl cat docker.service || command -v dockerd; } >/dev/null 2>&1; then
    echo none
    exit 0
fi
if ! answers; then
    systemctl reset-failed docker.service 2>/dev/null || true
    systemctl start docker.service 2>/dev/null || true
    tries=0
    until answers; do
        tries=$((tries + 1))
        [ "$tries" -lt 60 ] ||
            fail "the engine does not start, so what the last run left half done on it cannot be seen: see 'journalctl -u docker' on the host, mend the engine, and run the same command again"
        sleep 1
    done
fi

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
