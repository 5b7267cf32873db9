#!/bin/sh
# Installs the authorization plugin, whose program comes on standard input, and has systemd hold its socket: the engine
# starts after it, and a request that comes while the plugin is restarted waits. The engine asks it once daemon.json
# names it. Where the new program does not answer as it should, the one before it is put back.
# Usage: install-authorization.sh DATA-ROOT     (the engine's; nothing of it may be mounted into a container)
# Prints the SHA-256 of each file that it installed: {"/path":"…",…}.
set -eu
. "$(dirname "$0")/common.sh"

data_root=$1
case $data_root in
[!/]* | *[!A-Za-z0-9._/-]*) fail "portcullis:engine.settings: data-root ($data_root) is no plain absolute path: use letters, digits, dots, dashes and underscores" ;;
esac

name=portcullis-authorization
user=portcullis-authz
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
chmod 0755 "$new"
# Without arguments it says how it is used, and ends with 1; another code: it cannot run here at all.
code=0
"$new" >/dev/null 2>&1 || code=$?
[ "$code" = 1 ] ||
    fail "the authorization plugin does not run on this host (code $code): build it for this machine's processor, and correct portcullis:engine.authorizationPlugin"

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
ExecStart="$folder/plugin" serve $protected
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

# The engine does not start without a plugin that its daemon.json names.
mkdir -p "$units/docker.service.d"
cat >"$units/docker.service.d/$name.conf" <<END
[Unit]
Wants=$name.socket
After=$name.socket
END

[ ! -e "$folder/plugin" ] || cp -p "$folder/plugin" "$folder/plugin.before"
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
        answers >/dev/null 2>&1 || fail "the authorization plugin does not answer, nor does the one before it that was put back: see 'journalctl -u $name' on the host. $words $journal"
        fail "the authorization plugin does not answer; the one before it was put back and does: $words $journal"
    fi
    "$(dirname "$0")/remove-authorization.sh" || true
    fail "the authorization plugin does not answer, and was removed again: build it anew ('make authorization-plugin'), or leave portcullis:engine.authorizationPlugin out. $words $journal"
fi
rm -f "$folder/plugin.before"

between='{'
for file in "$folder/plugin" "$units/$name.socket" "$units/$name.service" "$units/docker.service.d/$name.conf"; do
    printf '%s"%s":"%s"' "$between" "$file" "$(sha256sum "$file" | cut -d ' ' -f 1)"
    between=,
done
printf '}\n'
