import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { explained, momentOf } from "../../../cli/explain";
import { keepJudgement, readJudgement } from "../../../cli/judgements";
import { runGate, type GateInput } from "../../../scan/gate";
import { canary, digestOf, input, packed, report, vulnerable, debian13, dpkg } from "../scan/sample";
import { catalog, sha256 } from "../scan/lists-sample";

const monday = "2026-11-23T10:00:00.000Z";
const friday = "2026-11-27T10:00:00.000Z";

/** The scan of an image with a Low without a fix and a High with one, both of one package. */
const mixed: GateInput["scans"][number] = {
    name: "shop",
    image: `host:5000/shop@${digestOf("d")}`,
    digest: digestOf("d"),
    enforce: true,
    report: packed({
        manifest_hash: digestOf("d"),
        packages: { "1": { name: "curl", version: "7.1", source: { name: "curl", version: "7.1" } } },
        distributions: { "1": debian13 },
        environments: { "1": dpkg },
        vulnerabilities: {
            a: { name: "CVE-2026-1", updater: "debian/updater", normalized_severity: "Low" },
            b: {
                name: "CVE-2026-2",
                updater: "debian/updater",
                normalized_severity: "High",
                fixed_in_version: "7.2",
            },
        },
        package_vulnerabilities: { "1": ["a", "b"] },
    }),
};

