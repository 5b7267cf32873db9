import assert from "node:assert/strict";
import { z } from "zod";
import { renderScans, type ScanRun } from "../../../../scan/formats";
import { sarifErrors } from "../../../support/schemas";
import { emptyRun, fullRun, hostileRun, passedRun } from "./sample";

const logSchema = z.object({
    runs: z.tuple([
        z.object({
            tool: z.object({
                driver: z.object({
                    rules: z.array(
                        z.object({
                            id: z.string(),
                            helpUri: z.string().optional(),
                            properties: z.record(z.string(), z.unknown()).optional(),
                        }),
                    ),
                }),
            }),
            invocations: z.tuple([
                z.object({
                    executionSuccessful: z.boolean(),
                    exitCode: z.number(),
                    toolExecutionNotifications: z.array(
                        z.object({ level: z.string(), message: z.object({ text: z.string() }) }),
                    ),
                }),
            ]),
            results: z.array(
                z.object({
                    ruleId: z.string(),
                    ruleIndex: z.number(),
                    kind: z.string(),
                    level: z.string(),
                    message: z.object({ text: z.string() }),
                    suppressions: z.array(z.object({ justification: z.string() })).optional(),
                }),
            ),
        }),
    ]),
});

const sarifOf = (run: ScanRun) => logSchema.parse(JSON.parse(renderScans("sarif", run))).runs[0];

describe("the forms of a scan: SARIF", () => {
    for (const [what, run] of [
        ["an image of each verdict", fullRun],
        ["a run that passes", passedRun],
        ["hostile names", hostileRun],
        ["no image", emptyRun],
    ] as const) {
        it(`is valid against its schema: ${what}`, () => {
            assert.deepEqual(sarifErrors(renderScans("sarif", run())), []);
        });
    }

    it("is held to the schema: a wrong document is refused", () => {
        assert.notEqual(sarifErrors(renderScans("sarif", fullRun()).replace('"fail"', '"wrong"')).length, 0);
    });

    it("has a result for each image's verdict, and for each finding by how it stands", () => {
        const { results, tool } = sarifOf(fullRun());
        assert.deepEqual(
            results.map(({ ruleId, kind, level, suppressions }) => [
                ruleId,
                kind,
                level,
                suppressions?.length ?? 0,
            ]),
            [
                ["portcullis/verdict", "fail", "error", 0],
                ["CVE-2026-0001", "fail", "error", 0],
                ["CVE-2026-0002", "fail", "error", 0],
                ["CVE-2026-0003", "fail", "error", 0],
                ["CVE-2026-0007", "fail", "error", 0],
                ["CVE-2026-0005", "fail", "warning", 0],
                ["CVE-2026-0006", "fail", "note", 1],
                ["CVE-2026-0004", "fail", "note", 0],
                ["portcullis/verdict", "pass", "none", 0],
                // The threshold does not apply to this image.
                ["portcullis/verdict", "fail", "warning", 0],
                ["CVE-2021-3711", "fail", "warning", 0],
                ["CVE-2022-0778", "fail", "warning", 0],
                ["portcullis/verdict", "fail", "error", 0],
                ["portcullis/verdict", "fail", "error", 0],
            ],
        );
        assert.ok(results.every(({ ruleId, ruleIndex }) => tool.driver.rules[ruleIndex]?.id === ruleId));
        const rule = tool.driver.rules.find(({ id }) => id === "CVE-2026-0001");
        assert.equal(rule?.helpUri, "https://example.org/CVE-2026-0001");
        assert.equal(rule.properties?.["security-severity"], "9.5");
        // A link of another kind than https leads nowhere.
        assert.doesNotMatch(renderScans("sarif", hostileRun()), /helpUri/);
    });

    it("has locations that code scanning takes: relative, and without a scheme", () => {
        for (const run of [fullRun(), hostileRun()]) {
            const uris = [...renderScans("sarif", run).matchAll(/"uri": ?"([^"]*)"/g)].map(
                ([, uri = ""]) => uri,
            );
            assert.notEqual(uris.length, 0);
            assert.deepEqual(
                uris.filter((uri) => uri.includes(":") || uri.startsWith("/")),
                [],
            );
        }
        assert.match(renderScans("sarif", fullRun()), /"uri": ?"host%3A5000\/team\/broken%40sha256%3Ae{64}"/);
    });

    it("says what nobody judged as errors, and that such a run was not successful", () => {
        const [invocation] = sarifOf(fullRun()).invocations;
        assert.equal(invocation.executionSuccessful, false);
        assert.equal(invocation.exitCode, 2);
        const errors = invocation.toolExecutionNotifications.filter(({ level }) => level === "error");
        assert.deepEqual(
            errors.map(
                ({ message: { text } }) => /^host:5000\/[a-z/]+@sha256:.{64}: (.{30})/.exec(text)?.[1],
            ),
            ["the report did not arrive whol", "nobody judged no-packages: Cla"],
        );
        const [none] = sarifOf(emptyRun()).invocations;
        assert.deepEqual(none, {
            executionSuccessful: false,
            exitCode: 2,
            toolExecutionNotifications: [
                { level: "error", message: { text: "no image was scanned, and so nothing was judged" } },
            ],
        });
        assert.deepEqual(
            [passedRun()]
                .map(sarifOf)
                .map(({ invocations: [one] }) => [one.executionSuccessful, one.exitCode]),
            [[true, 0]],
        );
    });
});
