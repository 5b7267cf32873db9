import assert from "node:assert/strict";
import * as zlib from "node:zlib";
import fc from "fast-check";
import { findingText } from "../../../scan/gate";
import { judge, type Policy } from "../../../scan/policy";
import { fixedVersion, parseReport, ReportError, unpackReport } from "../../../scan/report";
import { gradedSeverities, severities, severityRank } from "../../../scan/severity";

const digest = `sha256:${"ab".repeat(32)}`;

interface Sample {
    readonly severity: string;
    readonly fixed?: string;
    readonly name?: string;
}

/** A report of Clair with one package for each finding. */
function clairReport(samples: readonly Sample[]): string {
    const index = samples.map((sample, at) => ({ ...sample, at: String(at) }));
    return JSON.stringify({
        manifest_hash: digest,
        packages: Object.fromEntries(
            index.map(({ at }) => [at, { id: at, name: `package-${at}`, version: "1.0" }]),
        ),
        vulnerabilities: Object.fromEntries(
            index.map(({ at, severity, fixed, name }) => [
                `v${at}`,
                {
                    id: `v${at}`,
                    name: name ?? `CVE-2020-${at.padStart(4, "0")}`,
                    updater: "debian/updater",
                    links: "a b",
                    normalized_severity: severity,
                    fixed_in_version: fixed ?? "2.0",
                },
            ]),
        ),
        package_vulnerabilities: Object.fromEntries(index.map(({ at }) => [at, [`v${at}`]])),
        enrichments: {},
    });
}

const policy: Policy = { severity: "High", threshold: 0, unknownAs: "High", ignoreUnfixed: false };

describe("a report of Clair", () => {
    it("is read into findings, worst first", () => {
        const report = parseReport(
            clairReport([{ severity: "Low" }, { severity: "Critical" }, { severity: "Unknown" }]),
        );
        assert.equal(report.digest, digest);
        assert.equal(report.packages, 3);
        assert.deepEqual(
            report.findings.map((finding) => finding.severity),
            ["Critical", "Low", "Unknown"],
        );
        assert.deepEqual(report.findings[0], {
            vulnerability: "CVE-2020-0001",
            cves: ["CVE-2020-0001"],
            package: "package-1",
            version: "1.0",
            fixedVersion: "2.0",
            severity: "Critical",
            updater: "debian/updater",
            links: ["a", "b"],
        });
    });

    it("is empty where Clair wrote null for its maps", () => {
        const text = JSON.stringify({
            manifest_hash: digest,
            packages: null,
            vulnerabilities: null,
            package_vulnerabilities: null,
        });
        assert.deepEqual(parseReport(text), { digest, packages: 0, findings: [] });
    });

    const refused: readonly (readonly [string, string, RegExp])[] = [
        ["null, as with an empty database", "null", /is null: its database holds no advisories/],
        ["nothing", "", /no JSON/],
        ["an error page", "<html>", /no JSON/],
        ["another shape", "{}", /another shape/],
        ["a severity that Clair does not have", clairReport([{ severity: "Awful" }]), /another shape/],
        [
            "a finding whose vulnerability is missing",
            JSON.stringify({
                manifest_hash: digest,
                packages: { "1": { name: "a", version: "1" } },
                vulnerabilities: {},
                package_vulnerabilities: { "1": ["x"] },
            }),
            /does not hold both/,
        ],
    ];
    for (const [what, text, message] of refused) {
        it(`is refused where it is ${what}`, () => {
            assert.throws(
                () => parseReport(text),
                (error: unknown) => error instanceof ReportError && message.test(error.message),
            );
        });
    }

    it("names the CVEs of an advisory that has another name", () => {
        const text = JSON.stringify({
            manifest_hash: digest,
            packages: { "1": { name: "aiohttp", version: "3.8.4" } },
            vulnerabilities: {
                a: {
                    name: "PYSEC-2023-246",
                    updater: "osv/pypi",
                    normalized_severity: "High",
                    links: "https://example.org/CVE-2023-47627 https://example.org/CVE-2023-47627 https://example.org/CVE-2023-1",
                    fixed_in_version: "fixed=3.8.6&introduced=0",
                },
            },
            package_vulnerabilities: { "1": ["a"] },
        });
        const [found] = parseReport(text).findings;
        assert.ok(found !== undefined);
        assert.deepEqual(found.cves, ["CVE-2023-47627"]);
        assert.equal(
            findingText(found),
            "PYSEC-2023-246 (CVE-2023-47627) High aiohttp 3.8.4, fixed in 3.8.6",
        );
    });

    it("counts a package that lies in two places once, with the worse severity", () => {
        const text = JSON.stringify({
            manifest_hash: digest,
            packages: { "1": { name: "django", version: "1.11" }, "2": { name: "django", version: "1.11" } },
            vulnerabilities: {
                a: { name: "CVE-1", updater: "one", normalized_severity: "Unknown" },
                b: { name: "CVE-1", updater: "two", normalized_severity: "High" },
            },
            package_vulnerabilities: { "1": ["a", "b"], "2": ["a"] },
        });
        const { findings } = parseReport(text);
        assert.deepEqual(
            findings.map(({ vulnerability, severity, updater }) => [vulnerability, severity, updater]),
            [["CVE-1", "High", "two"]],
        );
    });

    it("travels packed, and is refused where it was cut off", () => {
        const text = clairReport([{ severity: "Low" }]);
        const packed = zlib.gzipSync(text).toString("base64");
        assert.equal(unpackReport(packed), text);
        assert.throws(() => unpackReport(packed.slice(0, packed.length / 2)), ReportError);
        assert.throws(() => unpackReport("not base64 of gzip"), ReportError);
    });
});

