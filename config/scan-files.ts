import * as fs from "node:fs";
import { SettingsError } from "./parse";
import type { Settings } from "./schema";
import { bindLists, readLists, type ListFiles } from "../scan/lists";
import { reasonOf } from "../text/reason";

/**
 * The files that rules of the scan's policy rest on, with their SHA-256. They are read as the gate reads them, so that a file that
 * gives no verdict is refused before the first change.
 *
 * @returns undefined where the settings name none
 * @throws SettingsError where a file is missing, cut off, of another kind or too old
 */
export function readScanFiles(
    { scan, scanner }: Settings,
    today = new Date().toISOString().slice(0, 10),
): ListFiles | undefined {
    try {
        // What has a SHA-256 and what is checked is one reading of each file.
        const read = new Map<string, Buffer>();
        const files = bindLists(scan, scanner.maximumAgeDays, (file) => {
            const content = fs.readFileSync(file);
            read.set(file, content);
            return content;
        });
        if (files !== undefined) {
            readLists(files, today, ({ file }) => read.get(file) ?? fs.readFileSync(file));
        }
        return files;
    } catch (error) {
        throw new SettingsError(reasonOf(error));
    }
}
