# shellcheck shell=sh
# Puts this repository's language host and plugins where the engine looks for installed ones: the engine takes those of
# PATH too, but warns of each, several times a run. The user's own ~/.pulumi stays as it is.

# shellcheck source=toolchain/lib.sh disable=SC2154 # the caller sets root
. "$root/toolchain/lib.sh"

offline_home=$root/.portcullis/pulumi

# A pulumiw that was started by another one must not take the offline plugins for installed ones.
if [ "${PULUMI_HOME:-}" = "$offline_home" ]; then
    PULUMI_HOME=${PORTCULLIS_PULUMI_HOME:-}
    [ -n "$PULUMI_HOME" ] || unset PULUMI_HOME
fi

# link_into FOLDER NAME TARGET: safe with two at once.
link_into() {
    if [ "$(readlink -- "$1/$2")" = "$3" ]; then
        return
    fi
    mkdir -p "$1"
    ln -s "$3" "$1/.$2.$$"
    mv -Tf "$1/.$2.$$" "$1/$2" || die "a link could not be made" "$1/$2" "move away what is there"
}

# The engine finds the language host beside the CLI. All checkouts share the CLI: the launcher asks which one runs it.
# shellcheck disable=SC2016 # the launcher's own words
language_host_launcher='#!/bin/sh
# Made by toolchain/lib-offline.sh. Hands over to the language host of the checkout whose pulumiw runs this CLI.
exec "${PORTCULLIS_LANGUAGE_HOST:?start this CLI by ./pulumiw}" "$@"'

# place_language_host CLI
place_language_host() {
    beside=$(dirname -- "$1")/pulumi-language-nodejs
    if [ -x "$beside" ] && [ "$(cat "$beside")" = "$language_host_launcher" ]; then
        return
    fi
    printf '%s\n' "$language_host_launcher" >"$beside.part.$$"
    chmod +x "$beside.part.$$"
    mv "$beside.part.$$" "$beside"
}

# place_plugins: a Pulumi home of this checkout with the offline plugins as the only ones installed. The login and the
# chosen stack stay in the user's own home.
place_plugins() {
    home=$(pulumi_home)
    for plugin in $pulumi_plugins; do
        name=${plugin%%=*}
        link_into "$offline_home/plugins/resource-$name-v${plugin##*=}" "pulumi-resource-$name" \
            "../../../../toolchain/bin/pulumi-resource-$name"
    done
    for folder in "$offline_home"/plugins/*; do
        case " $pulumi_plugins " in
        *" $(basename -- "$folder" | sed 's/^resource-//; s/-v/=/') "*) ;;
        *) rm -rf "$folder" ;;
        esac
    done
    [ -d "$home/workspaces" ] || mkdir -p "$home/workspaces"
    link_into "$offline_home" workspaces "$home/workspaces"
    PORTCULLIS_PULUMI_HOME=${PULUMI_HOME:-}
    PULUMI_CREDENTIALS_PATH=${PULUMI_CREDENTIALS_PATH:-$home}
    PULUMI_HOME=$offline_home
    export PULUMI_HOME PULUMI_CREDENTIALS_PATH PORTCULLIS_PULUMI_HOME
}

# keep_no_logs: by itself Pulumi logs each run, with the values of all properties, some MB that are encrypted only once the
# stack's key is known, and keeps up to 500 MB of that. There is no switch; where it finds a file in the folder's place, it goes on
# without.
keep_no_logs() {
    [ ! -d "$offline_home/logs" ] || rm -rf "$offline_home/logs"
    [ -e "$offline_home/logs" ] || : >"$offline_home/logs"
}

# use_offline CLI: the environment in which the CLI takes this repository's parts, and no others.
use_offline() {
    place_language_host "$1"
    place_plugins
    keep_no_logs
    export PORTCULLIS_LANGUAGE_HOST="$root/toolchain/bin/pulumi-language-nodejs"
    # Parts of another release on PATH would come first.
    export PULUMI_IGNORE_AMBIENT_PLUGINS=true
    # A part that is missing here can't be fetched; without this setting the engine would try for minutes.
    export PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true
}
