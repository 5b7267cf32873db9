/** Repairs the state and the host after an interrupted run. pulumiw calls this file before the stack's next run. */
import * as fs from "node:fs";
import * as path from "node:path";
import { timeText } from "../../text/time";
import { pulumi } from "../pulumi";
import { readStackFile } from "../stack-file";
import { dropEmptyAttributes } from "./backend";
import { nameOf, openOperationsOf, type OpenOperation } from "./events";
import { compareObjects, parseObjects, stackObjects, type StackObject } from "./objects";
import { dockerUrns, mended, pendingOperations, stateSchema, type State } from "./state";
import { releaseStaleLock } from "./stack-lock";

const root = path.dirname(path.dirname(__dirname));

/** The run that was interrupted. */
export interface RecoverOptions {
    /** Folder with what pulumiw noted of the run. */
    readonly note: string;
    readonly stack: string;
    /** Settings file, where it is not Pulumi.STACK.yaml. */
    readonly settings?: string;
}

/**
 * Finds the operations that the run left open, on the host and in the state, and repairs them.
 * @throws Error where the host or Pulumi cannot be asked; the next run must not begin after this error
 */
export function recover({ note, stack, settings }: RecoverOptions): number {
    dropEmptyAttributes();
    releaseStaleLock(note, stack, (args) => pulumi(args));
    const exported = pulumi(["stack", "export", "--stack", stack], { mayFailWith: /no stack named/ });
    // A stack that was never made, or is removed, has nothing to put right.
    if (exported === undefined) {
        return 0;
    }
    const state = stateSchema.parse(JSON.parse(exported));
    const open = [...openOperationsOf(note, stack), ...pendingOperations(state)];
    if (open.length === 0) {
        return 0;
    }
    const target = ["--stack", stack, ...(settings === undefined ? [] : ["--config-file", settings])];
    const done = isEngineInDoubt(open) ? mendEngine(state, open, stack, settings) : undefined;
    const better = mended(state, open);
    if (better !== undefined) {
        pulumi(["stack", "import", "--stack", stack], { input: JSON.stringify(better) });
    }
    // Without an engine there is nothing to read: the next run finds out by its own look at the host.
    const doubtful = done === undefined ? [] : [...new Set([...done.missing, ...dockerUrns(state, open)])];
    if (doubtful.length > 0) {
        const targets = doubtful.flatMap((urn) => ["--target", urn]);
        pulumi(["refresh", "--yes", "--skip-preview", "--non-interactive", ...target, ...targets]);
    }
    tell(note, done?.words ?? []);
    return 0;
}

/**
 * Whether a run may have left objects on the engine that the state does not know. A run that failed by itself, in a step that
 * is none of the engine's, has not: Pulumi ended all that was under way, and wrote it down. The engine is not asked then, and
 * may be anything: mending it is the next run's.
 */
export function isEngineInDoubt(open: readonly OpenOperation[]): boolean {
    return open.some(({ failed, type }) => !failed || type.startsWith("docker:"));
}

/**
 * Removes objects of the engine that the state does not know, and starts containers that should run.
 * Undefined where the host has no engine.
 */
function mendEngine(
    state: State,
    open: readonly OpenOperation[],
    stack: string,
    settings: string | undefined,
): { readonly words: string[]; readonly missing: readonly string[] } | undefined {
    const urn = [...(state.deployment.resources ?? []), ...open][0]?.urn;
    if (urn === undefined) {
        return undefined;
    }
    const { connection } = readStackFile(stack, root, settings);
    const owner = `${urn.split("::")[1] ?? ""}/${urn.split("::")[0]?.replace("urn:pulumi:", "") ?? ""}`;
    const objects = parseObjects(stackObjects(connection, "list", owner));
    if (objects === undefined) {
        return undefined;
    }
    const { leftovers, stopped, missing } = compareObjects(objects, state);
    const ids = (list: readonly StackObject[]): string[] => list.map(({ id }) => id);
    if (leftovers.length > 0) {
        stackObjects(connection, "remove", owner, ids(leftovers));
    }
    if (stopped.length > 0) {
        // The engine lists the newest container first; a container needs only older ones.
        stackObjects(connection, "start", owner, ids(stopped).reverse());
    }
    return {
        words: [
            ...leftovers.map(({ kind, name }) => `removed the ${kind} ${name}, which it had half made`),
            ...stopped.map(({ name }) => `started the container ${name}, which it had stopped`),
        ],
        missing,
    };
}

function tell(note: string, words: readonly string[]): void {
    const command = read(path.join(note, "command"));
    const began = new Date(Number(read(path.join(note, "began"))) * 1000).toISOString();
    const what = words.length === 0 ? "" : `: ${words.join("; ")}`;
    process.stderr.write(
        `portcullis: going on from the '${command}' of ${timeText(began, "minute")} that did not end${what}\n`,
    );
}

/**
 * One line for a run that has just ended before its time: the open operations, and the next command.
 * @param signalled whether it was interrupted by a signal to pulumiw
 */
export function interrupted(note: string, stack: string, signalled: boolean): number {
    const open = openOperationsOf(note, stack);
    if (!signalled && open.every(({ failed }) => failed)) {
        // The run failed by itself, and Pulumi has said why. The next run still looks at the open operations first.
        if (open.length === 0) {
            fs.rmSync(note, { recursive: true, force: true });
        }
        return 0;
    }
    const names = [...new Set(open.map(({ urn }) => nameOf(urn)))];
    const halfDone = names.length === 0 ? "nothing is half done" : `half done: ${names.join(", ")}`;
    process.stderr.write(
        `portcullis: interrupted; ${halfDone}; all else is done, or as it was; the same command goes on from here\n`,
    );
    return 0;
}

function read(file: string): string {
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim() : "";
}
