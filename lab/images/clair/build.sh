# Clair and clairctl, with busybox as shell and the CAs of Debian. Nothing else is in it.
# shellcheck shell=sh disable=SC2154 # root, base: lib/images.sh
ensure_clair
mkdir -p "$root/bin" "$root/etc/ssl/certs" "$root/config" "$root/var/run/certs" "$root/tmp" "$root/var/tmp" "$root/var/lib/dpkg/status.d"
chmod 1777 "$root/tmp" "$root/var/tmp"
install -m 0755 "$clair/clair" "$clair/clairctl" "$base/usr/bin/busybox" "$root/bin/"
for tool in sh wget cat ls id; do ln -s busybox "$root/bin/$tool"; done
install -m 0644 "$base/etc/ssl/certs/ca-certificates.crt" "$root/etc/ssl/certs/"
cp "$base/usr/lib/os-release" "$root/etc/os-release"
printf 'root:x:0:0:root:/:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
# What was taken from packages is listed as in a distroless image, for scanners. Clair's for such images takes the source as it
# stands, a version behind it too, and none where there is none; Debian's advisories name sources, and so each package does.
for package in busybox-static ca-certificates; do
    awk -v RS= -v ORS='\n\n' -v package="$package" '
        index($0 "\n", "Package: " package "\n") != 1 { next }
        !/\nSource: / { $0 = $0 "\nSource: " package }
        match($0, /\nSource: [^ \n]+ [^\n]*/) {
            line = substr($0, RSTART, RLENGTH)
            bare = line
            sub(/ \([^)]*\)$/, "", bare)
            $0 = substr($0, 1, RSTART - 1) bare substr($0, RSTART + RLENGTH)
        }
        { print }' "$base/var/lib/dpkg/status" >"$root/var/lib/dpkg/status.d/$package"
done
