import * as fs from "node:fs";
import { parseChecksums } from "../../config/archives";
import { checkSignature, checkUnknownSigner, signatureFileOf } from "../../config/signature";
import { readArchive } from "../../scan/mirror/archive";
import { counted } from "../../text/count";
import { reasonOf } from "../../text/reason";
import { sha256Of } from "../../text/sha256";
import * as path from "node:path";

/** Compares the file's sum with the one that lies beside it. @returns a line about it */
function sumLine(file: string, content: Buffer): string {
    const actual = sha256Of(content);
    const list = `${file}.sha256`;
    if (!fs.existsSync(list)) {
        return `SHA-256 ${actual} (nothing to compare it with: ${list} is missing)`;
    }
    const expected = parseChecksums(fs.readFileSync(list, "utf8")).get(path.basename(file));
    if (expected !== actual) {
        throw new Error(
            `${file} has SHA-256 ${actual}, and ${list} says ${expected ?? "nothing of it"}; carry both again, or build the archive again`,
        );
    }
    return `SHA-256 ${actual}, as ${list} says`;
}

/** Checks the signature. @returns a line about it */
function signatureLine(file: string, content: Buffer, keyFile: string | undefined): string {
    const signature = signatureFileOf(file);
    try {
        if (keyFile !== undefined) {
            checkSignature(content, signature, keyFile);
            return `signed by a key of ${keyFile}`;
        }
        if (!fs.existsSync(signature)) {
            return "not signed";
        }
        return `${checkUnknownSigner(content, signature)}; whose key that is was not asked: name the public one with --key`;
    } catch (error) {
        throw new Error(
            `${file} is not signed as it has to be: ${reasonOf(error)}; take the archive and ${signature} again from who makes them`,
            { cause: error },
        );
    }
}

/**
 * Checks an archive of advisories: its sum, its signature, each line of it, and its dates.
 *
 * @param keyFile file of the public keys of which one has to have signed it. @default the signature may be anybody's, or none
 * @param print gets the lines that say what is in the archive
 * @throws Error where anything is wrong with the archive
 */
export async function verifyArchive(
    file: string,
    keyFile: string | undefined,
    print: (line: string) => void,
    now = new Date(),
): Promise<void> {
    const content = fs.readFileSync(file);
    print(sumLine(file, content));
    print(signatureLine(file, content, keyFile));
    const updaters = await readArchive(file, now);
    for (const { name, kind, records, date } of updaters) {
        const days = Math.floor((now.getTime() - Date.parse(date)) / 86_400_000);
        const what =
            kind === "vulnerability"
                ? counted(records, "advisory", "advisories")
                : counted(records, "record");
        print(`${name}: ${what} of ${date.slice(0, 10)}, ${counted(days, "day")} old`);
    }
    const all = updaters.reduce(
        (sum, { kind, records }) => sum + (kind === "vulnerability" ? records : 0),
        0,
    );
    print(`${counted(all, "advisory", "advisories")} of ${counted(updaters.length, "updater")}`);
}
