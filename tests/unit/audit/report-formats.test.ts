import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import { convert } from "xmlbuilder2";
import { z } from "zod";
import { baselineOf } from "../../../audit/report/compare";
import { renderJson } from "../../../audit/report/docker-bench-json";
import { renderHtml } from "../../../audit/report/html";
import { renderJunit } from "../../../audit/report/junit";
import { renderSarif } from "../../../audit/report/sarif";
import { renderTable } from "../../../audit/report/table";
import type { AuditView } from "../../../audit/report/view";
import { sarifErrors } from "../../support/schemas";
import { check, hostileNames, mixed, report, settings, view, viewBeside } from "./sample";

const exceptions = [
    { check: "5.13", container: "db", owner: "team db", reason: "<b>tables</b>", expires: "2027-02-01" },
    { check: "5.4", owner: "team web", reason: "old", expires: "2026-02-01" },
    { check: "5.5", owner: "team web", reason: "none left", expires: "2027-02-01" },
];

/** All that a report has to show: exceptions, allowed warnings, an earlier audit, and a failed gate. */
function full(): AuditView {
    const before = baselineOf(
        report(mixed.map((one) => (one.id === "2.2" ? { ...one, result: "WARN" } : one))),
    );
    const gate = settings({ allowedWarnings: ["4.6"], minimumScore: 50 });
    return view(mixed, { settings: gate, exceptions }, before);
}

const hostile = check("5.4", "WARN", { items: hostileNames, details: hostileNames.join(" ") });

const sarifSchema = z.object({
    runs: z.tuple([
        z.object({
            tool: z.object({ driver: z.object({ rules: z.array(z.object({ id: z.string() })) }) }),
            results: z.array(
                z.object({
                    ruleId: z.string(),
                    ruleIndex: z.number(),
                    kind: z.string(),
                    level: z.string(),
                    message: z.object({ text: z.string() }),
                    baselineState: z.string().optional(),
                    suppressions: z.array(z.object({ justification: z.string() })).optional(),
                }),
            ),
        }),
    ]),
});

describe("audit reports: SARIF", () => {
    for (const [what, shown] of [
        ["an audit with everything", full()],
        ["an audit without an earlier one", view(mixed)],
        ["an audit beside Docker Bench's", viewBeside()],
        ["hostile names", view([hostile])],
        ["no checks", view([])],
    ] as const) {
        it(`is valid against its schema: ${what}`, () => {
            assert.deepEqual(sarifErrors(renderSarif(shown)), []);
        });
    }

    it("is held to the schema: a wrong document is refused", () => {
        assert.notEqual(sarifErrors(renderSarif(view(mixed)).replace('"fail"', '"wrong"')).length, 0);
    });

    it("has a result for each item that is warned of, with what was accepted, and what is new", () => {
        const [run] = sarifSchema.parse(JSON.parse(renderSarif(full()))).runs;
        const warned = run.results.filter(({ kind }) => kind === "fail");
        assert.deepEqual(
            warned.map((one) => [one.ruleId, one.message.text, one.suppressions?.[0]?.justification]),
            [
                ["1.1.3", "no audit rule for /usr/bin/dockerd", undefined],
                ["4.6", "redis:7: Title of 4.6", "allowed by allowedWarnings"],
                [
                    "4.6",
                    "registry.local:5000/team/app@sha256:0a1b: Title of 4.6",
                    "allowed by allowedWarnings",
                ],
                ["5.13", "web: root file system is writable", undefined],
                [
                    "5.13",
                    "db: root file system is writable",
                    "exception for 5.13 on container db by team db until 2027-02-01: <b>tables</b>",
                ],
            ],
        );
        assert.ok(run.results.every(({ baselineState }) => baselineState === "unchanged"));
        assert.ok(
            run.results.every(({ ruleId, ruleIndex }) => run.tool.driver.rules[ruleIndex]?.id === ruleId),
        );
        assert.ok(run.results.every(({ kind, level }) => (kind === "fail") === (level === "warning")));
    });

    it("says which warnings an earlier audit did not have", () => {
        const before = baselineOf(report([check("5.13", "WARN", { items: ["web"] })]));
        const shown = view(
            [check("5.13", "WARN", { items: ["web", "db"] }), check("2.2", "WARN")],
            {},
            before,
        );
        const [run] = sarifSchema.parse(JSON.parse(renderSarif(shown))).runs;
        assert.deepEqual(
            run.results.map(({ baselineState }) => baselineState),
            ["unchanged", "new", "new"],
        );
    });
});

