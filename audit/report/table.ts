import { styleText } from "node:util";
import Table from "cli-table3";
import type { Result } from "../model";
import { besideLines } from "./beside";
import type { Comparison } from "./compare";
import { driftLines } from "./drift";
import { sections } from "./sections";
import { clip, listed } from "../../text/clip";
import { maximumScoreOf, scoreText } from "../score";
import { isClean, standing } from "../verdict";
import { allowedCount, allowedLines } from "./allowed";
import { failureLines } from "./remedies";
import { verdictText } from "./verdict-text";
import { resultCounts, type AuditView } from "./view";

/** The terminal's way to show a table. */
interface TableOptions {
    /** Whether to colour; false for a terminal that wants no colour. */
    readonly colour: boolean;
    /** Columns of the terminal; undefined for a file or a pipe, where no line is broken. */
    readonly width?: number;
}

const resultColours = { PASS: "green", WARN: "red", INFO: "blue", NOTE: "yellow" } as const;

type Colour = (typeof resultColours)[Result] | "bold";

type Paint = (colour: Colour, text: string) => string;

/** No lines, two blanks between columns. */
const bare = {
    top: "",
    "top-mid": "",
    "top-left": "",
    "top-right": "",
    bottom: "",
    "bottom-mid": "",
    "bottom-left": "",
    "bottom-right": "",
    left: "",
    "left-mid": "",
    mid: "",
    "mid-mid": "",
    right: "",
    "right-mid": "",
    middle: "  ",
};

/** Columns that the check's id and its verdict take, with the blanks behind them. */
const fixedColumns = [8, 6] as const;

/** Narrowest terminal for which lines are broken. */
const narrowest = 50;

function plainTable(width: number | undefined): Table.Table {
    const rest = Math.max(width ?? 0, narrowest) - fixedColumns[0] - fixedColumns[1] - 4;
    return new Table({
        chars: bare,
        style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
        colWidths: [...fixedColumns, width === undefined ? null : rest],
        wordWrap: width !== undefined,
    });
}

/** Removes the blanks at the ends of lines, which show when text is copied. */
function trimmed(text: string): string {
    return text.replace(/ +$/gm, "");
}

function checkTable(view: AuditView, paint: Paint, width: number | undefined): string {
    const tables = sections.flatMap(({ id, title }) => {
        const checks = view.report.results.filter(({ section }) => section === id);
        if (checks.length === 0) {
            return [];
        }
        const table = plainTable(width);
        for (const check of checks) {
            const state = standing(view, check);
            const parts = [
                check.title,
                clip(check.details ?? "", 160),
                listed(check.items ?? [], 5),
                state === undefined || state === "over the gate" ? "" : `(${state})`,
            ].filter((part) => part !== "");
            table.push([check.id, paint(resultColours[check.result], check.result), parts.join(" · ")]);
        }
        return [`${paint("bold", `${id} ${title}`)}\n${table.toString()}`];
    });
    return trimmed(tables.join("\n\n"));
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
    const paint: Paint = (colour, text) =>
        options.colour ? styleText(colour, text, { validateStream: false }) : text;
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
