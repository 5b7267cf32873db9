import type { DockerBenchComparison } from "../docker-bench/compare";
import type { Finding } from "../exceptions";
import type { AuditReport, CheckResult } from "../model";
import { maximumScoreOf } from "../score";
import type { GateResult } from "../verdict";
import { sections } from "./sections";

/** The release of Docker Bench for Security whose checks these are. */
const dockerBenchVersion = "1.6.0";

/** Seconds since 1970, as Docker Bench writes its times. */
function epochSeconds(time: string): number {
    return Math.floor(Date.parse(time) / 1000);
}

function resultJson(check: CheckResult): Record<string, unknown> {
    const { id, title, result, details, items, remediation, reference, scored, setting, dockerBench } = check;
    return {
        id,
        desc: title,
        result,
        ...(details === undefined ? {} : { details }),
        ...(items === undefined || items.length === 0 ? {} : { items }),
        ...(result === "PASS" ? {} : { remediation }),
        reference,
        scored,
        ...(setting === undefined ? {} : { setting }),

        ...(dockerBench === undefined ? {} : { "docker-bench": dockerBench }),
    };
}

function dockerBenchJson({
    version,
    theirScore,
    equal,
    explained,
    unexplained,
}: DockerBenchComparison): Record<string, unknown> {
    return { version, score: theirScore, equal, explained, unexplained };
}

function findingsJson(findings: readonly Finding[]): Record<string, unknown>[] {
    return findings.map(({ check, items }) => ({ id: check.id, items }));
}

function gateJson({
    problems,
    failures,
    warnings,
    findings,
    allowed,
    reported,
    waivers,
}: GateResult): Record<string, unknown> {
    return {
        passed: failures.length === 0,
        problems,
        notes: warnings,
        over: findingsJson(findings),
        allowed: allowed.map(({ check, items, reason }) => ({ id: check.id, items, reason })),
        reported: findingsJson(reported),
        excepted: waivers.map(({ exception: { owner, reason, expires }, check, items }) => ({
            ...{ id: check.id, items, owner, reason, expires },
        })),
    };
}

/**
 * An audit in the shape of Docker Bench's JSON, for programs that read Docker Bench's own. The report adds `host`,
 * `hostName`, `engineVersion` and `maximumScore`; each check adds `reference`, `scored`, `setting` and `docker-bench`,
 * the known error of Docker Bench. Three more keys are there if somebody asked for them: `gate` (the failures, and the
 * accepted WARNs with reasons), `drift` (the differences from the declaration) and `docker-bench` (the results of the
 * real Docker Bench).
 */
export function renderJson(
    report: AuditReport,
    dockerBench?: DockerBenchComparison,
    gate?: GateResult,
): string {
    const json = {
        dockerbenchsecurity: dockerBenchVersion,
        host: report.host,
        hostName: report.hostName,
        engineVersion: report.engineVersion,
        start: epochSeconds(report.start),
        tests: sections.map(({ id, title }) => ({
            id: String(id),
            desc: title,
            results: report.results.filter(({ section }) => section === id).map(resultJson),
        })),
        checks: report.results.length,
        score: report.score,
        maximumScore: maximumScoreOf(report.results),
        end: epochSeconds(report.end),
        ...(report.drift === undefined ? {} : { drift: report.drift }),
        ...(gate === undefined ? {} : { gate: gateJson(gate) }),
        ...(dockerBench === undefined ? {} : { "docker-bench": dockerBenchJson(dockerBench) }),
    };
    return `${JSON.stringify(json, null, 2)}\n`;
}
