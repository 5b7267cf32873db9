# shellcheck shell=sh
# The settings of a stack: Pulumi.STACK.yaml in the checkout's folder. Nobody commits the file of dev: Pulumi notes there
# which passphrase this checkout has, and `config set` writes into it. The template of dev is lab/Pulumi.dev.yaml.

# shellcheck source=toolchain/lib-state.sh disable=SC2154 # the caller sets root
. "$root/toolchain/lib-state.sh"

# has_settings FILE: does FILE hold more than comments and Pulumi's note of the passphrase, which `stack init` writes?
has_settings() {
    [ -e "$1" ] && grep -qvE '^[[:space:]]*(#.*)?$|^(encryptionsalt|secretsprovider|encryptedkey):' "$1"
}

# put FILE TARGET: writes TARGET whole or not at all, with the present text of TARGET after that of FILE.
put() {
    cat "$1" >"$2.part.$$"
    [ ! -e "$2" ] || cat "$2" >>"$2.part.$$"
    mv "$2.part.$$" "$2"
}

# place_settings STACK: copies the template where the stack has no settings. Settings that are there stay as they are; where the
# template has changed since the copy, a message says how to catch up. The version that was copied is kept for that.
place_settings() {
    template=lab/Pulumi.$1.yaml settings=Pulumi.$1.yaml copied=.portcullis/Pulumi.$1.yaml
    cd "$root" || exit
    mkdir -p .portcullis
    if ! has_settings "$settings"; then
        rm -f "$copied"
        put "$template" "$settings"
        say "the settings of the stack $1 are in $settings, a copy of $template"
    fi
    [ -e "$copied" ] || put "$template" "$copied"
    cmp -s "$template" "$copied" ||
        say "$template has changed since it was copied to $settings, which stays as it is. See the change: diff -u $copied $template." \
            "Take over into $settings what you want; then: cp $template $copied. Or begin with the new one: rm $settings"
}

# need_settings WORD STACK: stops a command of Pulumi that runs the program where the stack has no settings, or is dev and was
# not made, and says how to get settings. Pulumi would say that there is no such stack, and the program that a key is missing.
need_settings() {
    case "$1 ${2##*/}" in
    'up '* | 'update '* | 'preview '* | 'pre '* | 'watch '* | 'config dev') ;;
    *) return 0 ;;
    esac
    case ${2##*/} in
    dev)
        remedy="run 'make up', which boots a disposable host, copies lab/Pulumi.dev.yaml, and stands the stack up; 'make host' does the first two only"
        has_settings "$root/Pulumi.dev.yaml" || die "the stack dev has no settings yet" "Pulumi.dev.yaml" "$remedy"
        ! never_made dev || die "there is no stack dev" ".portcullis/state" "$remedy"
        ;;
    '')
        for file in "$root"/Pulumi.*.yaml; do
            [ ! -e "$file" ] || return 0
        done
        die "no stack is named, and none has settings yet" "Pulumi.STACK.yaml" \
            "run 'make up' for a disposable host; for your own one write Pulumi.STACK.yaml as README.md says"
        ;;
    *)
        has_settings "$root/Pulumi.${2##*/}.yaml" || die "the stack ${2##*/} has no settings" "Pulumi.${2##*/}.yaml" \
            "write them into that file as README.md says under 'Your own host'"
        ;;
    esac
}
