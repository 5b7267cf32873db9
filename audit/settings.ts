/** The settings of the audit, under `portcullis:audit`. */
import { z } from "zod";
import { dockerBenchSchema, trustedUsersSchema } from "./docker-bench/settings";
import { checkIdSchema, exceptionsSchema } from "./exceptions";

/** The keys under `portcullis:audit`. */
export const auditKeysSchema = z.strictObject({
    minimumScore: z.int().optional().meta({
        description:
            "Lowest score that passes, as Docker Bench counts; default: any. Given without `allowedWarnings` and `exceptions`, the score alone decides: a WARN then fails nothing by itself.",
    }),
    allowedWarnings: z.array(checkIdSchema).optional().meta({
        description:
            "Ids of checks whose WARN is allowed, on whatever it is; every other WARN is over the gate, unless an exception covers it. The list stands instead of the default (audit/README.md), and an empty one allows nothing. `bin/portcullis audit --print-allowed-warnings` prints the list for a host as it is.",
    }),
    enforce: z.boolean().optional().meta({
        description:
            "Fail `up` where the audit after the deploy is over the gate, or only report it; default: fail where `minimumScore` or `allowedWarnings` is set. `bin/portcullis audit` ends with 1 over the gate in either case.",
    }),
    exceptions: exceptionsSchema.default([]).meta({
        description:
            "WARNs that somebody answers for: `check`, `container` or `image`, `owner`, `reason`, `expires`.",
    }),
    trustedUsers: trustedUsersSchema.default([]).meta({
        description: "Users of the host who may be in the group docker; without any, check 1.1.2 is no WARN.",
    }),
    dockerBench: dockerBenchSchema.optional().meta({
        description: "The real Docker Bench, to be run beside our audit after each deploy.",
    }),
});

/**
 * A stack's settings of the audit: the gate, and its exceptions. A user who sets a gate wants the gate to hold.
 * `allowedWarnings` is undefined where the settings name none: the WARNs expected of every stack are allowed then.
 */
export const auditSettingsSchema = auditKeysSchema.transform((keys) => ({
    ...keys,
    // The place of the key is part of a running stack's step; see step-input.ts.
    allowedWarnings: keys.allowedWarnings,
    enforce: keys.enforce ?? (keys.minimumScore !== undefined || keys.allowedWarnings !== undefined),
}));

export type AuditSettings = z.infer<typeof auditSettingsSchema>;
