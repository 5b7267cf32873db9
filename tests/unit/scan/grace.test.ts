import assert from "node:assert/strict";
import { graceEnds, graceOf } from "../../../scan/grace";
import { judge, type Policy } from "../../../scan/policy";
import { parseReport } from "../../../scan/report";
import { clairReport, packed, type Sample } from "./sample";

const today = "2026-11-27";
const policy: Policy = {
    severity: "High",
    threshold: 0,
    unknownAs: "High",
    ignoreUnfixed: false,
    graceDays: 14,
};

const high = (issued: string | undefined, change: Partial<Sample> = {}): Sample => ({
    severity: "High",
    name: "CVE-2026-0001",
    package: "p",
    issued,
    ...change,
});
const findingOf = (issued: string | undefined) => {
    const [finding] = parseReport(clairReport([high(issued)])).findings;
    assert.ok(finding);
    return finding;
};

describe("the grace of a finding", () => {
    for (const [what, issued, days, expected] of [
        ["begins on the day of its publication", "2026-11-27T23:00:00Z", 14, "2026-12-11"],
        ["ends so many days later", "2026-11-20T10:00:00Z", 14, "2026-12-04"],
        ["holds on its last day", "2026-11-13T10:00:00Z", 14, "2026-11-27"],
        ["is over on the next", "2026-11-12T10:00:00Z", 14, undefined],
        ["lasts over the end of a year", "2026-11-27T00:00:00Z", 60, "2027-01-26"],
        ["is counted in UTC", "2026-11-13T00:30:00+01:00", 14, undefined],
        ["is none without the setting", "2026-11-27T10:00:00Z", undefined, undefined],
        ["is none without a date", undefined, 14, undefined],
        ["is none of the zero date", "0001-01-01T00:00:00Z", 1_000_000, undefined],
        ["is none of no date", "soon", 14, undefined],
        ["is none before the publication", "2026-11-28T00:00:00Z", 14, undefined],
    ] as const) {
        it(what, () => {
            assert.equal(graceOf(findingOf(issued), days, today), expected);
        });
    }

    it("is the shorter one of two advisories, and none where one has no date", () => {
        const publishedOf = (...issued: (string | undefined)[]) =>
            judge(parseReport(clairReport(issued.map((one) => high(one)))), policy, true).counted.map(
                ({ published }) => published,
            );
        assert.deepEqual(publishedOf("2026-11-20T00:00:00Z", "2026-11-19T00:00:00Z"), ["2026-11-19"]);
        assert.deepEqual(publishedOf("2026-11-19T00:00:00Z", "2026-11-20T00:00:00Z"), ["2026-11-19"]);
        assert.deepEqual(publishedOf("2026-11-19T00:00:00Z", undefined), [""]);
        assert.deepEqual(publishedOf(undefined, "2026-11-19T00:00:00Z"), [""]);
    });
});

describe("a finding in its grace", () => {
    const fresh = "2026-11-26T10:00:00Z";
    const run = (samples: readonly Sample[], change: Partial<Policy> = {}, known = {}) =>
        judge(parseReport(clairReport(samples)), { ...policy, ...change }, true, { today, ...known });

    it("does not count, and is told with the day", () => {
        const { verdict, counted, graced, counts } = run([high(fresh)]);
        assert.equal(verdict, "pass");
        assert.deepEqual(counted, []);
        assert.deepEqual(
            graced.map(({ finding, until }) => [finding.vulnerability, until]),
            [["CVE-2026-0001", "2026-12-10"]],
        );
        assert.equal(counts.High, 1);
    });

    it("does not let another one pass", () => {
        const { verdict, counted, graced } = run([high(fresh), high(undefined, { name: "CVE-2020-0002" })]);
        assert.equal(verdict, "fail");
        assert.deepEqual([counted.length, graced.length], [1, 1]);
    });

    const exception = { vulnerability: "CVE-2026-0001", owner: "o", reason: "r", until: "2027-01-01" };
    for (const [what, result] of [
        ["counts without a day of today", () => run([high(fresh)], {}, { today: undefined })],
        [
            "counts where it is exploited",
            () => run([high(fresh)], {}, { lists: { kev: new Set(["CVE-2026-0001"]) } }),
        ],
        [
            "counts where it has the score",
            () =>
                run(
                    [high(fresh)],
                    {},
                    {
                        lists: { epss: { scores: new Map([["CVE-2026-0001", 0.5]]), atLeast: 0.5 } },
                    },
                ),
        ],
    ] as const) {
        it(what, () => {
            const { verdict, counted, graced } = result();
            assert.equal(verdict, "fail");
            assert.deepEqual([counted.length, graced.length], [1, 0]);
        });
    }

    it("is none below the severity, or where somebody answers for it", () => {
        assert.deepEqual(run([high(fresh, { severity: "Low" })]).graced, []);
        const excepted = run([high(fresh)], {}, { exceptions: [exception] });
        assert.deepEqual([excepted.graced.length, excepted.excepted.length], [0, 1]);
    });

    it("needs a whole number of days", () => {
        for (const graceDays of [0, -1, 0.5, NaN]) {
            assert.throws(() => run([], { graceDays }), /^Error: no verdict: the policy .*\n.*at graceDays/);
        }
        assert.equal(run([], { graceDays: 1 }).verdict, "pass");
    });
});

describe("the ends of all graces", () => {
    const report = packed(
        JSON.parse(
            clairReport([high("2026-11-01T00:00:00Z"), high(undefined, { name: "CVE-2020-0002" })]),
        ) as object,
    );

    it("are days of each finding that has one, past or not", () => {
        assert.deepEqual(graceEnds(report, 14), ["2026-11-15"]);
        assert.deepEqual(graceEnds(report, 1), ["2026-11-02"]);
    });

    it("are none of a report that cannot be read", () => {
        assert.deepEqual(graceEnds("H4sI", 14), []);
    });
});
