/** Reads planned values by type; a property's type is known from its schema, so anything else counts as not set. */
import { type Props, isObject } from "../../lib/resource";

/** A non-empty string. */
export function text(value: unknown): string | undefined {
    return typeof value === "string" && value !== "" ? value : undefined;
}

/** A number other than 0. */
export function count(value: unknown): number | undefined {
    return typeof value === "number" && value !== 0 ? value : undefined;
}

/** True only for true. */
export function flag(value: unknown): boolean {
    return value === true;
}

/** A list of strings; undefined when it is empty. */
export function texts(value: unknown): string[] | undefined {
    const list = Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
    return list.length > 0 ? list : undefined;
}

/** The objects of a list. */
export function objects(value: unknown): Props[] {
    return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A map of strings; undefined when it is empty. */
export function textMap(value: unknown): Record<string, string> | undefined {
    const entries = isObject(value) ? Object.entries(value) : [];
    return entries.length > 0
        ? Object.fromEntries(entries.map(([key, item]) => [key, String(item)]))
        : undefined;
}

/** A set of labels as a map; undefined when it is empty. */
export function labelMap(value: unknown): Record<string, string> | undefined {
    const labels = objects(value).map((label): [string, string] => [
        String(label["label"]),
        String(label["value"]),
    ]);
    return labels.length > 0 ? Object.fromEntries(labels) : undefined;
}

/** A map of labels as a set. */
export function labelSet(labels: Record<string, string> | null | undefined): Props[] {
    return Object.entries(labels ?? {}).map(([label, value]) => ({ label, value }));
}

/** A copy without the properties that are undefined. */
export function defined<T extends Record<string, unknown>>(object: T): T {
    const copy = { ...object };
    for (const key of Object.keys(copy)) {
        if (copy[key] === undefined) {
            Reflect.deleteProperty(copy, key);
        }
    }
    return copy;
}
