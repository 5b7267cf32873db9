/** The version of code that judges: a mended gate, or a mended audit, judges again. */
import * as fs from "node:fs";
import * as path from "node:path";
import { shortDigest } from "./toolkit/scripts";

const root = path.dirname(__dirname);

/**
 * A digest of source files, for a comment of a command line.
 *
 * @param places files and folders, relative to the project's root
 * @throws Error where a file or a folder is not there
 */
export function versionOf(...places: readonly string[]): string {
    const files = places.flatMap(filesOf).sort();
    return shortDigest(...files.flatMap((file) => [file, fs.readFileSync(path.join(root, file), "utf8")]));
}

function filesOf(place: string): string[] {
    const at = path.join(root, place);
    return fs.statSync(at).isDirectory()
        ? fs.readdirSync(at).flatMap((name) => filesOf(path.join(place, name)))
        : [place];
}
