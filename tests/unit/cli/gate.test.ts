import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { PassThrough, Readable } from "node:stream";
import * as zlib from "node:zlib";
import { gate } from "../../../cli/gate";
import { deb, goModule, heldReport } from "../scan/holds";
import { canary, clean, debian13, digestOf, dpkg, input, packed, report, vulnerable } from "../scan/sample";

describe("portcullis gate", () => {
    let folder: string;

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "gate-"));
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    /** Runs it with this input, and a folder for reports that is not there yet. */
    async function run(given: unknown): Promise<{ code: number; stdout: string; stderr: string }> {
        const [stdout, stderr] = [
            new PassThrough({ encoding: "utf8" }),
            new PassThrough({ encoding: "utf8" }),
        ];
        const stdin = Readable.from([JSON.stringify(given)]);
        const code = await gate(path.join(folder, "out/dev"), { stdin, stdout, stderr });
        return { code, stdout: String(stdout.read() ?? ""), stderr: String(stderr.read() ?? "") };
    }
    const read = (name: string) => fs.readFileSync(path.join(folder, "out/dev", name), "utf8");

    const passed = {
        image: `host:5000/redis@${digestOf("a")}`,
        digest: digestOf("a"),
        verdict: "pass",
        counts: { Unknown: 0, Negligible: 0, Low: 0, Medium: 0, High: 0, Critical: 0 },
        packages: 1,
        coverage: [
            { what: "debian:13", title: "Debian 13", packages: 1, advisories: 5243, date: "2026-08-21" },
        ],
        accepted: [],
        notes: [],
    };
    const among = "in 1 package (Debian 13: 5,243 advisories of 2026-08-21)";

    it("prints the verdicts, and keeps Clair's reports and a summary", async () => {
        const { code, stdout, stderr } = await run(input());
        const [, judged = ""] = /"judged":"([^"]*)"/.exec(stdout) ?? [];
        assert.ok(Math.abs(Date.parse(judged) - Date.now()) < 60_000, judged);
        const rows = [{ ...passed, judged, report: path.join(folder, "out/dev/redis.json") }];
        assert.equal(code, 0);
        assert.deepEqual(JSON.parse(stdout), rows);
        assert.equal(stderr, "");
        assert.deepEqual(JSON.parse(read("summary.json")), rows);
        const names = fs.readdirSync(path.join(folder, "out/dev")).sort();
        assert.deepEqual(names, ["judgements", "redis.json", "scans.html", "summary.json"]);
        assert.equal(
            read("redis.json"),
            zlib.gunzipSync(Buffer.from(report(digestOf("a"), []), "base64")).toString(),
        );
    });

    it("keeps no report of an image that is judged no more, and all other files", async () => {
        const reports = path.join(folder, "out/dev");
        const others = ["audit.html", "audit.json", "declared.json", "notes.txt"];
        fs.mkdirSync(reports, { recursive: true });
        for (const name of ["team-gone.json", "team-gone.json.new", ...others]) {
            fs.writeFileSync(path.join(reports, name), "{}");
        }
        assert.equal((await run(input())).code, 0);
        assert.deepEqual(
            fs.readdirSync(reports).sort(),
            [...others, "judgements", "redis.json", "scans.html", "summary.json"].sort(),
        );
    });

    it("shows a name of an image that acts on a terminal, or forges a line, and does not obey it", async () => {
        const name = "x\u001b[2K\rpass     host:5000/team/app\n";
        const body = {
            manifest_hash: digestOf("b"),
            packages: { "1": { name, version: name, source: { name, version: name } } },
            distributions: { "1": debian13, "2": { ...debian13, id: "2", did: name, version_id: name } },
            environments: { "1": [...dpkg, { ...dpkg[0], distribution_id: "2" }] },
            vulnerabilities: {
                "1": { name, updater: "a", normalized_severity: "High", fixed_in_version: name },
            },
            package_vulnerabilities: { "1": ["1"] },
        };
        const evil = { ...vulnerable, report: packed(body) };
        const { code, stderr } = await run(input({ scans: [evil] }));
        assert.equal(code, 1);
        assert.match(stderr, /x\\u\{1b\}\[2K\\u\{d\}pass {5}host:5000\/team\/app\\u\{a\}/);
        assert.ok(!stderr.includes("\u001b") && !stderr.includes("\r"), stderr);
        assert.doesNotMatch(stderr, /^pass/m);
    });

    it("says the verdict last, behind the findings and a line for each image, and nothing else", async () => {
        const { code, stdout, stderr } = await run(input({ scans: [vulnerable, ...input().scans] }));
        assert.equal(code, 1);
        assert.equal(stdout, "");
        const [head, first, second, ...rest] = stderr.split("\n");
        assert.match(head ?? "", /^host:5000\/team\/app@.*: 2 findings of severity High or above/);
        assert.match(`${first}${second}`, /^ {4}CVE-2021-3711.* {4}CVE-2022-0778/);
        assert.deepEqual(rest, [
            "",
            `fail     ${vulnerable.image}: high 2 ${among}`,
            `pass     ${passed.image}: no findings ${among}`,
            "",
            `portcullis: the scan's gate is not passed: 1 of 2 images refused; reports: ${path.join(folder, "out/dev")}`,
            "",
        ]);
        assert.match(read("team-app.json"), /CVE-2022-0778/);
    });

    it("says of an image without a report why there is none, and keeps none", async () => {
        const { code, stderr } = await run(
            input({ scans: [{ ...vulnerable, enforce: false, report: "H4sI" }] }),
        );
        assert.equal(code, 1);
        assert.match(stderr, /^error {4}host:5000\/team\/app@.*: the report did not arrive whole: /m);
        assert.match(stderr, /: 1 of 1 image refused; reports/);
        assert.deepEqual(fs.readdirSync(path.join(folder, "out/dev")), [
            "judgements",
            "scans.html",
            "summary.json",
        ]);
        const [row, ...more]: unknown[] = JSON.parse(read("summary.json")) as unknown[];
        assert.deepEqual(more, []);
        assert.deepEqual(Object.keys(row ?? {}), ["image", "digest", "verdict", "reason"]);
    });

    it("has no verdict on what a canary was not flagged for", async () => {
        const { stderr } = await run(input({ canaries: [canary([])] }));
        assert.match(stderr, /^portcullis: the scan's gate is not passed: 1 of 1 image refused; reports: /m);
        assert.match(
            stderr,
            /^error {4}host:5000\/redis@.*: no verdict: nobody judged debian:13 \(1 package\): the canary of /m,
        );
    });

    it("says of an image that nobody judged what was found, and what of it is accepted and out of date", async () => {
        const answered = { owner: "ops", reason: "in a museum", until: "9999-12-31" };
        const old = { ...answered, what: "go", until: "2020-01-01" };
        const { code, stderr } = await run(
            input({
                scans: [
                    {
                        ...vulnerable,
                        accept: [old],
                        report: heldReport(vulnerable.digest, [deb("a"), goModule("b")]),
                    },
                    {
                        ...clean,
                        accept: [{ ...answered, what: "debian:11" }, old],
                        report: heldReport(digestOf("a"), [deb("a")], {
                            distributions: { "1": { ...debian13, version_id: "11" } },
                        }),
                    },
                ],
            }),
        );
        assert.equal(code, 1);
        const reason =
            /^host:5000\/team\/app@.*: (no verdict: nobody judged go \(1 package\): .* alive)\. Load/m.exec(
                stderr,
            )?.[1];
        const lines = stderr.split("\n");
        const notes = [
            'portcullis:images["team/app"].accept: the acceptance of go ended on 2020-01-01; renew it or take it out',
            "portcullis:images.redis.accept: the acceptance of go ended on 2020-01-01; renew it or take it out",
        ];
        assert.deepEqual(lines.slice(1), [
            "",
            `error    ${vulnerable.image}: ${reason}`,
            `pass     ${passed.image}: no findings in 1 package`,
            "         debian:11 (1 package), which nobody judged, is accepted by ops until 9999-12-31: in a museum",
            ...notes,
            "",
            `portcullis: the scan's gate is not passed: 1 of 2 images refused; reports: ${path.join(folder, "out/dev")}`,
            "",
        ]);
        const [refused, accepted] = JSON.parse(read("summary.json")) as Record<string, unknown>[];
        assert.deepEqual(Object.keys(refused ?? {}), [
            ...[
                "image",
                "digest",
                "verdict",
                "reason",
                "judged",
                "counts",
                "packages",
                "coverage",
                "unjudged",
            ],
            ...["accepted", "notes", "report"],
        ]);
        assert.deepEqual(refused?.["unjudged"], [
            {
                what: "go",
                packages: 1,
                reason: "the database has no advisories for Go from an updater that is alive",
            },
        ]);
        assert.deepEqual(accepted?.["notes"], notes.slice(1));
        assert.ok(!JSON.stringify(accepted).includes("unjudged"));
    });

    it("says each note once, and that nothing was judged where there is no image", async () => {
        const exceptions = [{ vulnerability: "CVE-1", owner: "o", reason: "r", until: "9999-12-31" }];
        const { stderr } = await run(input({ scans: [vulnerable, ...input().scans], exceptions }));
        assert.equal(stderr.match(/CVE-1 excepts nothing; take it out/g)?.length, 1);
        assert.match(
            (await run(input({ scans: [] }))).stderr,
            /^no image was scanned.*\n\n\nportcullis: the scan's gate is not passed: nothing was judged; reports: /,
        );
    });

    it("gives no verdict on reports that nobody judged", async () => {
        const bare = {
            manifest_hash: digestOf("a"),
            vulnerabilities: {},
            package_vulnerabilities: {},
            enrichments: {},
        };
        const openssl = {
            packages: { "1": { id: "1", name: "openssl", version: "1.1.1a", kind: "binary" } },
        };
        const rocky = {
            did: "rocky",
            name: "Rocky",
            version: "9",
            version_id: "9",
            pretty_name: "Rocky Linux 9",
        };
        const nothing = { distributions: {}, repository: {}, environments: {} };
        const bodies = [
            { ...bare, ...openssl, ...nothing },
            { ...bare, packages: {}, ...nothing },
            { ...bare, ...openssl, ...nothing, distributions: { "1": rocky } },
        ];
        const scans = bodies.map((body, at) => ({
            ...clean,
            name: `a${at}`,
            report: packed(body),
        }));
        for (const advisories of [undefined, input().advisories]) {
            const { code, stderr } = await run(input({ scans, advisories }));
            assert.equal(code, 1);
            assert.match(
                stderr,
                /^error {4}.*: no verdict: nobody judged unknown-distribution \(1 package\): Clair recognised no/m,
            );
            assert.match(
                stderr,
                /^error {4}.*: no verdict: nobody judged no-packages: Clair found no package in it$/m,
            );
            assert.match(
                stderr,
                /^error {4}.*; rocky:9: Clair compares nothing of rocky:9 with advisories$/m,
            );
            assert.match(stderr, /not passed: 3 of 3 images refused; reports: /);
        }
    });

    it("says what it expects on standard input", async () => {
        await assert.rejects(
            run({}),
            /^Error: standard input is not what the gate takes \(scan\/gate\.ts\): /,
        );
    });
});
