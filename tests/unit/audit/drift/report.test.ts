import assert from "node:assert/strict";
import * as fs from "node:fs";
import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";
import { convert } from "xmlbuilder2";
import { z } from "zod";
import { driftOf, type Drift } from "../../../../audit/drift/drift";
import { renderJson } from "../../../../audit/report/docker-bench-json";
import { renderHtml } from "../../../../audit/report/html";
import { renderJunit } from "../../../../audit/report/junit";
import { renderSarif } from "../../../../audit/report/sarif";
import { renderTable } from "../../../../audit/report/table";
import type { AuditView } from "../../../../audit/report/view";
import { isClean } from "../../../../audit/verdict";
import { check, hostileNames, view } from "../sample";
import { container, declaration, live, stranger, withContainer, withEngine, withPath } from "./sample";

const now = new Date("2027-01-15T10:00:00Z");
const none = driftOf(declaration, live, now);
const changed = driftOf(declaration, withContainer({ memory: 1 }), now);

/** A host whose containers, files and settings have names that would act on a terminal, a page or a document. */
const hostile: Drift = {
    ...changed,
    findings: [
        ...driftOf(
            declaration,
            withEngine({
                containers: [
                    container,
                    ...hostileNames.map((name) => ({ ...stranger, name: `p-${name}`, image: name })),
                ],
            }),
            now,
        ).findings,
        ...driftOf(
            declaration,
            withContainer({
                user: hostileNames.join(""),
                labels: Object.fromEntries(hostileNames.map((name) => [`portcullis.${name}`, name])),
            }),
            now,
        ).findings,
        ...driftOf(declaration, withPath("/etc/p/a.key", undefined), new Date("2200-01-01")).findings,
    ],
};

function shown(drift: Drift): AuditView {
    const plain = view([check("2.2", "PASS")]);
    return { ...plain, report: { ...plain.report, drift } };
}

describe("drift: reports", () => {
    it("makes an audit unclean, whatever the gate says", () => {
        assert.equal(isClean(shown(none)), true);
        assert.equal(isClean(shown(changed)), false);
    });

    it("is a part of the table, with resource and key", () => {
        const text = renderTable(shown(changed), { colour: false });
        assert.match(
            text,
            /\nDrift {4}1 difference \(12 items that the stack dev declared\)\n {2}container p-registry, memory \(resource registry\)\n {4}changed: 1, declared 268435456\n {4}put it back: \.\/pulumiw up --stack dev\n/,
        );
        assert.match(renderTable(shown(none), { colour: false }), /\nDrift {4}none: the host is as declared/);
        assert.doesNotMatch(renderTable(view([]), { colour: false }), /Drift/);
    });

    it("is a key of its own in Docker Bench's JSON", () => {
        const { drift } = z
            .object({ drift: z.unknown() })
            .parse(JSON.parse(renderJson(shown(changed).report)));
        assert.deepEqual(drift, JSON.parse(JSON.stringify(changed)));
        assert.doesNotMatch(renderJson(view([]).report), /"drift"/);
    });

    it("is valid SARIF, with rules of its own", () => {
        const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
        addFormats(ajv);
        const file = require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
        const schema = z.record(z.string(), z.unknown()).parse(JSON.parse(fs.readFileSync(file, "utf8")));
        const validate = ajv.compile(schema);
        for (const drift of [none, changed, hostile]) {
            assert.ok(validate(JSON.parse(renderSarif(shown(drift)))), JSON.stringify(validate.errors));
        }
        const [run] = z
            .object({
                runs: z.tuple([
                    z.object({
                        tool: z.object({
                            driver: z.object({ rules: z.array(z.object({ id: z.string() })) }),
                        }),
                        invocations: z.array(z.object({ exitCode: z.number() })),
                        results: z.array(
                            z.object({
                                ruleId: z.string(),
                                ruleIndex: z.number(),
                                level: z.string(),
                                message: z.object({ text: z.string() }),
                            }),
                        ),
                    }),
                ]),
            })
            .parse(JSON.parse(renderSarif(shown(hostile)))).runs;
        assert.ok(
            run.results.every(({ ruleId, ruleIndex }) => run.tool.driver.rules[ruleIndex]?.id === ruleId),
        );
        assert.equal(
            run.results.filter(({ ruleId }) => ruleId.startsWith("drift/")).length,
            hostile.findings.length,
        );
        assert.deepEqual([...new Set(run.results.map(({ ruleId, level }) => `${ruleId} ${level}`))].sort(), [
            "2.2 none",
            "drift/changed error",
            "drift/expiring warning",
            "drift/missing error",
            "drift/unexpected error",
        ]);
        assert.equal(run.invocations[0]?.exitCode, 1);
        assert.ok(run.results.every(({ message }) => message.text.length < 2000));
    });

    it("is a suite of JUnit that counts what it holds", () => {
        const suites = (drift: Drift) =>
            z
                .object({
                    testsuites: z.object({
                        "@tests": z.string(),
                        "@failures": z.string(),
                        testsuite: z.array(
                            z.object({
                                "@name": z.string(),
                                "@tests": z.string(),
                                "@failures": z.string(),
                                testcase: z.unknown().optional(),
                            }),
                        ),
                    }),
                })
                .parse(convert(renderJunit(shown(drift)), { format: "object" })).testsuites;
        for (const drift of [none, changed, hostile]) {
            const all = suites(drift);
            const suite = all.testsuite.find((one) => one["@name"].startsWith("Drift")) ?? assert.fail();
            const number = drift.findings.length;
            assert.deepEqual(
                [suite["@tests"], suite["@failures"], all["@failures"]],
                [String(Math.max(number, 1)), String(number), String(number)],
            );
            assert.equal([suite.testcase].flat().length, Math.max(number, 1));
            const total = all.testsuite.reduce((sum, one) => sum + Number(one["@tests"]), 0);
            assert.equal(all["@tests"], String(total));
        }
        assert.match(
            renderJunit(shown(changed)),
            /name="container p-registry, memory \(resource registry\)"[^>]*>\s*<failure type="drift changed" message="changed: 1, declared 268435456">Remedy: /,
        );
    });

    it("is a section of the page, and stays text there", () => {
        assert.match(renderHtml(shown(none)), /<h2 id="drift">The host is as declared<\/h2>/);
        assert.match(
            renderHtml(shown(changed)),
            /<h2 id="drift">Not as declared: 1<\/h2>[\s\S]*<h4>container p-registry <b>memory<\/b><\/h4>/,
        );
        const page = renderHtml(shown(hostile));
        assert.equal(page.match(/<script/g)?.length, 1);
        assert.doesNotMatch(page, /<img|<x\/>/);
        assert.match(page, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
        assert.ok(page.length < 100_000, String(page.length));
        assert.doesNotMatch(renderHtml(view([])), /id="drift"/);
    });

    it("acts on no terminal", () => {
        const text = renderTable(shown(hostile), { colour: false });
        // eslint-disable-next-line no-control-regex -- what a terminal would act on
        assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/);
        assert.ok(text.length < 30_000, String(text.length));
    });
});
