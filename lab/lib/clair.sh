# Clair's programs, built from their Go module. Sourced by lab/lab.
# shellcheck shell=sh

CLAIR_VERSION=v4.9.0

# ensure_clair — sets clair: the folder with the programs clair and clairctl
ensure_clair() {
    clair=$CACHE/clair/$CLAIR_VERSION-$(RECIPE_EXTRA=$CLAIR_VERSION recipe_sum "$LAB/images/clair/go.mod" "$LAB/images/clair/go.sum" "$LAB/lib/clair.sh")
    [ -x "$clair/clairctl" ] && return 0
    say "building Clair $CLAIR_VERSION from its Go module; about 2 minutes the first time"
    _start=$(now)
    rm -rf "$CACHE"/clair/*.part
    mkdir -p "$clair.part"
    (
        cd "$LAB/images/clair"
        CGO_ENABLED=0 GOFLAGS=-mod=readonly "$ROOT/toolchain/go" build -trimpath -buildvcs=false \
            -ldflags "-s -w -X github.com/quay/clair/v4/cmd.Version=$CLAIR_VERSION" -o "$clair.part/" tool
    ) >&2 || die "Clair was not built" "go build in lab/images/clair" "see its messages above; the Go module proxy must be reachable"
    mv "$clair.part" "$clair"
    say "built Clair in $(($(now) - _start)) s"
}
