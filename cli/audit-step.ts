import * as fs from "node:fs/promises";
import * as path from "node:path";
import { audit } from "../audit/audit";
import { auditBeside } from "../audit/beside";
import type { DockerBenchComparison } from "../audit/compare";
import { checkDockerBench } from "../audit/docker-bench";
import { changesOf, driftText } from "../audit/drift/drift";
import { judgeAudit } from "../audit/gate";
import type { AuditReport } from "../audit/model";
import { compare, parseBaseline } from "../audit/report/compare";
import { renderJson } from "../audit/report/docker-bench-json";
import { renderHtml } from "../audit/report/html";
import { targetOfConnection } from "../transport/target";
import type { AuditOutput } from "../outputs/audit";
import { baselineInputSchema, stepInputSchema } from "../audit/step-input";
import { declaredFile } from "./declared";
import { writeWhole } from "./files";
import { readInput } from "./input";

const timeoutSeconds = 120;
/** It has no secrets, but is a map of the host. */
const ownerOnly = 0o600;

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
    if (settings.dockerBench !== undefined) {
        await checkDockerBench(target, settings.dockerBench);
    }
    const { trustedUsers } = settings;
    process.stdout.write(renderJson(await audit(target, { timeoutSeconds, trustedUsers })));
    return 0;
}

function besideOutput(comparison: DockerBenchComparison): AuditOutput["dockerBench"] {
    const { version, theirScore, equal, explained, unexplained } = comparison;
    return { version, score: theirScore, equal, explained: [...explained], unexplained: [...unexplained] };
}

/** Says where the host is not as declared, and whether it is not: a certificate that is to be renewed is no change. */
function refuseDrift({ drift }: AuditReport): boolean {
    if (drift === undefined) {
        return false;
    }
    const changes = changesOf(drift);
    for (const finding of drift.findings.filter((one) => !changes.includes(one))) {
        process.stderr.write(`portcullis: note: ${driftText(finding)}\n`);
    }
    if (changes.length === 0) {
        return false;
    }
    process.stderr.write(
        `portcullis: the host is not as declared:\n${changes.map((one) => `  ${driftText(one)}\n`).join("")}`,
    );
    return true;
}

/**
 * Audits the host of standard input after a deploy, writes the report, and prints the comparison with the baseline.
 *
 * What was declared is written before the host is asked, so that it can be compared at any time.
 *
 * @returns 0 within the gate, or where it is not enforced; 1 over it, and where the host is not as declared
 */
export async function auditStep(folder: string): Promise<number> {
    const { connection, settings, baseline, declaration } = await readInput(
        stepInputSchema,
        "what audit-step takes (components/audit/step.ts)",
    );
    const before = parseBaseline(baseline, "the baseline");
    const { trustedUsers, exceptions, enforce } = settings;
    await fs.mkdir(folder, { recursive: true });
    await writeWhole(path.join(folder, declaredFile), `${JSON.stringify(declaration, null, 2)}\n`, ownerOnly);
    const { report, dockerBench } = await auditBeside(targetOfConnection(connection), {
        timeoutSeconds,
        trustedUsers,
        declaration,
        dockerBench: settings.dockerBench,
    });
    const gate = judgeAudit(report, { settings, exceptions, dockerBench, enforce });
    const comparison = compare(before, report);
    await writeWhole(path.join(folder, "audit.json"), renderJson(report, dockerBench), ownerOnly);
    const page = path.join(folder, "audit.html");
    await writeWhole(page, renderHtml({ report, gate, comparison, dockerBench }), ownerOnly);
    for (const line of gate.warnings) {
        process.stderr.write(`portcullis: note: ${line}\n`);
    }
    const isDrifted = refuseDrift(report);
    if (enforce && gate.failures.length > 0) {
        process.stderr.write(
            `portcullis: the audit is over its gate (portcullis:audit; enforce: false only reports it):\n${gate.failures.map((line) => `  ${line}\n`).join("")}`,
        );
        return 1;
    }
    if (isDrifted) {
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
