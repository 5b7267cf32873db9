# The local engine: one that already answers, else a private dockerd of this checkout. Sourced by lab/lab.
# shellcheck shell=sh

# A socket's path may have 107 characters; the engine's longest one adds 45 to its folder. From a deep
# checkout the same folder is reached by a short link.
if [ "${#ENGINE}" -le 60 ]; then
    ENGINE_BASE=$ENGINE
else
    ENGINE_BASE=/run/portcullis-$OWNER
fi
PRIVATE_SOCKET=unix://$ENGINE_BASE/docker.sock

engine_answers() {
    timeout 10 docker -H "$1" version --format '{{.Server.Version}}' >/dev/null 2>&1
}

# find_engine — sets DOCKER_HOST to an engine that answers, false when there is none
find_engine() {
    case ${DOCKER_HOST:-} in
        '' | "$PRIVATE_SOCKET" | "unix://$ENGINE/docker.sock") ;;
        unix://*)
            engine_answers "$DOCKER_HOST" ||
                die "no engine answers at DOCKER_HOST" "$DOCKER_HOST" "start that engine, or unset DOCKER_HOST to use a private one"
            return 0
            ;;
        *) die "DOCKER_HOST is not a local engine" "$DOCKER_HOST" "unset it, or give a unix:// socket: the lab's hosts are reached by their address on this machine" ;;
    esac
    _machine=unix:///var/run/docker.sock
    [ "${PORTCULLIS_ENGINE:-}" != private ] || _machine=
    for _socket in "$PRIVATE_SOCKET" $_machine; do
        if [ -S "${_socket#unix://}" ] && engine_answers "$_socket"; then
            DOCKER_HOST=$_socket
            return 0
        fi
    done
    return 1
}

is_private() {
    [ "$DOCKER_HOST" = "$PRIVATE_SOCKET" ]
}

# ensure_engine — sets and exports DOCKER_HOST; starts the private engine when none answers
ensure_engine() {
    need_root
    need_commands docker flock
    unset DOCKER_CONTEXT
    if ! find_engine; then
        take_lock engine
        find_engine || start_engine
        exec 9>&-
    fi
    export DOCKER_HOST
}

start_engine() {
    need_commands dockerd containerd runc setsid iptables ip
    say "no local engine answers: starting a private one in ${ENGINE#"$ROOT"/}"
    mkdir -p "$ENGINE"
    [ "$ENGINE_BASE" = "$ENGINE" ] || ln -sfn "$ENGINE" "$ENGINE_BASE"
    sweep_engine
    release_networks
    # A file of its own: the machine's /etc/docker/daemon.json is not meant for this engine.
    printf '{}\n' >"$ENGINE/daemon.json"
    # iptables stays off: a second dockerd would empty the chains of the machine's own. The few rules a lab
    # network needs are made by lib/network.sh.
    # File 9 is the lock; the engine must not inherit it.
    setsid dockerd --data-root "$ENGINE/data" --exec-root "$ENGINE_BASE/exec" -p "$ENGINE/docker.pid" -H "$PRIVATE_SOCKET" \
        --bridge=none --iptables=false --ip6tables=false --userland-proxy=false --config-file "$ENGINE/daemon.json" \
        --exec-opt native.cgroupdriver=cgroupfs \
        </dev/null >"$ENGINE/dockerd.log" 2>&1 9>&- &
    _dockerd=$!
    _began=$(now)
    until engine_answers "$PRIVATE_SOCKET"; do
        kill -0 "$_dockerd" 2>/dev/null ||
            die "the private engine ended at once: $(tail -n 1 "$ENGINE/dockerd.log")" "$ENGINE/dockerd.log" "see that log for the reason"
        [ $(($(now) - _began)) -lt 60 ] ||
            die "the private engine does not answer after 60 s" "$ENGINE/dockerd.log" "see that log for the reason"
        sleep 0.2
    done
    DOCKER_HOST=$PRIVATE_SOCKET
    say "engine $(docker -H "$DOCKER_HOST" version --format '{{.Server.Version}}') answers at $DOCKER_HOST"
}

# stop_engine — stops the private engine and removes its folder
stop_engine() {
    [ -d "$ENGINE" ] || return 0
    say "stopping the private engine"
    sweep_engine
    rm -rf "$ENGINE"
    [ "$ENGINE_BASE" = "$ENGINE" ] || rm -f "$ENGINE_BASE"
}
