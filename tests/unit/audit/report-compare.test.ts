import assert from "node:assert/strict";
import { baselineOf, compare, parseBaseline } from "../../../audit/report/compare";
import { renderJson } from "../../../audit/report/docker-bench-json";
import { check, mixed, report } from "./sample";

describe("audit reports: before and after", () => {
    const before = report([
        check("2.2", "WARN"),
        check("2.12", "WARN"),
        check("5.13", "WARN", { items: ["web", "db"] }),
        check("5.12", "PASS"),
        check("6.1", "PASS", { scored: false }),
    ]);
    const after = report([
        check("2.2", "PASS"),
        check("2.12", "WARN"),
        check("5.13", "WARN", { items: ["db", "cache"] }),
        check("5.12", "WARN", { items: ["cache"] }),
        check("6.1", "NOTE", { scored: false }),
        check("7.1", "WARN"),
    ]);
    const compared = compare(baselineOf(before), after);

    it("names what warns now and did not, with the items that came", () => {
        assert.deepEqual(
            compared.newWarnings.map(({ id, items }) => [id, items]),
            [
                ["5.13", ["cache"]],
                ["5.12", ["cache"]],
                ["7.1", []],
            ],
        );
    });

    it("names what no longer warns", () => {
        assert.deepEqual(
            compared.fixedWarnings.map(({ id, items }) => [id, items]),
            [
                ["2.2", []],
                ["5.13", ["web"]],
            ],
        );
    });

    it("counts by section, unscored checks left out", () => {
        assert.deepEqual([compared.scoreBefore, compared.scoreAfter], [-2, -3]);
        const points = compared.sections.map(({ section, before: was, after: is, best }) => [
            section,
            was,
            is,
            best,
        ]);
        assert.deepEqual(points, [
            [1, 0, 0, 0],
            [2, -2, 0, 2],
            [3, 0, 0, 0],
            [4, 0, 0, 0],
            [5, 0, -2, 2],
            [6, 0, 0, 0],
            [7, 0, -1, 1],
        ]);
    });

    it("finds no change to itself, also by way of a file", () => {
        const same = compare(parseBaseline(renderJson(report(mixed)), "b.json"), report(mixed));
        assert.deepEqual([same.newWarnings, same.fixedWarnings], [[], []]);
        assert.equal(same.scoreBefore, same.scoreAfter);
    });

    it("reads Docker Bench's own JSON", () => {
        const results = [
            { id: "5.13", desc: "d", result: "WARN", details: "Containers: web", items: ["web"] },
            { id: "2.2", desc: "d", result: "PASS" },
        ];
        const json = { dockerbenchsecurity: "1.6.0", start: 1, tests: [{ id: "5", desc: "s", results }] };
        const baseline = parseBaseline(JSON.stringify({ ...json, checks: 2, score: 0, end: 2 }), "b.json");
        assert.equal(baseline.score, 0);
        assert.deepEqual(baseline.results.get("5.13")?.items, ["web"]);
        assert.deepEqual(baseline.results.get("2.2")?.items, []);
    });

    it("refuses what is no audit, by name", () => {
        assert.throws(() => parseBaseline("{", "b.json"), /^Error: b\.json is no JSON: give an audit/);
        assert.throws(() => parseBaseline("{}", "b.json"), /b\.json is no audit[\s\S]*score[\s\S]*tests/);
    });
});
