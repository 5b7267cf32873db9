import { counted } from "../../text/count";
import { clip, listed } from "../../text/clip";
import { maximumScoreOf, scoreText } from "../score";
import type { AuditReport } from "../model";
import type { AuditView } from "./view";

/** Checks that the verdict names. */
const namedChecks = 5;

/** `38 of 76` */
export function reportScore({ score, results }: AuditReport): string {
    return scoreText(score, maximumScoreOf(results));
}

function gateText({ gate: { problems, findings, failures } }: AuditView): string {
    if (failures.length === 0) {
        return "the gate is passed";
    }
    const ids = listed(
        findings.map(({ check }) => check.id),
        namedChecks,
    );
    const parts = [
        ...(findings.length === 0 ? [] : [`${counted(findings.length, "WARN")} (${ids})`]),
        ...(problems.length === 0 ? [] : [counted(problems.length, "problem")]),
    ];
    return `over the gate: ${parts.join(" and ")}`;
}

function driftText({ drift }: AuditReport): string[] {
    return drift === undefined || drift.findings.length === 0
        ? []
        : [
              `${counted(drift.findings.length, "difference")} from what the stack ${clip(drift.stack, 80)} declared`,
          ];
}

/** The whole audit on one line: `over the gate: 15 WARNs (1.1.3 …); 1 difference from what …; score 38 of 76`. */
export function verdictText(view: AuditView): string {
    return [gateText(view), ...driftText(view.report), `score ${reportScore(view.report)}`].join("; ");
}
