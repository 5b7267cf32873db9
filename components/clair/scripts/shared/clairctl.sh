#!/bin/sh
# clairctl NETWORK UID CONFIG-FILE MEMORY [DOCKER-OPTION…] CLAIR-IMAGE ARGUMENT…: runs clairctl in a confined container
# that goes when it ends. It reaches Clair and the registry, which no proxy does: Docker's client would give it the one of its own
# configuration ("proxies") and whatever an image sets, so each variable is set to nothing. run.sh gives the client an empty
# configuration, too.
clairctl() {
    clairctl_network=$1 clairctl_uid=$2 clairctl_config=$3 clairctl_memory=$4
    shift 4
    docker run --rm --network "$clairctl_network" --user "$clairctl_uid:$clairctl_uid" --read-only --tmpfs /tmp \
        --cap-drop ALL --security-opt no-new-privileges --pids-limit 128 \
        --memory "$clairctl_memory" --memory-swap "$clairctl_memory" \
        --env HTTP_PROXY= --env HTTPS_PROXY= --env ALL_PROXY= --env FTP_PROXY= --env NO_PROXY='*' \
        --env http_proxy= --env https_proxy= --env all_proxy= --env ftp_proxy= --env no_proxy='*' \
        --env CLAIR_CONF=/config/config.yaml --env NO_COLOR=1 --volume "$clairctl_config:/config/config.yaml:ro" \
        --entrypoint clairctl "$@"
}