const junitSchema = z.object({
    testsuites: z.object({
        "@tests": z.string(),
        "@failures": z.string(),
        testsuite: z.array(
            z.object({
                "@name": z.string(),
                "@tests": z.string(),
                "@failures": z.string(),
                "@skipped": z.string(),
                testcase: z
                    .union([z.record(z.string(), z.unknown()), z.array(z.record(z.string(), z.unknown()))])
                    .default([]),
            }),
        ),
    }),
});

function junitSuites(shown: AuditView): z.infer<typeof junitSchema>["testsuites"]["testsuite"] {
    return junitSchema.parse(convert(renderJunit(shown), { format: "object" })).testsuites.testsuite;
}

describe("audit reports: JUnit XML", () => {
    it("counts what it holds", () => {
        for (const suite of junitSuites(full())) {
            const cases = [suite.testcase].flat();
            assert.equal(suite["@tests"], String(cases.length), suite["@name"]);
            assert.equal(suite["@failures"], String(cases.filter((one) => "failure" in one).length));
            assert.equal(suite["@skipped"], String(cases.filter((one) => "skipped" in one).length));
        }
    });

    it("fails what is over the gate, and the gate itself for its score and its expired exceptions", () => {
        const xml = renderJunit(full());
        assert.match(xml, /<testsuites [^>]*tests="10" failures="3"/);
        assert.match(
            xml,
            /name="5\.13 Title[^>]*>\s*<failure type="WARN" message="WARN: root file system is/,
        );
        assert.match(xml, /name="4\.6 Title[^>]*>\s*<skipped message="allowed: WARN/);
        assert.match(xml, /<failure type="gate" message="score 1 of 8 is below the minimum of 50/);
        assert.match(xml, /the exception for 5\.4 expired on 2026-02-01/);
        assert.match(xml, /<system-out>the exception for 5\.5 matches no warning/);
    });

    it("fails nothing where the gate is passed", () => {
        assert.doesNotMatch(renderJunit(view([check("2.2", "PASS"), check("6.1", "NOTE")])), /<failure/);
    });

    it("stays well formed with hostile names", () => {
        const xml = renderJunit(view([hostile]));
        assert.equal([junitSuites(view([hostile]))[4]?.testcase].flat().length, 1);
        assert.match(xml, /&lt;script&gt;/);
        // eslint-disable-next-line no-control-regex -- characters that XML 1.0 does not allow
        assert.doesNotMatch(xml, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff]|<x\/>/);
    });
});

describe("audit reports: Docker Bench's JSON", () => {
    const bench = z.object({
        dockerbenchsecurity: z.literal("1.6.0"),
        start: z.literal(1800007200),
        tests: z.array(
            z.object({
                id: z.string(),
                desc: z.string(),
                results: z.array(z.record(z.string(), z.unknown())),
            }),
        ),
        checks: z.literal(9),
        score: z.literal(1),
        end: z.literal(1800007201),
    });

    it("has its keys, and a remedy for what is not passed", () => {
        const { tests } = bench.parse(JSON.parse(renderJson(report(mixed))));
        assert.deepEqual(
            tests.map(({ id, results }) => [id, results.length]),
            [
                ["1", 1],
                ["2", 3],
                ["3", 0],
                ["4", 1],
                ["5", 2],
                ["6", 1],
                ["7", 1],
            ],
        );
        assert.deepEqual(tests[4]?.results[0], {
            id: "5.13",
            desc: "Title of 5.13",
            result: "WARN",
            details: "root file system is writable",
            items: ["web", "db"],
            remediation: "Do what 5.13 asks.",
            reference: "CIS Docker 1.6.0, 5.13",
            scored: true,
            setting: "portcullis:images",
        });
        assert.equal(tests[4].results[1]?.["remediation"], undefined);
    });
});

