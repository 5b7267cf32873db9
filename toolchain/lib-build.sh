# shellcheck shell=sh
# Builds the Pulumi CLI from its Go module. This file is part of the cache key of what it builds, beside go.mod and
# go.sum, so it holds the recipe and nothing else.

# shellcheck source=toolchain/lib.sh disable=SC2154 # the caller sets root
. "$root/toolchain/lib.sh"

# build_recipe_sum: 16 hex digits over everything that decides what is built.
build_recipe_sum() {
    sha256 "$root/toolchain/cli/go.mod" "$root/toolchain/cli/go.sum" "$root/toolchain/lib-build.sh" | cut -c 1-16
}

# build_pulumi TARGET: builds into a file beside TARGET and renames it, so that a killed build leaves no half binary.
# go.sum pins every module's checksum; -mod=readonly refuses what it does not list.
build_pulumi() {
    hold_lock "pulumi-$pulumi_version"
    if [ -x "$1" ]; then
        release_lock
        return
    fi
    say "building the Pulumi CLI $pulumi_version from its Go module (once, about 5 minutes on 2 cores)"
    mkdir -p "$(dirname -- "$1")"
    rm -f "$1".part.*
    # Without the version flag `pulumi version` prints nothing, and the Automation API refuses it.
    (
        cd "$root/toolchain/cli"
        CGO_ENABLED=0 "$root/toolchain/go" build -mod=readonly -buildvcs=false \
            -ldflags "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=$pulumi_version" \
            -o "$1.part.$$" github.com/pulumi/pulumi/pkg/v3/cmd/pulumi >&2
    ) || die "the Pulumi CLI could not be built" "toolchain/cli" "read Go's message above; it needs the Go module proxy and about 3 GB of disk"
    mv "$1.part.$$" "$1"
    release_lock
}
