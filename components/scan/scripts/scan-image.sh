#!/bin/sh
# Has Clair scan an image of the private registry, and prints its JSON report as gzip in base64.
# Usage: scan-image.sh REFERENCE CLAIR-IMAGE NETWORK CONFIG-FILE CA-FILE CA-FOLDERS UID CLAIR-URL CLAIR-CONTAINER
# CA-FOLDERS: where clairctl looks for CAs, separated by colons; the last is for the one of CA-FILE.
# Standard input: config.json of a Docker client that may pull from the registry; it stays in memory, for this run, and
# clairctl reads it from its own standard input: a folder with it could be mounted by whoever sees the container's mounts.
# shellcheck disable=SC2154 # spool.sh sets the spool's file
set -eu
. "$(dirname "$0")/common.sh"

reference=$1 image=$2 network=$3 config=$4 ca=$5 ca_folders=$6 uid=$7 clair=$8 container=$9

run_folder portcullis
cat >"$folder/config.json"

report() {
    clairctl "$network" "$uid" "$config" 256m --env SSL_CERT_DIR="$ca_folders" \
        --interactive --env REGISTRY_AUTH_FILE=/dev/stdin \
        --volume "$ca:${ca_folders##*:}/portcullis.crt:ro" \
        "$image" report --host "$clair" --out json "$reference" \
        <"$folder/config.json" >"$folder/report.json" 2>"$folder/log"
}

listening() {
    [ "$(docker inspect --format '{{.State.Status}} {{.State.Health.Status}}' "$1" 2>/dev/null)" = 'running healthy' ]
}

# starts: how often the engine has started Clair's container again, and when it was started last; each end of Clair changes it.
starts() {
    docker inspect --format '{{.RestartCount}} {{.State.StartedAt}}' "$container" 2>/dev/null || true
}

# short_of_memory SINCE: whether the kernel ended a process of Clair's for lack of memory since then. The engine forgets the state
# of a container that it starts again, and has an event of each such end.
short_of_memory() {
    [ "$(docker inspect --format '{{.State.OOMKilled}}' "$container" 2>/dev/null)" = true ] ||
        [ -n "$(docker events --since "$1" --until "$(date +%s)" --filter "container=$container" --filter event=oom --format '{{.Time}}' 2>/dev/null)" ]
}

memory_megabytes() {
    echo "$(($(docker inspect --format '{{.HostConfig.Memory}}' "$container") / 1048576))"
}

# spool_is_empty: less than a hundredth of the spool is taken.
spool_is_empty() {
    df --block-size=1 --output=used,size "$spool_folder" 2>/dev/null | awk 'NR == 2 { exit !($1 * 100 < $2) } END { if (NR < 2) exit 1 }'
}

# free_spool: Clair gives a layer back some time after its scan, when its runtime next looks for what nobody holds any more: minutes later
# where it has nothing to do. Its own health port has it look at once.
free_spool() {
    for _ in 1 2; do
        address="http://127.0.0.1:8089/debug/pprof/heap?gc=1"
        docker exec "$container" sh -c "curl -fs -o /dev/null '$address' || wget -q -O /dev/null '$address'" >/dev/null 2>&1 || true
    done
    wait_for 60 spool_is_empty || true
}

# Clair takes two images at a time, and sends others away with 429: those two may be large, and an hour is waited for them. One that has just been started is healthy before it listens:
# its own health page says OK whatever the other parts do; and while the engine starts it again its name is not known. Where Clair
# ended in the middle, the cause may be another image that is scanned at the same time: this one is tried again, and three ends are
# its own. The same with the spool: what other images left in it goes first, and an image for which it is full three times does not
# fit.
tries=120 ends=0 full=0
since=$(date +%s) started=$(starts)
until report; do
    if grep -qi 'no space left on device' "$folder/log"; then
        full=$((full + 1))
        [ "$full" -lt 3 ] ||
            fail "$reference: no verdict: its layers do not fit into Clair's spool of $(($(stat -c %s "$spool_file" 2>/dev/null || echo 0) / 1073741824)) GiB, unpacked, beside those that were scanned with them: set portcullis:scanner.spoolGigabytes higher, or make the image smaller, and run again"
        free_spool
    elif [ "$(starts)" != "$started" ] || grep -qE 'connection reset|EOF|broken pipe' "$folder/log"; then
        ends=$((ends + 1))
        if [ "$ends" = 3 ]; then
            ! short_of_memory "$since" ||
                fail "$reference: no verdict: Clair came to its memory limit of $(memory_megabytes) MiB while it scanned the image: set portcullis:scanner.clairMemoryMegabytes higher, or make the image smaller, and run again"
            fail "$reference: Clair ended three times while it scanned the image: $(tail -n 3 "$folder/log"); see 'docker logs $container' on the host"
        fi
        wait_for 60 listening "$container" || true
        started=$(starts)
    elif grep -q ': 429' "$folder/log"; then
        [ "$(date +%s)" -lt "$((since + 3600))" ] ||
            fail "$reference: no verdict: Clair was busy with other images for an hour: run again when these are scanned; see 'docker logs $container' on the host"
    else
        tries=$((tries - 1))
        if [ "$tries" -le 0 ] || ! grep -qE ': connection refused|lookup clair ' "$folder/log"; then
            fail "$reference: Clair cannot scan it: $(tail -n 3 "$folder/log")"
        fi
    fi
    ! caller_gone || fail "$reference: not scanned: the run that asked was interrupted"
    sleep 1
done

[ -s "$folder/report.json" ] || fail "$reference: Clair gave no report; see 'docker logs' of its container"
gzip -n -c "$folder/report.json" | base64 -w 0
