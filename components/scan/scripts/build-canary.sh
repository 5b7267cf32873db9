#!/bin/sh
# Builds the canary: an image of nothing but what a scanner reads, with a package that has had known vulnerabilities
# since 2021 (OpenSSL 1.1.1k-1 of Debian 11). A scanner that does not flag it with CVE-2021-3711 sees nothing.
# Usage: build-canary.sh REFERENCE        Prints the image's id.
set -eu
. "$(dirname "$0")/common.sh"

reference=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

mkdir -p "$work/etc" "$work/usr/bin" "$work/var/lib/dpkg/info"
cat >"$work/etc/os-release" <<'EOF'
PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"
NAME="Debian GNU/Linux"
VERSION_ID="11"
VERSION="11 (bullseye)"
VERSION_CODENAME=bullseye
ID=debian
EOF
cat >"$work/var/lib/dpkg/status" <<'EOF'
Package: openssl
Status: install ok installed
Priority: optional
Section: utils
Installed-Size: 1466
Maintainer: Debian OpenSSL Team <pkg-openssl-devel@lists.alioth.debian.org>
Architecture: amd64
Version: 1.1.1k-1
Description: Secure Sockets Layer toolkit - cryptographic utility

EOF
echo 'not a program' >"$work/usr/bin/openssl"
printf '/.\n/usr\n/usr/bin\n/usr/bin/openssl\n' >"$work/var/lib/dpkg/info/openssl.list"
(cd "$work" && md5sum usr/bin/openssl) >"$work/var/lib/dpkg/info/openssl.md5sums"

id=$(tar -C "$work" --owner=0 --group=0 --mtime=@1616630400 --sort=name -c . |
    docker import --change 'USER 65534:65534' --change 'HEALTHCHECK CMD ["/none"]' --change 'CMD ["/none"]' - "$reference")
made image "$id"
printf '%s\n' "$id"
