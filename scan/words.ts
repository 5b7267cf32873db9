import { clip } from "../text/clip";
import { counted, grouped } from "../text/count";
import type { Coverage, JudgedPart, UnjudgedPart } from "./coverage";
import type { Judgement } from "./policy";
import type { Finding } from "./report";
import { severities } from "./severity";

/** How many parts one line names. */
const most = 10;

/** Characters of a name or a version that are shown. All of these come from images, whose makers choose them. */
const longest = 200;

/** A name that an image or an advisory gives, so that a reader's terminal shows it and does not obey it. */
const shown = (name: string): string => clip(name, longest);

/** `critical 2, high 1` */
export function countsText(judgement: Pick<Judgement, "counts">): string {
    const parts = [...severities].reverse().flatMap((severity) => {
        const number = judgement.counts[severity];
        return number === 0 ? [] : [`${severity.toLowerCase()} ${number}`];
    });
    return parts.length === 0 ? "no findings" : parts.join(", ");
}

/** `PYSEC-2023-246 (CVE-2023-47627) High by CVSS 7.5 aiohttp 3.8.4, fixed in 3.8.6` */
export function findingText(finding: Finding): string {
    const others = finding.cves.filter((cve) => cve !== finding.vulnerability);
    const id = shown(finding.vulnerability);
    const name = others.length === 0 ? id : `${id} (${others.join(", ")})`;
    const fix = finding.fixedVersion === "" ? "not fixed yet" : `fixed in ${shown(finding.fixedVersion)}`;
    const by = finding.score === undefined ? "" : ` by CVSS ${finding.score.toFixed(1)}`;
    return `${name} ${finding.severity}${by} ${shown(finding.package)} ${shown(finding.version)}, ${fix}`;
}

/** `113 packages (Debian 13: 5,243 advisories of 2026-08-21; Go: 4,291 advisories of 2026-08-20)` */
export function heldText({
    packages,
    judged,
}: {
    packages: number;
    judged: readonly Pick<JudgedPart, "title" | "advisories" | "date">[];
}): string {
    const parts = judged.map(
        ({ title, advisories, date }) =>
            `${shown(title)}: ${grouped(advisories)} ${advisories === 1 ? "advisory" : "advisories"} of ${date}`,
    );
    return counted(packages, "package") + (parts.length === 0 ? "" : ` (${parts.join("; ")})`);
}

/** `go (57 packages)` */
export function unjudgedText({ what, packages }: Pick<UnjudgedPart, "what" | "packages">): string {
    return packages === 0 ? shown(what) : `${shown(what)} (${counted(packages, "package")})`;
}

/** What of an image nobody judged, and why: `go (57 packages): the database has no advisories …` */
export function unjudgedTexts(parts: Coverage["unjudged"]): string {
    const left = parts.length - most;
    const texts = parts
        .slice(0, most)
        .map((part) => `${unjudgedText(part)}: ${clip(part.reason, 4 * longest)}`);
    return texts.join("; ") + (left > 0 ? `; and ${left} more` : "");
}
