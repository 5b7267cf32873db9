/** The engine's answers, as a declaration can speak of them. */
import type { ContainerSettings } from "../../declaration/container-settings";
import type { ImageDefaults, LiveContainer } from "../drift/live";
import type { Container, ContainerList, Image } from "./engine-schema";

/** A container that was inspected. */
export function liveContainer(container: Container): LiveContainer {
    return {
        id: container.Id,
        name: container.Name.replace(/^\//, ""),
        image: container.Config.Image,
        state: container.State.Status,
        isLabelled: isLabelled(container.Config.Labels),
        settings: containerSettings(container),
    };
}

/** A container that does not run, as the engine's list of containers has it. */
export function listedContainer({ Id, Names, Image, State, Labels }: ContainerList[number]): LiveContainer {
    return {
        id: Id,
        name: (Names[0] ?? Id).replace(/^\//, ""),
        image: Image,
        state: State,
        isLabelled: isLabelled(Labels),
        settings: undefined,
    };
}

/** The values that a container takes from its image by default. */
export function imageDefaults({ Config }: Image): ImageDefaults {
    return {
        envs: environment(Config?.Env ?? []),
        entrypoints: Config?.Entrypoint ?? [],
        command: Config?.Cmd ?? [],
    };
}

function isLabelled(labels: Readonly<Record<string, string>>): boolean {
    return Object.keys(labels).some((name) => name.startsWith("portcullis."));
}

/** A container's settings; a value that the engine fills in by itself counts as not set. */
function containerSettings(container: Container): ContainerSettings {
    const { Config, HostConfig } = container;
    const seconds = (nanoseconds: number): number => nanoseconds / 1e9;
    const health = Config.Healthcheck;
    return {
        state: container.State.Status,
        image: container.Image,
        user: Config.User,
        readOnly: HostConfig.ReadonlyRootfs,
        privileged: HostConfig.Privileged,
        capabilities: { adds: sorted(HostConfig.CapAdd), drops: sorted(HostConfig.CapDrop) },
        securityOpts: sorted(HostConfig.SecurityOpt),
        maskedPaths: HostConfig.MaskedPaths.length > 0 && HostConfig.ReadonlyPaths.length > 0,
        memory: HostConfig.Memory,
        memorySwap: HostConfig.MemorySwap,
        cpus: HostConfig.NanoCpus / 1e9,
        cpuShares: HostConfig.CpuShares,
        pidsLimit: Math.max(HostConfig.PidsLimit ?? 0, 0),
        restart: restart(HostConfig.RestartPolicy),
        networksAdvanced: Object.fromEntries(
            Object.entries(container.NetworkSettings.Networks).map(([network, { Aliases }]) => [
                network,
                // Engines before 25 add the container's id to the aliases that the container was given.
                sorted(Aliases.filter((alias) => alias !== container.Id.slice(0, 12))),
            ]),
        ),
        ports: sorted(
            Object.entries(HostConfig.PortBindings).flatMap(([port, bindings]) =>
                bindings.map(({ HostIp, HostPort }) => `${HostIp}:${HostPort}->${port}`),
            ),
        ),
        publishAllPorts: HostConfig.PublishAllPorts,
        mounts: sorted([
            ...HostConfig.Mounts.map(
                ({ Type, Source, Target, ReadOnly }) =>
                    `${Type} ${Source} -> ${Target}${ReadOnly ? " (read-only)" : ""}`,
            ),
            ...HostConfig.Binds.map((bind) => `bind ${bind}`),
            ...HostConfig.VolumesFrom.map((name) => `volumes from ${name}`),
        ]),
        tmpfs: HostConfig.Tmpfs,
        healthcheck: {
            tests: health?.Test ?? [],
            interval: seconds(health?.Interval ?? 0),
            timeout: seconds(health?.Timeout ?? 0),
            startPeriod: seconds(health?.StartPeriod ?? 0),
            retries: health?.Retries ?? 0,
        },
        envs: environment(Config.Env),
        entrypoints: Config.Entrypoint,
        command: Config.Cmd,
        labels: Config.Labels,
        usernsMode: HostConfig.UsernsMode,
        pidMode: HostConfig.PidMode,
        // A shareable namespace is the container's own too; an engine setting chooses between private and shareable.
        ipcMode: ["private", "shareable"].includes(HostConfig.IpcMode) ? "" : HostConfig.IpcMode,
        utsMode: HostConfig.UTSMode,
        devices: sorted([
            ...HostConfig.Devices.map((device) => JSON.stringify(device)),
            ...HostConfig.DeviceRequests.map((device) => JSON.stringify(device)),
            ...HostConfig.DeviceCgroupRules,
        ]),
        groupAdds: sorted(HostConfig.GroupAdd),
        sysctls: HostConfig.Sysctls,
        hosts: sorted(HostConfig.ExtraHosts),
        dns: HostConfig.Dns,
    };
}

function sorted(list: readonly string[]): string[] {
    return [...list].sort();
}

/** `on-failure:5`; no number where there is no limit. */
function restart({ Name, MaximumRetryCount }: Container["HostConfig"]["RestartPolicy"]): string {
    const name = Name === "" ? "no" : Name;
    return MaximumRetryCount === 0 ? name : `${name}:${MaximumRetryCount}`;
}

function environment(lines: readonly string[]): Record<string, string> {
    return Object.fromEntries(
        lines.map((line) => {
            const end = line.indexOf("=");
            return end === -1 ? [line, ""] : [line.slice(0, end), line.slice(end + 1)];
        }),
    );
}
