#!/bin/sh
# Puts the engine under the daemon.json of standard input, as a transaction: checked before the first change, and the
# old state is put back where the engine does not come up with the new one.
# Usage: configure-engine.sh REPLACE-EXISTING ACCEPT-HIDDEN-IMAGES    (yes or no each)
# Prints {"rootDir":…,"remap":{"user":…,"uid":…,"gid":…,"size":…}}.
set -eu
. "$(dirname "$0")/common.sh"

replace_existing=$1 accept_hidden=$2

config=/etc/docker/daemon.json
kept=$state_folder/engine
mkdir -p "$kept"
chmod 0700 "$state_folder" "$kept"
new=$kept/daemon.json.new
(umask 077 && cat >"$new")
[ -s "$new" ] || fail "no daemon.json came on standard input; this is a defect of the program"

# --- before the first change ---------------------------------------------------------------------------------------

[ "$(cat /proc/sys/user/max_user_namespaces 2>/dev/null || echo 1)" != 0 ] ||
    fail "the kernel allows no user namespaces: set user.max_user_namespaces above 0 with sysctl"

check_ids

if [ -e "$config" ] && [ ! -e "$kept/ours" ] && [ "$(tr -d '[:space:]' <"$config")" != '{}' ] && ! cmp -s "$new" "$config"; then
    [ "$replace_existing" = yes ] ||
        fail "$config exists and was not written by Portcullis: put the settings that you need under portcullis:engine.settings, then set portcullis:engine.replaceExisting to true (a copy is kept)"
fi

# engine_root: the folder of the engine that runs, without the part of the remapping; nothing where no engine answers.
engine_root() {
    timeout 20 docker info --format '{{.DockerRootDir}}' 2>/dev/null | sed 's|/[0-9]*\.[0-9]*$||' | xargs -r readlink -m
}

# Where daemon.json does not move the data, a flag of dockerd may have the folder's name.
base=$(data_root "$new")
if [ "$(data_root "$config")" = "$base" ]; then
    used=$(engine_root)
    base=${used:-$base}
fi
refuse_hidden_of_running "$accept_hidden" "$base"

refuse_other_file "$config"
refuse_clashes "$new"

# is_moving: daemon.json moves the engine's data, and the engine that runs is not there yet. An engine that gives no answer is
# started first: no other one knows its containers. A folder that dockerd's own flag names does not move with daemon.json.
is_moving() {
    then=$(data_root "$new")
    [ "$(data_root "$config")" != "$then" ] || return 1
    now=$(engine_root)
    if [ -z "$now" ]; then
        say "the engine gives no answer, and its data is to move to $then: restarting the engine where its data is"
        systemctl reset-failed docker 2>/dev/null || true
        timeout 120 systemctl restart docker || true
        now=$(engine_root)
    fi
    [ -n "$now" ] && [ "$now" != "$then" ]
}

# strangers: the containers on the stack's networks that are not the stack's, as `docker network disconnect NETWORK CONTAINER`.
strangers() {
    docker network ls --filter "label=portcullis.stack=$owner" --format '{{.Name}}' | while read -r network; do
        docker ps --filter "network=$network" --format "{{.Label \"portcullis.stack\"}}	docker network disconnect $network {{.Names}}"
    done | awk -F '\t' -v owner="$owner" '$1 != owner { print $2 }' | paste -sd ';'
}

moves=
owner=$(host_owner)
if [ -n "$owner" ] && is_moving; then
    moves=yes
    others=$(strangers)
    [ -z "$others" ] ||
        fail "the engine's data is to move to $then, the stack's networks are made anew for that, and containers that are not the stack's are on them; engine and containers are as they were. Take them off, on the host: '$others'; then run the same command again"
fi

# --- the subordinate ids -------------------------------------------------------------------------------------------

put_ids

# --- the change ----------------------------------------------------------------------------------------------------

if [ ! -e "$kept/ours" ]; then
    cmp -s "$new" "$config" || [ ! -e "$config" ] || cp -p "$config" "$kept/daemon.json.before"
    : >"$kept/ours"
fi

answers() {
    timeout 10 docker info && remapped
}

# unconfined: the kernel has AppArmor, and the engine was started before its parser was there.
unconfined() {
    [ -e /sys/kernel/security/apparmor ] && command -v apparmor_parser >/dev/null 2>&1 &&
        ! docker info --format '{{json .SecurityOptions}}' | grep -q 'name=apparmor'
}

