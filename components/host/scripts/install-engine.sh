#!/bin/sh
# Makes sure that a Docker Engine is installed and answers, with what its confinement needs. Prints {"version":"26.1.5"}.
# Usage: install-engine.sh yes|no required|where-possible|off yes|no
#   (whether packages may be installed where they are missing; whether audit rules are wanted; whether what user namespaces hide
#   is accepted)
set -eu
. "$(dirname "$0")/common.sh"

may_install=$1 audit_rules=$2 accept_hidden=$3

[ "$(id -u)" = 0 ] || fail "the SSH user is $(id -un), not root: set portcullis:host.user to root"

refusal=$(audit_refusal)
[ "$audit_rules" != required ] || [ -z "$refusal" ] ||
    fail "audit rules cannot be loaded: $refusal. Take another host, or set portcullis:engine.auditRules to where-possible"

refuse_podman
# Before anything is installed, or started: the ranges of subordinate ids, and what an engine has that does not run.
check_ids
refuse_hidden_of_stopped "$accept_hidden"

missing=
command -v dockerd >/dev/null 2>&1 || missing="$missing docker.io"
command -v docker >/dev/null 2>&1 || missing="$missing docker-cli"
command -v newuidmap >/dev/null 2>&1 || missing="$missing uidmap"
command -v iptables >/dev/null 2>&1 || missing="$missing iptables"
command -v mkfs.ext4 >/dev/null 2>&1 || missing="$missing e2fsprogs"
# Where the kernel has AppArmor the engine confines containers with it, if it finds the parser when it starts.
[ ! -e /sys/kernel/security/apparmor ] || command -v apparmor_parser >/dev/null 2>&1 || missing="$missing apparmor"
[ "$audit_rules" = off ] || [ -n "$refusal" ] || command -v augenrules >/dev/null 2>&1 || missing="$missing auditd"

if [ -n "$missing" ]; then
    [ "$may_install" = yes ] ||
        fail "missing on the host:$missing. Install them, or set portcullis:engine.install to true"
    command -v apt-get >/dev/null 2>&1 ||
        fail "missing on the host:$missing, and it has no apt-get. Install them by hand; only Debian and its kin are installed automatically"
    export DEBIAN_FRONTEND=noninteractive
    say "installing$missing"
    apt_get update -qq || fail "apt-get update failed: mend the host's package sources, and run again"
    # Before Debian 13 the client is part of docker.io.
    case $missing in *docker-cli*) apt-cache show docker-cli >/dev/null 2>&1 || missing=$(printf '%s' "$missing" | sed 's/docker-cli/docker.io/') ;; esac
    # shellcheck disable=SC2086 # a list of words
    refuse_removals $missing
    # shellcheck disable=SC2086
    apt_get install -qq -y --no-remove --no-install-recommends $missing ||
        fail "apt-get could not install$missing: see its message above"
fi

if ! docker info >/dev/null 2>&1; then
    systemctl enable --now docker >&2 || true
    wait_for 60 docker info ||
        fail "the engine does not answer: see 'journalctl -u docker' on the host"
fi

made program dockerd
made program docker
made program newuidmap
made program iptables
made program mkfs.ext4
printf '{"version":%s}\n' "$(json_string "$(docker version --format '{{.Server.Version}}')")"
