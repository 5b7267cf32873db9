import * as fs from "node:fs";
import { z } from "zod";
import { counted } from "../text/count";
import { reasonOf } from "../text/reason";
import { sha256Of } from "../text/sha256";
import { parseExploitScores } from "./exploit-scores";
import { parseKnownExploited } from "./known-exploited";
import { parseVex, type VexStatement } from "./vex";

const boundFileSchema = z.strictObject({
    /** Path on the machine that runs Pulumi, absolute or from the checkout's folder. */
    file: z.string().min(1),
    /** SHA-256 in hex of the file that the settings were read with. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

type BoundFile = z.infer<typeof boundFileSchema>;

/** The files that rules of the policy rest on; those that are set. */
export const listFilesSchema = z.strictObject({
    kev: boundFileSchema.optional(),
    epss: boundFileSchema.extend({ atLeast: z.number().gt(0).max(1) }).optional(),
    vex: z.array(boundFileSchema).optional(),
    /** Days that `kev` and `epss` may be old. */
    maximumAgeDays: z.int().min(1),
});

export type ListFiles = z.infer<typeof listFilesSchema>;

/** What the files say. */
export interface Lists {
    /** CVE ids that CISA knows to be exploited. */
    readonly kev?: ReadonlySet<string>;
    /** FIRST's scores by CVE id, and the one from which on a finding fails its image. */
    readonly epss?: { readonly scores: ReadonlyMap<string, number>; readonly atLeast: number };
    /** Statements about findings. */
    readonly vex?: readonly VexStatement[];
}

/** A setting that names a file, and what to do where the file cannot be used. */
interface Source {
    readonly key: string;
    readonly remedy: string;
}

const kevSource: Source = {
    key: "portcullis:scan.kevFile",
    remedy: "put there the JSON of CISA's Known Exploited Vulnerabilities catalog of today",
};
const epssSource: Source = {
    key: "portcullis:scan.epssFile",
    remedy: "put there FIRST's EPSS scores of today (.csv or .csv.gz)",
};
const vexSource: Source = {
    key: "portcullis:scan.vexFiles",
    remedy: "correct the OpenVEX document, or take it out of the list",
};

function refusal({ key, remedy }: Source, file: string, reason: string, cause?: unknown): Error {
    return new Error(`${key}: ${file} ${reason}; ${remedy}`, { cause });
}

/** Where the content of a file comes from, by the file's path; another place than the path for files that were kept. */
export type Contents = (file: BoundFile) => Buffer;

const contentAtPath: Contents = ({ file }) => fs.readFileSync(file);

function contentOf(source: Source, file: string, read: () => Buffer): Buffer {
    try {
        return read();
    } catch (error) {
        throw refusal(source, file, `cannot be read: ${reasonOf(error)}`, error);
    }
}

/** Parses a file that has to be the one that it was. */
function parsed<T>(source: Source, bound: BoundFile, contents: Contents, parse: (content: Buffer) => T): T {
    const { file, sha256 } = bound;
    const content = contentOf(source, file, () => contents(bound));
    const now = sha256Of(content);
    if (now !== sha256) {
        throw new Error(
            `${source.key}: ${file} was changed since the settings were read: its SHA-256 is ${now}, and was ${sha256}; run the same command again`,
        );
    }
    try {
        return parse(content);
    } catch (error) {
        throw refusal(source, file, reasonOf(error), error);
    }
}

/** A parser that refuses what is too old, or not from here. */
function fresh<T extends { readonly date: string }>(
    parse: (content: Buffer) => T,
    maximumAgeDays: number,
    today: string,
): (content: Buffer) => T {
    return (content) => {
        const parsed = parse(content);
        const age = (Date.parse(today) - Date.parse(parsed.date)) / 86_400_000;
        if (age < 0) {
            throw new Error(`is of ${parsed.date}, and today is ${today}`);
        }
        if (age > maximumAgeDays) {
            throw new Error(
                `is of ${parsed.date}, ${counted(age, "day")} old, and portcullis:scanner.maximumAgeDays is ${maximumAgeDays}`,
            );
        }
        return parsed;
    };
}

/** The settings that name such files. */
interface ListSettings {
    readonly kevFile?: string;
    readonly epssFile?: string;
    readonly epssAtLeast?: number;
    readonly vexFiles?: readonly string[];
}

/**
 * The files that the settings name, with their SHA-256.
 *
 * @param readFile reads a file
 * @returns undefined where none is named
 * @throws Error where one cannot be read; it names the key, the file and what to do
 */
export function bindLists(
    { kevFile, epssFile, epssAtLeast, vexFiles = [] }: ListSettings,
    maximumAgeDays: number,
    readFile: (file: string) => Buffer = fs.readFileSync,
): ListFiles | undefined {
    const bound = (source: Source, file: string): BoundFile => ({
        file,
        sha256: sha256Of(contentOf(source, file, () => readFile(file))),
    });
    const files = {
        ...(kevFile === undefined ? {} : { kev: bound(kevSource, kevFile) }),
        ...(epssFile === undefined || epssAtLeast === undefined
            ? {}
            : { epss: { ...bound(epssSource, epssFile), atLeast: epssAtLeast } }),
        ...(vexFiles.length === 0 ? {} : { vex: vexFiles.map((file) => bound(vexSource, file)) }),
    };
    return Object.keys(files).length === 0 ? undefined : { ...files, maximumAgeDays };
}

/**
 * Reads the files, each of which has to be what it was when it was bound.
 *
 * @param today in UTC, `2027-03-31`
 * @param contents the files' contents, where they are not to be read from their paths
 * @throws Error where a file is missing, changed, cut off, of another kind or too old; it names the key, the file and what
 *     to do
 */
export function readLists(files: ListFiles, today: string, contents: Contents = contentAtPath): Lists {
    const { kev, epss, vex, maximumAgeDays } = files;
    const read = <T>(source: Source, bound: BoundFile, parse: (content: Buffer) => T): T =>
        parsed(source, bound, contents, parse);
    const catalog = (content: Buffer) => parseKnownExploited(content.toString("utf8"));
    return {
        ...(kev && { kev: read(kevSource, kev, fresh(catalog, maximumAgeDays, today)).cves }),
        ...(epss && {
            epss: {
                scores: read(epssSource, epss, fresh(parseExploitScores, maximumAgeDays, today)).scores,
                atLeast: epss.atLeast,
            },
        }),
        ...(vex && {
            vex: vex.flatMap((bound) =>
                read(vexSource, bound, (content) => parseVex(bound.file, content.toString("utf8"), today)),
            ),
        }),
    };
}

/** All files that are named, each once. */
export function filesIn({ kev, epss, vex = [] }: ListFiles): BoundFile[] {
    return [...(kev === undefined ? [] : [kev]), ...(epss === undefined ? [] : [epss]), ...vex];
}
