import { z } from "zod";

/** The advisories in Clair's database. */
export const advisoryFactsSchema = z.strictObject({
    /** Each updater, its advisories, and the time when they were fetched or exported (RFC 3339). */
    updaters: z
        .array(z.strictObject({ name: z.string(), advisories: z.int().min(0), date: z.string() }))
        .min(1),
    /** All advisories together. */
    advisories: z.int().min(1),
});

export type AdvisoryFacts = z.infer<typeof advisoryFactsSchema>;
