/** Ends a process with all that it started. */
import type { ChildProcess } from "node:child_process";

/** A number of a process group that a caller can have started: 0 and 1 mean "my own group" and "everybody" to kill(2). */
const lowestGroup = 2;

/**
 * Kills the process group that a child of this process leads. A child that has ended is left alone: once the end was
 * read, the kernel may give its number to another process.
 * @param child started with `detached`, so that it leads a group.
 */
export function killGroup(child: ChildProcess): void {
    const { pid } = child;
    if (pid === undefined || pid < lowestGroup || child.exitCode !== null || child.signalCode !== null) {
        return;
    }
    process.kill(-pid, "SIGKILL");
}
