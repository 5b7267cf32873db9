import { aboutText, foundText, valueText, type Drift } from "../drift/drift";
import { resourceName, type DriftFinding } from "../drift/finding";
import { counted } from "../../text/count";
import { clip } from "../../text/clip";
import { driftByRemedy, sharedRemedy } from "./remedies";

/** Number of differences that are shown one by one. */
const shownFindings = 200;

/** The differences from the declaration, as lines of text. */
export function driftLines({ stack, items, findings }: Drift): string[] {
    const from = `${counted(items, "item")} that the stack ${clip(stack, 80)} declared`;
    if (findings.length === 0) {
        return [`Drift    none: the host is as declared (${from})`];
    }
    const left = findings.length - shownFindings;
    return [
        `Drift    ${counted(findings.length, "difference")} (${from})`,
        ...driftByRemedy(findings.slice(0, shownFindings)).flatMap((group) => [
            ...group.things.flatMap((finding) => [`  ${aboutText(finding)}`, `    ${foundText(finding)}`]),
            group.things.length === 1 ? `    ${group.remedy}` : `  ${sharedRemedy(group)}`,
        ]),
        ...(left > 0 ? [`  and ${left} more`] : []),
    ];
}

/** The differences from the declaration, as data for the HTML page. */
export function driftData({ stack, items, findings }: Drift): Record<string, unknown> {
    return {
        stack: clip(stack, 80),
        items: counted(items, "item"),
        number: findings.length,
        more: Math.max(findings.length - shownFindings, 0),
        groups: driftByRemedy(findings.slice(0, shownFindings)).map(({ remedy, things }) => ({
            remedy,
            several: things.length > 1,
            number: things.length,
            findings: things.map(findingData),
        })),
    };
}

function findingData({
    problem,
    subject,
    key,
    resource,
    declared,
    live,
}: DriftFinding): Record<string, unknown> {
    return {
        problem,
        verdict: problem === "expiring" ? "NOTE" : "WARN",
        subject: clip(subject, 200),
        key: clip(key, 160),
        resource: resource && clip(resourceName(resource), 120),
        declared: declared === undefined ? undefined : valueText(declared),
        live: live === undefined ? undefined : valueText(live),
    };
}
