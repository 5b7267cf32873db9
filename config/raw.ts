import * as YAML from "yaml";

/** Keys whose value is a text; all others are objects, which arrive as JSON. */
const texts = new Set(["name", "archiveFolder", "registryPassword"]);

/**
 * The keys of a namespace of Pulumi's configuration as one object. An empty section counts as absent. A value that
 * cannot be parsed stays a text: the schema then names the path at which it expected something else.
 *
 * @param config all of the configuration: `NAMESPACE:KEY` → value
 */
export function rawSettings(
    config: Readonly<Record<string, string>>,
    namespace: string,
): Record<string, unknown> {
    const entries = Object.entries(config).flatMap(([name, text]): [string, unknown][] => {
        const [space, key] = [name.slice(0, name.indexOf(":")), name.slice(name.indexOf(":") + 1)];
        if (space !== namespace) {
            return [];
        }
        const value = texts.has(key) ? text : parsed(text);
        return value === null || value === "" ? [] : [[key, value]];
    });
    return Object.fromEntries(entries);
}

/** A day that stands in the stack's file without quotes is a time to Pulumi, and arrives as Go prints one. */
const printedDay = /^(\d{4}-\d\d-\d\d) 00:00:00 \+0000 UTC$/;

function parsed(text: string): unknown {
    try {
        return YAML.parse(
            text,
            (_key, value: unknown) => (typeof value === "string" ? value.replace(printedDay, "$1") : value),
            { schema: "json" },
        );
    } catch {
        return text;
    }
}
