import * as path from "node:path";
import { reasonOf } from "../text/reason";
import { run } from "../transport/run";
import { commandOn, targetOfConnection } from "../transport/target";
import { readStackFile } from "./stack-file";

const root = path.dirname(__dirname);

/** A host that gives no answer within this time is one that cannot be reached (ms). */
const patienceMs = 30_000;

/**
 * Asks once whether a stack's host can be reached, so that a `destroy` does not find it out for each step.
 *
 * @param settings another file than `Pulumi.STACK.yaml`
 * @returns 0 where the host answers; else 1, and standard error says why and what to do
 */
export async function reach(stack: string, settings?: string): Promise<number> {
    try {
        const { connection } = readStackFile(stack, root, settings);
        const what = `${connection.user}@${connection.address}:${connection.port}`;
        await run(commandOn(targetOfConnection(connection), "true"), {
            what,
            signal: AbortSignal.timeout(patienceMs),
        });
        return 0;
    } catch (error) {
        process.stderr.write(
            `portcullis: the host of the stack ${stack} cannot be reached, and nothing was destroyed: ${reasonOf(error)}. ` +
                "Start the host, or correct portcullis:host, and run destroy again. If the host is gone for good, forget it: " +
                `./pulumiw stack rm --force --preserve-config --yes ${stack}\n`,
        );
        return 1;
    }
}
