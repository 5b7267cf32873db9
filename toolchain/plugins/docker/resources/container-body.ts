/** The request by which the engine makes a planned container. */
import type { Props } from "../../lib/resource";
import { isObject } from "../../lib/resource";
import { parseDuration } from "../../../../text/duration";
import { count, defined, flag, labelMap, objects, text, textMap, texts } from "./values";

export const mebibyte = 1024 * 1024;
const nanoPerCpu = 1e9;

/** The body of the request that creates a container. */
export function containerBody(planned: Props): Record<string, unknown> {
    const ports = portBindings(planned["ports"]);
    const volumes = volumeBinds(planned["volumes"]);
    return defined({
        Image: String(planned["image"]),
        Hostname: text(planned["hostname"]),
        Domainname: text(planned["domainname"]),
        User: text(planned["user"]),
        WorkingDir: text(planned["workingDir"]),
        Tty: flag(planned["tty"]),
        OpenStdin: flag(planned["stdinOpen"]),
        StopSignal: text(planned["stopSignal"]),
        StopTimeout: count(planned["stopTimeout"]),
        Env: texts(planned["envs"]),
        Cmd: command(planned["command"]),
        Entrypoint: texts(planned["entrypoints"]),
        Labels: labelMap(planned["labels"]),
        ExposedPorts: ports.exposed,
        Volumes: volumes.paths,
        Healthcheck: healthcheck(planned["healthcheck"]),
        HostConfig: defined({
            ...resources(planned),
            ...confinement(planned),
            PublishAllPorts: flag(planned["publishAllPorts"]),
            PortBindings: ports.bindings,
            RestartPolicy: {
                Name: text(planned["restart"]) ?? "",
                MaximumRetryCount: count(planned["maxRetryCount"]) ?? 0,
            },
            AutoRemove: flag(planned["rm"]),
            LogConfig: { Type: text(planned["logDriver"]) ?? "", Config: textMap(planned["logOpts"]) ?? {} },
            Mounts: mounts(planned["mounts"]),
            Binds: volumes.binds,
            VolumesFrom: volumes.from,
            Tmpfs: textMap(planned["tmpfs"]),
            NetworkMode: text(planned["networkMode"]),
            ExtraHosts: listOrNothing(
                objects(planned["hosts"]).map((host) => `${String(host["host"])}:${String(host["ip"])}`),
            ),
            Dns: texts(planned["dns"]),
            DnsOptions: texts(planned["dnsOpts"]),
            DnsSearch: texts(planned["dnsSearches"]),
            StorageOpt: textMap(planned["storageOpts"]),
            Init: flag(planned["init"]),
        }),
    });
}

/** Megabytes as bytes; -1 (no limit) stays. */
export function swapBytes(megabytes: unknown): number | undefined {
    const value = count(megabytes);
    return value === undefined || value < 0 ? value : value * mebibyte;
}

function resources(planned: Props): Record<string, unknown> {
    const cpus = text(planned["cpus"]);
    return {
        Memory: bytes(planned["memory"]),
        MemoryReservation: bytes(planned["memoryReservation"]),
        MemorySwap: swapBytes(planned["memorySwap"]),
        ShmSize: bytes(planned["shmSize"]),
        NanoCpus: cpus === undefined ? undefined : nanoCpus(cpus),
        CpuPeriod: cpus === undefined ? count(planned["cpuPeriod"]) : undefined,
        CpuQuota: cpus === undefined ? count(planned["cpuQuota"]) : undefined,
        CpuShares: count(planned["cpuShares"]),
        CpusetCpus: text(planned["cpuSet"]),
        Ulimits: listOrNothing(
            objects(planned["ulimits"]).map((limit) => ({
                Name: limit["name"],
                Soft: limit["soft"],
                Hard: limit["hard"],
            })),
        ),
        CgroupParent: text(planned["cgroupParent"]),
    };
}

function confinement(planned: Props): Record<string, unknown> {
    const options = texts(planned["securityOpts"]);
    const capabilities = isObject(planned["capabilities"]) ? planned["capabilities"] : {};
    const unconfined = options?.includes("systempaths=unconfined") === true;
    return {
        Privileged: flag(planned["privileged"]),
        ReadonlyRootfs: flag(planned["readOnly"]),
        Runtime: text(planned["runtime"]),
        CapAdd: capabilityNames(capabilities["adds"]),
        CapDrop: capabilityNames(capabilities["drops"]),
        // The engine does not know this option: Docker's clients write the option as two empty lists.
        SecurityOpt: options?.filter((option) => option !== "systempaths=unconfined"),
        MaskedPaths: unconfined ? [] : undefined,
        ReadonlyPaths: unconfined ? [] : undefined,
        UsernsMode: text(planned["usernsMode"]),
        PidMode: text(planned["pidMode"]),
        IpcMode: text(planned["ipcMode"]),
        CgroupnsMode: text(planned["cgroupnsMode"]),
        Sysctls: textMap(planned["sysctls"]),
        GroupAdd: texts(planned["groupAdds"]),
    };
}

