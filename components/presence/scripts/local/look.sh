# shellcheck shell=sh disable=SC2154 # common.sh sets the paths
# Looks at the host, and changes nothing. It is sent behind the functions of common.sh to `sh -s` on the host when the program
# starts. Each line that it prints begins with a word and a tab; components/presence/look.ts reads them.
# @REGISTRY@ and @LOGIN@ are filled in: the stack's registry, and `USER:PASSWORD` in base64; empty before the first `up`.
look() {
    export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    unset DOCKER_HOST DOCKER_CONTEXT DOCKER_CONTENT_TRUST
    # In memory, and for this run.
    umask 077
    work=$(mktemp -d /run/portcullis-look.XXXXXX)
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
    ask_registry='@REGISTRY@'
    printf '{"auths":{"%s":{"auth":"%s"}}}\n' "$ask_registry" '@LOGIN@' >"$work/config.json"
    export DOCKER_CONFIG="$work"
    printf 'time\t%s\n' "$(date +%s)"
    printf 'machine\t%s\n' "$(cat /etc/machine-id 2>/dev/null)"
    printf 'owner\t%s\n' "$(cat "$owner_file" 2>/dev/null)"
    printf 'engine\t%s\n' "$(docker version --format '{{.Server.Version}}' 2>/dev/null)"
    # Their generation, their checksum when they were installed, and now.
    printf 'toolkit\t%s %s\n' "$(cat "$state_folder/toolkit" 2>/dev/null)" "$(toolkit_digest "$toolkit")"
    for receipt in "$receipts"/*; do
        [ -f "$receipt" ] || continue
        sed "s/^/receipt	${receipt##*/}	/" "$receipt"
    done
    cat "$receipts"/* 2>/dev/null | sed -n 's/^made	//p' | evidence | sed 's/^/now	/'
    echo 'end	'
}
look
