/** Gives the reason why a key or its value is refused; undefined where both are taken. */
type Verdict = (value: unknown) => string | undefined;

const allowed: Verdict = () => undefined;
const owned: Verdict = () => "is set by the hardening; remove it here";

function refused(reason: string): Verdict {
    return () => reason;
}

/** Some members of an object are refused where they are switched on. */
function withoutMembers(members: Readonly<Record<string, string>>): Verdict {
    return (value) => {
        if (typeof value !== "object" || value === null || Array.isArray(value)) {
            return "expected an object";
        }
        return Object.entries(members)
            .find(([name]) => Object.hasOwn(value, name) && Reflect.get(value, name) !== false)
            ?.join(" ");
    };
}

function whereOn(reason: string): Verdict {
    return (value) => (value === false ? undefined : reason);
}

const socketOnly =
    "is for a TCP socket, which the stack does not open: the engine's unit names its socket, and is reached over SSH";
const notTaken = "is in the engine's sources, and yet no engine starts with it; remove it";
const renamed = (name: string): Verdict => refused(`is no key of today's engines; write ${name}`);

/**
 * Every key of daemon.json that the engines 20.10 to 29 know, by their sources (daemon/config of moby), and whether
 * `engine.settings` takes it. The audit and the policy pack name the keys that are allowed and lower the score.
 */
