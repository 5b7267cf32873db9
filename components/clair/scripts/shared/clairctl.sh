#!/bin/sh
# clairctl NETWORK UID CONFIG-FILE MEMORY [DOCKER-OPTION…] CLAIR-IMAGE ARGUMENT…: runs clairctl in a confined container
# that goes when it ends.
clairctl() {
    clairctl_network=$1 clairctl_uid=$2 clairctl_config=$3 clairctl_memory=$4
    shift 4
    docker run --rm --network "$clairctl_network" --user "$clairctl_uid:$clairctl_uid" --read-only --tmpfs /tmp \
        --cap-drop ALL --security-opt no-new-privileges --pids-limit 128 \
        --memory "$clairctl_memory" --memory-swap "$clairctl_memory" \
        --env CLAIR_CONF=/config/config.yaml --env NO_COLOR=1 --volume "$clairctl_config:/config/config.yaml:ro" \
        --entrypoint clairctl "$@"
}
