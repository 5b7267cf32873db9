# distribution of Debian's docker-registry, laid out as the official image `registry` is.
# shellcheck shell=sh disable=SC2154 # root: lib/images.sh
image_rootfs docker-registry,busybox-static,ca-certificates "$root"
tidy_rootfs "$root"
chroot "$root" groupadd --gid 1000 registry
chroot "$root" useradd --uid 1000 --gid 1000 --no-create-home --home-dir /var/lib/registry --shell /usr/sbin/nologin registry
ln -s docker-registry "$root/usr/bin/registry"
ln -s busybox "$root/usr/bin/wget"
install -m 0755 "$LAB/images/registry/entrypoint.sh" "$root/entrypoint.sh"
install -m 0644 "$LAB/images/registry/config.yml" "$root/etc/docker/registry/config.yml"
install -d -m 0755 -o 1000 -g 1000 "$root/var/lib/registry"
tidy_rootfs "$root"
