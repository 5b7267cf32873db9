# The project's own advisories in the format of `clairctl export-updaters`. Sourced by lab/lab.
# shellcheck shell=sh disable=SC2154 # clair: lib/clair.sh

# build_advisories — sets advisories: the cached archive
build_advisories() {
    ensure_clair
    advisories=$CACHE/images/advisories-$(recipe_sum "$LAB/data/debian.json" "$LAB/data/sources.json" "$LAB"/data/*.osv.jsonl "$LAB"/data/alpine-*.json \
        "$LAB/advisories" "$LAB/lib/clair.sh").json.gz
    [ -f "$advisories" ] && return 0
    say "exporting the advisories with clairctl"
    "$ROOT/toolchain/node" --import tsx "$LAB/advisories/export.ts" "$LAB/data" "$clair/clairctl" "$advisories.part" ||
        die "the advisories were not exported" lab/data "see the message above"
    sha256sum <"$advisories.part" | cut -d' ' -f1 >"$advisories.sha256"
    mv "$advisories.part" "$advisories"
}
