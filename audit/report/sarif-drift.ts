import type { Location, ReportingDescriptor, Result as SarifResult } from "sarif";
import { aboutText, foundText, shownRemedy, type Drift } from "../drift/drift";
import type { DriftFinding, Problem } from "../drift/finding";
import { clip } from "../../text/clip";

const titles: Readonly<Record<Problem, string>> = {
    missing: "What the stack declared is not on the host",
    changed: "The host is not as the stack declared",
    unexpected: "The host has something that the stack did not declare",
    expiring: "A certificate has expired, or is to be renewed",
};

const problems = ["missing", "changed", "unexpected", "expiring"] as const;

function level(problem: Problem): "error" | "warning" {
    return problem === "expiring" ? "warning" : "error";
}

/** A rule for each kind of difference: `drift/changed`. */
export const driftRules: readonly ReportingDescriptor[] = problems.map((problem) => ({
    id: `drift/${problem}`,
    shortDescription: { text: titles[problem] },
    defaultConfiguration: { level: level(problem) },
    properties: { tags: ["security", "docker", "drift"] },
}));

function location(finding: DriftFinding, host: string): Location {
    const { subject, key, resource } = finding;
    return {
        physicalLocation: { artifactLocation: { uri: encodeURI(host) } },
        logicalLocations: [
            {
                name: clip(key === "" ? subject : `${subject}, ${key}`, 200),
                ...(resource === undefined ? {} : { fullyQualifiedName: clip(resource, 400) }),
                kind: "resource",
            },
        ],
    };
}

/**
 * A result for each difference.
 *
 * @param firstRule place of the first of `driftRules` among the run's rules
 */
export function driftResults({ findings }: Drift, host: string, firstRule: number): SarifResult[] {
    return findings.map((finding) => ({
        ruleId: `drift/${finding.problem}`,
        ruleIndex: firstRule + problems.indexOf(finding.problem),
        kind: "fail",
        level: level(finding.problem),
        message: {
            text: `${aboutText(finding)}: ${foundText(finding)}. Remedy: ${clip(finding.remedy, shownRemedy)}`,
        },
        locations: [location(finding, host)],
        partialFingerprints: {
            "subjectAndKey/v1": `${finding.problem}:${clip(`${finding.subject}:${finding.key}`, 400)}`,
        },
    }));
}
