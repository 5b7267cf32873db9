import type { StackValidationPolicy } from "@pulumi/policy";
import { expiredText, judgeWarnings } from "../../audit/verdict";
import type { PackContext } from "../context";

/** Exceptions are for some time: the day after, somebody has to look again. */
export function exceptionsHold({ gate }: PackContext): StackValidationPolicy {
    return {
        name: "exceptions-hold",
        description: "No exception of portcullis:audit.exceptions has expired.",
        enforcementLevel: "mandatory",
        validateStack(_args, report) {
            const { expired } = judgeWarnings([], gate);
            for (const exception of expired) {
                report(expiredText(exception));
            }
        },
    };
}
