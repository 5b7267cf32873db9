import { z } from "zod";
import { auditSettingsSchema, type AuditSettings } from "../audit/gate";

/**
 * WARNs that the stack as it comes has, and why: they are accepted where the stack's settings
 * (`portcullis:audit.allowedWarnings`) name none. What a setting can mend and Docker Bench's score counts is not among
 * them: else a preview that takes the authorization plugin away (2.12) would pass.
 */
export const expectedWarnings: Readonly<Record<string, string>> = {
    "2.13": "logs are kept on the host, and rotated; send them on with portcullis:engine.logDriver journald",
    "5.9": "the registry is there to be reached; it is published on one address only",
    "5.15": "services have to come back after a reboot of the host, so they are restarted without an end",
};

/**
 * A stack's settings of the audit, with the expected WARNs allowed where it names none.
 *
 * @param value what the stack has under `portcullis:audit`; undefined: nothing
 * @throws ZodError where it is something else
 */
export function predictionSettings(value: unknown): AuditSettings {
    const given = z.record(z.string(), z.unknown()).parse(value ?? {});
    return auditSettingsSchema.parse({ allowedWarnings: Object.keys(expectedWarnings), ...given });
}
