/** The file of kernel audit rules. The checks 1.1.3 to 1.1.18 tell whether the kernel has these rules. */
import type { Declaration, Declared } from "../../../declaration";
import type { DriftFinding } from "../finding";
import type { LiveHost } from "../live";
import { putBack } from "../remedy";
import { tooLong } from "./file";

export function compareAuditRules(
    item: Declared<"auditRules">,
    { files }: LiveHost,
    { stack }: Declaration,
): DriftFinding[] {
    const { path, resource, rules, count } = item;
    const about = { subject: path, resource, remedy: putBack(stack) };
    const text = files.contents.get(path);
    if (text === undefined) {
        return [{ ...about, problem: "missing", key: "" }];
    }
    if (text === null) {
        return [{ ...about, problem: "changed", key: "rules", declared: count, live: tooLong }];
    }
    const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
    const own = new Set(lines.filter((line) => rules.includes(line)));
    const added = lines.filter((line) => !own.has(line));
    return [
        ...(own.size === count
            ? []
            : [{ ...about, problem: "changed", key: "rules", declared: count, live: own.size } as const]),
        ...added.map((line) => ({ ...about, problem: "unexpected", key: "rules", live: line }) as const),
    ];
}
