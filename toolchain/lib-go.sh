# shellcheck shell=sh
# Finds or fetches Go. Debian 12 carries 1.19, too old to build the CLI or Clair, but any Go can fetch the official
# toolchain from the module proxy, verified against the Go checksum database and the sum pinned here.

# shellcheck source=toolchain/lib.sh disable=SC2154 # the caller sets root
. "$root/toolchain/lib.sh"

# The directory checksum of golang.org/toolchain@v0.0.1-go$go_pinned.linux-amd64.
go_pinned_sum=h1:ZOmGe1OnfREDMIdb1Qi4G9JSuDPBLGExZMQ4nis1RXM=
go_home=$cache/go/$go_pinned

# go_version_of BINARY: prints its version as numbers ("1.26.8"), or fails.
go_version_of() {
    reported=$(GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null) || return 1
    printf '%s\n' "${reported#go}"
}

# find_go: prints the path of a fitting go, or fails.
find_go() {
    if have go && found=$(go_version_of go) && version_at_least "$found" "$go_minimum"; then
        command -v go
    elif [ -x "$go_home/bin/go" ]; then
        printf '%s\n' "$go_home/bin/go"
    else
        return 1
    fi
}

# A Go of any age, to fetch the pinned one with.
any_go() {
    if have go; then
        command -v go
        return
    fi
    say "installing Debian's golang-go, to fetch Go $go_pinned with"
    install_packages golang-go ca-certificates
    command -v go
}

# fetch_go: puts the pinned Go into the cache. Safe against a kill and against two at once.
fetch_go() {
    hold_lock go
    if [ -x "$go_home/bin/go" ]; then
        release_lock
        return
    fi
    helper=$(any_go)
    say "fetching Go $go_pinned (about 70 MB)"
    work=$cache/go/.part.$$
    rm -rf "$cache"/go/.part.*
    mkdir -p "$work"
    answer=$(cd "$work" && GOFLAGS=-modcacherw GOTOOLCHAIN=local GOMODCACHE=$work/mod \
        "$helper" mod download -json "golang.org/toolchain@v0.0.1-go$go_pinned.linux-amd64") ||
        die "could not fetch Go $go_pinned" "the Go module proxy" "check GOPROXY and the network, then run this again: $answer"
    case $answer in
    *"\"Sum\": \"$go_pinned_sum\""*) ;;
    *) die "Go $go_pinned has another checksum than the pinned $go_pinned_sum" "toolchain/lib-go.sh" "do not use it; find out who changed it" ;;
    esac
    tree=$work/mod/golang.org/toolchain@v0.0.1-go$go_pinned.linux-amd64
    # A module archive carries no file modes: the programs in it are made executable here.
    chmod +x "$tree"/bin/* "$tree"/pkg/tool/*/*
    rm -rf "$go_home"
    mv "$tree" "$go_home"
    rm -rf "$work"
    release_lock
}
