#!/bin/sh
# Reads what a host has of what a stack declared: files, folders, subordinate ids, users. Writes nothing.
# Runs as `sh -s` on the host, with one line before this text for each list: paths, contents, folders and users, a name a
# line, in base64. Prints one JSON object of base64 texts.
set -u
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
: "${paths:=}" "${contents:=}" "${folders:=}" "${users:=}"

# A file of ours is far below this: a longer one is another.
most_bytes=67108864

# text NAME: standard input under this name.
text() {
    printf ',"%s":"' "$1"
    base64 | tr -d '\n'
    printf '"'
}

# each LIST COMMAND: runs the command with each name of a list.
each() {
    printf '%s' "$1" | base64 -d | while IFS= read -r name; do "$2" "$name"; done
}

is_file() {
    [ -f "$1" ] && [ ! -L "$1" ]
}

# path_facts PATH: hexadecimal mode, permissions, ids and SHA-256 (- for none), or one word: absent, unreadable.
path_facts() {
    if facts=$(stat -c '%f %a %u %g' -- "$1" 2>/dev/null); then
        digest=-
        if is_file "$1" && [ "$(stat -c %s -- "$1" 2>/dev/null || echo 0)" -le "$most_bytes" ]; then
            digest=$(sha256sum 2>/dev/null <"$1" | cut -d ' ' -f 1)
        fi
        facts="$facts ${digest:-gone}"
        # It can go while it is read.
        case $facts in *gone) facts=absent ;; esac
    else
        facts=absent
    fi
    if [ "$facts" = absent ] && { [ -e "$1" ] || [ -L "$1" ]; }; then facts=unreadable; fi
    printf '%s %s\n' "$facts" "$1"
}

# content PATH: the file in base64, up to one byte more than what is compared, or - where there is none.
content() {
    packed=-
    if is_file "$1"; then packed=$(head -c 65537 -- "$1" 2>/dev/null | base64 -w 0); fi
    printf '%s %s\n' "$packed" "$1"
}

entries() {
    find "$1" -xdev -mindepth 1 ! -type d -print0 2>/dev/null
}

user() {
    if getent passwd "$1" >/dev/null 2>&1 || grep -q "^$1:" /etc/passwd; then printf '%s\n' "$1"; fi
}

[ "$(id -u)" = 0 ] || {
    echo "portcullis: audit ($(id -un)@$(uname -n)): some files only root can read: connect as root" >&2
    exit 1
}

printf '{"format":1'
each "$paths" path_facts | text paths
each "$contents" content | text contents
each "$folders" entries | head -c 1048576 | text entries
each "$users" user | text users
for ranges in subuid subgid; do
    if [ -f "/etc/$ranges" ]; then cat "/etc/$ranges"; fi | text "$ranges"
done
printf '}\n'
