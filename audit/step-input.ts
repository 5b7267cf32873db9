/** Inputs of the commands that `up` runs for the audit. */
import { z } from "zod";
import { declarationSchema } from "../declaration";
import { sshConnectionSchema } from "../transport/connection";
import { checkIdSchema } from "./exceptions";
import { auditKeysSchema, type AuditSettings } from "./settings";

/** The input of `bin/portcullis audit-baseline`. */
export const baselineInputSchema = z.strictObject({
    connection: sshConnectionSchema,
    settings: auditKeysSchema.pick({ trustedUsers: true, dockerBench: true }),
});

export type BaselineInput = z.infer<typeof baselineInputSchema>;

/** `none` stands for an empty list that the settings give. */
const allowsNothing = "none";

/**
 * The settings in the step's input. An empty list of `allowedWarnings` means that the settings have no such list: older
 * versions wrote it so, and the step of an unchanged stack keeps its input.
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

/** The input of `bin/portcullis audit-step`. */
export const stepInputSchema = z.strictObject({
    connection: sshConnectionSchema,
    settings: stepSettingsSchema,
    /** The audit before the first hardening: JSON text in Docker Bench's shape. */
    baseline: z.string(),
    /** The host's required state. */
    declaration: declarationSchema,
    /** A text that changes with the stack, so that the audit runs again. */
    stack: z.string(),
});

export type StepInput = z.input<typeof stepInputSchema>;
