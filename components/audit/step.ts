import { z } from "zod";
import { declarationSchema } from "../../audit/drift/declaration";
import { auditKeysSchema, auditSettingsSchema } from "../../audit/gate";

/** How the audit reaches the host; nothing of it is secret. */
const connectionSchema = z.strictObject({
    address: z.string(),
    port: z.int(),
    user: z.string(),
    privateKeyFile: z.string(),
    hostKey: z.string(),
});

/** What `bin/portcullis audit-baseline` takes. */
export const baselineInputSchema = z.strictObject({
    connection: connectionSchema,
    settings: auditKeysSchema.pick({ trustedUsers: true, dockerBench: true }),
});

export type BaselineInput = z.infer<typeof baselineInputSchema>;

/** What `bin/portcullis audit-step` takes. */
export const stepInputSchema = z.strictObject({
    connection: connectionSchema,
    settings: auditSettingsSchema,
    /** The audit before the first hardening: JSON text in Docker Bench's shape. */
    baseline: z.string(),
    /** What the host has to be like. */
    declaration: declarationSchema,
    /** Changes with the stack: what is audited may be another. */
    stack: z.string(),
});

export type StepInput = z.infer<typeof stepInputSchema>;

const warningSchema = z.strictObject({ id: z.string(), title: z.string(), items: z.array(z.string()) });

const resultSchema = z.enum(["PASS", "WARN", "INFO", "NOTE", "absent"]);

/** A check on which the real Docker Bench says something else; `absent`: one of the two has no such check. */
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
    /** What the real Docker Bench found, where it is set (`audit.dockerBench`). */
    dockerBench: z
        .strictObject({
            version: z.string(),
            score: z.int(),
            /** Checks with the same verdict. */
            equal: z.int(),
            /** Its known errors. */
            explained: z.array(differenceSchema),
            unexplained: z.array(differenceSchema),
        })
        .optional(),
    /** Self-contained page with all of it, on the machine that ran Pulumi. */
    report: z.string(),
});

export type AuditOutput = z.infer<typeof auditOutputSchema>;
