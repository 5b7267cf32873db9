/** What both docker plugins are asked, to see whether they answer alike. */
import type { Wire } from "../lib/driver";

/** A value that is not known yet, on the wire. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** Takes a property out of the inputs. */
const unset = null;

/** One resource: made, looked at, compared with changed inputs, updated, removed. */
export interface Scenario {
    label: string;
    type: string;
    inputs: Wire;
    /** Changes of inputs that are only compared with the state. */
    changes?: Wire[];
    /** Changes of inputs that are carried out, one after the other; each counts from the first inputs. */
    updates?: Wire[];
}

export const container = "docker:index/container:Container";
export const network = "docker:index/network:Network";
export const volume = "docker:index/volume:Volume";
const image = "docker:index/remoteImage:RemoteImage";

/** The image that all scenarios use; see tiny-image.ts. */
export const tiny = "portcullis-tiny:1";
/** The same with all that an image can say of its containers; see tiny-image.ts. */
export const talkative = "portcullis-tiny:2";
/** Networks and a volume that are there before. */
export const fixtures = { networks: ["ptc-fix1", "ptc-fix2"], volume: "ptc-fix" };

const dataMount = { target: "/data", source: fixtures.volume, type: "volume" };
const memoryMount = { target: "/x", type: "tmpfs", tmpfsOptions: { sizeBytes: 1048576, mode: 448 } };
const bindMount = {
    target: "/etc2",
    source: "/etc",
    type: "bind",
    readOnly: true,
    bindOptions: { propagation: "rprivate" },
};
const healthcheck = {
    tests: ["CMD", "/true"],
    interval: "10s",
    timeout: "3s",
    startPeriod: "1m30s",
    retries: 3,
};
const tcpPort = { internal: 80, external: 28080, ip: "127.0.0.1" };
const udpPort = { internal: 53, protocol: "udp", external: 28053, ip: "127.0.0.1" };

/** A container with every confinement and limit that the program sets. */
export const hardened: Wire = {
    image: tiny,
    name: "ptc-hardened",
    hostname: "hh",
    user: "1000:1000",
    readOnly: true,
    command: ["/pause"],
    capabilities: { drops: ["ALL"], adds: ["CAP_CHOWN"] },
    securityOpts: ["no-new-privileges"],
    memory: 64,
    memorySwap: 64,
    cpuShares: 512,
    cpus: "0.5",
    shmSize: 16,
    restart: "on-failure",
    maxRetryCount: 5,
    healthcheck,
    labels: [
        { label: "b", value: "2" },
        { label: "a", value: "1" },
    ],
    envs: ["Z=1", "A=2"],
    tmpfs: { "/tmp": "rw,size=65536k" },
    ulimits: [
        { name: "nofile", soft: 64, hard: 128 },
        { name: "core", soft: 0, hard: 0 },
    ],
    hosts: [{ host: "x.test", ip: "10.1.2.3" }],
    dns: ["10.0.0.9", "10.0.0.8"],
    logDriver: "json-file",
    logOpts: { "max-size": "1m" },
    stopTimeout: 3,
    stopSignal: "SIGTERM",
    init: true,
    mounts: [dataMount, memoryMount, bindMount],
    ports: [udpPort, tcpPort],
    groupAdds: ["100"],
    sysctls: { "net.ipv4.ip_unprivileged_port_start": "0" },
    workingDir: "/data",
    ipcMode: "private",
    destroyGraceSeconds: 1,
};

