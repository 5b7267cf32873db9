import * as fs from "node:fs";
import { reasonOf } from "./reason";

/**
 * Reads a text file that a user has named.
 *
 * @param refusal makes the error where the file cannot be read, from the reason and its cause
 * @throws whatever `refusal` makes
 */
export function readNamedFile(file: string, refusal: (reason: string, cause: unknown) => Error): string {
    try {
        return fs.readFileSync(file, "utf8");
    } catch (error) {
        throw refusal(reasonOf(error), error);
    }
}
