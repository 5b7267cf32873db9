import * as fs from "node:fs/promises";
import * as path from "node:path";
import { audit } from "../audit/audit";
import { auditBeside } from "../audit/docker-bench/beside";
import type { DockerBenchComparison } from "../audit/docker-bench/compare";
import { checkDockerBench } from "../audit/docker-bench/run";
import { changesOf, driftText } from "../audit/drift/drift";
import { judgeAudit, stackGate } from "../audit/verdict";
import { compare, parseBaseline } from "../audit/report/compare";
import { renderJson } from "../audit/report/docker-bench-json";
import { renderHtml } from "../audit/report/html";
import { differenceLines, failureLines } from "../audit/report/remedies";
import { verdictText } from "../audit/report/verdict-text";
import type { AuditView } from "../audit/report/view";
import { targetOfConnection } from "../transport/target";
import type { AuditOutput } from "../outputs/audit";
import { baselineInputSchema, stepInputSchema } from "../audit/step-input";
import { declaredFile } from "./declared";
import { writeWhole } from "./files";
import { readInput } from "./input";

const timeoutSeconds = 120;
/** The report has no secrets, but is a map of the host. */
const ownerOnly = 0o600;

/**
 * Audits the host of standard input, and prints the audit as JSON in Docker Bench's shape. This comes before the first
 * change, so a Docker Bench that cannot be run afterwards is refused here.
 */
export async function auditBaseline(): Promise<number> {
    const { connection, settings } = await readInput(
        baselineInputSchema,
        "what audit-baseline takes (audit/step-input.ts)",
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

/** A heading with lines below it; nothing without any. */
function block(heading: string, lines: readonly string[]): string {
    return lines.length === 0 ? "" : `${heading}:\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

/**
 * The text on standard error of an audit after a deploy: notes, differences from the declaration, and failures of the
 * gate. The verdict is the last line, because the lists before may be long.
 *
 * @param page path of the report's page
 */
export function stepText(
    view: AuditView,
    enforce: boolean,
    page: string,
): { readonly isRefused: boolean; readonly text: string } {
    const { gate, report } = view;
    // A certificate that is to be renewed is still the declared one.
    const changes = report.drift === undefined ? [] : changesOf(report.drift);
    const others = (report.drift?.findings ?? []).filter((one) => !changes.includes(one));
    const failures = enforce ? failureLines(gate) : [];
    const notes = [...gate.warnings, ...others.map(driftText)].map((line) => `portcullis: note: ${line}\n`);
    const isRefused = changes.length > 0 || failures.length > 0;
    const way = failures.length === 0 ? "" : " (portcullis:audit; enforce: false only reports the gate)";
    return {
        isRefused,
        text: [
            ...notes,
            block("portcullis: the host is not as declared", differenceLines(changes)),
            block("portcullis: the audit is over its gate", failures),
            isRefused ? `portcullis: report: ${page}\nportcullis: ${verdictText(view)}${way}\n` : "",
        ].join(""),
    };
}

/**
 * Audits the host of standard input after a deploy, writes the report, and prints the comparison with the baseline.
 *
 * The declaration is written before the host is asked, so that a host that does not answer can still be compared later.
 *
 * @returns 0 within the gate, or where the gate is not enforced; 1 over the gate, and where the host is not as declared
 */
export async function auditStep(folder: string): Promise<number> {
    const { connection, settings, baseline, declaration } = await readInput(
        stepInputSchema,
        "what audit-step takes (audit/step-input.ts)",
    );
    const before = parseBaseline(baseline, "the baseline");
    const { trustedUsers, enforce } = settings;
    await fs.mkdir(folder, { recursive: true });
    await writeWhole(path.join(folder, declaredFile), `${JSON.stringify(declaration, null, 2)}\n`, ownerOnly);
    const { report, dockerBench } = await auditBeside(targetOfConnection(connection), {
        timeoutSeconds,
        trustedUsers,
        declaration,
        dockerBench: settings.dockerBench,
    });
    const gate = judgeAudit(report, { ...stackGate(settings, declaration.prefix), dockerBench });
    const comparison = compare(before, report);
    const view = { report, gate, comparison, dockerBench };
    await writeWhole(path.join(folder, "audit.json"), renderJson(report, dockerBench, gate), ownerOnly);
    const page = path.join(folder, "audit.html");
    await writeWhole(page, renderHtml(view), ownerOnly);
    const { isRefused, text } = stepText(view, enforce, page);
    process.stderr.write(text);
    if (isRefused) {
        return 1;
    }
    const { scoreBefore, scoreAfter, sections, newWarnings, fixedWarnings } = comparison;
    const output: AuditOutput = {
        score: { before: scoreBefore, after: scoreAfter },
        sections: sections.map((section) => ({ ...section })),
        newWarnings: newWarnings.map((warning) => ({ ...warning, items: [...warning.items] })),
        fixedWarnings: fixedWarnings.map((warning) => ({ ...warning, items: [...warning.items] })),
        ...(dockerBench === undefined ? {} : { dockerBench: besideOutput(dockerBench) }),
        audited: new Date().toISOString(),
        report: page,
    };
    process.stdout.write(JSON.stringify(output));
    return 0;
}
