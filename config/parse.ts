import type { z } from "zod";
import { pathText } from "./key";
import { settingsSchema, type Settings } from "./schema";

/** Settings that cannot be used; the message names each key by its path, what was found and what is expected. */
export class SettingsError extends Error {
    override readonly name = "SettingsError";
}

/** Paths whose value, and what lies below, is never put into a message. */
const secretPaths = ["registryPassword", "registryLogins", "scanner.proxy"];

function found(raw: unknown, path: readonly PropertyKey[]): string {
    let value = raw;
    for (const part of path) {
        value = typeof value === "object" && value !== null ? Reflect.get(value, part) : undefined;
    }
    if (value === undefined) {
        return "nothing";
    }
    const at = path.map(String).join(".");
    if (secretPaths.some((secret) => at === secret || at.startsWith(`${secret}.`))) {
        return "a secret";
    }
    // A value in which a secret lies, be it the text of an object that was not read as one.
    if (at === "" || secretPaths.some((secret) => secret.startsWith(`${at}.`))) {
        return "a value that may hold a secret";
    }
    const text = JSON.stringify(value);
    return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function describeIssue(raw: unknown, issue: z.core.$ZodIssue): string[] {
    if (issue.code === "unrecognized_keys") {
        return issue.keys.map(
            (unknown) => `${pathText([...issue.path, unknown])}: unknown key; remove it or correct its name`,
        );
    }
    if (issue.code === "invalid_key") {
        return issue.issues.map(({ message }) => `${pathText(issue.path)}: ${message}`);
    }
    return [`${pathText(issue.path)}: found ${found(raw, issue.path)}: ${issue.message}`];
}

/**
 * Checks raw settings and fills in the defaults.
 *
 * @param raw the object under `portcullis:` of the stack's configuration
 * @throws SettingsError naming every wrong key
 */
export function parseSettings(raw: unknown): Settings {
    const result = settingsSchema.safeParse(raw);
    if (result.success) {
        return result.data;
    }
    const lines = result.error.issues.flatMap((issue) => describeIssue(raw, issue));
    throw new SettingsError(
        `The stack's configuration cannot be used; nothing was changed.\n${lines.map((line) => `  ${line}`).join("\n")}`,
    );
}
