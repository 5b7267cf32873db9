import * as fs from "node:fs";
import * as path from "node:path";
import { reasonOf } from "../text/reason";
import { run } from "../transport/run";
import { commandOn, targetOfConnection } from "../transport/target";
import { pulumi } from "./pulumi";
import { stateSchema, withoutEngine } from "./recover/state";
import { readStackFile } from "./stack-file";

const root = path.dirname(__dirname);
const scriptFile = path.join(__dirname, "scripts", "engine-state.sh");

/** A host that gives no answer within this time is one that cannot be reached (ms). An engine may start meanwhile. */
const patienceMs = 90_000;

/** What `destroy` was asked to do. */
export interface ReachOptions {
    readonly stack: string;
    /** Another file than `Pulumi.STACK.yaml`. */
    readonly settings?: string;
    /** Whether the user has said already that all is to be destroyed (`--yes`); else Pulumi asks later. */
    readonly isConfirmed: boolean;
}

/**
 * Asks once, before a `destroy`, for a stack's host and its engine, so that the run does not fail at each step in turn.
 *
 * Where the host has no engine any more, the engine's objects are taken out of the stack's state: nobody can be asked to
 * remove them. All other things of the stack are then undone on the host as ever. A user who has not confirmed the run yet is
 * told of this first, and nothing is done: a "no" to Pulumi's question would come too late for the state.
 *
 * @returns 0 where the run may begin; else 1, and standard error says why and what to do
 */
export async function reach({ stack, settings, isConfirmed }: ReachOptions): Promise<number> {
    let answer: string;
    let where: string;
    try {
        const { connection } = readStackFile(stack, root, settings);
        where = `${connection.user}@${connection.address}:${connection.port}`;
        answer = await run(commandOn(targetOfConnection(connection), "sh -s"), {
            what: where,
            input: fs.readFileSync(scriptFile, "utf8"),
            signal: AbortSignal.timeout(patienceMs),
        });
    } catch (error) {
        return refusal(
            `the host of the stack ${stack} cannot be reached, and nothing was destroyed: ${reasonOf(error)}. ` +
                "Start the host, or correct portcullis:host, and run destroy again. If the host is gone for good, forget it: " +
                `./pulumiw stack rm --force --preserve-config --yes ${stack}`,
        );
    }
    switch (answer.trim()) {
        case "answers":
            return 0;
        case "none":
            return forgetEngine(where, stack, isConfirmed);
        case "silent":
            return refusal(
                `${where}: the host's engine gives no answer, and nothing was destroyed (see 'journalctl -u docker' on the host). ` +
                    `Mend it: ./pulumiw up --stack ${stack}; or start it on the host: systemctl start docker; then run destroy again`,
            );
        default:
            return refusal(
                `${where}: what came back is no answer (${JSON.stringify(answer.slice(0, 200))}), and nothing was destroyed: ` +
                    "a shell start-up file that prints something may be the cause. Mend that, and run destroy again",
            );
    }
}

function refusal(text: string): number {
    process.stderr.write(`portcullis: ${text}\n`);
    return 1;
}

/** Takes the engine's objects out of the state of a stack whose host has no engine any more, and names them. */
function forgetEngine(where: string, stack: string, isConfirmed: boolean): number {
    const exported = pulumi(["stack", "export", "--stack", stack]);
    const rest = withoutEngine(stateSchema.parse(JSON.parse(exported)));
    if (rest === undefined) {
        return 0;
    }
    const names = rest.names.join(", ");
    const lost = `${where}: the host has no Docker engine any more, so these cannot be removed`;
    const data = "Data that the engine kept lies in its folder still, mostly /var/lib/docker";
    if (!isConfirmed) {
        return refusal(
            `${lost}: ${names}. Nothing was destroyed. To take them out of the state, and undo all else on the host: ` +
                `./pulumiw destroy --yes --stack ${stack}; or install the engine again: ./pulumiw up --stack ${stack}. ${data}`,
        );
    }
    pulumi(["stack", "import", "--stack", stack], { input: JSON.stringify(rest.state) });
    process.stderr.write(`portcullis: ${lost}, and were taken out of the state: ${names}. ${data}\n`);
    return 0;
}
