/** Groups of things that share a remedy, so that a report names the remedy once. */
import { driftLine, shownRemedy } from "../drift/drift";
import type { DriftFinding } from "../drift/finding";
import { remedyText, warningText, type GateResult } from "../verdict";
import { clip } from "../../text/clip";

/** Things that one remedy mends. */
interface Group<T> {
    readonly remedy: string;
    /** At least one, in their own order. */
    readonly things: readonly T[];
}

/** Groups things by their remedy, in the order in which the remedies come up first. */
export function byRemedy<T>(things: readonly T[], remedyOf: (thing: T) => string): Group<T>[] {
    const groups = new Map<string, T[]>();
    for (const thing of things) {
        const remedy = remedyOf(thing);
        groups.set(remedy, [...(groups.get(remedy) ?? []), thing]);
    }
    return [...groups].map(([remedy, members]) => ({ remedy, things: members }));
}

/** The differences of a drift, by their remedies. */
export function driftByRemedy(findings: readonly DriftFinding[]): Group<DriftFinding>[] {
    return byRemedy(findings, ({ remedy }) => clip(remedy, shownRemedy));
}

/** `Remedy for these 15: …` */
export function sharedRemedy({ remedy, things }: Group<unknown>): string {
    return `Remedy for these ${things.length}: ${remedy}`;
}

/** A line for each thing; the remedy stands behind a single one, and below several. */
function lines<T>(groups: readonly Group<T>[], lineOf: (thing: T) => string): string[] {
    return groups.flatMap((group) => {
        const own = group.things.map(lineOf);
        return own.length === 1
            ? own.map((line) => `${line}. Remedy: ${group.remedy}`)
            : [...own, `  ${sharedRemedy(group)}`];
    });
}

/** All failures of a gate: its problems, then the WARNs by their remedies. */
export function failureLines({ problems, findings }: Pick<GateResult, "problems" | "findings">): string[] {
    return [...problems, ...lines(byRemedy(findings, remedyText), warningText)];
}

/** Differences from the declaration, by their remedies. */
export function differenceLines(findings: readonly DriftFinding[]): string[] {
    return lines(driftByRemedy(findings), driftLine);
}
