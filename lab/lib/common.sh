# Paths, messages and small helpers. Sourced by lab/lab; expects LAB (the lab folder, absolute).
# shellcheck shell=sh disable=SC2034 # used by the other files

ROOT=$(dirname -- "$LAB")
RUN=$ROOT/.portcullis
ENGINE=$RUN/engine
HOSTS=$RUN/hosts
CACHE=${PORTCULLIS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/portcullis}

# The mark on everything of this checkout that lives outside its folder: labels, rules, links.
OWNER=$(printf '%s' "$ROOT" | sha256sum | cut -c1-12)

say() {
    printf 'lab: %s\n' "$*" >&2
}

# die WHAT WHERE WHAT_TO_DO
die() {
    printf 'portcullis: %s (%s): %s\n' "$1" "$2" "$3" >&2
    exit 1
}

now() {
    date +%s
}

need_root() {
    [ "$(id -u)" -eq 0 ] || die "the lab needs root" "uid $(id -u)" "run it as root: it starts an engine and makes networks"
}

# need_commands COMMAND… — which package brings each is in lab/packages.txt
need_commands() {
    for _command in "$@"; do
        command -v "$_command" >/dev/null 2>&1 ||
            die "the command '$_command' is missing" "PATH" "run toolchain/bootstrap.sh, which installs lab/packages.txt"
    done
}

# take_lock NAME — held until this process ends. Long-lived children must close file 9.
take_lock() {
    mkdir -p "$RUN/locks"
    exec 9>"$RUN/locks/$1"
    flock -n 9 && return 0
    say "waiting for another run that holds the lock '$1'"
    flock -w 900 9 || die "another run has held the lock '$1' for 15 minutes" "$RUN/locks/$1" "end that run, then try again"
}

# lock_cache FOLDER — the cache is shared by all checkouts; held until this process and what it started end, or file 8 is closed
lock_cache() {
    mkdir -p "$1"
    exec 8>"$1/lock"
    flock -n 8 && return 0
    say "waiting for another run that builds in $1"
    flock 8
}

# checksum of standard input
sum() {
    sha256sum | cut -c1-16
}

# recipe_sum FILE_OR_FOLDER… — one checksum over names and contents, and over the words in RECIPE_EXTRA
recipe_sum() {
    {
        printf '%s\n' "${RECIPE_EXTRA:-}"
        find "$@" -type f | LC_ALL=C sort | while read -r _file; do
            _name=${_file#"$LAB"/}
            printf '%s ' "${_name#"$ROOT"/}"
            sha256sum <"$_file"
        done
    } | sum
}
