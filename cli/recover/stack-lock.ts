import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { z } from "zod";
import { backendFolder } from "./backend";

/** A lock of Pulumi's file backend. */
const lockSchema = z.looseObject({ pid: z.int(), hostname: z.string() });

/**
 * Removes the stack's lock that a killed Pulumi left in a file backend. Only a lock of the very process that pulumiw had
 * started, and that is known to have ended, is removed; any other is Pulumi's to complain about.
 * @param note folder of pulumiw's notes on the run; its file `process` is `PID START`
 */
export function releaseStaleLock(
    note: string,
    stack: string,
    pulumi: (args: readonly string[]) => unknown,
): void {
    const locks = stackLocks(stack);
    const file = path.join(note, "process");
    const pid = fs.existsSync(file) ? Number(fs.readFileSync(file, "utf8").split(" ")[0]) : undefined;
    const isOurs = ({ pid: holder, hostname }: z.infer<typeof lockSchema>): boolean =>
        holder === pid && hostname === os.hostname();
    if (locks.length > 0 && locks.every(isOurs)) {
        pulumi(["cancel", "--stack", stack, "--yes", "--non-interactive"]);
    }
}

function stackLocks(stack: string): z.infer<typeof lockSchema>[] {
    const backend = backendFolder();
    const folder = path.join(backend ?? "", "locks");
    if (backend === undefined || !fs.existsSync(folder)) {
        return [];
    }
    return fs
        .readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter(
            (file) => file.endsWith(".json") && path.basename(path.dirname(file)) === path.basename(stack),
        )
        .map((file) => lockSchema.parse(JSON.parse(fs.readFileSync(path.join(folder, file), "utf8"))));
}
