import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { sshDestination, sshOptions } from "../components/connection";
import { readStackFile } from "./stack-file";

const root = path.dirname(__dirname);

/**
 * Runs a command on a stack's host; the words are joined as `ssh` joins them.
 *
 * @returns the command's exit code; 255 where the host cannot be reached
 */
export function ssh(stack: string, command: readonly string[]): number {
    const { connection } = readStackFile(stack, root);
    const args = [...sshOptions(connection), "-p", String(connection.port), sshDestination(connection)];
    const result = spawnSync("ssh", [...args, "--", ...command], { stdio: "inherit" });
    if (result.error !== undefined) {
        throw new Error(`cannot run ssh: ${result.error.message}; install openssh-client`);
    }
    return result.status ?? 255;
}
