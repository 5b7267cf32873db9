import { z } from "zod";
import type { UnjudgedPart } from "./coverage";

/** Some text of a person's. */
export const word = z.string().trim().min(1, "expected some text");

/** Who answers for an exception, why, and how long. */
export const answeredFor = {
    owner: word.meta({ description: "Who answers for it." }),
    reason: word.meta({ description: "Why it is accepted." }),
    until: z.iso
        .date({ error: "expected the last day on which it holds, e.g. 2027-03-31" })
        .meta({ description: "Last day on which it holds, in UTC." }),
};

const whatError = {
    error: "expected what the gate says that nobody judged, e.g. go, debian:14 or package:NAME",
};

export const acceptanceSchema = z.strictObject({
    what: z
        .string(whatError)
        .regex(/^(package:\S.*|[^\s:]+(:[^\s:]+)?)$/, whatError)
        .meta({
            description: "What nobody judges in the image, in the gate's own word.",
            takes: "`debian:14`, `go`, `package:NAME`, `no-packages`, `no-distribution` or `unknown-distribution`",
        }),
    ...answeredFor,
});

/** The stack's own images; their repositories are `portcullis/NAME`. */
export const stackImageNames = ["registry", "postgres", "clair"] as const;

/** An acceptance for one of the stack's own images. */
export const stackAcceptanceSchema = z.strictObject({
    image: z.enum(stackImageNames).meta({ description: "The image that it is about." }),
    ...acceptanceSchema.shape,
});

/** A part of an image that somebody accepts without a verdict, for some time. */
export type Acceptance = z.infer<typeof acceptanceSchema>;

/** A part that was not judged, and is accepted. */
interface AcceptedPart {
    readonly part: UnjudgedPart;
    readonly acceptance: Acceptance;
}

/** Parts and acceptances, matched. */
interface Accepted {
    readonly accepted: readonly AcceptedPart[];
    /** Parts that no acceptance that still holds is about. */
    readonly left: readonly UnjudgedPart[];
    readonly expired: readonly Acceptance[];
    /** Acceptances that still hold, and that nothing needs. */
    readonly unused: readonly Acceptance[];
}

/**
 * Takes the acceptances that still hold off the parts that nobody judged.
 *
 * @param today in UTC, `2027-03-31`; an acceptance holds on the day that it names
 */
export function applyAcceptances(
    unjudged: readonly UnjudgedPart[],
    acceptances: readonly Acceptance[],
    today: string,
): Accepted {
    const holding = acceptances.filter(({ until }) => until >= today);
    const accepted = unjudged.flatMap((part) => {
        const acceptance = holding.find(({ what }) => what === part.what);
        return acceptance === undefined ? [] : [{ part, acceptance }];
    });
    const parts = new Set(accepted.map(({ part }) => part));
    const used = new Set(accepted.map(({ acceptance }) => acceptance));
    return {
        accepted,
        left: unjudged.filter((part) => !parts.has(part)),
        expired: acceptances.filter(({ until }) => until < today),
        unused: holding.filter((acceptance) => !used.has(acceptance)),
    };
}
