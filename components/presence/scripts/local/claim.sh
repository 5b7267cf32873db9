# shellcheck shell=sh disable=SC2154 # common.sh sets the paths
# Makes the host this stack's own, or gives it back. Sent behind the functions of common.sh to `sh -s claim|release`.
# @PROJECT@, @STACK@, @ID@ and @GENERATION@ are filled in; the id is that of the stack's state.

# told NAME: one of the owner's words, or nothing.
told() {
    sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$owner_file" 2>/dev/null
}

claim() {
    set -eu
    if [ -s "$owner_file" ] && [ "$(told project) $(told stack) $(told id)" != '@PROJECT@ @STACK@ @ID@' ]; then
        fail "this host belongs to the stack $(told project)/$(told stack) (its state has the id $(told id), and the state of @PROJECT@/@STACK@ that is used here has @ID@), and nothing was changed. Take another host; or destroy that stack with its own state first; or, if that state is lost, take the stack's containers and networks away on the host (its volumes stay), and its claim: 'docker ps --all --quiet --filter label=portcullis.stack=$(told project)/$(told stack) | xargs -r docker rm --force; docker network ls --quiet --filter label=portcullis.stack=$(told project)/$(told stack) | xargs -r docker network rm; rm $owner_file', and run the same command again"
    fi
    umask 077
    mkdir -p "$state_folder"
    printf '{"project":"%s","stack":"%s","id":"%s","generation":"%s"}\n' '@PROJECT@' '@STACK@' '@ID@' '@GENERATION@' >"$owner_file.new"
    mv -f "$owner_file.new" "$owner_file"
}

# What a step left is undone by the step's own script. Where these scripts were gone the receipts tell of it.
release() {
    set -eu
    [ "$(told project) $(told stack) $(told id)" = '@PROJECT@ @STACK@ @ID@' ] || exit 0
    left=$(grep -l '^undoable' "$receipts"/* 2>/dev/null | sed 's|.*/||' | tr '\n' ' ')
    [ -z "$left" ] ||
        fail "these steps are not undone, as the scripts that undo them were gone from $toolkit: $left. Run './pulumiw up --stack @STACK@', which puts the scripts back, and then './pulumiw destroy --stack @STACK@' again"
    rm -rf "$receipts"
    rm -f "$owner_file" "$state_folder/toolkit"
    rmdir "$state_folder" 2>/dev/null || true
}
