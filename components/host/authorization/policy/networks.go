package policy

import (
	"net/netip"
	"slices"
	"strings"
)

// Private ranges, in which a network may be. One of another range would take addresses of the internet from the host.
var private = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("fc00::/7"),
}

// The largest networks that may be asked for, as in the engine's own pools.
const (
	largest4 = 16
	largest6 = 48
)

// Options of the driver bridge that are about the network's own containers.
var bridgeOptions = strings.Fields(`com.docker.network.bridge.enable_icc com.docker.network.bridge.enable_ip_masquerade
	com.docker.network.container_iface_prefix com.docker.network.driver.mtu com.docker.network.enable_ipv4 com.docker.network.enable_ipv6`)

// networkOptionsOf judges the options of a network that is made.
func networkOptionsOf(_ *request, value any) []finding {
	given, areTexts := options(value)
	if !areTexts {
		return bad("Options")
	}
	for name, text := range given {
		isMode := strings.HasPrefix(name, "com.docker.network.bridge.gateway_mode_ipv")
		if isMode && slices.Contains([]string{"nat", "routed", "isolated"}, text) {
			continue
		}
		if !slices.Contains(bridgeOptions, name) {
			return what("the option " + name)
		}
	}
	return nil
}

// endpointOptions judges the options of a container's place in a network: names and settings of its own interface.
func endpointOptions(_ *request, value any) []finding {
	given, areTexts := options(value)
	if !areTexts {
		return bad("DriverOpts")
	}
	for name := range given {
		if name != "com.docker.network.endpoint.ifname" && name != "com.docker.network.endpoint.sysctls" {
			return what("the option " + name)
		}
	}
	return nil
}

// endpoints judges the names of the networks that a container is put into.
func endpoints(_ *request, value any) []finding {
	members, isObject := value.(object)
	if !isObject {
		return bad("EndpointsConfig")
	}
	for _, one := range members {
		if one.name == "host" {
			return what("the network host")
		}
	}
	return nil
}

// pool judges one address range of a network: it has to be private, and free of what the host itself talks to.
func pool(r *request, value any) []finding {
	subnet, isText := word(field(value, "Subnet"))
	gateway, isGateway := word(field(value, "Gateway"))
	others, areTexts := options(field(value, "AuxiliaryAddresses"))
	if !isText || !isGateway || !areTexts {
		return bad("IPAM.Config")
	}
	if subnet == "" {
		// The engine chooses a free one, or refuses the rest.
		if gateway != "" || len(others) > 0 {
			return what("Gateway without Subnet")
		}
		return nil
	}
	prefix, err := netip.ParsePrefix(subnet)
	if err != nil {
		return what("Subnet " + subnet + " (not an address range)")
	}
	if found := r.policy.taken(prefix.Masked()); found != "" {
		return what("Subnet " + subnet + " (" + found + ")")
	}
	for _, one := range others {
		if found := outside(prefix, one); found != "" {
			return what("AuxiliaryAddresses " + found)
		}
	}
	if found := outside(prefix, gateway); found != "" {
		return what("Gateway " + found)
	}
	return nil
}

// outside finds an address that is none of the network's own. The engine also takes one with a mask.
func outside(prefix netip.Prefix, text string) string {
	address, _, _ := strings.Cut(text, "/")
	if address == "" {
		return ""
	}
	parsed, err := netip.ParseAddr(address)
	if err != nil || !prefix.Contains(parsed) {
		return text + " (not in " + prefix.String() + ")"
	}
	return ""
}

// taken says why a network cannot have these addresses; nothing where it can.
func (p *Policy) taken(prefix netip.Prefix) string {
	within := func(one netip.Prefix) bool { return one.Bits() <= prefix.Bits() && one.Contains(prefix.Addr()) }
	if !slices.ContainsFunc(private, within) {
		return "not private"
	}
	largest := largest4
	if prefix.Addr().Is6() {
		largest = largest6
	}
	if prefix.Bits() < largest {
		return "larger than the engine's own"
	}
	used, err := hostNetworks(p.readFile)
	if err != nil {
		return "this plugin cannot read what addresses the host uses: " + err.Error()
	}
	for _, one := range used {
		if one.Overlaps(prefix) {
			return "the host uses " + one.String()
		}
	}
	return ""
}
