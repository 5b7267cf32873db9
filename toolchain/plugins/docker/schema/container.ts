/** docker:index/container:Container, as docker 5.2.0 describes it. */
import type { Field, ResourceSchema } from "./types";
import { bool, computed, either, int, listOf, map, one, optional, replaces, required } from "./types";
import { setOf, string, stringSet, strings } from "./types";
import { labelFields } from "./labels";
import { healthcheckFields, mountFields, networkFields, volumeFields } from "./container-parts";
import { samePorts } from "./ports";
import { atLeast, matches } from "./validators";

const minuteNs = 60_000_000_000;
const refused = "the program's containers have no devices; the official docker plugin has this property";
const throttle = (): Field => optional(setOf({ path: required(string), rate: required(int) }), { refused });

export const containerSchema: ResourceSchema = {
    token: "docker:index/container:Container",
    version: 2,
    timeouts: { create: 20 * minuteNs, delete: 20 * minuteNs, update: 20 * minuteNs },
    autoName: true,
    deleteBeforeReplace: true,
    // This property is new in upstream 4.6, whose state is not known here; see the README.
    refused: { deviceCgroupRules: refused },
    fields: {
        name: required(string, replaces),
        rm: optional(bool, { default: false }),
        readOnly: optional(bool, { ...replaces, default: false }),
        start: optional(bool, { default: true }),
        wait: optional(bool, { default: false }),
        waitTimeout: optional(int, { default: 60 }),
        attach: optional(bool, { default: false }),
        logs: optional(bool, { default: false }),
        mustRun: optional(bool, { default: true }),
        exitCode: computed(int),
        containerLogs: computed(string),
        image: required(string, replaces),
        hostname: either(string, replaces),
        domainname: optional(string, replaces),
        command: either(strings, replaces),
        entrypoints: either(strings, { ...replaces, upstream: "entrypoint" }),
        user: optional(string, { ...replaces, emptyKeepsOld: true }),
        dns: optional(stringSet, replaces),
        dnsOpts: optional(stringSet, replaces),
        dnsSearches: optional(stringSet, { ...replaces, upstream: "dns_search" }),
        publishAllPorts: optional(bool, replaces),
        restart: optional(string, {
            default: "no",
            validate: matches(/^(no|on-failure|always|unless-stopped)$/),
        }),
        maxRetryCount: optional(int),
        workingDir: optional(string, { ...replaces, emptyKeepsOld: true }),
        removeVolumes: optional(bool, { default: true }),
        capabilities: optional(
            one("set", {
                adds: optional(stringSet, { ...replaces, upstream: "add" }),
                drops: optional(stringSet, { ...replaces, upstream: "drop" }),
            }),
            replaces,
        ),
        securityOpts: either(stringSet, replaces),
        runtime: either(string, replaces),
        platform: either(string, replaces),
        stopSignal: either(string, replaces),
        stopTimeout: either(int, replaces),
        mounts: optional(setOf(mountFields), replaces),
        volumes: optional(setOf(volumeFields), replaces),
        tmpfs: optional(map),
        ports: optional(
            listOf({
                internal: required(int, replaces),
                external: either(int, replaces),
                ip: optional(string, { ...replaces, default: "0.0.0.0", emptyMeans: "0.0.0.0" }),
                protocol: optional(string, { ...replaces, default: "tcp" }),
            }),
            { ...replaces, same: samePorts },
        ),
        hosts: optional(setOf({ ip: required(string, replaces), host: required(string, replaces) }), {
            ...replaces,
            upstream: "host",
        }),
        ulimits: optional(
            setOf({
                name: required(string, replaces),
                soft: required(int, replaces),
                hard: required(int, replaces),
            }),
            { ...replaces, upstream: "ulimit" },
        ),
        envs: either(stringSet, { ...replaces, upstream: "env" }),
        bridge: computed(string),
        networkDatas: {
            ...computed(
                listOf({
                    networkName: computed(string),
                    ipAddress: computed(string),
                    ipPrefixLength: computed(int),
                    gateway: computed(string),
                    globalIpv6Address: computed(string),
                    globalIpv6PrefixLength: computed(int),
                    ipv6Gateway: computed(string),
                    macAddress: computed(string),
                }),
            ),
            upstream: "network_data",
        },
        privileged: optional(bool, replaces),
        devices: optional(
            setOf({
                hostPath: required(string, replaces),
                containerPath: optional(string, replaces),
                permissions: optional(string, { ...replaces, default: "rwm" }),
            }),
            { ...replaces, refused },
        ),
        deviceReadBps: throttle(),
        deviceReadIops: throttle(),
        deviceWriteBps: throttle(),
        deviceWriteIops: throttle(),
        deviceRequests: optional(setOf({}), { ...replaces, refused }),
        destroyGraceSeconds: optional(int),
        labels: either(setOf(labelFields), replaces),
        memory: optional(int, { validate: atLeast(0) }),
        memoryReservation: optional(int, { default: 0, validate: atLeast(0) }),
        memorySwap: optional(int, { validate: atLeast(-1) }),
        shmSize: either(int, { ...replaces, validate: atLeast(0) }),
        cpuShares: optional(int, { validate: atLeast(0) }),
        cpuSet: optional(string, { validate: matches(/^\d+([,-]\d+)*$/) }),
        logDriver: either(string, replaces),
        logOpts: optional(map, replaces),
        networkMode: optional(string, { ...replaces, default: "bridge" }),
        networksAdvanced: optional(setOf(networkFields), replaces),
        pidMode: optional(string, replaces),
        usernsMode: optional(string, replaces),
        uploads: optional(setOf({}), {
            ...replaces,
            upstream: "upload",
            refused: "files cannot be put into a read-only container; use a volume, a mount or a host path",
        }),
        healthcheck: either(one("list", healthcheckFields)),
        containerReadRefreshTimeoutMilliseconds: optional(int, { default: 15000 }),
        sysctls: optional(map, replaces),
        ipcMode: either(string, replaces),
        groupAdds: optional(stringSet, { ...replaces, upstream: "group_add" }),
        init: either(bool),
        tty: optional(bool, { ...replaces, default: false }),
        stdinOpen: optional(bool, { ...replaces, default: false }),
        storageOpts: optional(map, replaces),
        gpus: optional(string, { ...replaces, refused }),
        cpus: optional(string, replaces),
        cpuPeriod: optional(int, { validate: atLeast(0) }),
        cpuQuota: optional(int, { validate: atLeast(0) }),
        cgroupnsMode: optional(string, replaces),
        cgroupParent: optional(string, replaces),
    },
};
