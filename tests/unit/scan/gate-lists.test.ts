import assert from "node:assert/strict";
import * as fs from "node:fs";
import { runGate, type GateInput } from "../../../scan/gate";
import { unpackReport } from "../../../scan/report";
import { catalog, Folder, scores } from "./lists-sample";
import { digestOf, input, packed, vulnerable } from "./sample";
import { statement, vex } from "./vex-sample";

const today = "2026-11-27";
const folder = new Folder();

describe("the gate, with files that rules of the policy rest on", () => {
    beforeEach(() => {
        folder.make();
    });
    afterEach(() => {
        folder.remove();
    });

    const kev = () => folder.put("kev.json", catalog(["CVE-2021-3711"]));
    const policy = { ...input().policy, severity: "Critical" } as const;
    const run = (change: Partial<GateInput>) =>
        runGate(input({ scans: [vulnerable], policy, ...change }), today);
    const openssl = "CVE-2021-3711 High openssl 1.1.1k-1, fixed in 1.1.1k-1+deb11u1";
    const why = "CVE-2021-3711 is in CISA's catalog of exploited ones (portcullis:scan.kevFile)";
    const whatever = "an image whatever the severity, the fix and portcullis:scan.threshold";
    const exception = {
        vulnerability: "CVE-2021-3711",
        owner: "ops",
        reason: "no TLS",
        until: "2027-03-31",
    };

    it("fails an image below the severity, and says why", () => {
        assert.deepEqual(run({}).failures, []);
        assert.deepEqual(run({ lists: { kev: kev(), maximumAgeDays: 14 } }).failures, [
            `${vulnerable.image}: 1 finding that fails ${whatever}\n    ${openssl}: ${why}`,
        ]);
    });

    it("fails an image for both reasons, and for its number of findings", () => {
        const epss = {
            ...folder.put(
                "epss.csv",
                scores(["CVE-2021-3711,0.9,1", "CVE-2022-0778,0.8,1", "CVE-2026-0001,0,0"]),
            ),
            atLeast: 0.5,
        };
        const { failures } = run({
            lists: { kev: kev(), epss, maximumAgeDays: 14 },
            policy: { ...policy, severity: "High" },
        });
        const score = (cve: string, value: number) =>
            `${cve} has an EPSS score of ${value}, and 0.5 is enough (portcullis:scan.epssAtLeast)`;
        const other = "CVE-2022-0778 High openssl 1.1.1k-1, fixed in 1.1.1k-1+deb11u1";
        assert.deepEqual(failures[0]?.split("\n"), [
            `${vulnerable.image}: 2 findings that fail ${whatever}`,
            `    ${openssl}: ${why}; ${score("CVE-2021-3711", 0.9)}`,
            `    ${other}: ${score("CVE-2022-0778", 0.8)}`,
            `${vulnerable.image}: 2 findings of severity High or above (a finding without a severity counts as High), 0 allowed (portcullis:scan.threshold)`,
            `    ${openssl}`,
            `    ${other}`,
        ]);
    });

    it("names beside an exception what it is about, and what is not told", () => {
        const epss = {
            ...folder.put("epss.csv", scores(["CVE-2021-3711,0.9,1", "CVE-2026-0001,0,0"])),
            atLeast: 0.9,
        };
        const { failures, images } = run({
            lists: { kev: kev(), epss, maximumAgeDays: 14 },
            exceptions: [exception],
        });
        assert.deepEqual(failures, []);
        assert.deepEqual(images[0]?.held?.accepted, [
            `${openssl} is excepted, though ${why}, and CVE-2021-3711 has an EPSS score of 0.9, and 0.9 is enough (portcullis:scan.epssAtLeast), by ops until 2027-03-31: no TLS`,
        ]);
        assert.deepEqual(images[0].held.notes, [
            "team/app: 1 finding has a CVE id that FIRST does not score (portcullis:scan.epssFile): CVE-2022-0778",
        ]);
    });

    const vexOf = (...statements: object[]) => folder.put("vex.json", vex(statements));
    const statementText =
        "by FILE, https://example.org/vex-1, statement 1, of 2026-11-20 (not_affected: vulnerable_code_not_in_execute_path)";
    const takenBy = (file: string) => statementText.replace("FILE", file);

    it("takes away what a statement says, told with the reasons on both sides", () => {
        const document = vexOf(
            statement({ products: [{ "@id": "pkg:oci/app?repository_url=host:5000/team/app" }] }),
            statement({ vulnerability: { name: "CVE-2022-0778" }, status: "affected" }),
        );
        const lists = { kev: kev(), vex: [document], maximumAgeDays: 14 };
        const { failures, images } = run({ lists, exceptions: [exception] });
        assert.deepEqual(failures, []);
        assert.equal(images[0]?.judgement.verdict, "pass");
        assert.equal(images[0].judgement.counts.High, 2);
        assert.deepEqual(images[0].held?.accepted, [
            `${openssl} is taken away, though ${why}, ${takenBy(document.file)}`,
        ]);
        assert.deepEqual(images[0].held.notes, [
            "portcullis:scan.exceptions: the exception of CVE-2021-3711 excepts nothing; take it out",
        ]);
    });

    it("takes away what would not count either, and asks the lists nothing about it", () => {
        const document = vexOf(statement());
        const epss = {
            ...folder.put("epss.csv", scores(["CVE-2022-0778,0.1,1", "CVE-2026-0001,0,0"])),
            atLeast: 0.9,
        };
        const { images } = run({ lists: { epss, vex: [document], maximumAgeDays: 14 } });
        assert.deepEqual(images[0]?.held?.accepted, [`${openssl} is taken away ${takenBy(document.file)}`]);
        assert.deepEqual(images[0].held.notes, []);
    });

    it("tells which statements take nothing away", () => {
        const document = vexOf(statement({ products: [{ "@id": digestOf("0") }] }));
        const { failures, images } = run({ lists: { kev: kev(), vex: [document], maximumAgeDays: 14 } });
        assert.equal(failures.length, 1);
        assert.deepEqual(images[0]?.held?.notes, [
            `portcullis:scan.vexFiles: 1 of the 1 statements of ${document.file} that take something away are about no finding of an image, or a later one is: https://example.org/vex-1, statement 1`,
        ]);
    });

    it("warns of a finding in its grace, and counts the finding on the day after", () => {
        const fresh = {
            ...vulnerable,
            report: packed({
                ...(JSON.parse(unpackReport(vulnerable.report)) as object),
                vulnerabilities: Object.fromEntries(
                    ["CVE-2021-3711", "CVE-2022-0778"].map((name) => [
                        name,
                        { name, updater: "u", normalized_severity: "High", issued: "2026-11-20T00:00:00Z" },
                    ]),
                ),
            }),
        };
        const grace = input({ scans: [fresh], policy: { ...input().policy, graceDays: 7 } });
        const { failures, images } = runGate(grace, today);
        assert.deepEqual(failures, []);
        assert.deepEqual(
            images[0]?.held?.accepted,
            ["CVE-2021-3711", "CVE-2022-0778"].map(
                (name) =>
                    `warning: ${name} High openssl 1.1.1k-1, not fixed yet, published on 2026-11-20, does not count yet: its grace ends on 2026-11-27 (portcullis:scan.graceDays)`,
            ),
        );
        assert.match(runGate(grace, "2026-11-28").failures[0] ?? "", /: 2 findings of severity High/);
    });

    it("gives no image a verdict where a file was changed, and names the file", () => {
        const lists = { kev: kev(), maximumAgeDays: 14 };
        fs.writeFileSync(lists.kev.file, catalog(["CVE-2000-0001"]));
        const { failures, images } = run({ lists, scans: [vulnerable, ...input().scans] });
        assert.equal(failures.length, 2);
        for (const [at, failure] of failures.entries()) {
            assert.match(
                failure,
                /^host:5000\/[a-z/]+@sha256:\S+: no verdict: portcullis:scan\.kevFile: \S+kev\.json was changed since the settings were read: .*; run the same command again$/,
            );
            assert.equal(images[at]?.judgement.verdict, "error");
            assert.equal(images[at].held, undefined);
            assert.ok(images[at].raw?.includes("manifest_hash"));
        }
    });

    it("takes the day in UTC for today where none is given", () => {
        const until = new Date().toISOString().slice(0, 10);
        const lists = {
            kev: folder.put("kev.json", catalog(["CVE-2021-3711"], { dateReleased: `${until}T00:00:00Z` })),
            maximumAgeDays: 1,
        };
        const exceptions = [{ ...exception, until }];
        assert.deepEqual(runGate(input({ scans: [vulnerable], policy, lists, exceptions })).failures, []);
    });

    it("gives no verdict where a file is too old meanwhile", () => {
        const lists = { kev: kev(), maximumAgeDays: 1 };
        assert.match(
            run({ lists }).failures[0] ?? "",
            /: no verdict: portcullis:scan\.kevFile: .* is of 2026-11-25, 2 days old, and portcullis:scanner\.maximumAgeDays is 1; /,
        );
    });
});
