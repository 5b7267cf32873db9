/** A declaration with an item of each kind, and a host that is as declared. */
import { certificateFacts } from "../../../../audit/drift/compare/certificate";
import type { Declaration, DeclaredItem } from "../../../../declaration";
import type { LiveContainer, LiveFiles, LiveHost, LivePath } from "../../../../audit/drift/live";
import type { ContainerSettings } from "../../../../declaration/container-settings";
import { sampleCertificate } from "../../../support/host";

const urn = (name: string): string => `urn:pulumi:dev::portcullis::a:b$c:d:E::${name}`;

const digest = "ab".repeat(32);

export const settings: ContainerSettings = {
    state: "running",
    image: "sha256:1",
    user: "1000:1000",
    readOnly: true,
    privileged: false,
    capabilities: { adds: [], drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    maskedPaths: true,
    memory: 1 << 28,
    memorySwap: 1 << 28,
    cpus: 1,
    cpuShares: 0,
    pidsLimit: 128,
    restart: "unless-stopped",
    networksAdvanced: { "p-scan": ["registry.internal"] },
    ports: ["192.0.2.10:5000->5000/tcp"],
    publishAllPorts: false,
    mounts: ["bind /etc/p/a.crt -> /tls/a.crt (read-only)"],
    tmpfs: { "/tmp": "rw,noexec" },
    healthcheck: { tests: ["CMD", "true"], interval: 10, timeout: 5, startPeriod: 30, retries: 5 },
    envs: { MODE: "a" },
    entrypoints: null,
    command: null,
    labels: { "portcullis.role": "registry" },
    usernsMode: "",
    pidMode: "",
    ipcMode: "",
    utsMode: "",
    devices: [],
    groupAdds: [],
    sysctls: {},
    hosts: [],
    dns: [],
};

export const certificatePath = "/etc/p/a.crt";
const certificate = certificateFacts(sampleCertificate);

const items: DeclaredItem[] = [
    {
        kind: "daemon",
        resource: urn("daemon"),
        path: "/etc/docker/daemon.json",
        settings: {
            icc: false,
            "default-ulimits": { nproc: { Name: "nproc", Hard: 2 } },
            dns: ["192.0.2.1"],
        },
    },
    {
        kind: "engine",
        resource: urn("daemon"),
        rootDir: "/var/lib/docker/1.1",
        loggingDriver: "local",
        liveRestore: true,
    },
    {
        kind: "idRange",
        resource: urn("daemon"),
        path: "/etc/subuid",
        user: "dockremap",
        first: 100000,
        count: 65536,
    },
    {
        kind: "auditRules",
        resource: urn("rules"),
        path: "/etc/audit/p.rules",
        rules: ["-w /a", "-w /b"],
        count: 1,
    },
    {
        kind: "file",
        resource: urn("key"),
        path: "/etc/p/a.key",
        uid: 101000,
        gid: 101000,
        mode: "0400",
        sha256: digest,
    },
    { kind: "file", resource: urn("certificate"), path: certificatePath, uid: 0, gid: 0, mode: "0444" },
    { kind: "folder", resource: urn("key"), path: "/etc/p" },
    { kind: "absent", resource: urn("key"), path: "/etc/p.d" },
    {
        kind: "certificate",
        resource: urn("certificate"),
        issued: urn("leaf"),
        path: certificatePath,
        ...certificate,
        renewalDays: 30,
    },
    {
        kind: "container",
        resource: urn("registry"),
        name: "p-registry",
        settings,
        settingResources: { pidsLimit: urn("registry-pids") },
    },
    { kind: "network", resource: urn("scan"), name: "p-scan", driver: "bridge", internal: true },
    { kind: "volume", resource: urn("data"), name: "p-data", driver: "local", options: {} },
];

export const declaration: Declaration = { format: 1, stack: "dev", prefix: "p", items };

const file = (change: Partial<LivePath>): LivePath => ({
    type: "file",
    uid: 0,
    gid: 0,
    mode: "0444",
    sha256: digest,
    ...change,
});

export const container: LiveContainer = {
    id: "c".repeat(64),
    name: "p-registry",
    image: "sha256:1",
    state: "running",
    isLabelled: true,
    settings: {
        ...settings,
        entrypoints: ["registry"],
        command: ["serve"],
        envs: { MODE: "a", PATH: "/bin" },
        labels: { ...settings.labels, "org.example.title": "registry" },
    },
};

/** Another container of the host, nobody's business. */
export const stranger: LiveContainer = {
    ...container,
    id: "d".repeat(64),
    name: "somebody",
    isLabelled: false,
    settings: { ...settings, networksAdvanced: { bridge: [] } },
};

export const files: LiveFiles = {
    paths: new Map([
        ["/etc/p/a.key", file({ uid: 101000, gid: 101000, mode: "0400" })],
        [certificatePath, file({})],
        ["/etc/p", file({ type: "directory", mode: "0755", sha256: undefined })],
    ]),
    contents: new Map([
        [certificatePath, sampleCertificate],
        ["/etc/audit/p.rules", "# a comment\n-w /a\n"],
    ]),
    entries: ["/etc/p/a.key", certificatePath],
    ranges: { "/etc/subuid": ["me:1:65536", "dockremap:100000:65536"], "/etc/subgid": [] },
    users: new Set(["dockremap"]),
};

export const live: LiveHost = {
    daemonConfig:
        '{"dns": ["192.0.2.1"], "default-ulimits": {"nproc": {"Hard": 2, "Name": "nproc"}}, "icc": false}',
    files,
    engine: {
        rootDir: "/var/lib/docker/1.1",
        loggingDriver: "local",
        liveRestore: true,
        containers: [container, stranger],
        images: new Map([
            ["sha256:1", { envs: { PATH: "/bin" }, entrypoints: ["registry"], command: ["serve"] }],
        ]),
        networks: [
            { name: "bridge", driver: "bridge", internal: false },
            { name: "p-scan", driver: "bridge", internal: true },
        ],
        volumes: [{ name: "p-data", driver: "local", options: {} }],
    },
};

/** The host with some of its files otherwise. */
export function withFiles(change: Partial<LiveFiles>): LiveHost {
    return { ...live, files: { ...files, ...change } };
}

/** The host with one path otherwise. */
export function withPath(path: string, change: Partial<LivePath> | undefined): LiveHost {
    const now = change === undefined ? undefined : file({ ...files.paths.get(path), ...change });
    return withFiles({ paths: new Map([...files.paths, [path, now]]) });
}

/** The host with its engine otherwise. */
export function withEngine(change: Partial<LiveHost["engine"]>): LiveHost {
    return { ...live, engine: { ...live.engine, ...change } };
}

/** The host with one container otherwise. */
export function withContainer(change: Partial<ContainerSettings>): LiveHost {
    const changed = { ...container, settings: { ...(container.settings ?? settings), ...change } };
    return withEngine({ containers: [changed, stranger] });
}
