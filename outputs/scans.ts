import { z } from "zod";

/** A part of an image that Clair's database has advisories for. */
const coverageSchema = z.strictObject({
    /** `debian:13`, `go` */
    what: z.string(),
    /** `Debian 13`, `Go` */
    title: z.string(),
    packages: z.int().min(0),
    /** Advisories for just this. */
    advisories: z.int().min(0),
    /** Day of the oldest of these data, `2026-08-21`. */
    date: z.string(),
});

/** One image of the stack's output `scans`. */
export const scanOutputSchema = z.strictObject({
    /** Reference by digest in the private registry. */
    image: z.string(),
    digest: z.string(),
    /** The repository from which the image was pulled, with the digest there, `NAME@sha256:…`; null for an archive. */
    source: z.string().nullable().default(null),
    /** `pass`, or `reported` for an image over a threshold that does not apply to the image. */
    verdict: z.enum(["pass", "reported"]),
    /** The time of the verdict, ISO 8601 in UTC. */
    judged: z.iso.datetime(),
    /** Findings by severity. */
    counts: z.record(z.string(), z.int().min(0)),
    /** Packages that the image holds. */
    packages: z.int().min(0),
    coverage: z.array(coverageSchema),
    /** What does not count: what somebody answers for or a VEX statement takes away, and findings in their grace, in words. */
    accepted: z.array(z.string()),
    /** What ran out of that, or is not needed any more, and what EPSS and KEV do not tell, in words. */
    notes: z.array(z.string()),
    /** File with Clair's report, on the machine that ran Pulumi. */
    report: z.string(),
});

export type ScanOutput = z.infer<typeof scanOutputSchema>;
