import { z } from "zod";
import type { GradedSeverity } from "./severity";

/** claircore's type of NVD's scores in a report (enricher/cvss of claircore 1.5); the name of a schema follows. */
const type = "message/vnd.clair.map.vulnerability; enricher=clair.cvss";

/** NVD's `cvssData` of one CVE; claircore takes those of CVSS 3.0 and 3.1. */
const scoreSchema = z.object({ baseScore: z.number().min(0).max(10) });

/** For each vulnerability of the report, by its id there, the scores of the CVEs that its name and its links mention. */
const scoresSchema = z.array(z.record(z.string(), z.array(scoreSchema)));

/** A report's `enrichments`: by type, in claircore's own form. */
export const enrichmentsSchema = z.record(z.string(), z.array(z.unknown()).nullable()).nullish();

/**
 * The worst CVSS base score of each vulnerability that has one, by its id in the report.
 * @throws ZodError where the scores have another form than claircore's
 */
export function scoresOf(enrichments: z.infer<typeof enrichmentsSchema>): ReadonlyMap<string, number> {
    const worst = new Map<string, number>();
    for (const [name, values] of Object.entries(enrichments ?? {})) {
        if (!name.startsWith(type)) {
            continue;
        }
        for (const [id, scores] of scoresSchema
            .parse(values ?? [])
            .flatMap(Object.entries<z.infer<typeof scoreSchema>[]>)) {
            for (const { baseScore } of scores) {
                worst.set(id, Math.max(baseScore, worst.get(id) ?? 0));
            }
        }
    }
    return worst;
}

/** The severity of a base score (CVSS 3.1, section 5); a score of 0, "None" there, is Negligible here. */
export function severityOfScore(score: number): GradedSeverity {
    if (score >= 9) {
        return "Critical";
    }
    if (score >= 7) {
        return "High";
    }
    if (score >= 4) {
        return "Medium";
    }
    return score > 0 ? "Low" : "Negligible";
}
