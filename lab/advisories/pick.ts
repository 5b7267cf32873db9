import * as fs from "node:fs";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { z } from "zod";
import { reasonOf } from "../../text/reason";

/** The date of an OSV record that gives none. Clair takes it for an unknown one. */
const unknownDate = "0001-01-01T00:00:00Z";

/** What the security tracker says of an issue; its words are left out, and what it says of a release stays as it is. */
const trackerSchema = z.record(
    z.string(),
    z.record(
        z.string(),
        z.object({
            releases: z.record(
                z.string(),
                z.object({
                    fixed_version: z.string().optional(),
                    status: z.string(),
                    urgency: z.string(),
                }),
            ),
        }),
    ),
);

const osvSchema = z.looseObject({
    id: z.string(),
    published: z.string().default(unknownDate),
    affected: z.array(z.looseObject({ package: z.looseObject({ ecosystem: z.string(), name: z.string() }) })),
});

const secdbSchema = z.object({
    distroversion: z.string(),
    reponame: z.string(),
    packages: z.array(z.unknown()),
});

/** The tracker's facts about these source packages, a package a line. */
export function pickTracker(text: string, names: ReadonlySet<string>): string {
    const lines = Object.entries(trackerSchema.parse(JSON.parse(text)))
        .filter(([source]) => names.has(source))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([source, issues]) => `${JSON.stringify(source)}:${JSON.stringify(issues)}`);
    return `{\n${lines.join(",\n")}\n}\n`;
}

/** The records about one of these packages, one a line; withdrawn ones too, which `mirror build` leaves out and names. */
export function pickOsv(text: string, names: ReadonlySet<string>): string {
    const records = text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => osvSchema.parse(JSON.parse(line)))
        .filter(({ affected }) => affected.some((entry) => names.has(entry.package.name)));
    return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

/** All of a secdb, a package a line. */
function pickSecdb(text: string): string {
    const { packages, ...head } = secdbSchema.parse(JSON.parse(text));
    const lines = packages.map((entry) => JSON.stringify(entry));
    return `${JSON.stringify(head).slice(0, -1)},"packages":[\n${lines.join(",\n")}\n]}\n`;
}

/**
 * Picks the facts about the packages of `packages.txt` from a folder of whole data into `folder`/advisories: `*tracker.json.gz`,
 * `NAME.osv.jsonl.gz`, `alpine-vX.Y-REPO.secdb.json.gz`.
 */
function pick(whole: string, folder: string): void {
    const packages = fs.readFileSync(path.join(folder, "packages.txt"), "utf8").split("\n");
    const named = (kind: string) =>
        new Set(
            packages.flatMap((line) => (line.startsWith(`${kind} `) ? [line.slice(kind.length + 1)] : [])),
        );
    for (const file of fs.readdirSync(whole).filter((name) => name.endsWith(".gz"))) {
        const read = () => zlib.gunzipSync(fs.readFileSync(path.join(whole, file))).toString("utf8");
        const write = (name: string, text: string) => {
            fs.writeFileSync(path.join(folder, "advisories", name), text);
        };
        const osv = /^(\w+)\.osv\.jsonl\.gz$/.exec(file)?.[1];
        const secdb = /^(alpine-.*)\.secdb\.json\.gz$/.exec(file)?.[1];
        if (osv !== undefined) {
            write(`${osv}.osv.jsonl`, pickOsv(read(), named(osv)));
        } else if (secdb !== undefined) {
            write(`${secdb}.json`, pickSecdb(read()));
        } else if (file.endsWith("tracker.json.gz")) {
            write("debian.tracker.json", pickTracker(read(), named("debian")));
        } else {
            throw new Error(`${file} is data of no known kind (${whole}): see lab/data/README.md`);
        }
    }
}

if (require.main === module) {
    const [whole, folder] = process.argv.slice(2);
    if (whole === undefined || folder === undefined) {
        process.stderr.write("usage: pick.ts FOLDER-OF-WHOLE-DATA DATA-FOLDER\n");
        process.exitCode = 2;
    } else {
        try {
            pick(whole, folder);
        } catch (error) {
            process.stderr.write(`portcullis: ${reasonOf(error)}\n`);
            process.exitCode = 1;
        }
    }
}
