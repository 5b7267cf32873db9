import type { DockerBenchComparison } from "../docker-bench/compare";
import type { GateResult } from "../verdict";
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

/** How many checks ended in each verdict. */
export function resultCounts(report: AuditReport): Record<CheckResult["result"], number> {
    const counts = { PASS: 0, WARN: 0, INFO: 0, NOTE: 0 };
    for (const { result } of report.results) {
        counts[result] += 1;
    }
    return counts;
}
