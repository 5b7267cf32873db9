#!/bin/sh
# Has Clair scan an image of the private registry, and prints its JSON report as gzip in base64.
# Usage: scan-image.sh CLAIR-IMAGE NETWORK CONFIG-FILE CA-FILE CA-FOLDERS UID CLAIR-URL REFERENCE
# CA-FOLDERS: where clairctl looks for CAs, separated by colons; the last is for the one of CA-FILE.
# Standard input: config.json of a Docker client that may pull from the registry; it stays in memory, for this run.
set -eu
. "$(dirname "$0")/common.sh"

image=$1 network=$2 config=$3 ca=$4 ca_folders=$5 uid=$6 clair=$7 reference=$8
owner=$(($(remap_base) + uid))

run_folder portcullis-handover
# The remapped engine has to pass through; the name is not to be guessed, and the file is the container's alone.
chmod 0711 "$folder"
mkdir -m 0500 "$folder/docker"
cat >"$folder/docker/config.json"
chmod 0400 "$folder/docker/config.json"
chown -R "$owner:$owner" "$folder/docker"

report() {
    clairctl "$network" "$uid" "$config" 256m --env SSL_CERT_DIR="$ca_folders" --env DOCKER_CONFIG=/run/docker \
        --volume "$ca:${ca_folders##*:}/portcullis.crt:ro" --volume "$folder/docker:/run/docker:ro" \
        "$image" report --host "$clair" --out json "$reference" \
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
