/** The trend over runs, as the page shows it. */
import { clip } from "../../text/clip";
import { counted } from "../../text/count";
import { timeText } from "../../text/time";
import { verdictOf, type EarlierRun, type ScanRun } from "./run";

/** Runs that the page shows, with its own. */
const shown = 30;

/** How a cell looks: for a reader of colours, and for one without. */
const marks = {
    pass: { mark: "✓", word: "pass" },
    fail: { mark: "✗", word: "fail" },
    reported: { mark: "!", word: "over the threshold, which does not apply" },
    error: { mark: "?", word: "no verdict" },
    absent: { mark: "", word: "not judged" },
} as const;

type Kind = keyof typeof marks;

function kindOf(verdict: string | undefined): Kind {
    switch (verdict) {
        case undefined:
            return "absent";
        case "pass":
        case "fail":
        case "reported":
            return verdict;
        // A word that this version does not know is none of a pass.
        default:
            return "error";
    }
}

/** The repository of a reference by digest. */
function repositoryOf(image: string): string {
    return image.replace(/@.*/, "");
}

function cell(judged: string, verdict: string | undefined): Record<string, unknown> {
    const kind = kindOf(verdict);
    const { mark, word } = marks[kind];
    return { kind, mark, title: `${timeText(judged, "minute")}: ${word}` };
}

/** The data of the page; undefined where no earlier run is known, and none is unreadable. */
export function trendData(run: ScanRun): Record<string, unknown> | undefined {
    const { trend } = run;
    if (trend === undefined || trend.runs.length + trend.unreadable.length === 0) {
        return undefined;
    }
    const own: EarlierRun = {
        judged: run.judged,
        verdicts: run.images.map(({ image, judgement }) => ({ image, verdict: judgement.verdict })),
        passed: verdictOf(run) === "pass",
    };
    const all = [...trend.runs, own];
    const runs = all.slice(-shown).map(({ judged, passed, verdicts }) => ({
        judged,
        passed,
        verdicts: new Map(verdicts.map(({ image, verdict }) => [repositoryOf(image), verdict])),
    }));
    const repositories = [...new Set(runs.flatMap(({ verdicts }) => [...verdicts.keys()]))].sort();
    const older = trend.older + all.length - runs.length;
    const refused = runs.filter(({ passed }) => !passed).length;
    return {
        text: `${counted(runs.length, "run")} since ${timeText(runs[0]?.judged ?? run.judged, "minute")}, the last one on the right; ${refused} not passed${older === 0 ? "" : `; ${older} older`}`,
        runs: runs.map(({ judged, passed }) => cell(judged, passed ? "pass" : "fail")),
        rows: repositories.map((repository) => ({
            name: clip(repository, 200),
            cells: runs.map(({ judged, verdicts }) => cell(judged, verdicts.get(repository))),
        })),
        unreadable: trend.unreadable.map((text) => clip(text, 400)),
    };
}
