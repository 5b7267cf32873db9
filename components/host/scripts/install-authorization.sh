#!/bin/sh
# Installs the authorization plugin, whose program comes on standard input, and has systemd hold its socket: the engine
# starts after it, and a request that comes while the plugin is restarted waits. The engine asks it once daemon.json
# names it. Where the new program does not answer as it should, the one before it is put back. A firewall goes with it: what
# the engine itself fetches on a caller's word must not come from the host's own addresses.
# Usage: install-authorization.sh DATA-ROOT SHA256 [EXCEPTIONS]
#   (the engine's data, of which nothing may be mounted into a container; the program's checksum, in hex; a JSON list of
#   what the settings except from the rules)
# Prints the SHA-256 of each file that it installed: {"/path":"…",…}.
set -eu
. "$(dirname "$0")/common.sh"

data_root=$1 expected=$2 exceptions=${3:-[]}
case $data_root in
[!/]* | *[!A-Za-z0-9._/-]*) fail "portcullis:engine.settings: data-root ($data_root) is no plain absolute path: use letters, digits, dots, dashes and underscores" ;;
esac

name=portcullis-authorization
user=portcullis-authz
group=portcullis-engine
folder=/usr/local/lib/$name
units=/etc/systemd/system
socket=/run/docker/plugins/$name.sock

# Where the engines' data really is: a folder of these is often a link to a larger disk.
protected="\"$data_root\""
for data in "$data_root" /var/lib/docker /var/lib/containerd; do
    real=$(readlink -m "$data")
    [ "$real" = "$data" ] || protected="$protected \"$real\""
done
case $protected in
*[!A-Za-z0-9._/\"\ -]*) fail "the engine's data is behind a link to a path that systemd would not take as it is ($protected): use letters, digits, dots, dashes and underscores" ;;
esac

umask 022
mkdir -p "$folder"
new=$folder/plugin.new
trap 'rm -f "$new"' EXIT
cat >"$new"
[ -s "$new" ] || fail "no program came on standard input; this is a defect of the program"
[ "$(sha256sum "$new" | cut -d ' ' -f 1)" = "$expected" ] ||
    fail "the program of the authorization plugin came damaged, or only in part; the one before it is as it was: run the same command again"
chmod 0755 "$new"
# Without arguments it says how it is used, and ends with 1; another code: it cannot run here at all.
code=0
"$new" >/dev/null 2>&1 || code=$?
[ "$code" = 1 ] ||
    fail "the authorization plugin does not run on this host (code $code): build it for this machine's processor, and correct portcullis:engine.authorizationPlugin"

getent group "$group" >/dev/null || groupadd --system "$group"
getent passwd "$user" >/dev/null || useradd --system --no-create-home --user-group --shell /usr/sbin/nologin "$user"

cat >"$units/$name.socket" <<END
[Unit]
Description=Socket on which the Docker Engine asks Portcullis' authorization plugin
Before=docker.service

[Socket]
ListenStream=$socket
SocketMode=0600
DirectoryMode=0700
RemoveOnStop=yes
TriggerLimitIntervalSec=0

[Install]
WantedBy=sockets.target
END

# It reads paths of the host, and needs nothing else: no capability, no network, nothing to write.
cat >"$units/$name.service" <<END
[Unit]
Description=Portcullis' authorization plugin for the Docker Engine
Requires=$name.socket
After=$name.socket
StartLimitIntervalSec=0

[Service]
ExecStart="$folder/plugin" serve --exceptions "$folder/exceptions.json" $protected
User=$user
Restart=always
RestartSec=1
CapabilityBoundingSet=
NoNewPrivileges=yes
PrivateNetwork=yes
RestrictAddressFamilies=AF_UNIX
ProtectSystem=strict
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
PrivateDevices=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
UMask=0077
MemoryMax=256M
TasksMax=64
END

# The engine does not start without a plugin that its daemon.json names, nor without the firewall, which knows it by its group.
mkdir -p "$units/docker.service.d"
cat >"$units/docker.service.d/$name.conf" <<END
[Unit]
Wants=$name.socket
After=$name.socket

[Service]
SupplementaryGroups=$group
ExecStartPre="$folder/firewall" on
END

[ ! -e "$folder/plugin" ] || cp -p "$folder/plugin" "$folder/plugin.before"
[ ! -e "$folder/exceptions.json" ] || cp -p "$folder/exceptions.json" "$folder/exceptions.before"
printf '%s\n' "$exceptions" >"$folder/exceptions.json"
install -m 0755 "$(dirname "$0")/engine-firewall.sh" "$folder/firewall"
"$folder/firewall" on || fail "the firewall cannot keep the engine from the host's own addresses: see iptables' message above"
mv -f "$new" "$folder/plugin"
systemctl daemon-reload
systemctl enable --quiet "$name.socket"

answers() {
    systemctl reset-failed "$name.service" "$name.socket" 2>/dev/null || true
    # A socket that is not where it belongs, or whose unit changed, is made anew.
    [ -S "$socket" ] || systemctl stop "$name.socket"
    systemctl start "$name.socket" && systemctl restart "$name.service" && "$folder/plugin" check "$socket"
}

if ! words=$(answers 2>&1); then
    journal=$(journalctl -u "$name.service" -n 5 --no-pager -o cat 2>/dev/null || true)
    if [ -e "$folder/plugin.before" ]; then
        mv -f "$folder/plugin.before" "$folder/plugin"
        [ ! -e "$folder/exceptions.before" ] || mv -f "$folder/exceptions.before" "$folder/exceptions.json"
        answers >/dev/null 2>&1 || fail "the authorization plugin does not answer, nor does the one before it that was put back: see 'journalctl -u $name' on the host. $words $journal"
        fail "the authorization plugin does not answer; the one before it was put back and does: $words $journal"
    fi
    "$(dirname "$0")/remove-authorization.sh" || true
    fail "the authorization plugin does not answer, and was removed again: build it anew ('make authorization-plugin'), or leave portcullis:engine.authorizationPlugin out. $words $journal"
fi
rm -f "$folder/plugin.before" "$folder/exceptions.before"

# An engine that asks the plugin already is not restarted for daemon.json, and still lacks the group. Containers run on.
id=$(getent group "$group" | cut -d: -f3)
if docker info --format '{{json .Plugins.Authorization}}' 2>/dev/null | grep -q "\"$name\"" &&
    ! grep -qE "^Groups:.*\b$id\b" "/proc/$(systemctl show -P MainPID docker)/status"; then
    say "restarting the engine, so that the firewall knows it"
    systemctl restart docker || true
    wait_for 60 docker info || fail "the engine does not start again: see 'journalctl -u docker' on the host"
fi

made unit "$name.socket"
between='{'
for file in "$folder/plugin" "$folder/firewall" "$folder/exceptions.json" "$units/$name.socket" "$units/$name.service" "$units/docker.service.d/$name.conf"; do
    printf '%s"%s":"%s"' "$between" "$file" "$(sha256sum "$file" | cut -d ' ' -f 1)"
    made file "$file"
    between=,
done
printf '}\n'
