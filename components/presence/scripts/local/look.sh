# shellcheck shell=sh disable=SC2034,SC2154 # common.sh sets the paths, and reads the limits
# Looks at the host, and changes nothing. It is sent behind the functions of common.sh to `sh -s` on the host when the program
# starts. Each line that it prints begins with a word and a tab; components/presence/look.ts reads them.
# @REGISTRY@ and @LOGIN@ are filled in: the stack's registry, and `USER:PASSWORD` in base64; empty before the first `up`. So is
# @FOLLOWED@: lines `REFERENCE LOGIN` of the tags to ask for; see tags.sh.
look() {
    export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    unset DOCKER_HOST DOCKER_CONTEXT DOCKER_CONTENT_TRUST
    # In memory, and for this run.
    umask 077
    work=$(mktemp -d /run/portcullis-look.XXXXXX)
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
    ask_registry='@REGISTRY@' login='@LOGIN@'
    # Before the first receipts the steps themselves ask.
    [ -z "$(ls "$receipts" 2>/dev/null)" ] || followed='@FOLLOWED@'
    printf '{"auths":{"%s":{"auth":"%s"}}}\n' "$ask_registry" "$login" >"$work/config.json"
    # Less than the whole look has: what does not answer is gone, and all else is as it is.
    answer_seconds=20
    export DOCKER_CONFIG="$work"
    printf 'time\t%s\n' "$(date +%s)"
    printf 'machine\t%s\n' "$(cat /etc/machine-id 2>/dev/null)"
    printf 'owner\t%s\n' "$(cat "$owner_file" 2>/dev/null)"
    # What is free where Clair's spool is or would be, and what it takes there already.
    printf 'room\t%s\n' "$(spool_room)"
    # Their generation, their checksum when they were installed, and now.
    printf 'toolkit\t%s %s\n' "$(cat "$state_folder/toolkit" 2>/dev/null)" "$(toolkit_digest "$toolkit")"
    # As lines `receipt TAB STEP TAB LINE`.
    awk '{ step = FILENAME; sub(".*/", "", step); print "receipt\t" step "\t" $0 }' /dev/null "$receipts"/* 2>/dev/null
    cat "$receipts"/* 2>/dev/null | sed -n 's/^made	//p' | evidence | tee "$work/now" | sed 's/^/now	/'
    # Whoever has asked the engine already need not ask again.
    grep -q '^engine ' "$work/now" || ask_engine version --format '{{.Server.Version}}' >"$work/engine" 2>/dev/null
    printf 'engine\t%s\n' "$(sed -n 's/^engine docker	.* \([0-9][^ ]*\) \[.*/\1/p' "$work/now"; cat "$work/engine" 2>/dev/null)"
    echo 'end	'
}
look
