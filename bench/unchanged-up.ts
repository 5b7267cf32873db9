/**
 * How long a `make up` takes that has nothing to change, now and at an earlier commit, in turns in one run: wall time,
 * and processor time of all that make waits for. The two are cloned, and take turns in one folder with one host, one
 * state and one engine, so that only the program differs. Before each turn that counts, the same commit runs once,
 * because the other one's run has rewritten the state. The stack of this checkout stays as it is; its host `dev` must be
 * down, because the clones' host takes its network.
 * Usage: toolchain/tsx bench/unchanged-up.ts --before COMMIT [--rounds 5]
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";

const root = path.join(__dirname, "..");

/** The limits of a `make up` that changes nothing, on two free cores. */
const most = { wall: 5, processor: 6, ratio: 0.45 };
/** Files that belong to the folder and not to the commit. */
const shared = [".portcullis", "reports"];

interface Times {
    /** Seconds. */
    readonly wall: number;
    readonly processor: number;
}

const median = (values: readonly number[]): number =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** One folder in which two commits take turns. */
class Place {
    private readonly base = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-bench-"));
    private readonly folder = path.join(this.base, "checkout");

    constructor(commits: Readonly<Record<string, string>>) {
        fs.mkdirSync(this.folder);
        for (const [name, commit] of Object.entries(commits)) {
            const clone = path.join(this.base, name);
            execFileSync("git", ["clone", "--quiet", "--no-checkout", root, clone]);
            execFileSync("git", ["-C", clone, "checkout", "--quiet", "--detach", commit]);
        }
    }

    /** Runs make with one commit in the folder. */
    make(name: string, ...words: string[]): { times: Times; output: string } {
        const clone = path.join(this.base, name);
        this.move(clone, this.folder);
        try {
            const script = `TIMEFORMAT='%R %U %S'; { time make --no-print-directory ${words.join(" ")} 2>&1; } 2>times`;
            const ended = spawnSync("bash", ["-c", script], {
                cwd: this.folder,
                encoding: "utf8",
                maxBuffer: 64 << 20,
                env: { ...process.env, MAKEFLAGS: "" },
            });
            assert.equal(ended.status, 0, ended.stdout + ended.stderr);
            const line = fs.readFileSync(path.join(this.folder, "times"), "utf8");
            const [wall = NaN, user = NaN, system = NaN] = line.trim().split(" ").map(Number);
            return { times: { wall, processor: user + system }, output: ended.stdout };
        } finally {
            this.move(this.folder, clone);
        }
    }

    /** Pulumi's note of the passphrase is the state's, not the commit's. */
    copySettings(from: string, to: string): void {
        const name = "Pulumi.dev.yaml";
        fs.copyFileSync(path.join(this.base, from, name), path.join(this.base, to, name));
    }

    remove(name: string): void {
        this.make(name, "clean");
        fs.rmSync(this.base, { recursive: true });
    }

    private move(from: string, to: string): void {
        for (const name of fs.readdirSync(from)) {
            if (!shared.includes(name)) {
                fs.renameSync(path.join(from, name), path.join(to, name));
            }
        }
    }
}

/** Nothing changes, nothing warns, and the summary comes last. */
function checkOutput(output: string): void {
    assert.match(output, /^ +\d+ unchanged$/m);
    assert.doesNotMatch(output, /^ +[+~-]|\bto (?:create|update|replace|delete)\b/m);
    assert.doesNotMatch(output, /warning:/i);
    const lines = output.trimEnd().split("\n");
    assert.match(lines.at(-1) ?? "", /^Tear it down: /);
    assert.doesNotMatch(output, /^Outputs:/m);
}

function main(): void {
    const { values } = parseArgs({
        options: { before: { type: "string" }, rounds: { type: "string", default: "5" } },
    });
    assert.ok(
        values.before !== undefined,
        "usage: toolchain/tsx bench/unchanged-up.ts --before COMMIT [--rounds 5]",
    );
    const place = new Place({ before: values.before, now: "HEAD" });
    try {
        const first = place.make("now", "up").times;
        console.log(
            `first up: ${first.wall.toFixed(1)} s, ${first.processor.toFixed(1)} s of processor time`,
        );
        place.copySettings("now", "before");
        const times: Record<"before" | "now", Times[]> = { before: [], now: [] };
        for (let round = 0; round < Number(values.rounds); round++) {
            for (const name of ["before", "now"] as const) {
                place.make(name, "up");
                const run = place.make(name, "up");
                if (name === "now") {
                    checkOutput(run.output);
                }
                times[name].push(run.times);
                console.log(
                    `${name.padEnd(6)} ${run.times.wall.toFixed(1)} s, ${run.times.processor.toFixed(1)} s`,
                );
            }
        }
        const of = (name: "before" | "now", kind: keyof Times): number =>
            median(times[name].map((run) => run[kind]));
        let isOver = false;
        for (const kind of ["wall", "processor"] as const) {
            const [before, now] = [of("before", kind), of("now", kind)];
            const ratio = now / before;
            isOver ||= now > most[kind] || ratio > most.ratio;
            console.log(
                `${kind}: ${before.toFixed(1)} s before, ${now.toFixed(1)} s now (at most ${most[kind]}), ` +
                    `ratio ${ratio.toFixed(2)} (at most ${most.ratio})`,
            );
        }
        process.exitCode = isOver ? 1 : 0;
    } finally {
        place.remove("now");
    }
}

main();
