import type { ScannedImage } from "../gate";
import type { Policy } from "../policy";
import { findingStandings, type FindingStanding } from "./standing";

/** A step of an image's build, as its configuration's history tells it. */
interface BuildStep {
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
interface EarlierRun {
    /** ISO 8601 in UTC. */
    readonly judged: string;
    /** The earlier verdicts, by the reference by digest that was judged. */
    readonly verdicts: readonly { readonly image: string; readonly verdict: string }[];
    readonly passed: boolean;
}

/** The trend over runs. */
interface Trend {
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
