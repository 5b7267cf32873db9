/** Ends a process with all that it started. */
import { readFileSync, readdirSync } from "node:fs";

/** Kills a process and its descendants; those that have ended meanwhile do not matter. */
export function killTree(pid: number): void {
    for (const victim of [pid, ...descendants(pid)]) {
        try {
            process.kill(victim, "SIGKILL");
        } catch {
            continue;
        }
    }
}

function descendants(root: number): number[] {
    const children = new Map<number, number[]>();
    for (const [pid, parent] of parents()) {
        children.set(parent, [...(children.get(parent) ?? []), pid]);
    }
    const found: number[] = [];
    const queue = [root];
    for (let pid = queue.shift(); pid !== undefined; pid = queue.shift()) {
        const next = children.get(pid) ?? [];
        found.push(...next);
        queue.push(...next);
    }
    return found;
}

/** Each process with its parent, from /proc (empty where there is none). */
function parents(): [number, number][] {
    return readDirectory("/proc")
        .filter((name) => /^\d+$/.test(name))
        .flatMap((name): [number, number][] => {
            // The name in parentheses may hold anything: the parent is the second field after the last one.
            const fields = /.*\) \S+ (\d+) /s.exec(readFile(`/proc/${name}/stat`));
            return fields?.[1] === undefined ? [] : [[Number(name), Number(fields[1])]];
        });
}

function readDirectory(path: string): string[] {
    try {
        return readdirSync(path);
    } catch {
        return [];
    }
}

function readFile(path: string): string {
    try {
        return readFileSync(path, "utf8");
    } catch {
        return "";
    }
}
