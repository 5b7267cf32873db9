/**
 * The way in which Docker Bench 1.6.0 reads the daemon's arguments and its configuration file. Docker Bench uses text
 * tools where a parser is needed, so that it misses or misreads some spellings. The functions below misread alike, so
 * that a report can name each difference.
 */
import type { ContainerFacts, DaemonFacts, HostFacts } from "../facts";

/** Long options which Docker Bench shortens first. */
const shortened: readonly (readonly [RegExp, string])[] = [
    [/--debug/g, "-D"],
    [/--host/g, "-H"],
    [/--log-level/g, "-l"],
    [/--version/g, "-v"],
];

/** Words that begin with the option, in the command line of the newest process with dockerd in its arguments. */
export function benchArguments({ newestCommand }: DaemonFacts, option: string): string[] {
    const line = shortened.reduce(
        (text, [long, short]) => text.replace(long, short),
        newestCommand.join(" "),
    );
    return line
        .replace(/-([DHlv])[= ]([^- ][^ ])/g, "-$1=$2")
        .split(/[ \n]/)
        .filter((word) => word.startsWith(option))
        .map((word) => word.replace(/["']/g, ""));
}

/** The last word that begins with the option; an empty text where there is none. */
export function benchArgument(daemon: DaemonFacts, option: string): string {
    return benchArguments(daemon, option).at(-1) ?? "";
}

/** The lines that Docker Bench reads for a key of the configuration file: by jq if installed, else by grep. */
export function benchConfig(daemon: DaemonFacts, key: string): string[] {
    const text = daemon.dockerBenchConfig ?? "";
    return (daemon.hasJq ? jqValue(text, key) : grepValue(text, key))
        .split("\n")
        .filter((line) => line !== "");
}

function jqValue(text: string, key: string): string {
    // A quote in the key breaks the jq program: jq prints nothing.
    if (key.includes('"')) {
        return "";
    }
    const value = property(text, key);
    return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value, null, 2);
}

function property(text: string, key: string): unknown {
    try {
        const config: unknown = JSON.parse(text);
        return typeof config === "object" && config !== null && !Array.isArray(config)
            ? Object.entries(config).find(([name]) => name === key)?.[1]
            : undefined;
    } catch {
        return undefined;
    }
}

function grepValue(text: string, key: string): string {
    return text
        .replaceAll(",", "\n")
        .split("\n")
        .filter((line) => line.includes(key))
        .map((line) => line.replace(/.*:/, "").replace(/[" ]/g, ""))
        .join("\n");
}

/** True when the key has a value; lines with the empty form do not count, and neither does `null`. */
export function benchHasValue(daemon: DaemonFacts, key: string, empty: string): boolean {
    const lines = benchConfig(daemon, key).filter((line) => !line.includes(empty));
    return lines.length > 0 && lines.join("\n") !== "null";
}

export const listingWhy =
    "Docker Bench leaves out its own container, and every container whose name matches that name; " +
    "where it has none, every container with `nil` in its name";

/** The running containers that Docker Bench looks at. */
export function benchContainers({ containers }: HostFacts): ContainerFacts[] {
    const left = leftOut(containers);
    return containers.filter(({ name }) => !left.test(name));
}

/** True when Docker Bench looks at an image: it compares the short id with the name of its own container. */
export function benchSeesImage({ containers }: HostFacts, imageId: string): boolean {
    return !leftOut(containers).test(imageId.replace(/^sha256:/, "").slice(0, 12));
}

/** Names are of letters, digits, `_`, `-` and `.`; the dot is any character in a pattern, in grep's as in ours. */
function leftOut(containers: readonly ContainerFacts[]): RegExp {
    return new RegExp(containers.findLast(({ isDockerBench }) => isDockerBench)?.name ?? "nil");
}

/** `no-new-privileges` as Docker Bench reads it, for 2.14 and 5.26. */
export function benchNoNewPrivileges(daemon: DaemonFacts): boolean {
    return (
        benchArgument(daemon, "--no-new-privileges") !== "" ||
        benchConfig(daemon, "no-new-privileges").some((line) => line.includes("true"))
    );
}
