import { z } from "zod";
import { settingsSchema } from "../config/schema";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** One row of the table of settings. */
interface Row {
    readonly key: string;
    readonly fallback: string;
    readonly doc: string;
}

function code(value: unknown): string {
    return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

function fallback(schema: JsonSchema, required: boolean): string {
    if (required) {
        return "**required**";
    }
    const value = schema.default;
    return value === undefined || value === "" || value === null ? "–" : code(value);
}

/** What a key takes, where that is a short list. */
function choices(schema: JsonSchema): string {
    return schema.enum === undefined ? "" : ` One of ${schema.enum.map(code).join(", ")}.`;
}

function rows(schema: JsonSchema, prefix: string): Row[] {
    return Object.entries(schema.properties ?? {}).flatMap(([name, value]): Row[] => {
        if (typeof value === "boolean") {
            return [];
        }
        const key = prefix + name;
        const nested =
            value.properties !== undefined &&
            Object.values(value.properties).some(
                (one) => typeof one !== "boolean" && one.description !== undefined,
            );
        if (nested) {
            return rows(value, `${key}.`);
        }
        const entry = value.additionalProperties;
        const row = {
            key,
            fallback: fallback(value, schema.required?.includes(name) ?? false),
            doc: (value.description ?? "") + choices(value),
        };
        return [
            row,
            ...(typeof entry === "object" && entry.properties !== undefined
                ? rows(entry, `${key}.NAME.`)
                : []),
        ];
    });
}

/** All settings as a Markdown table: key, default, meaning; from the schema, so that it cannot go stale. */
export function settingsTable(): string {
    const schema = z.toJSONSchema(settingsSchema, { io: "input", unrepresentable: "any" });
    const lines = rows(schema, "").map(
        (row) => `| \`${row.key}\` | ${row.fallback} | ${row.doc.replaceAll("|", "\\|")} |`,
    );
    return ["| Key under `portcullis:` | Default | Meaning |", "| --- | --- | --- |", ...lines, ""].join(
        "\n",
    );
}
