#!/bin/sh
# --- apt, beside what else installs packages (unattended-upgrades, cloud-init) -----------------------------------------

apt_locks='/var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock'
held_locks=/proc/locks

# lock_holder: who holds one of apt's locks, as `unattended-upgr (process 12) holds FILE`; nothing where nobody does.
lock_holder() {
    for file in $apt_locks; do
        number=$(stat -c %i "$file" 2>/dev/null) || continue
        pid=$(awk -v inode=":$number" '$2 != "->" && substr($6, length($6) - length(inode) + 1) == inode { print $5; exit }' "$held_locks")
        if [ -n "$pid" ]; then
            printf '%s (process %s) holds %s\n' "$(cat "/proc/$pid/comm" 2>/dev/null || echo somebody)" "$pid" "$file"
            return
        fi
    done
}

# apt_get WORD…: apt-get, which waits while others hold one of its locks, and says who. apt's own time-out is not for all of them.
apt_get() {
    end=$(($(date +%s) + ${apt_seconds:-600}))
    told=
    while :; do
        holder=$(lock_holder)
        code=0
        [ -n "$holder" ] || said=$(apt-get -o DPkg::Lock::Timeout=300 "$@" 2>&1) || code=$?
        if [ -z "$holder" ]; then
            case $code,$said in
            0,*) return 0 ;;
            *'ould not get lock'* | *'nable to lock'* | *'nable to acquire the dpkg'*) holder="somebody holds a lock of apt" ;;
            *)
                printf '%s\n' "$said" >&2
                return 1
                ;;
            esac
        fi
        [ "$(date +%s)" -lt "$end" ] ||
            fail "$holder, for ten minutes, and nothing was installed: look on the host at what it does, and run the same command again when it has ended"
        ! caller_gone || fail "the connection has ended while this waited for apt; nothing was installed"
        [ "$told" = "$holder" ] || say "waiting for apt: $holder"
        told=$holder
        sleep 2
    done
}

# refuse_podman: ends the script where 'docker' is podman, which a container engine beside it does not go with.
refuse_podman() {
    case $(docker --version 2>/dev/null) in
    *odman*)
        fail "'docker' on this host is podman ($(command -v docker), of the package podman-docker), which an installation of Docker would take away: remove podman-docker, if nobody needs it, or take another host; nothing was changed"
        ;;
    esac
}

# refuse_removals PACKAGE…: ends the script where apt would remove packages for the installation of these.
refuse_removals() {
    gone=$(apt-get -s -qq --no-install-recommends install "$@" 2>/dev/null | sed -n 's/^Remv \([^ ]*\).*/\1/p' | tr '\n' ' ')
    [ -z "$gone" ] ||
        fail "apt would remove ${gone% } for the installation of $*: remove what you do not need yourself, or take another host; nothing was installed"
}
