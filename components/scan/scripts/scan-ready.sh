#!/bin/sh
# Says whether what a passing scan needs of a stack runs: the engine, and the stack's containers. Changes nothing.
# Usage: scan-ready.sh STACK CONTAINER…       Prints nothing; what does not run is an error.
set -eu
. "$(dirname "$0")/common.sh"

stack=$1
shift
again="Bring the stack up again: ./pulumiw up --stack $stack"

# Where no engine answers, Docker's client fills the template all the same, with nothing.
[ -n "$(timeout 60 docker version --format '{{.Server.Version}}' 2>/dev/null)" ] ||
    fail "the host's engine gives no answer, so nothing can be scanned (see 'journalctl -u docker' on the host). $again"

# state NAME: how a container is; one without a health check has none.
state() {
    docker container inspect --format '{{.State.Status}}{{with .State.Health}} {{.Status}}{{end}}' "$1" 2>/dev/null || echo gone
}

settled() {
    case $(state "$1") in *starting) return 1 ;; esac
}

for container in "$@"; do
    # A container that was just started is healthy after its first checks.
    wait_for 120 settled "$container" || true
    case $(state "$container") in
    'running healthy' | running) ;;
    gone) fail "the container $container is not there, so nothing can be scanned. $again" ;;
    *) fail "the container $container is '$(state "$container")', so nothing can be scanned (see 'docker logs $container' on the host). $again" ;;
    esac
done
