import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as YAML from "yaml";

const example = path.join(__dirname, "../../lab/Pulumi.dev.yaml");

/** The settings of the example, without the namespace before the keys. */
export function exampleSettings(): Record<string, unknown> {
    const file: unknown = YAML.parse(fs.readFileSync(example, "utf8"));
    assert.ok(
        typeof file === "object" && file !== null && "config" in file && typeof file.config === "object",
    );
    return Object.fromEntries(
        Object.entries(file.config ?? {}).map(([key, value]) => [
            key.replace("portcullis:", ""),
            value as unknown,
        ]),
    );
}

/** Writes settings into a stack's file; what else stands in the file stays. */
export function writeSettings(file: string, settings: Readonly<Record<string, unknown>>): void {
    const known: unknown = fs.existsSync(file) ? YAML.parse(fs.readFileSync(file, "utf8")) : {};
    const config = Object.fromEntries(
        Object.entries(settings).map(([key, value]) => [`portcullis:${key}`, value]),
    );
    fs.writeFileSync(file, YAML.stringify({ ...(typeof known === "object" ? known : {}), config }));
}
