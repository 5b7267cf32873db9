import type { Notification, ReportingDescriptor, Result } from "sarif";
import { clip } from "../../text/clip";
import { sarifText } from "../../text/sarif";
import type { Finding } from "../report";
import { severityRank, type Severity } from "../severity";
import { findingText, unjudgedTexts } from "../words";
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

/** Scores for viewers that sort by `security-severity` (of CVSS's grades the middle); none where nobody graded. */
const scores: Readonly<Partial<Record<Severity, string>>> = {
    Negligible: "0.5",
    Low: "2.0",
    Medium: "5.5",
    High: "8.0",
    Critical: "9.5",
};

/** The rule of an image's own verdict. */
const verdictRule: ReportingDescriptor = {
    id: "portcullis/verdict",
    shortDescription: { text: "The image's verdict" },
    defaultConfiguration: { level: "error" },
};

function idOf({ vulnerability }: Finding): string {
    return clip(vulnerability, 200);
}

/** A rule for each vulnerability, from its worst finding. */
function rulesOf(findings: readonly Finding[]): ReportingDescriptor[] {
    const worst = new Map<string, Finding>();
    for (const finding of findings) {
        const known = worst.get(idOf(finding));
        if (known === undefined || severityRank(finding.severity) > severityRank(known.severity)) {
            worst.set(idOf(finding), finding);
        }
    }
    return [...worst].map(([id, finding]) => {
        const score = finding.score?.toFixed(1) ?? scores[finding.severity];
        const link = finding.links.find((address) => /^https:\/\//.test(address) && URL.canParse(address));
        return {
            id,
            shortDescription: { text: `${id} in ${clip(finding.package, 200)}` },
            ...(link === undefined ? {} : { helpUri: new URL(link).href }),
            properties: {
                tags: ["security", "vulnerability", finding.severity.toLowerCase()],
                ...(score === undefined ? {} : { "security-severity": score }),
            },
        };
    });
}

function location(image: RunImage, part?: string): NonNullable<Result["locations"]>[number] {
    const name = clip(image.image, longest);
    // Code scanning takes a path in the repository, and refuses any scheme but `file`.
    const uri = name.split("/").filter(Boolean).map(encodeURIComponent).join("/");
    return {
        physicalLocation: { artifactLocation: { uri } },
        logicalLocations: [
            part === undefined
                ? { name, kind: "resource" }
                : { name: part, fullyQualifiedName: `${name}/${part}`, kind: "module" },
        ],
    };
}

function verdictResult(image: RunImage): Result {
    const { judgement, held } = image;
    const { verdict } = judgement;
    const rest =
        verdict === "error" || held === undefined || held.unjudged.length === 0
            ? ""
            : `; nobody judged ${unjudgedTexts(held.unjudged)}`;
    const reason = verdict === "error" ? `: ${clip(reasonText(judgement), 4 * longest)}` : rest;
    return {
        ruleId: verdictRule.id,
        ruleIndex: 0,
        kind: verdict === "pass" ? "pass" : "fail",
        level: ({ pass: "none", reported: "warning", fail: "error", error: "error" } as const)[verdict],
        message: { text: `${clip(image.image, longest)}: ${verdictWords[verdict]}${reason}` },
        locations: [location(image)],
        partialFingerprints: { "imageAndVerdict/v1": clip(image.name, 400) },
    };
}

/** `error` where the finding is a reason why the image fails. */
function levelOf({ judgement }: RunImage, { standing }: FindingStanding): "error" | "warning" | "note" {
    const fails = standing === "fails" || (standing === "counts" && judgement.over === true);
    if (fails && judgement.verdict !== "reported") {
        return "error";
    }
    return fails || standing === "counts" || standing === "in its grace" ? "warning" : "note";
}

function findingResult(image: RunImage, one: FindingStanding, rules: ReadonlyMap<string, number>): Result {
    const { finding, standing, why } = one;
    const part = `${clip(finding.package, 200)}@${clip(finding.version, 200)}`;
    const id = idOf(finding);
    return {
        ruleId: id,
        ruleIndex: rules.get(id) ?? -1,
        kind: "fail",
        level: levelOf(image, one),
        message: { text: `${findingText(finding)} (${standing}: ${clip(why, longest)})` },
        locations: [location(image, part)],
        partialFingerprints: {
            "imageAndFinding/v1": [image.name, finding.vulnerability, finding.package]
                .map((text) => clip(text, 200))
                .join(":"),
        },
        ...(standing === "excepted" || standing === "taken away"
            ? {
                  suppressions: [
                      { kind: "external", status: "accepted", justification: clip(why, longest) } as const,
                  ],
              }
            : {}),
        ...(finding.layers === undefined ? {} : { properties: { layers: [...finding.layers] } }),
    };
}

/** What is about no finding: what nobody judged is an error, and all else a note. */
function notifications(run: ScanRun): Notification[] {
    const notify = (level: "error" | "note", texts: readonly string[]): Notification[] =>
        [...new Set(texts)].map((text) => ({ level, message: { text: clip(text, 4 * longest) } }));
    const reasons = run.images.flatMap(({ image, judgement }) =>
        judgement.verdict === "error" ? [`${image}: ${reasonText(judgement)}`] : [],
    );
    const { images } = run;
    return [
        ...notify("error", [...reasons, ...generalFailures(run)]),
        ...notify(
            "note",
            images.flatMap(({ held }) => [...(held?.accepted ?? []), ...(held?.notes ?? [])]),
        ),
    ];
}

const descriptions = { pass: "passed", fail: "over the threshold", none: "no verdict" } as const;

/** A run as SARIF 2.1.0: a rule for each vulnerability, a result for each finding, and one for each image's verdict. */
export function renderSarif(run: ScanRun): string {
    const found = run.images.map((image) => ({ image, standings: standingsOf(image) }));
    const rules = [
        verdictRule,
        ...rulesOf(found.flatMap(({ standings }) => standings.map(({ finding }) => finding))),
    ];
    const indices = new Map(rules.map(({ id }, index) => [id, index]));
    const verdict = verdictOf(run);
    return sarifText({
        tool: { driver: { name: "Portcullis", fullName: "Portcullis scan (Clair v4)", rules } },
        invocations: [
            {
                executionSuccessful: verdict !== "none",
                endTimeUtc: run.judged,
                exitCode: { pass: 0, fail: 1, none: 2 }[verdict],
                exitCodeDescription: descriptions[verdict],
                toolExecutionNotifications: notifications(run),
            },
        ],
        columnKind: "utf16CodeUnits",
        results: found.flatMap(({ image, standings }) => [
            verdictResult(image),
            ...standings.map((one) => findingResult(image, one, indices)),
        ]),
        properties: { stack: clip(run.stack, 80), host: clip(run.host, 200), policy: run.policy },
    });
}
