#!/bin/sh
# Removes all that passing scans (scan-once.sh) brought to the host: their names in the engine, their repositories in the
# registry, and the blobs of these that no other repository has.
# Usage: forget-scans.sh SERVER VOLUME [RUN]       (the registry, and the volume with its data)
# Without RUN those scans are forgotten that have ended, or were killed, and left something.
set -eu
scripts=$(dirname "$0")
. "$scripts/common.sh"

server=$1 volume=$2
data=$(docker volume inspect --format '{{.Mountpoint}}' "$volume")
store=$data/docker/registry/v2
# On the registry's own file system, and outside of what the registry reads.
aside=$data/portcullis-scan-aside

# No scan begins, and none is forgotten, beside this.
exec 5>>"$host_lock-scans"
flock 5

# left: the scans that left something, each once.
left() {
    {
        find "$state_folder" -maxdepth 1 -name 'scan-*' -printf '%f\n' | sed 's/^scan-//'
        # The registry makes the folder with the first push of a scan.
        [ ! -d "$store/repositories/portcullis/scan" ] ||
            find "$store/repositories/portcullis/scan" -mindepth 1 -maxdepth 1 -printf '%f\n' || true
        for path in /run/portcullis-scan-*; do
            [ ! -d "$path" ] || printf '%s\n' "${path#/run/portcullis-scan-}"
        done
        docker images --format '{{.Repository}}' | sed -n "s|^$server/portcullis/scan/||p"
    } | sort -u
}

# runs RUN: whether that scan still runs; its processes hold the lock.
runs() {
    lock=$state_folder/scan-$1/lock
    [ -e "$lock" ] && ! flock -n "$lock" true
}

# linked: writes the digests, in hex, that some repository has, to $work/linked. Fails where not all of them can be read: a blob
# whose link is not read looks like one that nobody has. It is called where errexit is off.
linked() {
    find "$store/repositories" -ignore_readdir_race -name _uploads -prune -o \
        '(' -path '*/_layers/sha256/*/link' -o -path '*/_manifests/revisions/sha256/*/link' ')' -print >"$work/links" || return 1
    sed -n 's|.*/sha256/\([0-9a-f]\{64\}\)/link$|\1|p' "$work/links" >"$work/unsorted" || return 1
    sort -u "$work/unsorted" >"$work/linked" || return 1
}

# uploading: whether somebody sends something to the registry, or nobody can tell. What nobody has written to for long is an upload
# that was given up.
uploading() {
    recent=$(find "$store/repositories" -ignore_readdir_race -path '*/_uploads/*' -mmin -15 -print -quit 2>/dev/null) || return 0
    [ -n "$recent" ]
}

# blob HEX: folder of a blob.
blob() {
    printf '%s/blobs/sha256/%.2s/%s' "$store" "$1" "$1"
}

# put_back HEX: gives the registry a blob back, unless the registry has been sent it anew.
put_back() {
    [ ! -e "$(blob "$1")" ] || return 0
    mkdir -p "$(dirname "$(blob "$1")")"
    mv "$aside/$1" "$(blob "$1")" 2>/dev/null || [ -e "$(blob "$1")" ]
}

# forget_blobs LIST: removes the blobs of a list of digests that nobody has any more. Each is set aside first, and looked at again:
# an upload of the same blob may have found it there just before, and links it then. Fails where somebody uploads all the time, or
# where nobody can tell what the repositories have; nothing is removed then. It is called where errexit is off.
forget_blobs() {
    [ -s "$1" ] || return 0
    wait_for 10 linked || return 1
    sort -u "$1" >"$work/named" || return 1
    comm -23 "$work/named" "$work/linked" >"$work/unlinked" || return 1
    [ -s "$work/unlinked" ] || return 0
    wait_for 60 not_uploading || return 1
    mkdir -p "$aside" || return 1
    while read -r hex; do
        mv "$(blob "$hex")" "$aside/$hex" 2>/dev/null || true
    done <"$work/unlinked"
    settle_aside
}

not_uploading() {
    ! uploading
}

# quiet REPOSITORY: nothing is written for an upload to it. The engine and the registry may take a moment to give up that of a
# scan that was killed, and would make the repository's folder again.
quiet() {
    [ -z "$(find "$1/_uploads" -mindepth 1 -newermt '3 seconds ago' 2>/dev/null | head -n 1)" ]
}

# settle_aside: what is set aside goes, unless somebody has linked it, or may be about to, or nobody can tell. It is called where
# errexit is off.
settle_aside() {
    [ -d "$aside" ] || return 0
    busy=0
    ! uploading || busy=1
    wait_for 10 linked || busy=1
    for path in "$aside"/*; do
        [ -e "$path" ] || continue
        found=0
        grep -qx "${path##*/}" "$work/linked" || found=$?
        # 1 is "not found", and a higher number an error.
        if [ "$busy" = 1 ] || [ "$found" != 1 ]; then
            put_back "${path##*/}" || continue
        fi
        rm -rf "$path"
    done
    # What could not be put back stays where it is, for the next time.
    rmdir "$aside" || busy=1
    return "$busy"
}

# forget RUN
forget() {
    kept=$state_folder/scan-$1
    repository=$store/repositories/portcullis/scan/$1
    mkdir -p "$kept"
    # The last one is the lock that run.sh holds for this scan alone.
    rm -rf "/run/portcullis-scan-$1" "$host_lock-$(printf 'once.sh %s' "$1" | sha256sum | cut -c 1-16)"
    "$scripts/remove-image.sh" "$server/portcullis/scan/$1"
    # What the scan pulled. An image that somebody runs a container of meanwhile is theirs.
    touch "$kept/brought"
    while read -r reference; do
        exec 6>>"$(reference_lock "$reference")"
        flock 6
        docker rmi "$reference" >/dev/null 2>&1 || true
        exec 6>&-
    done <"$kept/brought"
    wait_for 60 quiet "$repository" || true
    # The list is kept first: a removal that is killed goes on from it.
    find "$repository" '(' -path '*/_layers/sha256/*' -o -path '*/_manifests/revisions/sha256/*' ')' 2>/dev/null |
        sed -n 's|.*/sha256/\([0-9a-f]\{64\}\)$|\1|p' >>"$kept/blobs"
    rm -rf "$repository"
    forget_blobs "$kept/blobs" || {
        say "images are being pushed all the time, or the registry's files cannot all be read or moved, so that layers of a scan stay in the registry until the next scan"
        return 0
    }
    rm -rf "$kept"
}

work=$(mktemp -d /run/portcullis-forget.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# No push of ours goes on meanwhile: the engine lets the registry link blobs of one repository into another one, without an upload.
exec 7>>"$host_lock-pushes"
flock 7
# A removal that was killed may have left something aside.
settle_aside || true
if [ $# = 3 ]; then
    forget "$3"
else
    for run in $(left); do
        runs "$run" || forget "$run"
    done
fi
