#!/bin/sh
# Removes our scripts from the host, and their locks: the last step of a stack that goes. It runs alone (run.sh).
set -eu
folder=$(dirname "$0")
. "$folder/common.sh"

rm -f "$host_lock"-* "$host_lock"
rm -rf "$folder"
