# Root file systems from Debian packages. Sourced by lab/lab.
# shellcheck shell=sh

# How often packages are asked for before a root file system is given up.
ROOTFS_TRIES=3

# apt_fetch URL FILE — fetches a file as this machine's own apt does: its proxy, its trust, its log-in
apt_fetch() {
    LC_ALL=C /usr/lib/apt/apt-helper -q download-file "$1" "$2"
}

# has_suite MIRROR SUITE — whether a mirror has a suite; ends the run where the mirror does not say
has_suite() {
    _answer=$(mktemp -d)
    _url=${1%/}/dists/$2/InRelease _code=0
    apt_fetch "$_url" "$_answer/InRelease" >"$_answer/log" 2>&1 || _code=$?
    [ "$_code" = 0 ] || ! grep -qE '404  Not Found|File not found' "$_answer/log" || _code=404
    _why=$(grep '^E: ' "$_answer/log" | head -n 1)
    rm -rf "$_answer"
    case $_code in
    0) return 0 ;;
    404) return 1 ;;
    esac
    die "the Debian mirror does not answer" "$_url" "see that it can be reached: $_why; or set PORTCULLIS_DEBIAN_MIRROR and PORTCULLIS_DEBIAN_SECURITY_MIRROR to others"
}

# suite_line MIRROR SUITE [option] — apt's source line of a suite, where the mirror has it
suite_line() {
    if has_suite "$1" "$2"; then
        printf 'deb %s%s %s main\n' "${3:+[$3] }" "$1" "$2"
    else
        say "no packages are taken from $2: $1 does not have it"
    fi
}

# debian_sources RELEASE — apt source lines, from the mirrors that this machine's own apt is set up with
debian_sources() {
    # shellcheck disable=SC2016 # apt's own fields
    _indexes=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 2>/dev/null | sort -u)
    _main=${PORTCULLIS_DEBIAN_MIRROR:-$(printf '%s\n' "$_indexes" | sed -n 's/^Debian //p' | head -n 1)}
    _security=${PORTCULLIS_DEBIAN_SECURITY_MIRROR:-$(printf '%s\n' "$_indexes" | sed -n 's/^Debian-Security //p' | head -n 1)}
    _old=
    [ -n "$_main" ] || die "no Debian mirror is known" "apt-get indextargets" "run apt-get update, or set PORTCULLIS_DEBIAN_MIRROR"
    if ! has_suite "$_main" "$1"; then
        # Debian moves releases that are old to an archive, with Release files that are not written anew.
        _archive=${PORTCULLIS_DEBIAN_ARCHIVE:-}
        [ -n "$_archive" ] ||
            die "the Debian mirror no longer has $1" "$_main" "set PORTCULLIS_DEBIAN_ARCHIVE to the address of Debian's archive of old releases, or take another release (RELEASE=trixie)"
        say "the Debian mirror $_main no longer has $1; trying $_archive"
        _main=${_archive%/}/debian _security=${_archive%/}/debian-security _old=check-valid-until=no
        has_suite "$_main" "$1" ||
            die "no Debian mirror has the release $1" "$_main" "set PORTCULLIS_DEBIAN_MIRROR to one that has it, or take another release (RELEASE=trixie)"
    fi
    printf 'deb %s%s %s main\n' "${_old:+[$_old] }" "$_main" "$1"
    suite_line "$_main" "$1-updates" $_old
    [ -z "$_security" ] || suite_line "$_security" "$1-security" $_old
}

# apt_options — what this machine's apt is told of the network, of trust and of validity, as lines of apt.conf
apt_options() {
    apt-config dump --no-empty |
        grep -E '^Acquire::(https?::|Check-|M(ax|in)-ValidTime|Allow(Insecure|Weak|Downgrade)|ForceIPv|Retries)' || true
}

# place_apt_trust ROOT OPTIONS — puts what apt checks servers by into a root file system, where its apt looks for it.
# OPTIONS: a file of what apt_options prints. A private key (SslKey) stays where it is.
place_apt_trust() {
    sed -nE 's/^Acquire::https::(.*::)?(CaInfo|CrlFile|CaPath) "(.*)";$/\3/p' "$2" | sort -u | while read -r _file; do
        case $_file in
        /*) [ ! -e "$_file" ] || (cd / && cp -RL --remove-destination --parents -- "$_file" "$1") || exit 1 ;;
        esac
    done
}

# debian_rootfs RELEASE VARIANT PACKAGES OUT [mmdebstrap option…] — PACKAGES separated by commas; OUT a .tar or a folder
debian_rootfs() {
    need_commands mmdebstrap apt-get
    _release=$1 _variant=$2 _packages=$3 _out=$4
    shift 4
    _options=$(mktemp)
    apt_options >"$_options"
    _sources=$(debian_sources "$_release") || {
        rm -f "$_options"
        return 1
    }
    set -- --customize-hook=". '$LAB/lib/rootfs.sh'; place_apt_trust \"\$1\" '$_options'" "$@"
    _try=0 _code=1
    while [ "$_code" != 0 ] && [ "$_try" -lt "$ROOTFS_TRIES" ]; do
        if [ "$_try" != 0 ]; then
            say "mmdebstrap ended with $_code; trying once more"
            rm -rf "$_out"
        fi
        _try=$((_try + 1)) _code=0
        printf '%s\n' "$_sources" |
            mmdebstrap --quiet --mode=root --variant="$_variant" --include="$_packages" --aptopt="$_options" "$@" \
                "$_release" "$_out" - >&2 || _code=$?
    done
    rm -f "$_options"
    return "$_code"
}
