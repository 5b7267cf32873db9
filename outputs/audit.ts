import { z } from "zod";

const warningSchema = z.strictObject({ id: z.string(), title: z.string(), items: z.array(z.string()) });

const resultSchema = z.enum(["PASS", "WARN", "INFO", "NOTE", "absent"]);

/** A check on which the real Docker Bench has another verdict; `absent`: one of the two tools has no such check. */
const differenceSchema = z.strictObject({
    id: z.string(),
    title: z.string(),
    ours: resultSchema,
    theirs: resultSchema,
    why: z.string().optional(),
});

/** The stack's output `audit`. */
export const auditOutputSchema = z.strictObject({
    /** Scored PASS less scored WARN, as Docker Bench counts. */
    score: z.strictObject({ before: z.int(), after: z.int() }),
    sections: z.array(
        z.strictObject({
            section: z.int(),
            title: z.string(),
            before: z.int(),
            after: z.int(),
            best: z.int(),
        }),
    ),
    newWarnings: z.array(warningSchema),
    fixedWarnings: z.array(warningSchema),
    /** The results of the real Docker Bench, where it is set (`audit.dockerBench`). */
    dockerBench: z
        .strictObject({
            version: z.string(),
            score: z.int(),
            /** Checks with the same verdict. */
            equal: z.int(),
            /** Known errors of Docker Bench. */
            explained: z.array(differenceSchema),
            unexplained: z.array(differenceSchema),
        })
        .optional(),
    /** The time of the audit, ISO 8601 in UTC. */
    audited: z.iso.datetime(),
    /** Self-contained page with the whole audit, on the machine that ran Pulumi. */
    report: z.string(),
});

export type AuditOutput = z.infer<typeof auditOutputSchema>;
