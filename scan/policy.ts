import { z } from "zod";
import type { Finding, ScanReport } from "./report";
import { gradedSeverities, severityRank, type GradedSeverity, type Severity } from "./severity";

/**
 * The rule by which an image is over the threshold. `severity`, `threshold` and `ignoreUnfixed` are CLAIR_OUTPUT,
 * CLAIR_THRESHOLD and IGNORE_UNFIXED of klar, an earlier scanner client.
 */
export const policySchema = z.strictObject({
    /** Lowest severity that counts. */
    severity: z.enum(gradedSeverities),
    /** Counted findings that an image may have. */
    threshold: z.int().min(0),
    /** The severity as which a finding without one counts. */
    unknownAs: z.enum(gradedSeverities),
    /** Whether findings without a fixed version are left out of the count. */
    ignoreUnfixed: z.boolean(),
});

export type Policy = z.infer<typeof policySchema>;

type Counts = Readonly<Record<Severity, number>>;

/** `reported`: the image is over the threshold, but the threshold does not apply to the image. */
type Verdict = "pass" | "fail" | "reported";

export interface Judgement {
    readonly verdict: Verdict;
    /** Findings by the severity that their source gives. */
    readonly counts: Counts;
    /** The findings that count, worst first. */
    readonly counted: readonly Finding[];
}

/** The severity that a finding counts as. */
function effectiveSeverity(finding: Finding, policy: Policy): GradedSeverity {
    return finding.severity === "Unknown" ? policy.unknownAs : finding.severity;
}

/** Whether a finding counts against the threshold. */
function counts(finding: Finding, policy: Policy): boolean {
    if (policy.ignoreUnfixed && finding.fixedVersion === "") {
        return false;
    }
    return severityRank(effectiveSeverity(finding, policy)) >= severityRank(policy.severity);
}

/**
 * Judges a report.
 *
 * @param enforce whether an image over the threshold fails, or is only reported
 */
export function judge(report: ScanReport, policy: Policy, enforce: boolean): Judgement {
    const bySeverity: Record<Severity, number> = {
        Unknown: 0,
        Negligible: 0,
        Low: 0,
        Medium: 0,
        High: 0,
        Critical: 0,
    };
    for (const { severity } of report.findings) {
        bySeverity[severity] += 1;
    }
    const counted = report.findings
        .filter((finding) => counts(finding, policy))
        .sort(
            (a, b) => severityRank(effectiveSeverity(b, policy)) - severityRank(effectiveSeverity(a, policy)),
        );
    const over = counted.length > policy.threshold;
    return { verdict: over ? (enforce ? "fail" : "reported") : "pass", counts: bySeverity, counted };
}
