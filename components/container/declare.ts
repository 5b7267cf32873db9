import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { Declared } from "../../declaration";
import type { ContainerSettings } from "../../declaration/container-settings";
import { parseDuration } from "../../text/duration";

/** A container's arguments, with all values known. */
type Arguments = pulumi.Unwrap<docker.ContainerArgs>;

/** The resources of a hardened container. */
interface ContainerResources {
    readonly container: string;
    /** The resource that sets the limit of processes. */
    readonly pids: string;
}

const mebibyte = 1024 * 1024;

/** The required state of a container on the host, from the very arguments that make the container. */
export function declaredContainer(
    { container, pids }: ContainerResources,
    args: Arguments,
    pidsLimit: number,
): Declared<"container"> {
    return {
        kind: "container",
        resource: container,
        name: args.name ?? "",
        settings: settings(args, pidsLimit),
        settingResources: { pidsLimit: pids },
    };
}

function settings(args: Arguments, pidsLimit: number): ContainerSettings {
    const memory = (args.memory ?? 0) * mebibyte;
    return {
        state: "running",
        image: args.image,
        user: args.user ?? "",
        readOnly: args.readOnly ?? false,
        privileged: args.privileged ?? false,
        capabilities: {
            adds: sorted(args.capabilities?.adds),
            drops: sorted(args.capabilities?.drops),
        },
        securityOpts: sorted(args.securityOpts),
        maskedPaths: true,
        memory,
        memorySwap: (args.memorySwap ?? 0) * mebibyte,
        cpus: Number(args.cpus ?? 0),
        cpuShares: args.cpuShares ?? 0,
        pidsLimit,
        restart: args.maxRetryCount
            ? `${args.restart ?? "no"}:${args.maxRetryCount}`
            : (args.restart ?? "no"),
        networksAdvanced: Object.fromEntries(
            (args.networksAdvanced ?? []).map(({ name, aliases }) => [name, sorted(aliases)]),
        ),
        ports: sorted(
            args.ports?.map(
                ({ ip = "", external = 0, internal, protocol = "tcp" }) =>
                    `${ip}:${external}->${internal}/${protocol}`,
            ),
        ),
        publishAllPorts: args.publishAllPorts ?? false,
        mounts: sorted(
            args.mounts?.map(
                ({ type, source = "", target, readOnly }) =>
                    `${type} ${source} -> ${target}${readOnly ? " (read-only)" : ""}`,
            ),
        ),
        tmpfs: args.tmpfs ?? {},
        healthcheck: {
            tests: args.healthcheck?.tests ?? [],
            interval: seconds(args.healthcheck?.interval),
            timeout: seconds(args.healthcheck?.timeout),
            startPeriod: seconds(args.healthcheck?.startPeriod),
            retries: args.healthcheck?.retries ?? 0,
        },
        envs: Object.fromEntries(
            (args.envs ?? []).map((line) => {
                const end = line.indexOf("=");
                return [line.slice(0, end), line.slice(end + 1)];
            }),
        ),
        entrypoints: args.entrypoints ?? null,
        command: args.command ?? null,
        labels: Object.fromEntries((args.labels ?? []).map(({ label, value }) => [label, value])),
        usernsMode: args.usernsMode ?? "",
        pidMode: args.pidMode ?? "",
        ipcMode: args.ipcMode ?? "",
        utsMode: "",
        devices: [],
        groupAdds: sorted(args.groupAdds),
        sysctls: args.sysctls ?? {},
        hosts: sorted(args.hosts?.map(({ host, ip }) => `${host}:${ip}`)),
        dns: args.dns ?? [],
    };
}

function sorted(list: readonly string[] = []): string[] {
    return [...list].sort();
}

/** Seconds of a duration such as `1m30s`. */
function seconds(duration = "0s"): number {
    return Number(parseDuration(duration) ?? 0n) / 1e9;
}
