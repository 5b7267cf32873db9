/** Docker Bench's verdicts on the kernel's audit rules. */
import { isAbsent, watched, type Watched } from "../../checks/audit-rules";
import type { HostFacts } from "../../facts";
import type { DockerBenchVerdict, Result } from "../../model";
import type { ForetoldTable } from "./define";

/** The path where Docker Bench looks for a unit; systemd may have the unit from another path. */
const unitPaths: Readonly<Record<string, (facts: HostFacts) => string | undefined>> = {
    "1.1.7": ({ units }) => units.service.dockerBenchPath,
    "1.1.8": ({ units }) => units.containerdSocket.dockerBenchPath,
    "1.1.9": ({ units }) => units.socket.dockerBenchPath,
};

function verdict(entry: Watched, facts: HostFacts): Result {
    const path = (unitPaths[entry.id] ?? entry.path)(facts);
    if (path === undefined || isAbsent(entry, facts, path)) {
        return "INFO";
    }
    const { hasAuditctl, rules, fileLines } = facts.auditRules;
    // Docker Bench searches for the path as a pattern, in which a dot is any character.
    const pattern = new RegExp(path);
    const lines = hasAuditctl ? rules : fileLines.filter((line) => /^[^#;]/.test(line));
    return lines.some((line) => pattern.test(line)) ? "PASS" : "WARN";
}

function why({ auditRules }: HostFacts): string {
    if (!auditRules.isEnabled) {
        return "Docker Bench lists the rules, and does not see that auditing is switched off.";
    }
    return auditRules.hasAuditctl
        ? "Docker Bench looks for the path as a piece of text, so that a rule for a longer path, or one that excludes it, counts too."
        : "Without auditctl, Docker Bench reads /etc/audit/audit.rules, though nothing can have loaded these rules.";
}

export const foretoldOfAuditRules: ForetoldTable = Object.fromEntries(
    watched.map((entry) => [
        entry.id,
        (facts: HostFacts): DockerBenchVerdict => ({ result: verdict(entry, facts), why: why(facts) }),
    ]),
);
