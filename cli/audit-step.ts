import * as fs from "node:fs/promises";
import * as path from "node:path";
import { audit } from "../audit/audit";
import { judgeAudit } from "../audit/gate";
import { compare, parseBaseline } from "../audit/report/compare";
import { renderJson } from "../audit/report/docker-bench-json";
import { renderHtml } from "../audit/report/html";
import { targetOfConnection } from "../audit/target";
import { baselineInputSchema, stepInputSchema, type AuditOutput } from "../components/audit/step";
import { writeWhole } from "./files";
import { readInput } from "./input";

const timeoutSeconds = 120;

/** Audits the host of standard input, and prints the audit as JSON in Docker Bench's shape. */
export async function auditBaseline(): Promise<number> {
    const { connection } = await readInput(
        baselineInputSchema,
        "what audit-baseline takes (components/audit/step.ts)",
    );
    process.stdout.write(renderJson(await audit(targetOfConnection(connection), { timeoutSeconds })));
    return 0;
}

/**
 * Audits the host of standard input after a deploy, writes the report, and prints the comparison with the baseline.
 *
 * @returns 0 within the gate, or where it is not enforced; 1 over it
 */
export async function auditStep(folder: string): Promise<number> {
    const { connection, settings, baseline } = await readInput(
        stepInputSchema,
        "what audit-step takes (components/audit/step.ts)",
    );
    const before = parseBaseline(baseline, "the baseline");
    const report = await audit(targetOfConnection(connection), { timeoutSeconds });
    const gate = judgeAudit(report, { settings, exceptions: settings.exceptions });
    const comparison = compare(before, report);
    await fs.mkdir(folder, { recursive: true });
    await writeWhole(path.join(folder, "audit.json"), renderJson(report));
    const page = path.join(folder, "audit.html");
    await writeWhole(page, renderHtml({ report, gate, comparison }));
    for (const line of gate.warnings) process.stderr.write(`portcullis: note: ${line}\n`);
    if (settings.enforce && gate.failures.length > 0) {
        process.stderr.write(
            `portcullis: the audit is over its gate (portcullis:audit):\n${gate.failures.map((line) => `  ${line}\n`).join("")}`,
        );
        return 1;
    }
    const { scoreBefore, scoreAfter, sections, newWarnings, fixedWarnings } = comparison;
    const output: AuditOutput = {
        score: { before: scoreBefore, after: scoreAfter },
        sections: sections.map((section) => ({ ...section })),
        newWarnings: newWarnings.map((warning) => ({ ...warning, items: [...warning.items] })),
        fixedWarnings: fixedWarnings.map((warning) => ({ ...warning, items: [...warning.items] })),
        report: page,
    };
    process.stdout.write(JSON.stringify(output));
    return 0;
}
