import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { PackContext } from "../context";
import { containerValidation } from "./container";
import { processLimitCheck } from "./process-limits";

/** Section 5: the confinement and the limits of a container. */
export function containerRuntime(context: PackContext): ResourceValidationPolicy {
    return {
        name: "container-runtime",
        description: "Containers are confined and limited as section 5 of Docker Bench asks.",
        enforcementLevel: "mandatory",
        validateResource: containerValidation(
            context,
            ({ section, id }) => section === 5 && id !== processLimitCheck,
        ),
    };
}
