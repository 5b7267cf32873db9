# Debian's PostgreSQL, laid out as the official image `postgres` is.
# shellcheck shell=sh disable=SC2154 # root: lib/images.sh

# The official image's user, and no cluster of Debian's own, have to be there before the packages are.
before="$root.before"
cat >"$before" <<'HOOK'
#!/bin/sh
set -eu
echo 'postgres:x:999:' >>"$1/etc/group"
echo 'postgres:x:999:999:PostgreSQL:/var/lib/postgresql:/bin/bash' >>"$1/etc/passwd"
mkdir -p "$1/etc/postgresql-common"
echo 'create_main_cluster = false' >"$1/etc/postgresql-common/createcluster.conf"
HOOK
chmod +x "$before"
image_rootfs postgresql-17 "$root" --essential-hook="$before \"\$1\""
rm "$before"

# LLVM is only for compiling long queries, and half of the image. Removed by dpkg, so that a scanner does not count it.
chroot "$root" dpkg --purge --force-depends libllvm19 libz3-4 libedit2 >/dev/null 2>&1
rm -f "$root"/usr/lib/postgresql/17/lib/llvmjit.so
rm -rf "$root"/usr/lib/postgresql/17/lib/bitcode

# A key that the package makes on installation; no image may carry one.
rm -f "$root"/etc/ssl/private/* "$root"/etc/ssl/certs/ssl-cert-snakeoil.pem

install -m 0755 "$LAB/images/postgres/docker-entrypoint.sh" "$root/usr/local/bin/docker-entrypoint.sh"
install -d -m 0755 "$root/docker-entrypoint-initdb.d"
install -d -m 0700 -o 999 -g 999 "$root/var/lib/postgresql/data"
chroot "$root" chown 999:999 /var/lib/postgresql
# By default Debian's sample listens on localhost only; the official one listens for other containers.
sed -i "s/^#listen_addresses = .*/listen_addresses = '*'/" "$root/usr/share/postgresql/17/postgresql.conf.sample"
tidy_rootfs "$root"
install -d -m 2775 -o 999 -g 999 "$root/run/postgresql"
