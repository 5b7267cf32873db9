#!/bin/sh
# Limits the processes and threads of a container.
# Usage: limit-pids.sh CONTAINER LIMIT
set -eu
. "$(dirname "$0")/common.sh"

docker update --pids-limit "$2" "$1" >/dev/null
limit=$(docker inspect --format '{{.HostConfig.PidsLimit}}' "$1")
made container "$1"
[ "$limit" = "$2" ] || fail "container $1: the engine says its limit of processes is $limit, not $2; does the kernel have the pids cgroup?"
