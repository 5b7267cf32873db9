import * as fs from "node:fs";
import * as path from "node:path";
import { quote } from "shell-quote";
import { z } from "zod";
import { reasonOf } from "../../text/reason";

/** An operation on a resource: one of Pulumi's step operations. */
const operationSchema = z.object({
    metadata: z.object({ op: z.string(), urn: z.string(), type: z.string() }),
    planning: z.boolean().optional(),
});

const eventSchema = z.object({
    sequence: z.number(),
    resourcePreEvent: operationSchema.optional(),
    resOutputsEvent: operationSchema.optional(),
    resOpFailedEvent: operationSchema.optional(),
});

/** An operation that a run began, and that is not known to have ended well. */
export interface OpenOperation {
    readonly urn: string;
    /** `command:remote:Command` … */
    readonly type: string;
    /** `create`, `update`, `delete`, `create-replacement`, `delete-replaced` … */
    readonly op: string;
    /** True: the operation ended with an error; false: nobody knows how far the operation came. */
    readonly failed: boolean;
}

/** Operations that change nothing outside of Pulumi's own state. */
const harmless = new Set(["same", "read", "read-replacement", "refresh", "replace", "import"]);

/** Whether a resource is nothing but Pulumi's own: a component, the stack, a provider. */
function isGrouping({ type }: { type: string }): boolean {
    return type.startsWith("portcullis:") || type.startsWith("pulumi:");
}

/**
 * The operations that the events of a run leave open, in the order in which they began.
 * @param text Pulumi's event log: one JSON object a line; a last line that was cut off is left out
 * @throws Error where a line is no such event: the open operations are then unknown
 */
export function openOperations(text: string): OpenOperation[] {
    const open = new Map<string, OpenOperation>();
    for (const [index, line] of text.split("\n").slice(0, -1).entries()) {
        const event = parse(line, index + 1);
        const began = event.resourcePreEvent;
        if (began !== undefined && began.planning !== true && mayHarm(began.metadata)) {
            open.set(key(began.metadata), { ...began.metadata, failed: false });
        }
        const done = event.resOutputsEvent;
        if (done !== undefined && done.planning !== true) {
            open.delete(key(done.metadata));
        }
        const failure = event.resOpFailedEvent;
        if (failure !== undefined && mayHarm(failure.metadata)) {
            open.set(key(failure.metadata), { ...failure.metadata, failed: true });
        }
    }
    return [...open.values()];
}

/** The open operations of a run's note (`.portcullis/runs/STACK`); none where the run came to no operation. */
export function openOperationsOf(note: string, stack: string): OpenOperation[] {
    const file = path.join(note, "events");
    if (!fs.existsSync(file)) {
        return [];
    }
    try {
        return openOperations(fs.readFileSync(file, "utf8"));
    } catch (error) {
        const message = reasonOf(error);
        throw new Error(
            `what the interrupted run left open cannot be read from ${file}: ${message}: look at the host (bin/portcullis audit --stack ${quote([stack])}), forget the note (rm -r ${quote([note])}), and bring the stack up: ./pulumiw up --stack ${quote([stack])} --refresh`,
            { cause: error },
        );
    }
}

function mayHarm(operation: { op: string; type: string }): boolean {
    return !harmless.has(operation.op) && !isGrouping(operation);
}

function key({ op, urn }: { op: string; urn: string }): string {
    return `${op} ${urn}`;
}

function parse(line: string, number: number): z.infer<typeof eventSchema> {
    try {
        return eventSchema.parse(JSON.parse(line));
    } catch (error) {
        throw new Error(`line ${number} is no event that this Pulumi's event log is known to have`, {
            cause: error,
        });
    }
}

/** The last part of a URN: the name that the program gave the resource. */
export function nameOf(urn: string): string {
    return urn.slice(urn.lastIndexOf("::") + 2);
}
