package policy

import (
	"encoding/hex"
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// The host's network as its first process sees it: this plugin has a network of its own, without anything in it.
const (
	routes4    = "/proc/1/net/route"
	addresses4 = "/proc/1/net/fib_trie"
	routes6    = "/proc/1/net/ipv6_route"
	addresses6 = "/proc/1/net/if_inet6"
)

// Where the host's name servers are.
var resolvers = []string{"/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"}

// hostNetworks lists what addresses the host has, what it reaches directly, its gateways, and its name servers.
func hostNetworks(read func(string) ([]byte, error)) ([]netip.Prefix, error) {
	text, err := read(routes4)
	if err != nil {
		return nil, err
	}
	used := readRoutes4(string(text))
	if text, err = read(addresses4); err != nil {
		return nil, err
	}
	used = append(used, readLocal4(string(text))...)
	// A host without IPv6 has neither of them.
	if text, err = read(routes6); err == nil {
		used = append(used, readTable6(string(text), 0, 1, 4)...)
	}
	if text, err = read(addresses6); err == nil {
		used = append(used, readTable6(string(text), 0, 2, -1)...)
	}
	known := false
	for _, one := range resolvers {
		if text, err = read(one); err == nil {
			known = true
			used = append(used, readResolvers(string(text))...)
		}
	}
	if !known {
		return nil, errors.New("there is no " + resolvers[0])
	}
	return slices.DeleteFunc(used, func(one netip.Prefix) bool { return one.Bits() == 0 }), nil
}

// readRoutes4 reads lines of interface, destination, gateway, …, mask (the eighth), as numbers in the host's byte order.
func readRoutes4(text string) []netip.Prefix {
	found := []netip.Prefix{}
	for _, line := range strings.Split(text, "\n") {
		fields := strings.Fields(line)
		if len(fields) < 8 {
			continue
		}
		to, isTo := address4(fields[1])
		gateway, isGateway := address4(fields[2])
		mask, isMask := address4(fields[7])
		if !isTo || !isGateway || !isMask {
			continue
		}
		found = append(found, netip.PrefixFrom(to, ones(mask)))
		if !gateway.IsUnspecified() {
			found = append(found, netip.PrefixFrom(gateway, 32))
		}
	}
	return found
}

func address4(text string) (netip.Addr, bool) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != 4 {
		return netip.Addr{}, false
	}
	return netip.AddrFrom4([4]byte{raw[3], raw[2], raw[1], raw[0]}), true
}

func ones(mask netip.Addr) int {
	count := 0
	for _, part := range mask.As4() {
		for ; part != 0; part <<= 1 {
			count++
		}
	}
	return count
}

// readLocal4 reads the host's own addresses: a line with the address, then one that says that it is local.
func readLocal4(text string) []netip.Prefix {
	found := []netip.Prefix{}
	var last netip.Addr
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if at, isAddress := strings.CutPrefix(line, "|-- "); isAddress {
			last, _ = netip.ParseAddr(at)
		}
		if line == "/32 host LOCAL" && last.Is4() {
			found = append(found, netip.PrefixFrom(last, 32))
		}
	}
	return found
}

// readTable6 reads lines that have an address, and the length of its network, both in hexadecimal; a gateway of its own.
func readTable6(text string, address, length, gateway int) []netip.Prefix {
	found := []netip.Prefix{}
	for _, line := range strings.Split(text, "\n") {
		fields := strings.Fields(line)
		if len(fields) <= max(address, length, gateway) {
			continue
		}
		bits, err := strconv.ParseUint(fields[length], 16, 8)
		if to, isAddress := address6(fields[address]); isAddress && err == nil && bits <= 128 {
			found = append(found, netip.PrefixFrom(to, int(bits)))
		}
		if gateway >= 0 {
			if via, isAddress := address6(fields[gateway]); isAddress && !via.IsUnspecified() {
				found = append(found, netip.PrefixFrom(via, 128))
			}
		}
	}
	return found
}

func address6(text string) (netip.Addr, bool) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != 16 {
		return netip.Addr{}, false
	}
	return netip.AddrFrom16([16]byte(raw)), true
}

func readResolvers(text string) []netip.Prefix {
	found := []netip.Prefix{}
	for _, line := range strings.Split(text, "\n") {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] != "nameserver" {
			continue
		}
		if at, err := netip.ParseAddr(fields[1]); err == nil {
			found = append(found, netip.PrefixFrom(at.WithZone(""), at.BitLen()))
		}
	}
	return found
}
