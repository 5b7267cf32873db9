# The clean sample: Debian's current redis-server.
# shellcheck shell=sh disable=SC2154 # root: lib/images.sh
image_rootfs redis-server "$root"
install -d -m 0755 "$root/data"
chroot "$root" chown redis:redis /data
tidy_rootfs "$root"
