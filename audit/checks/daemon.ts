/** The daemon's settings, as the engine itself reads them: its arguments and its configuration file. */
import { z } from "zod";
import type { DaemonFacts } from "../facts";
import { AuditError } from "../error";
import { reasonOf } from "../../text/reason";

/** Settings of the configuration file that the checks read. A value of another type stops the engine from starting. */
const configSchema = z.looseObject({
    "cgroup-parent": z.string().optional(),
    "default-ulimits": z.record(z.string(), z.unknown()).nullish(),
    hosts: z.array(z.string()).nullish(),
    "metrics-addr": z.string().optional(),
    icc: z.boolean().optional(),
    iptables: z.boolean().optional(),
    "live-restore": z.boolean().optional(),
    "log-level": z.string().optional(),
    debug: z.boolean().optional(),
    "no-new-privileges": z.boolean().optional(),
    "storage-opts": z.array(z.string()).nullish(),
    tls: z.boolean().optional(),
    tlsverify: z.boolean().optional(),
    tlscacert: z.string().optional(),
    tlscert: z.string().optional(),
    tlskey: z.string().optional(),
    "userland-proxy": z.boolean().optional(),
});

type DaemonConfig = z.infer<typeof configSchema>;

/**
 * The configuration file; empty where there is none.
 * @throws AuditError where the file is no valid daemon.json: nothing can then be said about the settings.
 */
export function daemonConfig({ config }: DaemonFacts): DaemonConfig {
    if (config === undefined || config.trim() === "") {
        return {};
    }
    const parsed = configSchema.safeParse(json(config));
    if (!parsed.success) {
        throw broken(z.prettifyError(parsed.error));
    }
    return parsed.data;
}

function json(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch (error) {
        throw broken(reasonOf(error));
    }
}

function broken(problem: string): AuditError {
    return new AuditError(
        `audit: the engine's configuration file (daemon.json) cannot be read: ${problem}; ` +
            "correct it on the host: the engine would not start with it either",
    );
}

/** Short options of dockerd that a check asks for; each other one takes a value, or has dockerd end at once. */
const shortNames: Readonly<Record<string, string>> = { D: "debug", H: "host", l: "log-level" };

/** The short option without a value, which others can follow in one word: `-DH tcp://…`. */
const shortSwitch = "D";

type Given = readonly [option: string, value: string];

/** The options of a word with one dash, each with its value. */
function shortOptions(word: string, next: string | undefined): Given[] {
    const letter = word.charAt(0);
    const name = shortNames[letter] ?? letter;
    const rest = word.slice(1);
    if (letter === "") {
        return [];
    }
    if (rest.startsWith("=")) {
        return [[name, rest.slice(1)]];
    }
    return letter === shortSwitch
        ? [[name, "true"], ...shortOptions(rest, next)]
        : [[name, rest === "" ? (next ?? "") : rest]];
}

/** The options of one word of the command line, as Docker's parser reads them. */
function options(word: string, next: string | undefined): Given[] {
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) {
        return /^-[^-]/.test(word) ? shortOptions(word.slice(1), next) : [];
    }
    return [[name, value ?? (next === undefined || next.startsWith("-") ? "true" : next)]];
}

/**
 * All values that an option has on the command line; an option without a value counts as `true`.
 * @throws AuditError where the engine's process was not found: its options could say anything.
 */
export function flagValues({ command }: DaemonFacts, name: string): string[] {
    if (command.length === 0) {
        throw new AuditError(
            "audit: no process called dockerd was found on the host, so that its arguments are not known; " +
                "give the host on which the engine runs, and not one that only has its socket",
        );
    }
    return command
        .slice(1)
        .flatMap((word, index, all) => options(word, all[index + 1]))
        .filter(([option]) => option === name)
        .map(([, value]) => value);
}

/** The last value of an option on the command line; undefined where the option is not there. */
export function flag(daemon: DaemonFacts, name: string): string | undefined {
    return flagValues(daemon, name).at(-1);
}

/** A switch that is either on the command line or in the file. */
export function isOn(daemon: DaemonFacts, name: Switch, otherwise: boolean): boolean {
    const given = flag(daemon, name);
    return given === undefined
        ? (daemonConfig(daemon)[name] ?? otherwise)
        : ["1", "t", "true"].includes(given.toLowerCase());
}

/** Settings that are switches. */
type Switch = "debug" | "icc" | "iptables" | "no-new-privileges" | "tls" | "tlsverify" | "userland-proxy";

/** A path or a word that is either on the command line or in the file. */
export function setting(
    daemon: DaemonFacts,
    name: "cgroup-parent" | "log-level" | "metrics-addr" | "tlscacert" | "tlscert" | "tlskey",
): string | undefined {
    const value = flag(daemon, name) ?? daemonConfig(daemon)[name];
    return value === "" ? undefined : value;
}

/** Addresses that the engine is told to listen on. */
export function listenAddresses(daemon: DaemonFacts): string[] {
    return [...flagValues(daemon, "host"), ...(daemonConfig(daemon).hosts ?? [])];
}

/** What the engine says of one of its security features; undefined where the engine has no such feature. */
export function securityOption(securityOptions: readonly string[], name: string): string | undefined {
    return securityOptions.find((text) => text.split(",")[0] === `name=${name}`);
}

/** The profile of all containers that name none; undefined where the engine has no seccomp. */
export function seccompProfile(securityOptions: readonly string[]): string | undefined {
    const option = securityOption(securityOptions, "seccomp");
    return option === undefined ? undefined : (/profile=(.*)/.exec(option)?.[1] ?? "default");
}
