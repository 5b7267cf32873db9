import { theirVerdict, type Difference, type DockerBenchComparison } from "../docker-bench/compare";
import type { AuditReport } from "../model";
import { scoreOf } from "../score";
import { sections } from "./sections";
import { clip } from "../../text/clip";
import { counted } from "../../text/count";
import { scoreText } from "../score";

/** Points of a section by our verdicts, and by Docker Bench's. */
interface SectionBeside {
    readonly section: number;
    readonly title: string;
    readonly ours: number;
    readonly theirs: number;
}

/** The points of each section, side by side. Our checks tell which ones are scored. */
export function sectionsBeside(report: AuditReport, comparison: DockerBenchComparison): SectionBeside[] {
    return sections.map(({ id, title }) => {
        const checks = report.results.filter(({ section }) => section === id);
        return {
            section: id,
            title,
            ours: scoreOf(checks),
            theirs: scoreOf(
                checks.map((check) => ({ scored: check.scored, result: theirVerdict(comparison, check) })),
            ),
        };
    });
}

function line({ id, ours, theirs, why }: Difference): string {
    return `    ${clip(id, 20).padEnd(7)} ${ours} here, ${theirs} there${why === undefined ? "" : `: ${why}`}`;
}

/**
 * The score of the real Docker Bench, and each verdict that differs from ours, as lines of text.
 *
 * @param maximum the most that the score can be
 */
export function besideLines(comparison: DockerBenchComparison, maximum: number): string[] {
    const { version, theirScore, equal, explained, unexplained } = comparison;
    return [
        `Docker Bench ${clip(version, 20)} on the same host: score ${scoreText(theirScore, maximum)}, ${counted(equal, "verdict")} as here`,
        `  its known errors: ${explained.length}`,
        ...explained.map(line),
        `  unexplained: ${unexplained.length}`,
        ...unexplained.map(line),
    ];
}
