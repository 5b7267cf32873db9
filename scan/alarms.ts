import { counted } from "../text/count";
import type { Lists } from "./lists";
import type { Finding } from "./report";

/** No scores, where the settings name none. */
const noScores: NonNullable<Lists["epss"]> = { scores: new Map(), atLeast: 1 };

/** Why a finding fails its image whatever its severity, its fix and the threshold, in words; empty where nothing does. */
export function alarmsOf({ cves }: Finding, { kev, epss = noScores }: Lists): string[] {
    const exploited = cves.filter((cve) => kev?.has(cve) ?? false);
    const probable = cves.flatMap((cve) => {
        const score = epss.scores.get(cve);
        return score === undefined || score < epss.atLeast
            ? []
            : [
                  `${cve} has an EPSS score of ${score}, and ${epss.atLeast} is enough (portcullis:scan.epssAtLeast)`,
              ];
    });
    return [
        ...exploited.map((cve) => `${cve} is in CISA's catalog of exploited ones (portcullis:scan.kevFile)`),
        ...probable,
    ];
}

/** `2 findings have no CVE id` */
function have(findings: number): string {
    return `${counted(findings, "finding")} ${findings === 1 ? "has" : "have"}`;
}

/** Names, each once. */
function names(all: readonly string[]): string {
    return [...new Set(all)].join(", ");
}

/** What the lists do not tell of findings, in words: what they do not know is not harmless. */
export function untold(findings: readonly Finding[], { kev, epss }: Lists): string[] {
    const nameless = findings.filter(({ cves }) => cves.length === 0);
    const unscored =
        epss === undefined
            ? []
            : findings
                  .map(({ cves }) => cves.filter((cve) => !epss.scores.has(cve)))
                  .filter((cves) => cves.length > 0);
    const without = names(nameless.map(({ vulnerability }) => vulnerability));
    return [
        ...(kev === undefined || nameless.length === 0
            ? []
            : [
                  `${have(nameless.length)} no CVE id to look up in CISA's catalog (portcullis:scan.kevFile): ${without}`,
              ]),
        ...(epss === undefined || nameless.length === 0
            ? []
            : [
                  `${have(nameless.length)} no CVE id, and so no EPSS score (portcullis:scan.epssFile): ${without}`,
              ]),
        ...(unscored.length === 0
            ? []
            : [
                  `${have(unscored.length)} a CVE id that FIRST does not score (portcullis:scan.epssFile): ${names(unscored.flat())}`,
              ]),
    ];
}
