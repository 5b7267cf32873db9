/** The tables of docs/audit-scores.md, from the recordings. Usage: toolchain/tsx tests/unit/audit/scores.ts > TABLES */
import { auditFacts } from "../../../audit/audit";
import { compare, theirVerdict, type DockerBenchComparison } from "../../../audit/docker-bench/compare";
import { parseDockerBench } from "../../../audit/docker-bench/run";
import type { AuditReport } from "../../../audit/model";
import { factsOf, readRecording } from "./recording";

/** A recorded host, audited by both. */
export interface Scored {
    readonly report: AuditReport;
    readonly comparison: DockerBenchComparison;
}

/** The recorded hosts that the page sets side by side, by the words it has for them. */
const scoredHosts = {
    "The lab's plain stack": "plain",
    "Debian 13": "hardened",
    "Debian 12": "hardened-20.10",
    "Virtual machine": "vm",
} as const;

/** Audits a recorded host as a live one. */
export async function scored(name: string): Promise<Scored> {
    const recording = readRecording(name);
    const report = auditFacts(await factsOf(recording));
    const bench = parseDockerBench(JSON.stringify(recording.dockerBench), name);
    return { report, comparison: compare(report, bench) };
}

function row(cells: readonly (string | number)[]): string {
    return `| ${cells.join(" | ")} |`;
}

function head(names: readonly string[]): string[] {
    return [row(names), row(names.map(() => "---"))];
}

/** Both tables: the scores by section, and every check; a verdict of Docker Bench's own stands in brackets. */
export async function renderScores(): Promise<string> {
    const hosts = await Promise.all(Object.values(scoredHosts).map(scored));
    const names = Object.keys(scoredHosts);
    const [first] = hosts;
    if (first === undefined) {
        throw new Error("no host is recorded");
    }
    const verdict = ({ report, comparison }: Scored, id: string): string => {
        const check = report.results.find((result) => result.id === id);
        if (check === undefined) {
            throw new Error(`${id} is not audited`);
        }
        const their = theirVerdict(comparison, check);
        return their === check.result ? check.result : `${check.result} (${their})`;
    };
    return [
        ...head(["", ...names]),
        row(["**Docker Bench 1.6.0**", ...hosts.map(({ comparison }) => `**${comparison.theirScore}**`)]),
        row(["Portcullis", ...hosts.map(({ report }) => report.score)]),
        row(["Verdicts that are the same", ...hosts.map(({ comparison }) => `${comparison.equal} of 117`)]),
        row(["Known errors of Docker Bench", ...hosts.map(({ comparison }) => comparison.explained.length)]),
        row(["Not explained", ...hosts.map(({ comparison }) => comparison.unexplained.length)]),
        "",
        ...head(["Check", "What it looks at", ...names]),
        ...first.report.results.map(({ id, title }) =>
            row([id, title, ...hosts.map((host) => verdict(host, id))]),
        ),
        "",
    ].join("\n");
}

if (require.main === module) {
    void renderScores().then((text) => {
        process.stdout.write(text);
    });
}
