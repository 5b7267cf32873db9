package policy

// A rule names one thing that is denied. Its id is in the message that a user gets, in the log and in
// docs/authorization.md.
type rule struct {
	id string
	// What the denied thing would give away, and what to do instead: the second half of the message.
	why string
	// Whether the settings may except something from it.
	mayExcept bool
}

// A denial is what a rule found in a request. It never holds more of the request than the value that it is about.
type denial struct {
	rule  *rule
	found string
}

// deny shortens what was found: a security option can be a whole file.
func deny(r *rule, found string) *denial {
	const longest = 120
	if len(found) > longest {
		found = found[:longest] + "…"
	}
	return &denial{r, found}
}

// rank is smaller for what a user should read first.
func (d *denial) rank() int {
	switch d.rule {
	case unreadable:
		return 0
	case unknownOption:
		return 2
	}
	return 1
}

// Rules about requests as a whole. Nothing is excepted from them: what cannot be read cannot be judged.
var (
	unknownRequest = &rule{id: "unknown-request", why: "it is no request of the API that this plugin knows, so it cannot be judged"}
	unknownOption  = &rule{id: "unknown-option", why: "this plugin does not know it, so it cannot be judged; leave it out, or use an older version of the API"}
	unreadable     = &rule{id: "unreadable", why: "what cannot be read cannot be judged; send one JSON object of less than 1 MB with Content-Type: application/json"}
	formBody       = &rule{id: "form-body", why: "the engine would take options from a form, which it does not show to this plugin; send them in the address"}
	oldAPI         = &rule{id: "old-api", why: "with API versions before 1.24 the start of a container can change what it may do; use a newer client"}
	checkpoints    = &rule{id: "checkpoints", why: "a checkpoint is written to, and a process restored from, any folder of the host, as the host's root"}
	plugins        = &rule{id: "plugins", why: "a managed plugin gets rights on the host that no container gets; whoever is root on the host can still change it while this plugin is off"}
	swarm          = &rule{id: "swarm", why: "tasks of a swarm are started by its managers, past this plugin"}
	debug          = &rule{id: "debug", why: "it shows the engine's memory, in which others' secrets are, and slows it down; ask who is root on the host"}
)

// Rules about containers, volumes, networks and builds.
var (
	archive         = &rule{"archive", "the engine copies as the host's root, past the container's user namespace and into what is mounted; use docker exec, e.g. `docker exec -i NAME tar -x -C /tmp <files.tar`, a COPY in the image, or a volume", true}
	privileged      = &rule{"privileged", "it has all capabilities and devices, and no confinement; add the capabilities that are needed, one by one", true}
	hostUser        = &rule{"host-user-namespace", "root in the container would be root on the host; leave it out", true}
	hostPid         = &rule{"host-pid", "the container would see the host's processes; leave it out, or join another container's", true}
	hostNetwork     = &rule{"host-network", "it would reach what listens on the host's own addresses only; publish ports, or make a network", true}
	hostIpc         = &rule{"host-ipc", "the container would share the memory of the host's processes; use shareable and container:NAME", true}
	hostUts         = &rule{"host-uts", "the container would share the host's name; set a hostname", true}
	hostCgroup      = &rule{"host-cgroup", "the container would see the host's control groups; leave it out", true}
	cgroupParent    = &rule{"cgroup-parent", "the container would leave the limits of the engine's own control group, or be put into another's; set limits on the container", true}
	runtimes        = &rule{"runtimes", "another runtime need not keep the container in its user namespace; leave it out", true}
	capabilities    = &rule{"capabilities", "only those of Docker's default set can be added; leave it out", true}
	devices         = &rule{"devices", "the container would reach a device of the host; leave it out", true}
	securityOptions = &rule{"security-options", "it takes a protection away, or cannot be told from one that does; leave it out", true}
	hiddenPaths     = &rule{"masked-paths", "parts of /proc and /sys that Docker hides, or makes read-only, would be open; leave it out", true}
	hostPaths       = &rule{"host-paths", "the container would see a part of the host that is not for containers; use a volume, or a folder of its own", true}
	propagation     = &rule{"mount-propagation", "what the container mounts would show up on the host; use rprivate or rslave", true}
	volumeOptions   = &rule{"volume-options", "the engine fills a volume, and mounts it, as the host's root: only the driver `local` is let through, with nothing or with memory (type tmpfs); mount a folder of the host as a bind mount, which the engine does not fill", true}
	imageMounts     = &rule{"image-mounts", "the engine mounts the image's files as the host's root, outside of the container's user namespace; copy them into a volume with a container of that image", true}
	annotations     = &rule{"annotations", "they give orders to the container runtime, and to its plugins; use labels", true}
	logDrivers      = &rule{"log-drivers", "the engine would write to an address, a socket or a file as the host's root; use the host's default, local, json-file, journald or none, or ask for an exception", true}
	networkDrivers  = &rule{"network-drivers", "it would put the container on the host's own network, past the host's firewall; use the driver bridge", true}
	networkOptions  = &rule{"network-options", "it changes interfaces, addresses or the firewall of the host; leave it out", true}
	hostAddresses   = &rule{"host-addresses", "it would take addresses that the host itself uses, so that the host talks to the container in their place; choose a private subnet that is free, or let the engine choose", true}
	remoteContexts  = &rule{"remote-contexts", "the engine would fetch it from the host's own network, where the container cannot go; fetch it yourself, and send it: `docker build - <context.tar`, `docker import file`", true}
)
