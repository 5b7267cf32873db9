#!/bin/sh
# shellcheck disable=SC2154 # subordinate-ids.sh has the variables
# --- hidden data: what of an engine nobody sees any more when the engine takes another folder ------------------------

# coming_ids: the ids of a container's root, as Root Dir ends with them: `UID.GID`. After check_ids.
coming_ids() {
    uids=${own_uids:-$add_uids}
    gids=${own_gids:-$add_gids}
    printf '%s.%s\n' "${uids%%	*}" "${gids%%	*}"
}

# clipped: the lines of standard input in one, a few of them behind their number; nothing where there are none.
clipped() {
    awk 'NF && ++count <= 8 { list = list (count > 1 ? ", " : "") ($0 ~ /^[0-9a-f]+$/ && length($0) == 64 ? substr($0, 1, 12) : substr($0, 1, 100)) }
        END { if (count > 8) list = list sprintf(" and %d more", count - 8); if (count) printf "%d: %s\n", count, list }'
}

# told KIND SIZE: the lines of standard input as a part of a list: `2 volumes (3GB): a, b; `.
told() {
    list=$(clipped)
    [ -z "$list" ] || printf '%s %s%s:%s; ' "${list%%:*}" "$1" "${2:+ ($2)}" "${list#*:}"
}

# silent WORD…: ends the script for want of an answer.
silent() {
    fail "the engine gives no answer when it is asked for '$1 $2', so that nobody knows what user namespaces would hide. See 'journalctl -u docker' on the host; nothing was changed"
}

# answer_of WORD…: what the engine says. Its silence is no empty list: the script ends.
answer_of() {
    timeout "${answer_seconds:-60}" docker "$@" 2>/dev/null || silent "$@"
}

# fact_of FORMAT: what the engine says of itself. Some clients end well where no engine answers, and say nothing.
fact_of() {
    fact=$(answer_of info --format "$1")
    [ -n "$fact" ] || silent info --format
    printf '%s\n' "$fact"
}

# size_of TYPE: the size that `docker system df` has for it; nothing where it has told none.
size_of() {
    printf '%s\n' "$sizes" | sed -n "s/^$1	[0-9]*	//p"
}

# engine_holds ROOT: what the engine that runs has in its folder, in one line; nothing where there is nothing.
engine_holds() {
    containers=$(answer_of ps --all --format '{{.Names}}{{if eq .State "running"}} (running){{end}}')
    images=$(answer_of images --format '{{if eq .Repository "<none>"}}{{.ID}}{{else}}{{.Repository}}:{{.Tag}}{{end}}')
    volumes=$(answer_of volume ls --quiet)
    networks=$(answer_of network ls --filter type=custom --format '{{.Name}}')
    plugins=$(answer_of plugin ls --format '{{.Name}}')
    swarm=$(fact_of '{{.Swarm.LocalNodeState}}{{if .Swarm.ControlAvailable}}, a manager{{end}}')
    [ "$swarm" != inactive ] || [ ! -s "$1/swarm/docker-state.json" ] || swarm="inactive, but its state is there"
    # The size of large volumes takes long. Of all these only the build cache has no list of its own.
    sizes=$(timeout "${size_seconds:-20}" docker system df --format '{{.Type}}	{{.TotalCount}}	{{.Size}}' 2>/dev/null) || sizes=
    printf '%s\n' "$containers" | told containers "$(size_of Containers)"
    printf '%s\n' "$images" | sort -u | told images "$(size_of Images)"
    printf '%s\n' "$volumes" | told volumes "$(size_of 'Local Volumes')"
    printf '%s\n' "$networks" | grep -vxE 'ingress|docker_gwbridge' | told networks ''
    printf '%s\n' "$plugins" | told plugins ''
    [ "$swarm" = inactive ] || printf 'a swarm (%s); ' "$swarm"
    if [ -n "$sizes" ]; then
        printf '%s\n' "$sizes" | awk -F '\t' '$1 == "Build Cache" && $2 > 0 { printf "%s parts of build cache (%s); ", $2, $3 }'
    else
        [ -z "$(find "$1/buildkit" -name '*.db' -size +64k 2>/dev/null)" ] || printf 'build cache; '
    fi
}

