#!/bin/sh
# Reads what an audit has to know about a host, apart from what the engine's API tells. Writes nothing.
# Runs as `sh -s` on the host; prints one JSON object of base64 texts: whatever a file or a process holds, it cannot
# end the string that it is in.
set -u
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# text NAME: standard input under this name.
text() {
    printf ',"%s":"' "$1"
    base64 | tr -d '\n'
    printf '"'
}

has() {
    command -v "$1" >/dev/null 2>&1
}

# arguments PID: the command line, one argument a line.
arguments() {
    [ -z "$1" ] || tr '\0' '\n' <"/proc/$1/cmdline" 2>/dev/null
}

# config_file WHICH PID: the --config-file of a daemon. Docker Bench does not know the form with a space.
config_file() {
    arguments "$2" | awk -v which="$1" '
        /^--config-file=/ { sub(/^[^=]*=/, ""); file = $0; next }
        which == "engine" && previous == "--config-file" { file = $0 }
        { previous = $0 }
        END { if (file != "") print file }'
}

[ "$(id -u)" = 0 ] || {
    echo "portcullis: audit ($(id -un)@$(uname -n)): some files only root can read: connect as root" >&2
    exit 1
}

# The engine of the default socket, else any.
pid=$(cat /run/docker.pid 2>/dev/null)
[ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ] ||
    pid=$(grep -lsx dockerd /proc/[0-9]*/comm | head -n 1 | cut -d / -f 3)
newest=$(pgrep -f -n dockerd)
config=$(config_file engine "$pid")
bench_config=$(config_file bench "$newest")
[ -n "$config" ] || config=/etc/docker/daemon.json
[ -f "$bench_config" ] || bench_config=/etc/docker/daemon.json

printf '{"format":1'
date +%s | text time
uname -n | text hostName
arguments "$pid" | text command
arguments "$newest" | text newestCommand
if [ -f "$config" ]; then text config <"$config"; fi
if [ -f "$bench_config" ]; then text dockerBenchConfig <"$bench_config"; fi
if has jq; then echo jq; fi | text tools
if has docker; then docker --version 2>/dev/null | text client; fi
printf '%s' "${DOCKER_CONTENT_TRUST:-}" | text contentTrust
sed -n "s/^[[:space:]]*DOCKER_CONTENT_TRUST=//p" /etc/environment 2>/dev/null | tail -n 1 | text environment

# --- users, mounts, audit rules ------------------------------------------------------------------------------------

group=$(getent group docker 2>/dev/null || grep '^docker:' /etc/group)
printf '%s\n' "$group" | text group
gid=$(printf '%s' "$group" | cut -d : -f 3)
if [ -n "$gid" ]; then
    { getent passwd 2>/dev/null || cat /etc/passwd; } | awk -F : -v gid="$gid" '$4 == gid { print $1 }'
fi | text primaryUsers
awk '{ print $5 }' /proc/self/mountinfo | text mountPoints
if has auditctl; then
    auditctl -l 2>/dev/null | text rules
    auditctl -s 2>/dev/null | awk '$1 == "enabled" { print $2 }' | text auditEnabled
fi
# Why the kernel takes no rules; the numbers are those of the first namespaces (include/linux/proc_ns.h).
if [ ! -e /proc/self/loginuid ]; then
    echo unbuilt
elif grep -qwE 'audit=(0|off)' /proc/cmdline; then
    echo off
elif [ "$(readlink /proc/self/ns/pid)" != 'pid:[4026531836]' ] || [ "$(readlink /proc/self/ns/user)" != 'user:[4026531837]' ]; then
    echo container
fi | text auditRefusal
if [ -f /etc/audit/audit.rules ]; then text ruleFile </etc/audit/audit.rules; fi

# --- units ---------------------------------------------------------------------------------------------------------

# Only this file system: below /run there may be root file systems of containers.
runtime=$(find /run -xdev \( -name docker.service -o -name docker.socket -o -name containerd.sock \) 2>/dev/null)
printf '%s\n' "$runtime" | text runtimeUnits
fragments=$(systemctl show -p FragmentPath docker.service docker.socket 2>/dev/null | sed -n 's/^FragmentPath=//p')
printf '%s\n' "$fragments" | text fragments

# --- sockets -------------------------------------------------------------------------------------------------------

# sockets_of PID HOLDER: the inodes of a process's sockets.
sockets_of() {
    find "/proc/$1/fd" -lname 'socket:*' -printf "holder %l $2\n" 2>/dev/null | tr -d '[]' | sed 's/ socket:/ /'
}

# waiting: every socket on which something waits for clients, in the host's network and in the engine's: inode, address.
waiting() {
    for process in 1 "$pid"; do
        cat "/proc/$process/net/tcp" "/proc/$process/net/tcp6" 2>/dev/null | awk '$4 == "0A" { print "tcp", $10, $2 }'
        awk '$4 == "00010000" && $8 ~ "^/" {
            inode = $7
            for (i = 1; i <= 7; i++) sub(/^ *[^ ]+ /, "")
            print "unix", inode, $0
        }' "/proc/$process/net/unix" 2>/dev/null
    done
}

