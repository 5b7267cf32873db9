/** The docker plugin beside the official one, on the same engine. */
import assert from "node:assert/strict";
import type { PluginEngine } from "../../../support/plugin-engine";
import { Plugin } from "../lib/driver";
import { converse } from "./conversation";
import { configureBoth } from "./configure";
import { EngineTap } from "./engine";
import { withoutPassing } from "./passing";
import { type Recording, type RecordingName, writeRecordings } from "./recorded";
import type { Scenario } from "./scenarios";

/** A folder with the official plugins; where there is none, there is nothing to compare with. */
const officialPlugins = process.env["PORTCULLIS_OFFICIAL_PLUGINS"];
/** Set: the official plugin's answers are written down for the unit tests. */
const recording = process.env["PORTCULLIS_RECORD_OFFICIAL"] !== undefined;

/**
 * Declares a test for each scenario: both plugins are asked the same, and have to answer the same.
 * @param name what the official plugin's answers are recorded as.
 * @param plugin the offline plugin, running.
 */
export function compareWithOfficial(
    name: RecordingName,
    engine: PluginEngine,
    scenarios: readonly Scenario[],
    plugin: () => Plugin,
): void {
    if (officialPlugins === undefined) {
        return;
    }
    describe("beside the official plugin", () => {
        let official: Plugin;
        let tap: EngineTap;
        const recordings: Recording[] = [];

        before(async () => {
            tap = new EngineTap(engine.socket);
            official = await Plugin.start("docker", { official: officialPlugins });
            await configureBoth(official, { host: tap.host });
        });

        after(async () => {
            await official.stop();
            tap.close();
            if (recording) {
                writeRecordings(name, recordings);
            }
        });

        for (const scenario of scenarios) {
            it(`answers the same for ${scenario.label}`, async () => {
                const from = tap.exchanges.length;
                const expected = await converse(official, scenario, (step) => {
                    tap.step = step;
                });
                const exchanges = tap.exchanges.slice(from);
                const version = tap.exchanges.find((exchange) => exchange.path === "/version");
                assert.ok(version, "the official plugin asked for the engine's version");
                recordings.push({
                    label: scenario.label,
                    answers: expected,
                    exchanges: [version, ...exchanges],
                });
                const actual = await converse(plugin(), scenario, () => undefined);
                assert.deepEqual(withoutPassing(actual), withoutPassing(expected));
            });
        }
    });
}