export const daemonKeys: Readonly<Record<string, Verdict>> = {
    "allow-direct-routing": whereOn("lets other hosts reach ports that no container publishes; remove it"),
    "allow-nondistributable-artifacts": allowed,
    "api-cors-header": refused(
        "lets web pages use the engine, and engine 29 does not start with it; remove it",
    ),
    "apparmor-profile": refused(
        "takes the place of the engine's own profile for all containers; set security options of the one container instead",
    ),
    "authorization-plugins": allowed,
    bip: allowed,
    bip6: allowed,
    bridge: allowed,
    "bridge-accept-fwmark": refused("lets marked packets past the engine's firewall; remove it"),
    builder: allowed,
    "cdi-spec-dirs": allowed,
    "cgroup-parent": allowed,
    "cluster-advertise": refused("ended with engine 23, which does not start with it; remove it"),
    "cluster-store": refused("ended with engine 23, which does not start with it; remove it"),
    "cluster-store-opts": refused("ended with engine 23, which does not start with it; remove it"),
    containerd: refused(
        "is set by the engine's unit on most hosts, and the engine does not start with both; remove it",
    ),
    "containerd-namespace": allowed,
    "containerd-plugin-namespace": refused(notTaken),
    "cpu-rt-period": allowed,
    "cpu-rt-runtime": allowed,
    "cri-containerd": allowed,
    "data-root": allowed,
    debug: allowed,
    "default-address-pools": allowed,
    "default-cgroupns-mode": (value) =>
        value === "private" ? undefined : "expected private: containers would see the host's control groups",
    "default-gateway": allowed,
    "default-gateway-v6": allowed,
    "default-init": renamed("init"),
    "default-ipc-mode": (value) =>
        value === "private"
            ? undefined
            : "expected private: containers could join each other's shared memory",
    "default-network-opts": allowed,
    "default-runtime": refused("may run containers without user namespaces; remove it"),
    "default-shm-size": allowed,
    "default-stop-timeout": allowed,
    "default-ulimits": owned,
    "deprecated-key-path": refused("does nothing on today's engines; remove it"),
    dns: allowed,
    "dns-opts": allowed,
    "dns-search": allowed,
    "exec-opts": allowed,
    "exec-root": allowed,
    experimental: allowed,
    "extension-config": refused("configures extensions, which run with the engine's own rights; remove it"),
    "extension-dirs": refused("loads extensions, which run with the engine's own rights; remove it"),
    features: withoutMembers({
        "containerd-snapshotter":
            "moves images to containerd's store, which user namespaces do not have: engine 29 does not start with both; set it to false, or remove it",
        "containerd-migration":
            "moves images to containerd's store, which user namespaces do not have; set it to false, or remove it",
    }),
    "firewall-backend": allowed,
    "fixed-cidr": allowed,
    "fixed-cidr-v6": allowed,
    graph: renamed("data-root"),
    group: allowed,
    "host-gateway-ip": allowed,
    "host-gateway-ips": allowed,
    hosts: refused(
        "names sockets beside those of the engine's unit (-H), and the engine does not start with both; remove it, and reach the engine over SSH",
    ),
    "http-proxy": renamed('proxies: {"http-proxy": …}'),
    "https-proxy": renamed('proxies: {"https-proxy": …}'),
    icc: owned,
    init: allowed,
    "init-path": allowed,
    "insecure-registries": allowed,
    ip: allowed,
    "ip-forward": allowed,
    "ip-forward-no-drop": whereOn("leaves the host a router for everybody; remove it"),
    "ip-masq": allowed,
    ip6tables: allowed,
    iptables: allowed,
    ipv6: allowed,
    labels: allowed,
    "live-restore": owned,
    "log-driver": owned,
    "log-format": allowed,
    "log-level": owned,
    "log-opts": owned,
    "max-concurrent-downloads": allowed,
    "max-concurrent-uploads": allowed,
    "max-download-attempts": allowed,
    "metrics-addr": allowed,
    "min-api-version": allowed,
    mtu: allowed,
    "network-control-plane-mtu": allowed,
    "network-diagnostic-port": refused(
        "opens a port at which anybody on the host can change networks; remove it",
    ),
    "no-new-privileges": owned,
    "no-proxy": renamed('proxies: {"no-proxy": …}'),
    "node-generic-resources": allowed,
    "nri-opts": refused(
        "lets NRI plugins change containers with the engine's own rights, past the authorization plugin; remove it",
    ),
    "oom-score-adjust": refused(
        "ended with engine 26, which does not start with it; set OOMScoreAdjust in the engine's unit",
    ),
    pidfile: allowed,
    proxies: allowed,
    "raw-logs": allowed,
    "registry-mirrors": allowed,
    "resolv-conf": refused(notTaken),
    rootless: refused("is for an engine that does not run as root; remove it"),
    runtimes: refused("names programs that may run containers without user namespaces; remove it"),
    "seccomp-profile": refused(
        "takes the place of the engine's own profile for all containers; set security options of the one container instead",
    ),
    "selinux-enabled": allowed,
    "shutdown-timeout": allowed,
    "storage-driver": allowed,
    "storage-opts": allowed,
    "swarm-default-advertise-addr": allowed,
    "swarm-raft-election-tick": refused(notTaken),
    "swarm-raft-heartbeat-tick": refused(notTaken),
    tls: refused(socketOnly),
    tlscacert: refused(socketOnly),
    tlscert: refused(socketOnly),
    tlskey: refused(socketOnly),
    tlsverify: refused(socketOnly),
    "userland-proxy": owned,
    "userland-proxy-path": allowed,
    "userns-remap": owned,
};

/**
 * The parts of a finished daemon.json that undo the hardening or keep the engine from starting, one text each. The keys
 * that the hardening sets are left out: the audit's checks judge their values.
 */
export function daemonJsonProblems(config: Readonly<Record<string, unknown>>): string[] {
    return Object.entries(config).flatMap(([name, value]) => {
        const problem = daemonKeys[name] === owned ? undefined : daemonKeyProblem(name, value);
        return problem === undefined ? [] : [`${name} ${problem}`];
    });
}

/** Whether a value is an object with keys of daemon.json, and no others. */
export function isDaemonJson(value: unknown): boolean {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        return false;
    }
    const names = Object.keys(value);
    return names.length > 0 && names.every((name) => Object.hasOwn(daemonKeys, name));
}

/** The problem with a key under `engine.settings`; undefined where there is none. */
export function daemonKeyProblem(name: string, value: unknown): string | undefined {
    const verdict = Object.hasOwn(daemonKeys, name) ? daemonKeys[name] : undefined;
    return verdict === undefined
        ? "is no key of daemon.json that the engines 20.10 to 29 know, and they do not start with one; correct its name, or remove it"
        : verdict(value);
}
