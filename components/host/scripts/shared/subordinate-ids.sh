#!/bin/sh
# --- the subordinate ids: which ids of the host those in containers are -----------------------------------------------

subuid_file=/etc/subuid subgid_file=/etc/subgid login_defs=/etc/login.defs name_services=/etc/nsswitch.conf
engine_config=/etc/docker/daemon.json
# What the host had before, and what our steps made of it.
# shellcheck disable=SC2154 # common.sh sets the path
engine_kept=$state_folder/engine
# The user whose ranges the engine takes, and how many ids the images of the world count on.
remap_user=dockremap range_size=65536

# data_root FILE: the folder that a daemon.json gives the engine for its data.
data_root() {
    root=$(sed -n 's/.*"data-root": *"\([^"]*\)".*/\1/p' "$1" 2>/dev/null | head -n 1)
    readlink -m "${root:-/var/lib/docker}"
}

# ids_file subuid|subgid: the file's path.
ids_file() {
    case $1 in
    subuid) printf '%s' "$subuid_file" ;;
    *) printf '%s' "$subgid_file" ;;
    esac
}

# ids_text subuid|subgid: the file's text, with the lines that dockremap had at the last run: the engine's data belongs to them,
# and another range would hide all of it.
ids_text() {
    if [ -s "$engine_kept/$1" ]; then
        grep -v "^$remap_user:" "$(ids_file "$1")" 2>/dev/null || true
        cat "$engine_kept/$1"
    elif [ -e "$(ids_file "$1")" ]; then
        cat "$(ids_file "$1")"
    fi
}

# id_holders subuid|subgid: lines `FIRST TAB LAST TAB WHOSE` of ids that certainly are somebody's. Those below 65536 are of users,
# of services (systemd's DynamicUser has 61184 to 65519), and of nobody (65534).
id_holders() {
    printf '0\t65535\tthe users and services of the host\n'
    awk '($1 == "UID_MAX" || $1 == "GID_MAX") && $2 ~ /^[1-9][0-9]*$/ && $2 + 0 > 65535 {
        printf "65536\t%.0f\tthe users that useradd makes (%s in %s)\n", $2, $1, FILENAME }' "$login_defs" 2>/dev/null || true
    printf '%s\n' "$users" | awk -F : -v field="$([ "$1" = subuid ] && echo 3 || echo 4)" '
        $field ~ /^[0-9]+$/ && $field + 0 > 65535 { printf "%.0f\t%.0f\tthe user %s\n", $field, $field, $1 }'
    [ "$1" = subuid ] || printf '%s\n' "$groups" | awk -F : '
        $3 ~ /^[0-9]+$/ && $3 + 0 > 65535 { printf "%.0f\t%.0f\tthe group %s\n", $3, $3, $1 }'
}

# directory_services: the services that know users of elsewhere, of whom getent need not tell all.
directory_services() {
    sed -n 's/#.*//; s/\[[^]]*\]//g; s/^ *\(passwd\|group\)://p' "$name_services" 2>/dev/null | tr -s ' \t' '\n' |
        grep -vxE '|files|compat|db|systemd|mymachines|altfiles|extrausers' | sort -u | tr '\n' ' ' || true
}

# reserved_ids: lines like those of id_holders, of ids that somebody may have later. A new range keeps clear of them; a range that
# is there already may lie in them. For systemd's numbers see UIDS-GIDS of its manual. A directory's users are, by the defaults of
# SSSD, FreeIPA, authd and winbind, anywhere up to 2000200000.
reserved_ids() {
    printf '524288\t1879048191\tcontainers of systemd-nspawn\n'
    printf '2147352576\t2147483646\tforeign images of systemd\n'
    printf '2147483647\t4294967295\tprograms that take ids for signed numbers, and the podman of its manual\n'
    services=$(directory_services)
    [ -z "$services" ] || printf '65536\t2000224255\tusers of a directory (%s)\n' "${services% }"
}

