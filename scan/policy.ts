import { z } from "zod";
import { distinct } from "./distinct";
import { exceptionOf, type FindingException } from "./exceptions";
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
    /** The findings that would count, were they not excepted. */
    readonly excepted: readonly { readonly finding: Finding; readonly exception: FindingException }[];
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
 * @param exceptions that hold, and are about this image
 * @throws Error where the policy is none: a rule that cannot be read lets everything through
 */
export function judge(
    report: Pick<ScanReport, "findings">,
    policy: Policy,
    enforce: boolean,
    exceptions: readonly FindingException[] = [],
): Judgement {
    const { error } = policySchema.safeParse(policy);
    if (error !== undefined) {
        throw new Error(`no verdict: the policy (portcullis:scan) cannot be used: ${z.prettifyError(error)}`);
    }
    const rank = (finding: Finding): number => severityRank(effectiveSeverity(finding, policy));
    const findings = distinct(report.findings, rank);
    const bySeverity: Record<Severity, number> = {
        Unknown: 0,
        Negligible: 0,
        Low: 0,
        Medium: 0,
        High: 0,
        Critical: 0,
    };
    for (const { severity } of findings) {
        bySeverity[severity] += 1;
    }
    const over = findings.filter((finding) => counts(finding, policy)).sort((a, b) => rank(b) - rank(a));
    const excepted = over.flatMap((finding) => {
        const exception = exceptionOf(finding, exceptions);
        return exception === undefined ? [] : [{ finding, exception }];
    });
    const taken = new Set(excepted.map(({ finding }) => finding));
    const counted = over.filter((finding) => !taken.has(finding));
    const verdict = counted.length <= policy.threshold ? "pass" : enforce ? "fail" : "reported";
    return { verdict, counts: bySeverity, counted, excepted };
}
