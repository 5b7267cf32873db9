import { answerText } from "../left-out";
import type { ErrorJudgement, Judgement } from "../policy";
import type { Finding } from "../report";
import { statementText } from "../vex-match";

/**
 * How a finding stands. `fails`: it fails its image whatever the threshold. `counts`: it counts against the threshold. The others do
 * not count.
 */
type Standing = "fails" | "counts" | "excepted" | "taken away" | "in its grace" | "does not count";

export interface FindingStanding {
    readonly finding: Finding;
    readonly standing: Standing;
    /** Why, in words. */
    readonly why: string;
}

/** The findings of a judgement, each once: those that fail the image first, then those that count, then the others. */
export function findingStandings(judgement: Judgement | ErrorJudgement): FindingStanding[] {
    const {
        alarms = [],
        counted = [],
        over = false,
        graced = [],
        excepted = [],
        taken = [],
        uncounted = [],
    } = judgement;
    const alarmed = new Set(alarms.map(({ finding }) => finding));
    const counts = over
        ? "counts, and more count than may (portcullis:scan.threshold)"
        : "counts, and no more count than may (portcullis:scan.threshold)";
    return [
        ...alarms.map(
            ({ finding, reasons }) => ({ finding, standing: "fails", why: reasons.join("; ") }) as const,
        ),
        ...counted
            .filter((finding) => !alarmed.has(finding))
            .map((finding) => ({ finding, standing: "counts", why: counts }) as const),
        ...graced.map(
            ({ finding, until }) =>
                ({
                    finding,
                    standing: "in its grace",
                    why: `published on ${finding.published}; counts after ${until} (portcullis:scan.graceDays)`,
                }) as const,
        ),
        ...excepted.map(
            ({ finding, exception, reasons }) =>
                ({
                    finding,
                    standing: "excepted",
                    why: [answerText(exception), ...reasons].join("; though "),
                }) as const,
        ),
        ...taken.map(
            ({ finding, statement, reasons }) =>
                ({
                    finding,
                    standing: "taken away",
                    why: [statementText(statement), ...reasons].join("; though "),
                }) as const,
        ),
        ...uncounted.map(
            ({ finding, reason }) => ({ finding, standing: "does not count", why: reason }) as const,
        ),
    ];
}
