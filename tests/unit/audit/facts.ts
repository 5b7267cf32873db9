/** Facts of a host where all is well, for tests that change one thing. */
import {
    noSwarm,
    type ContainerFacts,
    type DaemonFacts,
    type FileFacts,
    type HostFacts,
    type MountFacts,
} from "../../../audit/facts";

/** Ids of the networks of `goodHost`. */
export const networkIds = { bridge: "b".repeat(64), own: "c".repeat(64) } as const;

export function file(path: string, mode: number, change: Partial<FileFacts> = {}): FileFacts {
    return { path, kind: "file", mode, uid: 0, gid: 0, user: "root", group: "root", ...change };
}

export function mount(source: string, change: Partial<MountFacts> = {}): MountFacts {
    return {
        type: "bind",
        name: "",
        source,
        destination: "/data",
        driver: "",
        mode: "",
        writable: true,
        propagation: "rprivate",
        hostPath: source,
        ...change,
    };
}

/** A confined container. */
export function goodContainer(change: Partial<ContainerFacts> = {}): ContainerFacts {
    return {
        id: "a".repeat(64),
        name: "good",
        image: "app:1",
        imageId: "sha256:1",
        isDockerBench: false,
        user: "1001:1001",
        privileged: false,
        appArmorProfile: "docker-default",
        securityOptions: ["no-new-privileges:true"],
        addedCapabilities: [],
        mounts: [],
        ports: [],
        memory: 1 << 28,
        cpuShares: 0,
        nanoCpus: 1e9,
        cpuQuota: 0,
        readOnlyRoot: true,
        restart: { policy: "on-failure", maximumRetries: 5 },
        networkMode: "own",
        pidMode: "",
        ipcMode: "private",
        utsMode: "",
        userNamespaceMode: "",
        deviceCount: 0,
        ulimitCount: 1,
        cgroupParent: "",
        hasHealthCheck: true,
        pidsLimit: 100,
        networks: [networkIds.own],
        sshd: undefined,
        ...change,
    };
}

/** A daemon with this configuration and these arguments. */
export function daemon(config: unknown, args: readonly string[] = [], hasJq = true): DaemonFacts {
    const command = ["/usr/sbin/dockerd", "-H", "fd://", ...args];
    const text = typeof config === "string" ? config : JSON.stringify(config, null, 2);
    return {
        command,
        newestCommand: command,
        config: text,
        listening: [{ address: "unix:///run/docker.sock", heldBy: "systemd" }],
        seccompProfile: undefined,
        dockerBenchConfig: text,
        hasJq,
    };
}

/** A host on which every check that can pass does. */
export function goodHost(change: Partial<HostFacts> = {}): HostFacts {
    return {
        host: "ssh://root@192.0.2.10",
        hostName: "good",
        time: Date.UTC(2026, 10, 24) / 1000,
        engine: {
            version: "26.1.5",
            components: ["Engine", "containerd", "runc", "docker-init"],
            rootDir: "/var/lib/docker/100000.100000",
            securityOptions: ["name=seccomp,profile=builtin", "name=userns"],
            storageDriver: "overlay2",
            loggingDriver: "syslog",
            liveRestore: true,
            experimental: false,
            authorizationPlugins: ["policy"],
            insecureRegistries: [],
            containerCount: 1,
        },
        daemon: daemon({
            "userns-remap": "default",
            icc: false,
            "no-new-privileges": true,
            "userland-proxy": false,
            "default-ulimits": { nofile: { Name: "nofile", Soft: 10, Hard: 20 } },
            "authorization-plugins": ["policy"],
        }),
        units: {
            service: {
                path: "/usr/lib/systemd/system/docker.service",
                dockerBenchPath: "/lib/systemd/system/docker.service",
            },
            socket: { path: undefined, dockerBenchPath: undefined },
            containerdSocket: { path: undefined, dockerBenchPath: undefined },
        },
        files: [
            file("/usr/lib/systemd/system/docker.service", 0o644),
            file("/lib/systemd/system/docker.service", 0o644),
            file("/etc/docker", 0o755, { kind: "directory" }),
            file("/etc/docker/certs.d", 0o755, { kind: "directory" }),
            file("/etc/docker/daemon.json", 0o644),
            file("/usr/bin/containerd", 0o755),
            file("/var/run/docker.sock", 0o660, { kind: "socket", gid: 102, group: "docker" }),
        ],
        certificates: [file("/etc/docker/certs.d/a/ca.crt", 0o444)],
        mountPoints: ["/", "/var/lib/docker"],
        auditRules: {
            hasAuditctl: true,
            isEnabled: true,
            rules: [
                "-w /usr/bin/dockerd -p rwxa -k docker",
                "-w /etc/docker/ -p rwxa -k docker",
                "-a always,exit -S all -F path=/etc/docker/daemon.json -F perm=rwa -F key=docker",
                "-a always,exit -S all -F dir=/run/containerd -F perm=rwa -F key=docker",
                "-w /lib/systemd/system/docker.service -p rwxa -k docker",
                "-w /usr/bin/containerd -p rwxa -k docker",
            ],
            fileLines: [],
        },
        hasSshd: true,
        dockerGroup: { members: ["alice"], primary: [] },
        trustedUsers: ["alice"],
        contentTrust: { everyone: "1", session: "1", client: "26.1.5" },
        containers: [goodContainer()],
        usedImages: ["sha256:1"],
        images: [
            {
                id: "sha256:1",
                tags: ["app:1"],
                healthCheck: "present",
                history: [{ createdBy: "COPY app /app", comment: "" }],
            },
        ],
        networks: [
            {
                id: networkIds.bridge,
                name: "bridge",
                driver: "bridge",
                scope: "local",
                options: {
                    "com.docker.network.bridge.default_bridge": "true",
                    "com.docker.network.bridge.enable_icc": "false",
                    "com.docker.network.bridge.name": "docker0",
                },
            },
            { id: networkIds.own, name: "own", driver: "bridge", scope: "local", options: {} },
        ],
        swarm: noSwarm,
        vanished: [],
        ...change,
    };
}
