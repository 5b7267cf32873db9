/**
 * The facts that an audit knows about a host, read in one pass, and small enough to be kept beside a report. The checks
 * see nothing else, so that a preview can judge facts which it made up from resource inputs.
 */

/** A path of the host. */
export interface FileFacts {
    readonly path: string;
    /** The kind of the path after symbolic links were followed. */
    readonly kind: "file" | "directory" | "socket" | "other";
    /** Permission bits, 0o000 to 0o7777, after symbolic links were followed. */
    readonly mode: number;
    readonly uid: number;
    readonly gid: number;
    readonly user: string;
    readonly group: string;
    /** The symbolic link's own owner and mode, where the path is one: Docker Bench reads these. */
    readonly link?: Pick<FileFacts, "mode" | "uid" | "gid" | "user" | "group">;
}

/** The unit files by which systemd runs the engine; the path of each, where there is one. */
export interface UnitFacts {
    /** The path from which systemd takes the unit; undefined where there is none. */
    readonly path: string | undefined;
    /** The path where Docker Bench looks for the unit. */
    readonly dockerBenchPath: string | undefined;
}

/** A socket on which something waits for clients. */
export interface ListeningSocket {
    /** `tcp://0.0.0.0:2375`, `tcp://[::]:2375` or `unix:///run/docker.sock`. */
    readonly address: string;
    /**
     * The holder of the socket: the engine's process; systemd, for the engine's unit; or another process, where the
     * port or the name of the socket is one that engines have by custom.
     */
    readonly heldBy: "engine" | "systemd" | "other";
}

/** The daemon's process and its configuration file. */
export interface DaemonFacts {
    /** Arguments of the engine's process, the program first; empty where no such process was found. */
    readonly command: readonly string[];
    /** Arguments of the newest process whose command line has `dockerd` in it: Docker Bench reads these. */
    readonly newestCommand: readonly string[];
    /** Text of the configuration file that the engine reads; undefined where there is none. */
    readonly config: string | undefined;
    /** The sockets that are open for the engine's clients, and sockets that may be; undefined: not known. */
    readonly listening: readonly ListeningSocket[] | undefined;
    /** Text of the seccomp profile that the settings name as a file; undefined: no file is named, or the file was not read. */
    readonly seccompProfile: string | undefined;
    /** Text of the configuration file that Docker Bench reads; undefined where there is none. */
    readonly dockerBenchConfig: string | undefined;
    /** Whether `jq` is installed: Docker Bench then reads the configuration in another way. */
    readonly hasJq: boolean;
}

/** The facts that the engine tells about itself. */
export interface EngineFacts {
    readonly version: string;
    /** Names of the engine's parts, e.g. `Engine`, `containerd`, or `Podman Engine`; undefined: the engine tells none. */
    readonly components: readonly string[] | undefined;
    /** Data root, with the remapped ids where user namespaces are on. */
    readonly rootDir: string;
    /** e.g. `name=userns`, `name=seccomp,profile=builtin`. */
    readonly securityOptions: readonly string[];
    readonly storageDriver: string;
    readonly loggingDriver: string;
    readonly liveRestore: boolean;
    readonly experimental: boolean;
    /** Authorization plugins in force. */
    readonly authorizationPlugins: readonly string[];
    /** Registries that the engine may reach without TLS, without those of the loopback range. */
    readonly insecureRegistries: readonly string[];
    /** Containers in every state. */
    readonly containerCount: number;
}

/** A mount of a container. */
export interface MountFacts {
    /** `bind`, `volume`, `tmpfs` … */
    readonly type: string;
    /** Volume's name. */
    readonly name: string;
    readonly source: string;
    readonly destination: string;
    readonly driver: string;
    readonly mode: string;
    readonly writable: boolean;
    readonly propagation: string;
    /** Path of the host that the mount shows, where the mount is a bind mount or a volume made of one. */
    readonly hostPath: string | undefined;
    /** The path that `hostPath` leads to. @default `hostPath` is no symbolic link, and goes through none */
    readonly linkTarget?: string;
}

/** A published port. */
export interface PortFacts {
    /** Address of the host, e.g. `0.0.0.0`, `::`. */
    readonly address: string;
    readonly port: number;
}

/** A running container. */
export interface ContainerFacts {
    readonly id: string;
    /** The container's name without the leading slash. */
    readonly name: string;
    /** The image by the name or id that was given to the container. */
    readonly image: string;
    /** `sha256:…` of its configuration. */
    readonly imageId: string;
    /** A label that has `docker.bench.security` in it makes Docker Bench leave the container out. */
    readonly isDockerBench: boolean;
    /** `Config.User` as it was set, e.g. `1001:1001`. */
    readonly user: string;
    readonly privileged: boolean;
    readonly appArmorProfile: string;
    readonly securityOptions: readonly string[];
    readonly addedCapabilities: readonly string[];
    readonly mounts: readonly MountFacts[];
    readonly ports: readonly PortFacts[];
    /** Bytes; 0: no limit. */
    readonly memory: number;
    readonly cpuShares: number;
    readonly nanoCpus: number;
    /** Microseconds of CPU time a period; 0: no limit. */
    readonly cpuQuota: number;
    readonly readOnlyRoot: boolean;
    readonly restart: { readonly policy: string; readonly maximumRetries: number };
    readonly networkMode: string;
    readonly pidMode: string;
    readonly ipcMode: string;
    readonly utsMode: string;
    readonly userNamespaceMode: string;
    readonly deviceCount: number;
    readonly ulimitCount: number;
    readonly cgroupParent: string;
    readonly hasHealthCheck: boolean;
    /** Undefined, 0 and -1: no limit. */
    readonly pidsLimit: number | undefined;
    /** Ids of the container's networks. */
    readonly networks: readonly string[];
    /** The sshd that runs in the container; `visible`: `ps -el` in the container would show it. */
    readonly sshd: { readonly visible: boolean } | undefined;
}

