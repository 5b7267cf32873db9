import type { PackContext } from "../context";
import { daemonPlanOf, isDaemonStep } from "../prediction/engine";
import type { Planned } from "../prediction/planned";
import { engineWarnings } from "../prediction/predict";
import { settingsProblems } from "../prediction/problems";

/** Refuses a wrong daemon.json of the host's step, and any daemon.json of another resource. */
export function judgeSettings(context: PackContext, resource: Planned): string[] {
    const problems = settingsProblems(resource);
    const daemon = daemonPlanOf(resource);
    return isDaemonStep(resource) && daemon.kind === "set"
        ? [...problems, ...context.violations(engineWarnings(daemon))]
        : problems;
}
