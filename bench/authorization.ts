/**
 * What the authorization plugin costs each request: medians through the engine, on a disposable host of its own, with the
 * plugin and without, in turn.
 * Usage: toolchain/tsx bench/authorization.ts [--release bookworm]
 */
import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import { hostScripts, renderToolkit } from "../components/toolkit/scripts";
import { configureEngine, installPlugin, loadRedis, pluginFile, putFolder } from "../tests/support/hardening";
import { labImages, TestHost } from "../tests/support/stack";

/** Requests of each kind in a turn. */
const REQUESTS = 150;
const TURNS = 5;
/** What the plugin promises. */
const MOST_MILLISECONDS = 1;

type Medians = ReadonlyMap<string, number>;

function median(values: readonly number[]): number {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function measure(host: TestHost): Medians {
    const text = host.read(`perl /root/bench/authorization.pl ${REQUESTS}`);
    return new Map(
        text.split("\n").map((line) => {
            const [name = "", milliseconds = ""] = line.split(" ");
            return [name, Number(milliseconds)];
        }),
    );
}

async function main(): Promise<void> {
    const { values } = parseArgs({ options: { release: { type: "string", default: "trixie" } } });
    const release = values.release === "bookworm" ? "bookworm" : "trixie";
    const host = new TestHost("benchauthz", release, "10.213.91.0/29");
    await labImages();
    await host.up();
    try {
        host.read(renderToolkit(hostScripts()));
        host.read("mkdir -p /srv/app && systemctl start docker");
        putFolder(host, "bench", "/root/bench");
        installPlugin(host);
        configureEngine(host);
        loadRedis(host);
        host.read("for i in 1 2 3 4 5; do docker run -d portcullis/redis:lab; done");
        const turns: (readonly [without: Medians, withPlugin: Medians])[] = [];
        for (let turn = 0; turn < TURNS; turn++) {
            configureEngine(host);
            measure(host);
            const without = measure(host);
            configureEngine(host, { authorizationPlugin: pluginFile });
            measure(host);
            turns.push([without, measure(host)]);
        }
        console.log(`engine on ${release}, ${TURNS} turns of ${REQUESTS} requests; medians in ms`);
        for (const name of ["ping", "list", "create"]) {
            const of = (at: 0 | 1) => median(turns.map((turn) => turn[at].get(name) ?? NaN));
            const more = median(turns.map(([off, on]) => (on.get(name) ?? NaN) - (off.get(name) ?? NaN)));
            const verdict = more <= MOST_MILLISECONDS ? "kept" : `over ${MOST_MILLISECONDS}`;
            console.log(
                `${name.padEnd(7)} without ${of(0).toFixed(2)}, with ${of(1).toFixed(2)}, difference ${more.toFixed(2)}: ${verdict}`,
            );
            assert.ok(Number.isFinite(more), `no times of ${name}`);
        }
    } finally {
        host.down();
    }
}

main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
