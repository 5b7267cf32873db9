#!/bin/sh
# --- evidence: what a step left on the host, and what is there now ----------------------------------------------------

# made KIND NAME…: the script that runs left this on the host. run.sh notes it in the step's receipt, and the look at the
# start of the program compares it with what is there then.
made() {
    printf '%s\n' "$*" >>"${PORTCULLIS_EVIDENCE:-/dev/null}"
}

# names KIND: the names of this kind in $things.
names() {
    printf '%s\n' "$things" | sed -n "s/^$1 //p"
}

# ask_engine WORD…: asks the engine, for so long. It lets each client wait while its authorization plugin is silent.
ask_engine() {
    timeout "${answer_seconds:-120}" docker "$@"
}

# ask_engine_of WORD…: the same, of the things whose names come on standard input; nothing where there are none.
ask_engine_of() {
    xargs -r timeout "${answer_seconds:-120}" docker "$@"
}

# hashed: for each line `KEY TAB TEXT` the key, and a checksum of the text.
hashed() {
    while IFS='	' read -r key text; do
        printf '%s\t%s\n' "$key" "$(printf '%s' "$text" | sha256sum | cut -c 1-24)"
    done
}

file_evidence() {
    names file | tr '\n' '\0' | xargs -0r stat -c 'file %n	%F %a %u %g' 2>/dev/null
    names file | tr '\n' '\0' | xargs -0r sha256sum 2>/dev/null | sed 's/^\([0-9a-f]*\)  \(.*\)$/content \2	\1/'
}

host_evidence() {
    names program | while read -r name; do
        [ -z "$(command -v "$name")" ] || printf 'program %s\tthere\n' "$name"
    done
    names ids | while read -r user; do
        printf 'ids %s\t%s\n' "$user" "$( (grep -h "^$user:" /etc/subuid /etc/subgid; getent passwd "$user" | cut -d : -f 1) 2>/dev/null | tr '\n' ' ')"
    done
    names unit | while read -r name; do
        printf 'unit %s\t%s\n' "$name" "$(systemctl show -P ActiveState -P UnitFileState "$name" 2>/dev/null | tr '\n' ' ')"
    done
    names until | while read -r seconds; do
        [ "$(date +%s)" -ge "$seconds" ] || printf 'until %s\tvalid\n' "$seconds"
    done
    names audit-rules | while read -r key; do
        printf 'audit-rules %s\t%s\n' "$key" "$( (auditctl -l; auditctl -s | grep '^enabled') 2>/dev/null | sha256sum | cut -c 1-24)"
    done
}

# Where no engine answers, Docker's client fills the template all the same, with nothing.
engine_evidence() {
    [ -z "$(names engine)" ] ||
        ask_engine info --format '{{if .ID}}engine docker	{{.ID}} {{.DockerRootDir}} {{.ServerVersion}} {{json .SecurityOptions}}{{end}}' 2>/dev/null |
        grep '^engine '
}

# How a container runs, how it is confined, and the networks that it is on. What the engine changes while a container runs is
# left out; a health check that is not through yet is as good as one that was passed.
# shellcheck disable=SC2016 # Go's templates have variables of their own
container_template='{{slice .Name 1}}	{{.Id}} {{.Image}} {{if .State.Restarting}}restarting{{else}}{{.State.Status}}{{end}}
{{with .State.Health}}{{if eq .Status "unhealthy"}}unhealthy{{end}}{{end}}
{{with .Config}}{{json .User}}{{json .Env}}{{json .Cmd}}{{json .Entrypoint}}{{json .Labels}}{{end}}
{{with .HostConfig}}{{.Memory}} {{.MemorySwap}} {{.NanoCpus}} {{.CpuShares}} {{json .PidsLimit}} {{.Privileged}} {{.ReadonlyRootfs}}
{{.UsernsMode}} {{.PidMode}} {{.IpcMode}} {{json .CapAdd}}{{json .CapDrop}}{{json .SecurityOpt}}{{json .Binds}}{{json .Mounts}}
{{json .PortBindings}}{{json .RestartPolicy}}{{json .Tmpfs}}{{end}}
{{range $name, $network := .NetworkSettings.Networks}}{{$name}}={{$network.NetworkID}}{{json $network.Aliases}} {{end}}'

