/**
 * What each form of a scan's result costs beside the gate's own work on the same run: ten images with 10,000 findings together, in this
 * process, as ratios within one run.
 * Usage: toolchain/tsx bench/scan-formats.ts
 */
import * as zlib from "node:zlib";
import { renderScans, scanFormats, type ScanRun } from "../scan/formats";
import { runGate, type GateInput } from "../scan/gate";
import { clean, debian13, digestOf, dpkg, input } from "../tests/unit/scan/sample";

const rounds = 5;
const images = 10;
const findings = 1_000;

function median(values: readonly number[]): number {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function timed<T>(work: () => T): { readonly ms: number; readonly result: T } {
    const start = performance.now();
    const result = work();
    return { ms: performance.now() - start, result };
}

/** An image of 250 packages with four findings each, in five layers. */
function scan(index: number): GateInput["scans"][number] {
    const digest = digestOf(String(index));
    const packages = Array.from({ length: findings / 4 }, (_one, at) => `package-${at}`);
    const ids = Array.from({ length: findings }, (_one, at) => `CVE-2026-${1000 + at}`);
    const body = {
        manifest_hash: digest,
        packages: Object.fromEntries(
            packages.map((name) => [name, { name, version: "1.0-1", source: { name, version: "1.0-1" } }]),
        ),
        distributions: { "1": debian13 },
        environments: Object.fromEntries(
            packages.map((name, at) => [name, [{ ...dpkg[0], introduced_in: digestOf(String(at % 5)) }]]),
        ),
        vulnerabilities: Object.fromEntries(
            ids.map((name, at) => [
                name,
                {
                    name,
                    updater: "debian/updater",
                    normalized_severity: ["Low", "Medium", "High", "Critical"][at % 4],
                    fixed_in_version: at % 3 === 0 ? "" : "1.0-2",
                    links: `https://security-tracker.debian.org/tracker/${name} https://example.org/${name}`,
                },
            ]),
        ),
        package_vulnerabilities: Object.fromEntries(
            packages.map((name, at) => [name, ids.slice(4 * at, 4 * at + 4)]),
        ),
    };
    return {
        ...clean,
        name: `team/app${index}`,
        image: `host:5000/team/app${index}@${digest}`,
        digest,
        report: zlib.gzipSync(JSON.stringify(body)).toString("base64"),
    };
}

const given = input({ scans: Array.from({ length: images }, (_one, index) => scan(index)) });
const gateTimes: number[] = [];
const times = new Map(scanFormats.map((format) => [format, [] as number[]]));
const sizes = new Map<string, number>();
for (let round = 0; round < rounds; round++) {
    const judged = timed(() => runGate(given, "2026-11-27"));
    gateTimes.push(judged.ms);
    const run: ScanRun = {
        ...judged.result,
        stack: "dev",
        host: "192.0.2.10",
        judged: "2026-11-27T12:00:00.000Z",
        policy: given.policy,
    };
    for (const format of scanFormats) {
        const { ms, result } = timed(() => renderScans(format, run));
        times.get(format)?.push(ms);
        sizes.set(format, result.length);
    }
}
const gate = median(gateTimes);
process.stdout.write(
    `the gate: ${gate.toFixed(0)} ms for ${images * findings} findings in ${images} images\n`,
);
for (const [format, all] of times) {
    const ms = median(all);
    process.stdout.write(
        `${format.padEnd(10)} ${ms.toFixed(0).padStart(6)} ms, ${(ms / gate).toFixed(2)} of the gate's; ${((sizes.get(format) ?? 0) / 1e6).toFixed(1)} MB\n`,
    );
}
