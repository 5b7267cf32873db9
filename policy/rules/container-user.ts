import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { PackContext } from "../context";
import { containerValidation } from "./container";

/** Check 4.1: who a container's program runs as. The image's own USER cannot be seen here, so it has to be said. */
export function containerUser(context: PackContext): ResourceValidationPolicy {
    return {
        name: "container-user",
        description: "Containers name a user, and not root.",
        enforcementLevel: "mandatory",
        validateResource: containerValidation(context, ({ section }) => section === 4),
    };
}
