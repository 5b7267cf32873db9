/** Rules for values, as the official provider has them. */
import { parseDuration } from "../../../../text/duration";

/** A rule: tells the problem of a known value, or nothing. */
export type Rule = (value: unknown) => string | undefined;

/** The value, as a string, has to match the pattern. */
export function matches(pattern: RegExp): Rule {
    return (value) =>
        pattern.test(String(value))
            ? undefined
            : `'${String(value)}' does not match ${pattern.source}: give a value that does`;
}

/** The number must not be lower than the limit. */
export function atLeast(threshold: number): Rule {
    return (value) =>
        typeof value === "number" && value < threshold
            ? `'${String(value)}' cannot be lower than ${String(threshold)}: give a higher number`
            : undefined;
}

/** The value has to be a duration such as 1m30s, and not below zero. */
export const duration: Rule = (value) => {
    const nanoseconds = parseDuration(String(value));
    if (nanoseconds === undefined) {
        return `'${String(value)}' is not a duration: give a number and a unit (ms, s, m, h), such as 30s`;
    }
    return nanoseconds < 0n ? `'${String(value)}' is below zero: give a duration of 0s or more` : undefined;
};

/** The value has to be an absolute path in a container or on a host. */
export const absolutePath: Rule = (value) =>
    /^[a-zA-Z]:[\\/]|^\//.test(String(value))
        ? undefined
        : `'${String(value)}' is not an absolute path: start it with /`;
