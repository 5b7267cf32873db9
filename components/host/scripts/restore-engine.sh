#!/bin/sh
# Puts back the engine's configuration of the time before configure-engine.sh.
# Refuses where containers are left that are not the stack's: they would vanish from sight.
set -eu
. "$(dirname "$0")/common.sh"

config=/etc/docker/daemon.json
kept=$state_folder/engine
# By the daemon.json that is still in force, and by the ranges that are still there.
retained=$(retained_volumes)

if [ -e "$kept/ours" ]; then
    if remapped; then
        left=$(docker ps -a --format '{{.Names}}' | head -n 5 | tr '\n' ' ')
        [ -z "$left" ] ||
            fail "containers that are not the stack's run on the remapped engine ($left): they would vanish from sight with it. Remove them, and run destroy again"
    fi
    if [ -e "$kept/daemon.json.before" ]; then
        cp -p "$kept/daemon.json.before" "$config"
    else
        rm -f "$config"
    fi
fi
if [ -e "$kept/ours" ] && command -v dockerd >/dev/null 2>&1; then
    systemctl reset-failed docker 2>/dev/null || true
    systemctl restart docker || fail "the engine did not restart with its old configuration: see 'journalctl -u docker' on the host"
    wait_for 60 docker info || fail "the engine does not answer with its old configuration: see 'journalctl -u docker' on the host"
fi

restore_ids "$retained"
if [ -z "$retained" ]; then
    rm -rf "$kept"
else
    # The notes of the ranges stay beside these.
    find "$kept" -mindepth 1 ! -name 'sub*' ! -name ranges ! -name root ! -name user -delete
fi
rmdir "$state_folder/files" "$state_folder" 2>/dev/null || true
