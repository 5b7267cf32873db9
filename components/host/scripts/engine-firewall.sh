#!/bin/sh
# Keeps the engine from the host's own addresses, and containers from the cloud's metadata service. On a caller's word the
# engine fetches: images, build contexts, ADD from URLs, what a registry redirects to. It does so from the host's network,
# where services listen that trust whoever reaches them. A container's own port is reached all the same, by its address.
# Usage: engine-firewall.sh on | off
# systemd runs it before each start of the engine, which is known by its group.
set -eu

group=portcullis-engine
chain=PORTCULLIS-ENGINE
# Metadata services of clouds: link-local, Alibaba's, Azure's, and Amazon's by IPv6.
metadata4='169.254.0.0/16 100.100.100.200/32 168.63.129.16/32'
metadata6='fd00:ec2::254/128'

# rules COMMAND: the chain's rules, but for the first ones; addresses on standard input. Name servers may be there.
refuse() {
    "$1" -w 10 -A "$chain" -p udp --dport 53 -j RETURN
    "$1" -w 10 -A "$chain" -p tcp --dport 53 -j RETURN
    for address in $2; do
        "$1" -w 10 -A "$chain" -d "$address" -j REJECT
    done
}

# once COMMAND CHAIN RULE…: puts a rule first in a chain that does not have it.
once() {
    command=$1 into=$2
    shift 2
    "$command" -w 10 -C "$into" "$@" 2>/dev/null || "$command" -w 10 -I "$into" "$@"
}

# keep COMMAND ADDRESSES METADATA
keep() {
    "$1" -w 10 -N "$chain" 2>/dev/null || "$1" -w 10 -F "$chain"
    refuse "$1" "$2 $3"
    # Answers of the engine to who asks it are of connections that it did not open.
    once "$1" OUTPUT -m owner --gid-owner "$group" --suppl-groups -m conntrack --ctstate NEW -j "$chain"
    # The engine leaves what is in this chain as it is, and asks it first.
    "$1" -w 10 -N DOCKER-USER 2>/dev/null || true
    for address in $3; do
        once "$1" DOCKER-USER -d "$address" -p tcp ! --dport 53 -j REJECT
    done
}

# release COMMAND METADATA
release() {
    "$1" -w 10 -D OUTPUT -m owner --gid-owner "$group" --suppl-groups -m conntrack --ctstate NEW -j "$chain" 2>/dev/null || true
    for address in $2; do
        "$1" -w 10 -D DOCKER-USER -d "$address" -p tcp ! --dport 53 -j REJECT 2>/dev/null || true
    done
    "$1" -w 10 -F "$chain" 2>/dev/null || true
    "$1" -w 10 -X "$chain" 2>/dev/null || true
}

case ${1:-} in
on)
    keep iptables '127.0.0.0/8 0.0.0.0/8' "$metadata4"
    # A host without IPv6 has no such table.
    [ ! -e /proc/net/if_inet6 ] || keep ip6tables '::1/128 fe80::/10' "$metadata6"
    ;;
off)
    release iptables "$metadata4"
    [ ! -e /proc/net/if_inet6 ] || release ip6tables "$metadata6"
    ;;
*)
    echo "usage: engine-firewall.sh on | off" >&2
    exit 2
    ;;
esac
