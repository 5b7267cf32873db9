#!/bin/sh
# Follows the symbolic links of paths, and writes nothing. Runs as `sh -s` on the host, behind a line that sets `paths`:
# base64 of the paths, each ended by a null byte. Prints the word `links` and the real path of each path, again each ended
# by a null byte. The real path is empty where a path leads nowhere.
set -u
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

printf 'links\0'
# The line before the script sets `paths`; the inner shell, and not this one, reads `$1`.
# shellcheck disable=SC2016,SC2154
printf '%s' "$paths" | base64 -d |
    xargs -0 -r -n 1 sh -c 'readlink -fz -- "$1" 2>/dev/null || printf "\0"' sh
