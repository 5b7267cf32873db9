import { besideLines } from "./beside";
import type { Comparison } from "./compare";
import { driftLines } from "./drift";
import { sections } from "./sections";
import { clip, listed } from "../../text/clip";
import { painter, plainTable, type Paint, type TableOptions } from "../../text/terminal-table";
import { maximumScoreOf, scoreText } from "../score";
import { isClean, standing } from "../verdict";
import { allowedCount, allowedLines } from "./allowed";
import { failureLines } from "./remedies";
import { verdictText } from "./verdict-text";
import { resultCounts, type AuditView } from "./view";

const resultColours = { PASS: "green", WARN: "red", INFO: "blue", NOTE: "yellow" } as const;

/** Columns that the check's id and its verdict take, with the blanks behind them. */
const fixedColumns = [8, 6];

function checkTable(view: AuditView, paint: Paint, width: number | undefined): string {
    const tables = sections.flatMap(({ id, title }) => {
        const checks = view.report.results.filter(({ section }) => section === id);
        if (checks.length === 0) {
            return [];
        }
        const rows = checks.map((check) => {
            const state = standing(view, check);
            const parts = [
                check.title,
                clip(check.details ?? "", 160),
                listed(check.items ?? [], 5),
                state === undefined || state === "over the gate" ? "" : `(${state})`,
            ].filter((part) => part !== "");
            return [check.id, paint(resultColours[check.result], check.result), parts.join(" · ")];
        });
        return [`${paint("bold", `${id} ${title}`)}\n${plainTable(rows, fixedColumns, width)}`];
    });
    return tables.join("\n\n");
}

/** `+3`, `-1`, `0` */
function signed(number: number): string {
    return number > 0 ? `+${number}` : String(number);
}

function comparisonLines(comparison: Comparison, maximum: number): string[] {
    const { scoreBefore, scoreAfter, newWarnings, fixedWarnings } = comparison;
    const named = (changes: Comparison["newWarnings"]): string =>
        changes.length === 0
            ? "none"
            : changes
                  .map(({ id, items }) => (items.length === 0 ? id : `${id} (${listed(items, 3)})`))
                  .join(", ");
    return [
        `Before   ${scoreText(scoreBefore, maximum)}, so ${signed(scoreAfter - scoreBefore)}`,
        `  fixed  ${named(fixedWarnings)}`,
        `  new    ${named(newWarnings)}`,
    ];
}

function gateLines(view: AuditView, paint: Paint): string[] {
    const { failures, warnings, waivers, reported } = view.gate;
    const excepted = waivers.map(
        ({ exception, check, items }) =>
            `  ${check.id} ${listed(items, 5)} until ${exception.expires}, ${clip(exception.owner, 80)}: ${clip(exception.reason, 160)}`,
    );
    const allowed = allowedLines(view.gate);
    const count = allowedCount(view.gate);
    return [
        ...(allowed.length === 0 ? [] : ["", "Allowed", ...allowed.map((line) => `  ${line}`)]),
        ...(excepted.length === 0 ? [] : ["", "Excepted", ...excepted]),
        ...(warnings.length === 0
            ? []
            : ["", ...warnings.map((line) => `${paint("yellow", "note")} ${line}`)]),
        "",
        ...(failures.length === 0
            ? [
                  paint("green", "The gate is passed."),
                  ...(count === undefined ? [] : [`${count}, for the reasons above.`]),
                  ...(reported.length === 0
                      ? []
                      : ["The gate is a minimum score alone, which fails no WARN."]),
              ]
            : [
                  paint("red", `Over the gate: ${failures.length}`),
                  ...failureLines(view.gate).map((line) => `  ${line}`),
              ]),
        // The verdict comes last, because the lists above may be longer than a screen.
        ...(isClean(view) ? [] : ["", paint("red", `Verdict  ${verdictText(view)}`)]),
    ];
}

/** An audit as a table for a terminal, then its score, the comparison and the gate. */
export function renderTable(view: AuditView, options: TableOptions): string {
    const paint = painter(options);
    const { report } = view;
    const counts = resultCounts(report);
    const maximum = maximumScoreOf(report.results);
    const lines = [
        `Docker audit of ${clip(report.hostName, 80)} (${clip(report.host, 160)}), engine ${clip(report.engineVersion, 40)}, ${report.start}`,
        "",
        checkTable(view, paint, options.width),
        "",
        `${paint("bold", `Score    ${scoreText(report.score, maximum)}`)}  (${counts.PASS} PASS, ${counts.WARN} WARN, ${counts.INFO} INFO, ${counts.NOTE} NOTE)`,
        ...(view.comparison === undefined ? [] : comparisonLines(view.comparison, maximum)),
        ...(view.dockerBench === undefined ? [] : besideLines(view.dockerBench, maximum)),
        ...(report.drift === undefined ? [] : driftLines(report.drift)),
        ...gateLines(view, paint),
        "",
    ];
    return lines.join("\n");
}
