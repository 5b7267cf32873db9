/**
 * The structural difference of two sets of properties, as the engine's own helper finds it.
 * Source: sdk/go/common/resource/properties_diff.go and plugin.NewDetailedDiffFromObjectDiff of Pulumi.
 */
import { isDeepStrictEqual } from "node:util";
import type { DiffKind } from "./resource";
import { type Props, isObject } from "./values";

type Path = (string | number)[];
type PlainKind = "add" | "delete" | "update";

/** Property path to kind: lists and objects are compared part by part, all else (secrets too) as a whole. */
export function detailedDiff(olds: Props, news: Props): Record<string, PlainKind> {
    const found: Record<string, PlainKind> = {};
    compareObjects([], olds, news, found);
    return found;
}

/** The kind that says that the change needs a replacement. */
export function asReplace(kind: PlainKind): DiffKind {
    return `${kind}-replace`;
}

/** True for equal values; secrets are equal to secrets only, unknowns to unknowns of their type. */
export function sameValue(one: unknown, other: unknown): boolean {
    return isDeepStrictEqual(one, other);
}

/** Writes a path as the engine does: `a.b[0]["not a plain name"]`. */
export function formatPath(path: Path): string {
    const parts = path.map((part, index) => {
        if (typeof part === "number") {
            return `[${String(part)}]`;
        }
        if (/[^A-Za-z0-9_]/.test(part)) {
            return `["${part.replaceAll('"', '\\"')}"]`;
        }
        return index === 0 ? part : `.${part}`;
    });
    return parts.join("");
}

function compareObjects(path: Path, olds: Props, news: Props, found: Record<string, PlainKind>): void {
    for (const key of new Set([...Object.keys(olds), ...Object.keys(news)])) {
        compare([...path, key], olds[key] ?? undefined, news[key] ?? undefined, found);
    }
}

function compare(path: Path, old: unknown, next: unknown, found: Record<string, PlainKind>): void {
    if (isObject(old) && isObject(next)) {
        compareObjects(path, old, next, found);
    } else if (Array.isArray(old) && Array.isArray(next)) {
        const [before, after]: [unknown[], unknown[]] = [old, next];
        for (let index = 0; index < Math.max(before.length, after.length); index++) {
            compare([...path, index], before[index], after[index], found);
        }
    } else if (!sameValue(old, next)) {
        found[formatPath(path)] = old === undefined ? "add" : next === undefined ? "delete" : "update";
    }
}
