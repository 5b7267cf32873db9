/**
 * What the look at the host costs a preview that finds nothing to change, on a disposable host of its own that is up: the time of
 * the look beside that of a bare connection and of the whole preview, and how many connections a preview makes.
 * Usage: toolchain/tsx bench/look.ts
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { localScript } from "../components/toolkit/scripts";
import { assertDone, labImages, root, TestHost, TestStack } from "../tests/support/stack";

const rounds = 7;
/** The limit that the look promises to keep. */
const mostMilliseconds = 1000;

function median(values: readonly number[]): number {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** Milliseconds of a shell text on the host, with the connection. */
function timed(host: TestHost, script: string): number {
    const start = performance.now();
    const ended = spawnSync("lab/lab", ["ssh", host.name, "sh -s"], {
        cwd: root,
        input: script,
        encoding: "utf8",
    });
    assert.equal(ended.status, 0, ended.stderr);
    return performance.now() - start;
}

/** How often a client has logged in since the host's boot. */
function logins(host: TestHost): number {
    return Number(host.read("journalctl -u ssh -o cat --no-pager | grep -c 'Accepted publickey'"));
}

async function main(): Promise<void> {
    const host = new TestHost("benchlook", "trixie", "10.213.94.0/29");
    const stack = new TestStack(host);
    await labImages();
    await host.up();
    try {
        await stack.init();
        assertDone(await stack.up());
        const { registryUrl, registryUsername, registryPassword } = await stack.outputs();
        const login = Buffer.from(`${String(registryUsername)}:${String(registryPassword)}`).toString(
            "base64",
        );
        const look = localScript("presence", "look.sh")
            .replaceAll("@REGISTRY@", new URL(String(registryUrl)).host)
            .replaceAll("@LOGIN@", login)
            .replaceAll("@FOLLOWED@", "");
        const times = { connection: [] as number[], look: [] as number[], preview: [] as number[] };
        for (let round = 0; round < rounds; round++) {
            times.connection.push(timed(host, "true\n"));
            times.look.push(timed(host, look));
            const start = performance.now();
            assertDone(await stack.preview("--expect-no-changes"));
            times.preview.push(performance.now() - start);
        }
        const [connection, whole, preview] = [times.connection, times.look, times.preview].map(median);
        const before = logins(host);
        assertDone(await stack.preview("--expect-no-changes"));
        // One of them is the count's own.
        const connections = logins(host) - before - 1;
        assert.ok(connection !== undefined && whole !== undefined && preview !== undefined);
        process.stdout.write(
            `look ${whole.toFixed(0)} ms, of that a bare connection ${connection.toFixed(0)} ms; ` +
                `preview without changes ${preview.toFixed(0)} ms: the look is ${(whole / preview).toFixed(2)} of it; ` +
                `${connections} connection(s) a preview\n`,
        );
        assert.ok(whole < mostMilliseconds, "the look takes longer than a second");
    } finally {
        host.down();
    }
}

void main();
