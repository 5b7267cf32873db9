/** The settings of a container that are declared and compared. Declaration and host both give all of these settings. */
import { z } from "zod";

const words = z.array(z.string());

/** Keys are the inputs of Pulumi's docker.Container, where it has one. Lists whose order says nothing are sorted. */
export const containerSettingsSchema = z.strictObject({
    /** `running`, `exited` … */
    state: z.string(),
    /** `sha256:…` of the image's configuration. */
    image: z.string(),
    user: z.string(),
    readOnly: z.boolean(),
    privileged: z.boolean(),
    capabilities: z.strictObject({ adds: words, drops: words }),
    securityOpts: words,
    /** Whether the engine hides the kernel's paths from the container (`/proc/kcore` …). */
    maskedPaths: z.boolean(),
    /** Bytes. */
    memory: z.number(),
    /** Bytes, memory included. */
    memorySwap: z.number(),
    cpus: z.number(),
    /** 0: the engine's default. */
    cpuShares: z.number(),
    /** 0: no limit. */
    pidsLimit: z.number(),
    /** `unless-stopped`, `on-failure:5` … */
    restart: z.string(),
    /** Network → the names that the container has there. */
    networksAdvanced: z.record(z.string(), words),
    /** `192.0.2.10:5000->5000/tcp` */
    ports: words,
    publishAllPorts: z.boolean(),
    /** `bind /etc/a -> /a (read-only)` */
    mounts: words,
    /** Folder → mount options. */
    tmpfs: z.record(z.string(), z.string()),
    healthcheck: z.strictObject({
        tests: words,
        /** Seconds, as the others. */
        interval: z.number(),
        timeout: z.number(),
        startPeriod: z.number(),
        retries: z.number(),
    }),
    /** The container's own variables; those of the image are not declared. */
    envs: z.record(z.string(), z.string()),
    /** The entry point; null: the image's. */
    entrypoints: words.nullable(),
    /** The command; null: the image's, or none where there are entrypoints. */
    command: words.nullable(),
    labels: z.record(z.string(), z.string()),
    /** Empty: the container's own namespace; the next modes are alike. */
    usernsMode: z.string(),
    pidMode: z.string(),
    ipcMode: z.string(),
    utsMode: z.string(),
    /** Devices of the host, and rules for them. */
    devices: words,
    groupAdds: words,
    sysctls: z.record(z.string(), z.string()),
    /** Names that are resolved to given addresses. */
    hosts: words,
    dns: words,
});

export type ContainerSettings = z.infer<typeof containerSettingsSchema>;
