# From Debian packages to an image archive: what the recipes images/NAME/build.sh are written with. Sourced by lab/lab.
# shellcheck shell=sh

IMAGE_RELEASE=trixie
# Every date in an archive; with it the same recipe and the same packages give the same bytes.
IMAGE_EPOCH=1793491200

# image_rootfs PACKAGES OUT [mmdebstrap option…] — a Debian root without manuals, locales and apt, as a folder
image_rootfs() {
    _packages=$1 _out=$2
    shift 2
    set -- "$@" --aptopt='APT::Install-Recommends "false"'
    for _path in man doc info locale lintian bash-completion; do
        set -- "$@" "--dpkgopt=path-exclude=/usr/share/$_path/*"
    done
    SOURCE_DATE_EPOCH=$IMAGE_EPOCH debian_rootfs "$IMAGE_RELEASE" essential "$_packages" "$_out" "$@"
}

# tidy_rootfs ROOT — drops what differs from run to run, or belongs to no image
tidy_rootfs() {
    (cd "$1" && rm -rf var/lib/apt var/cache/* var/log/* var/lib/dpkg/*-old tmp/* run/* dev/* etc/*- usr/share/i18n)
    : >"$1/etc/machine-id"
    rm -f "$1/etc/hostname" "$1/etc/resolv.conf"
}

# base_rootfs — sets base: a folder with Debian's essential packages, busybox and CAs, to take single files from
base_rootfs() {
    base=$CACHE/images/base-$(recipe_sum "$LAB/lib/rootfs.sh" "$LAB/lib/pack.sh")
    [ -d "$base" ] && return 0
    image_rootfs busybox-static,ca-certificates "$base.part"
    tidy_rootfs "$base.part"
    mv "$base.part" "$base"
}

# pack_image NAME ROOT OUT.tar.gz — a docker-archive with one layer, tagged portcullis/NAME:lab
pack_image() {
    _pack=$(dirname "$2")/pack
    mkdir "$_pack"
    LC_ALL=C tar -c --format=gnu --sort=name --mtime="@$IMAGE_EPOCH" --clamp-mtime --numeric-owner \
        -C "$2" -f "$_pack/layer.tar" .
    _created=$(date -u -d "@$IMAGE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
    jq -cS --arg created "$_created" --arg layer "sha256:$(sha256sum <"$_pack/layer.tar" | cut -d' ' -f1)" --arg name "$1" '
        { architecture: "amd64", os: "linux", created: $created, rootfs: { type: "layers", diff_ids: [$layer] },
          history: [{ created: $created, created_by: "portcullis lab/images/\($name)" }],
          config: (. * { Labels: ({ "org.opencontainers.image.created": $created,
              "org.opencontainers.image.vendor": "Portcullis" } + .Labels) }) }' "$LAB/images/$1/config.json" >"$_pack/config.json"
    printf '[{"Config":"config.json","RepoTags":["portcullis/%s:lab"],"Layers":["layer.tar"]}]\n' "$1" >"$_pack/manifest.json"
    LC_ALL=C tar -c --format=gnu --sort=name --mtime="@$IMAGE_EPOCH" --owner=0 --group=0 --mode=0644 --numeric-owner \
        -C "$_pack" config.json layer.tar manifest.json | gzip -n -6 >"$3"
}
