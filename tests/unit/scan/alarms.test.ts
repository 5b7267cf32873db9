import assert from "node:assert/strict";
import type { FindingException } from "../../../scan/exceptions";
import type { Lists } from "../../../scan/lists";
import { judge, type Policy } from "../../../scan/policy";
import { parseReport } from "../../../scan/report";
import { clairReport, type Sample } from "./sample";

const policy: Policy = { severity: "High", threshold: 0, unknownAs: "High", ignoreUnfixed: false };
const kev = new Set(["CVE-2026-0001"]);
const epss = {
    scores: new Map([
        ["CVE-2026-0001", 0.9],
        ["CVE-2026-0002", 0.5],
        ["CVE-2026-0003", 0.499],
    ]),
    atLeast: 0.5,
};
const inCatalog = "CVE-2026-0001 is in CISA's catalog of exploited ones (portcullis:scan.kevFile)";
const score = (cve: string, value: number) =>
    `${cve} has an EPSS score of ${value}, and 0.5 is enough (portcullis:scan.epssAtLeast)`;

/** A finding that counts for nothing by itself. */
const low = (name: string, change: Partial<Sample> = {}): Sample => ({
    severity: "Low",
    fixed: "",
    name,
    package: "p",
    ...change,
});

describe("a finding that fails its image whatever else", () => {
    const judged = (
        samples: readonly Sample[],
        lists: Lists,
        change: Partial<Policy> = {},
        exceptions: readonly FindingException[] = [],
    ) =>
        judge(
            parseReport(clairReport(samples)),
            { ...policy, ignoreUnfixed: true, threshold: 100, ...change },
            true,
            { lists, exceptions },
        );

    const table: readonly (readonly [string, readonly Sample[], Lists, readonly string[]])[] = [
        ["is none without lists", [low("CVE-2026-0001")], {}, []],
        ["is one that is exploited", [low("CVE-2026-0001")], { kev }, [inCatalog]],
        ["is none that is not in the catalog", [low("CVE-2026-00011")], { kev }, []],
        [
            "is one that is exploited by another name of it",
            [low("GHSA-1", { links: "https://nvd.nist.gov/vuln/detail/CVE-2026-0001 https://x" })],
            { kev },
            [inCatalog],
        ],
        ["is one of a score", [low("CVE-2026-0002")], { epss }, [score("CVE-2026-0002", 0.5)]],
        ["is none of a lower score", [low("CVE-2026-0003")], { epss }, []],
        ["is none without a score", [low("CVE-2026-0004")], { epss }, []],
        ["is none that has no CVE id", [low("GHSA-1")], { kev, epss }, []],
        [
            "is one for two reasons",
            [low("CVE-2026-0001", { links: "CVE-2026-0002" })],
            { kev, epss },
            [inCatalog, score("CVE-2026-0001", 0.9), score("CVE-2026-0002", 0.5)],
        ],
    ];
    for (const [what, samples, lists, reasons] of table) {
        it(what, () => {
            const { verdict, alarms, counted, over } = judged(samples, lists);
            assert.equal(verdict, reasons.length === 0 ? "pass" : "fail");
            assert.deepEqual(
                alarms.flatMap((alarm) => alarm.reasons),
                reasons,
            );
            assert.deepEqual([counted, over], [[], false]);
        });
    }

    it("fails also an image that is not held to the threshold", () => {
        const report = parseReport(clairReport([low("CVE-2026-0001"), { severity: "High" }]));
        const { verdict, over } = judge(report, policy, false, { lists: { kev } });
        assert.deepEqual([verdict, over], ["fail", true]);
        assert.equal(judge(report, policy, false).verdict, "reported");
    });

    it("counts by its severity too, and the worst come first", () => {
        const samples = [
            low("CVE-2026-0002"),
            low("CVE-2026-0001", { severity: "High", fixed: "1" }),
            low("CVE-2020-0001", { severity: "Critical", fixed: "1" }),
        ];
        const { alarms, counted, over } = judged(samples, { kev, epss }, { threshold: 1 });
        const names = (all: readonly { vulnerability: string }[]) => all.map((one) => one.vulnerability);
        assert.deepEqual(names(alarms.map(({ finding }) => finding)), ["CVE-2026-0001", "CVE-2026-0002"]);
        assert.deepEqual(names(counted), ["CVE-2020-0001", "CVE-2026-0001"]);
        assert.equal(over, true);
    });

    it("may be excepted, and the exception tells why it would fail", () => {
        const exception = { vulnerability: "CVE-2026-0001", owner: "o", reason: "r", until: "2027-01-01" };
        const { verdict, alarms, excepted } = judged([low("CVE-2026-0001")], { kev }, {}, [exception]);
        assert.equal(verdict, "pass");
        assert.deepEqual(alarms, []);
        assert.deepEqual(
            excepted.map((one) => [one.finding.vulnerability, one.exception, one.reasons]),
            [["CVE-2026-0001", exception, [inCatalog]]],
        );
    });
});

describe("what lists do not tell", () => {
    const untold = (names: readonly (readonly [string, string?])[], lists: Lists) =>
        judge(parseReport(clairReport(names.map(([name, links]) => low(name, { links })))), policy, true, {
            lists,
        }).untold;
    const cisa = "no CVE id to look up in CISA's catalog (portcullis:scan.kevFile)";
    const none = "no CVE id, and so no EPSS score (portcullis:scan.epssFile)";
    const unscored = "a CVE id that FIRST does not score (portcullis:scan.epssFile)";

    const table: readonly (readonly [string, Parameters<typeof untold>, readonly string[]])[] = [
        ["is nothing without lists", [[["GHSA-1"]], {}], []],
        ["is nothing of what they name", [[["CVE-2026-0003"]], { kev, epss }], []],
        ["is nothing where the catalog does not name a CVE", [[["CVE-2026-0009"]], { kev }], []],
        ["is who has no CVE id: the catalog", [[["GHSA-1"]], { kev }], [`1 finding has ${cisa}: GHSA-1`]],
        [
            "is who has no CVE id: both, and each name once",
            [[["GHSA-1"], ["GHSA-2"], ["CVE-2026-0003"]], { kev, epss }],
            [`2 findings have ${cisa}: GHSA-1, GHSA-2`, `2 findings have ${none}: GHSA-1, GHSA-2`],
        ],
        [
            "is which CVE has no score",
            [[["CVE-2026-0009"]], { epss }],
            [`1 finding has ${unscored}: CVE-2026-0009`],
        ],
        [
            "is which CVE has no score, of a finding that has another one that has",
            [
                [
                    ["GHSA-1", "CVE-2026-0003 CVE-2026-0009"],
                    ["GHSA-2", "CVE-2026-0009"],
                ],
                { epss },
            ],
            [`2 findings have ${unscored}: CVE-2026-0009`],
        ],
    ];
    for (const [what, given, expected] of table) {
        it(what, () => {
            assert.deepEqual(untold(...given), expected);
        });
    }
});
