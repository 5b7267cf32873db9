import { clip } from "../../text/clip";
import { counted } from "../../text/count";
import { painter, plainTable, type Paint, type TableOptions } from "../../text/terminal-table";
import { timeText } from "../../text/time";
import type { Policy } from "../policy";
import { countsText, heldText, unjudgedTexts } from "../words";
import { generalFailures, standingsOf, verdictOf, verdictWords, type RunImage, type ScanRun } from "./run";
import type { FindingStanding } from "./standing";

const colours = { pass: "green", fail: "red", error: "red", reported: "yellow" } as const;

/** Characters of a text from an image, an advisory or a person that a line shows. */
const longest = 400;

function policyText({ severity, threshold, unknownAs, ignoreUnfixed, graceDays }: Policy): string {
    return [
        `${severity} and above count, ${threshold} allowed`,
        `a finding without a severity counts as ${unknownAs}`,
        ...(ignoreUnfixed ? ["what has no fix does not count"] : []),
        ...(graceDays === undefined ? [] : [`${graceDays} days of grace`]),
    ].join("; ");
}

function findingRow({ finding, standing, why }: FindingStanding, paint: Paint): string[] {
    const fix = finding.fixedVersion === "" ? "no fix yet" : `fixed in ${clip(finding.fixedVersion, 80)}`;
    const counts = standing === "fails" || standing === "counts";
    return [
        "   ",
        paint(counts ? "red" : "blue", standing),
        finding.severity,
        clip(finding.vulnerability, 60),
        `${clip(finding.package, 80)} ${clip(finding.version, 80)}, ${fix}${standing === "counts" ? "" : ` · ${why}`}`,
    ];
}

function imageLines(image: RunImage, paint: Paint, width: number | undefined): string[] {
    const { judgement, held } = image;
    const verdict = paint(colours[judgement.verdict], verdictWords[judgement.verdict]);
    const rows = standingsOf(image).map((one) => findingRow(one, paint));
    const found = judgement.counts === undefined ? [] : [countsText({ counts: judgement.counts })];
    const among = held === undefined ? [] : [heldText(held)];
    const unjudged = judgement.verdict === "error" || held === undefined ? [] : held.unjudged;
    return [
        "",
        `${paint("bold", clip(image.image, longest))}: ${verdict}`,
        ...(judgement.verdict === "error" ? [`    ${clip(judgement.reason, 4 * longest)}`] : []),
        ...(found.length + among.length === 0 ? [] : [`    ${[...found, ...among].join(" in ")}`]),
        ...(unjudged.length === 0 ? [] : [`    nobody judged ${unjudgedTexts(unjudged)}`]),
        ...(rows.length === 0 ? [] : [plainTable(rows, [3, 14, 10, 20], width)]),
        ...(held?.accepted ?? []).map((text) => `    ${clip(text, 4 * longest)}`),
    ];
}

/** The run on one line: `2 of 3 images pass; 1 over the threshold`. */
function verdictText(run: ScanRun): string {
    const number = (...verdicts: readonly string[]): number =>
        run.images.filter(({ judgement }) => verdicts.includes(judgement.verdict)).length;
    const parts = [
        ["over the threshold", number("fail")],
        ["over the threshold, which does not apply to them", number("reported")],
        ["without a verdict", number("error")],
    ] as const;
    const others = parts.flatMap(([words, many]) => (many === 0 ? [] : [`${many} ${words}`]));
    const of = counted(run.images.length, "image");
    return run.images.length === 0
        ? "nothing was judged"
        : [`${number("pass")} of ${of} ${number("pass") === 1 ? "passes" : "pass"}`, ...others].join("; ");
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
