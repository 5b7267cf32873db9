import type { StackValidationPolicy } from "@pulumi/policy";
import { plannedResource, type PackContext } from "../context";
import { isContainer } from "../prediction/container";
import { containerWarnings } from "../prediction/predict";

/** The check of the number of processes. docker.Container has no such input: another resource sets it. */
export const processLimitCheck = "5.29";

/** Check 5.29, when the whole plan is known. */
export function processLimits(context: PackContext): StackValidationPolicy {
    return {
        name: "process-limits",
        description: "Each container's number of processes is limited.",
        enforcementLevel: "mandatory",
        validateStack({ resources }, report) {
            const plan = resources.map(plannedResource);
            for (const container of plan.filter(isContainer)) {
                const warnings = containerWarnings(container, plan, { kind: "default" }).filter(
                    ({ id }) => id === processLimitCheck,
                );
                for (const text of context.violations(warnings)) {
                    report(text, container.urn);
                }
            }
        },
    };
}
