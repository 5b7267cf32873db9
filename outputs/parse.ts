import { z } from "zod";

/**
 * Reads the JSON that a script or command printed.
 *
 * @param printer the script or command, for the error
 * @throws Error in the schema's own words where it does not fit
 */
export function parseOutput<T>(schema: z.ZodType<T>, printer: string, text: string): T {
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch {
        throw new Error(`${printer} printed no JSON: ${text.slice(0, 200)}`);
    }
    const result = schema.safeParse(value);
    if (!result.success) {
        throw new Error(`${printer} printed something else than expected: ${z.prettifyError(result.error)}`);
    }
    return result.data;
}
