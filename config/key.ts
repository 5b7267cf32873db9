import type { z } from "zod";

/** A documented key: every key of the schema has one line that says what it is for. */
export function key<T extends z.ZodType>(doc: string, type: T): T {
    return type.meta({ description: doc });
}
