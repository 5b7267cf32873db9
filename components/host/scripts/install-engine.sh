#!/bin/sh
# Makes sure that a Docker Engine is installed and answers. Prints {"version":"26.1.5"}.
# Usage: install-engine.sh yes|no     (whether it may be installed where it is missing)
set -eu
. "$(dirname "$0")/common.sh"

may_install=$1

[ "$(id -u)" = 0 ] || fail "the SSH user is $(id -un), not root: set portcullis:host.user to root"

missing=
command -v dockerd >/dev/null 2>&1 || missing="$missing docker.io"
command -v docker >/dev/null 2>&1 || missing="$missing docker-cli"
command -v newuidmap >/dev/null 2>&1 || missing="$missing uidmap"
command -v iptables >/dev/null 2>&1 || missing="$missing iptables"

if [ -n "$missing" ]; then
    [ "$may_install" = yes ] ||
        fail "missing on the host:$missing. Install them, or set portcullis:engine.install to true"
    command -v apt-get >/dev/null 2>&1 ||
        fail "missing on the host:$missing, and it has no apt-get. Install them by hand; only Debian and its kin are installed automatically"
    export DEBIAN_FRONTEND=noninteractive
    say "installing$missing"
    apt-get update -qq >&2 || fail "apt-get update failed: mend the host's package sources, and run again"
    # Before Debian 13 the client is part of docker.io.
    case $missing in *docker-cli*) apt-cache show docker-cli >/dev/null 2>&1 || missing=$(printf '%s' "$missing" | sed 's/docker-cli/docker.io/') ;; esac
    # shellcheck disable=SC2086 # a list of words
    apt-get install -qq -y --no-install-recommends $missing >&2 ||
        fail "apt-get could not install$missing: see its message above"
fi

if ! docker info >/dev/null 2>&1; then
    systemctl enable --now docker >&2 || true
    wait_for 60 docker info ||
        fail "the engine does not answer: see 'journalctl -u docker' on the host"
fi

printf '{"version":%s}\n' "$(json_string "$(docker version --format '{{.Server.Version}}')")"