export const scenarios: Scenario[] = [
    {
        label: "a network with everything",
        type: network,
        inputs: {
            name: "ptc-net",
            driver: "bridge",
            internal: true,
            attachable: true,
            labels: [
                { label: "b", value: "1" },
                { label: "a", value: "2" },
            ],
            options: { "com.docker.network.bridge.name": "ptcbr0" },
            ipamConfigs: [{ subnet: "10.99.1.0/24", gateway: "10.99.1.1" }],
        },
        changes: [
            { ipamConfigs: [{ subnet: "10.99.2.0/24" }] },
            { ipamConfigs: unset },
            { internal: false },
            { options: { "com.docker.network.bridge.name": "ptcbr1" } },
            { options: unset },
            {
                labels: [
                    { label: "a", value: "2" },
                    { label: "b", value: "1" },
                ],
            },
            {
                labels: [
                    { label: "a", value: "3" },
                    { label: "b", value: "1" },
                ],
            },
            { labels: unset },
            { name: "ptc-other" },
            { driver: unknown },
        ],
    },
    {
        label: "a network with a name alone",
        type: network,
        inputs: { name: "ptc-net" },
        changes: [{ internal: true }],
    },
    {
        label: "a volume with everything",
        type: volume,
        inputs: {
            name: "ptc-vol",
            driver: "local",
            labels: [{ label: "z", value: "1" }],
            driverOpts: { type: "tmpfs", device: "tmpfs", o: "size=1m" },
        },
        changes: [
            { driverOpts: { type: "tmpfs", device: "tmpfs", o: "size=2m" } },
            { driverOpts: unset },
            { labels: unset },
            { name: "ptc-other" },
        ],
    },
    {
        label: "an image that is there",
        type: image,
        inputs: { name: tiny, keepLocally: true },
        changes: [
            { keepLocally: false },
            { pullTriggers: ["x"] },
            { name: "other:1" },
            { platform: "linux/amd64" },
        ],
        updates: [{ forceRemove: true }],
    },
    {
        label: "a container with an image alone",
        type: container,
        inputs: { image: tiny, name: "ptc-plain" },
        changes: [
            { image: unknown },
            { restart: "always" },
            { labels: [{ label: "x", value: "y" }] },
            { labels: unknown },
            { envs: ["A=1"] },
            { envs: [unknown] },
            { command: ["a"] },
            { command: [] },
            { ports: [{ internal: 1 }] },
            { mustRun: false },
            { privileged: false },
            { user: "1" },
            { networksAdvanced: [{ name: unknown }] },
            { capabilities: { drops: ["ALL"] } },
            { tmpfs: { "/a": "" } },
            { cpuShares: 0 },
            { dns: [] },
            { networkMode: "none" },
            { hostname: "" },
        ],
        updates: [{ memory: 64, memorySwap: 64 }, { restart: "always" }, { cpuShares: 100 }],
    },
    {
        label: "a hardened container",
        type: container,
        inputs: hardened,
        changes: [
            { capabilities: { drops: ["ALL"] } },
            { capabilities: unset },
            { securityOpts: unset },
            { securityOpts: ["no-new-privileges", "seccomp=unconfined"] },
            { healthcheck: { ...healthcheck, retries: 4 } },
            { healthcheck: unset },
            { labels: [{ label: "a", value: "1" }] },
            { envs: ["A=2", "Z=1"] },
            { envs: ["Z=1", "A=3"] },
            { tmpfs: { "/tmp": "rw,size=1k" } },
            { tmpfs: unset },
            { command: unset },
            { ulimits: unset },
            { dns: ["10.0.0.9"] },
            { logOpts: unset },
            { stopTimeout: 9 },
            { init: false },
            { mounts: [memoryMount, bindMount, dataMount] },
            { mounts: [dataMount] },
            { mounts: [{ ...dataMount, readOnly: true }, memoryMount, bindMount] },
            { mounts: unknown },
            { ports: [tcpPort, udpPort] },
            { ports: [udpPort] },
            { ports: [udpPort, { ...tcpPort, external: 28081 }] },
            { workingDir: unset },
            { user: unset },
            { readOnly: unset },
            { memory: unset },
            { memorySwap: unset },
            { cpus: "1.0" },
            { restart: unset, maxRetryCount: unset },
            { image: "other:1" },
        ],
        updates: [
            { memory: 128, memorySwap: 128 },
            { cpuShares: unset },
            { maxRetryCount: unset, restart: "always" },
            { tmpfs: unset },
        ],
    },
    {
        label: "a container on networks, with volumes",
        type: container,
        inputs: {
            image: tiny,
            name: "ptc-nets",
            networksAdvanced: [
                { name: fixtures.networks[0], aliases: ["b", "a"], ipv4Address: "10.98.0.9" },
                { name: fixtures.networks[1] },
            ],
            volumes: [
                { volumeName: fixtures.volume, containerPath: "/v" },
                { hostPath: "/etc", containerPath: "/h", readOnly: true },
                { containerPath: "/anon" },
            ],
        },
        changes: [
            { networksAdvanced: [{ name: fixtures.networks[1] }] },
            {
                networksAdvanced: [
                    { name: fixtures.networks[1] },
                    { name: fixtures.networks[0], aliases: ["c"] },
                ],
            },
            { volumes: unset },
        ],
    },
    {
        label: "a container that ends",
        type: container,
        inputs: {
            image: tiny,
            name: "ptc-ends",
            command: ["/hello"],
            mustRun: false,
            attach: true,
            logs: true,
        },
        changes: [{ mustRun: true }],
    },
    {
        label: "a container that ought to run",
        type: container,
        inputs: { image: tiny, name: "ptc-stopped", command: ["/true"], attach: true },
    },
    {
        label: "a container that becomes healthy",
        type: container,
        inputs: {
            image: tiny,
            name: "ptc-healthy",
            wait: true,
            healthcheck: { tests: ["CMD", "/true"], interval: "1s" },
        },
    },
];
