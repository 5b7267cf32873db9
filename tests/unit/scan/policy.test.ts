import assert from "node:assert/strict";
import fc from "fast-check";
import { judge, type Policy } from "../../../scan/policy";
import { parseReport } from "../../../scan/report";
import { gradedSeverities, severities, severityRank } from "../../../scan/severity";
import { clairReport, type Sample } from "./sample";

const policy: Policy = { severity: "High", threshold: 0, unknownAs: "High", ignoreUnfixed: false };

describe("a verdict", () => {
    const verdict = (samples: readonly Sample[], change: Partial<Policy> = {}, enforce = true) =>
        judge(parseReport(clairReport(samples)), { ...policy, ...change }, enforce).verdict;

    const table: readonly (readonly [string, () => string, string])[] = [
        ["no findings", () => verdict([]), "pass"],
        ["below the severity", () => verdict([{ severity: "Medium" }]), "pass"],
        ["at the severity", () => verdict([{ severity: "High" }]), "fail"],
        ["above the severity", () => verdict([{ severity: "Critical" }]), "fail"],
        ["at the threshold", () => verdict([{ severity: "High" }], { threshold: 1 }), "pass"],
        [
            "over the threshold",
            () => verdict([{ severity: "High" }, { severity: "High" }], { threshold: 1 }),
            "fail",
        ],
        ["unknown counted as high", () => verdict([{ severity: "Unknown" }]), "fail"],
        ["unknown counted as low", () => verdict([{ severity: "Unknown" }], { unknownAs: "Low" }), "pass"],
        [
            "not fixed, and that does not matter",
            () => verdict([{ severity: "High", fixed: "" }], { ignoreUnfixed: true }),
            "pass",
        ],
        [
            "fixed, though unfixed are ignored",
            () => verdict([{ severity: "High" }], { ignoreUnfixed: true }),
            "fail",
        ],
        [
            "unknown in one source, and low in another",
            () =>
                verdict([
                    { severity: "Unknown", name: "a", package: "p" },
                    { severity: "Low", name: "a", package: "p" },
                ]),
            "fail",
        ],
        [
            "low in one source, and unknown in another that counts less",
            () =>
                verdict(
                    [
                        { severity: "Unknown", name: "a", package: "p" },
                        { severity: "High", name: "a", package: "p" },
                    ],
                    { unknownAs: "Low" },
                ),
            "fail",
        ],
        [
            "fixed by one source, and worse in another that knows no fix",
            () =>
                verdict(
                    [
                        { severity: "High", name: "a", package: "p", fixed: "" },
                        { severity: "Low", name: "a", package: "p" },
                    ],
                    { ignoreUnfixed: true },
                ),
            "fail",
        ],
        [
            "fixed by a source that gives no severity",
            () =>
                verdict(
                    [
                        { severity: "High", name: "a", package: "p", fixed: "" },
                        { severity: "Unknown", name: "a", package: "p" },
                    ],
                    { ignoreUnfixed: true, unknownAs: "Low" },
                ),
            "fail",
        ],
        ["over the threshold, not held to it", () => verdict([{ severity: "High" }], {}, false), "reported"],
    ];
    for (const [what, actual, expected] of table) {
        it(`of ${what} is ${expected}`, () => {
            assert.equal(actual(), expected);
        });
    }

    it("lists what counts by the severity that it counts as, worst first", () => {
        const all = ["Critical", "High", "Medium", "Unknown", "Low"].map((severity) => ({ severity }));
        const severitiesOf = (unknownAs: Policy["unknownAs"]) =>
            judge(
                parseReport(clairReport(all)),
                { ...policy, severity: "Medium", unknownAs },
                true,
            ).counted.map(({ severity }) => severity);
        assert.deepEqual(severitiesOf("High"), ["Critical", "High", "Unknown", "Medium"]);
        assert.deepEqual(severitiesOf("Low"), ["Critical", "High", "Medium"]);
    });

    it("counts two reports of one vulnerability once, by the severity that counts", () => {
        const both = [
            { severity: "Unknown", name: "a", package: "p" },
            { severity: "Low", name: "a", package: "p" },
        ];
        const counts = (unknownAs: Policy["unknownAs"]) =>
            Object.entries(
                judge(parseReport(clairReport(both)), { ...policy, unknownAs }, true).counts,
            ).filter(([, number]) => number > 0);
        assert.deepEqual(counts("High"), [["Unknown", 1]]);
        assert.deepEqual(counts("Negligible"), [["Low", 1]]);
    });

    const samples = fc.array(
        fc.record({ severity: fc.constantFrom(...severities), fixed: fc.constantFrom("", "2.0") }),
        { maxLength: 30 },
    );
    const policies = fc.record({
        severity: fc.constantFrom(...gradedSeverities),
        threshold: fc.nat({ max: 10 }),
        unknownAs: fc.constantFrom(...gradedSeverities),
        ignoreUnfixed: fc.boolean(),
    });

    it("counts every finding once, by severity", () => {
        fc.assert(
            fc.property(samples, policies, (all, any) => {
                const { counts } = judge(parseReport(clairReport(all)), any, true);
                for (const severity of severities) {
                    assert.equal(
                        counts[severity],
                        all.filter((sample) => sample.severity === severity).length,
                    );
                }
            }),
        );
    });

    it("never gets better with one finding more", () => {
        fc.assert(
            fc.property(samples, policies, fc.constantFrom(...severities), (all, any, severity) => {
                const before = judge(parseReport(clairReport(all)), any, true);
                const after = judge(parseReport(clairReport([...all, { severity }])), any, true);
                assert.ok(!(before.verdict === "fail" && after.verdict === "pass"));
            }),
        );
    });

    it("passes with unknown findings only where they count below the severity, or fit the threshold", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 20 }), policies, (number, any) => {
                const all = Array.from({ length: number }, () => ({ severity: "Unknown" }));
                const passes =
                    severityRank(any.unknownAs) < severityRank(any.severity) || number <= any.threshold;
                assert.equal(
                    judge(parseReport(clairReport(all)), any, true).verdict,
                    passes ? "pass" : "fail",
                );
            }),
        );
    });
});
