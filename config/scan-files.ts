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
        const files = bindLists(scan, scanner.maximumAgeDays);
        if (files !== undefined) {
            readLists(files, today);
        }
        return files;
    } catch (error) {
        throw new SettingsError(reasonOf(error));
    }
}
