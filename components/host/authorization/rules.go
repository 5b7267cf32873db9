package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A rule names one thing that is denied. Its id is in the message that a user gets, in the log and in
// docs/authorization.md.
type rule struct {
	id string
	// What the denied thing would give away: the second half of the message.
	why string
}

// A denial is what a rule found in a request. It never holds more of the request than the value that it is about.
type denial struct {
	rule  rule
	found string
}

// deny shortens what was found: a security option can be a whole file.
func deny(r rule, found string) *denial {
	const longest = 120
	if len(found) > longest {
		found = found[:longest] + "…"
	}
	return &denial{r, found}
}

// Rules about requests as a whole; routes.go says where they hold.
var (
	unknownRequest = rule{"unknown-request", "it is no request of the API that this plugin knows, so it cannot be judged"}
	unreadable     = rule{"unreadable", "what cannot be read cannot be judged; send one JSON object of less than 1 MB with Content-Type: application/json"}
	formBody       = rule{"form-body", "the engine would take options from a form, which it does not show to this plugin; send them in the address"}
	oldAPI         = rule{"old-api", "with API versions before 1.24 the start of a container can change what it may do"}
	archive        = rule{"archive", "the engine copies as the host's root, past the container's user namespace and into what is mounted; use docker exec, e.g. with tar"}
	checkpoints    = rule{"checkpoints", "a checkpoint is written to, and a process restored from, any folder of the host, as the host's root"}
	plugins        = rule{"plugins", "a managed plugin gets rights on the host that no container gets; whoever is root on the host can still install it while this plugin is off"}
	swarm          = rule{"swarm", "tasks of a swarm are started by its managers, past this plugin"}
)

// Rules about containers, volumes and builds.
var (
	privileged      = rule{"privileged", "it has all capabilities and devices, and no confinement"}
	hostUser        = rule{"host-user-namespace", "root in the container would be root on the host"}
	hostPid         = rule{"host-pid", "the container would see the host's processes"}
	hostNetwork     = rule{"host-network", "it would reach what listens on the host's own addresses only; publish ports, or make a network"}
	hostIpc         = rule{"host-ipc", "the container would share the memory of the host's processes"}
	hostUts         = rule{"host-uts", "the container would share the host's name"}
	hostCgroup      = rule{"host-cgroup", "the container would see the host's control groups"}
	capabilities    = rule{"capabilities", "only those of Docker's default set can be added"}
	devices         = rule{"devices", "the container would reach a device of the host"}
	securityOptions = rule{"security-options", "it takes a protection away, or cannot be told from one that does"}
	hiddenPaths     = rule{"masked-paths", "parts of /proc and /sys that Docker hides, or makes read-only, would be open"}
	hostPaths       = rule{"host-paths", "the container would see a part of the host that is not for containers; use a volume, or a folder of its own"}
	propagation     = rule{"mount-propagation", "what the container mounts would show up on the host"}
	volumeOptions   = rule{"volume-options", "only the driver `local` with nothing, tmpfs, nfs, cifs or a folder can be judged"}
	annotations     = rule{"annotations", "they give orders to the container runtime"}
	unknownOption   = rule{"unknown-option", "this plugin does not know it, so it cannot be judged"}
)

