# shellcheck shell=sh
# Finds a Pulumi CLI with its language host and plugins. Each choose_* function sets `pulumi` (the program), `took`
# (the words for the program) and maybe `offline`, or fails with the reason in `why`, or ends with an error message.

# shellcheck disable=SC2034 # pulumiw reads the results

# shellcheck source=toolchain/lib-build.sh disable=SC2154 # the caller sets root
. "$root/toolchain/lib-build.sh"

pulumi=
took=
why=
# "yes" where this repository's language host and plugins are used.
offline=no
plugin_home=$(pulumi_home)/plugins
release_url=https://github.com/pulumi/pulumi/releases/download/v$pulumi_version
# The seconds for which "the download can't be reached" is believed, so that not every call waits for a time-out.
unreachable_seconds=43200

# without_own_bin PATH: the path without toolchain/bin, whose plugins must never count as installed ones.
without_own_bin() {
    printf '%s\n' "$1" | tr ':' '\n' | grep -vxF -- "$root/toolchain/bin" | paste -s -d ':' -
}

# has_plugin NAME VERSION: is the plugin installed where the CLI looks, and completely? (.partial marks one under way.)
has_plugin() {
    [ -x "$plugin_home/resource-$1-v$2/pulumi-resource-$1" ] && [ ! -e "$plugin_home/resource-$1-v$2.partial" ]
}

