/** Scripts of requests whose answers ours and the official plugin are compared by. */
import * as fs from "node:fs";
import * as path from "node:path";
import assert from "node:assert/strict";
import { z } from "zod";
import { Plugin } from "./driver";

/** Requests to a plugin; the answers by the name of the step. */
export type Scenario = (plugin: Plugin) => Promise<Record<string, unknown>>;

/** A folder with the official plugins, to compare with them instead of with what they answered once. */
const officialProviders = process.env["PORTCULLIS_OFFICIAL_PLUGINS"];
/** Set beside it: what the official plugins answer now is recorded. */
const recordingWanted = process.env["PORTCULLIS_RECORD_OFFICIAL"] !== undefined;

/**
 * Runs a scenario on our plugin, and demands the official plugin's answers (recorded, or live).
 * `normalize` takes out of an answer what differs from run to run.
 */
export async function compareWithOfficial(
    plugin: string,
    name: string,
    scenario: Scenario,
    normalize: (value: unknown) => unknown,
): Promise<void> {
    const ours = normalize(await runOn(plugin, scenario));
    if (officialProviders !== undefined) {
        const theirs = normalize(await runOn(plugin, scenario, officialProviders));
        if (recordingWanted) {
            record(plugin, name, theirs);
        }
        assert.deepEqual(ours, theirs);
    }
    assert.deepEqual(ours, recorded(plugin, name));
}

const started = new Map<string, Promise<Plugin>>();

/** Ends the plugins that comparisons have started: for a suite's `after`. */
export async function stopPlugins(): Promise<void> {
    for (const plugin of started.values()) {
        await (await plugin).stop();
    }
    started.clear();
}

async function start(name: string, official: string | undefined): Promise<Plugin> {
    const env = { ...process.env };
    delete env["SSH_AUTH_SOCK"];
    const plugin = await Plugin.start(name, official === undefined ? { env } : { env, official });
    await plugin.configure();
    return plugin;
}

async function runOn(name: string, scenario: Scenario, official?: string): Promise<unknown> {
    const key = `${official ?? "ours"}/${name}`;
    const plugin = started.get(key) ?? start(name, official);
    started.set(key, plugin);
    return JSON.parse(JSON.stringify(await scenario(await plugin)));
}

/** Replaces text in all strings of a value (as JSON). */
export function replaceText(value: unknown, replacements: [RegExp, string][]): unknown {
    const text = replacements.reduce(
        (json, [pattern, replacement]) => json.replace(pattern, replacement),
        JSON.stringify(value),
    );
    return JSON.parse(text);
}

function file(plugin: string): string {
    return path.join(__dirname, "../recorded", `${plugin}.json`);
}

function readAll(plugin: string): Record<string, unknown> {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(fs.readFileSync(file(plugin), "utf8")));
}

function recorded(plugin: string, name: string): unknown {
    const answers = readAll(plugin)[name];
    assert.ok(answers, `no answers of the official plugin are recorded for ${plugin}/${name}`);
    return answers;
}

function record(plugin: string, name: string, answers: unknown): void {
    const sorted = Object.entries({ ...readAll(plugin), [name]: answers }).sort(([a], [b]) =>
        a < b ? -1 : 1,
    );
    fs.writeFileSync(file(plugin), `${JSON.stringify(Object.fromEntries(sorted), undefined, 1)}\n`);
}
