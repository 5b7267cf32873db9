/** Leads one plugin through a scenario, as the engine does, and writes down what it answers. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, type Plugin, type Wire, failure, ok, part } from "../lib/driver";
import type { Scenario } from "./scenarios";

/** Answers by step. */
export type Answers = Record<string, unknown>;

/** How long a container may take to end, or to tell that it lives (ms). */
const settleMilliseconds = 300;

/**
 * Leads a plugin through a scenario.
 * @param enter told before each step that reaches the engine.
 */
export async function converse(
    plugin: Plugin,
    scenario: Scenario,
    enter: (step: string) => void,
    settleMs = settleMilliseconds,
): Promise<Answers> {
    const urn = `urn:pulumi:test::portcullis::${scenario.type}::probe`;
    const answers: Answers = {};
    const keep = (step: string, answer: Wire): Wire => {
        answers[step] = tidy(answer);
        return answer;
    };
    const inputs = part(keep("check", ok(await plugin.check(urn, scenario.inputs))), "inputs");
    keep("check again", ok(await plugin.check(urn, scenario.inputs, inputs)));
    keep("preview", ok(await plugin.create(urn, inputs, true)));

    enter("create");
    const created = keep("create", ok(await plugin.create(urn, inputs)));
    const id = String(created["id"]);
    const made = part(created, "properties");
    await sleep(settleMs);
    keep("diff", ok(await plugin.diff(urn, id, made, inputs, inputs)));
    let state = made;
    // What a read tells may hang on what the read before it told: a second one shows that, a third one that it ends.
    for (const step of ["read", "read again", "read once more"]) {
        enter(step);
        state = part(keep(step, ok(await plugin.read(urn, id, inputs, state))), "properties");
        keep(`diff after ${step}`, ok(await plugin.diff(urn, id, state, inputs, inputs)));
    }

    for (const change of scenario.changes ?? []) {
        const step = `change ${JSON.stringify(change)}`;
        const changed = part(
            ok(await plugin.check(urn, withChange(scenario.inputs, change), inputs)),
            "inputs",
        );
        keep(step, ok(await plugin.diff(urn, id, state, inputs, changed)));
    }
    let [current, currentInputs] = [state, inputs];
    for (const change of scenario.updates ?? []) {
        const step = `update ${JSON.stringify(change)}`;
        const changed = part(
            ok(await plugin.check(urn, withChange(scenario.inputs, change), currentInputs)),
            "inputs",
        );
        enter(step);
        const updated = part(
            keep(step, ok(await plugin.update(urn, id, current, currentInputs, changed))),
            "properties",
        );
        [current, currentInputs] = [updated, changed];
        for (const reread of [`${step}, read`, `${step}, read again`]) {
            enter(reread);
            current = part(keep(reread, ok(await plugin.read(urn, id, changed, current))), "properties");
        }
    }
    enter("delete");
    answers["delete"] = outcome(await plugin.delete(urn, id, inputs, current));
    enter("read when gone");
    keep("read when gone", ok(await plugin.read(urn, id, inputs, current)));
    enter("delete when gone");
    answers["delete when gone"] = outcome(await plugin.delete(urn, id, inputs, current));
    return answers;
}

function withChange(inputs: Wire, change: Wire): Wire {
    return Object.fromEntries(Object.entries({ ...inputs, ...change }).filter(([, value]) => value !== null));
}

function outcome(answer: Answer): string {
    return "ok" in answer ? "done" : failure(answer);
}

/**
 * What counts in an answer. Left out: nulls, which mean "not set" as absence does; what the bridge keeps for itself in
 * previews; the delta of a health check that was never set, which the first read changes; repeated names.
 */
function tidy(answer: Wire): unknown {
    const diff = Array.isArray(answer["replaces"]);
    const plain: unknown = JSON.parse(
        JSON.stringify(answer, (key, value: unknown) => tidyValue(key, value)).replace(
            /\\"_new_extra_shim\\":\{[^}]*\},?/g,
            "",
        ),
    );
    if (!diff || !isRecord(plain)) {
        return plain;
    }
    const { changes, deleteBeforeReplace, detailed } = plain;
    return { changes, deleteBeforeReplace, detailed, replaces: [...new Set(asList(plain["replaces"]))] };
}

function tidyValue(key: string, value: unknown): unknown {
    if (key === "ps" && isRecord(value)) {
        return Object.fromEntries(Object.entries(value).filter(([name]) => name !== "healthcheck"));
    }
    if (key === "networkDatas" && Array.isArray(value)) {
        // The official plugin lists networks in a random order.
        return value.map((item) => JSON.stringify(item)).sort();
    }
    return value === null ? undefined : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

function asList(value: unknown): unknown[] {
    return Array.isArray(value) ? value : [];
}
