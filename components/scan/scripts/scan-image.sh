#!/bin/sh
# Has Clair scan an image of the private registry, and prints its JSON report as gzip in base64.
# Usage: scan-image.sh CLAIR-IMAGE NETWORK CONFIG-FILE CA-FILE UID CLAIR-URL REFERENCE
# Standard input: config.json of a Docker client that may pull from the registry; it stays in memory, for this run.
set -eu
. "$(dirname "$0")/common.sh"

image=$1 network=$2 config=$3 ca=$4 uid=$5 clair=$6 reference=$7
owner=$(($(remap_base) + uid))

run_folder
# The remapped engine has to pass through; the name is not to be guessed, and the file is the container's alone.
chmod 0711 "$folder"
mkdir -m 0500 "$folder/docker"
cat >"$folder/docker/config.json"
chmod 0400 "$folder/docker/config.json"
chown -R "$owner:$owner" "$folder/docker"

report() {
    docker run --rm --network "$network" --user "$uid:$uid" --read-only --tmpfs /tmp \
        --cap-drop ALL --security-opt no-new-privileges --memory 256m --memory-swap 256m --pids-limit 64 \
        --env SSL_CERT_DIR=/etc/ssl/certs:/etc/pki/tls/certs:/var/run/certs --env DOCKER_CONFIG=/run/docker --env NO_COLOR=1 \
        --volume "$config:/config/config.yaml:ro" --volume "$ca:/var/run/certs/portcullis.crt:ro" \
        --volume "$folder/docker:/run/docker:ro" \
        --entrypoint clairctl "$image" --config /config/config.yaml report --host "$clair" --out json "$reference" \
        >"$folder/report.json" 2>"$folder/log"
}

# Clair takes two images at a time, and sends others away with 429.
tries=120
until report; do
    tries=$((tries - 1))
    if [ "$tries" = 0 ] || ! grep -q ': 429' "$folder/log"; then
        fail "$reference: Clair cannot scan it: $(tail -n 3 "$folder/log")"
    fi
    sleep 1
done

[ -s "$folder/report.json" ] || fail "$reference: Clair gave no report; see 'docker logs' of its container"
gzip -n -c "$folder/report.json" | base64 -w 0
