/** The parts that certificates and requests share. */
import { z } from "zod";
import { type Attribute, computed, optional, required } from "../schema";
import type { AlternativeNames } from "../x509/alternative-names";
import { subjectSchema } from "../x509/name";
import { usagesByName } from "../x509/usages";

const hourMs = 3_600_000;

/** Subject and alternative names, as the program gives them. */
export const nameAttributes: Attribute[] = [
    optional("dnsNames", "strings"),
    optional("ipAddresses", "strings", { minLength: 1 }),
    optional("uris", "strings", { minLength: 1 }),
    optional("subject", "subject"),
];

export const nameValues = z.object({
    dnsNames: z.array(z.string()).default([]),
    ipAddresses: z.array(z.string()).default([]),
    uris: z.array(z.string()).default([]),
    subject: subjectSchema.default({}),
});

/** The properties of all certificates. */
export const certificateAttributes: Attribute[] = [
    required("validityPeriodHours", "number", "always", { atLeast: 0 }),
    required("allowedUses", "strings", "always", { oneOf: usagesByName }),
    optional("earlyRenewalHours", "number", { default: 0, atLeast: 0, replace: "never" }),
    optional("isCaCertificate", "bool", { default: false }),
    optional("maxPathLength", "number", { origin: "optional-computed", atLeast: -1 }),
    optional("setSubjectKeyId", "bool", { default: false }),
    computed("certPem", "string"),
    computed("readyForRenewal", "bool", { default: false }),
    computed("validityStartTime", "string"),
    computed("validityEndTime", "string"),
    computed("id", "string"),
];

export const certificateValues = z.object({
    validityPeriodHours: z.number(),
    allowedUses: z.array(z.string()),
    isCaCertificate: z.boolean(),
    // The value is unknown in the plan when the program does not give it.
    maxPathLength: z.number().optional().catch(undefined),
    setSubjectKeyId: z.boolean(),
});

/** The begin and the end of a certificate that is made now. */
export function validity(hours: number): {
    times: { notBefore: number; notAfter: number };
    outputs: { validityStartTime: string; validityEndTime: string };
} {
    const notBefore = Date.now();
    const notAfter = notBefore + hours * hourMs;
    return {
        times: { notBefore, notAfter },
        outputs: { validityStartTime: rfc3339(notBefore), validityEndTime: rfc3339(notAfter) },
    };
}

/** RFC 3339 in UTC, without zeros at the end of the fraction, as Go writes it. */
function rfc3339(time: number): string {
    return new Date(time).toISOString().replace(/\.?0*Z$/, "Z");
}

/** The alternative names among the values. */
export function alternativeNames({
    dnsNames,
    ipAddresses,
    uris,
}: z.infer<typeof nameValues>): AlternativeNames {
    return { dnsNames, ipAddresses, uris };
}
