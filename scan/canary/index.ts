/**
 * Canaries: images with a package for each distribution and language on which a verdict rests, in a version that an advisory of
 * the database is about. Where Clair does not find that advisory in the canary, nobody knows what Clair does not find in the images.
 */
import type { AdvisoryFacts } from "../../outputs/advisories";
import { judgedFacts, type JudgedFacts } from "../coverage";
import type { Inventory } from "../inventory";
import { parseReport, unpackReport } from "../report";
import type { ExpectedFinding } from "./check";
import { canHaveCanary, distributionFiles, isPlain, languageFiles, type CanaryFile } from "./files";

/** A canary image. */
export interface Canary {
    readonly files: readonly CanaryFile[];
    /** At least one. */
    readonly expected: readonly ExpectedFinding[];
}

type Fact = AdvisoryFacts["coverage"][number];

/** The packages of the facts that are fit for a canary, each with what is expected of it. */
function pick({ what, title, facts }: JudgedFacts) {
    return facts.flatMap(({ updater, distribution, canary }: Fact) =>
        canary === null || canary === undefined || !isPlain(canary, distribution)
            ? []
            : [
                  {
                      canary,
                      expected: {
                          what,
                          title,
                          updater,
                          vulnerability: canary.vulnerability,
                          package: canary.package,
                      },
                  },
              ],
    );
}

/** What the reports name as held in the images; nothing of a report that cannot be read: its image has no verdict. */
function inventories(reports: readonly string[]): Inventory[] {
    return reports.flatMap((packed) => {
        try {
            return [parseReport(unpackReport(packed)).inventory];
        } catch {
            return [];
        }
    });
}

/**
 * The canaries for all parts of images that are judged: an image for each distribution, and the languages in the first one.
 *
 * @param reports of the images: JSON, gzip, base64
 * @param today in UTC, `2027-03-31`
 */
export function canariesFor(
    reports: readonly string[],
    advisories: AdvisoryFacts | undefined,
    today: string,
): Canary[] {
    const parts = new Map<string, JudgedFacts>();
    for (const part of inventories(reports).flatMap((held) => judgedFacts(held, advisories, today))) {
        if (part.facts.some(canHaveCanary)) {
            parts.set(part.what, part);
        }
    }
    const all = [...parts.values()].sort((one, other) => (one.what < other.what ? -1 : 1));
    const made = all.map(({ distribution, ...part }) => {
        const picked = pick({ distribution, ...part });
        const packages = picked.map(({ canary }) => canary);
        const files = (): CanaryFile[] =>
            distribution === undefined
                ? languageFiles(part.facts[0]?.repository ?? "", packages)
                : distributionFiles(distribution, packages);
        return {
            isLanguage: distribution === undefined,
            files: picked.length === 0 ? [] : files(),
            expected: picked.map(({ expected }) => expected),
        };
    });
    const [first, ...others] = made.filter(({ isLanguage }) => !isLanguage);
    const languages = made.filter(({ isLanguage }) => isLanguage);
    const together = [...(first === undefined ? [] : [first]), ...languages];
    return [
        {
            files: together.flatMap(({ files }) => files),
            expected: together.flatMap(({ expected }) => expected),
        },
        ...others.map(({ files, expected }) => ({ files, expected })),
    ].filter(({ expected }) => expected.length > 0);
}
