import { judgeAudit, type GateInput, type GateSettings } from "../../../audit/verdict";
import { compare as compareWithDockerBench } from "../../../audit/docker-bench/compare";
import type { DockerBenchReport } from "../../../audit/docker-bench/run";
import type { AuditReport, CheckResult } from "../../../audit/model";
import { compare, type Baseline } from "../../../audit/report/compare";
import type { AuditView } from "../../../audit/report/view";

/** A check's result, with what does not matter filled in. */
export function check(
    id: string,
    result: CheckResult["result"],
    rest: Partial<CheckResult> = {},
): CheckResult {
    return {
        id,
        section: Number(id.split(".")[0]),
        title: `Title of ${id}`,
        reference: `CIS Docker 1.6.0, ${id}`,
        scored: true,
        remediation: `Do what ${id} asks.`,
        result,
        ...rest,
    };
}

/** An audit of the given results; its score is counted. */
export function report(results: readonly CheckResult[]): AuditReport {
    const scored = results.filter((result) => result.scored);
    return {
        host: "ssh://root@192.0.2.7:22",
        hostName: "gate-1",
        engineVersion: "26.1.5",
        start: "2027-01-15T10:00:00.250Z",
        end: "2027-01-15T10:00:01.500Z",
        results,
        containers: [
            { name: "web", images: ["redis:7"] },
            { name: "db", images: ["sha256:0a1b", "db:1", "registry.local:5000/team/db:1"] },
        ],
        score: scored.reduce(
            (sum, { result }) => sum + (result === "PASS" ? 1 : result === "WARN" ? -1 : 0),
            0,
        ),
    };
}

/** The day of the sample's audits. */
export const now = new Date("2027-01-15T10:00:02Z");

/** Settings of a gate. */
export function settings(values: Partial<GateSettings> = {}): GateSettings {
    return values;
}

/** An audit as it is shown. */
export function view(
    results: readonly CheckResult[],
    input: Partial<GateInput> = {},
    baseline?: Baseline,
): AuditView {
    const audited = report(results);
    return {
        report: audited,
        gate: judgeAudit(audited, { settings: settings(), now, ...input }),
        comparison: baseline && compare(baseline, audited),
    };
}

/** Names that would act on a terminal, a page or a document if they got through. */
export const hostileNames = [
    "<script>alert(1)</script>",
    `"><img src=x onerror=alert(1)>`,
    "]]><x/>",
    "\u001b[2J\u001b[31mred",
    "line\nbreak\r\u2028end",
    "\u202egnp.exe",
    "nul\u0000 and \ud800 half",
    "{{constructor}} ${1} <%= 1 %>",
    "a".repeat(1_000_000),
];

/** One of each: pass, warnings of the host and of items, information, a note, and a difference to Docker Bench. */
export const mixed: readonly CheckResult[] = [
    check("1.1.3", "WARN", { details: "no audit rule for /usr/bin/dockerd" }),
    check("2.2", "PASS"),
    check("2.7", "INFO", { details: "no TCP listener" }),
    check("2.17", "PASS", { dockerBench: { result: "WARN", why: "it looks for profile=default" } }),
    check("4.6", "WARN", { items: ["redis:7", "registry.local:5000/team/app@sha256:0a1b"] }),
    check("5.13", "WARN", {
        details: "root file system is writable",
        items: ["web", "db"],
        setting: "portcullis:images",
    }),
    check("5.12", "PASS"),
    check("6.1", "NOTE", { scored: false, details: "4 images" }),
    check("7.1", "PASS"),
];

/**
 * What the real Docker Bench says of the same host: the verdicts that are expected of it.
 *
 * @param disagreed checks on which it says INFO
 */
export function dockerBenchReport(
    { results, score }: AuditReport,
    disagreed: readonly string[] = [],
): DockerBenchReport {
    return {
        version: "1.6.0",
        start: 1,
        end: 2,
        score: score - disagreed.length,
        checks: results.length,
        results: results.flatMap(({ id, result, dockerBench }) => {
            const theirs = disagreed.includes(id) ? "INFO" : (dockerBench?.result ?? result);
            return theirs === "absent" ? [] : [{ id, result: theirs }];
        }),
    };
}

/** An audit with two known errors of Docker Bench (2.17, 5.8), and one difference that nothing explains (2.2). */
export function viewBeside(): AuditView {
    const known = check("5.8", "PASS", { dockerBench: { result: "INFO", why: "knows <i>old</i> names" } });
    const checks = [...mixed, known];
    const audited = report(checks);
    const dockerBench = compareWithDockerBench(audited, dockerBenchReport(audited, ["2.2"]));
    return { ...view(checks, { dockerBench }), dockerBench };
}
