import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Deployment } from "../deployment";
import { runningProcess } from "../signals";
import { assertDone, labImages, root, type TestHost, TestStack } from "../stack";
import { interrupt, joinLink, OperationCount, type Run } from "./attack";
import { assertUnharmed, hostState, type HostState } from "./host-state";
import { clock, interruptPlan, type Interrupt, type Phase } from "./plan";

/** Operations on something real in each of the phases, about. */
const operations = 55;
/** A script that runs on after an interrupt, e.g. a restart of the engine, gets this long (ms). */
const settleMs = 120_000;

const driftSchema = z.object({ drift: z.object({ findings: z.array(z.unknown()) }) });

export interface InterruptSuite {
    readonly host: TestHost;
    readonly count: number;
    readonly seed: number;
}

/** The conditions of a phase. */
interface Setting {
    readonly command: "up" | "refresh" | "destroy";
    /** Whether a step of the command restarts the engine, or the engine's authorization plugin. */
    readonly restartsEngine: boolean;
    /** The moment after the operation that is waited for has begun (ms, at most). */
    readonly withinMs: number;
    /** Whether others' containers run on the engine; a `destroy` refuses to hide those. */
    readonly hasForeign: boolean;
}

const settings: Readonly<Record<Phase, Setting>> = {
    "first up": { command: "up", restartsEngine: true, withinMs: 2000, hasForeign: false },
    "changed up": { command: "up", restartsEngine: true, withinMs: 2000, hasForeign: true },
    refresh: { command: "refresh", restartsEngine: false, withinMs: 50, hasForeign: true },
    destroy: { command: "destroy", restartsEngine: true, withinMs: 300, hasForeign: false },
};

/** A run that was interrupted, or should have been. */
interface Attempt {
    readonly code: number;
    readonly output: string;
    readonly wasInterrupted: boolean;
}

/** Interrupts a stack in many ways, and shows after each that the host is unharmed and that one `up` mends the rest. */
export function interruptSuite({ host, count, seed }: InterruptSuite): void {
    const stack = new TestStack(host);
    const deployment = new Deployment(host, stack);
    const next = clock(seed + 1);
    let changes = 0;

    describe(`${count} interrupts on ${host.release}, seed ${seed}`, () => {
        before(async () => {
            await labImages();
            joinLink(host.address);
            await host.up();
            await stack.init();
            // The container of others has no limits: the audit may say so.
            stack.change({ audit: { ...stack.example("audit"), enforce: false } });
        });

        after(() => {
            joinLink(host.address);
            host.down();
        });

        for (const [index, one] of interruptPlan(count, seed).entries()) {
            it(`${index + 1}: ${one.kind}, ${Math.round(one.at * 100)} % into a ${one.phase}`, async () => {
                const { hasForeign, restartsEngine } = settings[one.phase];
                const foreign = hasForeign ? ["someone"] : [];
                await prepare(one.phase);
                let before = hostState(host, foreign);
                let ended = await runAndInterrupt(one);
                // A run may end before it could be interrupted: then the attempt is made again, earlier.
                for (let at = one.at / 2; !ended.wasInterrupted; at /= 2) {
                    assert.ok(at > 0.02, "the run always ended before it could be interrupted");
                    assertDone(await stack.up());
                    await prepare(one.phase);
                    before = hostState(host, foreign);
                    ended = await runAndInterrupt({ ...one, at });
                }
                await settled(before, foreign, restartsEngine);
                assertLine(one, ended);
                if (hasForeign) {
                    host.read("docker rm -f someone >/dev/null");
                }
                assertDone(await stack.up());
                assert.deepEqual(await drift(), []);
                await deployment.assertConfined();
            });
        }
    });

    async function prepare(phase: Phase): Promise<void> {
        if (phase === "first up") {
            assertDone(await stack.destroy());
        }
        if (phase === "changed up") {
            changes += 1;
            stack.change({
                engine: { ...stack.example("engine"), settings: { "max-concurrent-downloads": 3 + changes } },
                registry: { ...stack.example("registry"), memoryMegabytes: 256 + changes },
            });
        }
        if (settings[phase].hasForeign) {
            host.read(`docker rm -f someone >/dev/null 2>&1 || true
                docker run -d --name someone --network none --entrypoint sleep \
                    "$(docker images -q portcullis.local/registry-image | head -n 1)" 100000 >/dev/null`);
        }
    }

    /** Starts the phase's command, and interrupts it at the attempt's moment. */
    async function runAndInterrupt({ phase, kind, at }: Interrupt): Promise<Attempt> {
        const note = path.join(root, ".portcullis/runs", host.name);
        const log = path.join(stack.folder, "interrupted.log");
        const out = fs.openSync(log, "w");
        const child = stack.start(settings[phase].command, out);
        let code: number | undefined;
        child.on("exit", (status, signal) => {
            code = status ?? (signal === null ? 255 : 254);
        });
        const run: Run = {
            pulumiw: runningProcess(child.pid),
            note,
            address: host.address,
            hasEnded: () => code !== undefined,
        };
        const { withinMs } = settings[phase];
        const begun = new OperationCount(note);
        while (!run.hasEnded() && begun.look() < at * operations) {
            await sleep(20);
        }
        await sleep(withinMs * next());
        const position = begun.look();
        const wasInterrupted = !run.hasEnded() && (await interrupt(run, kind));
        while (code === undefined) {
            await sleep(100);
        }
        fs.closeSync(out);
        if (kind === "KILL pulumi" && wasInterrupted) {
            leaveAttributesEmpty();
        }
        const output = fs.readFileSync(log, "utf8");
        fs.appendFileSync(
            stack.log,
            `${output}\n--- after ${position} operations, ${phase}: ${kind}${wasInterrupted ? "" : ", too late"}, code ${code}\n`,
        );
        return { code, output, wasInterrupted };
    }

    /** Leaves the state as a Pulumi leaves it that is killed while it writes: that moment is too short to be met. */
    function leaveAttributesEmpty(): void {
        const file = path.join(stack.folder, "state/.pulumi/stacks/portcullis", `${host.name}.json.attrs`);
        assert.ok(fs.existsSync(file), file);
        fs.truncateSync(file);
    }

    /** Waits for running scripts on the host, and for units that a step restarts just now. */
    async function settled(before: HostState, foreign: string[], mayRestart: boolean): Promise<void> {
        const deadline = Date.now() + settleMs;
        for (;;) {
            try {
                assertUnharmed(before, hostState(host, foreign), mayRestart);
                return;
            } catch (error) {
                if (Date.now() > deadline) {
                    throw error;
                }
                await sleep(1000);
            }
        }
    }

    /** An interrupt of ours is told in one line, at the end. */
    function assertLine({ kind }: Interrupt, { code, output }: Attempt): void {
        if (code === 0 || /plugin|ssh|sleep/.test(kind)) {
            return;
        }
        const last = output.trimEnd().split("\n").at(-1) ?? "";
        assert.match(last, /^portcullis: interrupted; .*; the same command goes on from here$/);
    }

    async function drift(): Promise<unknown[]> {
        const file = path.join(stack.folder, "declared.json");
        fs.writeFileSync(file, JSON.stringify((await stack.outputs())["declared"]), { mode: 0o600 });
        const ended = spawnSync("bin/portcullis", [...host.auditWords(file), "--format", "json"], {
            cwd: root,
            encoding: "utf8",
            maxBuffer: 1 << 26,
        });
        assert.ok(ended.status === 0 || ended.status === 1, ended.stderr);
        return driftSchema.parse(JSON.parse(ended.stdout)).drift.findings;
    }
}
