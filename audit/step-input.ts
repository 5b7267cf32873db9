/** What the commands take that `up` runs for the audit. */
import { z } from "zod";
import { declarationSchema } from "../declaration";
import { sshConnectionSchema } from "../transport/connection";
import { checkIdSchema } from "./exceptions";
import { auditKeysSchema, type AuditSettings } from "./settings";

/** What `bin/portcullis audit-baseline` takes. */
export const baselineInputSchema = z.strictObject({
    connection: sshConnectionSchema,
    settings: auditKeysSchema.pick({ trustedUsers: true, dockerBench: true }),
});

export type BaselineInput = z.infer<typeof baselineInputSchema>;

/** `none`: a list that the settings give, and which is empty. */
const allowsNothing = "none";

/**
 * The settings as the step is told them. An empty list means that the settings have none: so a stack without the setting
 * was told before anything was expected of every stack, and the input of its step stays as it is.
 */
const stepSettingsSchema = auditKeysSchema
    .extend({
        allowedWarnings: z.union([z.array(checkIdSchema), z.literal(allowsNothing)]),
        enforce: z.boolean(),
    })
    .transform(({ allowedWarnings, ...rest }): AuditSettings => ({
        ...rest,
        allowedWarnings:
            allowedWarnings === allowsNothing
                ? []
                : allowedWarnings.length === 0
                  ? undefined
                  : allowedWarnings,
    }));

/** The settings of a stack, for its step. */
export function stepSettings(settings: AuditSettings): z.input<typeof stepSettingsSchema> {
    const { allowedWarnings } = settings;
    const told = allowedWarnings?.length === 0 ? allowsNothing : (allowedWarnings ?? []);
    return { ...settings, allowedWarnings: told };
}

/** What `bin/portcullis audit-step` takes. */
export const stepInputSchema = z.strictObject({
    connection: sshConnectionSchema,
    settings: stepSettingsSchema,
    /** The audit before the first hardening: JSON text in Docker Bench's shape. */
    baseline: z.string(),
    /** What the host has to be like. */
    declaration: declarationSchema,
    /** Changes with the stack: what is audited may be another. */
    stack: z.string(),
});

export type StepInput = z.input<typeof stepInputSchema>;