# judge_ids subuid|subgid: reads the file's text as the engine does, and prints lines `wrong TAB WHAT`, `unfit TAB WHAT` (of
# dockremap's own lines alone), `clash TAB WHAT` (of dockremap's own lines and somebody else's ids, or a number),
# `own TAB FIRST TAB COUNT` (dockremap's first range) and `other TAB FIRST TAB LAST TAB WHOSE`. An engine up to 28.2 takes
# the lines with the user's number, and those with its name only where there are none; a later one takes both. It puts several lines one behind the other, so that the
# first one is Root Dir's, and an engine up to 28.2 does not start where any line has not three parts.
judge_ids() {
    {
        id_holders "$1"
        echo --
        ids_text "$1"
    } | awk -v own="$remap_user" -v number="$user_number" -v size="$range_size" -v file="$(ids_file "$1")" '
        function wrong(what) { printf "wrong\t%s: %s\n", file, what }
        function clash(what) { printf "clash\t%s: %s\n", file, what }
        function unfit(what) { printf "unfit\t%s: %s\n", file, what }
        function at(line) { return sprintf("line %d (%s)", line, text[line]) }
        !lines {
            if ($0 == "--") { lines = NR; next }
            split($0, part, "\t")
            add(part[1], part[2], part[3])
            # These are nobody in particular, to whom other ids could be given.
            if (part[3] ~ /^the users /) general[count] = 1
            next
        }
        function add(first, last, whose) { count++; from[count] = first + 0; to[count] = last + 0; holder[count] = whose }
        {
            line = NR - lines
            text[line] = $0
            plain = $0 !~ /^[ \t]|[ \t\r]$/
            gsub(/^[ \t\r]+|[ \t\r]+$/, "", text[line])
            if (text[line] == "" || text[line] ~ /^#/) next
            parts = split(text[line], part, ":")
            if (parts != 3 || part[1] == "" || part[2] !~ /^(0|[1-9][0-9]*)$/ || part[3] !~ /^(0|[1-9][0-9]*)$/ ||
                length(part[2]) > 10 || length(part[3]) > 10) {
                wrong(at(line) " is not NAME:FIRST:COUNT in plain numbers")
                next
            }
            if (part[1] == own || part[1] == number) {
                if (!plain) unfit(at(line) " has white space around it")
                named[++owned] = line; name[owned] = part[1]; first[owned] = part[2] + 0; ids[owned] = part[3] + 0
            } else if (part[3] + 0 > 0) {
                add(part[2], part[2] + part[3] - 1, at(line))
                printf "other\t%.0f\t%.0f\t%s\n", part[2], part[2] + part[3] - 1, at(line)
            }
        }
        END {
            if (owned > 1) {
                for (one = 1; one <= owned; one++) list = list (one > 1 ? " and " : "") at(named[one])
                unfit("the engine would put " list " one behind the other, and engines read them differently")
            }
            for (line = 1; line <= owned; line++) {
                end = first[line] + ids[line] - 1
                if (name[line] != own) clash(at(named[line]) " names " own " by its number")
                if (owned == 1 && ids[line] < size) unfit(at(named[line]) sprintf(" has %.0f ids, and images count on %d", ids[line], size))
                if (end > 4294967294) unfit(at(named[line]) " ends above the largest id, 4294967294")
                for (one = 1; one <= count; one++)
                    if (from[one] <= end && first[line] <= to[one]) {
                        what = at(named[line]) " has ids of " holder[one]
                        if (one in general) unfit(what)
                        else if (++told <= 3) clash(what)
                    }
            }
            if (owned) printf "own\t%.0f\t%.0f\n", first[1], ids[1]
        }'
}

# free_range FROM: the first id, from FROM on, behind which 65536 are in none of the ranges of standard input; nothing where
# there is none below 2^31.
free_range() {
    sort -n | awk -v at="$1" -v size="$range_size" '
        BEGIN { at += 0 }
        $1 + 0 <= at + size - 1 && $2 + 0 >= at { at = $2 + 1 }
        END { if (at + size - 1 < 2147483647) printf "%.0f\n", at }'
}

# others_of JUDGED: the ranges of other users in what judge_ids prints.
others_of() {
    printf '%s\n' "$1" | sed -n 's/^other	//p'
}

# own_of JUDGED: dockremap's range in what judge_ids prints, as `FIRST TAB COUNT`.
own_of() {
    printf '%s\n' "$1" | sed -n 's/^own	//p'
}

# retained_range: the range of an earlier run, whose volumes are still in the engine's data; nothing where there is none.
retained_range() {
    for folder in "$(data_root "$engine_config")"/[1-9]*.[1-9]*; do
        base=${folder##*/}
        if [ "${base%.*}" = "${base#*.}" ] && [ -n "$(find "$folder/volumes" -mindepth 1 -maxdepth 1 -type d 2>/dev/null)" ]; then
            printf '%s\n' "${base%.*}"
        fi
    done | head -n 1
}

# certain_ids: the ids that are certainly somebody's, as a user or as a group, in one of the two files or outside.
certain_ids() {
    id_holders subuid
    id_holders subgid
    others_of "$judged_uids"
    others_of "$judged_gids"
}

# new_range: the first id of 65536 that are nobody's, neither as users nor as groups; nothing where there are none. The range of
# data that is still there comes first, then what Debian gives its users.
new_range() {
    retained=$(retained_range)
    if [ -n "$retained" ] && [ "$(certain_ids | free_range "$retained")" = "$retained" ]; then
        printf '%s\n' "$retained"
        return
    fi
    { certain_ids; reserved_ids; } | free_range 100000
}

# listed passwd|group: all users or groups that getent tells.
listed() {
    answer=$(timeout 60 getent "$1") || answer=
    [ -n "$answer" ] ||
        fail "'getent $1' gives no answer within a minute, so nobody knows which ids are somebody's: mend what $name_services names for $1, and run again; nothing was changed"
    printf '%s\n' "$answer"
}

# stands_on_own_lines: whether a stack stands on the very lines that dockremap has in both files now.
stands_on_own_lines() {
    for name in subuid subgid; do
        [ -s "$engine_kept/$name" ] || return 1
        [ "$(grep "^$remap_user:" "$(ids_file "$name")" 2>/dev/null)" = "$(cat "$engine_kept/$name")" ] || return 1
    done
}

# refuse_unfit JUDGED: ends the script where a line of the two files is wrong, with the line to write. A stack that an earlier version
# brought up on lines of dockremap that have a fault of their own keeps them, and is told: other lines would hide its data. Ids that
# are somebody else's too are refused all the same.
refuse_unfit() {
    unfit=$(faults_of "$1" unfit)
    wrong=$(faults_of "$1" 'wrong\|clash\|unfit')
    if [ -n "$unfit" ] && stands_on_own_lines; then
        say "warning: the stack's containers keep the subordinate ids that it was brought up with, and these are not as they should be: $unfit. The way out: save what the volumes hold, set portcullis:registry.retainVolume to false, run './pulumiw up --stack STACK' and './pulumiw destroy --stack STACK', correct the line, and bring the stack up again"
        wrong=$(faults_of "$1" 'wrong\|clash')
    fi
    [ -n "$wrong" ] || return 0
    kept_lines=$(cat "$engine_kept/subuid" "$engine_kept/subgid" 2>/dev/null | sort -u | paste -sd ' ')
    [ ! -s "$engine_kept/subuid" ] ||
        fail "the ids of the stack's containers are not only theirs: $wrong. The engine's data belongs to the range of $remap_user ($kept_lines): put it back where the files have another one, correct the other lines, or give the others other ids, and run again; nothing was changed"
    advice="Correct the lines"
    if [ -n "$(faults_of "$1" 'clash\|unfit')" ]; then
        free=$(new_range)
        [ -z "$free" ] ||
            advice="$advice: '$remap_user:$free:$range_size' is free, as the one line for $remap_user in each of the two files. What an engine has under another range is hidden with it"
    fi
    fail "the subordinate ids cannot be used: $wrong. $advice. Nothing was changed"
}

# faults_of JUDGED KINDS: what judge_ids found of these kinds, in one line.
faults_of() {
    printf '%s\n' "$1" | sed -n "s/^\($2\)	//p" | paste -sd ';' | sed 's/;/; /g'
}

# check_ids: looks at the ranges of subordinate ids, and changes nothing. Ends the script where a line is wrong, with the line to
# write. Afterwards $add_uids and $add_gids are the ranges that put_ids adds, if any.
check_ids() {
    users=$(listed passwd)
    groups=$(listed group)
    user_number=$(printf '%s\n' "$users" | awk -F : -v own="$remap_user" '$1 == own { print $3; exit }')
    judged_uids=$(judge_ids subuid)
    judged_gids=$(judge_ids subgid)
    own_uids=$(own_of "$judged_uids")
    own_gids=$(own_of "$judged_gids")
    add_uids='' add_gids=''
    refuse_unfit "$judged_uids
$judged_gids"
    [ -z "$own_uids" ] || [ -z "$own_gids" ] || return 0
    # The numbers of the other file, where they are free in this one too.
    there=$own_uids$own_gids
    there=${there%	*}
    if [ -n "$there" ] && [ "$(certain_ids | free_range "$there")" = "$there" ]; then
        free=$there
    else
        free=$(new_range)
    fi
    [ -n "$free" ] ||
        fail "no $range_size ids below 2147352576 are free for containers: $subuid_file, $subgid_file, the users, $login_defs and the users of $name_services have all of them. Put '$remap_user:FIRST:$range_size' with ids that are nobody's into $subuid_file and $subgid_file; nothing was changed"
    # shellcheck disable=SC2034 # put_ids takes them
    [ -n "$own_uids" ] || add_uids=$free
    # shellcheck disable=SC2034
    [ -n "$own_gids" ] || add_gids=$free
}