describe("a fixed version", () => {
    for (const [text, version] of [
        ["1.1.1k-1+deb11u1", "1.1.1k-1+deb11u1"],
        ["fixed=5.0.8&introduced=5.0", "5.0.8"],
        ["introduced=0", ""],
        ["introduced=0&lastAffected=2.3", ""],
        ["fixed=1.0%2Bsecurity.1", "1.0+security.1"],
        ["", ""],
    ] as const) {
        it(`of ${JSON.stringify(text)} is ${JSON.stringify(version)}`, () => {
            assert.equal(fixedVersion(text), version);
        });
    }
});

describe("a verdict", () => {
    const verdict = (samples: readonly Sample[], change: Partial<Policy> = {}, enforce = true) =>
        judge(parseReport(clairReport(samples)), { ...policy, ...change }, enforce).verdict;

    const table: readonly (readonly [string, string, string])[] = [
        ["no findings", verdict([]), "pass"],
        ["below the severity", verdict([{ severity: "Medium" }]), "pass"],
        ["at the severity", verdict([{ severity: "High" }]), "fail"],
        ["above the severity", verdict([{ severity: "Critical" }]), "fail"],
        ["at the threshold", verdict([{ severity: "High" }], { threshold: 1 }), "pass"],
        [
            "over the threshold",
            verdict([{ severity: "High" }, { severity: "High" }], { threshold: 1 }),
            "fail",
        ],
        ["unknown counted as high", verdict([{ severity: "Unknown" }]), "fail"],
        ["unknown counted as low", verdict([{ severity: "Unknown" }], { unknownAs: "Low" }), "pass"],
        [
            "not fixed, and that does not matter",
            verdict([{ severity: "High", fixed: "" }], { ignoreUnfixed: true }),
            "pass",
        ],
        [
            "fixed, though unfixed are ignored",
            verdict([{ severity: "High" }], { ignoreUnfixed: true }),
            "fail",
        ],
        ["over the threshold, not held to it", verdict([{ severity: "High" }], {}, false), "reported"],
    ];
    for (const [what, actual, expected] of table) {
        it(`of ${what} is ${expected}`, () => {
            assert.equal(actual, expected);
        });
    }

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
