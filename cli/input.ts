import { text } from "node:stream/consumers";
import { z } from "zod";

/**
 * Reads standard input as JSON of one shape.
 *
 * @throws Error that names the expected shape and the parts that do not fit
 */
export async function readInput<T>(schema: z.ZodType<T>, what: string): Promise<T> {
    let value: unknown;
    try {
        value = JSON.parse(await text(process.stdin));
    } catch {
        throw new Error(`standard input is no JSON; expected ${what}`);
    }
    const result = schema.safeParse(value);
    if (!result.success) {
        throw new Error(`standard input is not ${what}: ${z.prettifyError(result.error)}`);
    }
    return result.data;
}
