/** The engine's report of a container, as properties. */
import { z } from "zod";
import type { Props } from "../../lib/resource";
import { formatDuration } from "../../../../text/duration";
import { isZero } from "../bridge/plan";
import { mebibyte } from "./container-body";
import { count, flag, text } from "./values";

const strings = z.array(z.string()).nullish();
const textRecord = z.record(z.string(), z.string()).nullish();
const binding = z.object({ HostIp: z.string(), HostPort: z.string() });
const endpoint = z.object({
    IPAddress: z.string(),
    IPPrefixLen: z.number(),
    Gateway: z.string(),
    GlobalIPv6Address: z.string(),
    GlobalIPv6PrefixLen: z.number(),
    IPv6Gateway: z.string(),
    MacAddress: z.string(),
});
const mount = z.object({
    Type: z.string(),
    Source: z.string().optional(),
    Target: z.string(),
    ReadOnly: z.boolean().optional(),
    BindOptions: z.object({ Propagation: z.string().optional() }).nullish(),
    VolumeOptions: z
        .object({
            NoCopy: z.boolean().optional(),
            Labels: textRecord,
            DriverConfig: z.object({ Name: z.string().optional(), Options: textRecord }).nullish(),
            Subpath: z.string().optional(),
        })
        .nullish(),
    TmpfsOptions: z.object({ SizeBytes: z.number().optional(), Mode: z.number().optional() }).nullish(),
});

/** The parts of the engine's account of a container that the plugin needs. */
export const inspectedContainer = z.object({
    Id: z.string(),
    Name: z.string(),
    Image: z.string(),
    Platform: z.string().optional(),
    State: z.object({
        Running: z.boolean(),
        ExitCode: z.number(),
        Health: z.object({ Status: z.string() }).nullish(),
    }),
    Config: z.object({
        Image: z.string(),
        Hostname: z.string(),
        Domainname: z.string(),
        User: z.string(),
        WorkingDir: z.string(),
        Tty: z.boolean(),
        OpenStdin: z.boolean(),
        Cmd: strings,
        Entrypoint: strings,
        StopSignal: z.string().optional(),
        StopTimeout: z.number().nullish(),
        Healthcheck: z
            .object({
                Test: strings,
                Interval: z.number().optional(),
                Timeout: z.number().optional(),
                StartPeriod: z.number().optional(),
                StartInterval: z.number().optional(),
                Retries: z.number().optional(),
            })
            .nullish(),
    }),
    HostConfig: z.object({
        AutoRemove: z.boolean(),
        ReadonlyRootfs: z.boolean(),
        Dns: strings,
        DnsOptions: strings,
        DnsSearch: strings,
        SecurityOpt: strings,
        PublishAllPorts: z.boolean(),
        RestartPolicy: z.object({ Name: z.string(), MaximumRetryCount: z.number() }),
        Init: z.boolean().nullish(),
        CapAdd: strings,
        CapDrop: strings,
        Runtime: z.string().optional(),
        Mounts: z.array(mount).nullish(),
        Tmpfs: textRecord,
        ExtraHosts: strings,
        Ulimits: z.array(z.object({ Name: z.string(), Soft: z.number(), Hard: z.number() })).nullish(),
        Privileged: z.boolean(),
        Memory: z.number(),
        MemoryReservation: z.number(),
        MemorySwap: z.number(),
        ShmSize: z.number(),
        NanoCpus: z.number(),
        CpuShares: z.number(),
        CpusetCpus: z.string(),
        LogConfig: z.object({ Type: z.string(), Config: textRecord }),
        StorageOpt: textRecord,
        NetworkMode: z.string(),
        PidMode: z.string(),
        UsernsMode: z.string(),
        Sysctls: textRecord,
        IpcMode: z.string(),
        GroupAdd: strings,
    }),
    NetworkSettings: z.object({
        Bridge: z.string().optional(),
        Ports: z.record(z.string(), z.array(binding).nullable()).nullish(),
        Networks: z.record(z.string(), endpoint).nullish(),
    }),
});

/** The engine's account of a container. */
export type InspectedContainer = z.infer<typeof inspectedContainer>;

/**
 * The properties that a container has on the engine.
 * @param state the known state of the container: some properties are only told where the program has set them.
 */
export function reportContainer(found: InspectedContainer, state: Props): Props {
    const { Config: config, HostConfig: host } = found;
    const mustRun = flag(state["mustRun"]);
    return {
        ...networking(found, state),
        ...limits(found, state),
        ...(found.State.Running ? {} : { exitCode: found.State.ExitCode }),
        // A stopped container that has to run shows as a change, and the update starts it.
        ...(!found.State.Running && mustRun ? { mustRun: false } : {}),
        name: found.Name.replace(/^\/+/, ""),
        rm: host.AutoRemove,
        readOnly: host.ReadonlyRootfs,
        image: text(state["image"])?.startsWith("sha256:") === true ? found.Image : config.Image,
        hostname: config.Hostname,
        domainname: config.Domainname,
        command: config.Cmd ?? [],
        entrypoints: config.Entrypoint ?? [],
        user: config.User,
        securityOpts: host.SecurityOpt ?? [],
        restart: host.RestartPolicy.Name,
        maxRetryCount: host.RestartPolicy.MaximumRetryCount,
        init: host.Init ?? false,
        workingDir: config.WorkingDir,
        ...((host.CapAdd ?? []).length + (host.CapDrop ?? []).length > 0
            ? {
                  capabilities: {
                      adds: [...(host.CapAdd ?? [])].sort(),
                      drops: [...(host.CapDrop ?? [])].sort(),
                  },
              }
            : {}),
        runtime: host.Runtime ?? "",
        platform: found.Platform ?? "",
        mounts: (host.Mounts ?? []).map(mountProperties),
        tmpfs: host.Tmpfs ?? {},
        privileged: host.Privileged,
        logDriver: host.LogConfig.Type,
        logOpts: isZero(state["logOpts"]) ? {} : (host.LogConfig.Config ?? {}),
        storageOpts: host.StorageOpt ?? {},
        ...(text(state["pidMode"]) === undefined ? {} : { pidMode: host.PidMode }),
        usernsMode: host.UsernsMode,
        ...(config.Healthcheck ? { healthcheck: healthProperties(config.Healthcheck) } : {}),
        sysctls: host.Sysctls ?? {},
        ipcMode: host.IpcMode,
        groupAdds: host.GroupAdd ?? [],
        tty: config.Tty,
        stdinOpen: config.OpenStdin,
        stopSignal: config.StopSignal ?? "",
        stopTimeout: config.StopTimeout ?? 0,
    };
}

