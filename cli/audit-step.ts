import * as fs from "node:fs/promises";
import * as path from "node:path";
import { audit } from "../audit/audit";
import { auditBeside } from "../audit/beside";
import type { DockerBenchComparison } from "../audit/compare";
import { checkDockerBench } from "../audit/docker-bench";
import { judgeAudit } from "../audit/gate";
import { compare, parseBaseline } from "../audit/report/compare";
import { renderJson } from "../audit/report/docker-bench-json";
import { renderHtml } from "../audit/report/html";
import { targetOfConnection } from "../audit/target";
import { baselineInputSchema, stepInputSchema, type AuditOutput } from "../components/audit/step";
import { writeWhole } from "./files";
import { readInput } from "./input";

const timeoutSeconds = 120;

/**
 * Audits the host of standard input, and prints the audit as JSON in Docker Bench's shape. This comes before the first
 * change, so a Docker Bench that cannot be run afterwards is refused here.
 */
export async function auditBaseline(): Promise<number> {
    const { connection, settings } = await readInput(
        baselineInputSchema,
        "what audit-baseline takes (components/audit/step.ts)",
    );
    const target = targetOfConnection(connection);
    if (settings.dockerBench !== undefined) await checkDockerBench(target, settings.dockerBench);
    const { trustedUsers } = settings;
    process.stdout.write(renderJson(await audit(target, { timeoutSeconds, trustedUsers })));
    return 0;
}

function besideOutput(comparison: DockerBenchComparison): AuditOutput["dockerBench"] {
    const { version, theirScore, equal, explained, unexplained } = comparison;
    return { version, score: theirScore, equal, explained: [...explained], unexplained: [...unexplained] };
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
    const { trustedUsers, exceptions, enforce } = settings;
    const { report, dockerBench } = await auditBeside(targetOfConnection(connection), {
        timeoutSeconds,
        trustedUsers,
        dockerBench: settings.dockerBench,
    });
    const gate = judgeAudit(report, { settings, exceptions, dockerBench, enforce });
    const comparison = compare(before, report);
    await fs.mkdir(folder, { recursive: true });
    await writeWhole(path.join(folder, "audit.json"), renderJson(report, dockerBench));
    const page = path.join(folder, "audit.html");
    await writeWhole(page, renderHtml({ report, gate, comparison, dockerBench }));
    for (const line of gate.warnings) process.stderr.write(`portcullis: note: ${line}\n`);
    if (enforce && gate.failures.length > 0) {
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
        ...(dockerBench === undefined ? {} : { dockerBench: besideOutput(dockerBench) }),
        report: page,
    };
    process.stdout.write(JSON.stringify(output));
    return 0;
}
