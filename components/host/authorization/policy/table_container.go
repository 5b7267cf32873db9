package policy

// Reasons that many lines share.
const (
	inside   = "about the process in the container, behind its user namespace"
	share    = "a limit of what the container may use"
	kept     = "kept by the engine as it is, and shown again"
	answer   = "what the engine answers; it does not read it"
	judged   = "judged with what it belongs to"
	windows  = "for engines on Windows"
	lessHas  = "takes something away from the container"
	gone     = "older engines read it, and it limits memory"
	client   = "no engine reads it; clients send it"
	existing = "of a container that was judged when it was made"
)

// configLines are those of a container's image-like half.
func configLines() []line {
	return join(
		allowed(inside, `ArgsEscaped AttachStderr AttachStdin AttachStdout Cmd Domainname Entrypoint Env Healthcheck Healthcheck.Interval
			Healthcheck.Retries Healthcheck.StartInterval Healthcheck.StartPeriod Healthcheck.Test Healthcheck.Timeout Hostname
			OpenStdin Shell StdinOnce StopSignal StopTimeout Tty User WorkingDir`),
		allowed("an image that the engine has; what is in it runs behind the user namespace", "Image"),
		allowed(kept, "Labels OnBuild"),
		allowed("the address of the container's own interface", "MacAddress"),
		allowed(lessHas, "NetworkDisabled"),
		allowed("plain volumes of the driver local, with no options", "Volumes"),
		allowed("says what PublishAllPorts publishes", "ExposedPorts"),
	)
}

func createLines() []line {
	return join(
		[]line{{at: "", why: "judged option by option"}},
		allowed("the name of the container, for exceptions too", "?name"),
		allowed("which of an image's platforms", "?platform"),
		configLines(),
		allowed(client, "name platform"),
		allowed("an old name of CpusetCpus", "Cpuset"),
		allowed(judged, "HostConfig NetworkingConfig"),
		below("HostConfig", hostConfigLines()),
		below("NetworkingConfig", []line{{
			at: "EndpointsConfig", rule: hostNetwork, judge: endpoints, why: "networks other than the host's",
			denied: []string{`{"host":{}}`},
		}}),
		below("NetworkingConfig.EndpointsConfig{}", endpointLines()),
	)
}

func hostConfigLines() []line {
	return join(namespaceLines(), confinementLines(), mountLines(), resourceLines(),
		allowed("limits where it restarts, and how often", "RestartPolicy RestartPolicy.MaximumRetryCount RestartPolicy.Name"),
		allowed(inside, "ConsoleSize Init OomScoreAdj Umask"),
		allowed("clients write it themselves", "ContainerIDFile"),
		allowed("the container goes when it ends", "AutoRemove"),
		allowed("names and name servers in the container's own files; it asks these servers from its own network", "Dns DnsOptions DnsSearch ExtraHosts"),
		allowed("names of other containers of the same network", "Links"),
		allowed("a port of the host that is free: whoever asks for it gets to the container", "PortBindings PortBindings{}[].HostIp PortBindings{}[].HostPort PublishAllPorts"),
		allowed(windows, "Isolation"),
		[]line{
			{at: "LogConfig", rule: logDrivers, judge: logConfig, why: "drivers that write to the engine's own files or to the journal", denied: []string{
				`{"Type":"syslog","Config":{"syslog-address":"tcp://127.0.0.1:601"}}`, `{"Type":"fluentd","Config":{"fluentd-async":"true"}}`,
				`{"Type":"gelf","Config":{"gelf-address":"udp://127.0.0.1:1"}}`, `{"Type":"","Config":{"syslog-address":"unix:///run/x"}}`,
				`{"Type":"splunk","Config":{"splunk-url":"http://127.0.0.1:1","splunk-token":"x","splunk-verify-connection":"false"}}`,
			}},
			{at: "LogConfig.Config", why: judged},
			{at: "LogConfig.Type", why: judged},
		})
}

func namespaceLines() []line {
	return join([]line{
		{at: "UsernsMode", rule: hostUser, judge: only("UsernsMode"), why: "empty: the engine's user namespace", denied: []string{`"host"`}},
		{at: "PidMode", rule: hostPid, judge: only("PidMode", "container:"), why: "empty, or another container's", denied: []string{`"host"`}},
		{at: "NetworkMode", rule: hostNetwork, judge: notHost("NetworkMode"), why: "networks other than the host's", denied: []string{`"host"`}},
		{at: "IpcMode", rule: hostIpc, judge: only("IpcMode", "none", "private", "shareable", "container:"), why: "its own, or another container's", denied: []string{`"host"`}},
		{at: "UTSMode", rule: hostUts, judge: only("UTSMode"), why: "empty: its own", denied: []string{`"host"`}},
		{at: "CgroupnsMode", rule: hostCgroup, judge: only("CgroupnsMode", "private"), why: "its own, or the engine's default", denied: []string{`"host"`}},
		{at: "Cgroup", rule: hostCgroup, judge: only("Cgroup", "container:"), why: "empty, or another container's", denied: []string{`"host"`}},
	})
}