# healthy CONTAINER: or without a health check.
healthy() {
    [ "$(docker inspect --format '{{if .State.Health}}{{.State.Health.Status}}{{else}}healthy{{end}}' "$1")" = healthy ]
}

# mend_containers: a dockerd that fails to start unmounts the roots of the containers that live-restore kept running.
# They serve on, but nothing can be started in them, not even their health checks: those are restarted, after all of
# them were stopped and the oldest first: what a container needs was made before it, and is waited for.
mend_containers() {
    stopped=
    for container in $(docker ps -q); do
        root_mount=$(docker inspect --format '{{index .GraphDriver.Data "MergedDir"}}' "$container")
        if [ -z "$root_mount" ] || mountpoint -q "$root_mount"; then
            continue
        fi
        say "restarting $(docker inspect --format '{{.Name}}' "$container" | tr -d /), which lost its root"
        # Not `docker restart`: that keeps the root mounted, as it thinks.
        docker stop "$container" >/dev/null || say "container $container does not stop: see 'docker logs $container'"
        stopped="$container $stopped"
    done
    for container in $stopped; do
        { docker start "$container" >/dev/null && wait_for 30 healthy "$container"; } ||
            say "container $container does not start again, or is not healthy yet: see 'docker logs $container'"
    done
}

# Under the new root nobody would know the containers of the old one, which live-restore keeps running; and on the way back its
# networks would be in the way of the new ones. All of that is made again; volumes and images stay where they are.
if [ -n "$moves" ]; then
    say "the engine's data moves to another folder: the stack's containers and networks are taken out of the old one"
    docker ps --all --quiet --filter "label=portcullis.stack=$owner" | xargs -r docker rm --force >/dev/null
    docker network ls --quiet --filter "label=portcullis.stack=$owner" | xargs -r docker network rm >/dev/null
fi

if ! cmp -s "$new" "$config" || ! answers >/dev/null 2>&1 || unconfined; then
    mkdir -p /etc/docker
    had_config=no
    if [ -e "$config" ]; then
        cp -p "$config" "$kept/daemon.json.rollback"
        had_config=yes
    fi
    chmod 0644 "$new"
    cp -p "$new" "$config.portcullis-new"
    mv -f "$config.portcullis-new" "$config"
    # A unit that failed too often refuses to start until this is forgotten.
    systemctl reset-failed docker 2>/dev/null || true
    say "restarting the engine"
    # With a plugin that is silent it would wait without an end.
    if ! timeout 120 systemctl restart docker || ! wait_for 60 answers; then
        journal=$(journalctl -u docker -n 8 --no-pager -o cat 2>/dev/null || true)
        if [ "$had_config" = yes ]; then
            mv -f "$kept/daemon.json.rollback" "$config"
        else
            rm -f "$config"
        fi
        systemctl reset-failed docker 2>/dev/null || true
        systemctl restart docker || true
        wait_for 60 docker info ||
            fail "the engine did not start with the new daemon.json, nor with the old one that was put back: see 'journalctl -u docker' on the host. Its last words with the new one: $journal"
        mend_containers
        fail "the engine did not start with the new daemon.json; the old one was put back and runs. Its last words: $journal"
    fi
    rm -f "$kept/daemon.json.rollback"
fi
rm -f "$new"
chown root:root "$config"
chmod 0644 "$config"

# --- the proof -----------------------------------------------------------------------------------------------------

uid=$(remap_base uid)
gid=$(remap_base gid)
root=$(docker info --format '{{.DockerRootDir}}')
case $root in
*/"$uid.$gid") ;;
*) fail "the engine's Root Dir is $root, not under $uid.$gid: another daemon.json or a flag of dockerd is in force; see 'systemctl cat docker'" ;;
esac
printf '%s\n' "$root" >"$kept/root"
size=$(awk -F: '$1 == "dockremap" { print $3; exit }' /etc/subuid)
made file "$config"
made ids dockremap
made engine docker
printf '{"rootDir":%s,"remap":{"user":"dockremap","uid":%s,"gid":%s,"size":%s}}\n' \
    "$(json_string "$root")" "$uid" "$gid" "$size"
