import type { z } from "zod";

/** A documented key: every key of the schema has one line that says what it is for. */
export function key<T extends z.ZodType>(doc: string, type: T): T {
    return type.meta({ description: doc });
}

/** A type that a pattern or a check narrows: docs/settings.md says in these words what it takes. */
export function taking<T extends z.ZodType>(words: string, type: T): T {
    return type.meta({ takes: words });
}
