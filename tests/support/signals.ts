/** Signals that tests send: only to known processes, and never to 0 or 1, which mean "my own group" and "everybody". */
import * as fs from "node:fs";

const lowestProcess = 2;

/** A process, named for certain: its number may be given again, but not with the same start. */
export interface ProcessName {
    readonly pid: number;
    /** The start of the process, in ticks since boot. */
    readonly start: string;
}

/** A process of this machine, with its command. */
export interface ProcessInfo extends ProcessName {
    readonly parent: number;
    readonly command: string;
}

/** Reads a process from /proc; undefined where there is none. */
export function processInfo(pid: number): ProcessInfo | undefined {
    try {
        const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        const command = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        // A process that has ended and was not asked about yet is none that runs.
        return fields[0] === "Z"
            ? undefined
            : { pid, parent: Number(fields[1]), start: fields[19] ?? "", command };
    } catch {
        return undefined;
    }
}

/** Whether the process still runs. */
export function processExists({ pid, start }: ProcessName): boolean {
    return processInfo(pid)?.start === start;
}

/** Sends a signal to a process, if it still is the one that is meant. @throws Error for a number that is no process's */
export function signalProcess({ pid, start }: ProcessName, signal: NodeJS.Signals): void {
    if (!Number.isInteger(pid) || pid < lowestProcess) {
        throw new Error(`${pid} is no process that a test may signal`);
    }
    if (processExists({ pid, start })) {
        send(pid, signal);
    }
}

/** Sends a signal to the whole process group that a process leads, if it still is the one that is meant. */
export function signalGroup(leader: ProcessName, signal: NodeJS.Signals): void {
    if (!Number.isInteger(leader.pid) || leader.pid < lowestProcess) {
        throw new Error(`${leader.pid} leads no process group that a test may signal`);
    }
    if (processExists(leader)) {
        send(-leader.pid, signal);
    }
}

/** A target that has ended since it was looked at is no error. */
function send(target: number, signal: NodeJS.Signals): void {
    try {
        // eslint-disable-next-line no-restricted-properties -- the one place for it
        process.kill(target, signal);
    } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) {
            throw error;
        }
    }
}

/** A process that has to be there, by its number. @throws Error where there is none, e.g. as nothing was started */
export function runningProcess(pid: number | undefined): ProcessInfo {
    const info = pid === undefined || pid < lowestProcess ? undefined : processInfo(pid);
    if (info === undefined) {
        throw new Error(`there is no process ${String(pid)}`);
    }
    return info;
}

/** All running processes that a process started. */
export function descendants(pid: number): ProcessInfo[] {
    const all = fs.readdirSync("/proc").flatMap((name) => {
        const info = /^\d+$/.test(name) ? processInfo(Number(name)) : undefined;
        return info === undefined ? [] : [info];
    });
    const found: ProcessInfo[] = [];
    const queue = [pid];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const children = all.filter(({ parent }) => parent === next);
        found.push(...children);
        queue.push(...children.map((child) => child.pid));
    }
    return found;
}
