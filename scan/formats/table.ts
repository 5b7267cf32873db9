import { clip } from "../../text/clip";
import { counted } from "../../text/count";
import { painter, plainTable, type Paint, type TableOptions } from "../../text/terminal-table";
import { timeText } from "../../text/time";
import { countsText, heldText, unjudgedTexts } from "../words";
import {
    acceptedParts,
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

const colours = { pass: "green", fail: "red", error: "red", reported: "yellow" } as const;

/** Characters of a text from an image, an advisory or a person that a line shows. */
const longest = 400;

/** Characters of a vulnerability's name that a line shows. */
const longestId = 40;

function findingRow({ finding, standing, why }: FindingStanding, paint: Paint): string[] {
    const fix = finding.fixedVersion === "" ? "no fix yet" : `fixed in ${clip(finding.fixedVersion, 80)}`;
    const counts = standing === "fails" || standing === "counts";
    return [
        "   ",
        paint(counts ? "red" : "blue", standing),
        finding.severity,
        clip(finding.vulnerability, longestId),
        `${clip(finding.package, 80)} ${clip(finding.version, 80)}, ${fix}${standing === "counts" ? "" : ` · ${why}`}`,
    ];
}

/** Columns of the widest name of a vulnerability: a name that is cut cannot be looked up. */
function idWidth(standings: readonly FindingStanding[]): number {
    return Math.max(...standings.map(({ finding }) => clip(finding.vulnerability, longestId).length));
}

function imageLines(image: RunImage, paint: Paint, width: number | undefined): string[] {
    const { judgement, held } = image;
    const verdict = paint(colours[judgement.verdict], verdictWords[judgement.verdict]);
    const standings = standingsOf(image);
    const rows = standings.map((one) => findingRow(one, paint));
    const found = judgement.counts === undefined ? [] : [countsText({ counts: judgement.counts })];
    const among = held === undefined ? [] : [heldText(held)];
    const unjudged = judgement.verdict === "error" || held === undefined ? [] : held.unjudged;
    return [
        "",
        `${paint("bold", clip(image.image, longest))}: ${verdict}`,
        ...(judgement.verdict === "error" ? [`    ${clip(reasonText(judgement), 4 * longest)}`] : []),
        ...(found.length + among.length === 0 ? [] : [`    ${[...found, ...among].join(" in ")}`]),
        ...(unjudged.length === 0 ? [] : [`    nobody judged ${unjudgedTexts(unjudged)}`]),
        ...(rows.length === 0 ? [] : [plainTable(rows, [3, 14, 10, idWidth(standings)], width)]),
        ...acceptedParts(image).map((text) => `    ${clip(text, 4 * longest)}`),
    ];
}

/** A run as a table for a terminal, with the verdict last. */
export function renderTable(run: ScanRun, options: TableOptions): string {
    const paint = painter(options);
    const notes = [...new Set(run.images.flatMap(({ held }) => held?.notes ?? []))];
    const verdict = verdictOf(run);
    const ends = { pass: "passed", fail: "not passed", none: "not passed: no verdict" };
    const general = generalFailures(run);
    return [
        `Scan of ${counted(run.images.length, "image")} by the stack ${clip(run.stack, 80)} (${clip(run.host, 160)}), ${timeText(run.judged, "minute")}`,
        `Policy   ${policyText(run.policy)}`,
        ...run.images.flatMap((image) => imageLines(image, paint, options.width)),
        ...(notes.length === 0
            ? []
            : ["", ...notes.map((text) => `${paint("yellow", "note")} ${clip(text, 4 * longest)}`)]),
        ...(general.length === 0 ? [] : ["", ...general.map((text) => clip(text, 4 * longest))]),
        "",
        paint(verdict === "pass" ? "green" : "red", `Verdict  ${ends[verdict]}; ${verdictText(run)}`),
        "",
    ].join("\n");
}