describe("audit reports: the terminal's table", () => {
    it("is aligned, and shows score, comparison, exceptions and the gate", () => {
        const text = renderTable(full(), { colour: false });
        assert.match(text, /^2\.2 {7}PASS {4}Title of 2\.2$/m);
        assert.match(text, /^5\.13 {6}WARN {4}Title of 5\.13 · root file system is writable · web, db$/m);
        assert.match(text, /^4\.6 .* \(allowed\)$/m);
        assert.match(text, /^Score {4}1 of 8 {2}\(4 PASS, 3 WARN, 1 INFO, 1 NOTE\)$/m);
        assert.match(text, /^Before {3}-1 of 8, so \+2\n {2}fixed {2}2\.2\n {2}new {4}none$/m);
        assert.match(text, /^ {2}5\.13 db until 2027-02-01, team db: <b>tables<\/b>$/m);
        assert.match(text, /^Over the gate: 4\n {2}score 1 of 8 is below/m);
        assert.match(renderTable(view([check("2.2", "PASS")]), { colour: false }), /^The gate is passed\.$/m);
    });

    it("has colours only when asked for, and no other control character", () => {
        const shown = view([hostile, ...mixed]);
        assert.ok(renderTable(shown, { colour: true }).includes("\u001b[31mWARN\u001b[39m"));
        const plain = renderTable(shown, { colour: false }).replaceAll("\n", "");
        assert.doesNotMatch(plain, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    });

    it("breaks lines to the terminal's width", () => {
        const text = renderTable(view([hostile]), { colour: false, width: 80 });
        const table = text.slice(0, text.indexOf("\nScore")).split("\n").slice(1);
        assert.ok(
            table.every((line) => line.length <= 80),
            table.join("\n"),
        );
    });
});

describe("audit reports: HTML", () => {
    const page = renderHtml(full());

    it("shows the score, both bars of a section, the remedies, and what was accepted", () => {
        assert.match(page, /<span>score<\/span> <strong>1<\/strong> <span>of 8, was -1<\/span>/);
        assert.match(page, /<rect class="before"[^>]*><rect class="after"|<rect class="before"/);
        assert.match(page, /<b>Remedy<\/b> Do what 5\.13 asks\. <code>portcullis:images<\/code>/);
        assert.match(page, /Docker Bench 1\.6\.0 says WARN: it looks for profile&#x3D;default/);
        assert.match(page, /team db: &lt;b&gt;tables&lt;\/b&gt;/);
        assert.match(page, /<h2 id="gate">Over the gate: 4<\/h2>/);
    });

    it("needs nothing else, and lets no script run but its own", () => {
        const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? "";
        const digest = crypto.createHash("sha256").update(script).digest("base64");
        const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "";
        assert.ok(policy.replaceAll("&#x3D;", "=").includes(`script-src 'sha256-${digest}'`), policy);
        assert.match(policy, /default-src 'none'/);
        assert.doesNotMatch(page, / (src|href|on[a-z]+|style)=/);
    });

    it("shows hostile names as text, and stays small", () => {
        const names = renderHtml(view([hostile]));
        assert.equal(names.match(/<script/g)?.length, 1);
        assert.doesNotMatch(names, /<img|<x\/>/);
        assert.match(names, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
        assert.match(names, /\{\{constructor\}\} \$\{1\} &lt;%&#x3D; 1 %&gt;/);
        assert.ok(names.length < 50_000);
    });
});
