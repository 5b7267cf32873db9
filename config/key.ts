import { z } from "zod";

/** A documented key: every key of the schema has one line that tells its purpose. */
export function key<T extends z.ZodType>(doc: string, type: T): T {
    return type.meta({ description: doc });
}

/** A type that a pattern or a check narrows: docs/settings.md shows these words for the accepted values. */
export function taking<T extends z.ZodType>(words: string, type: T): T {
    return type.meta({ takes: words });
}

/** A path on the machine that runs Pulumi. */
export const path = taking("path", z.string().min(1, "expected a path"));

/** Says of the setting at a path what is wrong with it. */
export function refuse(context: z.core.$RefinementCtx, path: PropertyKey[], message: string): void {
    context.addIssue({ code: "custom", path, message });
}

/** A path of settings as messages have it: `portcullis:images["team/app"].reference`. */
export function pathText(path: readonly PropertyKey[]): string {
    return path.reduce<string>((text, part) => {
        if (typeof part === "number") {
            return `${text}[${part}]`;
        }
        return /^[A-Za-z][A-Za-z0-9]*$/.test(String(part))
            ? `${text}${text.endsWith(":") ? "" : "."}${String(part)}`
            : `${text}["${String(part)}"]`;
    }, "portcullis:");
}
