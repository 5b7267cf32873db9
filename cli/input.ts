import { text } from "node:stream/consumers";
import { z } from "zod";

/**
 * Reads standard input as JSON of one shape.
 *
 * @param stdin the stream that is read; another one in tests
 * @throws Error that names the expected shape and the parts that do not fit
 */
export async function readInput<T>(
    schema: z.ZodType<T>,
    what: string,
    stdin: NodeJS.ReadableStream = process.stdin,
): Promise<T> {
    let value: unknown;
    try {
        value = JSON.parse(await text(stdin));
    } catch {
        throw new Error(`standard input is no JSON; expected ${what}`);
    }
    const result = schema.safeParse(value);
    if (!result.success) {
        throw new Error(`standard input is not ${what}: ${z.prettifyError(result.error)}`);
    }
    return result.data;
}
