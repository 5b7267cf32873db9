/** Judges an audit's WARNs (over the gate, allowed or excepted), and says whether the audit is clean. */
import { unexplainedText, type DockerBenchComparison } from "./docker-bench/compare";
import {
    applyExceptions,
    exceptionText,
    type ContainerImages,
    type Excepted,
    type Exception,
    type Finding,
    type Waiver,
} from "./exceptions";
import { expectedOfStack, nothingExpected, type Expected } from "./expected-warnings";
import type { AuditReport, CheckResult } from "./model";
import { maximumScoreOf, scoreText } from "./score";
import type { AuditSettings } from "./settings";
import { clip, listed } from "../text/clip";

/** The limits that an audit has to keep. */
export interface GateSettings {
    /** Lowest score that passes. @default any */
    readonly minimumScore?: number | undefined;
    /** Ids of checks whose WARN is allowed, whatever the WARN is about. @default no list is given */
    readonly allowedWarnings?: readonly string[] | undefined;
}

/** A WARN, or a part of one, that is allowed, with the reason. */
export interface AllowedFinding extends Finding {
    readonly reason: string;
}

/** An audit, judged. */
export interface GateResult {
    /** Failures other than WARNs: a score below the minimum, and exceptions that expired. */
    readonly problems: readonly string[];
    /** All failures, one line each; empty when the gate is passed. */
    readonly failures: readonly string[];
    /** Notes that a person should look at; they fail nothing. */
    readonly warnings: readonly string[];
    /** WARNs that nobody allowed. */
    readonly findings: readonly Finding[];
    /** WARNs, or parts of them, that an exception accepts. */
    readonly waivers: readonly Waiver[];
    /** WARNs, or parts of them, that `allowedWarnings` accepts, or that are expected. */
    readonly allowed: readonly AllowedFinding[];
    /** WARNs that are shown and fail nothing, because the gate is a minimum score alone. */
    readonly reported: readonly Finding[];
}

/** The facts that the gate knows beside the audit. */
export interface GateInput {
    readonly settings: GateSettings;
    /** WARNs that are allowed beside those of the settings. @default none */
    readonly expected?: Expected;
    /** @default none */
    readonly exceptions?: readonly Exception[];
    /** The time that decides which exceptions still hold. @default now */
    readonly now?: Date;
    /** The names of each container's image, for exceptions by image. @default unknown */
    readonly images?: ContainerImages;
    /** The comparison with the real Docker Bench. @default Docker Bench was not run */
    readonly dockerBench?: DockerBenchComparison | undefined;
    /** Whether an unexplained difference from Docker Bench fails; else the difference only warns. @default false */
    readonly enforce?: boolean;
}

function withoutStop(text: string): string {
    return text.replace(/\.$/, "");
}

/** `5.13 WARN Root file systems of containers: With a writable one (web, db)` */
export function warningText({ check, items }: Finding): string {
    const { id, title, details } = check;
    const found = details === undefined ? title : `${title}: ${withoutStop(clip(details, 160))}`;
    const about = items.length === 0 ? "" : ` (${listed(items, 10)})`;
    return `${id} WARN ${found}${about}`;
}

/** How to mend a WARN: `Set --read-only (setting portcullis:images)` */
export function remedyText({ check: { remediation, setting } }: Finding): string {
    return `${withoutStop(remediation)}${setting === undefined ? "" : ` (setting ${setting})`}`;
}

/** A WARN and its remedy on one line. */
export function findingText(finding: Finding): string {
    return `${warningText(finding)}. Remedy: ${remedyText(finding)}`;
}

/** The failure of an exception that has expired. */
export function expiredText(exception: Exception): string {
    return (
        `the exception for ${exceptionText(exception)} expired on ${exception.expires}: ` +
        `ask ${clip(exception.owner, 80)} to renew or to remove it (reason given: ${clip(exception.reason, 160)})`
    );
}

function scoreFailure({ score, results }: AuditReport, minimum: number | undefined): string[] {
    if (minimum === undefined || score >= minimum) {
        return [];
    }
    const maximum = maximumScoreOf(results);
    const below = `score ${scoreText(score, maximum)} is below the minimum of ${minimum}`;
    return [
        minimum > maximum
            ? `${below}, which no host can reach: lower minimumScore`
            : `${below}: fix warnings, or lower minimumScore`,
    ];
}

/** WARNs, matched with the allowed ones and the exceptions. */
type JudgedWarnings = Pick<GateResult, "findings" | "waivers" | "allowed" | "reported"> &
    Pick<Excepted, "expired" | "unused">;

/** Whether WARNs are gated: a minimum score that is given alone is the whole gate. */
function countsWarnings({
    minimumScore,
    allowedWarnings,
    exceptions,
}: GateSettings & Required<Pick<GateInput, "exceptions">>): boolean {
    return minimumScore === undefined || allowedWarnings !== undefined || exceptions.length > 0;
}

