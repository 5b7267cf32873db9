# The sample that a scan must refuse: what package managers write about known old packages, and none of their programs.
# shellcheck shell=sh disable=SC2154 # root, base: lib/images.sh
recipe=$LAB/images/vulnerable
mkdir -p "$root/bin" "$root/etc" "$root/tmp" "$root/var/lib/dpkg/info" "$root/opt/app/lib"
chmod 1777 "$root/tmp"
install -m 0755 "$base/usr/bin/busybox" "$root/bin/busybox"
ln -s busybox "$root/bin/sh"
printf 'root:x:0:0:root:/:/sbin/nologin\napp:x:10001:10001:app:/opt/app:/bin/sh\n' >"$root/etc/passwd"
printf 'root:x:0:\napp:x:10001:\n' >"$root/etc/group"
cat >"$root/etc/os-release" <<'RELEASE'
PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"
NAME="Debian GNU/Linux"
VERSION_ID="11"
VERSION="11 (bullseye)"
VERSION_CODENAME=bullseye
ID=debian
RELEASE

grep -v '^#' "$recipe/packages.txt" | while read -r package version source source_version; do
    printf 'Package: %s\nStatus: install ok installed\nMaintainer: Debian\nArchitecture: amd64\n' "$package"
    printf 'Source: %s (%s)\nVersion: %s\nDescription: listed only\n\n' "$source" "$source_version" "$version"
    printf '/.\n/usr/share/doc/%s\n' "$package" >"$root/var/lib/dpkg/info/$package.list"
done >"$root/var/lib/dpkg/status"

grep -v '^#' "$recipe/python.txt" | while read -r package version; do
    metadata=$root/opt/app/lib/python3.9/site-packages/$package-$version.dist-info
    mkdir -p "$metadata"
    printf 'Metadata-Version: 2.1\nName: %s\nVersion: %s\n' "$package" "$version" >"$metadata/METADATA"
    printf 'pip\n' >"$metadata/INSTALLER"
done

# A jar that names itself as Maven's do, with Perl's own zip writer (Perl is there wherever dpkg is).
perl -MIO::Compress::Zip=:all -e '
    my ($jar, $time) = @ARGV;
    my %file = (
        "META-INF/MANIFEST.MF" => "Manifest-Version: 1.0\r\nImplementation-Title: Apache Log4j Core\r\nImplementation-Version: 2.14.1\r\n\r\n",
        "META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties" =>
            "version=2.14.1\ngroupId=org.apache.logging.log4j\nartifactId=log4j-core\n",
    );
    my $zip;
    for my $name (sort keys %file) {
        my @options = (Name => $name, Time => $time, Minimal => 1);
        if ($zip) { $zip->newStream(@options) } else { $zip = IO::Compress::Zip->new($jar, @options) or die $ZipError }
        $zip->print($file{$name});
    }
    $zip->close or die $ZipError;
' "$root/opt/app/lib/log4j-core-2.14.1.jar" "$IMAGE_EPOCH"
