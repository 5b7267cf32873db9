import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { quote } from "shell-quote";
import { sshArguments, type SshConnection } from "../../transport/connection";
import { dockerIds, type State } from "./state";

const scriptFile = path.join(__dirname, "scripts", "stack-objects.sh");

/** A container or network that has the stack's label. */
export interface StackObject {
    readonly kind: "container" | "network";
    /** The engine's id, whole. */
    readonly id: string;
    readonly name: string;
    /** State of a container: `running`, `exited`, `created` … */
    readonly state?: string | undefined;
}

/** The differences between the engine and the stack's state, which a recovery removes. */
export interface Differences {
    /** Objects on the engine that are not in the state: an interrupted run made them. */
    readonly leftovers: readonly StackObject[];
    /** Containers of the state that do not run. */
    readonly stopped: readonly StackObject[];
    /** URNs of the state that the engine does not have. */
    readonly missing: readonly string[];
}

/**
 * Reads the script's lines; undefined where the host has no engine.
 * @throws Error for any other line: nothing is decided on half an answer
 */
export function parseObjects(text: string): StackObject[] | undefined {
    if (text === "none\n") {
        return undefined;
    }
    const lines = text.split("\n").filter((line) => line !== "");
    return lines.map((line) => {
        const [kind, id, name, state] = line.split(" ");
        if ((kind !== "container" && kind !== "network") || id === undefined || name === undefined) {
            throw new Error(`stack-objects.sh printed a line that it should not: ${line}`);
        }
        return { kind, id, name, state };
    });
}

/** Compares the engine's objects with the state. Objects without the stack's label are left alone. */
export function compareObjects(objects: readonly StackObject[], state: State): Differences {
    const known = { container: dockerIds(state, "container"), network: dockerIds(state, "network") };
    const there = new Set(objects.map(({ id }) => id));
    return {
        leftovers: objects.filter(({ kind, id }) => !known[kind].has(id)),
        stopped: objects.filter(
            ({ kind, id, state: now }) => kind === "container" && known[kind].has(id) && now !== "running",
        ),
        missing: [...known.container, ...known.network].flatMap(([id, urn]) => (there.has(id) ? [] : [urn])),
    };
}

/**
 * Runs stack-objects.sh on the host.
 * @throws Error with what the host, or ssh, said
 */
export function stackObjects(
    connection: SshConnection,
    what: "list" | "remove" | "start",
    owner: string,
    ids: readonly string[] = [],
): string {
    const { status, stdout, stderr } = spawnSync(
        "ssh",
        sshArguments(connection, quote(["sh", "-s", what, owner, ...ids])),
        { encoding: "utf8", input: fs.readFileSync(scriptFile, "utf8") },
    );
    if (status !== 0) {
        throw new Error(
            `${connection.address}: the host could not be looked at: ${stderr.trim() || "ssh ended without a word"}`,
        );
    }
    return stdout;
}
