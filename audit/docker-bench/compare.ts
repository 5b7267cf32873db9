/** Our verdicts beside those of the real Docker Bench. */
import type { DockerBenchReport } from "./run";
import type { AuditReport, CheckResult, DockerBenchVerdict, Result } from "../model";
import { clip } from "../../text/clip";

/** A check with two verdicts. */
export interface Difference {
    readonly id: string;
    /** Our own title of the check; empty for a check that only Docker Bench has. */
    readonly title: string;
    /** `absent`: only Docker Bench has the check. */
    readonly ours: Result | "absent";
    readonly theirs: DockerBenchVerdict["result"];
    /** The reason why Docker Bench is wrong, where its verdict is the expected wrong one. */
    readonly why?: string;
}

/** Our audit of a host beside that of the real Docker Bench. */
export interface DockerBenchComparison {
    /** Docker Bench's release, e.g. `1.6.0`. */
    readonly version: string;
    /** Checks with the same verdict. */
    readonly equal: number;
    /** Known errors of Docker Bench. */
    readonly explained: readonly Difference[];
    /** Unexplained differences: a defect of one of the two tools, or a host that changed in between. */
    readonly unexplained: readonly Difference[];
    readonly ourScore: number;
    readonly theirScore: number;
}

/** Compares two audits of one host, check by check. */
export function compare(ours: AuditReport, theirs: DockerBenchReport): DockerBenchComparison {
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
            // Docker Bench was expected to err here, and did not.
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
    return {
        version: theirs.version,
        equal,
        explained,
        unexplained,
        ourScore: ours.score,
        theirScore: theirs.score,
    };
}

/** Docker Bench's verdict on a check that we have too. */
export function theirVerdict(
    { explained, unexplained }: DockerBenchComparison,
    { id, result }: Pick<CheckResult, "id" | "result">,
): DockerBenchVerdict["result"] {
    return [...explained, ...unexplained].find((difference) => difference.id === id)?.theirs ?? result;
}

/** `5.12 Title: PASS here, WARN by Docker Bench, …` */
export function unexplainedText({ id, title, ours, theirs, why }: Difference): string {
    return (
        `${[clip(id, 20), title].join(" ").trim()}: ${ours} here, ${theirs} by Docker Bench, ${why ?? "and nothing explains that"}: ` +
        "audit again, for the host may have changed in between; else one of the two is wrong"
    );
}
