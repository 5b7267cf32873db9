import assert from "node:assert/strict";
import { convert } from "xmlbuilder2";
import { z } from "zod";
import { renderScans, type ScanRun } from "../../../../scan/formats";
import { emptyRun, fullRun, hostileRun, passedRun } from "./sample";

const caseSchema = z.looseObject({ "@name": z.string() });

const junitSchema = z.object({
    testsuites: z.object({
        "@tests": z.string(),
        "@failures": z.string(),
        "@errors": z.string(),
        testsuite: z.preprocess(
            (value) => [value].flat(),
            z.array(
                z.object({
                    "@name": z.string(),
                    "@tests": z.string(),
                    "@failures": z.string(),
                    "@errors": z.string(),
                    "@skipped": z.string(),
                    testcase: z.preprocess((value) => [value].flat(), z.array(caseSchema)),
                }),
            ),
        ),
    }),
});

const junitOf = (run: ScanRun) =>
    junitSchema.parse(convert(renderScans("junit", run), { format: "object" })).testsuites;

const outcomes = ["failure", "error", "skipped"] as const;

const outcomeOf = (test: z.infer<typeof caseSchema>) => outcomes.find((one) => one in test) ?? "passed";

describe("the forms of a scan: JUnit XML", () => {
    it("counts what it holds", () => {
        for (const run of [fullRun(), passedRun(), emptyRun(), hostileRun()]) {
            const { testsuite: suites, ...whole } = junitOf(run);
            for (const suite of suites) {
                const all = suite.testcase.map(outcomeOf);
                const count = (outcome: string) => String(all.filter((one) => one === outcome).length);
                assert.deepEqual(
                    [suite["@tests"], suite["@failures"], suite["@errors"], suite["@skipped"]],
                    [String(all.length), count("failure"), count("error"), count("skipped")],
                    suite["@name"],
                );
            }
            const sum = (key: "@tests" | "@failures" | "@errors") =>
                String(suites.reduce((number, suite) => number + Number(suite[key]), 0));
            assert.deepEqual(whole, {
                "@tests": sum("@tests"),
                "@failures": sum("@failures"),
                "@errors": sum("@errors"),
            });
        }
    });

    it("has a case for each verdict and each finding: no verdict is an error, what does not count is skipped", () => {
        const suites = junitOf(fullRun()).testsuite;
        assert.deepEqual(
            suites.map(({ testcase }) => testcase.map(outcomeOf)),
            [
                ["failure", "failure", "failure", "failure", "failure", "skipped", "skipped", "skipped"],
                ["passed"],
                ["skipped", "skipped", "skipped"],
                ["error"],
                ["error"],
                ["error"],
            ],
        );
        const xml = renderScans("junit", fullRun());
        assert.match(
            xml,
            /<testcase [^>]*name="verdict: no verdict"[^>]*>\s*<error type="scan" message="the report did not/,
        );
        assert.match(
            xml,
            /name="CVE-2026-0001 Critical openssl 1\.0-1, fixed in 1\.0-2" time="0">\s*<failure type="scan" message="counts: /,
        );
        assert.match(xml, /<skipped message="excepted: by team &lt;b&gt;web&lt;\/b&gt; until 2027-03-31/);
    });

    it("passes where all pass, and is an error where nothing was judged", () => {
        assert.deepEqual(
            junitOf(passedRun()).testsuite.map(({ testcase }) => testcase.map(outcomeOf)),
            [["passed"], ["passed"]],
        );
        assert.deepEqual(
            junitOf(emptyRun()).testsuite.map(({ testcase }) => testcase.map(outcomeOf)),
            [["error"]],
        );
    });

    it("stays well formed with hostile names", () => {
        const xml = renderScans("junit", hostileRun());
        assert.equal(junitOf(hostileRun()).testsuite.length, 2);
        assert.match(xml, /&lt;script&gt;/);
        assert.doesNotMatch(xml, /<x\/>|<script/);
    });
});
