# shellcheck shell=sh
# Brings a stack up with the policy pack in front. Pulumi runs the program twice: for the preview, and for the update. Where
# the last run ended well and is still the last word on program, settings and state, a preview that finds nothing to change
# is the whole run: an update would put the same resources and outputs into the same state. In all other cases the update
# follows. The caller sets `root`, `stack` and `project`.

# shellcheck source=toolchain/lib.sh disable=SC2154 # the caller sets root, stack and project
. "$root/toolchain/lib.sh"

# settled_by: one checksum over the sources of resources and outputs, and over the state, if all of them are known: the
# state lies in the default backend, and the compiled program agrees with its sources.
settled_by() {
    state_file=$root/.portcullis/state/.pulumi/stacks/$project/$stack.json
    [ -z "${PULUMI_BACKEND_URL:-}" ] && ! logged_in && [ -r "$state_file" ] && [ -r "$root/Pulumi.$stack.yaml" ] || return 1
    program=$("$root/toolchain/node" "$root/toolchain/compile/current.cjs" toolchain/language-host/program.ts) || return 1
    # Scripts and templates are read while the program runs.
    read_files=$(find "$root/audit" "$root/components" "$root/scan" -type f ! -name '*.ts' | LC_ALL=C sort)
    {
        printf '%s\n' "$program"
        printf '%s\n' "$read_files" "$state_file" "$root/Pulumi.yaml" "$root/Pulumi.$stack.yaml" |
            xargs -d '\n' sha256sum
    } | sha256sum | cut -d ' ' -f 1
}

# only_sames EVENTS: does the log of a preview end with a summary that counts nothing but what stays the same?
only_sames() {
    grep '"summaryEvent"' "$1" 2>/dev/null | tail -n 1 | grep -Eq '"resourceChanges":\{"same":[0-9]+\}'
}

# pulumi_on_stack WORD…: runs pulumi with the options that all commands of a run share.
pulumi_on_stack() {
    (cd "$root" && ./pulumiw --non-interactive "$@" --stack "$stack" --policy-pack policy --suppress-outputs)
}

up() {
    settled=$root/.portcullis/settled/$stack
    skip=
    # A run that was interrupted is put right by the update's pulumiw.
    if [ -s "$settled/by" ] && [ ! -e "$root/.portcullis/runs/$stack/command" ]; then
        # The log of an earlier preview says nothing of this one, and no log is left for others to read.
        events=$settled/events code=0 same=no
        rm -f "$events"
        PULUMI_DEBUG_COMMANDS=true pulumi_on_stack preview --event-log "$events" || code=$?
        ! only_sames "$events" || same=yes
        rm -f "$events"
        [ "$code" = 0 ] || exit "$code"
        if [ "$same" = yes ] && by=$(settled_by) && [ "$by" = "$(cat "$settled/by")" ]; then
            return
        fi
        skip=--skip-preview
        export PORTCULLIS_TOLD=yes
    fi
    rm -rf "$settled"
    pulumi_on_stack up --yes ${skip:+"$skip"}
    if by=$(settled_by); then
        # Nobody else may read Pulumi's log of a run.
        (umask 077 && mkdir -p "$settled")
        printf '%s\n' "$by" >"$settled/by"
    fi
}
