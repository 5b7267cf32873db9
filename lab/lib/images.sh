# Image archives that `docker load` takes, made without any engine. Sourced by lab/lab.
# shellcheck shell=sh disable=SC2154 # advisories: lib/advisories.sh, plugin: lib/authorization.sh

IMAGES='registry postgres clair redis vulnerable'
ARCHIVES=$RUN/archives

# build_image NAME OUT.tar.gz — images/NAME/build makes the root; it gets ROOT and BASE and finds this library's functions
build_image() (
    base_rootfs
    work=$CACHE/images/work
    mkdir "$work"
    root=$work/root
    # shellcheck disable=SC1090 # one recipe for each image
    . "$LAB/images/$1/build.sh"
    pack_image "$1" "$root" "$work/$1.tar.gz"
    sha256sum <"$work/$1.tar.gz" | cut -d' ' -f1 >"$2.sha256"
    mv "$work/$1.tar.gz" "$2"
    rm -rf --one-file-system "$work"
)

# place NAME.tar.gz CACHED — puts a cached file among this checkout's archives
place() {
    if [ -z "$(find "$ARCHIVES/$1" -samefile "$2" 2>/dev/null)" ]; then
        ln -f "$2" "$ARCHIVES/$1.part" 2>/dev/null || cp "$2" "$ARCHIVES/$1.part"
        mv -f "$ARCHIVES/$1.part" "$ARCHIVES/$1"
    fi
    printf '%s  %s\n' "$(cat "$2.sha256")" "$1" >>"$ARCHIVES/SHA256SUMS.part"
}

image_sum() {
    recipe_sum "$LAB/images/$1" "$LAB/lib/pack.sh" "$LAB/lib/rootfs.sh"
}

lab_images() {
    need_root
    need_commands mmdebstrap jq gzip flock
    take_lock images
    mkdir -p "$ARCHIVES"
    lock_cache "$CACHE/images"
    # What a killed build left. Nothing else builds in here while the lock is held.
    rm -rf --one-file-system "$CACHE/images/work" "$CACHE"/images/base-*.part
    : >"$ARCHIVES/SHA256SUMS.part"
    _number=0
    for _name in $IMAGES; do
        _number=$((_number + 1))
        _cached=$CACHE/images/$_name-$(image_sum "$_name").tar.gz
        if [ ! -f "$_cached" ]; then
            say "building image $_number of 5: $_name"
            _start=$(now)
            build_image "$_name" "$_cached"
            say "built $_name in $(($(now) - _start)) s, $(($(wc -c <"$_cached") / 1000000)) MB"
        fi
        place "$_name.tar.gz" "$_cached"
    done
    build_advisories
    place advisories.json.gz "$advisories"
    ensure_authorization_plugin
    place portcullis-authorization "$plugin"
    mv "$ARCHIVES/SHA256SUMS.part" "$ARCHIVES/SHA256SUMS"
}
