# shellcheck shell=sh
# Brings a stack up with the policy pack in front, and says how to use it. Pulumi runs the program twice: for the preview, and
# for the update. Where the last run ended well and is still the last word on program, policy pack, settings and state, a
# preview that finds nothing to change is the whole run: an update would put the same resources and outputs into the same
# state. On the day on which the pack has passed just these resources, that preview is without the pack, which would see
# nothing else; what it finds to change is then judged before the update. In all other cases the update follows.
# The caller sets `root`, `stack` and `project`.

# shellcheck source=toolchain/lib.sh disable=SC2154 # the caller sets root, stack and project
. "$root/toolchain/lib.sh"

# settled_by: one checksum over the sources of resources, policies and outputs, and over the state, if all of them are known:
# the state lies in the default backend, and the compiled programs agree with their sources.
settled_by() {
    state_file=$root/.portcullis/state/.pulumi/stacks/$project/$stack.json
    [ -z "${PULUMI_BACKEND_URL:-}" ] && ! logged_in && [ -r "$state_file" ] && [ -r "$root/Pulumi.$stack.yaml" ] || return 1
    programs=$("$root/toolchain/node" "$root/toolchain/compile/current.cjs" \
        toolchain/language-host/program.ts toolchain/language-host/policy-pack.ts) || return 1
    # Scripts and templates are read while the programs run.
    read_files=$(find "$root/audit" "$root/components" "$root/policy" "$root/scan" "$root/text" -type f ! -name '*.ts' | LC_ALL=C sort)
    {
        printf '%s\n' "$programs"
        printf '%s\n' "$read_files" "$state_file" "$root/Pulumi.yaml" "$root/Pulumi.$stack.yaml" |
            xargs -d '\n' sha256sum
    } | sha256sum | cut -d ' ' -f 1
}

# judged_by: the same with the day on which this run began: exceptions end on a day, and a run may end on the next one.
judged_by() {
    by=$(settled_by) && printf '%s of %s\n' "$by" "$day"
}

# only_sames EVENTS: does the log of a preview end with a summary that counts nothing but what stays the same?
only_sames() {
    grep '"summaryEvent"' "$1" 2>/dev/null | tail -n 1 | grep -Eq '"resourceChanges":\{"same":[0-9]+\}'
}

# pulumi_on_stack WORD…: runs pulumi with the options that all commands of a run share.
pulumi_on_stack() {
    (cd "$root" && ./pulumiw --non-interactive "$@" --stack "$stack")
}

# summary: how to use the stack, by its outputs.
summary() {
    outputs=$(PORTCULLIS_TOLD=yes pulumi_on_stack stack output --json) &&
        printf '%s\n' "$outputs" | "$root/toolchain/run" cli/main.ts summary --stack "$stack"
}

# is_same: whether a preview finds nothing to change, and the last run is still the last word. Sets `is_judged`. The summary is
# written meanwhile: the state that it is of is the state at the end.
is_same() {
    is_judged=no
    [ ! -s "$settled/judged" ] || [ "$(judged_by)" != "$(cat "$settled/judged")" ] || is_judged=yes
    pack='--policy-pack policy'
    [ "$is_judged" = no ] || pack=
    # The log of an earlier preview says nothing of this one, and no log is left for others to read.
    events=$settled/events code=0 same=no
    rm -f "$events" "$settled/summary"
    summary >"$settled/summary" 2>/dev/null &
    # shellcheck disable=SC2086 # two words, or none
    PULUMI_DEBUG_COMMANDS=true pulumi_on_stack preview --suppress-outputs $pack --event-log "$events" || code=$?
    wait "$!" || rm -f "$settled/summary"
    ! only_sames "$events" || same=yes
    rm -f "$events"
    [ "$code" = 0 ] || exit "$code"
    [ "$same" = yes ] && by=$(settled_by) && [ "$by" = "$(cat "$settled/by")" ]
}

# note_settled: writes down what this run, which ended well with the pack, was the last word on.
note_settled() {
    # Nobody else may read Pulumi's log of a run.
    (umask 077 && mkdir -p "$settled")
    if judged_by >"$settled/judged"; then
        sed 's/ .*//' "$settled/judged" >"$settled/by"
    else
        rm -rf "$settled"
    fi
}

up() {
    settled=$root/.portcullis/settled/$stack
    day=$(date -u +%F)
    skip=
    # A run that was interrupted is put right by the update's pulumiw.
    if [ -s "$settled/by" ] && [ ! -e "$root/.portcullis/runs/$stack/command" ]; then
        if is_same; then
            if [ -s "$settled/summary" ]; then cat "$settled/summary"; else summary; fi
            rm -f "$settled/summary"
            [ "$is_judged" = yes ] || note_settled
            return
        fi
        # What no pack has seen yet is previewed again.
        [ "$is_judged" = yes ] || skip=--skip-preview
        export PORTCULLIS_TOLD=yes
    fi
    rm -rf "$settled"
    pulumi_on_stack up --yes --suppress-outputs --policy-pack policy ${skip:+"$skip"}
    note_settled
    summary
}
