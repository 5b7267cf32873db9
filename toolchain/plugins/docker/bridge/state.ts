/** Makes state of the engine's reports, by the official provider's rules for empty and unset values. */
import { type Props, type Unknown, containsUnknown, isObject, isUnknown } from "../../lib/resource";
import { mapDeep } from "../../lib/values";
import type { Fields, ResourceSchema, Type } from "../schema/types";
import { isBlock } from "../schema/types";
import { rawStateDelta } from "./rawstate";
import { isZero } from "./plan";
import { orderSet } from "./sets";

/** The key under which the official provider keeps its own bookkeeping. */
const metaKey = "__meta";
/** The key under which the official provider keeps the layout of the upstream state. */
const rawStateKey = "__pulumi_raw_state_delta";
/** The key of the time limits in the bookkeeping; the official provider's plugin framework fixed it. */
const timeoutsKey = "e2bfb730-ecaa-11e6-8f88-34363bc7c4c0";

/**
 * The state after creating or updating: the engine's report, except where the report only repeats the plan.
 * @param prior the state before an update; a number that is taken out of it is written as 0, and so on.
 */
export function appliedState(fields: Fields, planned: Props, reported: Props, prior: Props = {}): Props {
    const state: Props = {};
    for (const [name, field] of Object.entries(fields)) {
        const plan = planned[name];
        const value = name in reported ? normalize(field.type, reported[name]) : settled(field.type, plan);
        state[name] = preferPlan(field.type, plan, value) ? plan : value;
        if (state[name] === null && isBlock(field) && field.type.kind !== "one") {
            state[name] = [];
        }
        if (state[name] === null && prior[name] !== undefined && prior[name] !== null) {
            state[name] = zeroOf(field.type);
        }
    }
    return state;
}

/** The state after reading: the engine's report, and the earlier values of properties that the engine does not tell. */
export function refreshedState(fields: Fields, prior: Props, reported: Props): Props {
    const state: Props = {};
    for (const [name, field] of Object.entries(fields)) {
        state[name] = normalize(
            field.type,
            name in reported ? reported[name] : reread(field.type, prior[name]),
        );
    }
    return state;
}

/** The state with the official provider's bookkeeping, as outputs. */
export function toOutputs(schema: ResourceSchema, id: string, state: Props): Props {
    return withRawState(schema, {
        ...state,
        id,
        ...bookkeeping({ ...timeouts(schema), ...version(schema) }),
    });
}

/** A plan as the outputs that a preview shows. */
export function plannedOutputs(schema: ResourceSchema, id: string | Unknown, planned: Props): Props {
    return withRawState(schema, { ...planned, id, ...bookkeeping(timeouts(schema)) });
}

function timeouts(schema: ResourceSchema): Props {
    return schema.timeouts === undefined ? {} : { [timeoutsKey]: schema.timeouts };
}

function version(schema: ResourceSchema): Props {
    return schema.version === 0 ? {} : { schema_version: String(schema.version) };
}

function bookkeeping(meta: Props): Props {
    return Object.keys(meta).length === 0 ? {} : { [metaKey]: JSON.stringify(meta) };
}

function withRawState(schema: ResourceSchema, outputs: Props): Props {
    return containsUnknown(outputs)
        ? outputs
        : { ...outputs, [rawStateKey]: rawStateDelta(schema.fields, outputs) };
}

/** The state in outputs, without bookkeeping, every property present. */
export function fromOutputs(fields: Fields, outputs: Props): Props {
    const state: Props = {};
    for (const [name, field] of Object.entries(fields)) {
        const value = outputs[name];
        const empty = isBlock(field) && field.type.kind !== "one" ? [] : null;
        state[name] = value === undefined || value === null ? empty : complete(field.type, value);
    }
    return state;
}

/** A planned value of which the engine tells nothing: unknown parts of the value are not set. */
function settled(type: Type, value: unknown): unknown {
    if (isUnknown(value) && type.kind === "set") {
        return [];
    }
    return mapDeep(value, (item) => (isUnknown(item) ? null : (item ?? null)));
}

/** The zero of a scalar; other types have none. */
function zeroOf(type: Type): string | number | boolean | null {
    return type.kind === "int" ? 0 : type.kind === "bool" ? false : type.kind === "string" ? "" : null;
}

/**
 * The form after reading of a value that the engine does not tell: unset values in the members of a set are written
 * out, and a block of nothing in a set is lost.
 */
function reread(type: Type, value: unknown): unknown {
    if (type.kind === "one" && type.container === "set" && isObject(value)) {
        return Object.values(value).every(isZero) ? null : value;
    }
    if (type.kind !== "set" || type.of.kind !== "object" || !Array.isArray(value)) {
        return value;
    }
    const { fields } = type.of;
    return value.map((member: unknown) => {
        const filled: Props = { ...(isObject(member) ? member : {}) };
        for (const [name, field] of Object.entries(fields)) {
            filled[name] ??= field.type.kind === "string" ? null : zeroOf(field.type);
        }
        return filled;
    });
}

/** Whether the plan's value stays: a set always does, and an empty collection stays as empty or as unset as planned. */
function preferPlan(type: Type, plan: unknown, value: unknown): boolean {
    if (plan === undefined || containsUnknown(plan)) {
        return false;
    }
    const set = type.kind === "set" || (type.kind === "one" && type.container === "set");
    if (set && plan !== null) {
        return true;
    }
    if (type.kind === "set" || type.kind === "list" || type.kind === "map") {
        return (plan === null && isEmpty(value)) || (isEmpty(plan) && value === null);
    }
    return type.kind === "string" && value === null && plan === "";
}

function isEmpty(value: unknown): boolean {
    return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

function normalize(type: Type, value: unknown): unknown {
    const full = complete(type, value ?? null);
    return type.kind === "set" && Array.isArray(full) ? orderSet(type.of, full) : full;
}

/** The value with every property of nested objects present, and sets in their order. */
function complete(type: Type, value: unknown): unknown {
    switch (type.kind) {
        case "list":
        case "set": {
            const members: unknown[] | undefined = Array.isArray(value) ? value : undefined;
            return members?.map((member) => complete(type.of, member)) ?? value;
        }
        case "object":
        case "one":
            return isObject(value) ? fromOutputs(type.fields, value) : value;
        case "string":
        case "int":
        case "bool":
        case "map":
            return value;
    }
}
