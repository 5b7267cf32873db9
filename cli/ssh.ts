import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { sshArguments } from "../transport/connection";
import { readStackFile } from "./stack-file";

const root = path.dirname(__dirname);

/**
 * Runs a command on a stack's host; the words are joined as `ssh` joins them.
 *
 * @returns the command's exit code; 255 where the host cannot be reached
 */
export function ssh(stack: string, command: readonly string[]): number {
    const { connection } = readStackFile(stack, root);
    const result = spawnSync("ssh", sshArguments(connection, ...command), { stdio: "inherit" });
    if (result.error !== undefined) {
        throw new Error(`cannot run ssh: ${result.error.message}; install openssh-client`);
    }
    return result.status ?? 255;
}
