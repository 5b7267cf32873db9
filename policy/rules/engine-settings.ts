import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { PackContext } from "../context";
import { daemonPlanOf, isDaemonStep } from "../prediction/engine";
import { engineWarnings } from "../prediction/predict";

/** Section 2: the daemon.json that a host is put under. */
export function engineSettings(context: PackContext): ResourceValidationPolicy {
    return {
        name: "engine-settings",
        description: "The engine's settings pass section 2 of Docker Bench.",
        enforcementLevel: "mandatory",
        validateResource(args, report) {
            const step = context.see(args);
            if (!isDaemonStep(step)) {
                return;
            }
            for (const text of context.violations(engineWarnings(daemonPlanOf(step)))) {
                report(text);
            }
        },
    };
}
