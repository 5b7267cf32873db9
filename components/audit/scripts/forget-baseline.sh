#!/bin/sh
# Removes the audit that keep-baseline.sh kept.
set -eu
. "$(dirname "$0")/common.sh"

rm -f "$state_folder/audit-baseline.json"
rmdir "$state_folder" 2>/dev/null || true
