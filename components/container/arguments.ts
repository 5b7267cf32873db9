import * as net from "node:net";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { stackLabel } from "../engine";

/** The first port that a process without capabilities may serve, whatever the engine's version and settings. */
export const firstUnprivilegedPort = 1024;

/** The IP addresses that stand for all addresses of a host, in any spelling: `0::0`, `::ffff:0.0.0.0` … */
const everyAddress = new net.BlockList();
everyAddress.addAddress("0.0.0.0", "ipv4");
everyAddress.addAddress("::", "ipv6");

/** Limits of a container. Each limit is always set, and is above 0: the engine takes 0 for no limit. */
interface Limits {
    /** Memory, in megabytes; the container gets no swap. */
    readonly memoryMegabytes: number;
    /** CPUs, e.g. 1.5. */
    readonly cpus: number;
    /** Processes and threads. */
    readonly pids: number;
}

/** A capability as the engine returns it, e.g. `CAP_CHOWN`. */
type Capability = `CAP_${string}`;

interface HealthCheck {
    /** Command and arguments, or one shell line. */
    readonly test: { readonly command: readonly string[] } | { readonly shell: string };
    /** Seconds between checks. @default 10 */
    readonly intervalSeconds?: number;
    /** Seconds of grace after the start. @default 30 */
    readonly startSeconds?: number;
}

/** A path of the host or a volume, in the container. */
interface Mount {
    readonly type: "bind" | "volume";
    readonly source: pulumi.Input<string>;
    readonly target: string;
    /** @default true */
    readonly readOnly?: boolean;
}

interface ContainerNetwork {
    readonly name: pulumi.Input<string>;
    /** Names by which others on this network reach the container. */
    readonly aliases: readonly string[];
}

interface PublishedPort {
    readonly port: number;
    /** One IP address of the host; an address that stands for all is refused. */
    readonly address: string;
    /** Port in the container, from 1024 on: some engines let only root serve a lower port. @default the same */
    readonly containerPort?: number;
}

/** The arguments of a container, without its confinement, which is the same for all containers. */
export interface ContainerSpec {
    readonly containerName: string;
    readonly image: pulumi.Input<string>;
    /** Uid and gid in the container, from 1 on; root is refused. */
    readonly uid: number;
    /** The container's part in the stack, for the label. */
    readonly role: string;
    readonly limits: Limits;
    readonly healthCheck: HealthCheck;
    readonly networks: readonly ContainerNetwork[];
    /** @default none */
    readonly ports?: readonly PublishedPort[];
    /** @default none */
    readonly mounts?: readonly Mount[];
    /** Writable folders in memory: path → size in megabytes. @default none */
    readonly scratch?: Readonly<Record<string, number>>;
    /** Memory that the container's processes share (/dev/shm), in megabytes. @default the engine's 64 */
    readonly sharedMemoryMegabytes?: number;
    /** Environment; never a secret. @default none */
    readonly environment?: Readonly<Record<string, string>>;
    /** @default the image's */
    readonly entryPoint?: readonly string[];
    /** @default the image's */
    readonly command?: readonly string[];
    /** Capabilities to add back after all were dropped. @default none */
    readonly addCapabilities?: readonly Capability[];
    /** Digests of the files that the container reads at its start; another digest replaces it. @default none */
    readonly configDigests?: readonly pulumi.Input<string>[];
    /** Seconds that the container has to stop by itself. @default 10 */
    readonly stopSeconds?: number;
}

function healthTest(check: HealthCheck): string[] {
    return "shell" in check.test ? ["CMD-SHELL", check.test.shell] : ["CMD", ...check.test.command];
}

function labels(spec: ContainerSpec): pulumi.Input<docker.types.input.ContainerLabel>[] {
    const digests = pulumi
        .all([...(spec.configDigests ?? [])])
        .apply((all) => all.map((digest) => digest.slice(0, 16)).join("."));
    return [
        { label: "portcullis.role", value: spec.role },
        stackLabel(),
        ...(spec.configDigests === undefined ? [] : [{ label: "portcullis.config", value: digests }]),
    ];
}

/**
 * The arguments of a confined container: non-root, read-only root, no capabilities but the named ones,
 * no-new-privileges, limits, health check, restart policy, labels.
 *
 * @throws Error for root and whatever else is no uid, for a port below 1024 in the container's own namespace, for a port
 *     on all addresses and for what is no IP address, and for a limit that is none
 */
