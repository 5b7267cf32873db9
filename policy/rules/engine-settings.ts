import type { ResourceValidationPolicy } from "@pulumi/policy";
import type { PackContext } from "../context";
import { judgeSettings } from "./settings";

/** Section 2: the daemon.json that a host is put under. */
export function engineSettings(context: PackContext): ResourceValidationPolicy {
    return {
        name: "engine-settings",
        description: "The engine's settings can be read, and pass section 2 of Docker Bench.",
        enforcementLevel: "mandatory",
        validateResource(args, report) {
            for (const text of judgeSettings(context, context.see(args))) {
                report(text);
            }
        },
    };
}
