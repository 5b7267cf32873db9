import * as fs from "node:fs";
import * as path from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { auditSettingsSchema } from "../audit/settings";
import { findingText, judgeWarnings, planGate, type GateInput } from "../audit/verdict";
import { settingsSchema } from "../config/schema";
import { renderPrediction } from "../policy/prediction/markdown";
import { flips, predict, predictedScore, warningsOf } from "../policy/prediction/predict";
import { engineProblems } from "../policy/prediction/problems";
import { parsePreview } from "../policy/prediction/preview";
import { readInput } from "./input";
import { readYaml } from "./stack-file";

/** A prediction as Markdown, with the exit code of the command. */
export interface Predicted {
    readonly markdown: string;
    /** 0: nothing speaks against the change; 1: a WARN is not accepted, or an engine or container cannot be judged. */
    readonly code: 0 | 1;
}

/**
 * Predicts the verdicts that a preview changes.
 *
 * @param preview JSON of `pulumi preview --json --show-sames`
 * @param gate the WARNs that the stack's settings allow and except
 * @param now decides which exceptions still hold
 * @throws Error where the text is no such preview
 */
export function predictPreview(
    preview: unknown,
    stack: string,
    gate: GateInput,
    now: Date = new Date(),
): Predicted {
    const plans = parsePreview(preview, stack);
    const [before, after] = [predict(plans.before), predict(plans.after)];
    const judged = judgeWarnings(warningsOf(after), { ...gate, now });
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

/** The WARNs that the settings in a stack's file allow and except. */
function gateOf(file: string): GateInput {
    if (!fs.existsSync(file)) {
        throw new Error(`there is no such stack: ${file} is missing`);
    }
    const schema = z.object({
        config: z
            .object({
                "portcullis:name": settingsSchema.shape.name,
                "portcullis:audit": auditSettingsSchema.prefault({}),
            })
            .prefault({}),
    });
    const parsed = schema.safeParse(readYaml(file));
    if (!parsed.success) {
        throw new Error(`${file} is no stack's file: ${z.prettifyError(parsed.error)}`);
    }
    const { "portcullis:name": name, "portcullis:audit": audit } = parsed.data.config;
    return planGate(audit, name);
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
            const gate = gateOf(file);
            const { markdown, code } = predictPreview(
                await readInput(z.unknown(), "a preview"),
                options.stack,
                gate,
            );
            process.stdout.write(markdown);
            process.exitCode = code;
        });
}
