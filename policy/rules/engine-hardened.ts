import type { StackValidationPolicy } from "@pulumi/policy";
import { plannedResource, type PackContext } from "../context";
import { isContainer } from "../prediction/container";
import { isDaemonStep } from "../prediction/engine";
import { engineWarnings } from "../prediction/predict";

/** Section 2, where nothing sets it: a stack that puts containers on an engine hardens that engine. */
export function engineHardened(context: PackContext): StackValidationPolicy {
    return {
        name: "engine-hardened",
        description: "A stack with containers sets its engine's daemon.json.",
        enforcementLevel: "mandatory",
        validateStack({ resources }, report) {
            const plan = resources.map(plannedResource);
            if (!plan.some(isContainer) || plan.some(isDaemonStep)) {
                return;
            }
            for (const text of context.violations(engineWarnings({ kind: "default" }))) {
                report(
                    `no step of this stack sets the engine's daemon.json (component HardenedHost): ${text}`,
                );
            }
        },
    };
}
