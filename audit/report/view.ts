import type { DockerBenchComparison } from "../compare";
import type { Finding } from "../exceptions";
import type { GateResult } from "../gate";
import type { AuditReport, CheckResult } from "../model";
import type { Comparison } from "./compare";

/** An audit as reports of every form show it. */
export interface AuditView {
    readonly report: AuditReport;
    readonly gate: GateResult;
    /** The audit beside an earlier one. @default none */
    readonly comparison?: Comparison;
    /** The audit beside that of the real Docker Bench. @default none */
    readonly dockerBench?: DockerBenchComparison | undefined;
}

/** Whether the audit is within its gate, and the host as its stack declared. */
export function isClean({ gate, report }: AuditView): boolean {
    return gate.failures.length === 0 && (report.drift?.findings ?? []).length === 0;
}

/** The gate's answer to a check's WARN. `reported`: the gate is a minimum score alone, and judges no WARN. */
type Standing = "over the gate" | "excepted" | "allowed" | "reported";

/** The gate's answer to a check; undefined where the check does not warn. Where items differ, the worst answer counts. */
export function standing(view: AuditView, check: CheckResult): Standing | undefined {
    if (check.result !== "WARN") {
        return undefined;
    }
    if (view.gate.findings.some((finding) => finding.check.id === check.id)) {
        return "over the gate";
    }
    const isAmong = (findings: readonly Finding[]): boolean =>
        findings.some((finding) => finding.check.id === check.id);
    if (isAmong(view.gate.allowed)) {
        return "allowed";
    }
    return isAmong(view.gate.reported) ? "reported" : "excepted";
}

/** How many checks ended in each verdict. */
export function resultCounts(report: AuditReport): Record<CheckResult["result"], number> {
    const counts = { PASS: 0, WARN: 0, INFO: 0, NOTE: 0 };
    for (const { result } of report.results) {
        counts[result] += 1;
    }
    return counts;
}
