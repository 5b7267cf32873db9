import { z } from "zod";
import { unexplainedText, type DockerBenchComparison } from "./compare";
import { dockerBenchSchema, trustedUsersSchema } from "./docker-bench-settings";
import {
    applyExceptions,
    checkIdSchema,
    exceptionsSchema,
    exceptionText,
    type ContainerImages,
    type Excepted,
    type Exception,
    type Finding,
    type Waiver,
} from "./exceptions";
import type { AuditReport, CheckResult } from "./model";
import { clip, listed } from "../text/clip";

/** What an audit must reach. */
export const gateSchema = z.strictObject({
    minimumScore: z
        .int()
        .optional()
        .meta({ description: "Lowest score that passes, as Docker Bench counts; default: any." }),
    allowedWarnings: z
        .array(checkIdSchema)
        .default([])
        .meta({ description: "Ids of checks whose WARN is allowed, on whatever it is." }),
});

/** The keys under `portcullis:audit`. */
export const auditKeysSchema = gateSchema.extend({
    allowedWarnings: gateSchema.shape.allowedWarnings
        .unwrap()
        .optional()
        .meta({ description: "Ids of checks whose WARN is allowed, on whatever it is." }),
    enforce: z.boolean().optional().meta({
        description:
            "Fail `up` where the audit after the deploy is over the gate, or only report it; default: fail where `minimumScore` or `allowedWarnings` is set.",
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

/** A stack's settings of the audit: the gate, and what is excepted from it. Who sets a gate wants it to hold. */
export const auditSettingsSchema = auditKeysSchema.transform((keys) => ({
    ...keys,
    allowedWarnings: keys.allowedWarnings ?? [],
    enforce: keys.enforce ?? (keys.minimumScore !== undefined || keys.allowedWarnings !== undefined),
}));

export type AuditSettings = z.infer<typeof auditSettingsSchema>;
export type GateSettings = z.infer<typeof gateSchema>;

/** An audit, judged. */
export interface GateResult {
    /** What is over the gate beside WARNs: the score, and exceptions that expired. */
    readonly problems: readonly string[];
    /** All that is over the gate, one line each; empty when the gate is passed. */
    readonly failures: readonly string[];
    /** What should be looked at, but fails nothing. */
    readonly warnings: readonly string[];
    /** WARNs that nobody allowed. */
    readonly findings: readonly Finding[];
    /** WARNs, or parts of them, that an exception accepts. */
    readonly waivers: readonly Waiver[];
    /** WARNs, or parts of them, that `allowedWarnings` accepts. */
    readonly allowed: readonly Finding[];
}

/** What the gate knows beside the audit. */
export interface GateInput {
    readonly settings: GateSettings;
    /** @default none */
    readonly exceptions?: readonly Exception[];
    /** When it is: decides which exceptions still hold. @default now */
    readonly now?: Date;
    /** The names of each container's image, for exceptions by image. @default unknown */
    readonly images?: ContainerImages;
    /** What the real Docker Bench says of the host. @default it was not asked */
    readonly dockerBench?: DockerBenchComparison | undefined;
    /** Whether a difference from Docker Bench that nothing explains fails; else it only warns. @default false */
    readonly enforce?: boolean;
}

function withoutStop(text: string): string {
    return text.replace(/\.$/, "");
}

/** `5.13 WARN Containers' root file system is read-only: With a writable one (web, db). Remedy: …` */
export function findingText({ check, items }: Finding): string {
    const { id, title, details, remediation, setting } = check;
    const what = details === undefined ? title : `${title}: ${withoutStop(clip(details, 160))}`;
    const about = items.length === 0 ? "" : ` (${listed(items, 10)})`;
    const ours = setting === undefined ? "" : ` (setting ${setting})`;
    return `${id} WARN ${what}${about}. Remedy: ${withoutStop(remediation)}${ours}`;
}

/** What an exception that has expired fails with. */
export function expiredText(exception: Exception): string {
    return (
        `the exception for ${exceptionText(exception)} expired on ${exception.expires}: ` +
        `ask ${clip(exception.owner, 80)} to renew or to remove it (reason given: ${clip(exception.reason, 160)})`
    );
}

function scoreFailure(score: number, minimum: number | undefined): string[] {
    if (minimum === undefined || score >= minimum) {
        return [];
    }
    return [`score ${score} is below the minimum of ${minimum}: fix warnings, or lower minimumScore`];
}

/** WARNs, matched with what is allowed and excepted. */
export type JudgedWarnings = Pick<GateResult, "findings" | "waivers" | "allowed"> &
    Pick<Excepted, "expired" | "unused">;

/** Takes what is allowed and excepted off the WARNs of results. */
export function judgeWarnings(
    results: readonly CheckResult[],
    { settings, exceptions = [], now = new Date(), images }: GateInput,
): JudgedWarnings {
    const matched = applyExceptions(results, exceptions, now.toISOString().slice(0, 10), images);
    const isAllowed = ({ check }: Finding): boolean => settings.allowedWarnings.includes(check.id);
    return {
        ...matched,
        findings: matched.findings.filter((finding) => !isAllowed(finding)),
        allowed: matched.findings.filter(isAllowed),
    };
}

/** Judges an audit: by its score, its WARNs, and the exceptions' dates. */
export function judgeAudit(report: AuditReport, input: Omit<GateInput, "images">): GateResult {
    const images = new Map(report.containers.map((container) => [container.name, container.images]));
    const { findings, waivers, allowed, expired, unused } = judgeWarnings(report.results, {
        ...input,
        images,
    });
    const { enforce = false, dockerBench } = input;
    const unexplained = (dockerBench?.unexplained ?? []).map(unexplainedText);
    const problems = [
        ...scoreFailure(report.score, input.settings.minimumScore),
        ...expired.map(expiredText),
        ...(enforce ? unexplained : []),
    ];
    return {
        problems,
        failures: [...problems, ...findings.map(findingText)],
        warnings: [
            ...unused.map(
                (exception) =>
                    `the exception for ${exceptionText(exception)} matches no warning: remove it (owner ${clip(exception.owner, 80)})`,
            ),
            ...(enforce ? [] : unexplained),
        ],
        findings,
        waivers,
        allowed,
    };
}
