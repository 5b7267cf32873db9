/**
 * Clair v4's severities, lowest first (claircore, normalized severity).
 * `Unknown` stands for a severity that the source does not give. It is no grade, and sorts below all grades.
 */
export const severities = ["Unknown", "Negligible", "Low", "Medium", "High", "Critical"] as const;

export type Severity = (typeof severities)[number];

/** The severities that grade a finding, i.e. all but `Unknown`, lowest first. */
export const gradedSeverities = ["Negligible", "Low", "Medium", "High", "Critical"] as const;

export type GradedSeverity = (typeof gradedSeverities)[number];

/** Rank of a severity: 0 for `Unknown` … 5 for `Critical`. */
export function severityRank(severity: Severity): number {
    return severities.indexOf(severity);
}
