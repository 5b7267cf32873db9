import type { StackValidationPolicy } from "@pulumi/policy";
import { plannedResource, type PackContext } from "../context";
import { stepProblems } from "../prediction/problems";
import { engineWarnings } from "../prediction/predict";
import { judgeSettings } from "./settings";

/** Section 2, when the whole plan is known: there is a host, each host has one step for its daemon.json, and each is judged. */
export function engineHardened(context: PackContext): StackValidationPolicy {
    return {
        name: "engine-hardened",
        description: "A stack sets its engine's daemon.json, once for each host.",
        enforcementLevel: "mandatory",
        validateStack({ resources }, report) {
            const plan = resources.map(plannedResource);
            const problems = stepProblems(plan);
            // What the engine would be without the step says what is lost; the problem stands where all that is accepted.
            const lost = problems.length === 0 ? [] : context.violations(engineWarnings({ kind: "default" }));
            for (const { urn, text } of problems) {
                for (const line of lost.length === 0 ? [text] : lost.map((one) => `${text}: ${one}`)) {
                    report(line, urn);
                }
            }
            for (const resource of plan.filter(({ urn }) => !context.hasSeen(urn))) {
                for (const text of judgeSettings(context, resource)) {
                    report(text, resource.urn);
                }
            }
        },
    };
}