// containerRules judge a HostConfig; each says what it found, or nothing. Mounts are in mounts.go.
var containerRules = []struct {
	rule
	find func(*hostConfig) string
}{
	{privileged, func(c *hostConfig) string { return when(c.Privileged, "Privileged") }},
	{hostUser, func(c *hostConfig) string { return not("UsernsMode", string(c.UsernsMode)) }},
	{hostPid, func(c *hostConfig) string { return not("PidMode", string(c.PidMode), "container:") }},
	{hostNetwork, func(c *hostConfig) string { return when(c.NetworkMode == "host", "NetworkMode host") }},
	{hostIpc, func(c *hostConfig) string {
		return not("IpcMode", string(c.IpcMode), "none", "private", "shareable", "container:")
	}},
	{hostUts, func(c *hostConfig) string { return not("UTSMode", string(c.UTSMode)) }},
	{hostCgroup, func(c *hostConfig) string { return not("CgroupnsMode", string(c.CgroupnsMode), "private") }},
	{hostCgroup, func(c *hostConfig) string { return not("Cgroup", string(c.Cgroup), "container:") }},
	{capabilities, addedCapability},
	{devices, func(c *hostConfig) string { return hostDevice(&c.Resources) }},
	{securityOptions, func(c *hostConfig) string { return first("SecurityOpt", c.SecurityOpt, isSafeOption) }},
	{hiddenPaths, func(c *hostConfig) string { return missing("MaskedPaths", c.MaskedPaths, defaultMasked) }},
	{hiddenPaths, func(c *hostConfig) string { return missing("ReadonlyPaths", c.ReadonlyPaths, defaultReadonly) }},
	{annotations, func(c *hostConfig) string { return when(len(c.Annotations) > 0, "Annotations") }},
}

// Docker's defaults, the same in all engines since 20.10; a newer one only adds to the paths.
var (
	defaultCapabilities = strings.Fields(`AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE
		NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_CHROOT`)
	defaultMasked = strings.Fields(`/proc/acpi /proc/asound /proc/kcore /proc/keys /proc/latency_stats /proc/sched_debug
		/proc/scsi /proc/timer_list /proc/timer_stats /sys/firmware`)
	defaultReadonly = strings.Fields(`/proc/bus /proc/fs /proc/irq /proc/sys /proc/sysrq-trigger`)
)

func when(condition bool, found string) string {
	if condition {
		return found
	}
	return ""
}

// not finds a value that is neither empty nor allowed; an allowed one that ends with a colon is a beginning.
func not(name, value string, allowed ...string) string {
	for _, one := range allowed {
		if value == one || strings.HasSuffix(one, ":") && strings.HasPrefix(value, one) {
			return ""
		}
	}
	return when(value != "", name+" "+value)
}

// first finds the first value that is not allowed.
func first(name string, values []string, allowed func(string) bool) string {
	for _, value := range values {
		if !allowed(value) {
			return name + " " + value
		}
	}
	return ""
}

// missing finds a default that a list leaves out; no list at all keeps the engine's own.
func missing(name string, list, defaults []string) string {
	if list == nil {
		return ""
	}
	return first(name+" without", defaults, func(path string) bool { return slices.Contains(list, path) })
}

func addedCapability(c *hostConfig) string {
	return first("CapAdd", c.CapAdd, func(name string) bool {
		return slices.Contains(defaultCapabilities, strings.TrimPrefix(strings.ToUpper(name), "CAP_"))
	})
}

func hostDevice(r *resources) string {
	switch {
	case len(r.Devices) > 0:
		return fmt.Sprintf("Devices %s", r.Devices[0].PathOnHost)
	case len(r.DeviceRequests) > 0:
		return fmt.Sprintf("DeviceRequests %s", r.DeviceRequests[0].Driver)
	case len(r.DeviceCgroupRules) > 0:
		return fmt.Sprintf("DeviceCgroupRules %s", r.DeviceCgroupRules[0])
	}
	return ""
}

// isSafeOption: a profile of one's own may be an empty one, and a label may be that of no confinement.
func isSafeOption(option string) bool {
	name, value, hasValue := strings.Cut(option, "=")
	if !hasValue {
		// The engine's older way to write it; it too looks for one only where there is no equals sign.
		name, value, hasValue = strings.Cut(option, ":")
	}
	switch {
	case !hasValue:
		return option == "no-new-privileges"
	case name == "no-new-privileges":
		on, err := strconv.ParseBool(value)
		return err == nil && on
	case name == "seccomp":
		return value == "builtin"
	case name == "apparmor":
		return value == "docker-default"
	case name == "label":
		return strings.HasPrefix(value, "level:")
	}
	return false
}
