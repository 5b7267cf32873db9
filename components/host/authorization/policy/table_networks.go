package policy

func networkLines() []line {
	return join([]line{
		{at: "", why: "judged option by option"},
		{at: "Driver", rule: networkDrivers, judge: only("the network driver", "bridge", "default"), why: "bridge", denied: []string{`"macvlan"`, `"ipvlan"`, `"host"`, `"overlay"`, `"other"`}},
		{at: "Options", rule: networkOptions, judge: networkOptionsOf, why: "those about the network's own containers: isolation, masquerading, size of packets, gateway modes nat, routed, isolated", denied: []string{
			`{"com.docker.network.bridge.name":"lo"}`, `{"com.docker.network.bridge.host_binding_ipv4":"127.0.0.1"}`, `{"com.docker.network.host_ipv4":"192.0.2.1"}`,
			`{"com.docker.network.bridge.trusted_host_interfaces":"eth0"}`, `{"com.docker.network.bridge.gateway_mode_ipv4":"nat-unprotected"}`,
			`{"com.docker.network.bridge.inhibit_ipv4":"true"}`, `{"parent":"eth0"}`,
		}},
		{at: "IPAM", why: "judged range by range"},
		{at: "IPAM.Config", why: "judged one by one"},
		{at: "IPAM.Config[]", rule: hostAddresses, judge: pool, why: "private ranges that the host does not use, its gateways and name servers included", denied: []string{
			`{"Subnet":"169.254.169.0/24","Gateway":"169.254.169.254"}`, `{"Subnet":"8.8.8.0/24"}`, `{"Subnet":"127.0.5.0/24"}`, `{"Subnet":"0.0.0.0/1"}`,
			`{"Subnet":"10.0.0.0/8"}`, `{"Subnet":"100.100.100.0/24","Gateway":"100.100.100.200"}`, `{"Subnet":"fe80::/64"}`, `{"Subnet":"2000::/3"}`,
			`{"Subnet":"172.30.9.0/24","Gateway":"172.30.9.1","AuxiliaryAddresses":{"DefaultGatewayIPv4":"10.9.9.9"}}`,
		}},
		{at: "IPAM.Config[].IPRange", why: "a part of the subnet"},
		{at: "IPAM.Driver", rule: networkDrivers, judge: only("the address driver", "default"), why: "default", denied: []string{`"other"`}},
		{at: "IPAM.Options", rule: networkOptions, denied: []string{`{"x":"y"}`}},
		{at: "Scope", rule: swarm, judge: only("Scope", "local"), why: "local", denied: []string{`"swarm"`}},
		{at: "Ingress", rule: swarm, judge: off("Ingress"), why: "false", denied: []string{"true"}},
	},
		allowed(judged, "IPAM.Config[].AuxiliaryAddresses IPAM.Config[].Gateway IPAM.Config[].Subnet"),
		allowed("whether containers join it later, and whether it leads out", "Attachable Internal EnableIPv4 EnableIPv6"),
		allowed("what one network takes from another, which was judged when it was made", "ConfigOnly ConfigFrom ConfigFrom.Network"),
		allowed(kept, "Labels Name CheckDuplicate"))
}

// endpointLines are those of a container's place in a network.
func endpointLines() []line {
	return join(
		allowed("names in that network", "Aliases DNSNames Links"),
		allowed("an address of that network", "IPAMConfig IPAMConfig.IPv4Address IPAMConfig.IPv6Address MacAddress"),
		allowed("which of its networks leads out", "GwPriority"),
		allowed(answer, "EndpointID Gateway GlobalIPv6Address GlobalIPv6PrefixLen IPAddress IPPrefixLen IPv6Gateway NetworkID"),
		[]line{
			{at: "IPAMConfig.LinkLocalIPs", rule: hostAddresses, denied: []string{`["169.254.169.254"]`}},
			{at: "DriverOpts", rule: networkOptions, judge: endpointOptions, why: "the name and settings of its own interface", denied: []string{`{"com.docker.network.windowsshim.dnsservers":"192.0.2.1"}`}},
		})
}

func connectLines() []line {
	return join([]line{{at: "", why: "judged option by option"}}, allowed("the container", "Container"), allowed(judged, "EndpointConfig"), below("EndpointConfig", endpointLines()))
}

func buildLines() []line {
	return join([]line{{at: "", why: "judged option by option; what BuildKit itself is told no plugin sees: builder.Entitlements of daemon.json holds it"}},
		allowed(share, "?cpuperiod ?cpuquota ?cpusetcpus ?cpusetmems ?cpushares ?memory ?memswap ?shmsize ?ulimits"),
		allowed("how the build goes, and what its image is called", "?buildargs ?buildid ?dockerfile ?forcerm ?labels ?nocache ?platform ?pull ?q ?rm ?squash ?t ?target ?version ?session ?outputs ?cachefrom"),
		allowed("names in the containers' own files", "?extrahosts"),
		allowed(windows, "?isolation"),
		[]line{
			{at: "?networkmode", rule: hostNetwork, judge: notHost("networkmode"), why: "networks other than the host's", denied: []string{"host"}},
			{at: "?cgroupparent", rule: cgroupParent, judge: only("cgroupparent"), why: "empty: the engine's own", denied: []string{"/other"}},
			{at: "?securityopt", rule: securityOptions, judge: each("securityopt", isSafeOption), why: "those that confine", denied: []string{"seccomp=unconfined", "apparmor=unconfined"}},
			{at: "?remote", rule: remoteContexts, judge: only("remote", "client-session"), why: "empty, or what the client sends", denied: []string{"http://127.0.0.1:7099/x", "http://169.254.169.254/x", "git://127.0.0.1/x"}},
		})
}

func pullLines() []line {
	return join([]line{{at: "", why: "from registries; the host's firewall keeps the engine from the host's own addresses"}},
		allowed("what is pulled, and how it is called here", "?fromImage ?repo ?tag ?message ?platform ?changes"),
		[]line{{at: "?fromSrc", rule: remoteContexts, judge: only("fromSrc", "-"), why: "what the client sends", denied: []string{"http://127.0.0.1:7099/x", "http://169.254.169.254/x"}}})
}
