# shellcheck shell=sh
# Runs the Pulumi CLI so that an interrupt harms nothing, and says afterwards what was left. A run that did not end
# is noted in .portcullis/runs/STACK; the next run of that stack puts it right first (cli/recover).

# shellcheck source=toolchain/lib.sh disable=SC2154 # the caller sets root, and pulumi
. "$root/toolchain/lib.sh"

# parse_command ARG…: sets `word` (the command's first one), `changing` (up, destroy or refresh; empty for all other commands),
# `stack` and `settings_file` (empty where not named), `is_batch` (whether pulumi asks the user nothing), `is_confirmed` (whether
# the user has said yes already), and `is_elsewhere` (whether its settings are not, or not only, those of the checkout's folder).
# shellcheck disable=SC2034 # pulumiw reads the results
parse_command() {
    word='' changing='' stack='' settings_file='' is_batch=no is_confirmed=no is_elsewhere=no
    [ -t 0 ] || is_batch=yes
    [ "${PULUMI_SKIP_CONFIRMATIONS:-}" != true ] || is_confirmed=yes
    [ "$(pwd -P)" = "$root" ] || is_elsewhere=yes
    skip=
    for argument in "$@"; do
        case $skip in
        stack) stack=$argument ;;
        settings) settings_file=$argument ;;
        esac
        if [ -n "$skip" ]; then
            skip=
            continue
        fi
        case $argument in
        -s | --stack) skip=stack ;;
        --stack=*) stack=${argument#*=} ;;
        --config-file) skip=settings is_elsewhere=yes ;;
        --config-file=*) settings_file=${argument#*=} is_elsewhere=yes ;;
        -C | --cwd | -c | --config) skip=other is_elsewhere=yes ;;
        --cwd=* | --config=*) is_elsewhere=yes ;;
        --color | -v | --verbose | --tracing | --profiling | -m | --message | --policy-pack | -t | --target | -r | --replace | -p | --parallel) skip=other ;;
        --non-interactive) is_batch=yes ;;
        -y | --yes) is_batch=yes is_confirmed=yes ;;
        --help | -h)
            changing='' word=''
            return
            ;;
        --preview-only)
            changing=
            return
            ;;
        -*) ;;
        *) word=${word:-$argument} ;;
        esac
    done
    case $word in
    up | update) changing=up ;;
    destroy | down | dn) changing=destroy ;;
    refresh) changing=refresh ;;
    esac
}

# process_start PID: the start of a process. PID and start together name the process for certain; empty: there is none.
process_start() {
    sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

# still_runs FILE: whether the process of the file's line `PID START` runs.
still_runs() {
    read -r number start 2>/dev/null <"$1" && [ "$(process_start "$number")" = "$start" ]
}

recovery() {
    PORTCULLIS_PULUMI=$pulumi "$root/toolchain/run" cli/main.ts "$@"
}

# pass_on SIGNAL: pulumi gets each signal once. The first one has it end what runs and begin nothing; a second one ends it
# at once. A terminal signals this shell and pulumi itself, where both are in one session.
pass_on() {
    signalled=yes was_signalled=yes
    [ "$1" != terminal ] || [ "$is_batch" = yes ] || return 0
    if still_runs "$note/process"; then
        kill -s INT "$number" 2>/dev/null || true
    fi
}

# watch_pulumi ARG…: runs pulumi to its end, whatever comes meanwhile, and sets `code`.
watch_pulumi() {
    exec 3<&0
    # A closed terminal must not end pulumi half way: it ignores HUP, and is asked to stop instead.
    trap '' HUP
    # A shell starts background commands with INT ignored.
    heed=
    ! env --default-signal=INT true 2>/dev/null || heed='env --default-signal=INT,QUIT'
    # In a session of its own pulumi gets an interrupt from here only, and so only once.
    own_session=
    [ "$is_batch" = no ] || own_session=setsid
    $heed $own_session "$pulumi" "$@" <&3 3<&- &
    child=$!
    printf '%s %s\n' "$child" "$(process_start "$child")" >"$note/process"
    trap 'pass_on terminal' INT QUIT
    trap 'pass_on other' TERM HUP
    [ "$early" = no ] || pass_on other
    exec 3<&-
    code=0
    while :; do
        signalled=no
        ended=0
        wait "$child" || ended=$?
        # 127: the shell has told of this end already, in a wait that a signal cut short.
        [ "$ended" = 127 ] || code=$ended
        [ "$signalled" = yes ] || break
    done
}

# run_watched ARG…: for the commands that change a stack. Ends with pulumi's own exit code.
run_watched() {
    if [ -z "$stack" ]; then
        stack=$("$pulumi" stack --show-name 2>/dev/null) || exec "$pulumi" "$@"
    fi
    note=$root/.portcullis/runs/$(printf '%s' "$stack" | tr -c 'A-Za-z0-9._-' '_')
    # Pulumi's own lock is what keeps a second run away, and its words are right.
    if still_runs "$note/process"; then
        exec "$pulumi" "$@"
    fi
    if [ -e "$note/command" ]; then
        recovery recover --note "$note" --stack "$stack" ${settings_file:+--settings "$settings_file"} || exit 1
    fi
    # Without the host each step of a destroy would wait for it in turn.
    if [ "$changing" = destroy ]; then
        confirmed=
        [ "$is_confirmed" = no ] || confirmed=--confirmed
        recovery reach --stack "$stack" ${settings_file:+--settings "$settings_file"} $confirmed || exit 1
    fi
    rm -rf "$note"
    # Nobody else may read Pulumi's log of a run.
    (umask 077 && mkdir -p "$note")
    # An interrupt that comes before pulumi runs is passed on as soon as it does.
    early=no was_signalled=no
    trap 'early=yes' INT QUIT TERM HUP
    date +%s >"$note/began"
    printf '%s\n' "$changing" >"$note/command"
    # The CLI has --event-log only for those who ask for its debugging commands.
    PULUMI_DEBUG_COMMANDS=true
    export PULUMI_DEBUG_COMMANDS
    watch_pulumi "$@" --event-log "$note/events"
    trap '' INT QUIT TERM HUP
    if [ "$code" = 0 ]; then
        rm -rf "$note"
        exit 0
    fi
    # Over 128: pulumi itself was ended by a signal, and could tidy nothing up.
    [ "$code" -lt 128 ] || was_signalled=yes
    recovery interrupted --note "$note" --stack "$stack" --signalled "$was_signalled" || true
    exit "$code"
}
