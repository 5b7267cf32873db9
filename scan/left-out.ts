import { clip } from "../text/clip";
import type { Judgement } from "./policy";
import { statementText } from "./vex-match";
import { findingText } from "./words";

/** `by NAME until 2027-03-31: REASON` */
export function answerText({
    owner,
    until,
    reason,
}: {
    owner: string;
    until: string;
    reason: string;
}): string {
    return `by ${clip(owner, 80)} until ${until}: ${clip(reason, 200)}`;
}

/** What alarm a finding would raise: `, though CVE-… is in CISA's catalog …` */
function though(reasons: readonly string[]): string {
    return reasons.length === 0 ? "" : `, though ${reasons.join(", and ")},`;
}

/** The findings that do not count, each with who or what is the reason, in words. */
export function leftOutTexts({
    excepted,
    taken,
    graced,
}: Pick<Judgement, "excepted" | "taken" | "graced">): string[] {
    return [
        ...excepted.map(
            ({ finding, exception, reasons }) =>
                `${findingText(finding)} is excepted${though(reasons)} ${answerText(exception)}`,
        ),
        ...taken.map(
            ({ finding, statement, reasons }) =>
                `${findingText(finding)} is taken away${though(reasons)} ${statementText(statement)}`,
        ),
        ...graced.map(
            ({ finding, until }) =>
                `warning: ${findingText(finding)}, published on ${finding.published}, does not count yet: its grace ends on ${until} (portcullis:scan.graceDays)`,
        ),
    ];
}