/** The gate of a stack: its settings; where they name no allowed WARNs, those expected of every stack are allowed. */
export function stackGate(
    { minimumScore, allowedWarnings, exceptions, enforce }: AuditSettings,
    name: string,
): Required<Pick<GateInput, "settings" | "expected" | "exceptions" | "enforce">> {
    return {
        settings: { minimumScore, allowedWarnings },
        expected: allowedWarnings === undefined ? expectedOfStack(name) : nothingExpected,
        exceptions,
        enforce,
    };
}

/** The gate of a stack's plan. A plan has no score that a minimum could be held to, so its WARNs always count. */
export function planGate(settings: AuditSettings, name: string): ReturnType<typeof stackGate> {
    return stackGate({ ...settings, minimumScore: undefined }, name);
}

/** Splits a finding into the allowed parts, by reason, and the rest. */
function allow(
    { check, items }: Finding,
    why: (item: string | undefined) => string | undefined,
): { readonly allowed: AllowedFinding[]; readonly left: Finding[] } {
    if (items.length === 0) {
        const reason = why(undefined);
        return reason === undefined
            ? { allowed: [], left: [{ check, items }] }
            : { allowed: [{ check, items, reason }], left: [] };
    }
    const reasons = Map.groupBy(items, why);
    const left = reasons.get(undefined) ?? [];
    return {
        allowed: [...reasons].flatMap(([reason, about]) =>
            reason === undefined ? [] : [{ check, items: about, reason }],
        ),
        left: left.length === 0 ? [] : [{ check, items: left }],
    };
}

/** Takes the allowed and the excepted parts off the WARNs of results. */
export function judgeWarnings(
    results: readonly CheckResult[],
    { settings, expected = nothingExpected, exceptions = [], now = new Date(), images }: GateInput,
): JudgedWarnings {
    const matched = applyExceptions(results, exceptions, now.toISOString().slice(0, 10), images);
    const parts = matched.findings.map((finding) =>
        allow(finding, (item) =>
            settings.allowedWarnings?.includes(finding.check.id)
                ? "allowed by allowedWarnings"
                : expected(finding.check, item),
        ),
    );
    const left = parts.flatMap((part) => part.left);
    const isCounted = countsWarnings({ ...settings, exceptions });
    return {
        ...matched,
        findings: isCounted ? left : [],
        reported: isCounted ? [] : left,
        allowed: parts.flatMap(({ allowed }) => allowed),
    };
}

/** Judges an audit: by its score, its WARNs, and the exceptions' dates. */
export function judgeAudit(report: AuditReport, input: Omit<GateInput, "images">): GateResult {
    const images = new Map(report.containers.map((container) => [container.name, container.images]));
    const { findings, waivers, allowed, reported, expired, unused } = judgeWarnings(report.results, {
        ...input,
        images,
    });
    const { enforce = false, dockerBench } = input;
    const unexplained = (dockerBench?.unexplained ?? []).map(unexplainedText);
    const problems = [
        ...scoreFailure(report, input.settings.minimumScore),
        ...expired.map(expiredText),
        ...(enforce ? unexplained : []),
    ];
    return {
        problems,
        failures: [...problems, ...findings.map(findingText)],
        warnings: [
            ...unused.map(
                (exception) =>
                    `the exception for ${exceptionText(exception)} matches no warning: remove it (owner ${clip(exception.owner, 80)})`,
            ),
            ...(enforce ? [] : unexplained),
        ],
        findings,
        waivers,
        allowed,
        reported,
    };
}

/** An audit, and the gate's result. */
interface Judged {
    readonly report: AuditReport;
    readonly gate: GateResult;
}

/** Whether the audit is within its gate, and the host as its stack declared. */
export function isClean({ gate, report }: Judged): boolean {
    return gate.failures.length === 0 && (report.drift?.findings ?? []).length === 0;
}

/** The exit code of an audit that could be made. */
export function exitCode(judged: Judged): 0 | 1 {
    return isClean(judged) ? 0 : 1;
}

/** The gate's answer to a check's WARN. `reported` means that the gate is a minimum score alone, and judges no WARN. */
type Standing = "over the gate" | "excepted" | "allowed" | "reported";

/** The gate's answer to a check; undefined where the check does not warn. The worst answer of its items counts. */
export function standing({ gate }: Pick<Judged, "gate">, check: CheckResult): Standing | undefined {
    if (check.result !== "WARN") {
        return undefined;
    }
    const isAmong = (findings: readonly Finding[]): boolean =>
        findings.some((finding) => finding.check.id === check.id);
    if (isAmong(gate.findings)) {
        return "over the gate";
    }
    if (isAmong(gate.reported)) {
        return "reported";
    }
    return isAmong(gate.allowed) ? "allowed" : "excepted";
}
