import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder `.pulumi` of the state's backend, where that is a folder and is there; `file://~` is the user's home, as to Pulumi. */
export function backendFolder(): string | undefined {
    const backend = process.env["PULUMI_BACKEND_URL"] ?? "";
    if (!backend.startsWith("file://")) {
        return undefined;
    }
    const folder = backend.startsWith("file://~")
        ? path.join(os.homedir(), backend.slice("file://~".length))
        : fileURLToPath(backend.split("?")[0] ?? "");
    const own = path.join(folder, ".pulumi");
    return fs.existsSync(own) ? own : undefined;
}

/**
 * Removes empty files of attributes from a file backend. Pulumi writes one beside each file of a state, and a Pulumi that is killed
 * meanwhile leaves one that is empty: then every command ends with "failed to load checkpoint: EOF", although the state itself,
 * which is written as a whole or not at all, is right. A missing file of attributes is none to Pulumi, and is right too.
 */
export function dropEmptyAttributes(): void {
    const folder = backendFolder();
    if (folder === undefined) {
        return;
    }
    for (const name of fs.readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        const file = path.join(folder, name);
        if (name.endsWith(".attrs") && fs.statSync(file, { throwIfNoEntry: false })?.size === 0) {
            fs.rmSync(file, { force: true });
        }
    }
}
