# The authorization plugin's program, built from its Go module. Sourced by lab/lab.
# shellcheck shell=sh

# ensure_authorization_plugin — sets plugin: the cached program
ensure_authorization_plugin() {
    _source=$LAB/../components/host/authorization
    plugin=$CACHE/authorization/plugin-$(recipe_sum "$_source" "$LAB/lib/authorization.sh")
    [ -f "$plugin" ] && return 0
    say "building the authorization plugin from its Go module"
    mkdir -p "$CACHE/authorization"
    (
        cd "$_source"
        CGO_ENABLED=0 GOOS=linux GOFLAGS=-mod=readonly "$ROOT/toolchain/go" build -trimpath -buildvcs=false \
            -ldflags '-s -w' -o "$plugin.part.$$" .
    ) >&2 || die "the authorization plugin was not built" "go build in components/host/authorization" "see its messages above; the Go module proxy must be reachable"
    sha256sum <"$plugin.part.$$" | cut -d' ' -f1 >"$plugin.sha256"
    mv "$plugin.part.$$" "$plugin"
}

# lab_authorization_plugin — the program and its line of SHA256SUMS alone, without the images
lab_authorization_plugin() {
    take_lock images
    mkdir -p "$ARCHIVES"
    ensure_authorization_plugin
    { grep -v ' portcullis-authorization$' "$ARCHIVES/SHA256SUMS" 2>/dev/null || true; } >"$ARCHIVES/SHA256SUMS.part"
    place portcullis-authorization "$plugin"
    mv "$ARCHIVES/SHA256SUMS.part" "$ARCHIVES/SHA256SUMS"
    printf '%s\n' "$ARCHIVES/portcullis-authorization"
}