container_evidence() {
    names container | ask_engine_of container inspect --format "$(printf '%s' "$container_template" | tr '\n' ' ')" 2>/dev/null |
        sed 's/^/container /' | hashed
}

# A volume that was made again by the same name is another one: its folder has another inode and time of birth. The mode is
# left out: the engine gives an empty volume that of the image's folder when the first container starts.
volume_evidence() {
    {
        names volume
        names manifest | sed 's/ .*//'
    } | sort -u | ask_engine_of volume inspect --format '{{.Name}}	{{.Mountpoint}}' 2>/dev/null | while IFS='	' read -r name folder; do
        [ -d "$folder" ] || continue
        ! names volume | grep -qx "$name" ||
            printf 'volume %s\t%s %s\n' "$name" "$(stat -c '%i %W' "${folder%/*}")" "$(stat -c '%u %g' "$folder")"
        names manifest | sed -n "s/^$name //p" | {
            asked=0
            while read -r repository digest; do
                manifest_evidence "$name" "$folder/docker/registry/v2" "$repository" "$digest" &
                asked=$((asked + 1))
                [ "$((asked % 8))" != 0 ] || wait
            done
            wait
        }
    done
}

# layer_file BLOBS DIGEST: the file of a blob of the registry.
layer_file() {
    printf '%s/sha256/%.2s/%s/data' "$1" "${2#sha256:}" "${2#sha256:}"
}

# manifest_parts FILE: the digests that a manifest names, each once.
manifest_parts() {
    grep -o 'sha256:[0-9a-f]\{64\}' "$1" | sort -u
}

# manifest_evidence VOLUME FOLDER REPOSITORY DIGEST: a manifest of the registry, with all that it names. The registry writes a
# file once: one that is written again, by whomever, has another time of change.
manifest_evidence() {
    [ "$(cat "$2/repositories/$3/_manifests/revisions/sha256/${4#sha256:}/link" 2>/dev/null)" = "$4" ] || return 0
    manifest=$(layer_file "$2/blobs" "$4")
    [ "$(sha256sum "$manifest" 2>/dev/null | cut -d ' ' -f 1)" = "${4#sha256:}" ] || return 0
    set -- "$@" "$manifest"
    for part in $(manifest_parts "$manifest"); do
        [ -e "$2/repositories/$3/_layers/sha256/${part#sha256:}/link" ] || return 0
        set -- "$@" "$(layer_file "$2/blobs" "$part")"
    done
    key="manifest $1 $3 $4"
    shift 4
    # A layer that is not there is an error of stat.
    if written=$(stat -c '%i %s %Z' "$@" 2>/dev/null); then
        printf '%s\t%s\n' "$key" "$(printf '%s' "$written" | sha256sum | cut -c 1-24)"
    fi
}

# served_manifests: of lines `REPOSITORY DIGEST` those that the registry serves. curl asks for all in one connection, and shows
# its login at once; an engine's client takes a connection for each, and asks twice. No login is in a list of arguments. The time
# is for all of them: a registry that is paused takes connections, and never answers.
# shellcheck disable=SC2154 # look.sh sets $login
served_manifests() {
    if ! command -v curl >/dev/null 2>&1; then
        while read -r repository digest; do
            { ! ask_engine manifest inspect "$ask_registry/$repository@$digest" >/dev/null 2>&1 || printf '%s %s\n' "$repository" "$digest"; } </dev/null &
        done
        wait
        return
    fi
    {
        printf 'silent\nhead\nnoproxy = "*"\nwrite-out = "%%{http_code} %%{url_effective}\\n"\n'
        printf 'cacert = "/etc/docker/certs.d/%s/ca.crt"\nheader = "Authorization: Basic %s"\n' "$ask_registry" "$login"
        for type in oci.image.manifest.v1 oci.image.index.v1 docker.distribution.manifest.v2 docker.distribution.manifest.list.v2; do
            printf 'header = "Accept: application/vnd.%s+json"\n' "$type"
        done
        while read -r repository digest; do
            printf 'url = "https://%s/v2/%s/manifests/%s"\noutput = "/dev/null"\n' "$ask_registry" "$repository" "$digest"
        done
    } | timeout "${answer_seconds:-120}" curl --disable --config - 2>/dev/null | sed -n 's|^200 https://[^/]*/v2/\(.*\)/manifests/\(sha256:[0-9a-f]*\)$|\1 \2|p'
}

image_evidence() {
    names image | ask_engine_of image inspect --format 'image {{.Id}}	there' 2>/dev/null
}

network_evidence() {
    names network | ask_engine_of network inspect --format 'network {{.Name}}	{{.Id}} {{.Driver}} {{.Internal}}' 2>/dev/null
}

# databases_question CONTAINER: SQL for a database's owner, and who may log in how.
databases_question() {
    cat <<SQL
SELECT 'databases $1' || E'\t' || md5(string_agg(t::text, ',' ORDER BY t::text)) FROM (
    SELECT datname, pg_get_userbyid(datdba), datallowconn, datacl::text FROM pg_database
    UNION SELECT rolname, rolpassword, rolcanlogin, rolsuper::text FROM pg_authid WHERE rolname !~ '^pg_') AS t;
SQL
}

# advisories_question CONTAINER DATABASE: SQL for the operations of the updaters, how often PostgreSQL has deleted or changed an
# advisory (counting them all would take too long; the number begins anew after a crash of PostgreSQL), and whether there are any.
advisories_question() {
    cat <<SQL
\\connect $2
SELECT 'advisories $1 $2' || E'\t' || concat_ws(' ',
    (SELECT md5(string_agg(o::text, ',' ORDER BY o)) FROM (SELECT updater || ' ' || max(id) || ' ' || max(date) FROM update_operation GROUP BY updater) AS t(o)),
    (SELECT sum(n_tup_del + n_tup_upd) FROM pg_stat_user_tables WHERE relname IN ('vuln', 'uo_vuln')),
    (SELECT EXISTS (SELECT FROM vuln LIMIT 1)));
SQL
}

# One client asks all of a container's databases. A database that does not answer is no evidence of anything, and ends the client.
database_evidence() {
    {
        names databases
        names advisories
    } | cut -d ' ' -f 1 | sort -u | while read -r container; do
        {
            ! names databases | grep -qx "$container" || databases_question "$container"
            names advisories | sed -n "s/^$container //p" | while read -r database; do
                advisories_question "$container" "$database"
            done
        } | ask_engine exec -i "$container" psql --quiet --no-psqlrc --no-align --tuples-only --set ON_ERROR_STOP=1 --username postgres --dbname postgres 2>/dev/null
    done
}

# toolkit_digest FOLDER: a checksum of the scripts that are installed there; components/toolkit/scripts.ts takes the same one. A
# script that another user could write, or that root cannot run, gives another one.
toolkit_digest() {
    {
        find "$1"/*.sh ! '(' -type f -perm 0755 -uid 0 -gid 0 ')' -printf '%p %y %m %U %G\n'
        cat "$1"/*.sh
    } 2>/dev/null | sha256sum | cut -d ' ' -f 1
}

# evidence: reads lines `KIND NAME`, and prints lines `KEY TAB VALUE` of how these things are now; nothing of a thing that is
# not there. The engine is asked about all things of a kind at once, and about the kinds at the same time. The look, which knows
# the registry by $ask_registry and has a login, asks the registry itself too; a step does not.
evidence() {
    things=$(sort -u)
    found=$(mktemp -d "${work:-/run}/portcullis-evidence.XXXXXX")
    for kind in file host engine container volume image network database tag spool; do
        "${kind}_evidence" >"$found/$kind" </dev/null &
    done
    served=
    [ -z "${ask_registry:-}" ] || served=$(names manifest | cut -d ' ' -f 2- | served_manifests)
    wait
    if [ -z "${ask_registry:-}" ]; then
        cat "$found"/*
    else
        cat "$found"/* | SERVED=$served awk '
            BEGIN { count = split(ENVIRON["SERVED"], list, "\n"); for (at = 1; at <= count; at++) { answered[list[at]] } }
            $1 != "manifest" || ($3 " " substr($0, index($0, "sha256:"), 71)) in answered'
    fi
    rm -rf "$found"
}
