#!/bin/sh
# Removes the authorization plugin. Refuses while the engine is told to ask it: the engine would refuse every request.
set -eu
. "$(dirname "$0")/common.sh"

name=portcullis-authorization
units=/etc/systemd/system

if docker info --format '{{json .Plugins.Authorization}}' 2>/dev/null | grep -q "\"$name\"" ||
    grep -qs "\"$name\"" /etc/docker/daemon.json; then
    fail "the engine still asks the authorization plugin, and would refuse everything without it: take authorization-plugins out of /etc/docker/daemon.json, run 'systemctl restart docker' on the host, and run again"
fi

[ ! -x "/usr/local/lib/$name/firewall" ] || "/usr/local/lib/$name/firewall" off
systemctl disable --quiet --now "$name.socket" "$name.service" 2>/dev/null || true
rm -f "$units/$name.socket" "$units/$name.service" "$units/docker.service.d/$name.conf"
rmdir "$units/docker.service.d" 2>/dev/null || true
rm -rf "/usr/local/lib/$name"
systemctl daemon-reload
systemctl reset-failed "$name.socket" "$name.service" 2>/dev/null || true
! getent passwd portcullis-authz >/dev/null || userdel portcullis-authz
# Until its next start the engine is still in the group, of which nothing is known any more.
! getent group portcullis-engine >/dev/null || groupdel portcullis-engine