# listening: the holder, the protocol and the address of each open socket. The holder is the engine, systemd that gave
# the socket to the engine, or another process. Engines have the ports 2375 and 2376 and these names by custom.
listening() {
    { sockets_of "$pid" engine; sockets_of 1 systemd; waiting; } | awk '
        $1 == "holder" { has[$3, $2] = 1; next }
        ($1, $2) in seen { next }
        {
            seen[$1, $2] = 1
            address = $0
            sub(/^[a-z]+ [0-9]+ /, "", address)
            who = ""
            if (("engine", $2) in has) who = ("systemd", $2) in has ? "systemd" : "engine"
            else if ($1 == "tcp" && address ~ /:094[78]$/) who = "other"
            else if ($1 == "unix" && address ~ /\/(docker|containerd|podman|crio|cri-dockerd|dockershim|buildkitd)\.sock/) who = "other"
            if (who != "") print who, $1, address
        }'
    # Engines of users have network namespaces of their own: /proc/PID/net does not show their sockets.
    for socket in /run/user/*/docker.sock /run/user/*/podman/podman.sock; do
        if [ -S "$socket" ]; then echo "other unix $socket"; fi
    done
}

# Every engine has a socket: where none is found, the engine's sockets cannot be seen.
if [ -n "$(sockets_of "$pid" engine | head -n 1)" ]; then listening | text listening; fi
# The addresses at which systemd waits for the engine's clients, one a line: `[::]:2375 (Stream)`.
for unit in $(systemctl show -p TriggeredBy docker.service 2>/dev/null | sed -n 's/^TriggeredBy=//p'); do
    if systemctl -q is-active "$unit"; then systemctl show -p Listen "$unit" | sed -n 's/^Listen=//p'; fi
done 2>/dev/null | text unitSockets

# --- files ---------------------------------------------------------------------------------------------------------

# named_paths KEY…: the paths that the configuration and the arguments may name under these keys. The audit later picks
# the paths that really count.
named_paths() {
    for key in "$@"; do
        [ ! -f "$config" ] || tr ',{}' '[\n*]' <"$config" |
            sed -n "s/.*\"$key\"[[:space:]]*:[[:space:]]*\"\([^\"]*\)\".*/\1/p"
        { arguments "$pid"; arguments "$newest"; } | awk -v key="--$key" '
            index($0, key "=") == 1 { sub(/^[^=]*=/, ""); print; next }
            previous == key { print }
            { previous = $0 }'
    done
}

# file_facts WHICH PATH…: hexadecimal mode, permissions, ids, names and path of what is there.
file_facts() {
    if [ "$1" = followed ]; then follow=-L; else follow=; fi
    shift
    # The option is one word or none.
    # shellcheck disable=SC2086
    [ $# -eq 0 ] || stat $follow -c '%f %a %u %g %U %G %n' "$@" 2>/dev/null
}

# The root is there always: it shows that stat does as it is told.
set -- / /etc/docker /etc/docker/daemon.json /etc/docker/certs.d /etc/default/docker /etc/sysconfig/docker \
    /etc/containerd/config.toml /var/lib/docker /run/containerd /run/containerd/containerd.sock /var/run/docker.sock \
    /usr/bin/dockerd /usr/bin/containerd /usr/bin/containerd-shim /usr/bin/containerd-shim-runc-v1 \
    /usr/bin/containerd-shim-runc-v2 /usr/bin/runc
for unit in docker.service docker.socket containerd.sock; do
    set -- "$@" "/etc/systemd/system/$unit" "/lib/systemd/system/$unit" "/usr/lib/systemd/system/$unit"
done
# A path a line: no word splitting within it, no pattern.
IFS='
'
set -f
# shellcheck disable=SC2046,SC2086
set -- "$@" $runtime $fragments $(named_paths tlscacert tlscert tlskey)
unset IFS
set +f
file_facts followed "$@" | text files
file_facts own "$@" | text links
find /etc/docker/certs.d/ -type f -name '*.crt' -exec stat -c '%f %a %u %g %U %G %n' {} + 2>/dev/null |
    text certificates

profile=$(named_paths seccomp-profile | tail -n 1)
if [ -f "$profile" ]; then head -c 1048576 -- "$profile" | text seccompProfile; fi

# --- processes and ports -------------------------------------------------------------------------------------------

# Container id (- for none), and whether the container has a ps that takes -el (BusyBox's is a link, and does not).
grep -ls '^sshd' /proc/[0-9]*/comm | while read -r comm; do
    process=${comm%/comm}
    id=$(grep -oE '[0-9a-f]{64}' "$process/cgroup" 2>/dev/null | tail -n 1)
    visible=no
    for ps in bin/ps usr/bin/ps; do
        if [ -x "$process/root/$ps" ] && [ ! -L "$process/root/$ps" ]; then visible=yes; fi
    done
    echo "${id:--} $visible"
done | text sshd
cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '$4 == "0A" && $2 ~ /:0949$/ { print $2 }' | text swarmPort
printf '}\n'
