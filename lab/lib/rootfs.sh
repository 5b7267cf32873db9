# Root file systems from Debian packages. Sourced by lab/lab.
# shellcheck shell=sh

# debian_sources RELEASE — apt source lines, from the mirrors that this machine's own apt is set up with
debian_sources() {
    # shellcheck disable=SC2016 # apt's own fields
    _indexes=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 2>/dev/null | sort -u)
    _main=${PORTCULLIS_DEBIAN_MIRROR:-$(printf '%s\n' "$_indexes" | sed -n 's/^Debian //p' | head -n 1)}
    _security=${PORTCULLIS_DEBIAN_SECURITY_MIRROR:-$(printf '%s\n' "$_indexes" | sed -n 's/^Debian-Security //p' | head -n 1)}
    [ -n "$_main" ] || die "no Debian mirror is known" "apt-get indextargets" "run apt-get update, or set PORTCULLIS_DEBIAN_MIRROR"
    printf 'deb %s %s main\n' "$_main" "$1" "$_main" "$1-updates"
    [ -z "$_security" ] || printf 'deb %s %s main\n' "$_security" "$1-security"
}

# apt_options — what this machine's apt is told of the network, of trust and of validity, as lines of apt.conf
apt_options() {
    apt-config dump --no-empty |
        grep -E '^Acquire::(https?::|Check-|M(ax|in)-ValidTime|Allow(Insecure|Weak|Downgrade)|ForceIPv|Retries)' || true
}

# debian_rootfs RELEASE VARIANT PACKAGES OUT [mmdebstrap option…] — PACKAGES separated by commas; OUT a .tar or a folder
debian_rootfs() {
    need_commands mmdebstrap apt-get
    _release=$1 _variant=$2 _packages=$3 _out=$4
    shift 4
    _options=$(mktemp)
    apt_options >"$_options"
    _code=0
    debian_sources "$_release" |
        mmdebstrap --quiet --mode=root --variant="$_variant" --include="$_packages" --aptopt="$_options" "$@" \
            "$_release" "$_out" - >&2 || _code=$?
    rm -f "$_options"
    return "$_code"
}
