#!/bin/sh
# --- passing scans -----------------------------------------------------------------------------------------------------

# reference_lock REFERENCE: the lock of those that bring an image to the engine, or forget it; one of sixteen files, which stay.
# shellcheck disable=SC2154 # common.sh sets the path
reference_lock() {
    printf '%s-reference-%s' "$host_lock" "$(printf '%s' "$1" | sha256sum | cut -c 1)"
}
