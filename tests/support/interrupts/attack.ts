/** The ways to interrupt a run. */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
    descendants,
    processExists,
    processInfo,
    signalProcess,
    type ProcessInfo,
    type ProcessName,
} from "../signals";
import type { Kind } from "./plan";

/** A run of pulumiw that can be interrupted. */
export interface Run {
    readonly pulumiw: ProcessName;
    /** The run's folder of notes. */
    readonly note: string;
    /** Address of the host. */
    readonly address: string;
    hasEnded(): boolean;
}

/** The time that a link is cut before the user presses Ctrl-C, and that a laptop sleeps (ms). */
const cutMs = 10_000;
const sleepMs = 30_000;
/** The time to look for a program that the run starts now and then (ms). */
const searchMs = 10_000;

/** An operation on something real: a command, a key or certificate, a thing of the engine. */
const operation =
    /^\{[^{]*"resourcePreEvent":\{"metadata":\{"op":"[a-z-]+","urn":"[^"]+","type":"(command|docker|tls):/;

/** Counts the operations that a run has begun, from its growing file of events; each look reads only the new ones. */
export class OperationCount {
    private offset = 0;
    private rest = "";
    private count = 0;

    constructor(private readonly note: string) {}

    look(): number {
        const file = path.join(this.note, "events");
        if (fs.existsSync(file)) {
            const handle = fs.openSync(file, "r");
            const buffer = Buffer.alloc(Math.max(0, fs.fstatSync(handle).size - this.offset));
            this.offset += fs.readSync(handle, buffer, 0, buffer.length, this.offset);
            fs.closeSync(handle);
            const lines = (this.rest + buffer.toString("latin1")).split("\n");
            this.rest = lines.pop() ?? "";
            this.count += lines.filter((line) => operation.test(line)).length;
        }
        return this.count;
    }
}

/**
 * Interrupts a run.
 * @returns whether the attack was made: the program to be killed may not run, or the run may have ended
 */
export async function interrupt(run: Run, kind: Kind): Promise<boolean> {
    switch (kind) {
        case "INT":
        case "TERM":
        case "HUP":
            signalProcess(run.pulumiw, `SIG${kind}`);
            return true;
        case "INT twice":
            signalProcess(run.pulumiw, "SIGINT");
            await sleep(1500);
            signalProcess(run.pulumiw, "SIGINT");
            return true;
        case "KILL pulumi":
            return kill(await find(run, () => pulumiOf(run)));
        case "KILL the command plugin":
            return kill(await find(run, () => plugin(run, "command")));
        case "KILL the docker plugin":
            return kill(await find(run, () => plugin(run, "docker")));
        case "KILL ssh":
            return kill(await find(run, () => children(run).find(({ command }) => /^ssh /.test(command))));
        case "cut the link":
            return cut(run);
        case "sleep for half a minute":
            return rest(run);
    }
}

function pulumiOf({ note }: Run): ProcessInfo | undefined {
    const file = path.join(note, "process");
    const [pid = "", start = ""] = fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim().split(" ") : [];
    const found = pid === "" ? undefined : processInfo(Number(pid));
    return found?.start === start ? found : undefined;
}

function children(run: Run): ProcessInfo[] {
    const pulumi = pulumiOf(run);
    return pulumi === undefined ? [] : descendants(pulumi.pid);
}

/** A plugin's process: Node runs our plugins; the official ones are programs with the plugin's name. */
function plugin(run: Run, name: string): ProcessInfo | undefined {
    return children(run).find(({ command }) =>
        new RegExp(`pulumi-resource-${name}( |$)|plugins/${name}/main`).test(command),
    );
}

async function find(run: Run, look: () => ProcessInfo | undefined): Promise<ProcessInfo | undefined> {
    for (let waited = 0; waited < searchMs && !run.hasEnded(); waited += 20) {
        const found = look();
        if (found !== undefined) {
            return found;
        }
        await sleep(20);
    }
    return undefined;
}

function kill(victim: ProcessInfo | undefined): boolean {
    if (victim === undefined || !processExists(victim)) {
        return false;
    }
    signalProcess(victim, "SIGKILL");
    return true;
}

/** Cuts the link: no packet passes any more, either way; then the user gives up. */
async function cut(run: Run): Promise<boolean> {
    cutLink(run.address);
    try {
        await untilEnd(run, cutMs);
        signalProcess(run.pulumiw, "SIGINT");
        await untilEnd(run, 5000);
        signalProcess(run.pulumiw, "SIGINT");
        await untilEnd(run, 60_000);
    } finally {
        joinLink(run.address);
    }
    return true;
}

const ways = (address: string): string[][] => [
    ["INPUT", "-s", address, "-j", "DROP"],
    ["OUTPUT", "-d", address, "-j", "DROP"],
];

function cutLink(address: string): void {
    for (const rule of ways(address)) {
        iptables("-I", rule);
    }
}

/** Takes the cut away, also where a former run was killed in between. */
export function joinLink(address: string): void {
    for (const rule of ways(address)) {
        while (iptables("-C", rule, true)) {
            iptables("-D", rule);
        }
    }
}

function iptables(action: string, rule: readonly string[], mayFail = false): boolean {
    const ended = spawnSync("iptables", ["-w", "10", action, ...rule], { encoding: "utf8" });
    if (ended.status !== 0 && !mayFail) {
        throw new Error(`iptables ${action} ${rule.join(" ")}: ${ended.stderr}`);
    }
    return ended.status === 0;
}

/** All of the run stands still, as on a laptop whose lid is closed. */
async function rest(run: Run): Promise<boolean> {
    const all = [run.pulumiw, ...descendants(run.pulumiw.pid)];
    for (const one of all) {
        signalProcess(one, "SIGSTOP");
    }
    await sleep(sleepMs);
    for (const one of all.reverse()) {
        signalProcess(one, "SIGCONT");
    }
    return true;
}

async function untilEnd(run: Run, milliseconds: number): Promise<void> {
    for (let waited = 0; waited < milliseconds && !run.hasEnded(); waited += 100) {
        await sleep(100);
    }
}
