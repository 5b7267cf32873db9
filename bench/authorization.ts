/**
 * What the authorization plugin costs each request: medians through the engine, on a disposable host of its own, in turn
 * without a plugin, with one that lets everything through unread (what the engine's way of asking costs by itself), and with ours.
 * Usage: toolchain/tsx bench/authorization.ts [--release bookworm]
 */
import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import { renderDaemonJson } from "../components/host/daemon";
import { hostScripts, renderToolkit } from "../components/toolkit/scripts";
import {
    configureEngine,
    installPlugin,
    loadRedis,
    pipe,
    pluginFile,
    putFolder,
} from "../tests/support/hardening";
import { someSettings } from "../tests/support/host";
import { labImages, TestHost } from "../tests/support/stack";

/** Rounds in which each configuration has its turn. */
const rounds = 30;
/** The limits that the plugin promises to keep. */
const mostMilliseconds = 1;

const folder = "/root/bench";
const unreadPlugin = "allow-all";

/** Puts what `up` would write as daemon.json on the host: without a plugin, with one that reads nothing, with ours. */
function placeConfigurations(host: TestHost): readonly string[] {
    const ours = renderDaemonJson(someSettings({ engine: { authorizationPlugin: pluginFile } }).engine);
    const texts = {
        without: renderDaemonJson(someSettings({ engine: {} }).engine),
        unread: ours.replace("portcullis-authorization", unreadPlugin),
        ours,
    };
    return Object.entries(texts).map(([kind, text]) => {
        pipe(host, `cat >${folder}/${kind}.json`, text);
        return `${kind}=${folder}/${kind}.json`;
    });
}

async function main(): Promise<void> {
    const { values } = parseArgs({ options: { release: { type: "string", default: "trixie" } } });
    const release = values.release === "bookworm" ? "bookworm" : "trixie";
    const host = new TestHost("benchauthz", release, "10.213.91.0/29");
    await labImages();
    await host.up();
    try {
        host.read(renderToolkit(hostScripts(), "test"));
        // The time of the disk differs from one second to the next by more than the cost of a plugin.
        host.read(
            "mkdir -p /srv/app && mount -t tmpfs -o size=2g tmpfs /var/lib/docker && systemctl start docker",
        );
        putFolder(host, "bench", folder);
        installPlugin(host);
        configureEngine(host);
        loadRedis(host);
        host.read("for i in 1 2 3 4 5; do docker run -d portcullis/redis:lab; done");
        host.read(`systemd-run -q perl ${folder}/allow-all.pl /run/docker/plugins/${unreadPlugin}.sock`);
        const text = host.read(
            `perl ${folder}/authorization.pl ${rounds} ${placeConfigurations(host).join(" ")}`,
        );
        const times = new Map(
            text.split("\n").map((line) => {
                const [kind = "", name = "", milliseconds = ""] = line.split(" ");
                return [`${kind} ${name}`, Number(milliseconds)];
            }),
        );
        console.log(`engine on ${release}, ${rounds} rounds; medians in ms`);
        for (const name of ["ping", "list", "create"]) {
            const of = (kind: string): number => times.get(`${kind} ${name}`) ?? NaN;
            const [unread, cost] = [of("unread") - of("without"), of("ours") - of("without")];
            assert.ok(Number.isFinite(cost) && Number.isFinite(unread), `no times of ${name}`);
            const verdict = cost <= mostMilliseconds ? "kept" : `over ${mostMilliseconds}`;
            console.log(
                `${name.padEnd(7)} without ${of("without").toFixed(2)}; a plugin that reads nothing +${unread.toFixed(2)}, ours +${cost.toFixed(2)}: ${verdict}`,
            );
        }
    } finally {
        host.down();
    }
}

main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
