import { z } from "zod";
import { limits, linesOf, packingOf, unpacked } from "./content";
import { isTime } from "./sources";

/** What an archive holds of one updater. */
interface ArchivedUpdater {
    readonly name: string;
    /** Advisories, or records of an enricher (`clair.cvss`). */
    readonly kind: "vulnerability" | "enrichment";
    readonly records: number;
    /** When the content was fetched from its source, RFC 3339. */
    readonly date: string;
}

const common = {
    Updater: z.string().min(1, "expected the updater's name"),
    Fingerprint: z.string(),
    Date: z.string().refine(isTime, "expected a time (RFC 3339)"),
    Ref: z.uuid(),
};

const lineSchema = z.discriminatedUnion("Kind", [
    z.looseObject({
        ...common,
        Kind: z.literal("vulnerability"),
        Vuln: z.looseObject({ name: z.string().min(1), package: z.looseObject({ name: z.string() }) }),
    }),
    z.looseObject({
        ...common,
        Kind: z.literal("enrichment"),
        Enrichment: z.looseObject({ Tags: z.array(z.string()) }),
    }),
]);

function parsedLine(text: string): z.infer<typeof lineSchema> {
    const result = lineSchema.safeParse(JSON.parse(text));
    if (!result.success) {
        const issue = result.error.issues[0];
        throw new Error(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "it is none"}`);
    }
    return result.data;
}

/**
 * Reads an archive of advisories whole, and checks each line.
 *
 * @param now for the dates, none of which may be later
 * @returns the updaters, sorted by name
 * @throws Error where the file is damaged or cut off, holds nothing, or a line is not what an import takes
 */
export async function readArchive(file: string, now: Date): Promise<ArchivedUpdater[]> {
    if (packingOf(file) !== "gzip") {
        throw new Error(`${file} is no archive of advisories: it is not packed with gzip`);
    }
    const found = new Map<string, { first: z.infer<typeof lineSchema>; records: number }>();
    for await (const { text, number } of linesOf(unpacked(file, limits.records), file)) {
        const refused = (reason: string) =>
            new Error(
                `${file}: line ${number} is nothing that an import takes: ${reason}; build the archive again`,
            );
        let line: z.infer<typeof lineSchema>;
        try {
            line = parsedLine(text);
        } catch (error) {
            throw refused(error instanceof Error ? error.message : String(error));
        }
        const known = found.get(line.Updater);
        if (known === undefined) {
            if (Date.parse(line.Date) > now.getTime()) {
                throw refused(`the date of ${line.Updater} is ${line.Date}, which is to come`);
            }
            found.set(line.Updater, { first: line, records: 1 });
            continue;
        }
        const { first } = known;
        if (first.Ref !== line.Ref || first.Kind !== line.Kind || first.Date !== line.Date) {
            throw refused(`the updater ${line.Updater} is there twice`);
        }
        known.records++;
    }
    if (found.size === 0) {
        throw new Error(`${file} holds no advisories; build the archive again`);
    }
    return [...found]
        .map(([name, { first, records }]) => ({ name, kind: first.Kind, records, date: first.Date }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
}
