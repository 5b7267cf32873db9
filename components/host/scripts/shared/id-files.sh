#!/bin/sh
# shellcheck disable=SC2154 # subordinate-ids.sh has the variables
# --- the files of the subordinate ids: how they get what check_ids found missing, and how that goes again -------------

# replace_file FILE: gives the file the text of standard input, whole or not at all. Owner and mode stay; a symbolic link stays
# one, and the file that it leads to is replaced.
replace_file() {
    target=$(readlink -f "$1") || fail "$1 is a symbolic link that leads nowhere: mend it, and run again"
    if [ -e "$target" ]; then
        cp -a "$target" "$target.portcullis-new"
    else
        (umask 022 && : >"$target.portcullis-new")
    fi
    cat >"$target.portcullis-new" || fail "$1 could not be written: see the message above; it is as it was"
    sync "$target.portcullis-new" 2>/dev/null || true
    mv -f "$target.portcullis-new" "$target"
}

# put_range subuid|subgid FIRST: puts the range of the last run back, or adds a new one where FIRST is one; and notes what the
# file was before, and what it is now.
put_range() {
    path=$(ids_file "$1")
    text=$(ids_text "$1" && echo .)
    text=${text%.}
    if [ -n "$2" ]; then
        case $text in
        '' | *'
') ;;
        *) text="$text
" ;;
        esac
        text="$text$remap_user:$2:$range_size
"
        [ ! -e "$path" ] || cp -p "$path" "$engine_kept/$1.before"
        printf '%s' "$text" >"$engine_kept/$1.written"
        grep -qx "$1" "$engine_kept/ranges" 2>/dev/null || echo "$1" >>"$engine_kept/ranges"
    elif [ -s "$engine_kept/$1" ] && [ "$(grep "^$remap_user:" "$path" 2>/dev/null)" != "$(cat "$engine_kept/$1")" ]; then
        say "putting $remap_user's range in $path back: $(cat "$engine_kept/$1")"
    else
        text=
    fi
    [ -z "$text" ] || printf '%s' "$text" | replace_file "$path"
    grep "^$remap_user:" "$path" >"$engine_kept/$1"
}

# put_ids: makes what check_ids found missing: the user, and a range in each file.
put_ids() {
    if ! getent passwd "$remap_user" >/dev/null; then
        # Without the user, its group may still be there.
        own_group=--user-group
        ! getent group "$remap_user" >/dev/null || own_group="--gid $remap_user"
        # shellcheck disable=SC2086 # two words
        useradd --system --no-create-home $own_group --shell /usr/sbin/nologin "$remap_user"
        : >"$engine_kept/user"
        number=$(id -u "$remap_user")
        if grep -q "^$number:" "$subuid_file" "$subgid_file" 2>/dev/null; then
            userdel "$remap_user"
            rm "$engine_kept/user"
            fail "a line of $subuid_file or $subgid_file begins with $number:, and useradd gives $remap_user just this number, so that the engine would take that line for it: remove the line, and run again"
        fi
    fi
    put_range subuid "$add_uids"
    put_range subgid "$add_gids"
}

# range_before subuid|subgid: makes $engine_kept/NAME.restored, the file without what put_range added: byte for byte what was there
# before, where nobody changed the file since.
range_before() {
    path=$(ids_file "$1")
    rm -f "$engine_kept/$1.restored"
    [ -e "$path" ] || return 0
    if ! grep -qx "$1" "$engine_kept/ranges" 2>/dev/null; then
        cp -a "$(readlink -f "$path")" "$engine_kept/$1.restored"
    elif ! cmp -s "$path" "$engine_kept/$1.written"; then
        cp -a "$(readlink -f "$path")" "$engine_kept/$1.restored"
        sed -i "/^$remap_user:/d" "$engine_kept/$1.restored"
    elif [ -e "$engine_kept/$1.before" ]; then
        cp -a "$engine_kept/$1.before" "$engine_kept/$1.restored"
    fi
}

# own_first FILE: the first id of dockremap's range.
own_first() {
    awk -F : -v own="$remap_user" '$1 == own { print $2; exit }' "$1" 2>/dev/null || true
}

# retained_volumes: a few volumes that are kept in the engine's data under dockremap's ranges; nothing where there are none.
retained_volumes() {
    [ -e "$engine_kept/ranges" ] || return 0
    found=$(cat "$engine_kept/root" 2>/dev/null) ||
        found=$(data_root "$engine_config")/$(own_first "$subuid_file").$(own_first "$subgid_file")
    find "$found/volumes" -mindepth 1 -maxdepth 1 -type d -printf '%f ' 2>/dev/null | cut -c 1-200 || true
}

# restore_ids RETAINED: takes the user and the ranges away that put_ids made. Where volumes are kept that belong to them, they stay,
# and so do the notes of them: the next user of the host would get these ids, and own the files.
restore_ids() {
    # An end that was cut off has put all of it back already, and taken the notes away.
    [ -d "$engine_kept" ] || return 0
    if [ -n "$1" ]; then
        say "the lines of $remap_user in $subuid_file and $subgid_file stay, as the files of kept volumes belong to these ids, and another user would get them: $1"
        return
    fi
    range_before subuid
    range_before subgid
    # userdel takes the user's lines out of both files too, also those that were there before.
    [ ! -e "$engine_kept/user" ] || ! getent passwd "$remap_user" >/dev/null || userdel "$remap_user"
    for name in subuid subgid; do
        path=$(ids_file "$name")
        if [ ! -e "$engine_kept/$name.restored" ]; then
            ! grep -qx "$name" "$engine_kept/ranges" 2>/dev/null || rm -f "$path"
        else
            cmp -s "$engine_kept/$name.restored" "$path" || replace_file "$path" <"$engine_kept/$name.restored"
            touch -r "$engine_kept/$name.restored" "$(readlink -f "$path")"
        fi
    done
}
