# The image of the disposable host. Sourced by lab/lab.
# shellcheck shell=sh

# host_packages RELEASE VARIANT
host_packages() {
    _packages=systemd,systemd-sysv,dbus,openssh-server,iptables,procps,iproute2,ca-certificates,curl,e2fsprogs
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
        [ -f "$_tar" ] || lock_cache "$CACHE/host"
        if [ ! -f "$_tar" ]; then
            say "building the root file system of the host ($1, $2); about 30 s"
            _start=$(now)
            # What a killed build left. Nothing else builds in here while the lock is held.
            rm -rf --one-file-system "$CACHE/host/work" "$CACHE"/host/*.part.tar
            mkdir "$CACHE/host/work"
            TMPDIR=$CACHE/host/work debian_rootfs "$1" minbase "$(host_packages "$1" "$2")" "$_tar.part.tar" --customize-hook="$LAB/host/customize \"\$1\"" ||
                die "the root file system was not built" "mmdebstrap $1" "see its messages above; the Debian mirror must be reachable"
            mv "$_tar.part.tar" "$_tar"
            say "built in $(($(now) - _start)) s"
        fi
        exec 8>&-
        say "importing the host image $host_image"
        docker import --change 'ENTRYPOINT ["/usr/local/sbin/lab-init"]' --change 'LABEL portcullis.lab=host' "$_tar" "$host_image" >/dev/null
    fi
}
