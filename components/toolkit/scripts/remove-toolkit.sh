#!/bin/sh
# Removes our scripts from the host, their locks, and the notes of passing scans that were killed: the last step of a stack that goes. It runs alone (run.sh).
set -eu
folder=$(dirname "$0")
. "$folder/common.sh"

rm -rf "${state_folder:?}"/scan-*
rm -f "$host_lock"-* "$host_lock"
rm -rf "$folder"
