/** Docker Bench's verdicts on the host. */
import type { ForetoldTable } from "./define";

/** The month before the host's date as `YY.MM.0`: Docker's versions were dates until 20.10. */
function dateVersion(seconds: number): string {
    const date = new Date((seconds - 30 * 24 * 3600) * 1000);
    const month = String(date.getUTCMonth() + 1).padStart(2, "0");
    return `${String(date.getUTCFullYear() % 100).padStart(2, "0")}.${month}.0`;
}

/** True when `a` is newer, part by part; a part that is no number is never newer, as in the shell's comparison. */
function isNewer(a: string, b: string): boolean {
    const [theirs, others] = [a.split("."), b.split(".")];
    for (let index = 0; index < Math.max(theirs.length, others.length); index++) {
        const [left = "0", right = "0"] = [theirs[index], others[index]];
        if (!/^[0-9]+$/.test(left) || !/^[0-9]+$/.test(right)) {
            return false;
        }
        if (Number(left) !== Number(right)) {
            return Number(left) > Number(right);
        }
    }
    return false;
}

export const foretoldOfHost: ForetoldTable = {
    "1.1.2"({ dockerGroup, trustedUsers }) {
        const all = (trustedUsers ?? []).join(",");
        const judged = dockerGroup.members.every((user) => all.includes(user)) ? "PASS" : "WARN";
        return {
            result: all === "" ? "INFO" : judged,
            why: "Docker Bench takes a user as trusted whose name is part of a trusted one's, and does not see a primary group.",
        };
    },
    "1.2.2": ({ engine, time }) => ({
        result: isNewer(dateVersion(time), engine.version.replace(/[a-zA-Z,-]/g, "")) ? "INFO" : "PASS",
        why: "Docker Bench compares the version with the date, as if versions were still years and months.",
    }),
};
