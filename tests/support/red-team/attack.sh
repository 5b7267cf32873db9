#!/bin/sh
# Makes the attacks of one file as the user mallory, who is in the group docker and nothing else, and says what came of each:
#   attack.sh FOLDER GOAL all|short      reads GOAL.attacks; prints a line for each: reached or held, a tab, its name
# Between two of them all is put back. Those with (26.1) are left out on engine 20.10: it starts nothing privileged on a
# host that lacks a capability, as the disposable one does.
set -eu

folder=$1 goal=$2 form=$3
home=/home/mallory
work=/root/attacks
mark=payload-of-mallory

setup() {
    getent passwd mallory >/dev/null || useradd --create-home --groups docker --shell /bin/sh mallory
    mkdir -p "$work" /srv/target/empty /srv/target/work /var/tmp/open /var/tmp/empty /var/lib/cloud/scripts/per-boot /var/spool/cron \
        /etc/systemd/system-generators /etc/cron.d /usr/local/sbin
    chmod 0777 /var/tmp/open
    [ -c /dev/loop-control ] || { rm -rf /dev/loop-control && mknod -m 0600 /dev/loop-control c 10 237; }
    for secret in /root/secret /srv/target/secret /etc/secret-of-root /var/lib/secret-of-root; do
        echo top-secret-of-root >"$secret"
        chmod 0600 "$secret"
    done
    for file in /root/file /srv/target/file; do
        [ -f "$file" ] || echo file-of-root >"$file"
    done
}

# clear: nothing of an attack is left, in the engine or on the host.
clear() {
    {
        docker swarm leave --force
        docker ps -aq | xargs -r docker rm -f
        docker volume ls -q | xargs -r docker volume rm -f
        docker network ls -q --filter type=custom | xargs -r docker network rm
    } >/dev/null 2>&1 || true
    payloads | while read -r file; do
        rm -f "$file"
    done
    rm -rf /etc/cron.mallory /etc/systemd/system/ssh.service.d /var/tmp/open/node
    find /usr/local/sbin /usr/local/bin /var/lib/cloud/scripts/per-boot /srv/target/empty /srv/target/work /var/tmp/empty -mindepth 1 -delete
    chown root:root /usr/local/sbin /usr/local/bin /var/lib/cloud/scripts/per-boot /srv/target/empty /var/tmp/empty
    : >/root/reached
    setup
}

# payloads: files that are root's to write, and have something of mallory's in them.
payloads() {
    grep -rlsF "$mark" /srv/target /root/file /root/.ssh /root/.bash_aliases /etc /usr/local /var/spool/cron /var/lib/cloud 2>/dev/null || true
}

reached() {
    case $goal in
    read) grep -q top-secret-of-root "$work/output" ;;
    write | run) [ -n "$(payloads)" ] ;;
    device) grep -q '^device-opened' "$work/output" ;;
    reach) [ -s /root/reached ] ;;
    *) echo "no goal '$goal'" >&2 && exit 2 ;;
    esac
}

# attack NAME SCRIPT
attack() {
    {
        cat "$folder/helpers.sh"
        printf '%s\n' "$2"
    } >"$home/attack.sh"
    chmod 0644 "$home/attack.sh"
    code=0
    timeout -k 2 25 setpriv --reuid mallory --regid mallory --init-groups env -i HOME="$home" PATH="$PATH" sh "$home/attack.sh" \
        >"$work/output" 2>&1 </dev/null || code=$?
    if reached; then
        printf 'reached\t%s\n' "$1"
    else
        printf 'held\t%s\n' "$1"
    fi
    printf -- '--- %s (%s)\n' "$1" "$code" >>"$work/$goal.log"
    tail -c 400 "$work/output" | tr -d '\000' >>"$work/$goal.log"
    clear
}

setup
clear
: >"$work/$goal.log"
version=$(docker version --format '{{.Server.Version}}')
name=
while IFS= read -r line; do
    case $line in
    '#: '*) name=${line#'#: '} ;;
    *)
        short=$name
        name=${name%' (short)'}
        [ "$form" = all ] || [ "$short" != "$name" ] || continue
        case $version/$name in
        20.10.*' (26.1)') continue ;;
        esac
        attack "${name%' (26.1)'}" "$line"
        ;;
    esac
done <"$folder/$goal.attacks"
