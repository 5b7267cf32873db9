import { parseReport, unpackReport, type Finding } from "./report";

const dayMilliseconds = 86_400_000;

/**
 * The last day of a finding's grace, `2027-03-31`, whether or not it is past; undefined where there is none: a vulnerability
 * whose publication nobody dates may be old.
 *
 * @param days from the publication on; undefined: no finding has grace
 */
function graceEnd({ published }: Finding, days: number | undefined): string | undefined {
    return days === undefined || published === ""
        ? undefined
        : new Date(Date.parse(published) + days * dayMilliseconds).toISOString().slice(0, 10);
}

/**
 * The last day of the grace in which a finding is.
 *
 * @param today in UTC; the grace holds on its last day
 * @returns undefined where the finding has none, or has none any more, and where it was published in the future
 */
export function graceOf(finding: Finding, days: number | undefined, today: string): string | undefined {
    const end = graceEnd(finding, days);
    return end !== undefined && finding.published <= today && today <= end ? end : undefined;
}

/**
 * The days on which the grace of an image's findings ends.
 *
 * @param report of Clair, as it travels; the gate says what is wrong with one that cannot be read
 */
export function graceEnds(report: string, days: number): string[] {
    try {
        return parseReport(unpackReport(report)).findings.flatMap((finding) => graceEnd(finding, days) ?? []);
    } catch {
        return [];
    }
}
