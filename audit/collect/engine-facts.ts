/** The engine's answers, as facts. */
import type { ContainerFacts, EngineFacts, ImageFacts, MountFacts } from "../facts";
import type { Container, Image, Info, Version, VolumeList } from "./engine-schema";

/** Docker trusts these registries without TLS in any configuration. */
const loopback = new Set(["127.0.0.0/8", "::1/128"]);

/** Facts of GET /info and GET /version; undefined: the engine does not answer the latter. */
export function engineFacts(info: Info, version: Version | undefined): EngineFacts {
    const registries = info.RegistryConfig;
    const components = version?.Components.map(({ Name }) => Name) ?? [];
    return {
        version: info.ServerVersion,
        components:
            info.BuildahVersion !== undefined
                ? ["Podman Engine"]
                : components.length > 0
                  ? components
                  : undefined,
        rootDir: info.DockerRootDir,
        securityOptions: info.SecurityOptions,
        storageDriver: info.Driver,
        loggingDriver: info.LoggingDriver,
        liveRestore: info.LiveRestoreEnabled,
        experimental: info.ExperimentalBuild,
        authorizationPlugins: info.Plugins.Authorization,
        insecureRegistries: [
            ...(registries?.InsecureRegistryCIDRs ?? []).filter((range) => !loopback.has(range)),
            ...Object.entries(registries?.IndexConfigs ?? {}).flatMap(([name, { Secure }]) =>
                Secure ? [] : [name],
            ),
        ],
        containerCount: info.Containers,
    };
}

/** Facts of a container that runs. */
export function containerFacts(container: Container, volumes: VolumeList): Omit<ContainerFacts, "sshd"> {
    const { Config, HostConfig, NetworkSettings } = container;
    return {
        id: container.Id,
        name: container.Name.replace(/^\//, ""),
        image: Config.Image,
        imageId: container.Image,
        isDockerBench: Object.entries(Config.Labels).some((label) =>
            // Docker Bench searches by a pattern, in which a dot is any character.
            /docker.bench.security/.test(label.join(":")),
        ),
        user: Config.User,
        privileged: HostConfig.Privileged,
        appArmorProfile: container.AppArmorProfile,
        securityOptions: HostConfig.SecurityOpt,
        addedCapabilities: HostConfig.CapAdd,
        mounts: container.Mounts.map((mount) => mountFacts(mount, volumes)),
        ports: Object.values(NetworkSettings.Ports).flatMap((bindings) =>
            bindings.map(({ HostIp, HostPort }) => ({ address: HostIp, port: Number(HostPort) })),
        ),
        memory: HostConfig.Memory,
        cpuShares: HostConfig.CpuShares,
        nanoCpus: HostConfig.NanoCpus,
        cpuQuota: HostConfig.CpuQuota,
        readOnlyRoot: HostConfig.ReadonlyRootfs,
        restart: {
            policy: HostConfig.RestartPolicy.Name,
            maximumRetries: HostConfig.RestartPolicy.MaximumRetryCount,
        },
        networkMode: HostConfig.NetworkMode,
        pidMode: HostConfig.PidMode,
        ipcMode: HostConfig.IpcMode,
        utsMode: HostConfig.UTSMode,
        userNamespaceMode: HostConfig.UsernsMode,
        deviceCount: HostConfig.Devices.length,
        ulimitCount: HostConfig.Ulimits.length,
        cgroupParent: HostConfig.CgroupParent,
        hasHealthCheck: container.State.Health !== null && container.State.Health !== undefined,
        pidsLimit: HostConfig.PidsLimit ?? undefined,
        networks: Object.values(NetworkSettings.Networks).map(({ NetworkID }) => NetworkID),
    };
}

/** Facts of an image. */
export function imageFacts(
    image: Image,
    history: readonly { CreatedBy: string; Comment: string }[],
): ImageFacts {
    const test = image.Config?.Healthcheck?.Test;
    return {
        id: image.Id,
        tags: image.RepoTags,
        healthCheck: test === undefined ? "absent" : test[0] === "NONE" ? "disabled" : "present",
        history: history.map(({ CreatedBy, Comment }) => ({ createdBy: CreatedBy, comment: Comment })),
    };
}

function mountFacts(mount: Container["Mounts"][number], { Volumes }: VolumeList): MountFacts {
    return {
        type: mount.Type,
        name: mount.Name,
        source: mount.Source,
        destination: mount.Destination,
        driver: mount.Driver,
        mode: mount.Mode,
        writable: mount.RW,
        propagation: mount.Propagation,
        hostPath: mount.Type === "bind" ? mount.Source : boundPath(mount.Name, Volumes),
    };
}

/**
 * A volume of the driver `local` can be a path of the host in disguise: a folder (`--opt o=bind --opt device=/etc`), or
 * a disk (`--opt type=ext4 --opt device=/dev/sda1`). A share's name begins with two slashes.
 */
function boundPath(name: string, volumes: VolumeList["Volumes"]): string | undefined {
    const options = volumes.find((volume) => volume.Name === name && volume.Driver === "local")?.Options;
    const device = options?.["device"] ?? "";
    return /^\/(?!\/)/.test(device) ? device : undefined;
}