function networking(found: InspectedContainer, state: Props): Props {
    const { HostConfig: host, NetworkSettings: settings } = found;
    const networks = Object.entries(settings.Networks ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    // A container that has exited has no ports; a container that need not run keeps the ports of its state.
    const tellsPorts = found.State.Running || flag(state["mustRun"]);
    const hasPorts = Array.isArray(state["ports"]) && state["ports"].length > 0;
    return {
        bridge: settings.Bridge ?? "",
        networkDatas: networks.map(([name, data]) => ({
            networkName: name,
            ipAddress: data.IPAddress,
            ipPrefixLength: data.IPPrefixLen,
            gateway: data.Gateway,
            globalIpv6Address: data.GlobalIPv6Address,
            globalIpv6PrefixLength: data.GlobalIPv6PrefixLen,
            ipv6Gateway: data.IPv6Gateway,
            macAddress: data.MacAddress,
        })),
        ...(tellsPorts && hasPorts ? { ports: portProperties(settings.Ports ?? {}) } : {}),
        networkMode: host.NetworkMode,
        publishAllPorts: host.PublishAllPorts,
        dns: host.Dns ?? [],
        dnsOpts: host.DnsOptions ?? [],
        dnsSearches: host.DnsSearch ?? [],
        hosts: (host.ExtraHosts ?? []).map((entry) => {
            const [name = "", ip = ""] = entry.split(":");
            return { host: name, ip };
        }),
    };
}

function limits(found: InspectedContainer, state: Props): Props {
    const { HostConfig: host } = found;
    const hasUlimits = Array.isArray(state["ulimits"]) && state["ulimits"].length > 0;
    return {
        memory: megabytes(host.Memory),
        memoryReservation: megabytes(host.MemoryReservation),
        memorySwap: megabytes(host.MemorySwap),
        shmSize: megabytes(host.ShmSize),
        ...(host.NanoCpus > 0 ? { cpus: cpuText(host.NanoCpus) } : {}),
        cpuShares: host.CpuShares,
        cpuSet: host.CpusetCpus,
        ...(hasUlimits
            ? {
                  ulimits: (host.Ulimits ?? []).map((limit) => ({
                      name: limit.Name,
                      soft: limit.Soft,
                      hard: limit.Hard,
                  })),
              }
            : {}),
    };
}

function megabytes(bytes: number): number {
    return bytes > 0 ? Math.floor(bytes / mebibyte) : bytes;
}

/** Billionths of a CPU as a number of CPUs: whole numbers have one digit after the point. */
function cpuText(nanoCpus: number): string {
    const digits = (nanoCpus / 1e9).toFixed(9);
    return digits.split("0").length - 1 === 9 ? (nanoCpus / 1e9).toFixed(1) : digits.replace(/0+$/, "");
}

function portProperties(ports: NonNullable<InspectedContainer["NetworkSettings"]["Ports"]>): Props[] {
    const keys = Object.keys(ports).sort((a, b) => parseInt(a, 10) - parseInt(b, 10) || (a < b ? -1 : 1));
    return keys.flatMap((key) => {
        const [internal = "0", protocol = "tcp"] = key.split("/");
        return (ports[key] ?? []).map((bound) => ({
            internal: Number(internal),
            external: Number(bound.HostPort),
            ip: bound.HostIp,
            protocol,
        }));
    });
}

function mountProperties(found: z.infer<typeof mount>): Props {
    return {
        target: found.Target,
        source: found.Source ?? "",
        type: found.Type,
        readOnly: found.ReadOnly ?? false,
        bindOptions: found.BindOptions ? { propagation: found.BindOptions.Propagation ?? "" } : null,
        volumeOptions: found.VolumeOptions ? volumeProperties(found.VolumeOptions) : null,
        tmpfsOptions: found.TmpfsOptions
            ? { sizeBytes: found.TmpfsOptions.SizeBytes ?? 0, mode: found.TmpfsOptions.Mode ?? 0 }
            : null,
    };
}

function volumeProperties(options: NonNullable<z.infer<typeof mount>["VolumeOptions"]>): Props {
    return {
        noCopy: options.NoCopy ?? false,
        labels: Object.entries(options.Labels ?? {}).map(([label, value]) => ({ label, value })),
        driverName: options.DriverConfig?.Name ?? "",
        driverOptions: options.DriverConfig?.Options ?? {},
        subpath: options.Subpath ?? "",
    };
}

function healthProperties(health: NonNullable<InspectedContainer["Config"]["Healthcheck"]>): Props {
    return {
        tests: health.Test ?? [],
        interval: formatDuration(health.Interval ?? 0),
        timeout: formatDuration(health.Timeout ?? 0),
        startPeriod: formatDuration(health.StartPeriod ?? 0),
        startInterval: formatDuration(health.StartInterval ?? 0),
        retries: count(health.Retries) ?? 0,
    };
}
