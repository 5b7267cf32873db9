/** The score, as Docker Bench counts it. A score is never shown without the highest possible one. */
import type { CheckResult, DockerBenchVerdict } from "./model";

/** A verdict, or the absence of one. */
type Counted = DockerBenchVerdict["result"] | "unknown" | undefined;

/** Points of one scored check: a PASS counts one, a WARN takes one away, and nothing else counts. */
function pointsOf(result: Counted): number {
    return result === "PASS" ? 1 : result === "WARN" ? -1 : 0;
}

/** Scored PASS less scored WARN. */
export function scoreOf(results: readonly { readonly scored: boolean; readonly result: Counted }[]): number {
    return results.filter(({ scored }) => scored).reduce((sum, { result }) => sum + pointsOf(result), 0);
}

/** The score of a host on which every scored check passes. */
export function maximumScoreOf(results: readonly Pick<CheckResult, "scored">[]): number {
    return results.filter(({ scored }) => scored).length;
}

/** `38 of 76` */
export function scoreText(score: number, maximum: number): string {
    return `${score} of ${maximum}`;
}