func confinementLines() []line {
	return join([]line{
		{at: "Privileged", rule: privileged, judge: off("Privileged"), why: "false", denied: []string{"true"}},
		{at: "CapAdd", rule: capabilities, judge: each("CapAdd", isDefaultCapability), why: "those of Docker's default set", denied: []string{
			`["SYS_ADMIN"]`, `["cap_sys_ptrace"]`, `["NET_ADMIN"]`, `["DAC_READ_SEARCH"]`, `["SYS_MODULE"]`, `["ALL"]`, `"SYS_RAWIO"`,
		}},
		{at: "CapDrop", why: lessHas},
		{at: "ReadonlyRootfs", why: lessHas},
		{at: "GroupAdd", why: inside},
		{at: "SecurityOpt", rule: securityOptions, judge: each("SecurityOpt", isSafeOption), why: "those that confine: no-new-privileges, apparmor=docker-default, seccomp=builtin, label=level:…", denied: []string{
			`["seccomp=unconfined"]`, `["seccomp:unconfined"]`, `["seccomp={\"defaultAction\":\"SCMP_ACT_ALLOW\"}"]`, `["apparmor=unconfined"]`,
			`["label=disable"]`, `["no-new-privileges=false"]`, `["systempaths=unconfined"]`, `["writable-cgroups=true"]`,
		}},
		{at: "MaskedPaths", rule: hiddenPaths, judge: all("MaskedPaths", defaultMasked), why: "lists that have all of Docker's", denied: []string{"[]", `["/proc/kcore"]`}},
		{at: "ReadonlyPaths", rule: hiddenPaths, judge: all("ReadonlyPaths", defaultReadonly), why: "lists that have all of Docker's", denied: []string{"[]", `["/proc/sys"]`}},
		{at: "Annotations", rule: annotations, denied: []string{`{"org.criu.config":"/x"}`}},
		{at: "Runtime", rule: runtimes, judge: only("Runtime", defaultRuntimes...), why: "runc", denied: []string{`"other"`, `"io.containerd.kata.v2"`, `"/usr/local/bin/other"`}},
		{at: "Sysctls", why: "the engine takes only those that belong to a namespace of the container"},
		{at: "StorageOpt", why: share},
		{at: "ShmSize", why: share},
	})
}

func mountLines() []line {
	const item = "Mounts[]."
	volume := item + "VolumeOptions."
	return join([]line{
		{at: "Binds", rule: hostPaths, judge: binds, why: "folders that are for containers, and volumes", denied: []string{
			`["/:/h"]`, `["/etc:/h:ro"]`, `["/run/docker.sock:/s"]`, `["//var/./run//docker.sock:/s"]`, `["/var/lib/docker:/h"]`, `["/proc:/h"]`,
			`["/dev:/h"]`, `["/root:/h"]`, `["/srv/new-folder:/h"]`,
		}},
		{at: "Mounts", why: "judged one by one"},
		{at: "Mounts[]", rule: hostPaths, judge: mount, why: "likewise; tmpfs; volumes as below", denied: []string{
			`{"Type":"bind","Source":"/","Target":"/h"}`, `{"Type":"bind","Source":"/srv/new-folder","Target":"/h","BindOptions":{"CreateMountpoint":true}}`,
		}},
		{at: item + "BindOptions.Propagation", rule: propagation, judge: shared, why: "private, slave, and their recursive forms"},
		{at: "VolumeDriver", rule: volumeOptions, judge: only("the volume driver", "local"), why: "local", denied: []string{`"other"`}},
		{at: volume + "DriverConfig", why: judged},
		{at: "VolumesFrom", why: "the mounts " + existing},
		{at: "Tmpfs", why: "memory; the engine takes only options that limit it"},
	},
		allowed(judged, item+"Type "+item+"Source "+item+"Target "+item+"BindOptions "+item+"VolumeOptions "+
			volume+"DriverConfig.Name "+volume+"DriverConfig.Options"),
		allowed("how a mount that is allowed is made", item+"ReadOnly "+item+"Consistency "+item+"BindOptions.NonRecursive "+
			item+"BindOptions.ReadOnlyNonRecursive "+item+"BindOptions.ReadOnlyForceRecursive"),
		allowed("the folder has to be there, or the mount is denied", item+"BindOptions.CreateMountpoint"),
		allowed(kept, volume+"Labels"),
		allowed("leaves the volume as it is", volume+"NoCopy"),
		allowed("a folder of the volume; the engine follows no link out of it", volume+"Subpath"),
		allowed("memory", item+"TmpfsOptions "+item+"TmpfsOptions.Mode "+item+"TmpfsOptions.SizeBytes "+item+"TmpfsOptions.Options"),
		[]line{
			{at: item + "ClusterOptions", rule: swarm},
			{at: item + "ImageOptions", rule: imageMounts},
			{at: item + "ImageOptions.Subpath", rule: imageMounts},
		})
}

func join(parts ...[]line) []line {
	all := []line{}
	for _, one := range parts {
		all = append(all, one...)
	}
	return all
}
