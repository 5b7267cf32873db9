/** The engine API's answers, as far as the audit reads them. Go's null is an empty list, an empty text or 0. */
import { z } from "zod";

const text = z
    .string()
    .nullish()
    .transform((value) => value ?? "");
const amount = z
    .number()
    .nullish()
    .transform((value) => value ?? 0);
const flag = z
    .boolean()
    .nullish()
    .transform((value) => value ?? false);

function list<T extends z.ZodType>(type: T) {
    return z
        .array(type)
        .nullish()
        .transform((value) => value ?? []);
}

function map<T extends z.ZodType>(type: T) {
    return z
        .record(z.string(), type)
        .nullish()
        .transform((value) => value ?? {});
}

/** GET /info */
export const infoSchema = z.object({
    ServerVersion: z.string(),
    /** Only Podman's answer has this key. */
    BuildahVersion: z.string().optional(),
    DockerRootDir: z.string().min(1),
    SecurityOptions: list(z.string()),
    Driver: z.string(),
    LoggingDriver: z.string(),
    LiveRestoreEnabled: z.boolean(),
    ExperimentalBuild: flag,
    Containers: z.number(),
    Plugins: z.object({ Authorization: list(z.string()) }),
    RegistryConfig: z
        .object({
            InsecureRegistryCIDRs: list(z.string()),
            IndexConfigs: map(z.object({ Secure: z.boolean() })),
        })
        .nullish(),
    Swarm: z.object({ LocalNodeState: z.string(), ControlAvailable: flag }),
});

/** GET /version */
export const versionSchema = z.object({ Components: list(z.object({ Name: z.string() })) });

/** GET /containers/json?all=1 */
export const containerListSchema = z.array(
    z.object({
        Id: z.string(),
        Names: list(z.string()),
        Image: text,
        ImageID: z.string(),
        State: z.string(),
        Labels: map(z.string()),
    }),
);

/** Durations in nanoseconds. */
const healthCheck = z
    .object({
        Test: list(z.string()),
        Interval: amount,
        Timeout: amount,
        StartPeriod: amount,
        Retries: amount,
    })
    .nullish();

const mount = z.object({
    Type: text,
    Name: text,
    Source: text,
    Destination: text,
    Driver: text,
    Mode: text,
    RW: flag,
    Propagation: text,
});

/** GET /containers/ID/json */
export const containerSchema = z.object({
    Id: z.string(),
    Name: z.string(),
    AppArmorProfile: text,
    State: z.object({
        Status: text,
        Running: z.boolean(),
        Restarting: flag,
        Health: z.object({ Status: text }).nullish(),
    }),
    Image: text,
    Config: z.object({
        User: text,
        Image: text,
        Labels: map(z.string()),
        Env: list(z.string()),
        Entrypoint: list(z.string()),
        Cmd: list(z.string()),
        Healthcheck: healthCheck,
    }),
    HostConfig: z.object({
        Privileged: flag,
        SecurityOpt: list(z.string()),
        CapAdd: list(z.string()),
        CapDrop: list(z.string()),
        MaskedPaths: list(z.string()),
        ReadonlyPaths: list(z.string()),
        Memory: amount,
        MemorySwap: amount,
        CpuShares: amount,
        NanoCpus: amount,
        CpuQuota: amount,
        ReadonlyRootfs: flag,
        RestartPolicy: z.object({ Name: text, MaximumRetryCount: amount }),
        NetworkMode: text,
        PidMode: text,
        IpcMode: text,
        UTSMode: text,
        UsernsMode: text,
        Devices: list(z.unknown()),
        DeviceRequests: list(z.unknown()),
        DeviceCgroupRules: list(z.string()),
        Ulimits: list(z.unknown()),
        CgroupParent: text,
        PidsLimit: z.number().nullish(),
        PortBindings: map(list(z.object({ HostIp: text, HostPort: text }))),
        PublishAllPorts: flag,
        Mounts: list(z.object({ Type: text, Source: text, Target: text, ReadOnly: flag })),
        Binds: list(z.string()),
        VolumesFrom: list(z.string()),
        Tmpfs: map(z.string()),
        GroupAdd: list(z.string()),
        Sysctls: map(z.string()),
        ExtraHosts: list(z.string()),
        Dns: list(z.string()),
    }),
    Mounts: list(mount),
    NetworkSettings: z.object({
        Ports: map(list(z.object({ HostIp: text, HostPort: z.string() }))),
        Networks: map(z.object({ NetworkID: text, Aliases: list(z.string()) })),
    }),
});

/** GET /images/json */
export const imageListSchema = z.array(z.object({ Id: z.string(), RepoTags: list(z.string()) }));

/** GET /images/ID/json */
export const imageSchema = z.object({
    Id: z.string(),
    RepoTags: list(z.string()),
    Config: z
        .object({
            Healthcheck: healthCheck,
            Env: list(z.string()),
            Entrypoint: list(z.string()),
            Cmd: list(z.string()),
        })
        .nullish(),
});

/** GET /images/ID/history */
export const historySchema = z.array(z.object({ CreatedBy: text, Comment: text }));

/** GET /networks */
export const networkListSchema = z.array(
    z.object({
        Id: z.string(),
        Name: z.string(),
        Driver: z.string(),
        Scope: z.string(),
        Internal: flag,
        Options: map(z.string()),
    }),
);

/** GET /volumes */
export const volumeListSchema = z.object({
    Volumes: list(z.object({ Name: z.string(), Driver: text, Options: map(z.string()) })),
});

/** GET /nodes */
export const nodeListSchema = z.array(z.object({ ManagerStatus: z.object({ Leader: flag }).nullish() }));

/** GET /secrets */
export const secretListSchema = z.array(z.object({ ID: z.string() })).nullable();

/** GET /swarm */
export const swarmSchema = z.object({
    Spec: z.object({
        EncryptionConfig: z.object({ AutoLockManagers: flag }).nullish(),
        CAConfig: z.object({ NodeCertExpiry: z.number().optional() }).nullish(),
    }),
});

export type ContainerList = z.infer<typeof containerListSchema>;
export type Container = z.infer<typeof containerSchema>;
export type Image = z.infer<typeof imageSchema>;
export type Version = z.infer<typeof versionSchema>;
export type Info = z.infer<typeof infoSchema>;
export type VolumeList = z.infer<typeof volumeListSchema>;
