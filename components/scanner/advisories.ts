import { z } from "zod";

/** An archive of advisories (`clairctl export-updaters`, gzip) on the machine that runs Pulumi. */
export interface AdvisoryArchive {
    readonly file: string;
    /** SHA-256 in hex. */
    readonly sha256: string;
    /** Any text whose change imports it anew. */
    readonly reload: string;
}

/** What Clair's database holds. */
export const advisoryFactsSchema = z.strictObject({
    /** Each updater, its advisories, and when they were fetched or exported (RFC 3339). */
    updaters: z
        .array(z.strictObject({ name: z.string(), advisories: z.int().min(0), date: z.string() }))
        .min(1),
    /** All advisories together. */
    advisories: z.int().min(1),
});

export type AdvisoryFacts = z.infer<typeof advisoryFactsSchema>;
