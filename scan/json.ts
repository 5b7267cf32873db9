import { z } from "zod";
import { reasonOf } from "../text/reason";

/**
 * Reads a file's JSON of one shape.
 *
 * @param what what the file has to be: `CISA's catalog`
 * @throws Error with what is wrong, to stand behind the file's name: `is no JSON …`, `is not CISA's catalog: …`
 */
export function parseJson<T>(schema: z.ZodType<T>, what: string, text: string): T {
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch (error) {
        throw new Error(`is no JSON, and may be cut off: ${reasonOf(error)}`, { cause: error });
    }
    const { data, error } = schema.safeParse(value);
    if (error === undefined) {
        return data;
    }
    // One is enough: a file of another kind differs everywhere.
    const [first] = error.issues.map(({ message, path }) => `${message} at ${z.core.toDotPath(path)}`);
    throw new Error(`is not ${what}: ${String(first)}`);
}
