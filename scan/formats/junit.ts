import type { XMLBuilder } from "xmlbuilder2/lib/interfaces";
import { clip } from "../../text/clip";
import { xmlRoot, xmlText } from "../../text/xml";
import { countsText, findingText, heldText, unjudgedTexts } from "../words";
import {
    generalFailures,
    reasonText,
    standingsOf,
    verdictOf,
    verdictWords,
    type RunImage,
    type ScanRun,
} from "./run";
import type { FindingStanding } from "./standing";

/** Characters of a text that a message shows. */
const longest = 1000;

type Outcome = "passed" | "failure" | "error" | "skipped";

/** A test case, with what is said of it. */
interface Case {
    readonly name: string;
    readonly outcome: Outcome;
    readonly message: string;
}

/** What was found in an image, and among what. */
function foundText({ judgement, held }: RunImage): string {
    const found = judgement.counts === undefined ? [] : [countsText({ counts: judgement.counts })];
    return [...found, ...(held === undefined ? [] : [heldText(held)])].join(" in ");
}

/** The image as a whole: an error where there is no verdict. */
function verdictCase(image: RunImage): Case {
    const { judgement, held } = image;
    const { verdict } = judgement;
    const name = `verdict: ${verdictWords[verdict]}`;
    if (verdict === "error") {
        return { name, outcome: "error", message: clip(reasonText(judgement), 4 * longest) };
    }
    const rest =
        held === undefined || held.unjudged.length === 0
            ? ""
            : `; nobody judged ${unjudgedTexts(held.unjudged)}`;
    const outcome = { pass: "passed", fail: "failure", reported: "skipped" } as const;
    return { name, outcome: outcome[verdict], message: `${foundText(image)}${rest}` };
}

/** A finding fails its test only where the finding is a reason for the verdict. */
function findingCase({ judgement }: RunImage, { finding, standing, why }: FindingStanding): Case {
    const fails = standing === "fails" || (standing === "counts" && judgement.over === true);
    return {
        name: findingText(finding),
        outcome: fails && judgement.verdict !== "reported" ? "failure" : "skipped",
        message: `${standing}: ${clip(why, longest)}`,
    };
}

function addCase(suite: XMLBuilder, classname: string, { name, outcome, message }: Case): void {
    const test = suite.ele("testcase", { classname, name, time: "0" });
    if (outcome === "passed") {
        test.ele("system-out").txt(message);
    } else {
        test.ele(outcome, { ...(outcome === "skipped" ? {} : { type: "scan" }), message });
    }
}

function countOf(cases: readonly Case[], outcome: Outcome): string {
    return String(cases.filter((one) => one.outcome === outcome).length);
}

/** The attributes by which a suite says what it holds. */
function countsOf(cases: readonly Case[]) {
    return {
        tests: String(cases.length),
        failures: countOf(cases, "failure"),
        errors: countOf(cases, "error"),
        skipped: countOf(cases, "skipped"),
    };
}

/**
 * A run as JUnit XML: a suite for each image, in which the verdict and each finding are test cases, and one for what is about no
 * image. What does not count is skipped, an image without a verdict is an error.
 */
export function renderJunit(run: ScanRun): string {
    const verdict = verdictOf(run);
    const general = generalFailures(run).map((text) => clip(text, 4 * longest));
    const whole: Case = {
        name: "the run has a verdict",
        outcome: verdict === "none" ? "error" : "passed",
        message: verdict === "none" ? (general[0] ?? "an image has no verdict") : "every image has one",
    };
    const suites = [
        ...run.images.map((image) => ({
            name: clip(image.image, longest),
            cases: [verdictCase(image), ...standingsOf(image).map((one) => findingCase(image, one))],
        })),
        { name: "Run", cases: [whole] },
    ];
    const { tests, failures, errors } = countsOf(suites.flatMap(({ cases }) => cases));
    const name = `Scan by the stack ${clip(run.stack, 80)}`;
    const root = xmlRoot("testsuites", { name, tests, failures, errors });
    for (const { name: of, cases } of suites) {
        const suite = root.ele("testsuite", {
            name: of,
            ...countsOf(cases),
            hostname: clip(run.host, 200),
            timestamp: run.judged.slice(0, 19),
            time: "0",
        });
        for (const one of cases) {
            addCase(suite, "portcullis.scan", one);
        }
    }
    return xmlText(root);
}