describe("portcullis explain", () => {
    let folder: string;

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "explain-"));
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    const judge = (given: GateInput, judged: string) =>
        keepJudgement(folder, given, runGate(given, judged.slice(0, 10)), judged);
    const say = (on?: string, ...images: string[]) => {
        const { kept, next } = readJudgement(folder, on === undefined ? undefined : momentOf(on));
        return explained("dev", kept, next, images);
    };
    const blobs = () => fs.readdirSync(path.join(folder, "judgements/sha256"));

    it("says what an image passed by on a day, after a later judgement too", async () => {
        await judge(input(), monday);
        await judge(input({ scans: [vulnerable] }), friday);
        const { text, same } = say("2026-11-24");
        assert.equal(same, true);
        const lines = text.split("\n");
        assert.equal(
            lines[0],
            "The gate judged the stack dev on 2026-11-23 10:00:00 UTC, and was passed; that was its last word until 2026-11-27 10:00:00 UTC.",
        );
        assert.match(
            text,
            /^policy {3}High and above count, 0 allowed; a finding without a severity counts as High; what has no fix counts; no grace$/m,
        );
        assert.match(text, /^data {5}debian\/updater: 5243 of 2026-08-21$/m);
        assert.match(
            text,
            /^pass {5}host:5000\/redis@sha256:a{64}\n {4}no findings in 1 package \(Debian 13: 5,243 advisories of 2026-08-21\)$/m,
        );
        assert.match(text, /^Replayed from what was kept, with today's gate: the same verdicts\.$/m);
    });

    it("takes the last one that is not after the time", async () => {
        await judge(input(), monday);
        await judge(input({ scans: [vulnerable] }), friday);
        const passed = /and was passed; that was its last word until/;
        const failed = /and was not passed; that is its last word\.$/m;
        assert.match(say("2026-11-23").text, passed);
        assert.match(say("2026-11-27T09:59:59Z").text, passed);
        assert.match(say("2026-11-27T12:00:00+02:00").text, failed);
        assert.match(say("2026-11-27").text, failed);
        assert.match(say().text, failed);
        assert.throws(
            () => say("2026-11-22"),
            /no judgement is kept in .* of that time or before: the first one is of 2026-11-23/,
        );
    });

    it("names each finding, and the rule by which the finding counts or does not", async () => {
        const accept = [
            { vulnerability: "CVE-2026-2", owner: "team web", reason: "not reachable", until: "2027-01-31" },
        ];
        await judge(input({ scans: [mixed] }), monday);
        const { text } = say();
        assert.match(text, /^ {4}counts: CVE-2026-2 High curl 7\.1, fixed in 7\.2$/m);
        assert.match(
            text,
            /^ {4}does not count: CVE-2026-1 Low curl 7\.1, not fixed yet: Low is below High \(portcullis:scan\.severity\)$/m,
        );
        await judge(
            input({
                scans: [mixed],
                exceptions: accept,
                policy: { ...input().policy, severity: "Low", ignoreUnfixed: true, graceDays: 3 },
            }),
            friday,
        );
        const excepted = say().text;
        assert.match(excepted, /Low and above count.*; what has no fix does not count; 3 days of grace$/m);
        assert.match(
            excepted,
            /not fixed yet: what has no fix does not count \(portcullis:scan\.ignoreUnfixed\)$/m,
        );
        assert.match(
            excepted,
            /CVE-2026-2 High curl 7\.1, fixed in 7\.2 is excepted by team web until 2027-01-31/,
        );
        assert.match(excepted, /^pass {5}host:5000\/shop@/m);
    });

    it("says why there was no verdict, by the data of that day", async () => {
        await judge(input({ advisories: undefined }), monday);
        const { text, same } = say();
        assert.equal(same, true);
        assert.match(text, /^error {4}host:5000\/redis@.*\n {4}no verdict: nobody judged debian/m);
        assert.match(text, /answer for what nobody judged: portcullis:images\.redis\.accept$/m);
        await judge(input({ canaries: [canary([])] }), friday);
        assert.match(
            say().text,
            /^ {4}no verdict: nobody judged debian:13 .*: the canary of Debian 13, openssl in a version that .*, was not flagged/m,
        );
    });

    it("replays the files of the policy as they were, after they were changed and removed", async () => {
        const dateReleased = "2026-11-23T10:00:00.0000Z";
        const file = path.join(folder, "kev.json");
        const content = catalog(["CVE-2026-1001"], { dateReleased });
        fs.writeFileSync(file, content);
        const scan = { ...vulnerable, report: report(digestOf("b"), ["CVE-2026-1001"]) };
        const policy = { ...input().policy, severity: "Critical" as const };
        const lists = { kev: { file, sha256: sha256(content) }, maximumAgeDays: 14 };
        await judge(input({ scans: [scan], policy, lists }), monday);
        for (const change of [
            () => {
                fs.writeFileSync(file, catalog(["CVE-2026-2002"]));
            },
            () => {
                fs.rmSync(file);
            },
        ]) {
            change();
            const { text, same } = say();
            assert.equal(same, true, text);
            assert.match(text, /^ {4}fails: CVE-2026-1001 High openssl .*CISA/m);
            assert.ok(text.includes(`KEV ${file}, sha256:${sha256(content)}`), text);
        }
    });

    it("keeps once what stays the same", async () => {
        await judge(input(), monday);
        const before = blobs();
        assert.equal(before.length, 3);
        await judge(input(), friday);
        assert.deepEqual(blobs(), before);
        await judge(input({ scans: [...input().scans, vulnerable] }), "2026-11-28T10:00:00.000Z");
        assert.equal(blobs().length, 5);
    });

    it("mends what is damaged, where the same is kept again", async () => {
        await judge(input(), monday);
        for (const name of blobs()) {
            fs.appendFileSync(path.join(folder, "judgements/sha256", name), " ");
        }
        await judge(input(), friday);
        assert.equal(say("2026-11-24").same, true);
    });

    it("does not explain what another version of the program kept", async () => {
        await judge({ ...input(), another: 1 } as GateInput, monday);
        assert.throws(() => say(), /was kept by another version of this program, .*\n?.*another/);
    });

    it("shows the images that are asked for, and knows no others", async () => {
        await judge(input({ scans: [...input().scans, vulnerable, mixed] }), monday);
        for (const asked of ["shop", "host:5000/shop", mixed.image]) {
            const { text } = say(undefined, asked);
            assert.match(text, /host:5000\/shop@/);
            assert.doesNotMatch(text, /redis@|team\/app@/);
        }
        assert.throws(() => say(undefined, "sho"), {
            message: "sho: not judged on 2026-11-23 10:00:00 UTC; judged were redis, team/app, shop",
        });
    });

    it("says where today's gate judges otherwise", async () => {
        await judge(input(), monday);
        const record = path.join(folder, `judgements/${monday.replaceAll(":", "-")}.json`);
        const text = fs.readFileSync(record, "utf8");
        fs.writeFileSync(record, text.replace('"verdict": "pass"', '"verdict": "fail"'));
        const { text: said, same } = say();
        assert.equal(same, false);
        assert.match(
            said,
            /today's gate judges otherwise:\n {4}host:5000\/redis@sha256:a{64}: fail then, pass now$/m,
        );
        fs.writeFileSync(record, text.replace(/"verdicts": \[[^\]]*\]/, '"verdicts": []'));
        assert.match(say().text, /otherwise:\n {4}host:5000\/redis@sha256:a{64}: nothing then, pass now$/m);
        fs.writeFileSync(record, text.replace('"passed": true', '"passed": false'));
        assert.match(say().text, /otherwise:\n {4}the gate: not passed then, passed now$/m);
    });

    it("explains nothing from what is not as it was kept", async () => {
        assert.throws(() => say(), /no judgement is kept in .*\/judgements: the gate writes there/);
        await judge(input(), monday);
        for (const name of blobs()) {
            const file = path.join(folder, "judgements/sha256", name);
            const content = fs.readFileSync(file);
            fs.writeFileSync(file, Buffer.concat([content, Buffer.from(" ")]));
            assert.throws(
                () => say(),
                new RegExp(`${name}, on which the judgement of ${monday} rested, is not what`),
            );
            fs.rmSync(file);
            assert.throws(
                () => say(),
                new RegExp(`${name}, on which the judgement of .* rested, is gone, so nothing`),
            );
            fs.writeFileSync(file, content);
        }
        assert.equal(say().same, true);
        const record = path.join(folder, `judgements/${monday.replaceAll(":", "-")}.json`);
        fs.writeFileSync(record, "{}");
        assert.throws(() => say(), /\.json is no record of the gate: /);
    });

    it("takes a day or a time for --on, and nothing else", () => {
        assert.equal(momentOf("2026-11-23"), "2026-11-23T23:59:59.999Z");
        assert.equal(momentOf("2026-11-23T10:00Z"), monday);
        assert.equal(momentOf("2026-11-23T11:00:00+01:00"), monday);
        for (const text of [
            "",
            "yesterday",
            "2026-02-30",
            "2026-13-01",
            "2026-11-23T10:00",
            "2026",
            "2026-11-23 10:00Z",
        ]) {
            assert.throws(() => momentOf(text), /that is no day and no time; give a day of UTC/, text);
        }
    });
});
