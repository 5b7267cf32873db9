/** What the gate makes of the canaries. */
import { z } from "zod";
import type { JudgedFacts } from "../coverage";
import { readReport } from "../report";
import { canHaveCanary } from "./files";

const expectedFindingSchema = z.strictObject({
    /** Part of an image that the finding stands for: `debian:13`, `go`. */
    what: z.string().min(1),
    /** `Debian 13`, `Go` */
    title: z.string().min(1),
    /** Updater of the advisory. */
    updater: z.string().min(1),
    /** Name of the advisory in Clair's reports. */
    vulnerability: z.string().min(1),
    package: z.string().min(1),
});

/** A finding that a canary must have. */
export type ExpectedFinding = z.infer<typeof expectedFindingSchema>;

/** A canary, scanned. */
export const scannedCanarySchema = z.strictObject({
    digest: z.string(),
    /** Clair's report: JSON, gzip, base64. */
    report: z.string().min(1),
    /** What the canary must be flagged with. */
    expected: z.array(expectedFindingSchema).min(1),
});

type ScannedCanary = z.input<typeof scannedCanarySchema>;

const remedy = "load advisories (portcullis:scanner), and change portcullis:scan.rescan";

/** Why a part is in doubt, by the canaries that were expected to be flagged for it; nothing where all are. */
function unflagged({ digest, report, expected }: ScannedCanary): [string, string][] {
    const found = readReport(report, digest);
    return expected.flatMap(({ what, title, updater, vulnerability, package: name }): [string, string][] => {
        const isFlagged =
            "report" in found &&
            found.report.findings.some(
                (finding) =>
                    finding.vulnerability === vulnerability &&
                    finding.package === name &&
                    finding.updater === updater,
            );
        const why =
            "reason" in found ? `has no report (${found.reason})` : `was not flagged with ${vulnerability}`;
        return isFlagged
            ? []
            : [
                  [
                      what,
                      `the canary of ${title}, ${name} in a version that ${updater} has ${vulnerability} for, ${why}; ${remedy}`,
                  ],
              ];
    });
}

/** What the scans of all canaries tell. */
export interface CheckedCanaries {
    /** Parts of images that a canary stands for. */
    readonly covered: ReadonlySet<string>;
    /** Updaters whose advisories a canary was to be found by, by the part that the canary stands for. */
    readonly updaters: ReadonlyMap<string, ReadonlySet<string>>;
    /** Parts of which a canary was not flagged, with the reason. */
    readonly unflagged: readonly (readonly [string, string])[];
}

/** Reads the reports on the canaries: once for all images. */
export function checkCanaries(canaries: readonly ScannedCanary[]): CheckedCanaries {
    const updaters = new Map<string, Set<string>>();
    for (const { what, updater } of canaries.flatMap(({ expected }) => expected)) {
        updaters.set(what, (updaters.get(what) ?? new Set()).add(updater));
    }
    return {
        covered: new Set(updaters.keys()),
        updaters,
        unflagged: canaries.flatMap(unflagged),
    };
}

/**
 * Why Clair cannot be trusted with parts of images, by what the parts are called: a canary of the part was not flagged, or there
 * is none, though one could be made.
 */
export function doubtsOf(
    { covered, unflagged: known }: CheckedCanaries,
    parts: readonly JudgedFacts[],
): ReadonlyMap<string, string> {
    const without = parts.filter(({ what, facts }) => !covered.has(what) && facts.some(canHaveCanary));
    return new Map([
        ...known,
        ...without.map(({ what, title }): [string, string] => [
            what,
            `there is no canary of ${title}, so nothing shows that Clair still finds what the database has for it; ${remedy}`,
        ]),
    ]);
}

/** The updaters of a part of which no advisory is fit for a canary, though other canaries stand for the part, in words. */
function unfitNotes({ updaters }: CheckedCanaries, { what, title, facts }: JudgedFacts): string[] {
    const known = updaters.get(what);
    const all = new Set(facts.filter(canHaveCanary).map(({ updater }) => updater));
    return known === undefined
        ? []
        : [...all]
              .filter((updater) => !known.has(updater))
              .map(
                  (updater) =>
                      `${title}: no advisory of ${updater} is fit for a canary, so nothing but their number shows that Clair compares that updater's advisories`,
              );
}

/** What no canary stands for, in words. */
export function canaryNotes(canaries: CheckedCanaries, parts: readonly JudgedFacts[]): string[] {
    return parts.flatMap((part) =>
        part.facts.some(canHaveCanary)
            ? unfitNotes(canaries, part)
            : [
                  `${part.title}: no canary can be made of its packages, so nothing but the number of its advisories shows that Clair compares them`,
              ],
    );
}
