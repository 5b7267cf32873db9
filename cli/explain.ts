/** `portcullis explain`: why an image passed, or did not, on some day; replayed from what the gate kept. */
import type { Command } from "commander";
import * as path from "node:path";
import { acceptKey } from "../scan/failure";
import { runGate, type GateInput, type GateResult, type ScannedImage } from "../scan/gate";
import { countsText, findingText, heldText } from "../scan/words";
import { timeText } from "../text/time";
import { readJudgement, type JudgementRecord, type KeptJudgement } from "./judgements";
import { reportFolderOf } from "./stack-file";

const root = path.dirname(__dirname);

/** A question: which stack, when, and which images. */
interface Question {
    readonly stack: string;
    /** A day, `2027-03-31`, whose end counts, or a time, RFC 3339; undefined for now. */
    readonly on: string | undefined;
    /** Repositories, or references that hold one; all where empty. */
    readonly images: readonly string[];
}

/**
 * The moment that a day or a time stands for, RFC 3339 with milliseconds.
 * @throws Error for any other text
 */
export function momentOf(text: string): string {
    const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
    const time = new Date(isDay ? `${text}T23:59:59.999Z` : text);
    const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
    if (
        Number.isNaN(time.getTime()) ||
        !(isDay || isTime) ||
        (isDay && !time.toISOString().startsWith(text))
    ) {
        throw new Error(
            `--on ${text}: that is no day and no time; give a day of UTC, 2027-03-31, or a time, 2027-03-31T14:00:00Z`,
        );
    }
    return time.toISOString();
}

/** The policy in words. */
function policyText({
    severity,
    threshold,
    unknownAs,
    ignoreUnfixed,
    graceDays,
}: GateInput["policy"]): string {
    return [
        `${severity} and above count, ${threshold} allowed`,
        `a finding without a severity counts as ${unknownAs}`,
        `what has no fix ${ignoreUnfixed ? "does not count" : "counts"}`,
        graceDays === undefined ? "no grace" : `${graceDays} days of grace`,
    ].join("; ");
}

/** The files that the policy rests on, each with its SHA-256. */
function fileTexts({ lists }: GateInput): string[] {
    const { kev, epss, vex = [] } = lists ?? {};
    return [
        ...(kev === undefined ? [] : [`KEV ${kev.file}, sha256:${kev.sha256}`]),
        ...(epss === undefined ? [] : [`EPSS from ${epss.atLeast} on ${epss.file}, sha256:${epss.sha256}`]),
        ...vex.map(({ file, sha256 }) => `VEX ${file}, sha256:${sha256}`),
    ];
}

function dataTexts({ advisories }: GateInput): string[] {
    return (advisories?.updaters ?? []).map(({ name, advisories: number, date, problem }) =>
        problem === "" ? `${name}: ${number} of ${date.slice(0, 10)}` : `${name}: not used, ${problem}`,
    );
}

/** An image, and each finding with the reason why it counts, or does not. */
function imageText({ name, image, judgement, held }: ScannedImage, report: string): string[] {
    const found = judgement.counts === undefined ? "" : countsText({ counts: judgement.counts });
    return [
        "",
        `${judgement.verdict.padEnd(8)} ${image}`,
        ...(judgement.verdict === "error" ? [`    ${judgement.reason}`] : []),
        ...(held === undefined ? [] : [`    ${found === "" ? "" : `${found} in `}${heldText(held)}`]),
        ...(judgement.alarms ?? []).map(
            ({ finding, reasons }) => `    fails: ${findingText(finding)}: ${reasons.join("; ")}`,
        ),
        ...(judgement.counted ?? []).map((finding) => `    counts: ${findingText(finding)}`),
        ...(judgement.uncounted ?? []).map(
            ({ finding, reason }) => `    does not count: ${findingText(finding)}: ${reason}`,
        ),
        ...(held?.accepted ?? []).map((text) => `    ${text}`),
        ...(held?.notes ?? []).map((text) => `    ${text}`),
        ...(held !== undefined && held.unjudged.length > 0
            ? [`    somebody could answer for what nobody judged: ${acceptKey(name)}`]
            : []),
        `    report: sha256:${report} (gzip, base64)`,
    ];
}

