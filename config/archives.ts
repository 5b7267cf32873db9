import * as fs from "node:fs";
import * as path from "node:path";
import { quote } from "shell-quote";
import { SettingsError } from "./parse";
import type { Settings } from "./schema";
import { checkSignature, signatureFileOf } from "./signature";
import { reasonOf } from "../text/reason";
import { sha256Of } from "../text/sha256";

/** An archive of advisories (`clairctl export-updaters`, gzip) on the machine that runs Pulumi. */
export interface AdvisoryArchive {
    readonly file: string;
    /** SHA-256 in hex. */
    readonly sha256: string;
    /** Any text whose change imports the archive anew. */
    readonly reload: string;
}

/** An image archive (docker save, gzip) on the machine that runs Pulumi. */
export interface Archive {
    /** Path, relative to the project's root or absolute. */
    readonly file: string;
    /** SHA-256 in hex, as SHA256SUMS says; checked again when the archive is sent. */
    readonly sha256: string;
}

/** Archives by name, i.e. the file name without `.tar.gz`. */
export type ArchiveIndex = ReadonlyMap<string, Archive>;

const suffix = ".tar.gz";

/** Parses the lines of sha256sum (`HASH  FILE` or `HASH *FILE`). */
export function parseChecksums(text: string): ReadonlyMap<string, string> {
    const sums = new Map<string, string>();
    for (const line of text.split("\n")) {
        const match = /^([0-9a-f]{64}) [ *](.+)$/.exec(line.trimEnd());
        if (match?.[1] !== undefined && match[2] !== undefined) {
            sums.set(match[2], match[1]);
        }
    }
    return sums;
}

/** Names of the archives that the settings ask for. */
export function neededArchives(settings: Settings): string[] {
    if (settings.archiveFolder === undefined) {
        return [];
    }
    const images = Object.values(settings.images).flatMap((source) =>
        source.archive === undefined ? [] : [source.archive],
    );
    return [...new Set(["registry", "postgres", "clair", ...images])];
}

/**
 * Finds every archive that the settings need, with its checksum.
 *
 * @throws SettingsError where the folder, SHA256SUMS or an archive is missing
 */
export function readArchiveIndex(settings: Settings): ArchiveIndex {
    const folder = settings.archiveFolder;
    if (folder === undefined) {
        return new Map();
    }
    const checksumFile = path.join(folder, "SHA256SUMS");
    if (!fs.existsSync(checksumFile)) {
        throw new SettingsError(
            `portcullis:archiveFolder: ${checksumFile} is missing; make it: \`cd ${quote([folder])} && sha256sum -- * >SHA256SUMS\``,
        );
    }
    const sums = parseChecksums(fs.readFileSync(checksumFile, "utf8"));
    const index = new Map<string, Archive>();
    for (const name of neededArchives(settings)) {
        const file = path.join(folder, name + suffix);
        const sha256 = sums.get(name + suffix);
        if (!fs.existsSync(file)) {
            throw new SettingsError(
                `portcullis:archiveFolder: ${file} is missing; put the image's archive there (docker save | gzip)`,
            );
        }
        if (sha256 === undefined) {
            throw new SettingsError(
                `portcullis:archiveFolder: ${checksumFile} has no line for ${name}${suffix}; add its checksum`,
            );
        }
        index.set(name, { file, sha256 });
    }
    return index;
}

/**
 * The authorization plugin's program with its checksum, if one is configured.
 *
 * @throws SettingsError where the program cannot be read, or differs from the one of SHA256SUMS
 */
export function readAuthorizationPlugin(settings: Settings): Archive | undefined {
    const file = settings.engine.authorizationPlugin;
    if (file === undefined) {
        return undefined;
    }
    const refuse = (what: string) => new SettingsError(`portcullis:engine.authorizationPlugin: ${what}`);
    const checksumFile = path.join(path.dirname(file), "SHA256SUMS");
    const missing = [file, checksumFile].find((one) => !fs.existsSync(one));
    if (missing !== undefined) {
        throw refuse(`${missing} is missing; \`make authorization-plugin\` makes it`);
    }
    const name = path.basename(file);
    const sha256 = parseChecksums(fs.readFileSync(checksumFile, "utf8")).get(name);
    if (sha256 === undefined) {
        throw refuse(`${checksumFile} has no line for ${name}; add its checksum`);
    }
    const actual = sha256Of(fs.readFileSync(file));
    if (actual === sha256) {
        return { file, sha256 };
    }
    throw refuse(
        `${file} has SHA-256 ${actual}, but ${checksumFile} says ${sha256}; find out who changed it, or build it anew`,
    );
}

/**
 * The archive of advisories with its checksum, so that new content is imported. What has the checksum is what was signed.
 *
 * @throws SettingsError where the archive cannot be read, or no key of `scanner.advisoryKeyFile` has signed it
 */
export function readAdvisoryArchive(settings: Settings): AdvisoryArchive | undefined {
    const { advisoryArchive: file, advisoryKeyFile: keyFile, reload } = settings.scanner;
    if (file === undefined) {
        return undefined;
    }
    let content: Buffer;
    try {
        content = fs.readFileSync(file);
    } catch (error) {
        throw new SettingsError(`portcullis:scanner.advisoryArchive: cannot be read: ${reasonOf(error)}`);
    }
    if (keyFile !== undefined) {
        checkSigned(content, file, keyFile);
    }
    return { file, sha256: sha256Of(content), reload };
}

/** @throws SettingsError where no key of the file has signed the archive */
function checkSigned(content: Buffer, file: string, keyFile: string): void {
    const signature = signatureFileOf(file);
    try {
        checkSignature(content, signature, keyFile);
    } catch (error) {
        throw new SettingsError(
            `portcullis:scanner.advisoryKeyFile: ${file} is not signed by a key of ${keyFile}: ${reasonOf(error)}; ` +
                `take the archive and ${signature} from who makes them, or build the archive with its key (docs/mirror.md)`,
        );
    }
}
