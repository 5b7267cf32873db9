# Root file systems from Debian packages, and the host image made of one. Sourced by lab/lab.
# shellcheck shell=sh

# debian_sources RELEASE — apt source lines, from the mirrors that this machine's own apt is set up with
debian_sources() {
    _indexes=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 2>/dev/null | sort -u)
    _main=${PORTCULLIS_DEBIAN_MIRROR:-$(printf '%s\n' "$_indexes" | sed -n 's/^Debian //p' | head -n 1)}
    _security=${PORTCULLIS_DEBIAN_SECURITY_MIRROR:-$(printf '%s\n' "$_indexes" | sed -n 's/^Debian-Security //p' | head -n 1)}
    [ -n "$_main" ] || die "no Debian mirror is known" "apt-get indextargets" "run apt-get update, or set PORTCULLIS_DEBIAN_MIRROR"
    printf 'deb %s %s main\n' "$_main" "$1" "$_main" "$1-updates"
    [ -z "$_security" ] || printf 'deb %s %s main\n' "$_security" "$1-security"
}

# debian_rootfs RELEASE VARIANT PACKAGES OUT [mmdebstrap option…] — PACKAGES separated by commas; OUT a .tar or a folder
debian_rootfs() {
    need_commands mmdebstrap apt-get
    _release=$1 _variant=$2 _packages=$3 _out=$4
    shift 4
    _proxy=$(apt-config dump --format '%v' Acquire::http::Proxy)
    [ -z "$_proxy" ] || set -- "$@" "--aptopt=Acquire::http::Proxy \"$_proxy\""
    debian_sources "$_release" |
        mmdebstrap --quiet --mode=root --variant="$_variant" --include="$_packages" "$@" "$_release" "$_out" - >&2
}

host_packages() {
    _packages=systemd,systemd-sysv,dbus,openssh-server,iptables,procps,iproute2,ca-certificates,curl
    [ "$2" = no-engine ] || _packages=$_packages,docker.io,uidmap
    # From Debian 13 on the client is a package of its own.
    [ "$1/$2" != trixie/engine ] || _packages=$_packages,docker-cli
    printf '%s\n' "$_packages"
}

# ensure_host_image RELEASE VARIANT — sets host_image; builds it when neither engine nor cache has it
ensure_host_image() {
    _sum=$(RECIPE_EXTRA="$(host_packages "$1" "$2") $1" recipe_sum "$LAB/host" "$LAB/lib/rootfs.sh")
    host_image=portcullis/host:$1-$2-$_sum
    if ! docker image inspect "$host_image" >/dev/null 2>&1; then
        _tar=$CACHE/host/$1-$2-$_sum.tar
        if [ ! -f "$_tar" ]; then
            mkdir -p "$CACHE/host"
            exec 8>"$CACHE/host/lock"
            flock 8
        fi
        if [ ! -f "$_tar" ]; then
            say "building the root file system of the host ($1, $2); about 30 s"
            _start=$(now)
            debian_rootfs "$1" minbase "$(host_packages "$1" "$2")" "$_tar.part.tar" --customize-hook="$LAB/host/customize \"\$1\"" ||
                die "the root file system was not built" "mmdebstrap $1" "see its messages above; the Debian mirror must be reachable"
            mv "$_tar.part.tar" "$_tar"
            say "built in $(($(now) - _start)) s"
        fi
        exec 8>&-
        say "importing the host image $host_image"
        docker import --change 'ENTRYPOINT ["/usr/local/sbin/lab-init"]' --change 'LABEL portcullis.lab=host' "$_tar" "$host_image" >/dev/null
    fi
}
