/**
 * How long an audit takes, on a disposable host of its own with up to 100 containers, and what one more costs.
 * Usage: toolchain/tsx bench/audit.ts [--docker-bench FOLDER]
 * FOLDER: docker-bench-security.sh and its files on this machine; it is then run on the same host, for comparison.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { auditFacts } from "../audit/audit";
import { collect } from "../audit/collect";
import { compare } from "../audit/docker-bench/compare";
import { runDockerBench } from "../audit/docker-bench/run";
import { type Target, targetOfConnection } from "../transport/target";
import { labImages, root, TestHost } from "../tests/support/stack";

const sizes = [1, 25, 50, 100] as const;
/** Audits of each size; the median counts. */
const rounds = 5;
/** The limits that the audit promises to keep. */
const mostSeconds = 2;
const mostMillisecondsEach = 10;

function median(values: readonly number[]): number {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** Slope of the line through the points with the least squares. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
    const mean = (values: readonly number[]): number =>
        values.reduce((sum, value) => sum + value, 0) / values.length;
    const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
    const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
    return covariance / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}

/** Containers of two kinds, so that both verdicts are there, until `count` of them run. */
function grow(host: TestHost, count: number): void {
    host.read(`
        i=$(docker ps -q | wc -l)
        while [ $i -lt ${count} ]; do
            if [ $((i % 2)) = 0 ]; then
                set -- --user 1001 --read-only --memory 32m --memory-swap 32m --cpus 0.1 --pids-limit 20 \\
                    --cap-drop ALL --security-opt no-new-privileges:true
            else
                set -- --restart always
            fi
            docker run -d --name c$i --network none "$@" --entrypoint sleep portcullis/redis:lab 100000 >/dev/null
            i=$((i + 1))
        done`);
}

async function timeAudits(target: Target): Promise<number> {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
        const start = performance.now();
        auditFacts(await collect(target));
        times.push(performance.now() - start);
    }
    return median(times);
}

/** Copies a folder onto the host. */
function copy(host: TestHost, folder: string, to: string): void {
    const packed = spawnSync("tar", ["-c", "-C", folder, "docker-bench-security.sh", "functions", "tests"]);
    assert.equal(packed.status, 0, packed.stderr.toString());
    const unpacked = spawnSync("lab/lab", ["ssh", host.name, `mkdir -p ${to} && tar -x -C ${to}`], {
        cwd: root,
        input: packed.stdout,
    });
    assert.equal(unpacked.status, 0, unpacked.stderr.toString());
}

async function main(): Promise<void> {
    const { values } = parseArgs({ options: { "docker-bench": { type: "string" } } });
    const host = new TestHost("bench", "trixie", "10.213.70.0/29");
    await labImages();
    await host.up();
    try {
        const keys = path.join(root, host.folder);
        const target = targetOfConnection({
            user: "root",
            address: host.address,
            port: 22,
            privateKeyFile: path.join(keys, "id_ed25519"),
            hostKey: fs.readFileSync(path.join(keys, "host_key.pub"), "utf8").trim(),
        });
        const archive = fs.readFileSync(path.join(root, ".portcullis/archives/redis.tar.gz"));
        const loaded = spawnSync("lab/lab", ["ssh", host.name, "gunzip | docker load"], {
            cwd: root,
            input: archive,
        });
        assert.equal(loaded.status, 0, loaded.stderr.toString());

        const points: [number, number][] = [];
        for (const size of sizes) {
            grow(host, size);
            const time = await timeAudits(target);
            points.push([size, time]);
            console.log(`${String(size).padStart(4)} containers  ${(time / 1000).toFixed(2)} s`);
        }
        const each = slope(points);
        console.log(`one more container costs ${each.toFixed(1)} ms`);
        const last = (points.at(-1)?.[1] ?? NaN) / 1000;
        if (values["docker-bench"] !== undefined) {
            copy(host, values["docker-bench"], "/opt/docker-bench");
            const start = performance.now();
            const theirs = await runDockerBench(target, {
                script: "/opt/docker-bench/docker-bench-security.sh",
            });
            const seconds = (performance.now() - start) / 1000;
            const { equal, explained, unexplained } = compare(auditFacts(await collect(target)), theirs);
            console.log(
                `Docker Bench took ${seconds.toFixed(0)} s: ${(seconds / last).toFixed(0)} times as long; ` +
                    `${equal} verdicts equal, ${explained.length} explained, ${unexplained.length} not explained`,
            );
        }
        if (last > mostSeconds || each > mostMillisecondsEach) {
            console.log(`over the limit of ${mostSeconds} s and ${mostMillisecondsEach} ms for one more`);
            process.exitCode = 1;
        }
    } finally {
        host.down();
    }
}

main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
