# What lab/lab's commands on hosts do. Sourced by lab/lab.
# shellcheck shell=sh disable=SC2154 # host_image: lib/host-image.sh

# check_name NAME — the bridge's name pcl-NAME may have 15 characters
check_name() {
    case $1 in
        '' | *[!a-z0-9-]* | [!a-z]* | ????????????*)
            die "'$1' is not a host name" NAME "give 1 to 11 of a-z, 0-9 and -, beginning with a letter"
            ;;
    esac
}

# parse_up NAME [OPTION…] — sets name, release, subnet, variant; what is not given stays as it was, or empty
parse_up() {
    name=${1:-} release='' subnet='' variant=''
    check_name "$name"
    shift
    while [ $# -gt 0 ]; do
        case $1 in
            --release | --subnet) [ $# -gt 1 ] || die "$1 needs a value" "lab up" "see 'lab/lab help'" ;;
        esac
        case $1 in
            --release)
                release=$2
                shift
                ;;
            --subnet)
                subnet=$2
                shift
                ;;
            --no-engine) variant=no-engine ;;
            *) die "unknown option '$1'" "lab up" "see 'lab/lab help'" ;;
        esac
        shift
    done
    case $release in
        '' | trixie | bookworm) ;;
        *) die "unknown release '$release'" --release "give trixie or bookworm" ;;
    esac
    [ -z "$subnet" ] || check_subnet "$subnet"
}

# settle NAME — after read_host; fills what was not given from the host that is there, else from the defaults; true when it is there
settle() {
    if [ -z "$_settings" ]; then
        release=${release:-trixie} variant=${variant:-engine}
        [ "$1" != dev ] || subnet=${subnet:-10.213.65.0/29}
        [ -n "$subnet" ] || die "no subnet for the host '$1'" --subnet "give a free one, e.g. --subnet 10.213.66.0/29"
        return 1
    fi
    [ "$_owner" = "$ROOT" ] || die "the host '$1' belongs to the lab of $_owner" "$DOCKER_HOST" "take another host name here"
    # shellcheck disable=SC2086 # three words
    set -- "$1" $_settings
    [ "${release:-$2} ${subnet:-$3} ${variant:-$4}" = "$2 $3 $4" ] ||
        die "the host '$1' is there with other settings ($2 $3 $4)" "lab up" "run 'lab/lab down $1' first, or leave the options out"
    release=$2 subnet=$3 variant=$4
}

host_up() {
    parse_up "$@"
    need_commands ssh ssh-keygen ip iptables
    ensure_engine
    take_lock "host-$name"
    [ ! -d "$(vm_folder "$name")" ] ||
        die "the host '$name' is there as a virtual machine" "lab up" "run 'lab/lab down $name' first, or take another name"
    read_host "$name"
    # Created but never started: a run was killed in between, and the keys may be missing in it.
    if [ "$_state $_owner" = "created $ROOT" ]; then
        docker rm -f "pcl-$name" >/dev/null
        read_host "$name"
    fi
    settle "$name" && _there=yes || _there=no
    address=$(host_address "$subnet")
    _began=$(now)
    make_keys "$name"
    [ "$_there" = yes ] || ensure_host_image "$release" "$variant"
    ensure_network "pcl-$name" "$subnet"
    place_address "$name" "$address" "$subnet"
    [ "$_there" = yes ] || create_host "$name" "$host_image" "$address" "$release $subnet $variant"
    # A host that a run which was killed has just started answers to SSH before its units run.
    if [ "$_state" = running ] && has_settled "$(ssh_to "$name" systemctl is-system-running 2>/dev/null)"; then
        say "the host $name ($release, $variant) runs at root@$address"
        return 0
    fi
    wait_for_host "$name" "$address"
    say "the host $name ($release, $variant) is up at root@$address after $(($(now) - _began)) s"
}

# remove_host NAME — container or virtual machine, volume, network and rules; the keys stay
remove_host() {
    remove_vm "$1"
    if [ "$(host_field "$1" '{{index .Config.Labels "portcullis.checkout"}}')" = "$ROOT" ]; then
        docker rm -f -v "pcl-$1" >/dev/null 2>&1 || true
    fi
    if [ "$(docker volume inspect -f '{{index .Labels "portcullis.checkout"}}' "pcl-$1-docker" 2>/dev/null)" = "$ROOT" ]; then
        docker volume rm -f "pcl-$1-docker" >/dev/null
    fi
    remove_network "pcl-$1"
    rm -f "$HOSTS/$1/known_hosts" "$HOSTS/$1/subnet"
}

host_down() {
    name=${1:-}
    check_name "$name"
    need_root
    remove_vm "$name"
    if ! find_engine; then
        # No engine runs; what is left is on disk, and only an engine can remove it.
        [ -d "$ENGINE/data" ] || return 0
        ensure_engine
    fi
    export DOCKER_HOST
    take_lock "host-$name"
    _owner=$(host_field "$name" '{{index .Config.Labels "portcullis.checkout"}}')
    [ -z "$_owner" ] || [ "$_owner" = "$ROOT" ] ||
        die "the host '$name' belongs to the lab of $_owner" "$DOCKER_HOST" "run '$_owner/lab/lab down $name'"
    remove_host "$name"
    say "the host $name is removed"
}

host_ssh() {
    name=${1:-}
    check_name "$name"
    shift
    ssh_to "$name" "$@"
}

lab_clean() {
    need_root
    for _folder in "$HOSTS"/*/vm; do
        [ ! -d "$_folder" ] || remove_vm "$(basename "$(dirname "$_folder")")"
    done
    if find_engine; then
        export DOCKER_HOST
        {
            docker ps -a --filter "label=portcullis.checkout=$ROOT" --format '{{.Names}}'
            docker network ls --filter "label=portcullis.checkout=$ROOT" --format '{{.Name}}'
            docker volume ls --filter "label=portcullis.checkout=$ROOT" --format '{{.Name}}' | sed 's/-docker$//'
        } | sed -n 's/^pcl-//p' | sort -u | while read -r _name; do
            say "removing the host $_name"
            remove_host "$_name"
        done
        is_private || docker image ls -q --filter label=portcullis.lab=host | sort -u | xargs -r docker image rm -f >/dev/null
    fi
    # With the private engine gone by force, its links and rules are still there.
    for _link in /sys/class/net/pcl-*; do
        [ -e "$_link" ] || continue
        [ "$(link_mark "${_link##*/}" 3)" != "$ROOT" ] || remove_link "${_link##*/}"
    done
    stop_engine
    rm -rf "$HOSTS" "$RUN/locks"
}
