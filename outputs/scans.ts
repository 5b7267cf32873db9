import { z } from "zod";

/** One image of the stack's output `scans`. */
export const scanOutputSchema = z.strictObject({
    /** Reference by digest in the private registry. */
    image: z.string(),
    digest: z.string(),
    /** `pass`, or `reported` for an image over a threshold that does not apply to the image. */
    verdict: z.enum(["pass", "reported"]),
    /** The time of the verdict, ISO 8601 in UTC. */
    judged: z.iso.datetime(),
    /** Findings by severity. */
    counts: z.record(z.string(), z.int().min(0)),
    /** File with Clair's report, on the machine that ran Pulumi. */
    report: z.string(),
});

export type ScanOutput = z.infer<typeof scanOutputSchema>;
