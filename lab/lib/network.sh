# A disposable host's own network: bridge, address, and with the private engine its firewall rules. Sourced by lab/lab.
# shellcheck shell=sh

# host_address CIDR — the address the host gets: the subnet's second
host_address() {
    _base=${1%/*}
    printf '%s.%s\n' "${_base%.*}" "$((${_base##*.} + 2))"
}

# subnet_gateway CIDR — this machine's address on the bridge: the subnet's first
subnet_gateway() {
    _base=${1%/*}
    printf '%s.%s\n' "${_base%.*}" "$((${_base##*.} + 1))"
}

# check_subnet CIDR — dies unless it is an IPv4 network between /16 and /29, written by its first address
check_subnet() {
    printf '%s\n' "$1" | awk -F'[./]' '
        !/^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+\/[0-9]+$/ { exit 1 }
        { for (i = 1; i <= 4; i++) if ($i > 255) exit 1
          if ($5 < 16 || $5 > 29) exit 1
          if (((($1 * 256 + $2) * 256 + $3) * 256 + $4) % (2 ^ (32 - $5))) exit 1 }' ||
        die "'$1' is not a usable subnet" --subnet "give an IPv4 network between /16 and /29 by its first address, e.g. 10.213.66.0/29"
}

# The link itself says which checkout made it, and on which engine: `portcullis|SOCKET|CHECKOUT`.
mark_link() {
    ip link set dev "$1" alias "portcullis|$DOCKER_HOST|$ROOT"
}

# link_mark BRIDGE FIELD
link_mark() {
    grep '^portcullis|' "/sys/class/net/$1/ifalias" 2>/dev/null | cut -d'|' -f"$2"
}

# network_on BRIDGE — the network of the engine that has this bridge; empty when it has none
network_on() {
    docker network ls -q | while read -r _id; do
        docker network inspect -f '{{index .Options "com.docker.network.bridge.name"}} {{.Name}}' "$_id" 2>/dev/null || true
    done | sed -n "s/^$1 //p"
}

# release_link BRIDGE — removes a bridge of a lab whose engine is gone; dies when it is in use
release_link() {
    _engine=$(link_mark "$1" 2)
    _checkout=$(link_mark "$1" 3)
    [ -n "$_engine" ] || die "the link $1 is not the lab's" "ip link show $1" "take another host name or --subnet"
    if [ "$_engine" != "${DOCKER_HOST:-}" ] && engine_answers "$_engine"; then
        die "the link $1 belongs to the running lab of $_checkout" "ip link show $1" \
            "run '$_checkout/lab/lab down ${1#pcl-}', or take another host name and --subnet here"
    fi
    # The engine that would miss it may be the very one that asks: another host of this checkout has the subnet.
    if [ "$_engine" = "${DOCKER_HOST:-}" ] && engine_answers "$_engine" && [ -n "$(network_on "$1")" ]; then
        die "the link $1 belongs to a host of this checkout" "ip link show $1" \
            "run 'lab/lab down ${1#pcl-}', or take another host name and --subnet"
    fi
    say "removing the bridge $1, left by a former run of $_checkout"
    ip link delete "$1"
}

# links_into CIDR BRIDGE — other links whose addresses overlap with the subnet
links_into() {
    {
        ip -4 route show root "$1"
        ip -4 route show match "$1" | grep -v '^default'
    } | sed -n 's/.* dev \([^ ]*\).*/\1/p' | sort -u | grep -vx "$2" || true
}

# release_subnet CIDR BRIDGE — makes sure that no other lab holds the subnet
release_subnet() {
    for _link in $(links_into "$1" "$2"); do
        case $_link in pcl-*) release_link "$_link" ;; esac
    done
}

# release_networks — before an engine starts that will make its bridges anew: nobody else may have them by now
release_networks() {
    for _file in "$HOSTS"/*/subnet; do
        [ -f "$_file" ] || continue
        _bridge=pcl-$(basename "$(dirname "$_file")")
        if [ -e "/sys/class/net/$_bridge" ] && [ "$(link_mark "$_bridge" 2)" != "$PRIVATE_SOCKET" ]; then release_link "$_bridge"; fi
        release_subnet "$(cat "$_file")" "$_bridge"
    done
}

# ensure_network BRIDGE CIDR — the network, its bridge and its rules; keeps what is right already
ensure_network() {
    _have=$(docker network inspect -f '{{(index .IPAM.Config 0).Subnet}} {{index .Labels "portcullis.checkout"}}' "$1" 2>/dev/null) || _have=
    if [ -n "$_have" ] && [ "${_have#* }" != "$ROOT" ]; then
        die "the network $1 belongs to the lab of ${_have#* }" "$DOCKER_HOST" \
            "run '${_have#* }/lab/lab down ${1#pcl-}', or take another host name and --subnet here"
    fi
    if [ -n "$_have" ] && [ "${_have%% *}" != "$2" ]; then
        docker network rm "$1" >/dev/null
        _have=
    fi
    if [ -z "$_have" ]; then
        [ ! -e "/sys/class/net/$1" ] || release_link "$1"
        release_subnet "$2" "$1"
        _other=$(links_into "$2" "$1" | head -n 1)
        [ -z "$_other" ] || die "the subnet $2 is in use by the link $_other" "ip route" "give another --subnet"
        docker network create --subnet "$2" --label "portcullis.checkout=$ROOT" \
            --opt "com.docker.network.bridge.name=$1" "$1" >/dev/null
    fi
    mark_link "$1"
    ensure_rules "$1" "$2"
}

# The rules one lab network needs, as arguments of iptables after the action. A comment marks them.
network_rules() {
    printf '%s\n' \
        "nat POSTROUTING -s $2 ! -o $1 -j MASQUERADE" \
        "filter FORWARD -i $1 -j ACCEPT" \
        "filter FORWARD -o $1 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
}

ensure_rules() {
    is_private || return 0
    [ "$(cat /proc/sys/net/ipv4/ip_forward)" = 1 ] || echo 1 >/proc/sys/net/ipv4/ip_forward
    network_rules "$1" "$2" | while read -r _table _chain _rule; do
        # shellcheck disable=SC2086 # a rule is several words
        iptables -w 10 -t "$_table" -C "$_chain" $_rule -m comment --comment "portcullis:$1" 2>/dev/null ||
            iptables -w 10 -t "$_table" -I "$_chain" $_rule -m comment --comment "portcullis:$1"
    done
}

# drop_rules BRIDGE — every rule with the bridge's mark, whichever subnet it had
drop_rules() {
    for _table in nat filter; do
        iptables -w 10 -t "$_table" -S 2>/dev/null | grep -F -- "--comment \"portcullis:$1\"" | sed 's/^-A/-D/; s/"//g' | while read -r _rule; do
            # shellcheck disable=SC2086 # a rule is several words
            iptables -w 10 -t "$_table" $_rule
        done
    done
}

# remove_link BRIDGE — link and rules, whether or not an engine still knows them
remove_link() {
    if [ -e "/sys/class/net/$1" ] && [ "$(link_mark "$1" 3)" = "$ROOT" ]; then ip link delete "$1"; fi
    drop_rules "$1"
}

# remove_network BRIDGE — where it is this checkout's
remove_network() {
    [ "$(docker network inspect -f '{{index .Labels "portcullis.checkout"}}' "$1" 2>/dev/null)" != "$ROOT" ] ||
        docker network rm "$1" >/dev/null 2>&1 || true
    remove_link "$1"
}
