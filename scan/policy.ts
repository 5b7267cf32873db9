import { z } from "zod";
import { alarmsOf, untold } from "./alarms";
import { distinct } from "./distinct";
import { exceptionFinder, type FindingException } from "./exceptions";
import type { Lists } from "./lists";
import { graceOf } from "./grace";
import type { Finding, ScanReport } from "./report";
import { gradedSeverities, severityRank, type GradedSeverity, type Severity } from "./severity";
import type { VexStatement } from "./vex";

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
    /** Days from its publication on in which a finding that would count only warns. */
    graceDays: z.int().min(1).optional(),
});

export type Policy = z.infer<typeof policySchema>;

type Counts = Readonly<Record<Severity, number>>;

/**
 * `reported`: the image is over the threshold, but the threshold does not apply to the image. What raises an alarm fails
 * such an image too.
 */
type Verdict = "pass" | "fail" | "reported";

export interface Judgement {
    readonly verdict: Verdict;
    /** Findings by the severity that their source gives. */
    readonly counts: Counts;
    /** The findings that fail the image whatever the threshold, each with the reasons why, worst first. */
    readonly alarms: readonly { readonly finding: Finding; readonly reasons: readonly string[] }[];
    /** The findings that count against the threshold, worst first. */
    readonly counted: readonly Finding[];
    /** Whether `counted` is more than the image may have. */
    readonly over: boolean;
    /** The findings that would count or raise an alarm, were they not excepted; `reasons` are those of the alarm. */
    readonly excepted: readonly {
        readonly finding: Finding;
        readonly exception: FindingException;
        readonly reasons: readonly string[];
    }[];
    /** The findings that a statement takes away, whether or not they would count. */
    readonly taken: readonly {
        readonly finding: Finding;
        readonly statement: VexStatement;
        readonly reasons: readonly string[];
    }[];
    /** The findings that will count after a last day, `2027-03-31`. */
    readonly graced: readonly { readonly finding: Finding; readonly until: string }[];
    /** The findings that the policy does not count, each with the reason why, in words. */
    readonly uncounted: readonly { readonly finding: Finding; readonly reason: string }[];
    /** What the lists do not tell of the findings, in words. */
    readonly untold: readonly string[];
}

/** `error`: no report allows any conclusion, or a part of the image was not judged. An error always fails. */
export type ErrorJudgement = Partial<Omit<Judgement, "verdict">> & {
    readonly verdict: "error";
    readonly reason: string;
};

/** What is known beside a report. */
interface Known {
    /** Exceptions that hold, and are about this image. */
    readonly exceptions?: readonly FindingException[];
    readonly lists?: Lists;
    /** The statement that takes a finding of this image away. */
    readonly statementOf?: (finding: Finding) => VexStatement | undefined;
    /** In UTC, `2027-03-31`; without it no finding is in its grace. */
    readonly today?: string;
}

/** The severity that a finding counts as. */
export function effectiveSeverity(finding: Finding, policy: Policy): GradedSeverity {
    return finding.severity === "Unknown" ? policy.unknownAs : finding.severity;
}

/** Why a finding does not count against the threshold; undefined where the finding does. */
function whyNot(finding: Finding, policy: Policy): string | undefined {
    if (policy.ignoreUnfixed && finding.fixedVersion === "") {
        return "what has no fix does not count (portcullis:scan.ignoreUnfixed)";
    }
    const severity = effectiveSeverity(finding, policy);
    return severityRank(severity) < severityRank(policy.severity)
        ? `${severity} is below ${policy.severity} (portcullis:scan.severity)`
        : undefined;
}

/** Whether a finding counts against the threshold. */
function counts(finding: Finding, policy: Policy): boolean {
    return whyNot(finding, policy) === undefined;
}

function countsOf(findings: readonly Finding[]): Counts {
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
    return bySeverity;
}

/**
 * Judges a report.
 *
 * @param enforce whether an image over the threshold fails, or is only reported
 * @throws Error where the policy is none: a rule that cannot be read lets everything through
 */
export function judge(
    report: Pick<ScanReport, "findings">,
    policy: Policy,
    enforce: boolean,
    { exceptions = [], lists = {}, statementOf = () => undefined, today = "" }: Known = {},
): Judgement {
    const { error } = policySchema.safeParse(policy);
    if (error !== undefined) {
        throw new Error(`no verdict: the policy (portcullis:scan) cannot be used: ${z.prettifyError(error)}`);
    }
    const rank = (finding: Finding): number => severityRank(effectiveSeverity(finding, policy));
    const findings = distinct(report.findings, rank).sort((a, b) => rank(b) - rank(a));
    const exceptionOf = exceptionFinder(exceptions);
    const all = findings.map((finding) => ({
        finding,
        reasons: alarmsOf(finding, lists),
        statement: statementOf(finding),
        exception: exceptionOf(finding),
    }));
    const unstated = all.filter(({ statement }) => statement === undefined);
    const held = unstated.filter(({ finding, reasons }) => reasons.length > 0 || counts(finding, policy));
    const left = held
        .filter(({ exception }) => exception === undefined)
        .map(({ finding, reasons }) => ({
            finding,
            reasons,
            until: reasons.length > 0 ? undefined : graceOf(finding, policy.graceDays, today),
        }));
    const alarms = left.filter(({ reasons }) => reasons.length > 0);
    const counted = left
        .filter(({ finding, until }) => until === undefined && counts(finding, policy))
        .map(({ finding }) => finding);
    const over = counted.length > policy.threshold;
    return {
        verdict: alarms.length > 0 || (over && enforce) ? "fail" : over ? "reported" : "pass",
        counts: countsOf(findings),
        alarms: alarms.map(({ finding, reasons }) => ({ finding, reasons })),
        counted,
        over,
        excepted: held.flatMap(({ finding, exception, reasons }) =>
            exception === undefined ? [] : [{ finding, exception, reasons }],
        ),
        taken: all.flatMap(({ finding, statement, reasons }) =>
            statement === undefined ? [] : [{ finding, statement, reasons }],
        ),
        graced: left.flatMap(({ finding, until }) => (until === undefined ? [] : [{ finding, until }])),
        uncounted: unstated.flatMap(({ finding, reasons }) => {
            const reason = reasons.length > 0 ? undefined : whyNot(finding, policy);
            return reason === undefined ? [] : [{ finding, reason }];
        }),
        untold: untold(
            unstated.map(({ finding }) => finding),
            lists,
        ),
    };
}
