import type { Notification, ReportingDescriptor, Result as SarifResult, Suppression } from "sarif";
import { unexplainedText } from "../docker-bench/compare";
import type { CheckResult } from "../model";
import { exceptionText } from "../exceptions";
import { driftResults, driftRules } from "./sarif-drift";
import { clip } from "../../text/clip";
import { sarifText } from "../../text/sarif";
import { maximumScoreOf } from "../score";
import { exitCode, type GateResult } from "../verdict";
import { verdictText } from "./verdict-text";
import type { AuditView } from "./view";

/** One result: a check's verdict on one item, or on the host where the verdict has no items. */
interface Line {
    readonly check: CheckResult;
    readonly item?: string;
}

function linesOf(check: CheckResult): Line[] {
    const items = check.result === "WARN" ? (check.items ?? []) : [];
    return items.length === 0 ? [{ check }] : items.map((item) => ({ check, item }));
}

function rule(check: CheckResult): ReportingDescriptor {
    const setting = check.setting === undefined ? "" : ` Setting: ${check.setting}.`;
    return {
        id: check.id,
        shortDescription: { text: check.title },
        help: { text: `${check.remediation}${setting}` },
        defaultConfiguration: { level: "warning" },
        properties: {
            tags: ["security", "docker", `section-${check.section}`],
            reference: check.reference,
            scored: check.scored,
        },
    };
}

function kind(check: CheckResult): Pick<SarifResult, "kind" | "level"> {
    switch (check.result) {
        case "PASS":
            return { kind: "pass", level: "none" };
        case "WARN":
            return { kind: "fail", level: "warning" };
        case "INFO":
            return { kind: "informational", level: "none" };
        case "NOTE":
            return { kind: "review", level: "none" };
    }
}

function suppressions({ gate }: AuditView, { check, item }: Line): Suppression[] {
    const isHere = (candidate: CheckResult, items: readonly string[]): boolean =>
        candidate.id === check.id && (item === undefined ? items.length === 0 : items.includes(item));
    const excepted = gate.waivers
        .filter((waiver) => isHere(waiver.check, waiver.items))
        .map(
            ({ exception }) =>
                `exception for ${exceptionText(exception)} by ${exception.owner} until ${exception.expires}: ${exception.reason}`,
        );
    const allowed = gate.allowed
        .filter((finding) => isHere(finding.check, finding.items))
        .map(({ reason }) => reason);
    return [...excepted, ...allowed].map((text) => ({
        kind: "external",
        status: "accepted",
        justification: clip(text, 400),
    }));
}

function isKnown(view: AuditView, { check, item }: Line): boolean {
    const fresh = view.comparison?.newWarnings.find(({ id }) => id === check.id);
    if (fresh === undefined) {
        return true;
    }
    return item !== undefined && !fresh.items.includes(item);
}

function result(view: AuditView, line: Line, ruleIndex: number): SarifResult {
    const { check, item } = line;
    const { host, hostName } = view.report;
    const about = item === undefined ? "" : `${clip(item, 200)}: `;
    const found = check.details === undefined ? check.title : clip(check.details, 400);
    const accepted = suppressions(view, line);
    return {
        ruleId: check.id,
        ruleIndex,
        ...kind(check),
        message: { text: `${about}${found}` },
        locations: [
            {
                physicalLocation: { artifactLocation: { uri: encodeURI(host) } },
                logicalLocations: [
                    {
                        name: clip(item ?? hostName, 200),
                        fullyQualifiedName: [hostName, item]
                            .filter((part) => part !== undefined)
                            .map((part) => clip(part, 200))
                            .join("/"),
                        kind: "resource",
                    },
                ],
            },
        ],
        partialFingerprints: { "checkAndItem/v1": `${check.id}:${clip(item ?? "", 400)}` },
        ...(accepted.length === 0 ? {} : { suppressions: accepted }),
        ...(view.comparison === undefined
            ? {}
            : { baselineState: isKnown(view, line) ? "unchanged" : "new" }),
    };
}

function gateNotifications(
    { problems, warnings }: GateResult,
    unexplained: readonly string[],
): Notification[] {
    const told = new Set(unexplained);
    const notify = (level: "warning" | "note", texts: readonly string[]): Notification[] =>
        texts.filter((text) => !told.has(text)).map((text) => ({ level, message: { text } }));
    return [...notify("warning", problems), ...notify("note", warnings)];
}

/**
 * Notifications that are about no single check: the gate's problems and notes, a note for each known error of the real
 * Docker Bench, and a warning for each difference that nothing explains.
 */
function notifications({ gate, dockerBench }: AuditView): Notification[] {
    const { explained = [], unexplained = [] } = dockerBench ?? {};
    return [
        ...gateNotifications(gate, unexplained.map(unexplainedText)),
        ...explained.map(({ id, ours, theirs, why = "" }): Notification => ({
            level: "note",
            message: { text: `${id}: ${ours} here, ${theirs} by Docker Bench: ${why}` },
        })),
        ...unexplained.map((difference): Notification => ({
            level: "warning",
            message: { text: unexplainedText(difference) },
        })),
    ];
}

/** An audit as SARIF 2.1.0: a rule for each check, a result for each item that is warned of, and for each drift. */
export function renderSarif(view: AuditView): string {
    const { report } = view;
    return sarifText({
        tool: {
            driver: {
                name: "Portcullis",
                fullName: "Portcullis audit (checks of Docker Bench for Security 1.6.0)",
                rules: [...report.results.map(rule), ...(report.drift === undefined ? [] : driftRules)],
            },
        },
        invocations: [
            {
                executionSuccessful: true,
                startTimeUtc: new Date(report.start).toISOString(),
                endTimeUtc: new Date(report.end).toISOString(),
                exitCode: exitCode(view),
                exitCodeDescription: verdictText(view),
                toolExecutionNotifications: notifications(view),
            },
        ],
        columnKind: "utf16CodeUnits",
        results: [
            ...report.results.flatMap((check, index) =>
                linesOf(check).map((line) => result(view, line, index)),
            ),
            ...(report.drift === undefined
                ? []
                : driftResults(report.drift, report.host, report.results.length)),
        ],
        properties: {
            score: report.score,
            maximumScore: maximumScoreOf(report.results),
            engineVersion: report.engineVersion,
            ...(view.dockerBench === undefined ? {} : { dockerBenchScore: view.dockerBench.theirScore }),
        },
    });
}
