/** The nested objects of docker:index/container:Container. */
import { type Fields, bool, int, map, one, optional, replaces, required } from "./types";
import { setOf, string, stringSet, strings } from "./types";
import { labelFields } from "./labels";
import { absolutePath, atLeast, duration, matches } from "./validators";

export const healthcheckFields: Fields = {
    tests: optional(strings, { upstream: "test" }),
    interval: optional(string, { default: "0s", validate: duration }),
    timeout: optional(string, { default: "0s", validate: duration }),
    startPeriod: optional(string, { default: "0s", validate: duration }),
    startInterval: optional(string, { default: "0s", validate: duration }),
    retries: optional(int, { default: 0, validate: atLeast(0) }),
};

export const mountFields: Fields = {
    target: required(string),
    source: optional(string),
    type: required(string, { validate: matches(/^(bind|volume|tmpfs)$/) }),
    readOnly: optional(bool),
    bindOptions: optional(
        one("list", {
            propagation: optional(string, {
                validate: matches(/^(private|rprivate|shared|rshared|slave|rslave)$/),
            }),
        }),
    ),
    volumeOptions: optional(
        one("list", {
            noCopy: optional(bool),
            labels: optional(setOf(labelFields)),
            driverName: optional(string),
            driverOptions: optional(map),
            subpath: optional(string, replaces),
        }),
    ),
    tmpfsOptions: optional(one("list", { sizeBytes: optional(int), mode: optional(int) }), replaces),
};

export const volumeFields: Fields = {
    fromContainer: optional(string, replaces),
    containerPath: optional(string, replaces),
    hostPath: optional(string, { ...replaces, validate: absolutePath }),
    volumeName: optional(string, replaces),
    readOnly: optional(bool, replaces),
    selinuxRelabel: optional(string, { ...replaces, validate: matches(/^(z|Z)$/) }),
};

export const networkFields: Fields = {
    name: required(string, replaces),
    aliases: optional(stringSet, replaces),
    ipv4Address: optional(string, replaces),
    ipv6Address: optional(string, replaces),
    linkLocalIps: optional(stringSet, replaces),
    macAddress: optional(string, replaces),
    driverOpts: optional(stringSet, replaces),
    gwPriority: optional(int, { ...replaces, validate: atLeast(0) }),
};
