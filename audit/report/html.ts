import * as path from "node:path";
import { theirVerdict, type Difference } from "../docker-bench/compare";
import type { CheckResult } from "../model";
import { sectionsBeside } from "./beside";
import { barChart } from "./chart";
import { baselineOf, compare, type WarningChange } from "./compare";
import { driftData } from "./drift";
import { sections } from "./sections";
import { clip, listed } from "../../text/clip";
import { renderPage } from "../../text/page";
import { maximumScoreOf } from "../score";
import { standing } from "../verdict";
import { allowedCount, allowedData } from "./allowed";
import { byRemedy } from "./remedies";
import { resultCounts, type AuditView } from "./view";

/** Number of items that the page names for a check. */
const namedItems = 200;

/** Number of checks over the gate that the page names at its beginning. */
const namedChecks = 50;

/** Maps the id of a check to the id of an earlier check that has the same remedy, where there is one. */
function sharedRemedies(checks: readonly CheckResult[]): ReadonlyMap<string, string> {
    const open = checks.filter(({ result }) => result !== "PASS");
    const groups = byRemedy(open, ({ remediation, setting = "" }) => JSON.stringify([remediation, setting]));
    return new Map(
        groups.flatMap(({ things: [first, ...others] }) =>
            first === undefined ? [] : others.map(({ id }): [string, string] => [id, first.id]),
        ),
    );
}

function checkData(view: AuditView, check: CheckResult, first: string | undefined): Record<string, unknown> {
    const items = check.items ?? [];
    const { id, title, result, reference, scored, setting, dockerBench } = check;
    return {
        ...{ id, title, result, reference, scored, setting },
        details: clip(check.details ?? "", 600),
        items: items.slice(0, namedItems).map((item) => clip(item, 200)),
        more: Math.max(items.length - namedItems, 0),
        remediation: result === "PASS" || first !== undefined ? undefined : check.remediation,
        // A check that does not warn needs no remedy, but a person may want to look at the subject.
        advice: result === "WARN" ? "Remedy" : "Advice",
        // The remedy of several checks stands at the first of these checks.
        remedyOf: first,
        dockerBench,
        theirs: view.dockerBench && theirVerdict(view.dockerBench, check),
        standing: standing(view, check),
    };
}

function changeText({ id, items }: WarningChange): string {
    return items.length === 0 ? id : `${id} ${listed(items, 5)}`;
}

function bars(view: AuditView): Record<string, unknown>[] {
    const { comparison, report } = view;
    const scores = (comparison ?? compare(baselineOf(report), report)).sections;
    const scale = Math.max(1, ...scores.map(({ best }) => best));
    return scores.map(({ section, title, before, after, best }) => ({
        ...{ section, title, before, after, best },
        chart: barChart({ before: comparison && before, after, best }, scale),
    }));
}

function besideData(view: AuditView): Record<string, unknown> | undefined {
    const { report, dockerBench } = view;
    if (dockerBench === undefined) {
        return undefined;
    }
    const { version, ourScore, theirScore, equal, explained, unexplained } = dockerBench;
    const row = ({ id, title, ours, theirs, why }: Difference): Record<string, unknown> => ({
        ...{ title, ours, theirs, why },
        id: clip(id, 20),
    });
    return {
        ...{ ourScore, theirScore, equal },
        version: clip(version, 20),
        sections: sectionsBeside(report, dockerBench),
        unexplained: unexplained.map(row),
        explained: explained.map(row),
    };
}

function pageData(view: AuditView): Record<string, unknown> {
    const { report, gate, comparison } = view;
    return {
        host: clip(report.host, 200),
        hostName: clip(report.hostName, 80),
        engineVersion: clip(report.engineVersion, 40),
        start: report.start,
        startText: `${new Date(report.start).toISOString().slice(0, 16).replace("T", " ")} UTC`,
        score: report.score,
        maximum: maximumScoreOf(report.results),
        passed: gate.failures.length === 0,
        failures: gate.failures.length,
        reported: gate.reported.length > 0,
        problems: gate.problems,
        over: listed(
            gate.findings.map(({ check }) => check.id),
            namedChecks,
        ),
        notes: gate.warnings,
        counts: Object.entries(resultCounts(report)).map(([result, number]) => ({ result, number })),
        comparison: comparison && {
            scoreBefore: comparison.scoreBefore,
            fixed: comparison.fixedWarnings.map(changeText),
            fresh: comparison.newWarnings.map(changeText),
        },
        bars: bars(view),
        beside: besideData(view),
        drift: report.drift && driftData(report.drift),
        allowedCount: allowedCount(gate),
        allowed: allowedData(gate),
        waivers: gate.waivers.map(({ exception, check, items }) => ({
            id: check.id,
            items: listed(items, 10),
            expires: exception.expires,
            owner: clip(exception.owner, 80),
            reason: clip(exception.reason, 400),
        })),
        sections: sections.map(({ id, title }) => {
            const checks = report.results.filter(({ section }) => section === id);
            const shared = sharedRemedies(checks);
            return { id, title, checks: checks.map((check) => checkData(view, check, shared.get(check.id))) };
        }),
    };
}

/** An audit as one HTML page without other files. Texts of the host stay plain text, and no other script can run. */
export function renderHtml(view: AuditView): string {
    const file = (name: string): string => path.join(__dirname, name);
    const styles = ["page.css", "page.beside.css", "page.drift.css", "page.media.css"].map(file);
    return renderPage({ template: file("page.hbs"), styles, script: file("page.client.js") }, pageData(view));
}
