/** The order in which the official provider's state lists the members of a set. */
import { isObject, isUnknown } from "../../lib/resource";
import { type Fields, type Type, isBlock, upstreamName } from "../schema/types";

/** A set's members, each once, in their order: strings by their bytes, objects by a text made of their attributes. */
export function orderSet(of: Type, members: readonly unknown[]): unknown[] {
    const keyed = members.map((member) => ({ member, key: sortKey(of, member) }));
    keyed.sort((a, b) => Buffer.compare(a.key, b.key));
    return keyed
        .filter(({ key, member }, index) => {
            const previous = keyed[index - 1];
            return previous === undefined || isUnknown(member) || !previous.key.equals(key);
        })
        .map(({ member }) => member);
}

/** A text that is equal for equal values of a type. */
export function identity(type: Type, value: unknown): string {
    return hashText(type, value);
}

function sortKey(of: Type, member: unknown): Buffer {
    // Unknown values sort after all known ones.
    const last = isUnknown(member) ? "\u{10ffff}" : "";
    return Buffer.from(
        last + (of.kind === "string" && typeof member === "string" ? member : hashText(of, member)),
    );
}

/** Follows the text that upstream's type system compares sets by, so that the order is the same. */
function hashText(type: Type, value: unknown): string {
    if (isUnknown(value)) {
        return "?";
    }
    if (type.kind === "one") {
        const members = isObject(value) ? [objectText(type.fields, value)] : [];
        return `[${members.map((text) => `${text};`).join("")}]`;
    }
    if (value === null || value === undefined) {
        return "~";
    }
    switch (type.kind) {
        case "string":
        case "int":
        case "bool":
            return scalarText(value);
        case "map":
            return mapText(value);
        case "list":
        case "set": {
            const members: unknown[] = Array.isArray(value) ? value : [];
            const ordered = type.kind === "set" ? orderSet(type.of, members) : members;
            return `[${ordered.map((member) => `${hashText(type.of, member)};`).join("")}]`;
        }
        case "object":
            return isObject(value) ? objectText(type.fields, value) : "~";
    }
}

function scalarText(value: unknown): string {
    return typeof value === "boolean" ? (value ? "T" : "F") : JSON.stringify(value);
}

function mapText(value: unknown): string {
    const entries = isObject(value) ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : [];
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${hashText({ kind: "string" }, item)};`).join("")}}`;
}

function objectText(fields: Fields, value: Record<string, unknown>): string {
    const attributes = Object.entries(fields).map(([name, field]): [string, string] => {
        const missing = isBlock(field) && field.type.kind !== "one" ? [] : null;
        return [upstreamName(name, field), hashText(field.type, value[name] ?? missing)];
    });
    attributes.sort(([a], [b]) => (a < b ? -1 : 1));
    return `<${attributes.map(([, text]) => `${text};`).join("")}>`;
}
