import type { DockerBenchComparison } from "../compare";
import type { Finding } from "../exceptions";
import type { GateResult } from "../gate";
import type { AuditReport, CheckResult } from "../model";
import type { Comparison } from "./compare";

/** What is shown of an audit, in whatever form. */
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

/** What the gate says of a check's WARN. `reported`: nothing, because it is a minimum score alone. */
type Standing = "over the gate" | "excepted" | "allowed" | "reported";

/** What becomes of a check's WARN; undefined where it does not warn. The worst counts where its items differ. */
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
