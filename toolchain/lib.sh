# shellcheck shell=sh
# Shared by the shell parts of the toolchain. The caller sets `root` (the checkout) and sources this file.
# Functions print results on standard output and messages on standard error.

# shellcheck disable=SC2034 # used by the files that source this one

# The pinned releases. A change here is a new cache entry, never a changed one.
pulumi_version=3.259.0
pulumi_plugins="docker=5.2.0 tls=5.6.1 command=1.2.1"
# The Go that builds the CLI and Clair: the lowest that will do (toolchain/cli/go.mod asks for it), and the one fetched
# when there is none.
go_minimum=1.25.11
go_pinned=1.26.8

cache=${PORTCULLIS_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/portcullis}

# The folder of Pulumi's login and plugins: like Pulumi itself, by the user database and not by $HOME.
pulumi_home() {
    if [ -n "${PULUMI_HOME:-}" ]; then
        printf '%s\n' "$PULUMI_HOME"
    else
        printf '%s/.pulumi\n' "$({ getent passwd "$(id -u)" || printf ':::::%s' "${HOME:-/root}"; } 2>/dev/null | cut -d : -f 6)"
    fi
}

say() {
    printf 'portcullis: %s\n' "$*" >&2
}

# die WHAT WHERE WHAT-TO-DO
die() {
    printf 'portcullis: %s (%s): %s\n' "$1" "$2" "$3" >&2
    exit 1
}

# version_at_least HAVE WANT: both dotted numbers; pre-release words count as older.
version_at_least() {
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

# have COMMAND: is it on PATH?
have() {
    command -v "$1" >/dev/null 2>&1
}

# hold_lock NAME: one process at a time; held on descriptor 9 until the caller ends or closes it, so a killed
# holder leaves nothing behind. The function says so once when it has to wait.
hold_lock() {
    mkdir -p "$cache/locks"
    exec 9>"$cache/locks/$1"
    if ! flock -n 9; then
        say "another process is preparing $1, waiting for it"
        flock 9
    fi
}

release_lock() {
    exec 9>&-
}

# sha256 FILE…: one checksum over the contents of the files, in the given order.
sha256() {
    cat -- "$@" | sha256sum | cut -d ' ' -f 1
}

# install_packages NAME…: Debian packages, without what they only recommend. Waits for another apt to end.
install_packages() {
    if ! have apt-get || [ "$(id -u)" != 0 ]; then
        die "missing packages: $*" "this machine" "install them, or run this as root on Debian"
    fi
    mkdir -p "$cache"
    listed=
    if [ -z "$(find /var/lib/apt/lists -name '*_Packages*' -mmin -1440 2>/dev/null | head -n 1)" ]; then
        update_packages
    fi
    # A mirror drops a package as soon as the mirror has a newer one, so old lists may name packages that are gone.
    set -- env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -y --no-install-recommends install "$@"
    if [ -z "$listed" ]; then
        ! "$@" >"$cache/install.log" 2>&1 </dev/null || return 0
        update_packages
    fi
    quietly "$@"
}

# update_packages: fetches the lists of the mirrors' packages.
update_packages() {
    quietly apt-get -o DPkg::Lock::Timeout=600 update
    listed=yes
}

# quietly COMMAND…: shows the command's output only when the command fails, and then in part.
quietly() {
    log=$cache/install.log
    if ! "$@" >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        advice="mend what it says, then run this again"
        if grep -qE 'is expired \(invalid since|is not valid yet \(invalid for' "$log"; then
            advice="set this machine's clock, which says $(date -u +%Y-%m-%d), or, where the mirror is a snapshot, tell apt: Acquire::Check-Valid-Until \"false\";"
        fi
        die "a step failed: $*" "$log, whose end is above" "$advice"
    fi
}
