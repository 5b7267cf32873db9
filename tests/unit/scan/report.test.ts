import assert from "node:assert/strict";
import * as zlib from "node:zlib";
import { findingText } from "../../../scan/words";
import { fixedVersion, parseReport, unpackReport } from "../../../scan/report";
import { clairReport, digest } from "./sample";

describe("a report of Clair", () => {
    it("is read into findings, worst first", () => {
        const report = parseReport(
            clairReport([{ severity: "Low" }, { severity: "Critical" }, { severity: "Unknown" }]),
        );
        assert.equal(report.digest, digest);
        assert.equal(report.inventory.packages.length, 3);
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
            published: "",
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
        assert.deepEqual(parseReport(text), {
            digest,
            inventory: { packages: [], distributions: [] },
            findings: [],
        });
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
            /names package 1 and vulnerability x, but does not hold both/,
        ],
        [
            "a finding whose package is missing",
            JSON.stringify({
                manifest_hash: digest,
                packages: {},
                vulnerabilities: { x: { name: "CVE-1", updater: "one", normalized_severity: "High" } },
                package_vulnerabilities: { "1": ["x"] },
            }),
            /does not hold both/,
        ],
        [
            "a finding, and null for the maps that should hold it",
            JSON.stringify({
                manifest_hash: digest,
                packages: null,
                vulnerabilities: null,
                package_vulnerabilities: { "1": ["x"] },
            }),
            /does not hold both/,
        ],
        ["more than a digest", clairReport([]).replace(digest, `${digest}0`), /at manifest_hash$/],
        ["less than a digest", clairReport([]).replace(digest, `x${digest}`), /at manifest_hash$/],
        [
            "a long page",
            "<html>".padEnd(90, "0123456789"),
            /no JSON: <html>[0-9]{74}… \(10 more characters\)$/,
        ],
    ];
    for (const [what, text, message] of refused) {
        it(`is refused where it is ${what}`, () => {
            assert.throws(() => parseReport(text), message);
        });
    }

    it("takes advisories without links or a fixed version, and packages without advisories", () => {
        const advisory = { updater: "one", normalized_severity: "High" };
        const text = JSON.stringify({
            manifest_hash: digest,
            packages: { "1": { name: "django", version: "1.11" }, "2": { name: "flask", version: "2" } },
            vulnerabilities: {
                a: { ...advisory, name: "CVE-2020-10000" },
                b: { ...advisory, name: "CVE-2020-9999", links: " https://a.example  https://b.example\n" },
            },
            package_vulnerabilities: { "1": ["a", "b"], "2": null },
        });
        const { findings } = parseReport(text);
        assert.deepEqual(
            findings.map(({ vulnerability, fixedVersion: fixed, links }) => [vulnerability, fixed, links]),
            [
                ["CVE-2020-9999", "", ["https://a.example", "https://b.example"]],
                ["CVE-2020-10000", "", []],
            ],
        );
        assert.equal(findings.map(findingText)[1], "CVE-2020-10000 High django 1.11, not fixed yet");
    });

    it("names the CVEs of an advisory that has another name", () => {
        const text = JSON.stringify({
            manifest_hash: digest,
            packages: { "1": { name: "aiohttp", version: "3.8.4" } },
            vulnerabilities: {
                a: {
                    name: "PYSEC-2023-246",
                    updater: "osv/pypi",
                    normalized_severity: "High",
                    links: "https://example.org/CVE-2023-47627 https://example.org/CVE-2023-47627 https://example.org/CVE-2023-1 CVE-2022-33124",
                    fixed_in_version: "fixed=3.8.6&introduced=0",
                },
            },
            package_vulnerabilities: { "1": ["a"] },
        });
        const [found] = parseReport(text).findings;
        assert.ok(found !== undefined);
        assert.deepEqual(found.cves, ["CVE-2022-33124", "CVE-2023-47627"]);
        assert.equal(
            findingText(found),
            "PYSEC-2023-246 (CVE-2022-33124, CVE-2023-47627) High aiohttp 3.8.4, fixed in 3.8.6",
        );
    });

    it("counts a package that lies in two places once, as the first advisory of the worst severity has it", () => {
        const text = JSON.stringify({
            manifest_hash: digest,
            packages: { "1": { name: "django", version: "1.11" }, "2": { name: "django", version: "1.11" } },
            vulnerabilities: {
                a: { name: "CVE-1", updater: "one", normalized_severity: "Low" },
                b: { name: "CVE-1", updater: "two", normalized_severity: "High" },
                c: { name: "CVE-1", updater: "three", normalized_severity: "High" },
            },
            package_vulnerabilities: { "1": ["a", "b", "c"], "2": ["a"] },
        });
        const { findings } = parseReport(text);
        assert.deepEqual(
            findings.map(({ vulnerability, severity, updater }) => [vulnerability, severity, updater]),
            [["CVE-1", "High", "two"]],
        );
    });

    /** One package with these advisories for CVE-1. */
    const twice = (...advisories: object[]) =>
        parseReport(
            JSON.stringify({
                manifest_hash: digest,
                packages: { "1": { name: "django", version: "1.11" } },
                vulnerabilities: Object.fromEntries(
                    advisories.map((advisory, at) => [
                        at,
                        { name: "CVE-1", updater: String(at), ...advisory },
                    ]),
                ),
                package_vulnerabilities: { "1": advisories.map((_, at) => String(at)) },
            }),
        ).findings;

    it("keeps the fix and the CVE ids of both, whichever of two about the same comes first", () => {
        const unfixed = { normalized_severity: "High", links: "CVE-2020-00002" };
        const fixed = { normalized_severity: "Low", fixed_in_version: "2.0", links: "CVE-2020-00001" };
        for (const [found, ...more] of [twice(unfixed, fixed), twice(fixed, unfixed)]) {
            assert.deepEqual(more, []);
            assert.deepEqual(
                [found?.severity, found?.fixedVersion, found?.cves],
                ["High", "2.0", ["CVE-2020-00001", "CVE-2020-00002"]],
            );
        }
        const [own] = twice({ ...unfixed, fixed_in_version: "1.0" }, fixed);
        assert.equal(own?.fixedVersion, "1.0");
    });

    it("keeps a finding without a severity beside the same one with it: the policy says which is the worse", () => {
        const found = twice(
            { normalized_severity: "Unknown" },
            { normalized_severity: "Low" },
            { normalized_severity: "Unknown" },
        );
        assert.deepEqual(
            found.map(({ severity }) => severity),
            ["Low", "Unknown"],
        );
    });

    it("travels packed, and is refused where it was cut off", () => {
        const text = clairReport([{ severity: "Low" }]);
        const packed = zlib.gzipSync(text).toString("base64");
        assert.equal(unpackReport(packed), text);
        assert.throws(
            () => unpackReport(packed.slice(0, packed.length / 2)),
            /^Error: the report did not arrive whole: /,
        );
        assert.throws(() => unpackReport("not base64 of gzip"), /^Error: the report did not arrive whole: /);
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
