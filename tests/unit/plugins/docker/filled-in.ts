/**
 * What both docker plugins are asked on an engine that fills in whatever daemon.json can set, to see what they tell of
 * it at each reading. The engines of Debian 12 (20.10) and 13 (26.1) take these settings.
 */
import type { Wire } from "../lib/driver";
import { type Scenario, container, fixtures, hardened, network, talkative, tiny, volume } from "./scenarios";

/** daemon.json: what both engines know and what shows, or might show, in containers and networks. */
export const engineDefaults = {
    "log-driver": "json-file",
    "log-opts": { "max-size": "10m", "max-file": "3", labels: "tier" },
    "default-ulimits": {
        nofile: { Name: "nofile", Soft: 1024, Hard: 2048 },
        nproc: { Name: "nproc", Soft: 512, Hard: 512 },
    },
    "default-shm-size": "32M",
    "default-ipc-mode": "shareable",
    "default-cgroupns-mode": "private",
    "default-address-pools": [{ base: "172.28.0.0/16", size: 24 }],
    "no-new-privileges": true,
    "live-restore": true,
    "userland-proxy": false,
    "shutdown-timeout": 20,
    dns: ["10.0.0.53"],
    "dns-opts": ["ndots:2"],
    "dns-search": ["example.test"],
    init: true,
    ip: "127.0.0.1",
    labels: ["tier=test"],
    mtu: 1400,
    "node-generic-resources": ["widget=1"],
    "userns-remap": "default",
};

/** A container with a part of what the engine would fill in: the engine adds the rest. */
const partial: Wire = {
    image: tiny,
    name: "ptc-partial",
    logOpts: { "max-size": "1m" },
    ulimits: [{ name: "core", soft: 0, hard: 0 }],
    dns: ["10.0.0.9"],
    securityOpts: ["no-new-privileges"],
    capabilities: { drops: ["NET_RAW", "MKNOD"] },
};

export const filledIn: Scenario[] = [
    {
        label: "a container that leaves all to the engine",
        type: container,
        inputs: { image: tiny, name: "ptc-plain" },
        changes: [
            { logOpts: { "max-size": "1m" } },
            { logOpts: {} },
            { logDriver: "json-file" },
            { logDriver: "local" },
            { ulimits: [{ name: "nofile", soft: 1024, hard: 2048 }] },
            { dns: ["10.0.0.53"] },
            { shmSize: 32 },
            { ipcMode: "private" },
            { init: false },
            { init: true },
            { securityOpts: ["no-new-privileges"] },
            { runtime: "runc" },
            { networkMode: "default" },
        ],
        updates: [{ memory: 64, memorySwap: 64 }],
    },
    {
        label: "a container that has a part of what the engine fills in",
        type: container,
        inputs: partial,
        changes: [{ logOpts: { "max-size": "1m", "max-file": "3", labels: "tier" } }, { logOpts: {} }],
    },
    {
        label: "a container whose lists and maps are empty",
        type: container,
        inputs: {
            image: tiny,
            name: "ptc-empty",
            logOpts: {},
            ulimits: [],
            dns: [],
            dnsOpts: [],
            dnsSearches: [],
            securityOpts: [],
            capabilities: { adds: [], drops: [] },
            sysctls: {},
            tmpfs: {},
            storageOpts: {},
            groupAdds: [],
            envs: [],
            labels: [],
            mounts: [],
            ports: [],
            hosts: [],
            hostname: "",
            logDriver: "",
            ipcMode: "",
            shmSize: 0,
            usernsMode: "",
            init: false,
        },
    },
    {
        label: "a container with another log driver than the engine's",
        type: container,
        inputs: { image: tiny, name: "ptc-driver", logDriver: "local", pidMode: "host", usernsMode: "host" },
        changes: [{ logDriver: "json-file" }, { pidMode: "" }, { usernsMode: "" }],
    },
    {
        label: "a container that says all itself",
        type: container,
        inputs: {
            ...hardened,
            cgroupnsMode: "host",
            capabilities: { adds: ["CAP_KILL", "CAP_CHOWN"], drops: ["ALL"] },
            logOpts: { "max-size": "1m", "max-file": "5", labels: "other" },
            ulimits: [
                { name: "nofile", soft: 64, hard: 128 },
                { name: "nproc", soft: 99, hard: 99 },
            ],
        },
        updates: [{ cpuShares: 256 }],
    },
    {
        label: "a container of an image that says much",
        type: container,
        inputs: { image: talkative, name: "ptc-image", ports: [{ internal: 80, external: 28082 }] },
        changes: [
            { healthcheck: { tests: ["NONE"] } },
            { stopSignal: "SIGTERM" },
            { user: "0" },
            { envs: ["IMAGE=no"] },
        ],
    },
    {
        label: "a container on networks with an address and a hardware address",
        type: container,
        inputs: {
            image: tiny,
            name: "ptc-address",
            networksAdvanced: [
                {
                    name: fixtures.networks[0],
                    aliases: ["one"],
                    ipv4Address: "10.98.0.9",
                    macAddress: "02:42:0a:62:00:09",
                },
            ],
        },
    },
    {
        label: "a container without a network, which has ended",
        type: container,
        inputs: {
            image: tiny,
            name: "ptc-ended",
            command: ["/true"],
            mustRun: false,
            attach: true,
            networkMode: "none",
            ports: [{ internal: 80, external: 28083, ip: "127.0.0.1" }],
        },
    },
    {
        label: "a network from the engine's address pools",
        type: network,
        inputs: { name: "ptc-pool", options: {}, labels: [], ipamOptions: {} },
        changes: [{ ipamConfigs: [{ subnet: "10.99.3.0/24" }] }, { driver: "bridge" }, { ipv6: false }],
    },
    {
        label: "a network with a part of its addresses",
        type: network,
        inputs: {
            name: "ptc-pool",
            internal: true,
            options: { "com.docker.network.driver.mtu": "1400" },
            ipamConfigs: [{ subnet: "10.99.4.0/24", ipRange: "10.99.4.128/25" }],
        },
    },
    {
        label: "a volume with a name alone",
        type: volume,
        inputs: { name: "ptc-vol" },
        changes: [{ driver: "local" }, { driverOpts: {} }],
    },
];
