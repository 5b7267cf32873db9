/** The difference between a state and a plan, by property path, as the official provider shows it in previews. */
import { type Diff, type DiffKind, type Props, isObject, isUnknown } from "../../lib/resource";
import type { Field, Fields, ResourceSchema, Type } from "../schema/types";
import { defaultsKey, defaultNames } from "./inputs";
import { withoutZeros } from "./plan";
import { forcesWithin, replacesResource } from "./replacement";
import { identity } from "./sets";

type Details = Record<string, DiffKind>;

/** The place of a value in the schema: its type, and whether a change there replaces the resource. */
interface Place {
    path: string;
    type: Type;
    forceNew: boolean;
}

/**
 * Compares a state with the plan made from new inputs.
 * @param news the new inputs, by whose positions members of sets are named.
 */
export function diffStates(schema: ResourceSchema, prior: Props, planned: Props, news: Props): Diff {
    const detailed: Details = {};
    for (const [name, field] of Object.entries(schema.fields)) {
        diffValue(placeOf(name, field), prior[name], planned[name], news[name], detailed);
    }
    demote(detailed, replacesResource(schema.fields, prior, planned));
    const replaced = new Set(
        Object.entries(detailed)
            .filter(([, kind]) => kind.endsWith("-replace"))
            .map(([path]) => path.replace(/[.[].*$/s, "")),
    );
    const stables = Object.entries(schema.fields)
        .filter(([name, field]) => field.forceNew === true && !replaced.has(name))
        .map(([name]) => name);
    return {
        changes: Object.keys(detailed).length > 0,
        replaces: [...replaced].sort(),
        deleteBeforeReplace: replaced.size > 0 && (schema.deleteBeforeReplace || hasFixedName(schema, news)),
        detailed,
        stables: stables.sort(),
    };
}

/** Nothing is shown as replacing when nothing replaces. */
function demote(detailed: Details, replaces: boolean): void {
    const plain = { "add-replace": "add", "delete-replace": "delete", "update-replace": "update" } as const;
    for (const [path, kind] of Object.entries(detailed)) {
        if (!replaces && (kind === "add-replace" || kind === "delete-replace" || kind === "update-replace")) {
            detailed[path] = plain[kind];
        }
    }
}

/** Two resources of one name cannot live side by side, unless the name was made up. */
function hasFixedName(schema: ResourceSchema, news: Props): boolean {
    return schema.autoName && defaultsKey in news && "name" in news && !defaultNames(news).includes("name");
}

function placeOf(name: string, field: Field, parent?: Place): Place {
    return {
        path: parent === undefined ? name : `${parent.path}.${name}`,
        type: field.type,
        forceNew: field.forceNew === true,
    };
}

function diffValue(place: Place, old: unknown, planned: unknown, input: unknown, out: Details): void {
    const before = presentOrNull(old);
    const after = presentOrNull(planned);
    if (before === null || after === null || isUnknown(after)) {
        diffPresence(place, before, after, out);
        return;
    }
    const { type } = place;
    switch (type.kind) {
        case "string":
        case "int":
        case "bool":
            if (before !== after) {
                put(out, place.path, "update", place.forceNew);
            }
            return;
        case "map":
            diffMap(place, before, after, out);
            return;
        case "list":
            diffList(place, type.of, asList(before), asList(after), out);
            return;
        case "set":
            diffSet(place, type.of, asList(before), asList(after), asList(input), out);
            return;
        case "object":
        case "one":
            diffFields(place, type.fields, asObject(before), asObject(after), asObject(input), out);
    }
}

/** An empty list is as good as none. */
function presentOrNull(value: unknown): unknown {
    return value === undefined || (Array.isArray(value) && value.length === 0) ? null : value;
}

function diffPresence(place: Place, before: unknown, after: unknown, out: Details): void {
    if (before === null && after === null) {
        return;
    }
    const kind = before === null ? "add" : after === null ? "delete" : "update";
    const deep = after !== null && !isUnknown(after) ? after : before;
    const forced = isUnknown(after) ? place.forceNew : place.forceNew || forcesWithin(place.type, deep);
    put(out, place.path, kind, forced);
}

function put(out: Details, path: string, kind: "add" | "delete" | "update", forceNew: boolean): void {
    out[path] = forceNew ? `${kind}-replace` : kind;
}

function diffFields(
    place: Place,
    fields: Fields,
    before: Props,
    after: Props,
    input: Props,
    out: Details,
): void {
    for (const [name, field] of Object.entries(fields)) {
        diffValue(placeOf(name, field, place), before[name], after[name], input[name], out);
    }
}

function diffMap(place: Place, before: unknown, after: unknown, out: Details): void {
    const [old, planned] = [asObject(before), asObject(after)];
    for (const key of new Set([...Object.keys(old), ...Object.keys(planned)])) {
        const path = /^[a-zA-Z_]\w*$/.test(key)
            ? `${place.path}.${key}`
            : `${place.path}["${key.replaceAll('"', '\\"')}"]`;
        diffValue(
            { path, type: { kind: "string" }, forceNew: place.forceNew },
            old[key],
            planned[key],
            undefined,
            out,
        );
    }
}

function diffList(place: Place, of: Type, before: unknown[], after: unknown[], out: Details): void {
    if (of.kind === "object") {
        for (let index = 0; index < Math.max(before.length, after.length); index++) {
            const member = { path: `${place.path}[${String(index)}]`, type: of, forceNew: place.forceNew };
            diffValue(member, before[index], after[index], undefined, out);
        }
        return;
    }
    const [removed, added] = editScript(before, after);
    for (const index of new Set([...removed, ...added])) {
        const kind = removed.has(index) ? (added.has(index) ? "update" : "delete") : "add";
        put(out, `${place.path}[${String(index)}]`, kind, place.forceNew);
    }
}

/** The positions that a shortest edit takes out of the old list, and those that it puts into the new one. */
function editScript(before: unknown[], after: unknown[]): [Set<number>, Set<number>] {
    const common: number[][] = [];
    for (let i = before.length; i >= 0; i--) {
        common[i] = [];
        for (let j = after.length; j >= 0; j--) {
            const same = i < before.length && j < after.length && before[i] === after[j];
            const skip = Math.max(common[i + 1]?.[j] ?? 0, common[i]?.[j + 1] ?? 0);
            (common[i] ?? [])[j] = same ? (common[i + 1]?.[j + 1] ?? 0) + 1 : skip;
        }
    }
    const removed = new Set(before.keys());
    const added = new Set(after.keys());
    for (let i = 0, j = 0; i < before.length && j < after.length;) {
        if (before[i] === after[j]) {
            removed.delete(i++);
            added.delete(j++);
        } else if ((common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0)) {
            i++;
        } else {
            j++;
        }
    }
    return [removed, added];
}

function diffSet(
    place: Place,
    of: Type,
    before: unknown[],
    after: unknown[],
    inputs: unknown[],
    out: Details,
): void {
    const key = (member: unknown): string => identity(of, withoutZeros(member));
    const oldKeys = new Set(before.map(key));
    const newKeys = new Set(after.map(key));
    const removed = before.flatMap((member, index) => (newKeys.has(key(member)) ? [] : [index]));
    const added = after.flatMap((member, index) => (oldKeys.has(key(member)) ? [] : [index]));
    if (removed.length === 0 && added.length === 0) {
        return;
    }
    const positions = matchInputs(of, added, after, inputs);
    if (positions === undefined) {
        put(out, place.path, "update", place.forceNew);
        return;
    }
    for (const index of new Set([...removed, ...positions.keys()])) {
        const member = { path: `${place.path}[${String(index)}]`, type: of, forceNew: place.forceNew };
        const old = removed.includes(index) ? before[index] : null;
        const position = positions.get(index);
        diffValue(member, old, position === undefined ? null : after[position], inputs[index], out);
    }
}

/** Finds the input that each added member came from; undefined when one came from none. */
function matchInputs(
    of: Type,
    added: number[],
    planned: unknown[],
    inputs: unknown[],
): Map<number, number> | undefined {
    if (inputs.length < planned.length) {
        return undefined;
    }
    const positions = new Map<number, number>();
    for (const index of added) {
        const found = inputs.findIndex(
            (input, at) => !positions.has(at) && covers(of, input, planned[index]),
        );
        if (found >= 0) {
            positions.set(found, index);
        }
    }
    return positions.size === added.length ? positions : undefined;
}

/** True when a planned member can have come from an input: they are equal but for what the engine gives. */
function covers(type: Type, input: unknown, planned: unknown): boolean {
    if (type.kind === "object") {
        const [given, made] = [asObject(input), asObject(planned)];
        return Object.entries(type.fields).every(
            ([name, field]) =>
                ((field.use === "computed" || field.use === "either") && given[name] === undefined) ||
                covers(field.type, given[name], made[name]),
        );
    }
    const [given, made] = [presentOrNull(input), presentOrNull(planned)];
    if (type.kind === "one") {
        return given === null && made === null;
    }
    const empty = type.kind === "map" && given === null && Object.keys(asObject(made)).length === 0;
    return empty || identity(type, given) === identity(type, made);
}

function asList(value: unknown): unknown[] {
    return Array.isArray(value) ? value : [];
}

function asObject(value: unknown): Props {
    return isObject(value) ? value : {};
}
