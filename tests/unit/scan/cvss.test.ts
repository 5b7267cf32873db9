import assert from "node:assert/strict";
import { severityOfScore } from "../../../scan/cvss";
import { judge } from "../../../scan/policy";
import { parseReport } from "../../../scan/report";
import { findingText } from "../../../scan/words";
import { digest, dpkg } from "./sample";

const type =
    "message/vnd.clair.map.vulnerability; enricher=clair.cvss schema=https://csrc.nist.gov/schema/nvd/api/2.0/cve_api_json_2.0.schema";

/** A report on one package with one vulnerability. @param enrichments of the report */
const report = (enrichments: unknown, change: Record<string, unknown> = {}): string =>
    JSON.stringify({
        manifest_hash: digest,
        packages: { "1": { name: "stdlib", version: "1.2.3" } },
        distributions: {},
        environments: { "1": dpkg },
        vulnerabilities: {
            "7": {
                name: "GO-2026-1",
                updater: "osv/go",
                normalized_severity: "Unknown",
                links: "https://example.org/CVE-2026-1001 https://example.org/CVE-2026-1002",
                fixed_in_version: "fixed=1.2.4",
                ...change,
            },
        },
        package_vulnerabilities: { "1": ["7"] },
        enrichments,
    });

const scores = (...all: unknown[]) => ({
    [type]: [{ "7": all.map((baseScore) => ({ version: "3.1", baseScore })) }],
});
const first = (text: string) => {
    const [found] = parseReport(text).findings;
    assert.ok(found !== undefined);
    return found;
};

describe("the severity of a finding without one", () => {
    for (const [score, severity] of [
        [0, "Negligible"],
        [0.1, "Low"],
        [3.9, "Low"],
        [4, "Medium"],
        [6.9, "Medium"],
        [7, "High"],
        [8.9, "High"],
        [9, "Critical"],
        [10, "Critical"],
    ] as const) {
        it(`is ${severity} where the score is ${score}`, () => {
            assert.equal(severityOfScore(score), severity);
            assert.equal(first(report(scores(score))).severity, severity);
        });
    }

    it("is that of the worst of its CVEs, and is told as such", () => {
        const found = first(report(scores(5, 9.8, 7)));
        assert.equal(
            findingText(found),
            "GO-2026-1 (CVE-2026-1001, CVE-2026-1002) Critical by CVSS 9.8 stdlib 1.2.3, fixed in 1.2.4",
        );
        assert.match(findingText(first(report(scores(7)))), / High by CVSS 7\.0 /);
    });

    it("counts by the policy: the score, and not what an unknown severity counts as", () => {
        const policy = { severity: "High", threshold: 0, unknownAs: "Low", ignoreUnfixed: false } as const;
        const verdict = (text: string) => judge(parseReport(text), policy, true).verdict;
        assert.equal(verdict(report(undefined)), "pass");
        assert.equal(verdict(report(scores(7.5))), "fail");
        assert.equal(verdict(report(scores(5))), "pass");
    });

    it("stays Unknown without a score: no enrichment, one of another kind, or of another vulnerability", () => {
        const other = type.replace("clair.cvss", "clair.epss");
        for (const enrichments of [
            undefined,
            null,
            {},
            { [type]: null },
            { [type]: [] },
            { [type]: [{}] },
            { [type]: [{ "8": [{ baseScore: 9 }] }] },
            { [type]: [{ "7": [] }] },
            { [other]: [{ "7": [{ baseScore: 9 }] }] },
            { [other]: [["anything"]] },
        ]) {
            const { severity, score } = first(report(enrichments));
            assert.deepEqual([severity, score], ["Unknown", undefined], JSON.stringify(enrichments));
        }
    });

    it("is the source's where the source gives one, and none where a distribution gives none", () => {
        const own = first(report(scores(9.8), { normalized_severity: "Low" }));
        assert.deepEqual([own.severity, own.score], ["Low", undefined]);
        const debian = first(report(scores(9.8), { updater: "debian/updater" }));
        assert.deepEqual([debian.severity, debian.score], ["Unknown", undefined]);
    });

    it("is not guessed: scores of another form leave no report", () => {
        for (const enrichments of [
            { [type]: [{ "7": [{ baseScore: "9.8" }] }] },
            { [type]: [{ "7": [{ baseScore: 11 }] }] },
            { [type]: [{ "7": [{ baseScore: -1 }] }] },
            { [type]: [{ "7": [{}] }] },
            { [type]: [{ "7": { baseScore: 9 } }] },
            { [type]: ["7"] },
        ]) {
            assert.throws(
                () => parseReport(report(enrichments)),
                /the CVSS scores of Clair's report have another form than claircore's: /,
                JSON.stringify(enrichments),
            );
        }
    });
});
