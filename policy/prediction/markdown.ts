/** A prediction as a comment for a review. */
import { maximumScoreOf } from "../../audit/score";
import { clip } from "../../text/clip";
import type { Flip, Prediction } from "./predict";

/** The content of a comment. */
interface PredictionView {
    readonly stack: string;
    readonly scoreBefore: number;
    readonly scoreAfter: number;
    readonly flips: readonly Flip[];
    readonly after: readonly Prediction[];
    /** The reasons against the change; empty: nothing speaks against the change. */
    readonly failures: readonly string[];
}

/** Items that are named in a cell. */
const namedItems = 10;

/** Text as code, whatever is in it: no markup, no mention of people, no end of a table's cell. */
export function code(text: string): string {
    const shown = clip(text, 80).replaceAll("|", "\\|");
    const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
    const fence = "`".repeat(longest + 1);
    return longest === 0 ? `${fence}${shown}${fence}` : `${fence} ${shown} ${fence}`;
}

/** Characters that Markdown would read are taken as they are. */
export function plain(text: string): string {
    return clip(text, 400).replace(/[\\`*_{}[\]<>|@~&]/g, (character) => `\\${character}`);
}

function named(items: readonly string[]): string {
    const shown = items.slice(0, namedItems).map(code).join(", ");
    return items.length <= namedItems ? shown : `${shown} and ${items.length - namedItems} more`;
}

function flipRow({ check, before, after, added, removed }: Flip): string {
    const parts = [
        added.length === 0 ? "" : `now ${named(added)}`,
        removed.length === 0 ? "" : `no longer ${named(removed)}`,
    ].filter((part) => part !== "");
    const change = before === after ? after : `${before} → ${after}`;
    const mark = after === "WARN" ? `**${change}**` : change;
    return `| ${check.id} | ${mark} | ${parts.join("; ")} | ${plain(check.title)} |`;
}

function list(title: string, lines: readonly string[]): string[] {
    return lines.length === 0 ? [] : ["", title, "", ...lines.map((line) => `- ${line}`)];
}

/** The comment: the score, the verdicts that flip, the remaining WARNs, and the unknown verdicts. */
export function renderPrediction(view: PredictionView): string {
    const { scoreBefore, scoreAfter, flips, after, failures } = view;
    const difference = scoreAfter - scoreBefore;
    const score =
        `Score of sections 2, 4 and 5: **${scoreBefore} → ${scoreAfter}** (${difference > 0 ? "+" : ""}${difference})` +
        ` of ${maximumScoreOf(after.map(({ check }) => check))}`;
    const flipped = new Set(flips.map(({ check }) => check.id));
    const still = after.filter(({ check, result }) => result === "WARN" && !flipped.has(check.id));
    const open = after.filter(({ unknownOf }) => unknownOf.length > 0);
    return [
        `### Docker Bench, predicted for stack ${code(view.stack)}`,
        "",
        failures.length === 0 ? score : `**Should not be deployed.** ${score}`,
        ...list("Against it:", failures.map(plain)),
        ...(flips.length === 0
            ? ["", "No verdict changes."]
            : [
                  "",
                  "| Check | Change | On | What it asks |",
                  "| --- | --- | --- | --- |",
                  ...flips.map(flipRow),
              ]),
        ...list(
            "Warns before and after:",
            still.map(
                ({ check, items }) =>
                    `${check.id} ${plain(check.title)}${items.length === 0 ? "" : `: ${named(items)}`}`,
            ),
        ),
        ...list(
            "Not known before the deployment:",
            open.map(({ check, unknownOf }) => `${check.id} ${plain(check.title)}: ${named(unknownOf)}`),
        ),
        "",
        "Predicted from the inputs of the preview alone; what only the host can tell (the other checks) is judged by the audit after the deployment.",
        "",
    ].join("\n");
}
