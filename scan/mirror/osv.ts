import * as path from "node:path";
import { zipSync, type Zippable } from "fflate";
import { z } from "zod";
import { limits, linesOf, packingOf, tooMuch, unpacked } from "./content";
import type { Drops } from "./drops";
import { isTime, type SourceOf } from "./sources";
import { zipFiles } from "./zip";

const time = z.string().refine(isTime, "expected a time (RFC 3339)").nullish();
const text = z.string().nullish();
const texts = z.array(z.string()).nullish();

const affectedSchema = z.object({
    package: z.object({ ecosystem: z.string(), name: z.string(), purl: text }).nullish(),
    ranges: z
        .array(
            z.object({
                type: z.string(),
                events: z
                    .array(z.object({ introduced: text, fixed: text, last_affected: text, limit: text }))
                    .nullish(),
            }),
        )
        .nullish(),
    versions: texts,
});

type Affected = z.infer<typeof affectedSchema>;

/** What Clair's parser reads of a record, in the shapes without which the parser stops; all else is left out. */
const recordSchema = z.object({
    id: z.string().min(1),
    modified: time,
    published: time,
    withdrawn: time,
    aliases: texts,
    summary: text,
    severity: z.array(z.object({ type: z.string(), score: z.string() })).nullish(),
    affected: z.array(affectedSchema).nullish(),
    references: z.array(z.object({ type: text, url: z.string() })).nullish(),
    // Clair takes its severity where there is one, and nothing of another shape.
    database_specific: z.object({ severity: z.unknown() }).nullish().catch(undefined),
});

type OsvRecord = z.infer<typeof recordSchema>;

/** zip has no dates before 1980, and none here may differ from run to run. */
const zipDate = "1980-01-01T12:00:00Z";

/** The words of the first thing that does not fit. */
function firstIssue({ issues }: z.ZodError): string {
    const issue = issues[0];
    return issue === undefined ? "it is no record" : `${issue.path.join(".")}: ${issue.message}`;
}

/** What a zip or a file of lines holds: each record's text, and where it is. */
async function* textsOf(file: string): AsyncGenerator<{ readonly place: string; readonly text: string }> {
    if (packingOf(file) === "zip") {
        for await (const { name, text: content } of zipFiles(file)) {
            yield { place: name, text: content };
        }
        return;
    }
    for await (const line of linesOf(unpacked(file, limits.records), file)) {
        yield { place: `line ${line.number}`, text: line.text };
    }
}

/** Why nothing can be made of what a record says of a package; undefined where something can. */
function problemOf(affected: Affected, ecosystem: string): string | undefined {
    if (!affected.package?.name) {
        return "it names no package";
    }
    if (affected.package.ecosystem !== ecosystem) {
        return `it is about a package of ${affected.package.ecosystem}, which is another ecosystem`;
    }
    const types = (affected.ranges ?? []).map(({ type }) => type);
    if (types.every((type) => type === "GIT")) {
        return "it names no range of versions, or only commits";
    }
    if (ecosystem === "Go" && types.includes("ECOSYSTEM")) {
        return "its range is of the type ECOSYSTEM, which Clair does not take for Go";
    }
    return undefined;
}

/** Why nothing can be made of a record; undefined where something can, and what can. */
function judged(
    record: OsvRecord,
    ecosystem: string,
): { reason: string } | { kept: OsvRecord; dropped: string[] } {
    if (record.withdrawn) {
        return { reason: "it was withdrawn" };
    }
    const all = record.affected ?? [];
    if (all.length === 0) {
        return { reason: "it names no package" };
    }
    const problems = all.map((affected) => problemOf(affected, ecosystem));
    const kept = all.filter((_, at) => problems[at] === undefined);
    const dropped = problems.filter((problem) => problem !== undefined);
    return kept.length === 0
        ? { reason: dropped[0] ?? "it names no package" }
        : { kept: { ...record, affected: kept }, dropped };
}

/** Parses a record's text. @returns the record, or why it is none */
function parsed(content: string): OsvRecord | string {
    let value: unknown;
    try {
        value = JSON.parse(content);
    } catch {
        return "it is no JSON";
    }
    const result = recordSchema.safeParse(value);
    return result.success
        ? result.data
        : `it is no OSV record that Clair takes (${firstIssue(result.error)})`;
}

/** The id in a record's text, where it has one, else the record's place. */
function nameOf(content: string, place: string): string {
    const id = /"id"\s*:\s*"([^"\\]{1,80})"/.exec(content)?.[1];
    return id === undefined ? place : id;
}

/**
 * Reads OSV records, and lays those that Clair takes out as OSV's own `all.zip`: sorted by id, without dates.
 *
 * @param drops gets what is left out
 * @param most bytes that all records may have that are kept: they are held in memory
 * @returns the zip, and the ids in it
 * @throws Error where the file is damaged, too much is left of it, or nothing
 */
export async function osvZip(
    folder: string,
    source: SourceOf<"osv">,
    drops: Drops,
    most: number = limits.text,
): Promise<{ readonly zip: Buffer; readonly ids: ReadonlySet<string> }> {
    const records = new Map<string, string>();
    const file = path.join(folder, source.file);
    let size = 0;
    for await (const { place, text: content } of textsOf(file)) {
        const record = parsed(content);
        if (typeof record === "string") {
            drops.add(source.file, nameOf(content, place), record);
            continue;
        }
        if (records.has(record.id)) {
            drops.add(source.file, record.id, "a record of that id came before");
            continue;
        }
        const verdict = judged(record, source.ecosystem);
        if ("reason" in verdict) {
            drops.add(source.file, record.id, verdict.reason);
            continue;
        }
        for (const reason of verdict.dropped) {
            drops.add(source.file, `a package of ${record.id}`, reason);
        }
        const kept = JSON.stringify(verdict.kept);
        size += Buffer.byteLength(kept);
        if (size > most) {
            throw tooMuch(file, most);
        }
        records.set(record.id, kept);
    }
    if (records.size === 0) {
        throw drops.nothingLeft(source.file, source.ecosystem);
    }
    const files: Zippable = {};
    for (const [at, id] of [...records.keys()].sort().entries()) {
        files[`${at}.json`] = Buffer.from(records.get(id) ?? "");
    }
    return { zip: Buffer.from(zipSync(files, { mtime: zipDate, level: 1 })), ids: new Set(records.keys()) };
}
