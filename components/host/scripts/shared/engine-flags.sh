#!/bin/sh
# --- the flags of dockerd: they are configuration too, and the engine starts with no key that is set in both places ----

engine_unit=docker.service

# unit_shows PROPERTY: what systemd has of the engine's unit, as it would start it now.
unit_shows() {
    systemctl show -P "$1" "$engine_unit" 2>/dev/null || true
}

# environment_files: the files that the unit takes variables from.
environment_files() {
    unit_shows EnvironmentFiles | sed -n 's/ (ignore_errors=[a-z]*)$//p'
}

# unit_variables: lines `NAME=VALUE`; the last one of a name counts, and files come after the unit's own.
unit_variables() {
    unit_shows Environment | xargs -r -n 1 printf '%s\n'
    environment_files | while read -r file; do
        sed -n "s/^[[:space:]]*\([A-Za-z_][A-Za-z0-9_]*\)=[\"']\{0,1\}\(.*[^\"'[:space:]]\)[\"']\{0,1\}[[:space:]]*$/\1=\2/p" "$file" 2>/dev/null || true
    done
}

# engine_flags: the words behind dockerd in the engine's unit, one in each line, with the variables' values; none where the unit
# starts another program.
engine_flags() {
    variables=$(unit_variables)
    unit_shows ExecStart | sed -n 's/.*argv\[\]=[^ ;]*dockerd \(.*\) ; ignore_errors.*/\1/p' | tail -n 1 | tr -s ' ' '\n' | while read -r word; do
        case $word in
        "\$"*)
            name=$(printf '%s' "$word" | tr -d "\${}")
            printf '%s\n' "$variables" | sed -n "s/^$name=//p" | tail -n 1 | tr -s ' ' '\n'
            ;;
        *) printf '%s\n' "$word" ;;
        esac
    done | grep . || true
}

# flag_place WORD: the file of the engine's unit that has the word, and the line: `FILE line 3`. A drop-in counts before the unit.
flag_place() {
    {
        unit_shows FragmentPath
        unit_shows DropInPaths | tr ' ' '\n'
        environment_files
    } | while read -r file; do
        grep -nF -e "$1" "$file" 2>/dev/null | grep -v '^[0-9]*:[[:space:]]*[#;]' | sed "s|^\([0-9]*\):.*|$file line \1|"
    done | tail -n 1
}

# clashing_flags FILE: lines `FLAG TAB KEY` of flags of dockerd that a key of the daemon.json sets too.
clashing_flags() {
    engine_flags | awk -v keys="$(sed -n 's/^  "\([^"]*\)":.*/\1/p' "$1" | tr '\n' ' ')" '
        BEGIN {
            count = split(keys, list, " ")
            for (one = 1; one <= count; one++) there[list[one]] = 1
            count = split("-D debug -l log-level -s storage-driver -b bridge -G group -H hosts -p pidfile -g data-root --graph data-root --host hosts --label labels --log-opt log-opts --dns-opt dns-opts --exec-opt exec-opts --storage-opt storage-opts --insecure-registry insecure-registries --registry-mirror registry-mirrors --authorization-plugin authorization-plugins --default-ulimit default-ulimits --default-address-pool default-address-pools --cdi-spec-dir cdi-spec-dirs --node-generic-resource node-generic-resources", list, " ")
            for (one = 1; one < count; one += 2) key[list[one]] = list[one + 1]
        }
        /^-/ {
            flag = $0
            sub(/=.*/, "", flag)
            if (flag !~ /^--/) flag = substr(flag, 1, 2)
            name = flag in key ? key[flag] : substr(flag, 3)
            if (name in there) printf "%s\t%s\n", $0, name
        }'
}

# refuse_other_file FILE: ends the script where a flag has the engine read another daemon.json.
refuse_other_file() {
    other=$(engine_flags | awk '
        wanted { print; exit }
        $0 == "--config-file" { wanted = 1 }
        sub(/^--config-file=/, "") { print; exit }')
    if [ -n "$other" ] && [ "$(readlink -m "$other")" != "$(readlink -m "$1")" ]; then
        fail "dockerd is started with --config-file $other ($(flag_place --config-file)), so that it does not read $1: take the flag out there, then have systemd read the unit again (systemctl daemon-reload), and run the same command again; nothing was changed"
    fi
}

# refuse_clashes FILE: ends the script where the engine refuses the daemon.json, beside the flags that its unit gives it: by its own
# check; by the names of flags and keys where it has none (before Docker 23.0).
refuse_clashes() {
    clashes=$(clashing_flags "$1")
    checked=$1.check
    words=
    if dockerd --help 2>/dev/null | grep -q -- --validate; then
        # Without the remapping, for which the engine would make a user already now.
        sed 's/"userns-remap": "default"/"userns-remap": ""/' "$1" >"$checked"
        flags=$(engine_flags | awk '
            skip { skip = 0; next }
            $0 == "--config-file" { skip = 1; next }
            !/^--config-file=/')
        old=$IFS
        IFS='
'
        set -f
        # shellcheck disable=SC2086 # one word in each line
        words=$(dockerd $flags --validate --config-file "$checked" 2>&1) && clashes='' words=''
        set +f
        IFS=$old
        rm -f "$checked"
    fi
    if [ -n "$clashes" ]; then
        list=$(printf '%s\n' "$clashes" | while IFS='	' read -r flag key; do
            printf "'%s' in %s (%s in daemon.json); " "$flag" "$(flag_place "$flag")" "$key"
        done)
        list=${list%; }
        [ -z "$words" ] || list="$list. The engine says: $words"
        fail "the engine would not start, as its unit sets what daemon.json sets too: take these words out there, then have systemd read the unit again (systemctl daemon-reload), and run the same command again; nothing was changed. $list"
    fi
    [ -z "$words" ] ||
        fail "the engine refuses the new daemon.json: $words. Correct portcullis:engine, or what the engine's unit has beside it: see 'systemctl cat docker'; nothing was changed"
}
