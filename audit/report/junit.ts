import type { XMLBuilder } from "xmlbuilder2/lib/interfaces";
import { aboutText, foundText, shownRemedy, type Drift } from "../drift/drift";
import type { CheckResult } from "../model";
import { besideLines } from "./beside";
import { sections } from "./sections";
import { clip, listed } from "../../text/clip";
import { xmlRoot, xmlText } from "../../text/xml";
import { maximumScoreOf } from "../score";
import { standing } from "../verdict";
import { allowedReasons } from "./allowed";
import { reportScore } from "./verdict-text";
import type { AuditView } from "./view";

/** Items that are named in a message; the element's text names every item. */
const namedItems = 10;

function message(check: CheckResult): string {
    const about = listed(check.items ?? [], namedItems);
    return [check.result, clip(check.details ?? "", 200), about].filter((part) => part !== "").join(": ");
}

function body(view: AuditView, check: CheckResult): string {
    const finding = view.gate.findings.find((candidate) => candidate.check.id === check.id);
    const items = (finding?.items ?? []).map((item) => `- ${clip(item, 200)}`);
    return [...items, `Remedy: ${check.remediation}`, ...allowedReasons(view.gate, check)].join("\n");
}

function addCheck(suite: XMLBuilder, view: AuditView, check: CheckResult): void {
    const test = suite.ele("testcase", {
        classname: `docker-bench.section-${check.section}`,
        name: `${check.id} ${check.title}`,
        time: "0",
    });
    const state = standing(view, check);
    if (state === "over the gate") {
        test.ele("failure", { type: "WARN", message: message(check) }).txt(body(view, check));
    } else if (state !== undefined) {
        test.ele("skipped", { message: `${state}: ${message(check)}` }).txt(
            allowedReasons(view.gate, check).join("\n"),
        );
    } else if (check.result !== "PASS") {
        test.ele("skipped", { message: message(check) });
    }
}

/** A test case for each difference from the declaration; without any difference one case that passes. */
function addDrift(root: XMLBuilder, drift: Drift, common: Readonly<Record<string, string>>): void {
    const { stack, findings } = drift;
    const suite = root.ele("testsuite", {
        name: `Drift from the stack ${clip(stack, 80)}`,
        tests: String(Math.max(findings.length, 1)),
        failures: String(findings.length),
        skipped: "0",
        ...common,
    });
    const attributes = { classname: "portcullis.drift", time: "0" };
    if (findings.length === 0) {
        suite.ele("testcase", { ...attributes, name: "the host is as declared" });
    }
    for (const finding of findings) {
        suite
            .ele("testcase", { ...attributes, name: aboutText(finding) })
            .ele("failure", { type: `drift ${finding.problem}`, message: foundText(finding) })
            .txt(`Remedy: ${clip(finding.remedy, shownRemedy)}`);
    }
}

/**
 * An audit as JUnit XML: a suite for each section, a test case for each check, a suite for what is not as declared, and
 * one for the gate itself.
 */
export function renderJunit(view: AuditView): string {
    const { report, gate } = view;
    const { drift } = report;
    const findings = drift?.findings ?? [];
    const other = gate.problems;
    const root = xmlRoot("testsuites", {
        name: `Docker audit of ${clip(report.hostName, 80)}`,
        tests: String(report.results.length + 1 + (drift === undefined ? 0 : Math.max(findings.length, 1))),
        failures: String(gate.findings.length + Math.min(other.length, 1) + findings.length),
        errors: "0",
    });
    const common = {
        hostname: report.hostName,
        timestamp: new Date(report.start).toISOString().slice(0, 19),
        errors: "0",
        time: "0",
    };
    for (const { id, title } of sections) {
        const checks = report.results.filter(({ section }) => section === id);
        const states = checks.map((check) => standing(view, check));
        const failed = states.filter((state) => state === "over the gate").length;
        const passed = checks.filter(({ result }) => result === "PASS").length;
        const suite = root.ele("testsuite", {
            name: `${id} ${title}`,
            tests: String(checks.length),
            failures: String(failed),
            skipped: String(checks.length - failed - passed),
            ...common,
        });
        for (const check of checks) {
            addCheck(suite, view, check);
        }
    }
    if (drift !== undefined) {
        addDrift(root, drift, common);
    }
    const suite = root.ele("testsuite", {
        name: "Gate",
        tests: "1",
        failures: String(Math.min(other.length, 1)),
        skipped: "0",
        ...common,
    });
    const test = suite.ele("testcase", {
        classname: "docker-bench.gate",
        name: `score ${reportScore(report)}`,
        time: "0",
    });
    if (other.length > 0) {
        test.ele("failure", { type: "gate", message: other[0] ?? "" }).txt(other.join("\n"));
    }
    const notes = [
        ...gate.warnings,
        ...(view.dockerBench === undefined
            ? []
            : besideLines(view.dockerBench, maximumScoreOf(report.results))),
    ];
    if (notes.length > 0) {
        test.ele("system-out").txt(notes.join("\n"));
    }
    return xmlText(root);
}
