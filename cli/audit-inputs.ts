/** Options of the command `audit`, completed by the settings of the stack. */
import * as YAML from "yaml";
import { z } from "zod";
import type { DockerBenchSettings } from "../audit/docker-bench/settings";
import { exceptionsSchema, type Exception } from "../audit/exceptions";
import { stackGate, type GateInput } from "../audit/verdict";
import { readNamedFile } from "../text/read-file";
import { reasonOf } from "../text/reason";
import { dockerHostUrl, publicKey, sshOptions } from "../transport/connection";
import { targetOf, type Target } from "../transport/target";
import type { StackFile } from "./stack-file";

/** The forms of the report. */
export const formats = ["table", "json", "sarif", "junit", "html"] as const;

/** The command's options, as commander gives them. */
export interface AuditOptions {
    readonly host?: string;
    readonly stack?: string;
    readonly identity?: string;
    readonly hostKey?: string;
    readonly format: (typeof formats)[number];
    readonly baseline?: string;
    readonly exceptions?: string;
    readonly minimumScore?: number;
    readonly allow: readonly string[];
    readonly printAllowedWarnings?: true;
    readonly trustedUsers?: readonly string[];
    /** True stands for the stack's own Docker Bench. */
    readonly dockerBench?: DockerBenchSettings | true;
    readonly declared?: string;
    readonly drift: boolean;
    readonly timeout: number;
}

/** @throws Error that names the file, its kind, and the reason why it cannot be read */
export function readText(file: string, what: string): string {
    return readNamedFile(file, (reason, cause) => new Error(`cannot read ${what}: ${reason}`, { cause }));
}

/** The list of exceptions in a YAML or JSON file. */
function readExceptions(file: string): Exception[] {
    const text = readText(file, "the exceptions");
    let value: unknown;
    try {
        value = YAML.parse(text);
    } catch (error) {
        throw new Error(`${file} is no YAML: ${reasonOf(error)}`, { cause: error });
    }
    const parsed = exceptionsSchema.safeParse(value ?? []);
    if (!parsed.success) {
        throw new Error(`${file} is no list of exceptions: ${z.prettifyError(parsed.error)}`);
    }
    return parsed.data;
}

/** The host that is named, by the command line or by the stack. */
export function target(options: AuditOptions, stack: StackFile | undefined): Target {
    const url = options.host ?? (stack && dockerHostUrl(stack.connection));
    if (url === undefined) {
        throw new Error("no host is named: give --host ssh://USER@HOST, or --stack NAME");
    }
    const privateKeyFile = options.identity ?? stack?.connection.privateKeyFile;
    const hostKey =
        options.hostKey === undefined
            ? stack?.connection.hostKey
            : publicKey(readText(options.hostKey, "the host's key"));
    if (privateKeyFile !== undefined && hostKey !== undefined) {
        return targetOf(url, sshOptions({ privateKeyFile, hostKey }));
    }
    if (hostKey !== undefined) {
        throw new Error("--host-key is given without --identity: give both, or neither");
    }
    // ssh's own configuration decides the rest. ssh must not ask, for there may be nobody to answer.
    const batch = ["-o", "BatchMode=yes", "-o", "ConnectTimeout=10"];
    return targetOf(url, privateKeyFile === undefined ? batch : ["-i", privateKeyFile, ...batch]);
}

/**
 * The gate of the stack with that of the command line on top, by the same rules as in `up`. The command line adds to what
 * the stack allows. A difference from Docker Bench that nothing explains fails where the stack's own gate is enforced.
 */
export function gateOf(options: AuditOptions, stack: StackFile | undefined): GateInput {
    const gate = stack && stackGate(stack.audit, stack.name);
    const own = gate?.settings.allowedWarnings;
    const isAnyAllowed = own !== undefined || options.allow.length > 0;
    return {
        ...gate,
        settings: {
            minimumScore: options.minimumScore ?? gate?.settings.minimumScore,
            allowedWarnings: isAnyAllowed ? [...(own ?? []), ...options.allow] : undefined,
        },
        exceptions: [
            ...(gate?.exceptions ?? []),
            ...(options.exceptions === undefined ? [] : readExceptions(options.exceptions)),
        ],
    };
}

/** The Docker Bench to run too: the one of the command line, or the stack's where the option has no value. */
export function dockerBench(
    { dockerBench: given }: AuditOptions,
    stack: StackFile | undefined,
): DockerBenchSettings | undefined {
    if (given !== true) {
        return given;
    }
    if (stack?.audit.dockerBench === undefined) {
        throw new Error(
            "--docker-bench names none, and the stack has no portcullis:audit.dockerBench: " +
                "give script:PATH (on the host) or image:REFERENCE (that the host has)",
        );
    }
    return stack.audit.dockerBench;
}
