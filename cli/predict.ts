import * as fs from "node:fs";
import * as path from "node:path";
import type { Command } from "commander";
import * as YAML from "yaml";
import { z } from "zod";
import { findingText, judgeWarnings, type AuditSettings } from "../audit/gate";
import { predictionSettings } from "../policy/expected";
import { renderPrediction } from "../policy/prediction/markdown";
import { flips, predict, predictedScore, warningsOf } from "../policy/prediction/predict";
import { engineProblems } from "../policy/prediction/problems";
import { parsePreview } from "../policy/prediction/preview";
import { readInput } from "./input";

/** A prediction, as Markdown, and whether anything speaks against the change. */
export interface Predicted {
    readonly markdown: string;
    /** 0: nothing does; 1: a WARN that nobody accepted, or an engine or container that cannot be judged. */
    readonly code: 0 | 1;
}

/**
 * Predicts the verdicts that a preview changes.
 *
 * @param preview JSON of `pulumi preview --json --show-sames`
 * @param now decides which exceptions still hold
 * @throws Error where it is no such preview
 */
export function predictPreview(
    preview: unknown,
    stack: string,
    settings: AuditSettings,
    now: Date = new Date(),
): Predicted {
    const plans = parsePreview(preview);
    const [before, after] = [predict(plans.before), predict(plans.after)];
    const judged = judgeWarnings(warningsOf(after), { settings, exceptions: settings.exceptions, now });
    const failures = [
        ...engineProblems(plans.after).map(({ text }) => text),
        ...judged.findings.map(findingText),
    ];
    const markdown = renderPrediction({
        stack,
        scoreBefore: predictedScore(before),
        scoreAfter: predictedScore(after),
        flips: flips(before, after),
        after,
        failures,
    });
    return { markdown, code: failures.length === 0 ? 0 : 1 };
}

/** The settings under `portcullis:audit` of a stack's file. */
function auditSettingsOf(file: string): AuditSettings {
    if (!fs.existsSync(file)) {
        throw new Error(`there is no such stack: ${file} is missing`);
    }
    const schema = z.object({ config: z.record(z.string(), z.unknown()).default({}) });
    const parsed = schema.safeParse(YAML.parse(fs.readFileSync(file, "utf8")));
    if (!parsed.success) {
        throw new Error(`${file} is no stack's file: ${z.prettifyError(parsed.error)}`);
    }
    return predictionSettings(parsed.data.config["portcullis:audit"]);
}

/** Adds the command `predict` to the program. */
export function registerPredict(program: Command): void {
    program
        .command("predict")
        .description(
            "says which verdicts of Docker Bench a preview flips (`pulumi preview --json --show-sames` on standard " +
                "input), as Markdown for a review; exit code 1: it would bring a WARN that nobody accepted",
        )
        .option("--stack <name>", "stack that is previewed", "dev")
        .action(async (options: { stack: string }) => {
            const file = path.join(path.dirname(__dirname), `Pulumi.${options.stack}.yaml`);
            const settings = auditSettingsOf(file);
            const { markdown, code } = predictPreview(
                await readInput(z.unknown(), "a preview"),
                options.stack,
                settings,
            );
            process.stdout.write(markdown);
            process.exitCode = code;
        });
}
