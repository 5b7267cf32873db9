/**
 * What 1,000 exceptions cost the gate beside one: an image with 10,000 findings, judged in this process, as a ratio within one run.
 * Usage: toolchain/tsx bench/gate.ts
 */
import assert from "node:assert/strict";
import type { FindingException } from "../scan/exceptions";
import { judge, type Judgement } from "../scan/policy";
import { parseReport } from "../scan/report";
import { clairReport, input } from "../tests/unit/scan/sample";

const rounds = 7;
const findings = 10_000;
const exceptions = 1_000;
/** The limit of issue 12: milliseconds for the findings beside the exceptions. */
const mostMilliseconds = 1000;

function median(values: readonly number[]): number {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const idOf = (at: number): string => `CVE-2026-${String(at).padStart(5, "0")}`;

/** Exceptions for as many of the findings, the last ones first. */
function excepting(number: number): FindingException[] {
    return Array.from({ length: number }, (_one, at) => ({
        vulnerability: idOf(findings - 1 - at),
        owner: "bench",
        reason: "measured",
        until: "2027-03-31",
    }));
}

const report = parseReport(
    clairReport(Array.from({ length: findings }, (_one, at) => ({ severity: "High", name: idOf(at) }))),
);
const { policy } = input();

function timed(all: readonly FindingException[]): { ms: number; judgement: Judgement } {
    const start = performance.now();
    const judgement = judge(report, policy, true, { exceptions: all, today: "2026-11-27" });
    return { ms: performance.now() - start, judgement };
}

const times = { one: [] as number[], many: [] as number[] };
for (let round = 0; round < rounds; round++) {
    times.one.push(timed(excepting(1)).ms);
    const many = timed(excepting(exceptions));
    assert.equal(many.judgement.excepted.length, exceptions);
    assert.equal(many.judgement.counted.length, findings - exceptions);
    times.many.push(many.ms);
}
const [one, many] = [times.one, times.many].map(median);
process.stdout.write(
    `${findings} findings: ${one?.toFixed(0)} ms beside 1 exception, ${many?.toFixed(0)} ms beside ${exceptions}; ` +
        `ratio ${((many ?? NaN) / (one ?? NaN)).toFixed(2)}\n`,
);
assert.ok((many ?? Infinity) < mostMilliseconds, `more than ${mostMilliseconds} ms`);
