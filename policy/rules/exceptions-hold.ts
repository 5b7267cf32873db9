import type { StackValidationPolicy } from "@pulumi/policy";
import { expiredText, judgeWarnings } from "../../audit/gate";
import type { PackContext } from "../context";

/** Exceptions are for some time: the day after, somebody has to look again. */
export function exceptionsHold({ settings }: PackContext): StackValidationPolicy {
    return {
        name: "exceptions-hold",
        description: "No exception of portcullis:audit.exceptions has expired.",
        enforcementLevel: "mandatory",
        validateStack(_args, report) {
            const { expired } = judgeWarnings([], { settings, exceptions: settings.exceptions });
            for (const exception of expired) {
                report(expiredText(exception));
            }
        },
    };
}
