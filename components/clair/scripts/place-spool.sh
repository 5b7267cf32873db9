#!/bin/sh
# Makes Clair's spool: a file whose bytes are all taken on the disk at once, so that no other file can take them later, and a
# service of systemd that mounts it, empty, before the engine starts. One that is as it should be is left alone; another is made
# anew, for which Clair's container is stopped.
# Usage: place-spool.sh FOLDER GIGABYTES UID CONTAINER
#   (where the spool is mounted; its size in GiB; the uid in the container that owns it; the container's name)
# Prints what tells this spool from a later one.
# shellcheck disable=SC2154 # spool.sh sets the paths
set -eu
. "$(dirname "$0")/common.sh"

folder=$1 gigabytes=$2 uid=$3 container=$4
[ "$folder" = "$spool_folder" ] || fail "the spool belongs in $spool_folder, and not in $folder; this is a defect of the program"
owner=$(remap_owner "$uid")
bytes=$((gigabytes * 1024 * 1024 * 1024))
unit=/etc/systemd/system/$spool_service

service() {
    cat <<END
[Unit]
Description=File system for the layers of images that Clair scans, empty at each start
RequiresMountsFor=/var/spool
Before=docker.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=$toolkit/mount-spool.sh $folder $owner
ExecStop=-/bin/umount $folder

[Install]
WantedBy=docker.service multi-user.target
END
}

# identity: what tells the file system from one that is made later: each time that it is mounted it is made anew.
identity() {
    blkid -p -o value -s UUID "$spool_file"
}

as_wanted() {
    [ "$(spool_file_state)" = "0 0 600 $bytes whole" ] &&
        [ "$(spool_mount_state)" = "ext4 nodev,noexec,nosuid,rw $(readlink -f "$spool_file") ${owner%:*} ${owner#*:} 700" ] &&
        service | cmp -s - "$unit" && [ "$(systemctl show -P ActiveState -P UnitFileState "$spool_service" | tr '\n' ' ')" = 'active enabled ' ]
}

noted() {
    made spool "$folder"
    made unit "$spool_service"
    made file "$unit"
    identity
}

command -v mkfs.ext4 >/dev/null 2>&1 || fail "mkfs.ext4 is missing on the host: install e2fsprogs, or set portcullis:engine.install to true"
if as_wanted; then
    noted
    exit 0
fi

umask 022
# What has the old one open keeps it.
if docker inspect --format '{{range .Mounts}}{{.Source}} {{end}}' "$container" 2>/dev/null | grep -qF "$folder/files "; then
    docker stop --time 10 "$container" >/dev/null
fi
systemctl disable --quiet --now "$spool_service" >/dev/null 2>&1 || true
spool_leave
for at in "${folder%/*}" "$folder" "$spool_file"; do
    [ ! -L "$at" ] || fail "$at is a symbolic link: remove it, and run again"
done
[ ! -d "$spool_file" ] || fail "$spool_file is a folder, but the file of Clair's spool belongs there: remove it, and run again"
mkdir -p "$folder"
chown root:root "${folder%/*}" "$folder"
chmod 0755 "${folder%/*}" "$folder"
[ -z "$(ls -A "$folder")" ] || fail "$folder is not empty, and Clair's spool would hide what is in it: remove that, and run again"

if [ "$(spool_file_state)" != "0 0 600 $bytes whole" ]; then
    rm -f "$spool_file"
    # shellcheck disable=SC2046 # words
    set -- $(spool_room)
    [ "$1" -ge "$bytes" ] ||
        fail "portcullis:scanner.spoolGigabytes: the disk of $folder has $(($1 / 1048576)) MiB free, and Clair's spool needs $gigabytes GiB: make room there, or set a smaller size"
    new=$spool_file.portcullis-new
    trap 'rm -f "$new"' EXIT
    (umask 077 && : >"$new")
    # Where writing copies (btrfs), what was taken at first would not be what is written to.
    chattr +C "$new" 2>/dev/null || true
    # Some file systems can take no bytes without writing them.
    fallocate --length "$bytes" "$new" 2>/dev/null || dd if=/dev/zero of="$new" bs=1M count="$((gigabytes * 1024))" conv=fsync status=none ||
        fail "portcullis:scanner.spoolGigabytes: the file of Clair's spool, $gigabytes GiB, could not be written to the disk of $folder: make room there, or set a smaller size"
    mv -f "$new" "$spool_file"
fi
chown root:root "$spool_file"
chmod 0600 "$spool_file"

service >"$unit.portcullis-new"
mv -f "$unit.portcullis-new" "$unit"
systemctl daemon-reload
systemctl reset-failed "$spool_service" 2>/dev/null || true
systemctl enable --quiet "$spool_service" || fail "systemd does not take $unit: see its message above"
systemctl restart "$spool_service" ||
    fail "Clair's spool cannot be mounted at $folder: $(journalctl -u "$spool_service" -n 5 --no-pager -o cat 2>/dev/null | tr '\n' ' '): the host's kernel has to have loop devices and ext4"
noted
