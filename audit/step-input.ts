/** What the commands take that `up` runs for the audit. */
import { z } from "zod";
import { declarationSchema } from "../declaration";
import { sshConnectionSchema } from "../transport/connection";
import { auditKeysSchema, auditSettingsSchema } from "./gate";

/** What `bin/portcullis audit-baseline` takes. */
export const baselineInputSchema = z.strictObject({
    connection: sshConnectionSchema,
    settings: auditKeysSchema.pick({ trustedUsers: true, dockerBench: true }),
});

export type BaselineInput = z.infer<typeof baselineInputSchema>;

/** What `bin/portcullis audit-step` takes. */
export const stepInputSchema = z.strictObject({
    connection: sshConnectionSchema,
    settings: auditSettingsSchema,
    /** The audit before the first hardening: JSON text in Docker Bench's shape. */
    baseline: z.string(),
    /** What the host has to be like. */
    declaration: declarationSchema,
    /** Changes with the stack: what is audited may be another. */
    stack: z.string(),
});

export type StepInput = z.infer<typeof stepInputSchema>;
