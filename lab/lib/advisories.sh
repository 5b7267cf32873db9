# The project's own advisories, made by `portcullis mirror build` as any site without internet makes its own. Sourced by lab/lab.
# shellcheck shell=sh disable=SC2154 # clair: lib/clair.sh

# build_advisories — sets advisories: the cached archive
build_advisories() {
    ensure_clair
    advisories=$CACHE/images/advisories-$(RECIPE_EXTRA=${clair##*/} recipe_sum "$LAB/data/advisories" "$ROOT/cli/mirror" "$ROOT/scan/mirror").json.gz
    [ -f "$advisories" ] && [ -f "$advisories.sha256" ] && return 0
    say "making the archive of advisories"
    # Under another name first: place() takes the sum alone, without the name of a file.
    "$ROOT/bin/portcullis" mirror build "$LAB/data/advisories" --out "$CACHE/images/advisories.json.gz" --clairctl "$clair/clairctl" >&2 ||
        die "the archive of advisories was not made" lab/data/advisories "see the message above"
    cut -d ' ' -f 1 "$CACHE/images/advisories.json.gz.sha256" >"$advisories.sha256"
    mv "$CACHE/images/advisories.json.gz" "$advisories"
    rm -f "$CACHE/images/advisories.json.gz.sha256"
}

# lab_clairctl — prints the path of clairctl, which is built where it is missing
lab_clairctl() {
    lock_cache "$CACHE/images"
    ensure_clair
    printf '%s\n' "$clair/clairctl"
}
