/** The comparison of a host with a stack's declaration. */
import { clip } from "../../text/clip";
import { compareDrift } from "./compare";
import type { Declaration } from "../../declaration";
import { resourceName, type DriftFinding, type Problem, type Value } from "./finding";
import type { LiveHost } from "./live";

export interface Drift {
    /** The stack that declared the host. */
    readonly stack: string;
    /** Number of compared items. */
    readonly items: number;
    /** The differences; empty: the host is as declared. */
    readonly findings: readonly DriftFinding[];
}

/**
 * Compares a host with a declaration.
 * @param now decides which certificates are to be renewed. @default now
 * @throws AuditError where something of the host cannot be compared.
 */
export function driftOf(declaration: Declaration, live: LiveHost, now = new Date()): Drift {
    return {
        stack: declaration.stack,
        items: declaration.items.length,
        findings: compareDrift(declaration, live, now),
    };
}

/** Findings of a host that is not as declared; a certificate that is to be renewed is still the declared one. */
export function changesOf({ findings }: Drift): DriftFinding[] {
    return findings.filter(({ problem }) => problem !== "expiring");
}

/** Characters of a value that are shown. */
const shownCharacters = 160;

/** A value on one line. */
export function valueText(value: Value): string {
    return clip(typeof value === "string" ? value : JSON.stringify(value), shownCharacters);
}

const words: Readonly<Record<Problem, string>> = {
    missing: "is missing",
    changed: "is not as declared",
    unexpected: "is unexpected",
    expiring: "is to be renewed",
};

/** `changed: 67108864, declared 268435456`: the value on the host, and the declared value, where there are such. */
export function foundText({ problem, declared, live }: DriftFinding): string {
    const parts = [
        ...(live === undefined ? [] : [valueText(live)]),
        ...(declared === undefined ? [] : [`declared ${valueText(declared)}`]),
    ];
    return parts.length === 0 ? problem : `${problem}: ${parts.join(", ")}`;
}

/** `container portcullis-registry, memory (resource registry-service-container)` */
export function aboutText({ subject, key, resource }: DriftFinding): string {
    const part = key === "" ? "" : `, ${clip(key, shownCharacters)}`;
    const declaredBy = resource === undefined ? "" : ` (resource ${clip(resourceName(resource), 120)})`;
    return `${clip(subject, 200)}${part}${declaredBy}`;
}

/** A difference on one line: `drift: container web, memory is not as declared: 67108864, declared 268435456` */
export function driftLine(finding: DriftFinding): string {
    const found = foundText(finding).slice(finding.problem.length);
    return `drift: ${aboutText(finding)} ${words[finding.problem]}${found}`;
}

/** Characters of a remedy that are shown. A command that is cut off is none: paths and names have room, also quoted. */
export const shownRemedy = 1000;

/** A difference and its remedy on one line. */
export function driftText(finding: DriftFinding): string {
    return `${driftLine(finding)}. Remedy: ${clip(finding.remedy, shownRemedy)}`;
}
