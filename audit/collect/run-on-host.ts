import { run, type RunOptions } from "../../transport/run";
import { commandOn, type Target } from "../../transport/target";
import { asAuditError } from "../error";

/**
 * Standard output of one shell line on the host.
 * @throws AuditError where the line cannot be run, ends with another code than 0, or is ended by the signal.
 */
export async function runOnHost(target: Target, line: string, options: RunOptions): Promise<string> {
    try {
        return await run(commandOn(target, line), options);
    } catch (error) {
        throw asAuditError(error);
    }
}
