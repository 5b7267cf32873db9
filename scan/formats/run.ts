import { counted } from "../../text/count";
import type { ScannedImage } from "../gate";
import { leftOutTexts } from "../left-out";
import type { ErrorJudgement, Policy } from "../policy";
import { findingStandings, type FindingStanding } from "./standing";

/** A step of an image's build, as its configuration's history tells it. */
export interface BuildStep {
    /** Digest of the layer that the step made, `sha256:…`; undefined where the step made none. */
    readonly layer: string | undefined;
    /** The step's own words: `RUN /bin/sh -c apt-get install …`. */
    readonly createdBy: string;
}

/** An image of a run. */
export interface RunImage extends ScannedImage {
    /** How the image was built, first step first; absent where nobody knows. */
    readonly history?: readonly BuildStep[];
}

/** How an earlier run ended. */
export interface EarlierRun {
    /** ISO 8601 in UTC. */
    readonly judged: string;
    /** The earlier verdicts, by the reference by digest that was judged. */
    readonly verdicts: readonly { readonly image: string; readonly verdict: string }[];
    readonly passed: boolean;
}

/** The trend over runs. */
export interface Trend {
    /** Oldest first; this run is none of them. */
    readonly runs: readonly EarlierRun[];
    /** Records that cannot be read, each with the reason, in words. */
    readonly unreadable: readonly string[];
    /** Older runs that are not among `runs`. */
    readonly older: number;
}

/** One run of the gate, or of `portcullis scan`, as every form shows it. */
export interface ScanRun {
    /** The stack whose Clair scanned, and whose policy judged. */
    readonly stack: string;
    /** Address of the stack's host. */
    readonly host: string;
    /** ISO 8601 in UTC. */
    readonly judged: string;
    readonly policy: Policy;
    readonly images: readonly RunImage[];
    /** Reasons why the run is not passed, one for each image or fact, as of the gate. */
    readonly failures: readonly string[];
    /** Earlier runs; absent where none are kept. */
    readonly trend?: Trend;
}

/** `none`: some image has no verdict, or nothing was judged. */
export type RunVerdict = "pass" | "fail" | "none";

/** What a run comes to: no verdict on one image is none on the run, and so is no image. */
export function verdictOf({ images, failures }: Pick<ScanRun, "images" | "failures">): RunVerdict {
    const verdicts = images.map(({ judgement }) => judgement.verdict);
    if (verdicts.length === 0 || verdicts.includes("error")) {
        return "none";
    }
    if (verdicts.includes("fail")) {
        return "fail";
    }
    return failures.length === 0 ? "pass" : "none";
}

/** An image's verdict in the words of all forms. */
export const verdictWords = {
    pass: "pass",
    fail: "fail",
    reported: "over the threshold, which does not apply to the image",
    error: "no verdict",
} as const;

/** The findings of an image, each with how it stands; none where there is no judgement. */
export function standingsOf({ judgement }: Pick<RunImage, "judgement">): FindingStanding[] {
    return findingStandings(judgement);
}

/** The failures that are about no image: each image shows its own. */
export function generalFailures({ images, failures }: ScanRun): string[] {
    const own = images.map(({ image }) => `${image}: `);
    return failures.filter((text) => !own.some((start) => text.startsWith(start)));
}

/** The policy in words. */
export function policyText({ severity, threshold, unknownAs, ignoreUnfixed, graceDays }: Policy): string {
    return [
        `${severity} and above count, ${threshold} allowed`,
        `a finding without a severity counts as ${unknownAs}`,
        ...(ignoreUnfixed ? ["what has no fix does not count"] : []),
        ...(graceDays === undefined ? [] : [`${graceDays} days of grace`]),
    ].join("; ");
}

/** The run on one line: `2 of 3 images pass; 1 refused`. */
export function verdictText(run: ScanRun): string {
    const number = (...verdicts: readonly string[]): number =>
        run.images.filter(({ judgement }) => verdicts.includes(judgement.verdict)).length;
    const parts = [
        ["refused", number("fail")],
        ["over a threshold that does not apply", number("reported")],
        ["without a verdict", number("error")],
    ] as const;
    const others = parts.flatMap(([words, many]) => (many === 0 ? [] : [`${many} ${words}`]));
    const of = counted(run.images.length, "image");
    return run.images.length === 0
        ? "nothing was judged"
        : [`${number("pass")} of ${of} ${number("pass") === 1 ? "passes" : "pass"}`, ...others].join("; ");
}

/** Why there is no verdict, behind words that say so. */
export function reasonText({ reason }: Pick<ErrorJudgement, "reason">): string {
    return reason.replace(/^no verdict: /, "");
}

/** What somebody accepts in an image beside findings, in words: those stand among the findings. */
export function acceptedParts({ held, judgement }: RunImage): string[] {
    const { excepted = [], taken = [], graced = [] } = judgement;
    const others = new Set(leftOutTexts({ excepted, taken, graced }));
    return (held?.accepted ?? []).filter((text) => !others.has(text));
}
