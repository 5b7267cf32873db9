package policy

// resourceLines are those of a container's limits, which POST /containers/{name}/update has too.
func resourceLines() []line {
	return join(
		allowed(share, `BlkioWeight CpuPeriod CpuQuota CpuRealtimePeriod CpuRealtimeRuntime CpuShares CpusetCpus CpusetMems Memory
			MemoryReservation MemorySwap MemorySwappiness NanoCpus OomKillDisable PidsLimit Ulimits Ulimits[].Hard Ulimits[].Name
			Ulimits[].Soft`),
		throttle("BlkioDeviceReadBps", "Rate"), throttle("BlkioDeviceReadIOps", "Rate"), throttle("BlkioDeviceWriteBps", "Rate"),
		throttle("BlkioDeviceWriteIOps", "Rate"), throttle("BlkioWeightDevice", "Weight"),
		allowed(windows, "CpuCount CpuPercent IOMaximumBandwidth IOMaximumIOps"),
		allowed(gone, "KernelMemory KernelMemoryTCP"),
		[]line{
			{at: "CgroupParent", rule: cgroupParent, judge: only("CgroupParent"), why: "empty: the engine's own", denied: []string{`"/other"`, `"/"`, `"../x"`}},
			{at: "Devices", rule: devices, denied: []string{
				`[{"PathOnHost":"/dev/fuse","PathInContainer":"/dev/fuse","CgroupPermissions":"rwm"}]`, `[{"PathOnHost":"/dev/null","PathInContainer":"/dev/x"}]`,
			}},
			{at: "Devices[].CgroupPermissions", why: judged}, {at: "Devices[].PathInContainer", why: judged}, {at: "Devices[].PathOnHost", why: judged},
			{at: "DeviceCgroupRules", rule: devices, denied: []string{`["a *:* rwm"]`, `["b 8:* r"]`}},
			{at: "DeviceRequests", rule: devices, denied: []string{`[{"Driver":"nvidia","Count":-1}]`, `[{"Driver":"cdi","DeviceIDs":["vendor.example/x=y"]}]`}},
			{at: "DeviceRequests[].Capabilities", why: judged}, {at: "DeviceRequests[].Count", why: judged}, {at: "DeviceRequests[].DeviceIDs", why: judged},
			{at: "DeviceRequests[].Driver", why: judged}, {at: "DeviceRequests[].Options", why: judged},
		})
}

// throttle makes the lines of a limit that names a device of the host.
func throttle(name, amount string) []line {
	return []line{
		{at: name, why: share}, {at: name + "[]." + amount, why: share},
		{at: name + "[].Path", rule: devices, judge: isPlainDevice, why: "devices in /dev"},
	}
}

func execLines() []line {
	return join(
		[]line{{at: "", why: "judged option by option"}, {at: "Privileged", rule: privileged, judge: off("Privileged"), why: "false", denied: []string{"true"}}},
		allowed(inside, "AttachStderr AttachStdin AttachStdout Cmd ConsoleSize Detach DetachKeys Env Tty User WorkingDir"),
		allowed(client, "Container"),
	)
}

func execStartLines() []line {
	return join([]line{{at: "", why: "it was judged when it was made"}}, allowed(inside, "ConsoleSize Detach Tty"),
		allowed(client, "hijack stdin stdout stderr stream DetachKeys abortSignal"))
}

func updateLines() []line {
	return join([]line{{at: "", why: "judged option by option"}}, resourceLines(),
		allowed("limits where it restarts, and how often", "RestartPolicy RestartPolicy.MaximumRetryCount RestartPolicy.Name"))
}

func volumeLines() []line {
	return []line{
		{at: "", why: "judged option by option"},
		{at: "Driver", rule: volumeOptions, judge: only("the volume driver", "local"), why: "local", denied: []string{`"other"`}},
		{at: "DriverOpts", rule: volumeOptions, judge: func(_ *request, value any) []finding { return localVolume(nil, value) },
			why: "none, and those of memory: type=tmpfs with size, mode, uid, gid, …", denied: []string{
				`{"type":"none","o":"bind","device":"/var/tmp"}`, `{"type":"none","o":"rbind","device":"/var/tmp"}`, `{"type":"none","o":"ro,bind","device":"/var/tmp"}`,
				`{"type":"tmpfs","o":"size=1m,bind","device":"/var/tmp"}`, `{"type":"","o":"bind","device":"/var/tmp"}`, `{"type":"bind","o":"bind","device":"/var/tmp"}`,
				`{"type":"nfs","o":"addr=169.254.169.254","device":":/x"}`, `{"type":"cifs","o":"addr=127.0.0.1,username=x","device":"//x/y"}`,
				`{"type":"ext4","device":"/dev/sda1"}`, `{"type":"overlay","device":"overlay","o":"lowerdir=/etc:/usr"}`, `{"type":"proc","device":"proc"}`,
				`{"type":"sysfs","device":"sysfs"}`, `{"type":"debugfs","device":"debugfs"}`, `{"type":"devtmpfs","device":"devtmpfs"}`, `{"type":"cgroup","device":"cgroup"}`,
			}},
		{at: "Labels", why: kept},
		{at: "Name", why: "the name of the volume, for exceptions too"},
		{at: "ClusterVolumeSpec", rule: swarm, judge: none("ClusterVolumeSpec"), denied: []string{`{"Group":"g"}`}},
	}
}