/** An image that is not only a layer of another. */
export interface ImageFacts {
    readonly id: string;
    /** `name:tag`. */
    readonly tags: readonly string[];
    /** The health check of the image's configuration: none, one, or one that is switched off. */
    readonly healthCheck: "absent" | "present" | "disabled";
    /** Instructions that made the image, newest first. */
    readonly history: readonly { readonly createdBy: string; readonly comment: string }[];
}

export interface NetworkFacts {
    readonly id: string;
    readonly name: string;
    readonly driver: string;
    readonly scope: string;
    readonly options: Readonly<Record<string, string>>;
}

/** The swarm, as far as this node may see it. */
export interface SwarmFacts {
    /** `inactive`, `pending`, `active`, `error`, `locked`. */
    readonly state: string;
    /** Number of manager nodes that lead; 0 on a worker, which may not ask. */
    readonly leaders: number;
    readonly secrets: number;
    readonly autoLock: boolean;
    /** Nanoseconds after which a node's certificate expires; undefined on a worker. */
    readonly certificateExpiry: number | undefined;
    /** Addresses on which the management port 2377 listens, as in /proc/net/tcp. */
    readonly managementAddresses: readonly string[];
}

/** The swarm facts of a host that is in no swarm. */
export const noSwarm: SwarmFacts = {
    state: "inactive",
    leaders: 0,
    secrets: 0,
    autoLock: false,
    certificateExpiry: undefined,
    managementAddresses: [],
};

/** Kernel audit rules. */
export interface AuditRuleFacts {
    /** Whether `auditctl` is installed. */
    readonly hasAuditctl: boolean;
    /** Whether the kernel writes records; it keeps its rules while it does not (`auditctl -e 0`). */
    readonly isEnabled: boolean;
    /**
     * The reason why the kernel takes no rules: the host is a container, or the kernel is built without audit, or the
     * kernel was started with `audit=0`. @default the kernel takes rules
     */
    readonly refusal?: "container" | "unbuilt" | "off";
    /** Rules in force, one line each. */
    readonly rules: readonly string[];
    /** Lines of /etc/audit/audit.rules: Docker Bench reads these where there is no `auditctl`. */
    readonly fileLines: readonly string[];
}

/** All facts that are known about a host. */
export interface HostFacts {
    /** `ssh://…` or `unix://…`. */
    readonly host: string;
    readonly hostName: string;
    /** The host's own clock, seconds since 1970. */
    readonly time: number;
    readonly engine: EngineFacts;
    readonly daemon: DaemonFacts;
    readonly units: {
        readonly service: UnitFacts;
        readonly socket: UnitFacts;
        readonly containerdSocket: UnitFacts;
    };
    /** Paths that were looked at and are there. */
    readonly files: readonly FileFacts[];
    /** `*.crt` below /etc/docker/certs.d. */
    readonly certificates: readonly FileFacts[];
    readonly mountPoints: readonly string[];
    readonly auditRules: AuditRuleFacts;
    /** A process called sshd runs, in a container or not. */
    readonly hasSshd: boolean;
    /** Users in the group `docker`. */
    readonly dockerGroup: { readonly members: readonly string[]; readonly primary: readonly string[] };
    /** Users who may be in the group `docker`; undefined: not given. */
    readonly trustedUsers: readonly string[] | undefined;
    /**
     * `DOCKER_CONTENT_TRUST` for all users (/etc/environment), and in an SSH session; and the version of the host's
     * client (undefined: not known), because newer clients no longer read the variable.
     */
    readonly contentTrust: {
        readonly everyone: string;
        readonly session: string;
        readonly client: string | undefined;
    };
    /** Running containers, newest first. */
    readonly containers: readonly ContainerFacts[];
    /** Image ids of all containers, running or not. */
    readonly usedImages: readonly string[];
    readonly images: readonly ImageFacts[];
    readonly networks: readonly NetworkFacts[];
    readonly swarm: SwarmFacts;
    /** Containers and images that were gone before they could be looked at. */
    readonly vanished: readonly string[];
}

/** The facts about a path; undefined where the path is not there. */
export function fileAt(facts: HostFacts, path: string | undefined): FileFacts | undefined {
    return path === undefined ? undefined : facts.files.find((file) => file.path === path);
}
