package policy

import (
	"os"
	"testing"
)

// The network of a host at 10.1.2.3/24, whose gateway is 10.1.2.1, and whose name server is far away.
var hostFiles = map[string]string{
	"/proc/1/net/route": `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	0102010A	0003	0	0	0	00000000	0	0	0
eth0	0002010A	00000000	0001	0	0	0	00FFFFFF	0	0	0
tun0	0000A8C0	0909090A	0003	0	0	0	0000FFFF	0	0	0
`,
	"/proc/1/net/fib_trie": `Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 10.1.2.3
        /32 host LOCAL
     |-- 172.20.7.7
        /32 host LOCAL
     |-- 172.21.0.0
        /16 link UNICAST
`,
	"/proc/1/net/ipv6_route": `fd001234000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 fd990000000000000000000000000001 00000400 00000001 00000000 00000003     eth0
`,
	"/proc/1/net/if_inet6": "fd777777000000000000000000000001 02 80 00 80 eth0\n",
	"/etc/resolv.conf":     "# a comment\nnameserver 172.16.53.53\nnameserver fd53::53%eth0\nsearch example.org\n",
}

func someHost(name string) ([]byte, error) {
	text, isThere := hostFiles[name]
	if !isThere {
		return nil, os.ErrNotExist
	}
	return []byte(text), nil
}

func TestSubnets(t *testing.T) {
	for subnet, isFree := range map[string]bool{
		"172.28.0.0/16": true, "172.28.5.0/24": true, "10.99.0.0/24": true, "fd12:3456::/64": true, "172.20.8.0/24": true,
		"10.1.2.0/24": false, "10.1.2.128/25": false, "10.1.0.0/16": false, "192.168.5.0/24": false, "10.9.9.0/24": false,
		"172.20.7.0/24": false, "172.16.53.0/24": false, "fd00:1234::/64": false, "fd99::/64": false, "fd77:7777::/64": false, "fd53::/64": false,
		"169.254.169.0/24": false, "8.8.8.0/24": false, "10.0.0.0/8": false, "fd00::/8": false, "0.0.0.0/0": false, "::/0": false,
		"127.0.0.0/16": false, "::ffff:10.1.2.0/120": false, "172.28.0.0": false, "172.28.0.0/33": false, "x": false, "2001:db8::/64": false,
		"172.28.77.1/24": true, "10.1.2.3/24": false,
	} {
		expected := "host-addresses"
		if isFree {
			expected = ""
		}
		body := `{"Name":"n","IPAM":{"Config":[{"Subnet":"172.30.0.0/16"},{"Subnet":"` + subnet + `"}]}}`
		if got := verdict(somePolicy(), "POST", "/networks/create", body); got != expected {
			t.Errorf("%s: rule %q, expected %q", subnet, got, expected)
		}
	}
}

func TestNetworks(t *testing.T) {
	for body, expected := range map[string]string{
		`{"Name":"n","IPAM":{"Driver":"default","Config":[],"Options":{}},"Options":{},"CheckDuplicate":true,"Attachable":false,"Ingress":false,"Scope":""}`:   "",
		`{"Name":"n","IPAM":{"Config":[{"Subnet":"172.28.0.0/16","Gateway":"172.28.0.1","IPRange":"172.28.5.0/24","AuxiliaryAddresses":{"h":"172.28.1.5"}}]}}`: "",
		`{"Name":"n","IPAM":{"Config":[{"Subnet":"172.28.0.0/16","Gateway":"10.1.2.1"}]}}`:                                                                     "host-addresses",
		`{"Name":"n","IPAM":{"Config":[{"Gateway":"10.1.2.1"}]}}`:                                                                                              "host-addresses",
		`{"Name":"n","IPAM":{"Config":[{"Subnet":"172.28.0.0/16","AuxiliaryAddresses":{"h":"10.1.2.1"}}]}}`:                                                    "host-addresses",
		`{"Name":"n","IPAM":{"Config":[{"Subnet":7}]}}`:                                                                                                        "unreadable",
		`{"Name":"n","Driver":"macvlan","Options":{"parent":"eth0"}}`:                                                                                          "network-drivers",
		`{"Name":"n","Options":{"com.docker.network.driver.mtu":"1400","com.docker.network.bridge.gateway_mode_ipv4":"isolated"}}`:                             "",
		`{"Name":"n","Options":{"com.docker.network.bridge.gateway_mode_ipv4":"nat-unprotected"}}`:                                                             "network-options",
		`{"Name":"n","options":{"com.docker.network.bridge.name":"eth0"}}`:                                                                                     "network-options",
		`{"Name":"n","Scope":"swarm"}`:   "swarm",
		`{"Name":"n","More":true}`:       "unknown-option",
		`{"Name":"n","More":null}`:       "",
		`{"Name":"n","Internal":"true"}`: "",
	} {
		if got := verdict(somePolicy(), "POST", "/v1.45/networks/create", body); got != expected {
			t.Errorf("%s: rule %q, expected %q", body, got, expected)
		}
	}
}

// What the host uses has to be known, or nothing is free.
func TestUnknownHost(t *testing.T) {
	for _, missing := range []string{"/proc/1/net/route", "/proc/1/net/fib_trie", "/etc/resolv.conf"} {
		p := somePolicy()
		p.readFile = func(name string) ([]byte, error) {
			if name == missing {
				return nil, os.ErrPermission
			}
			return someHost(name)
		}
		if got := verdict(p, "POST", "/networks/create", `{"IPAM":{"Config":[{"Subnet":"172.28.0.0/16"}]}}`); got != "host-addresses" {
			t.Errorf("without %s: rule %q", missing, got)
		}
	}
}
