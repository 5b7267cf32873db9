import assert from "node:assert/strict";
import * as fs from "node:fs";
import { runGate, type GateInput } from "../../../scan/gate";
import { catalog, Folder, scores } from "./lists-sample";
import { input, vulnerable } from "./sample";

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
            `${openssl} is excepted, though ${why}, and CVE-2021-3711 has an EPSS score of 0.9, and 0.9 is enough (portcullis:scan.epssAtLeast) by ops until 2027-03-31: no TLS`,
        ]);
        assert.deepEqual(images[0].held.notes, [
            "team/app: 1 finding has a CVE id that FIRST does not score (portcullis:scan.epssFile): CVE-2022-0778",
        ]);
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

    it("gives no verdict where a file is too old meanwhile", () => {
        const lists = { kev: kev(), maximumAgeDays: 1 };
        assert.match(
            run({ lists }).failures[0] ?? "",
            /: no verdict: portcullis:scan\.kevFile: .* is of 2026-11-25, 2 days old, and portcullis:scanner\.maximumAgeDays is 1; /,
        );
    });
});