export function containerArguments(spec: ContainerSpec): docker.ContainerArgs {
    const problem = [...uidProblems(spec), ...limitProblems(spec), ...portProblems(spec)][0];
    if (problem !== undefined) {
        throw new Error(`${spec.containerName}: ${problem}`);
    }
    return {
        name: spec.containerName,
        image: spec.image,
        user: `${spec.uid}:${spec.uid}`,
        readOnly: true,
        capabilities: {
            drops: ["ALL"],
            ...(spec.addCapabilities === undefined ? {} : { adds: [...spec.addCapabilities] }),
        },
        securityOpts: ["no-new-privileges:true"],
        memory: spec.limits.memoryMegabytes,
        // Without `memorySwap` the engine would allow as much swap again, and each preview would show a difference.
        memorySwap: spec.limits.memoryMegabytes,
        cpus: decimal(spec.limits.cpus),
        restart: "unless-stopped",
        healthcheck: {
            tests: healthTest(spec.healthCheck),
            interval: duration(spec.healthCheck.intervalSeconds ?? 10),
            timeout: "5s",
            startPeriod: duration(spec.healthCheck.startSeconds ?? 30),
            retries: 5,
        },
        wait: true,
        waitTimeout: 180,
        destroyGraceSeconds: spec.stopSeconds ?? 10,
        networksAdvanced: spec.networks.map(({ name, aliases }) => ({ name, aliases: [...aliases] })),
        ports: spec.ports?.map(({ port, address, containerPort }) => ({
            internal: containerPort ?? port,
            external: port,
            ip: address,
        })),
        mounts: spec.mounts?.map(({ type, source, target, readOnly }) => ({
            type,
            source,
            target,
            readOnly: readOnly ?? true,
        })),
        ...(spec.sharedMemoryMegabytes === undefined ? {} : { shmSize: spec.sharedMemoryMegabytes }),
        tmpfs: spec.scratch && scratchOptions(spec.scratch, spec.uid),
        envs: spec.environment && Object.entries(spec.environment).map(([key, value]) => `${key}=${value}`),
        entrypoints: spec.entryPoint && [...spec.entryPoint],
        command: spec.command && [...spec.command],
        labels: labels(spec),
    };
}

function uidProblems({ uid }: ContainerSpec): string[] {
    // The engine takes a text that is no number for a name, and looks for that name in the image.
    return Number.isInteger(uid) && uid > 0
        ? []
        : [
              `a container must not run as root, and ${uid} is no other user's uid; give the uid of its service`,
          ];
}

function limitProblems({ limits }: ContainerSpec): string[] {
    return Object.entries(limits).flatMap(([name, value]: [string, number]) =>
        value <= 0
            ? [`limits.${name} is ${value}, which is no limit for the engine; give a number above 0`]
            : [],
    );
}

function portProblems({ ports = [] }: ContainerSpec): string[] {
    return ports.flatMap(({ port, address, containerPort = port }) => [
        ...(containerPort >= firstUnprivilegedPort
            ? []
            : [
                  `port ${containerPort} in the container is below ${firstUnprivilegedPort}, where some engines let only root serve; give another containerPort`,
              ]),
        ...addressProblems(port, address),
    ]);
}

function addressProblems(port: number, address: string): string[] {
    if (net.isIP(address) === 0) {
        return [
            `port ${port} must not be published on "${address}", which is no IP address: the engine takes an empty one for all addresses; name one`,
        ];
    }
    return everyAddress.check(address, net.isIPv6(address) ? "ipv6" : "ipv4")
        ? [`port ${port} must not be published on all addresses (${address}); name one`]
        : [];
}

/** CPUs as the provider reads them back, with one decimal or more: another spelling would differ in each preview. */
function decimal(value: number): string {
    return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** Whole seconds as Go spells a duration (`1m30s`): the provider reads back this spelling. */
function duration(seconds: number): string {
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    if (hours > 0) {
        return `${hours}h${minutes}m${seconds % 60}s`;
    }
    return minutes > 0 ? `${minutes}m${seconds % 60}s` : `${seconds}s`;
}

/**
 * Options of tmpfs folders that belong to the container's own uid. The mode alone is not enough: an older runc (1.1)
 * takes the mode of the image's folder instead.
 */
function scratchOptions(scratch: Readonly<Record<string, number>>, uid: number): Record<string, string> {
    return Object.fromEntries(
        Object.entries(scratch).map(([path, megabytes]) => [
            path,
            `rw,noexec,nosuid,nodev,uid=${uid},gid=${uid},mode=0700,size=${megabytes}m`,
        ]),
    );
}
