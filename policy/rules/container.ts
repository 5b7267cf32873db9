import type { ResourceValidation } from "@pulumi/policy";
import type { CheckResult } from "../../audit/model";
import type { PackContext } from "../context";
import { isContainer } from "../prediction/container";
import { containersEngine, containerWarnings, enginesOf } from "../prediction/predict";

/** Judges each container by some of the checks; the others are of other policies. */
export function containerValidation(
    context: PackContext,
    isOurs: (check: CheckResult) => boolean,
): ResourceValidation {
    return (args, report) => {
        const container = context.see(args);
        if (!isContainer(container)) {
            return;
        }
        const { plan } = context;
        const warnings = containerWarnings(container, plan, containersEngine(enginesOf(plan))).filter(isOurs);
        const { name = args.name, image } = container.inputs;
        const images = typeof image === "string" ? new Map([[String(name), [image]]]) : undefined;
        for (const text of context.violations(warnings, images)) {
            report(text);
        }
    };
}
