/** Takes out of answers what differs from one container to the next. */
import type { Answers } from "./conversation";

const passing: [RegExp, string][] = [
    [/(?<!sha256:)\b[0-9a-f]{64}\b/g, "ID"],
    [/"hostname":"[0-9a-f]{12}"/g, '"hostname":"ID"'],
    [/[0-9a-f]{2}(:[0-9a-f]{2}){5}/g, "MAC"],
    [/(\\?"ipAddress\\?":\\?)"\d+\.\d+\.\d+\.\d+/g, '$1"IP'],
    [/\b1(72|92)\.\d+\.\d+\.\d+(\/\d+)?/g, "SUBNET"],
];

/** The answers without ids, addresses and names that the engine made up. */
export function withoutPassing(answers: Answers): unknown {
    const text = passing.reduce(
        (result, [pattern, word]) => result.replace(pattern, word),
        JSON.stringify(answers),
    );
    const plain: unknown = JSON.parse(text, (key, value: unknown) =>
        key === "delete when gone" ? undefined : value,
    );
    return plain;
}
