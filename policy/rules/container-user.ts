import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { PackContext } from "../context";
import { containerValidation } from "./container";

/** Check 4.1: the user of a container's program. A plan does not show the image's USER, so the inputs must name one. */
export function containerUser(context: PackContext): ResourceValidationPolicy {
    return {
        name: "container-user",
        description: "Containers name a user, and not root.",
        enforcementLevel: "mandatory",
        validateResource: containerValidation(context, ({ section }) => section === 4),
    };
}