/** Capabilities as Docker's clients write them, each once and in order: the engine tells them in the given form. */
function capabilityNames(value: unknown): string[] | undefined {
    const names = texts(value)?.map((given) => {
        const name = given.toUpperCase();
        return name === "ALL" || name.startsWith("CAP_") ? name : `CAP_${name}`;
    });
    return names && [...new Set(names)].sort();
}

function bytes(megabytes: unknown): number | undefined {
    const value = count(megabytes);
    return value === undefined ? undefined : value * mebibyte;
}

function nanoCpus(cpus: string): number {
    const nano = Number(cpus) * nanoPerCpu;
    if (!Number.isFinite(nano) || cpus.trim() === "") {
        throw new Error(`cpus: '${cpus}' is not a number: give a number of CPUs, such as 0.5`);
    }
    if (Math.abs(nano - Math.round(nano)) > 1e-6) {
        throw new Error(`cpus: '${cpus}' is too precise: give at most 9 digits after the point`);
    }
    return Math.round(nano);
}

function command(value: unknown): string[] | undefined {
    const words = texts(value);
    if (words?.includes("") === true) {
        throw new Error("command: an empty string is among its words: leave it out");
    }
    return words;
}

function listOrNothing<T>(list: T[]): T[] | undefined {
    return list.length > 0 ? list : undefined;
}

function healthcheck(value: unknown): Record<string, unknown> | undefined {
    if (!isObject(value)) {
        return undefined;
    }
    const nanoseconds = (duration: unknown): number => Number(parseDuration(text(duration) ?? "0s") ?? 0n);
    return defined({
        Test: texts(value["tests"]),
        Interval: nanoseconds(value["interval"]),
        Timeout: nanoseconds(value["timeout"]),
        StartPeriod: nanoseconds(value["startPeriod"]),
        StartInterval: nanoseconds(value["startInterval"]) || undefined,
        Retries: count(value["retries"]) ?? 0,
    });
}

interface Ports {
    exposed: Record<string, object> | undefined;
    bindings: Record<string, { HostIp: string; HostPort: string }[]> | undefined;
}

function portBindings(value: unknown): Ports {
    const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
    for (const port of objects(value)) {
        const key = `${String(port["internal"])}/${text(port["protocol"]) ?? "tcp"}`;
        // Port 0 asks the engine for a free one.
        const binding = { HostIp: text(port["ip"]) ?? "", HostPort: String(count(port["external"]) ?? 0) };
        bindings[key] = [...(bindings[key] ?? []), binding];
    }
    if (Object.keys(bindings).length === 0) {
        return { exposed: undefined, bindings: undefined };
    }
    return { exposed: Object.fromEntries(Object.keys(bindings).map((key) => [key, {}])), bindings };
}

interface Volumes {
    paths: Record<string, object> | undefined;
    binds: string[] | undefined;
    from: string[] | undefined;
}

function volumeBinds(value: unknown): Volumes {
    const paths: Record<string, object> = {};
    const binds: string[] = [];
    const from: string[] = [];
    for (const volume of objects(value)) {
        const [container, path] = [text(volume["fromContainer"]), text(volume["containerPath"])];
        if ((container === undefined) === (path === undefined)) {
            throw new Error("volumes: an entry has to have containerPath or fromContainer, and not both");
        }
        const source = text(volume["hostPath"]) ?? text(volume["volumeName"]);
        if (path === undefined) {
            from.push(container ?? "");
            continue;
        }
        paths[path] = {};
        if (source !== undefined) {
            const mode = [flag(volume["readOnly"]) ? "ro" : "rw", text(volume["selinuxRelabel"])];
            binds.push(`${source}:${path}:${mode.filter((item) => item !== undefined).join(",")}`);
        }
    }
    return {
        paths: Object.keys(paths).length > 0 ? paths : undefined,
        binds: listOrNothing(binds),
        from: listOrNothing(from),
    };
}

function mounts(value: unknown): Record<string, unknown>[] {
    return objects(value).map((mount) => {
        const type = String(mount["type"]);
        const options = mount[`${type}Options`];
        const given = isObject(options) ? options : undefined;
        return defined({
            Type: type,
            Target: String(mount["target"]),
            Source: text(mount["source"]) ?? "",
            ReadOnly: flag(mount["readOnly"]) || undefined,
            BindOptions: type === "bind" && given ? bindOptions(given) : undefined,
            VolumeOptions: type === "volume" && given ? volumeOptions(given) : undefined,
            TmpfsOptions: type === "tmpfs" && given ? tmpfsOptions(given) : undefined,
        });
    });
}

function bindOptions(options: Props): Record<string, unknown> {
    return defined({ Propagation: text(options["propagation"]) });
}

function volumeOptions(options: Props): Record<string, unknown> {
    return defined({
        NoCopy: flag(options["noCopy"]) || undefined,
        Labels: labelMap(options["labels"]),
        DriverConfig: defined({
            Name: text(options["driverName"]),
            Options: textMap(options["driverOptions"]),
        }),
        Subpath: text(options["subpath"]),
    });
}

function tmpfsOptions(options: Props): Record<string, unknown> {
    return defined({ SizeBytes: count(options["sizeBytes"]), Mode: count(options["mode"]) });
}