# install_plugins ARCHIVE-FOLDER: installs the missing ones; an empty word takes them from the official site.
install_plugins() {
    for plugin in $pulumi_plugins; do
        name=${plugin%%=*}
        version=${plugin##*=}
        if has_plugin "$name" "$version"; then
            continue
        fi
        say "installing the plugin $name $version"
        if [ -n "$1" ]; then
            "$pulumi" plugin install resource "$name" "$version" --file "$1/$(plugin_archive "$name" "$version")" >&2
        else
            "$pulumi" plugin install resource "$name" "$version" >&2
        fi || die "the plugin $name $version could not be installed" "pulumi plugin install" \
            "read its message above; PORTCULLIS_TOOLCHAIN=build uses this repository's own plugins instead"
    done
}

plugin_archive() {
    printf 'pulumi-resource-%s-v%s-linux-amd64.tar.gz\n' "$1" "$2"
}

cli_archive=pulumi-v$pulumi_version-linux-x64.tar.gz

# choose_path: a pulumi of PATH, of the same major version and not older than the pinned one, that has everything.
choose_path() {
    if ! pulumi=$(command -v pulumi); then
        why="no pulumi on PATH"
        return 1
    fi
    found=$("$pulumi" version 2>/dev/null) || found=unknown
    found=${found#v}
    if [ "${found%%.*}" != "${pulumi_version%%.*}" ] || ! version_at_least "$found" "$pulumi_version"; then
        why="$pulumi is version $found, not ${pulumi_version%%.*}.x >= $pulumi_version"
        return 1
    fi
    beside=$(dirname -- "$(readlink -f -- "$pulumi")")
    if [ ! -x "$beside/pulumi-language-nodejs" ] && ! have pulumi-language-nodejs; then
        why="$pulumi has no pulumi-language-nodejs"
        return 1
    fi
    for plugin in $pulumi_plugins; do
        name=${plugin%%=*}
        version=${plugin##*=}
        if ! has_plugin "$name" "$version" && ! have "pulumi-resource-$name" && [ ! -x "$beside/pulumi-resource-$name" ]; then
            why="$pulumi lacks a plugin (pulumi plugin install resource $name $version)"
            return 1
        fi
    done
    took="Pulumi $found of PATH ($pulumi)"
}

# unpack_cli ARCHIVE TARGET-FOLDER: all or nothing.
unpack_cli() {
    mkdir -p "$(dirname -- "$2")"
    rm -rf "$2".part.*
    mkdir "$2.part.$$"
    tar -xzf "$1" -C "$2.part.$$" --strip-components=1 ||
        die "the archive could not be unpacked" "$1" "get it again"
    if [ ! -x "$2.part.$$/pulumi" ] || [ ! -x "$2.part.$$/pulumi-language-nodejs" ]; then
        die "the archive does not hold pulumi and pulumi-language-nodejs" "$1" "get the official release archive"
    fi
    mv "$2.part.$$" "$2"
}

# choose_archives: the official archives in the folder PORTCULLIS_TOOLCHAIN_DIR, each listed in its SHA256SUMS.
choose_archives() {
    folder=${PORTCULLIS_TOOLCHAIN_DIR:-}
    if [ -z "$folder" ]; then
        why="PORTCULLIS_TOOLCHAIN_DIR is not set"
        return 1
    fi
    [ -r "$folder/SHA256SUMS" ] ||
        die "no checksum file" "$folder/SHA256SUMS" "put the archives' checksums there (sha256sum *.tar.gz >SHA256SUMS)"
    wanted=$cli_archive
    for plugin in $pulumi_plugins; do
        wanted="$wanted $(plugin_archive "${plugin%%=*}" "${plugin##*=}")"
    done
    home=$cache/pulumi/$pulumi_version-archives-$(sha256 "$folder/SHA256SUMS" | cut -c 1-16)
    pulumi=$home/pulumi
    if [ ! -e "$home/complete" ]; then
        hold_lock "pulumi-$pulumi_version"
        for archive in $wanted; do
            verify_archive "$folder" "$archive" "$folder/SHA256SUMS"
        done
        rm -rf "$home"
        unpack_cli "$folder/$cli_archive" "$home"
        install_plugins "$folder"
        : >"$home/complete"
        release_lock
    fi
    install_plugins "$folder"
    took="Pulumi $pulumi_version from the archives in $folder"
}

# verify_archive FOLDER NAME CHECKSUM-FILE: ends with an error unless the file is there, listed, and as listed.
verify_archive() {
    [ -r "$1/$2" ] || die "an archive is missing" "$1/$2" "put the official release archive there"
    listed=$(awk -v name="$2" '{ sub(/^[*]/, "", $2); sub(/^[.][/]/, "", $2) } $2 == name { print $1; exit }' "$3")
    [ -n "$listed" ] || die "an archive has no checksum" "$2 in $3" "add its line"
    [ "$(sha256 "$1/$2")" = "$listed" ] ||
        die "an archive has another checksum than listed" "$1/$2" "get it again from the official site, and its checksum from a second source"
}

# fetch URL FILE: fails with 1 if the host gave no answer at all (name, connection, time-out); any answer that is
# not the file ends with an error.
fetch() {
    code=0
    answer=$(curl --silent --show-error --location --fail --connect-timeout 5 --retry 2 --speed-limit 1000 \
        --speed-time 60 --write-out '%{http_code}' --output "$2" "$1" 2>"$2.log") || code=$?
    case "$code $answer" in
    "0 "*) return 0 ;;
    "5 000" | "6 000" | "7 000" | "28 000" | "35 000" | "56 000") return 1 ;;
    esac
    die "a download failed (curl $code, HTTP $answer)" "$1" "$(head -n 1 "$2.log"); PORTCULLIS_TOOLCHAIN=build builds the CLI instead"
}

# found_unreachable: the download could not be reached a while ago. The file's text is the time: a file's own time is its
# file system's, which may have another clock. A time that is still to come, of a clock set back since, counts for nothing.
found_unreachable() {
    since=$(cat "$cache/unreachable" 2>/dev/null) || return 1
    case $since in
    '' | *[!0-9]*) return 1 ;;
    esac
    age=$(($(date +%s) - since))
    [ "$age" -ge 0 ] && [ "$age" -lt "$unreachable_seconds" ]
}

# choose_download: the official release, verified against the release's checksum file.
choose_download() {
    home=$cache/pulumi/$pulumi_version-official
    pulumi=$home/pulumi
    if [ ! -x "$pulumi" ]; then
        if [ "${PORTCULLIS_TOOLCHAIN:-}" != download ] && found_unreachable; then
            why="the official download can't be reached"
            return 1
        fi
        have curl || die "curl is missing" "PATH" "run toolchain/bootstrap.sh"
        hold_lock "pulumi-$pulumi_version"
        work=$cache/pulumi/.download.$$
        rm -rf "$cache"/pulumi/.download.*
        mkdir -p "$work"
        sums=pulumi-$pulumi_version-checksums.txt
        if ! fetch "$release_url/$sums" "$work/$sums" || ! fetch "$release_url/$cli_archive" "$work/$cli_archive"; then
            why="the official download can't be reached ($(head -qn 1 "$work"/*.log | tail -n 1))"
            rm -rf "$work"
            date +%s >"$cache/unreachable"
            release_lock
            return 1
        fi
        verify_archive "$work" "$cli_archive" "$work/$sums"
        unpack_cli "$work/$cli_archive" "$home"
        rm -rf "$work"
        release_lock
    fi
    install_plugins ""
    took="Pulumi $pulumi_version, the official release"
}

# choose_build: the CLI built from its Go module, with the language host and plugins of this repository.
choose_build() {
    # The language host and the plugins run on Node; without Node they would only fail later.
    "$root/toolchain/node" --version >/dev/null || exit 1
    pulumi=$cache/pulumi/$pulumi_version-$(build_recipe_sum)/pulumi
    if [ ! -x "$pulumi" ]; then
        build_pulumi "$pulumi"
    fi
    offline=yes
    took="Pulumi $pulumi_version built from its Go module, with this repository's language host and offline plugins"
}
