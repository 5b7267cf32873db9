# The disposable host as a container: its keys, creation and boot. Sourced by lab/lab.
# shellcheck shell=sh

# make_keys NAME — login key and host key, once; both outlive the host, so that a pin stays right
make_keys() {
    mkdir -p "$HOSTS/$1"
    chmod 0700 "$HOSTS/$1"
    for _key in id_ed25519 host_key; do
        [ -s "$HOSTS/$1/$_key" ] && [ -s "$HOSTS/$1/$_key.pub" ] && continue
        rm -f "$HOSTS/$1/$_key" "$HOSTS/$1/$_key.pub"
        ssh-keygen -q -t ed25519 -N '' -C "portcullis-lab-$1" -f "$HOSTS/$1/$_key"
    done
}

# place_address NAME ADDRESS SUBNET — where the host is, for SSH and for the network that comes back with the engine
place_address() {
    printf '%s %s\n' "$2" "$(cut -d' ' -f1,2 "$HOSTS/$1/host_key.pub")" >"$HOSTS/$1/known_hosts"
    printf '%s\n' "$3" >"$HOSTS/$1/subnet"
}

# outer_resolvers — this machine's resolv.conf without resolvers that only this machine reaches; empty when no other is left
outer_resolvers() {
    _resolvers=$(awk '$1 != "nameserver" || ($2 !~ /^127\./ && $2 != "::1")' /etc/resolv.conf)
    case $_resolvers in *nameserver*) printf '%s\n' "$_resolvers" ;; esac
}

# ssh_to NAME [ssh option or command word…]
ssh_to() {
    _keys=$HOSTS/$1
    [ -s "$_keys/known_hosts" ] || die "there is no host '$1'" "$_keys" "run 'lab/lab up $1' first"
    shift
    ssh -F none -i "$_keys/id_ed25519" -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=yes \
        -o "UserKnownHostsFile=\"$_keys/known_hosts\"" -o ConnectTimeout=5 -o LogLevel=ERROR \
        -l root "$(cut -d' ' -f1 "$_keys/known_hosts")" "$@"
}

# host_field NAME TEMPLATE — of the container; empty when there is none
host_field() {
    docker container inspect -f "$2" "pcl-$1" 2>/dev/null || true
}

# read_host NAME — sets _state, _settings and _owner of the host that is there, by one question; all empty when there is none
read_host() {
    _host=$(host_field "$1" '{{.State.Status}}|{{index .Config.Labels "portcullis.settings"}}|{{index .Config.Labels "portcullis.checkout"}}')
    _state=${_host%%|*}
    _owner=${_host#*|}
    _settings=${_owner%%|*}
    _owner=${_owner#*|}
}

# The capabilities that this machine can give, one by one: --privileged is refused where SYS_RESOURCE is missing.
capability_options() {
    _mask=$(sed -n 's/^CapBnd:[[:space:]]*/0x/p' /proc/self/status)
    _bit=0
    while read -r _capability; do
        [ $(((_mask >> _bit) & 1)) -eq 0 ] || printf -- '--cap-add=%s\n' "$_capability"
        _bit=$((_bit + 1))
    done <"$LAB/host/capabilities"
}

# create_host NAME IMAGE ADDRESS SETTINGS
create_host() {
    docker volume create --label "portcullis.checkout=$ROOT" "pcl-$1-docker" >/dev/null
    _host=$1
    # shellcheck disable=SC2046 # one word for each capability
    set -- "$@" --name "pcl-$1" --hostname "$1" --label "portcullis.checkout=$ROOT" --label "portcullis.settings=$4" -t \
        --network "pcl-$1" --ip "$3" --userns=host --cgroupns=private --device-cgroup-rule='a *:* rwm' \
        $(capability_options) --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined \
        --tmpfs /run:exec,mode=755 --tmpfs /run/lock -e container=docker -e SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1 --stop-signal SIGRTMIN+3 \
        --mount "type=volume,source=pcl-$1-docker,target=/var/lib/docker" "$2"
    shift 4
    if ! _error=$(docker create "$@" 2>&1 >/dev/null); then
        # The engine finishes what a run that was killed had asked of it, maybe just now.
        case $_error in *"already in use"*) docker rm -f "pcl-$_host" >/dev/null ;; esac
        docker create "$@" >/dev/null
    fi
    # What is the host's own, and not the image's: keys and resolver.
    _files=$HOSTS/$_host/files
    rm -rf "$_files"
    mkdir -p "$_files/etc/ssh" "$_files/etc/portcullis-lab" "$_files/root/.ssh"
    chmod 0700 "$_files/root" "$_files/root/.ssh"
    cp "$HOSTS/$_host/host_key" "$_files/etc/ssh/ssh_host_ed25519_key"
    cp "$HOSTS/$_host/host_key.pub" "$_files/etc/ssh/ssh_host_ed25519_key.pub"
    cp "$HOSTS/$_host/id_ed25519.pub" "$_files/root/.ssh/authorized_keys"
    outer_resolvers >"$_files/etc/portcullis-lab/resolv.conf"
    tar -c --owner=0 --group=0 -C "$_files" etc root | docker cp - "pcl-$_host:/" >/dev/null
    rm -rf "$_files"
}

# wait_for SECONDS WHAT COMMAND… — until it succeeds, telling every 5 seconds
wait_for() {
    _limit=$1 _what=$2 _start=$(now) _told=0
    shift 2
    until "$@" >/dev/null 2>&1; do
        _passed=$(($(now) - _start))
        [ "$_passed" -lt "$_limit" ] || return 1
        if [ "$_passed" -ge $((_told + 5)) ]; then
            _told=$_passed
            say "waiting for $_what, $_passed of at most $_limit s"
        fi
        sleep 0.2
    done
}

# has_settled WORD — systemd's word on the whole host
has_settled() {
    case $1 in
        running | degraded) return 0 ;;
    esac
    return 1
}

# boots NAME — starts it where it is off, as one that was told to power off goes off some time later; true when it is up
boots() {
    docker start "pcl-$1" && has_settled "$(docker exec "pcl-$1" systemctl is-system-running 2>/dev/null)"
}

# wait_for_host NAME ADDRESS
wait_for_host() {
    wait_for 90 "systemd of $1" boots "$1" ||
        die "the host does not finish booting$(docker start "pcl-$1" 2>&1 >/dev/null | sed 's/^/: /')" "container pcl-$1" "see 'docker -H $DOCKER_HOST logs pcl-$1'"
    wait_for 30 "SSH of $1 at $2" ssh_to "$1" true ||
        die "the host does not answer to SSH: $(ssh_to "$1" true 2>&1 || true)" "root@$2" \
            "see 'docker -H $DOCKER_HOST exec pcl-$1 journalctl -u ssh'"
}
