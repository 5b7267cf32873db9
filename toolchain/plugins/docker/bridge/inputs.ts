/** The official provider's Check: coerces, validates, fills in names and defaults, and notes which it filled in. */
import * as crypto from "node:crypto";
import { type CheckFailure, type Props, isObject, isUnknown } from "../../lib/resource";
import type { Field, Fields, ResourceSchema, Type } from "../schema/types";

/** The key under which the official provider lists the properties whose values are defaults, at every level. */
export const defaultsKey = "__defaults";
const reserved = /^__/;
const randomDigits = 7;
const longestName = 255;

/** The outcome of a check. */
export interface Checked {
    inputs: Props;
    failures: CheckFailure[];
}

/**
 * Checks the inputs of a resource.
 * @param name the resource's name in the stack, from which its own name is made where the program gives none.
 * @param olds the inputs of the last check; names and defaults that it filled in are kept.
 */
export function checkInputs(schema: ResourceSchema, name: string, olds: Props, news: Props): Checked {
    const failures: CheckFailure[] = [];
    const given = schema.autoName ? withName(name, olds, news) : { props: news, named: false };
    const known: Props = {};
    for (const [key, value] of Object.entries(given.props)) {
        const reason = schema.refused?.[key];
        if (reason === undefined) {
            known[key] = value;
        } else {
            failures.push({ property: key, reason: notCarriedOut(key, reason) });
        }
    }
    const inputs = checkObject(schema.fields, olds, known, "", failures);
    if (given.named) {
        inputs[defaultsKey] = ["name", ...defaultNames(inputs)].sort();
    }
    return { inputs, failures };
}

/** The names listed as defaults in an object of inputs. */
export function defaultNames(inputs: Props): string[] {
    const names = inputs[defaultsKey];
    return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}

function withName(name: string, olds: Props, news: Props): { props: Props; named: boolean } {
    if (news["name"] !== undefined) {
        return { props: news, named: false };
    }
    const kept = mayReuse(olds, "name") ? olds["name"] : undefined;
    const digits = crypto.randomBytes(randomDigits).toString("hex").slice(0, randomDigits);
    const made = `${name.slice(0, longestName - randomDigits - 1)}-${digits}`;
    return { props: { ...news, name: kept ?? made }, named: true };
}

/** Old inputs that do not list their defaults may all be defaults. */
function mayReuse(olds: Props, name: string): boolean {
    return olds[name] !== undefined && (!(defaultsKey in olds) || defaultNames(olds).includes(name));
}

function checkObject(
    fields: Fields,
    olds: Props,
    news: Props,
    path: string,
    failures: CheckFailure[],
): Props {
    const inputs: Props = {};
    for (const [key, value] of Object.entries(news)) {
        if (reserved.test(key)) {
            continue;
        }
        const field = fields[key];
        const where = path === "" ? key : `${path}.${key}`;
        const refusal = refuse(fields, key);
        if (field === undefined || refusal !== undefined) {
            failures.push({ property: where, reason: refusal ?? "" });
        } else if (value !== undefined && value !== null) {
            inputs[key] = checkValue(field, field.type, olds[key], value, where, failures);
        }
    }
    for (const [key, field] of Object.entries(fields)) {
        if (field.use === "required" && !(key in inputs)) {
            const where = path === "" ? key : `${path}.${key}`;
            failures.push({
                property: where,
                reason: `Missing required property '${where}': give it a value`,
            });
        }
    }
    inputs[defaultsKey] = fillDefaults(fields, olds, inputs);
    return inputs;
}

function refuse(fields: Fields, key: string): string | undefined {
    const field = fields[key];
    if (field === undefined || field.use === "computed") {
        const known = Object.keys(fields).filter((name) => fields[name]?.use !== "computed");
        return `'${key}' is no property that can be given here: use one of ${known.join(", ")}`;
    }
    return field.refused === undefined ? undefined : notCarriedOut(key, field.refused);
}

