/** One difference between a host and its declaration. */
import { isDeepStrictEqual } from "node:util";

/** A value of a declaration, or of a host. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** `expiring`: a certificate that has ended, or is to be renewed. */
export type Problem = "missing" | "changed" | "unexpected" | "expiring";

export interface DriftFinding {
    readonly problem: Problem;
    /** The thing on the host that differs: `container portcullis-registry`, `/etc/docker/daemon.json`. */
    readonly subject: string;
    /** URN of the Pulumi resource that declared the thing. @default none did */
    readonly resource?: string;
    /** The part of the thing that differs, e.g. `memory`; empty: the whole thing. */
    readonly key: string;
    readonly declared?: Value;
    readonly live?: Value;
    readonly remedy: string;
}

/** The fields that are the same for all differences of one thing. */
export type About = Pick<DriftFinding, "subject" | "resource" | "remedy">;

function isMap(value: Value | undefined): value is { readonly [key: string]: Value } {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The differences of two values, one for each key at whatever depth: `default-ulimits.nofile.Hard`.
 * A list is one value.
 */
export function differences(about: About, declared: Value, live: Value, key = ""): DriftFinding[] {
    if (!isMap(declared) || !isMap(live)) {
        return isDeepStrictEqual(declared, live)
            ? []
            : [{ ...about, problem: "changed", key, declared, live }];
    }
    const below = (name: string): string => (key === "" ? name : `${key}.${name}`);
    const names = [...new Set([...Object.keys(declared), ...Object.keys(live)])];
    return names.flatMap((name): DriftFinding[] => {
        const [ours, theirs] = [own(declared, name), own(live, name)];
        if (ours !== undefined && theirs !== undefined) {
            return differences(about, ours, theirs, below(name));
        }
        return ours === undefined
            ? [{ ...about, problem: "unexpected", key: below(name), live: theirs }]
            : [{ ...about, problem: "missing", key: below(name), declared: ours }];
    });
}

/** A key such as `__proto__` or `constructor` has no value of its own. */
function own(map: { readonly [key: string]: Value }, name: string): Value | undefined {
    return Object.hasOwn(map, name) ? map[name] : undefined;
}

/** A resource's own name: the last part of its URN. */
export function resourceName(urn: string): string {
    return urn.slice(urn.lastIndexOf("::") + 2);
}
