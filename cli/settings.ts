import { z } from "zod";
import { settingsSchema } from "../config/schema";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The text before the tables. */
const introduction = `# Settings

<!-- Made from the schema (config/schema.ts) by \`make docs\`: do not edit. -->

All keys that a stack takes, in \`Pulumi.STACK.yaml\` under \`config:\`. Each begins with \`portcullis:\`, so \`host.port\` is

\`\`\`yaml
config:
  portcullis:host:
    port: 22
\`\`\`

or \`./pulumiw config set --stack STACK --path 'portcullis:host.port' 22\`. A wrong or unknown key fails with its path, before
anything is registered. \`bin/portcullis settings\` prints this page. Relative paths start at the checkout's folder.
`;

/** One row of the table of settings. */
interface Row {
    readonly key: string;
    readonly doc: string;
    readonly takes: string;
    readonly fallback: string;
}

/** A part of the settings, as it is shown under a heading of its own. */
interface Section {
    readonly title: string;
    readonly doc: string;
    readonly rows: readonly Row[];
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

/** `from 1 to 100`, with those ends only that narrow the range of numbers. */
function range({ minimum = -Infinity, maximum = Infinity }: JsonSchema): string {
    const from = minimum > Number.MIN_SAFE_INTEGER ? ` from ${minimum}` : "";
    const to = maximum < Number.MAX_SAFE_INTEGER ? ` to ${maximum}` : "";
    return from !== "" && to === "" ? `${from} on` : from + to;
}

function members(schema: JsonSchema): [string, JsonSchema][] {
    return Object.entries(schema.properties ?? {}).filter(
        (entry): entry is [string, JsonSchema] => typeof entry[1] !== "boolean",
    );
}

/** The values that a key takes, in the schema's own words (`takes`), or else in words that follow from the key's type. */
function takes(schema: JsonSchema): string {
    if (typeof schema["takes"] === "string") {
        return schema["takes"];
    }
    if (schema.const !== undefined) {
        return `${code(schema.const)} only`;
    }
    if (schema.enum !== undefined) {
        return alternatives(schema.enum.map(code));
    }
    if (schema.type === "boolean") {
        return alternatives([code(true), code(false)]);
    }
    if (schema.type === "integer") {
        return `whole number${range(schema)}`;
    }
    if (schema.type === "array") {
        const [, one] = entryOf(schema) ?? [];
        const least = schema.minItems === undefined ? "" : `, at least ${schema.minItems}`;
        return `list: ${one === undefined ? "anything" : takes(one)}${least}`;
    }
    if (schema.type === "object") {
        return members(schema)
            .map(([name]) => code(name))
            .join(", ");
    }
    return schema.format === "date" ? "day, e.g. `2027-03-31`" : "text";
}

/** Schemas of an entry of a list or of a map, with how its keys are written. */
function entryOf(schema: JsonSchema): [string, JsonSchema] | undefined {
    const [suffix, entry] =
        schema.items === undefined ? [".NAME.", schema.additionalProperties] : ["[].", schema.items];
    return typeof entry === "object" && !Array.isArray(entry) ? [suffix, entry] : undefined;
}

/** Whether the members of an object are documented one by one. */
function isDocumented(schema: JsonSchema): boolean {
    return members(schema).some(([, member]) => member.description !== undefined);
}

function rows(schema: JsonSchema, prefix: string): Row[] {
    return members(schema).flatMap(([name, value]): Row[] => {
        const key = prefix + name;
        if (isDocumented(value)) {
            return rows(value, `${key}.`);
        }
        const [suffix = "", entry] = entryOf(value) ?? [];
        const row: Row = {
            key,
            doc: value.description ?? "",
            takes: takes(value),
            fallback: fallback(value, schema.required?.includes(name) ?? false),
        };
        return [row, ...(entry !== undefined && isDocumented(entry) ? rows(entry, key + suffix) : [])];
    });
}

/** The settings by the key under which they are, those without one first. */
function sections(schema: JsonSchema): Section[] {
    const parts = members(schema).map(([name, value]) => ({
        name,
        doc: value.description ?? "",
        has: isDocumented(value),
        rows: rows({ ...schema, properties: { [name]: value } }, ""),
    }));
    return [
        {
            title: "The stack",
            doc: "Keys of the stack as a whole.",
            rows: parts.filter(({ has }) => !has).flatMap((part) => part.rows),
        },
        ...parts.filter(({ has }) => has).map((part) => ({ ...part, title: `\`${part.name}\`` })),
    ];
}

/** Words as a choice: `a`, `a or b`, `a, b or c` */
function alternatives(all: readonly string[]): string {
    return [all.slice(0, -1).join(", "), ...all.slice(-1)].filter((part) => part !== "").join(" or ");
}

/** A Markdown table whose columns are padded, as Prettier writes it; ends with a line end. */
function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
    const cells = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
    const widths = header.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
    const line = (row: readonly string[]): string =>
        `| ${widths.map((width, column) => (row[column] ?? "").padEnd(width)).join(" | ")} |\n`;
    const [head = [], ...body] = cells;
    return [head, widths.map((width) => "-".repeat(width)), ...body].map(line).join("");
}

/** All settings of the schema. */
export function settingsSections(): Section[] {
    return sections(z.toJSONSchema(settingsSchema, { io: "input", unrepresentable: "any" }));
}

/** The page of all settings, in Markdown as Prettier writes it: path, meaning, accepted values, default. */
export function settingsPage(): string {
    const parts = settingsSections().map(({ title, doc, rows: all }) => {
        const table = markdownTable(
            ["Key", "Meaning", "Takes", "Default"],
            all.map((row) => [code(row.key), row.doc, row.takes, row.fallback]),
        );
        return `\n## ${title}\n\n${doc}\n\n${table}`;
    });
    return introduction + parts.join("");
}
