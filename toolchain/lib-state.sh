# shellcheck shell=sh
# The place of the stacks' state, unless the user has chosen one: a file backend and a passphrase file in this checkout.

# shellcheck source=toolchain/lib.sh disable=SC2154 # the caller sets root
. "$root/toolchain/lib.sh"

# logged_in: did `pulumi login` choose a backend?
logged_in() {
    credentials=${PULUMI_CREDENTIALS_PATH:-$(pulumi_home)}/credentials.json
    [ -r "$credentials" ] && grep -q '"current": *"[^"]' "$credentials"
}

# project_name: the project's name in Pulumi.yaml.
project_name() {
    sed -n 's/^name: *//p' "$root/Pulumi.yaml"
}

# never_made STACK: is it certain that there is no such stack? Only the default backend is a folder that can be looked into; with
# another one Pulumi has to be asked.
never_made() {
    [ -z "${PULUMI_BACKEND_URL:-}" ] && ! logged_in || return 1
    made=$root/.portcullis/state/.pulumi/stacks/$(project_name)/$1.json
    [ ! -e "$made" ] && [ ! -e "$made.gz" ]
}

# make_passphrase FILE: makes a random passphrase, 0600, once; of two calls at once one wins and both use its file.
make_passphrase() {
    if find "$state/.pulumi/stacks" -name '*.json' 2>/dev/null | grep -q .; then
        die "stacks are there, but not the passphrase of their secrets" "$1" \
            "put the file back, or remove $state to begin anew"
    fi
    (umask 077 && head -c 32 /dev/urandom | base64 >"$1.part.$$")
    ln "$1.part.$$" "$1" 2>/dev/null || [ -s "$1" ] ||
        die "the passphrase could not be written" "$1" "check the folder's permissions"
    rm -f "$1.part.$$"
}

# mark_run_folder: the official language host looks for packages in every folder below the program, and .portcullis may
# hold an engine's whole data. The language host passes policy packs over, so the folder is marked as one.
mark_run_folder() {
    mark=$root/.portcullis/PulumiPolicy.yaml
    if [ ! -e "$mark" ]; then
        mkdir -p "$root/.portcullis"
        printf '# No policy pack: the name keeps the search for plugins out of this folder (toolchain/lib-state.sh).\nruntime: nodejs\n' >"$mark"
    fi
}

# default_state: exports the backend and the passphrase file, each only where the user has not chosen.
default_state() {
    if [ -n "${PULUMI_BACKEND_URL:-}" ] || logged_in; then
        return
    fi
    state=$root/.portcullis/state
    (umask 077 && mkdir -p "$state")
    # A URL: the characters of a path that mean something else there are escaped.
    PULUMI_BACKEND_URL=file://$(printf '%s' "$state" | sed 's/%/%25/g; s/ /%20/g; s/#/%23/g; s/?/%3F/g')
    export PULUMI_BACKEND_URL
    if [ -z "${PULUMI_CONFIG_PASSPHRASE+set}" ] && [ -z "${PULUMI_CONFIG_PASSPHRASE_FILE:-}" ]; then
        PULUMI_CONFIG_PASSPHRASE_FILE=$root/.portcullis/passphrase
        [ -s "$PULUMI_CONFIG_PASSPHRASE_FILE" ] || make_passphrase "$PULUMI_CONFIG_PASSPHRASE_FILE"
        export PULUMI_CONFIG_PASSPHRASE_FILE
    fi
}
