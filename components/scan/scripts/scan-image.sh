#!/bin/sh
# Has Clair scan an image of the private registry, and prints its JSON report as gzip in base64.
# Usage: scan-image.sh REFERENCE CLAIR-IMAGE NETWORK CONFIG-FILE CA-FILE CA-FOLDERS UID CLAIR-URL
# CA-FOLDERS: where clairctl looks for CAs, separated by colons; the last is for the one of CA-FILE.
# Standard input: config.json of a Docker client that may pull from the registry; it stays in memory, for this run, and
# clairctl reads it from its own standard input: a folder with it could be mounted by whoever sees the container's mounts.
set -eu
. "$(dirname "$0")/common.sh"

reference=$1 image=$2 network=$3 config=$4 ca=$5 ca_folders=$6 uid=$7 clair=$8

run_folder portcullis
cat >"$folder/config.json"

report() {
    clairctl "$network" "$uid" "$config" 256m --env SSL_CERT_DIR="$ca_folders" \
        --interactive --env REGISTRY_AUTH_FILE=/dev/stdin \
        --volume "$ca:${ca_folders##*:}/portcullis.crt:ro" \
        "$image" report --host "$clair" --out json "$reference" \
        <"$folder/config.json" >"$folder/report.json" 2>"$folder/log"
}

# Clair takes two images at a time, and sends others away with 429. One that has just been started is healthy before it listens:
# its own health page says OK whatever the other parts do.
tries=120
until report; do
    tries=$((tries - 1))
    if [ "$tries" = 0 ] || ! grep -qE ': 429|: connection refused' "$folder/log"; then
        fail "$reference: Clair cannot scan it: $(tail -n 3 "$folder/log")"
    fi
    ! caller_gone || fail "$reference: not scanned: the run that asked was interrupted"
    sleep 1
done

[ -s "$folder/report.json" ] || fail "$reference: Clair gave no report; see 'docker logs' of its container"
gzip -n -c "$folder/report.json" | base64 -w 0
