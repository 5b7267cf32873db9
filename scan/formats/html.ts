import * as path from "node:path";
import { clip } from "../../text/clip";
import { counted, grouped } from "../../text/count";
import { renderPage } from "../../text/page";
import { timeText } from "../../text/time";
import { rulesBroken } from "../failure";
import { severities } from "../severity";
import { unjudgedText } from "../words";
import { webLinks } from "./bill";
import { layersOf } from "./layers";
import {
    generalFailures,
    policyText,
    reasonText,
    standingsOf,
    verdictOf,
    verdictText,
    verdictWords,
    type RunImage,
    type ScanRun,
} from "./run";
import type { FindingStanding } from "./standing";
import { changesToPass } from "./to-pass";
import { trendData } from "./trend";

/** Findings of one image that the page names: those that fail it first. */
const namedFindings = 500;

/** Characters of a text from an image, an advisory or a person that the page shows. */
const longest = 400;

function findingData({ finding, standing, why }: FindingStanding): Record<string, unknown> {
    const others = finding.cves.filter((cve) => cve !== finding.vulnerability);
    return {
        severity: finding.severity,
        score: finding.score?.toFixed(1),
        id: clip(finding.vulnerability, 80),
        others: clip(others.join(", "), 200),
        // Advisories name their links themselves; those of other kinds than the web's may do anything.
        link: webLinks(finding)[0],
        package: clip(finding.package, 120),
        version: clip(finding.version, 120),
        fixed: finding.fixedVersion === "" ? undefined : clip(finding.fixedVersion, 120),
        standing,
        counts: standing === "counts" || standing === "fails",
        why: standing === "counts" ? undefined : clip(why, longest),
    };
}

/** The number of findings of each severity, worst first. */
function countsData({ judgement }: RunImage): Record<string, unknown>[] | undefined {
    const { counts } = judgement;
    return counts === undefined
        ? undefined
        : [...severities].reverse().flatMap((severity) => {
              const number = counts[severity];
              return number === 0 ? [] : [{ severity, number: grouped(number) }];
          });
}

function reasonData({ judgement }: RunImage): string | undefined {
    return judgement.verdict === "error" ? clip(reasonText(judgement), 4 * longest) : undefined;
}

function imageData(
    image: RunImage,
    { policy }: ScanRun,
    index: number,
    common: ReadonlySet<string>,
): Record<string, unknown> {
    const { judgement, held } = image;
    const standings = standingsOf(image);
    const counts = countsData(image);
    return {
        index,
        name: clip(image.name, 200),
        image: clip(image.image, longest),
        verdict: judgement.verdict,
        words: verdictWords[judgement.verdict],
        reason: reasonData(image),
        counts,
        clean: counts?.length === 0,
        packages: held === undefined ? undefined : counted(held.packages, "package"),
        rules: rulesBroken(judgement, policy),
        changes: changesToPass(image, policy).map(({ text }) => text),
        layers: layersOf(standings.slice(0, namedFindings), image.history).map(({ findings, ...layer }) => ({
            ...layer,
            findings: findings.map(findingData),
        })),
        more: Math.max(standings.length - namedFindings, 0),
        coverage: held?.judged.map(({ title, packages, advisories, date }) => ({
            title: clip(title, 80),
            packages: grouped(packages),
            advisories: grouped(advisories),
            date,
        })),
        unjudged: (held?.unjudged ?? []).map((part) => ({
            what: unjudgedText(part),
            reason: clip(part.reason, 2 * longest),
        })),
        accepted: (held?.accepted ?? []).map((text) => clip(text, 3 * longest)),
        notes: (held?.notes ?? []).filter((text) => !common.has(text)).map((text) => clip(text, 2 * longest)),
    };
}

/** The notes that stand at every image that has some: they are about none of them alone. */
function commonNotes({ images }: ScanRun): string[] {
    const all = images.flatMap(({ held }) => (held === undefined ? [] : [held.notes]));
    const [first = [], ...others] = all;
    return others.length === 0 ? [] : first.filter((text) => others.every((notes) => notes.includes(text)));
}

const heads = { pass: "Passed", fail: "Not passed", none: "No verdict" } as const;

function pageData(run: ScanRun): Record<string, unknown> {
    const { images, judged } = run;
    const verdict = verdictOf(run);
    const common = commonNotes(run);
    const standings = new Set(images.flatMap((image) => standingsOf(image).map(({ standing }) => standing)));
    return {
        stack: clip(run.stack, 80),
        host: clip(run.host, 200),
        judged,
        judgedText: timeText(judged, "minute"),
        title: counted(images.length, "image"),
        passed: verdict === "pass",
        head: heads[verdict],
        text: verdictText(run),
        policy: policyText(run.policy),
        general: generalFailures(run).map((text) => clip(text, 4 * longest)),
        notes: common.map((text) => clip(text, 2 * longest)),
        trend: trendData(run),
        standings: [...standings],
        images: images.map((image, index) => imageData(image, run, index, new Set(common))),
    };
}

/** A run as one HTML page without other files. Texts of images and advisories stay plain text, and no other script can run. */
export function renderHtml(run: ScanRun): string {
    const file = (name: string): string => path.join(__dirname, name);
    return renderPage(
        { template: file("page.hbs"), styles: [file("page.css")], script: file("page.client.js") },
        pageData(run),
    );
}