/** How the verdicts of now differ from those that were given; empty where they are the same. */
function differences(record: JudgementRecord, { images, failures }: GateResult): string[] {
    const verdictsThen = new Map(record.verdicts.map(({ image, verdict }) => [image, verdict]));
    const verdictsNow = new Map(images.map(({ image, judgement }) => [image, judgement.verdict as string]));
    const changed = [...new Set([...verdictsThen.keys(), ...verdictsNow.keys()])].flatMap((image) => {
        const [before, now] = [verdictsThen.get(image) ?? "nothing", verdictsNow.get(image) ?? "nothing"];
        return before === now ? [] : [`${image}: ${before} then, ${now} now`];
    });
    const passes = failures.length === 0;
    return changed.length === 0 && record.passed !== passes
        ? [
              `the gate: ${record.passed ? "passed" : "not passed"} then, ${passes ? "passed" : "not passed"} now`,
          ]
        : changed;
}

/** Whether an image is asked for, by its repository or by a reference that holds it. */
function isAsked({ name, image }: ScannedImage, asked: readonly string[]): boolean {
    return (
        asked.length === 0 ||
        asked.some((word) => word === name || word === image || image.startsWith(`${word}@`))
    );
}

/**
 * The explanation of a judgement, replayed.
 *
 * @returns `same`: whether the replay gives what was given then
 * @throws Error where an image is asked for that was not judged
 */
export function explained(
    stack: string,
    { record, input, reports, contents }: KeptJudgement,
    next: JudgementRecord | undefined,
    asked: readonly string[],
): { readonly text: string; readonly same: boolean } {
    const result = runGate(input, record.judged.slice(0, 10), contents);
    const shown = result.images
        .map((image, index) => ({ image, report: reports[index] ?? "" }))
        .filter(({ image }) => isAsked(image, asked));
    if (shown.length === 0) {
        throw new Error(
            `${asked.join(", ")}: not judged on ${timeText(record.judged, "second")}; judged were ${result.images.map(({ name }) => name).join(", ")}`,
        );
    }
    const differing = differences(record, result);
    const perImage = new Set(result.images.map(({ image }) => image));
    const general = result.failures.filter((text) => ![...perImage].some((image) => text.startsWith(image)));
    const lines = [
        `The gate judged the stack ${stack} on ${timeText(record.judged, "second")}, and was ${record.passed ? "" : "not "}passed; ` +
            (next === undefined
                ? "that is its last word."
                : `that was its last word until ${timeText(next.judged, "second")}.`),
        "",
        `policy   ${policyText(input.policy)}`,
        ...fileTexts(input).map((text) => `         ${text}`),
        ...dataTexts(input).map((text, index) => `${index === 0 ? "data     " : "         "}${text}`),
        `input    sha256:${record.input}`,
        ...general.map((text) => `\n${text}`),
        ...shown.flatMap(({ image, report }) => imageText(image, report)),
        "",
        ...(differing.length === 0
            ? ["Replayed from what was kept, with today's gate: the same verdicts."]
            : [
                  "Replayed from what was kept, today's gate judges otherwise:",
                  ...differing.map((text) => `    ${text}`),
              ]),
        "",
    ];
    return { text: lines.join("\n"), same: differing.length === 0 };
}

/** @returns 0 where the replay gives what was given then, 1 where it does not */
function explain({ stack, on, images }: Question): number {
    const { kept, next } = readJudgement(
        path.resolve(root, reportFolderOf(stack, root)),
        on === undefined ? undefined : momentOf(on),
    );
    const { text, same } = explained(stack, kept, next, images);
    process.stdout.write(text);
    return same ? 0 : 1;
}

/** Adds the command to the program. */
export function registerExplain(program: Command): void {
    program
        .command("explain")
        .description(
            "says why images passed or not, replayed from what the gate kept (policy, data, reports)",
        )
        .option("--stack <name>", "stack whose images they are", "dev")
        .option("--on <day>", "a day of UTC, whose end counts, or a time (RFC 3339); default: now")
        .argument("[image...]", "repositories in the registry, or references by digest; all without one")
        .action((images: string[], options: { stack: string; on?: string }) => {
            process.exitCode = explain({ stack: options.stack, on: options.on, images });
        });
}
