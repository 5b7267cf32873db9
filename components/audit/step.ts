import { z } from "zod";
import { auditSettingsSchema } from "../../audit/gate";

/** How the audit reaches the host; nothing of it is secret. */
const connectionSchema = z.strictObject({
    address: z.string(),
    port: z.int(),
    user: z.string(),
    privateKeyFile: z.string(),
    hostKey: z.string(),
});

/** What `bin/portcullis audit-baseline` takes. */
export const baselineInputSchema = z.strictObject({ connection: connectionSchema });

/** What `bin/portcullis audit-step` takes. */
export const stepInputSchema = z.strictObject({
    connection: connectionSchema,
    settings: auditSettingsSchema,
    /** The audit before the first hardening: JSON text in Docker Bench's shape. */
    baseline: z.string(),
    /** Changes with the stack: what is audited may be another. */
    stack: z.string(),
});

export type StepInput = z.infer<typeof stepInputSchema>;

const warningSchema = z.strictObject({ id: z.string(), title: z.string(), items: z.array(z.string()) });

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
    /** Self-contained page with all of it, on the machine that ran Pulumi. */
    report: z.string(),
});

export type AuditOutput = z.infer<typeof auditOutputSchema>;
