#!/bin/sh
# Removes Clair's spool, with its file and its service.
# Usage: remove-spool.sh FOLDER
# shellcheck disable=SC2154 # spool.sh sets the paths
set -eu
. "$(dirname "$0")/common.sh"

[ "$1" = "$spool_folder" ] || fail "the spool belongs in $spool_folder, and not in $1; this is a defect of the program"
systemctl disable --quiet --now "$spool_service" >/dev/null 2>&1 || true
spool_unmount
# Where the engine is gone its containers may run on, and one that has the spool keeps it until it ends.
[ ! -e "$spool_file" ] || wait_for 10 spool_is_free || say "a container still has Clair's spool: its bytes are free once that container ends"
rm -f "/etc/systemd/system/$spool_service" "$spool_file" "$spool_file.portcullis-new"
systemctl daemon-reload
systemctl reset-failed "$spool_service" 2>/dev/null || true
rmdir "$spool_folder" "${spool_folder%/*}" 2>/dev/null || true
