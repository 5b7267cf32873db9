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
import { maximumScoreOf, scoreText } from "./score-text";
import { clip, listed } from "../text/clip";

/** What an audit must reach. */
export const gateSchema = z.strictObject({
    minimumScore: z.int().optional().meta({
        description:
            "Lowest score that passes, as Docker Bench counts; default: any. Given without `allowedWarnings` and `exceptions`, the score alone decides: a WARN then fails nothing by itself.",
    }),
    allowedWarnings: z.array(checkIdSchema).optional().meta({
        description:
            "Ids of checks whose WARN is allowed, on whatever it is; every other WARN is over the gate, unless an exception covers it. `bin/portcullis audit --print-allowed-warnings` prints the list for a host as it is.",
    }),
});

/** The keys under `portcullis:audit`. */
export const auditKeysSchema = gateSchema.extend({
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

/** Whether WARNs are gated: a minimum score that is given alone is the whole gate. */
function countsWarnings({
    minimumScore,
    allowedWarnings,
    exceptions = [],
}: GateSettings & { readonly exceptions?: readonly Exception[] }): boolean {
    return minimumScore === undefined || allowedWarnings !== undefined || exceptions.length > 0;
}

/** A stack's settings of the audit: the gate, and what is excepted from it. Who sets a gate wants it to hold. */
export const auditSettingsSchema = auditKeysSchema.transform((keys) => ({
    ...keys,
    allowedWarnings: keys.allowedWarnings ?? (countsWarnings(keys) ? [] : undefined),
    enforce: keys.enforce ?? (keys.minimumScore !== undefined || keys.allowedWarnings !== undefined),
}));

/** What a stack has under `portcullis:audit`, before the defaults are filled in that follow from other keys. */
export type AuditKeys = z.infer<typeof auditKeysSchema>;
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
    /** WARNs that are shown and fail nothing, because the gate is a minimum score alone. */
    readonly reported: readonly Finding[];
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

/** `5.13 WARN Containers' root file system is read-only: With a writable one (web, db)` */
export function warningText({ check, items }: Finding): string {
    const { id, title, details } = check;
    const found = details === undefined ? title : `${title}: ${withoutStop(clip(details, 160))}`;
    const about = items.length === 0 ? "" : ` (${listed(items, 10)})`;
    return `${id} WARN ${found}${about}`;
}

/** How to mend a WARN: `Set --read-only (setting portcullis:images)` */
export function remedyText({ check: { remediation, setting } }: Finding): string {
    return `${withoutStop(remediation)}${setting === undefined ? "" : ` (setting ${setting})`}`;
}

/** A WARN and its remedy on one line. */
export function findingText(finding: Finding): string {
    return `${warningText(finding)}. Remedy: ${remedyText(finding)}`;
}

/** What an exception that has expired fails with. */
export function expiredText(exception: Exception): string {
    return (
        `the exception for ${exceptionText(exception)} expired on ${exception.expires}: ` +
        `ask ${clip(exception.owner, 80)} to renew or to remove it (reason given: ${clip(exception.reason, 160)})`
    );
}

function scoreFailure({ score, results }: AuditReport, minimum: number | undefined): string[] {
    if (minimum === undefined || score >= minimum) {
        return [];
    }
    const maximum = maximumScoreOf(results);
    const below = `score ${scoreText(score, maximum)} is below the minimum of ${minimum}`;
    return [
        minimum > maximum
            ? `${below}, which no host can reach: lower minimumScore`
            : `${below}: fix warnings, or lower minimumScore`,
    ];
}

/** WARNs, matched with what is allowed and excepted. */
type JudgedWarnings = Pick<GateResult, "findings" | "waivers" | "allowed" | "reported"> &
    Pick<Excepted, "expired" | "unused">;

/** Takes what is allowed and excepted off the WARNs of results. */
export function judgeWarnings(
    results: readonly CheckResult[],
    { settings, exceptions = [], now = new Date(), images }: GateInput,
): JudgedWarnings {
    const matched = applyExceptions(results, exceptions, now.toISOString().slice(0, 10), images);
    if (!countsWarnings({ ...settings, exceptions })) {
        return { ...matched, findings: [], allowed: [], reported: matched.findings };
    }
    const isAllowed = ({ check }: Finding): boolean => settings.allowedWarnings?.includes(check.id) ?? false;
    return {
        ...matched,
        reported: [],
        findings: matched.findings.filter((finding) => !isAllowed(finding)),
        allowed: matched.findings.filter(isAllowed),
    };
}

/** Judges an audit: by its score, its WARNs, and the exceptions' dates. */
export function judgeAudit(report: AuditReport, input: Omit<GateInput, "images">): GateResult {
    const images = new Map(report.containers.map((container) => [container.name, container.images]));
    const { findings, waivers, allowed, reported, expired, unused } = judgeWarnings(report.results, {
        ...input,
        images,
    });
    const { enforce = false, dockerBench } = input;
    const unexplained = (dockerBench?.unexplained ?? []).map(unexplainedText);
    const problems = [
        ...scoreFailure(report, input.settings.minimumScore),
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
        reported,
    };
}