# disk_holds ROOT: the same of an engine that does not run, by the files in its folder. Such an engine is not started to be asked:
# it would start containers that somebody stopped with it.
disk_holds() {
    grep -hso '"Name":"/[^"]*"' "$1"/containers/*/config.v2.json | sed 's/.*"\/\(.*\)"/\1/' | told containers ''
    cat "$1"/image/*/repositories.json 2>/dev/null | grep -o '"[^"@{}]*:[^":@{}/]*":"sha256:' | cut -d '"' -f 2 | sort -u | told images ''
    find "$1/volumes" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' 2>/dev/null | sort | told volumes ''
    grep -hso '"Name":"[^"]*"' "$1"/plugins/*/config.json | cut -d '"' -f 4 | told plugins ''
    [ ! -s "$1/swarm/docker-state.json" ] || printf 'a swarm (its state is there); '
}

# refuse_hidden ACCEPT FROM TO HOLDS: ends the script where the engine has something in FROM, and is to go to TO.
refuse_hidden() {
    [ -n "$4" ] || return 0
    if [ "$1" = yes ]; then
        say "the engine goes from $2 to $3, which hides, and does not delete: ${4%; }"
        return
    fi
    fail "user namespaces would hide what the host has, and delete nothing: ${4%; }. The engine would go from $2 to $3. Save or remove what you need, or set portcullis:engine.acceptHiddenImages to true: what is hidden is back after destroy. Nothing was changed"
}

# flag_root: the folder that a flag of dockerd gives the engine for its data; nothing where none does. The last one counts.
flag_root() {
    engine_flags | awk '
        wanted { root = $0; wanted = 0; next }
        /^(--data-root|--graph|-g)$/ { wanted = 1; next }
        sub(/^(--data-root=|--graph=|-g=?)/, "") { root = $0 }
        END { if (root != "") print root }'
}

# refuse_hidden_of_stopped ACCEPT: the same, of an engine that does not run and that we did not configure.
refuse_hidden_of_stopped() {
    if [ -e "$engine_kept/ours" ] || pidof dockerd >/dev/null; then
        return 0
    fi
    from=$(flag_root)
    if [ -n "$from" ]; then
        from=$(readlink -m "$from")
    else
        from=$(data_root "$engine_config")
    fi
    to=$from/$(coming_ids)
    holds=$(disk_holds "$from")
    refuse_hidden "$1" "$from" "$to" "$holds"
    # An engine that is remapped in another way has another folder.
    grep -qs '"userns-remap": *"[^"]' "$engine_config" || return 0
    for root in "$from"/[0-9]*.[0-9]*; do
        holds=$(disk_holds "$root")
        [ "$root" = "$to" ] || refuse_hidden "$1" "$root" "$to" "$holds"
    done
}

# refuse_hidden_of_running ACCEPT TO: the same, of an engine that answers. TO is its folder to come, without the part of the
# remapping. Where we configured it, and it is silent or remapped, an `up` mends it or moves the stack.
refuse_hidden_of_running() {
    if [ -e "$engine_kept/ours" ]; then
        options=$(timeout 20 docker info --format '{{json .SecurityOptions}}' 2>/dev/null) || return 0
        case $options in '' | null | *name=userns*) return 0 ;; esac
    fi
    from=$(fact_of '{{.DockerRootDir}}')
    from=$(readlink -m "$from")
    to=$2/$(coming_ids)
    [ "$from" != "$to" ] || return 0
    holds=$(engine_holds "$from")
    refuse_hidden "$1" "$from" "$to" "$holds"
}