function notCarriedOut(key: string, reason: string): string {
    return `the offline docker plugin does not carry out '${key}': ${reason}`;
}

function fillDefaults(fields: Fields, olds: Props, inputs: Props): string[] {
    const filled: string[] = [];
    for (const [key, field] of Object.entries(fields)) {
        if (field.default === undefined || key in inputs) {
            continue;
        }
        const kept = mayReuse(olds, key) ? olds[key] : undefined;
        // A default that is zero says nothing: the official provider leaves it out, so that inputs stay short.
        const value = kept ?? (isZero(field.default) ? undefined : field.default);
        if (value !== undefined) {
            inputs[key] = value;
            filled.push(key);
        }
    }
    return filled.sort();
}

function isZero(value: unknown): boolean {
    return value === "" || value === 0 || value === false;
}

function checkValue(
    field: Field,
    type: Type,
    old: unknown,
    value: unknown,
    path: string,
    failures: CheckFailure[],
): unknown {
    if (isUnknown(value)) {
        return value;
    }
    switch (type.kind) {
        case "string":
        case "int":
        case "bool": {
            const coerced = coerce(type.kind, value);
            const reason = coerced === undefined ? mismatch(type, value, path) : field.validate?.(coerced);
            if (reason !== undefined) {
                failures.push({ property: path, reason });
            }
            return coerced ?? value;
        }
        case "map":
            return checkMap(value, path, failures);
        case "list":
        case "set":
            return checkList(field, type.of, old, value, path, failures);
        case "object":
        case "one":
            if (!isObject(value)) {
                failures.push({ property: path, reason: mismatch(type, value, path) });
                return value;
            }
            return checkObject(type.fields, isObject(old) ? old : {}, value, path, failures);
    }
}

function checkList(
    field: Field,
    of: Type,
    old: unknown,
    value: unknown,
    path: string,
    failures: CheckFailure[],
): unknown {
    const items: unknown[] = Array.isArray(value) ? value : [value];
    const oldItems: unknown[] = Array.isArray(old) ? old : [];
    return items.map((item, index) =>
        checkValue(field, of, oldItems[index], item, `${path}[${String(index)}]`, failures),
    );
}

function checkMap(value: unknown, path: string, failures: CheckFailure[]): unknown {
    if (!isObject(value)) {
        failures.push({ property: path, reason: mismatch({ kind: "map" }, value, path) });
        return value;
    }
    const entries = Object.entries(value).map(([key, item]): [string, unknown] => {
        if (isUnknown(item)) {
            return [key, item];
        }
        const text = coerce("string", item);
        if (text === undefined) {
            failures.push({ property: `${path}.${key}`, reason: mismatch({ kind: "string" }, item, path) });
        }
        return [key, text ?? item];
    });
    return Object.fromEntries(entries);
}

/** The value as the type, or undefined when it cannot be read as one. */
function coerce(kind: "string" | "int" | "bool", value: unknown): string | number | boolean | undefined {
    switch (kind) {
        case "string":
            return typeof value === "string"
                ? value
                : typeof value === "number" || typeof value === "boolean"
                  ? String(value)
                  : undefined;
        case "int":
            if (typeof value === "string" && /^[+-]?\d+$/.test(value)) {
                return Number(value);
            }
            return typeof value === "number" ? Math.trunc(value) : undefined;
        case "bool":
            if (typeof value === "boolean") {
                return value;
            }
            return value === "true" ? true : value === "false" ? false : undefined;
    }
}

const kindNames: Record<Type["kind"], string> = {
    string: "a string",
    int: "a whole number",
    bool: "true or false",
    map: "an object of strings",
    list: "a list",
    set: "a list",
    object: "an object",
    one: "an object",
};

function mismatch(type: Type, value: unknown, path: string): string {
    const found = Array.isArray(value) ? "a list" : `a value of type ${typeof value}`;
    return `'${path}' is ${found}: give ${kindNames[type.kind]}`;
}
