#!/bin/sh
# toolchain/stack.sh settings STACK copies the template of its settings, where it has none
# toolchain/stack.sh make STACK     makes the stack where there is none
# toolchain/stack.sh up STACK       brings the stack up, with the policy pack in front
# toolchain/stack.sh destroy STACK  removes the stack's resources; fine when it was never there
# toolchain/stack.sh forget STACK   drops the stack's state from this checkout, touches no host (`make clean`)
set -eu

root=$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")
# shellcheck source=toolchain/lib-state.sh
. "$root/toolchain/lib-state.sh"
# shellcheck source=toolchain/lib-settings.sh
. "$root/toolchain/lib-settings.sh"
# shellcheck source=toolchain/lib-up.sh
. "$root/toolchain/lib-up.sh"

stack=${2:-}
[ -n "$stack" ] || die "no stack named" "toolchain/stack.sh" "use settings, make, up, destroy or forget, and STACK"
project=$(project_name)
local_state=$root/.portcullis/state

# A stack that is there in the default backend need not be asked for: asking takes a start of Pulumi.
make() {
    if [ -n "${PULUMI_BACKEND_URL:-}" ] || logged_in || never_made "$stack"; then
        "$root/pulumiw" --non-interactive stack select --create "$stack"
    fi
}

destroy() {
    if never_made "$stack"; then
        say "there is no stack $stack: nothing to destroy"
        return
    fi
    "$root/toolchain/bootstrap.sh" node
    cd "$root"
    "$root/pulumiw" --non-interactive destroy --stack "$stack" --yes --skip-preview
    # Nothing is declared any more: an audit has nothing to compare the host with.
    forget_reports --declared
}

# forget_reports [--declared]: removes the stack's reports from the folder that its settings name.
forget_reports() {
    if [ ! -d "$root/node_modules" ]; then
        [ ! -e "$root/reports/$stack" ] ||
            say "the reports of the stack $stack stay in reports/$stack: the npm packages that would find them are not installed"
        return 0
    fi
    "$root/toolchain/run" cli/main.ts forget-reports --stack "$stack" "$@" ||
        say "the reports of the stack $stack are left where they are"
}

# Removes the stack's own files. Other stacks of this checkout, such as one for a real host, keep theirs, and with
# them the passphrase.
forget() {
    rm -rf "$local_state/.pulumi/stacks/$project/$stack.json"* "$local_state/.pulumi/history/$project/$stack" \
        "$local_state/.pulumi/backups/$project/$stack" "$local_state/.pulumi/locks/organization/$project/$stack" \
        "$root/.portcullis/settled/$stack"
    forget_reports
    # Pulumi notes in the settings file which passphrase the stack had; a new stack gets a new note. Settings that
    # are encrypted with that passphrase are left as they are.
    settings=$root/Pulumi.$stack.yaml
    if [ -e "$settings" ] && ! grep -q 'secure:' "$settings"; then
        sed -i '/^encryptionsalt: /d' "$settings"
    fi
}

case $1 in
settings) place_settings "$stack" ;;
make) make ;;
up) up ;;
destroy) destroy ;;
forget) forget ;;
*) die "unknown word '$1'" "toolchain/stack.sh" "use settings, make, up, destroy or forget, and STACK" ;;
esac
