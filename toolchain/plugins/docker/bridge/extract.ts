/** The inputs that a state stands for, as the official provider gives them when a resource is refreshed or imported. */
import { type Props, isObject } from "../../lib/resource";
import type { Field, Fields, Type } from "../schema/types";
import { defaultsKey, defaultNames } from "./inputs";
import { isZero } from "./plan";

interface Extracted {
    value: unknown;
    /** The value is still the default that the provider filled in. */
    unchanged: boolean;
}

/** Refreshing: the inputs as before, with the values that the state now has. */
export function refreshInputs(fields: Fields, inputs: Props, state: Props): Props {
    return refreshObject(fields, inputs, state).value;
}

/** Importing: every property that can be given and says something. */
export function importInputs(fields: Fields, state: Props): Props {
    const inputs: Props = {};
    for (const [name, field] of Object.entries(fields)) {
        const value = importValue(field.type, state[name]);
        const says = field.default === undefined ? !isZero(value) : value !== field.default;
        if (field.use === "required" || (field.use !== "computed" && says)) {
            inputs[name] = value;
        }
    }
    inputs[defaultsKey] = [];
    return inputs;
}

function importValue(type: Type, value: unknown): unknown {
    if (type.kind === "list" || type.kind === "set") {
        return Array.isArray(value) ? value.map((member) => importValue(type.of, member)) : value;
    }
    if (type.kind === "object" || type.kind === "one") {
        return isObject(value) ? importInputs(type.fields, value) : value;
    }
    return type.kind === "map" && isObject(value) && !isZero(value) ? { ...value, [defaultsKey]: [] } : value;
}

function refreshObject(fields: Fields, inputs: Props, state: Props): { value: Props; unchanged: boolean } {
    const remaining = new Set(defaultNames(inputs));
    const hadDefaults = Array.isArray(inputs[defaultsKey]);
    const value: Props = {};
    let unchanged = true;
    for (const [name, input] of Object.entries(inputs)) {
        const field = fields[name];
        const extracted =
            field !== undefined && name in state
                ? refreshField(field, input, state[name])
                : { value: undefined, unchanged: name === defaultsKey };
        if (extracted.value !== undefined) {
            value[name] = extracted.value;
        }
        if (!extracted.unchanged) {
            unchanged = false;
            remaining.delete(name);
        }
    }
    if (hadDefaults) {
        value[defaultsKey] = [...remaining].sort();
    }
    return { value, unchanged: unchanged || !hadDefaults };
}

function refreshField(field: Field, input: unknown, state: unknown): Extracted {
    if (field.emptyMeans !== undefined && typeof input === "string" && typeof state === "string") {
        return { value: input, unchanged: (input === "" ? field.emptyMeans : input) === state };
    }
    return refreshValue(field.type, input, state);
}

function refreshValue(type: Type, input: unknown, state: unknown): Extracted {
    if ((type.kind === "list" || type.kind === "set") && Array.isArray(input) && Array.isArray(state)) {
        return refreshMembers(type, input, state);
    }
    if ((type.kind === "object" || type.kind === "one") && isObject(input) && isObject(state)) {
        return refreshObject(type.fields, input, state);
    }
    if (type.kind === "map" && isObject(input) && isObject(state)) {
        const kept = Object.keys(input).filter((key) => key in state);
        const unchanged =
            kept.length === Object.keys(input).length && kept.every((key) => input[key] === state[key]);
        return { value: Object.fromEntries(kept.map((key) => [key, state[key]])), unchanged };
    }
    return { value: state, unchanged: input === state };
}

function refreshMembers(
    type: Type & { kind: "list" | "set" },
    inputs: unknown[],
    state: unknown[],
): Extracted {
    const matched = type.kind === "set" ? matchMembers(inputs, state) : undefined;
    const value: unknown[] = [];
    let unchanged = true;
    for (const [index, input] of inputs.entries()) {
        const position = matched === undefined ? index : matched.get(index);
        if (position === undefined || position >= state.length) {
            unchanged = false;
            continue;
        }
        const extracted = refreshValue(type.of, input, state[position]);
        unchanged &&= extracted.unchanged;
        value.push(extracted.value);
    }
    return { value, unchanged };
}

/** Pairs the objects of two sets by the values that they share; undefined for sets of scalars. */
function matchMembers(inputs: unknown[], state: unknown[]): Map<number, number> | undefined {
    if (![...inputs, ...state].every(isObject)) {
        return undefined;
    }
    const candidates = inputs.flatMap((input, from) =>
        state.map((member, to) => ({ from, to, score: likeness(input, member) })),
    );
    candidates.sort((a, b) => b.score - a.score);
    const matched = new Map<number, number>();
    const used = new Set<number>();
    for (const { from, to } of candidates) {
        if (!matched.has(from) && !used.has(to)) {
            matched.set(from, to);
            used.add(to);
        }
    }
    return matched;
}

function likeness(input: unknown, member: unknown): number {
    if (!isObject(input) || !isObject(member)) {
        return 0;
    }
    return Object.entries(input)
        .filter(([name]) => name in member)
        .reduce(
            (score, [name, value]) =>
                score + (JSON.stringify(value) === JSON.stringify(member[name]) ? 3 : 1),
            0,
        );
}
