/** The docker plugin against what the official one answered, and what that one said to the engine. */
import assert from "node:assert/strict";
import { Plugin } from "../lib/driver";
import { configureBoth } from "./configure";
import { converse } from "./conversation";
import { EngineReplay, type Exchange } from "./engine";
import { filledIn } from "./filled-in";
import { readRecordings } from "./recorded";
import { scenarios } from "./scenarios";

const asked = [
    { name: "docker", of: "an engine with no settings", scenarios },
    { name: "docker-filled-in-26.1", of: "an engine 26.1 that fills in all defaults", scenarios: filledIn },
    { name: "docker-filled-in-20.10", of: "an engine 20.10 that fills in all defaults", scenarios: filledIn },
] as const;

for (const { name, of, scenarios } of asked) {
    describe(`the docker plugin, asked what the official one was asked, on ${of}`, () => {
        const recordings = readRecordings(name);
        // One for each engine: a plugin remembers the engine's version.
        let plugin: Plugin;
        let engine: EngineReplay;

        before(async () => {
            engine = new EngineReplay();
            plugin = await Plugin.start("docker");
            await configureBoth(plugin, { host: engine.host });
        });

        after(async () => {
            await plugin.stop();
            engine.close();
        });

        for (const scenario of scenarios) {
            it(`answers and acts the same for ${scenario.label}`, async () => {
                const recording = recordings.get(scenario.label);
                assert.ok(
                    recording,
                    "record anew: PORTCULLIS_OFFICIAL_PLUGINS=FOLDER PORTCULLIS_RECORD_OFFICIAL=1 and the integration tests",
                );
                engine.play(recording.exchanges);
                const answers = await converse(plugin, scenario, (step) => (engine.step = step), 0);
                assert.deepEqual(answers, recording.answers);
                assert.deepEqual(acts(engine.received), acts(recording.exchanges));
            });
        }
    });
}

type Request = Pick<Exchange, "step" | "method" | "path" | "body">;

/** What changes something, in order; networks may be joined in any order. */
function acts(requests: readonly Request[]): unknown[] {
    const all = requests.filter(isAct);
    const joins = all.filter(isJoin).sort((a, b) => (a.path < b.path ? -1 : 1));
    return all.map((request) => essence(isJoin(request) ? (joins.shift() ?? request) : request));
}

function isJoin(request: Request): boolean {
    return request.path.endsWith("/connect");
}

/** True for what changes something; what is gone already may be left alone in more than one way. */
function isAct(request: Request): boolean {
    return request.method !== "GET" && request.step !== "delete when gone";
}

/** A request without what both leave to the engine: zeros, and the order where order means nothing. */
function essence(request: Request): unknown {
    const { step, method, body } = request;
    const [path, query] = request.path.split("?");
    const parameters = [...new URLSearchParams(query)].filter(
        ([, value]) => !["", "0", "false"].includes(value),
    );
    const plain = parameters.map(([key, value]) => `${key}=${value === "true" ? "1" : value}`).sort();
    return { step, method, path, parameters: plain, body: withoutZeros("", body) };
}

const ordered = ["Cmd", "Entrypoint", "Test"];

function withoutZeros(name: string, value: unknown): unknown {
    if (Array.isArray(value)) {
        const items: unknown[] = value
            .map((item) => withoutZeros("", item))
            .filter((item) => item !== undefined);
        const sorted = ordered.includes(name)
            ? items
            : items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
        return sorted.length === 0 ? undefined : sorted;
    }
    if (typeof value !== "object" || value === null) {
        return value === "" || value === 0 || value === false || value === null ? undefined : value;
    }
    const entries = Object.entries(value)
        .map(([key, item]): [string, unknown] => [key, withoutZeros(key, item)])
        .filter(([, item]) => item !== undefined);
    return entries.length === 0
        ? undefined
        : Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
