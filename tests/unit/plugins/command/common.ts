/** What the comparisons of commands share. */
import type { Wire } from "../lib/driver";
import { replaceText } from "../lib/scenario";

export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const signature = "4dabf18193072939515e22adb298388d";

/** A value marked as secret. */
export function secret(value: unknown): Wire {
    return { [signature]: "1b47061264138c4ac30d75fd1eb44270", value };
}

/** Ids have random ends; a secret not known yet has two forms that mean the same; ports are of this run. */
export function normalize(value: unknown): unknown {
    return replaceText(value, [
        [/"web[0-9a-f]{8}"/g, '"web#"'],
        [
            new RegExp(`\\{"${signature}":"d0e6a833031e9bbcd3f4e8bde6ca49a4","secret":true\\}`, "g"),
            JSON.stringify(secret(unknownValue)),
        ],
        [/127\.0\.0\.1:\d+/g, "127.0.0.1:#"],
        [/"port":\d{4,5}/g, '"port":"#"'],
    ]);
}

/** Runs each of the inputs through one request. */
export async function each(
    cases: Record<string, Wire>,
    request: (inputs: Wire) => Promise<unknown>,
): Promise<Record<string, unknown>> {
    const answers: Record<string, unknown> = {};
    for (const [name, inputs] of Object.entries(cases)) {
        answers[name] = await request(inputs);
    }
    return answers;
}
