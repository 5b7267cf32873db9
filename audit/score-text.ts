/** A score as it is shown: never without the most that it could be. */
import type { CheckResult } from "./model";

type Scored = Pick<CheckResult, "scored">;

/** The score of a host on which every scored check passes. */
export function maximumScoreOf(results: readonly Scored[]): number {
    return results.filter(({ scored }) => scored).length;
}

/** `38 of 76` */
export function scoreText(score: number, maximum: number): string {
    return `${score} of ${maximum}`;
}
