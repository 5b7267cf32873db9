/** The docker provider's configuration. */
import { z } from "zod";
import { type CheckFailure, type Diff, type Props, isUnknown } from "../lib/resource";
import { defaultHost, type Host, parseHost } from "../../../transport/address";
import { reasonOf } from "../../../text/reason";

/** The engine's address, and the way to get there. */
export interface DockerConfig {
    /** The address as it was given; undefined while the engine (of Pulumi) does not know it yet. */
    address: string | undefined;
    host: Host | undefined;
    /** Arguments for ssh before the host. */
    sshOpts: readonly string[];
}

const optionList = z.array(z.string());

/** Inputs of the official provider that this one does not carry out. */
const refused = [
    "caMaterial",
    "certMaterial",
    "certPath",
    "context",
    "disableDockerDaemonCheck",
    "keyMaterial",
    "registryAuth",
];

/**
 * Reads the provider's inputs; throws on one that the plugin does not know.
 * The host is, in this order: the input, $DOCKER_HOST, the local socket.
 */
export function parseConfig(raw: Props, env: NodeJS.ProcessEnv = process.env): DockerConfig {
    const { host, sshOpts, ...others } = raw;
    for (const [key, value] of Object.entries(others)) {
        if (!isEmptySetting(value)) {
            throw unknownKey(key);
        }
    }
    const options = parseSshOpts(sshOpts, env);
    if (isUnknown(host) || isUnknown(sshOpts)) {
        return { address: undefined, host: undefined, sshOpts: options };
    }
    if (host !== undefined && typeof host !== "string") {
        throw new Error(`docker provider: host is a value of type ${typeof host}: give the engine's address`);
    }
    const address =
        [host, env["DOCKER_HOST"]].find((item) => item !== undefined && item !== "") ?? defaultHost;
    return { address, host: hostOf(address), sshOpts: options };
}

/** Checks the provider's inputs, with one failure for all problems. */
export function checkConfig(inputs: Props): { inputs: Props; failures: CheckFailure[] } {
    const settings = Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== "version"));
    try {
        parseConfig(settings);
        return { inputs, failures: [] };
    } catch (error) {
        return {
            inputs,
            failures: [{ property: "", reason: reasonOf(error) }],
        };
    }
}

/** A changed input only makes the provider connect anew: the provider's resources stay where they are. */
export function diffConfig(olds: Props, news: Props): Diff {
    const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
        (name) => name !== "version",
    );
    const detailed: Diff["detailed"] = {};
    for (const name of names.filter((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]))) {
        detailed[name] = name in olds ? (name in news ? "update" : "delete") : "add";
    }
    return { changes: Object.keys(detailed).length > 0, replaces: [], deleteBeforeReplace: false, detailed };
}

/** The SDK passes some settings with the value that means "not set". */
function isEmptySetting(value: unknown): boolean {
    return (
        value === undefined ||
        value === null ||
        value === "" ||
        value === "[]" ||
        value === "false" ||
        value === false
    );
}

function unknownKey(key: string): Error {
    const known = refused.includes(key)
        ? "is an input of the official docker plugin that the offline one does not carry out: use the official one, or"
        : "is no input of the docker provider:";
    return new Error(`docker provider: '${key}' ${known} give host and sshOpts only`);
}

function parseSshOpts(value: unknown, env: NodeJS.ProcessEnv): readonly string[] {
    if (isUnknown(value)) {
        return [];
    }
    if (value === undefined || value === null || value === "") {
        return (env["DOCKER_SSH_OPTS"] ?? "").split(/\s+/).filter((option) => option !== "");
    }
    const parsed = optionList.safeParse(typeof value === "string" ? fromJson(value) : value);
    if (!parsed.success) {
        throw new Error("docker provider: sshOpts is no list of strings: give ssh's arguments one by one");
    }
    return parsed.data;
}

function fromJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

function hostOf(address: string): Host {
    try {
        return parseHost(address);
    } catch (error) {
        throw new Error(`docker provider: ${reasonOf(error)}`, {
            cause: error,
        });
    }
}
