/** Our verdicts beside those of the real Docker Bench. */
import type { DockerBenchReport } from "./docker-bench";
import type { AuditReport, DockerBenchVerdict, Result } from "./model";

/** A check with two verdicts. */
export interface Difference {
    readonly id: string;
    /** Our own words for the check; empty for one that only Docker Bench has. */
    readonly title: string;
    /** `absent`: only Docker Bench has the check. */
    readonly ours: Result | "absent";
    readonly theirs: DockerBenchVerdict["result"];
    /** Why Docker Bench is wrong, where its verdict is the one that was expected of it. */
    readonly why?: string;
}

/** Two audits of one host. */
export interface Comparison {
    /** Checks with the same verdict. */
    readonly equal: number;
    /** Known errors of Docker Bench. */
    readonly explained: readonly Difference[];
    /** What nobody has explained: a defect of one of the two, or a host that changed in between. */
    readonly unexplained: readonly Difference[];
    readonly ourScore: number;
    readonly theirScore: number;
}

/** Compares two audits of one host, check by check. */
export function compare(ours: AuditReport, theirs: DockerBenchReport): Comparison {
    const found = new Map(theirs.results.map(({ id, result }) => [id, result]));
    const known = new Set(ours.results.map(({ id }) => id));
    const explained: Difference[] = [];
    const unexplained: Difference[] = [];
    let equal = 0;
    for (const { id, title, result, dockerBench } of ours.results) {
        const their = found.get(id) ?? "absent";
        if (their === (dockerBench?.result ?? result)) {
            if (dockerBench === undefined) {
                equal++;
            } else {
                explained.push({ id, title, ours: result, theirs: their, why: dockerBench.why });
            }
        } else if (their === result) {
            // An error was expected of Docker Bench, and it did not make it.
            const why = `an error was expected here: ${dockerBench?.why ?? ""}`;
            unexplained.push({ id, title, ours: result, theirs: their, why });
        } else {
            unexplained.push({ id, title, ours: result, theirs: their });
        }
    }
    for (const { id, result } of theirs.results) {
        if (!known.has(id)) {
            unexplained.push({ id, title: "", ours: "absent", theirs: result });
        }
    }
    return { equal, explained, unexplained, ourScore: ours.score, theirScore: theirs.score };
}
