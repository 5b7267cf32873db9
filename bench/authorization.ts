/**
 * What the authorization plugin costs each request: medians through the engine, on a disposable host of its own, in turn
 * without a plugin, with one that lets everything through unread (what the engine's way of asking costs by itself), and with ours.
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

interface Turn {
    readonly without: Medians;
    readonly unread: Medians;
    readonly ours: Medians;
}

const program = "/usr/local/lib/portcullis-bench/allow-all.pl";
const dropIn = "/etc/systemd/system/portcullis-authorization.service.d/bench.conf";

/** Has the plugin's socket served by one that allows everything, or by ours. */
function serve(host: TestHost, which: "unread" | "ours"): void {
    host.read(`rm -f ${dropIn}`);
    if (which === "unread") {
        host.read(
            `mkdir -p $(dirname ${dropIn}) $(dirname ${program}) && cp /root/bench/allow-all.pl ${program}`,
        );
        host.read(`printf '[Service]\\nExecStart=\\nExecStart=/usr/bin/perl ${program}\\n' >${dropIn}`);
    }
    host.read("systemctl daemon-reload && systemctl restart portcullis-authorization.service");
}

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
        const turns: Turn[] = [];
        for (let turn = 0; turn < TURNS; turn++) {
            configureEngine(host);
            measure(host);
            const without = measure(host);
            configureEngine(host, { authorizationPlugin: pluginFile });
            serve(host, "unread");
            measure(host);
            const unread = measure(host);
            serve(host, "ours");
            measure(host);
            turns.push({ without, unread, ours: measure(host) });
        }
        console.log(`engine on ${release}, ${TURNS} turns of ${REQUESTS} requests; medians in ms`);
        for (const name of ["ping", "list", "create"]) {
            const more = (of: (turn: Turn) => Medians, than: (turn: Turn) => Medians): number =>
                median(turns.map((turn) => (of(turn).get(name) ?? NaN) - (than(turn).get(name) ?? NaN)));
            const base = median(turns.map(({ without }) => without.get(name) ?? NaN));
            const cost = more(
                ({ ours }) => ours,
                ({ without }) => without,
            );
            const unread = more(
                ({ unread }) => unread,
                ({ without }) => without,
            );
            const verdict = cost <= MOST_MILLISECONDS ? "kept" : `over ${MOST_MILLISECONDS}`;
            console.log(
                `${name.padEnd(7)} without ${base.toFixed(2)}; a plugin that reads nothing +${unread.toFixed(2)}, ours +${cost.toFixed(2)}: ${verdict}`,
            );
            assert.ok(Number.isFinite(cost) && Number.isFinite(unread), `no times of ${name}`);
        }
    } finally {
        host.down();
    }
}

main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
