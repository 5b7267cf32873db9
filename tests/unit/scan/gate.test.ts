import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { runGate, type GateInput } from "../../../scan/gate";

const root = path.join(__dirname, "../../..");
const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`;

function report(digest: string, names: readonly string[]): string {
    const body = {
        manifest_hash: digest,
        packages: { "1": { name: "openssl", version: "1.1.1k-1" } },
        vulnerabilities: Object.fromEntries(
            names.map((name) => [
                name,
                {
                    name,
                    updater: "debian/updater",
                    normalized_severity: "High",
                    fixed_in_version: "1.1.1k-1+deb11u1",
                },
            ]),
        ),
        package_vulnerabilities: { "1": names },
    };
    return zlib.gzipSync(JSON.stringify(body)).toString("base64");
}

function input(change: Partial<GateInput> = {}): GateInput {
    return {
        policy: { severity: "High", threshold: 0, unknownAs: "High", ignoreUnfixed: false },
        scans: [
            {
                name: "redis",
                image: `host:5000/redis@${digestOf("a")}`,
                digest: digestOf("a"),
                enforce: true,
                report: report(digestOf("a"), []),
            },
        ],
        canary: { digest: digestOf("c"), report: report(digestOf("c"), ["CVE-2021-3711"]) },
        ...change,
    };
}

const vulnerable: GateInput["scans"][number] = {
    name: "team/app",
    image: `host:5000/team/app@${digestOf("b")}`,
    digest: digestOf("b"),
    enforce: true,
    report: report(digestOf("b"), ["CVE-2021-3711", "CVE-2022-0778"]),
};

describe("the gate", () => {
    it("is passed by a clean image while the canary is flagged", () => {
        assert.deepEqual(runGate(input()).failures, []);
    });

    it("names image, digest, CVE, package and fixed version", () => {
        const [failure] = runGate(input({ scans: [vulnerable] })).failures;
        assert.ok(failure !== undefined);
        for (const part of [
            vulnerable.image,
            "CVE-2021-3711",
            "CVE-2022-0778",
            "openssl 1.1.1k-1",
            "fixed in 1.1.1k-1+deb11u1",
            "portcullis:scan.threshold",
        ]) {
            assert.ok(failure.includes(part), `${part} is not in: ${failure}`);
        }
    });

    it("only reports an image that is not held to the threshold", () => {
        const result = runGate(input({ scans: [{ ...vulnerable, enforce: false }] }));
        assert.deepEqual(result.failures, []);
        assert.equal(result.images[0]?.judgement.verdict, "reported");
    });

    const nullReport = zlib.gzipSync("null\n").toString("base64");
    const closed: readonly (readonly [string, Partial<GateInput>, RegExp])[] = [
        [
            "a canary that is not flagged",
            { canary: { digest: digestOf("c"), report: report(digestOf("c"), []) } },
            /canary.*not flagged/,
        ],
        [
            "a canary without a report",
            { canary: { digest: digestOf("c"), report: nullReport } },
            /canary.*no report/,
        ],
        [
            "a null report, though the image is only reported",
            { scans: [{ ...vulnerable, enforce: false, report: nullReport }] },
            /team\/app.*is null/,
        ],
        [
            "a report about another image",
            { scans: [{ ...vulnerable, report: report(digestOf("d"), []) }] },
            /is about sha256:dddd/,
        ],
        ["a report that was cut off", { scans: [{ ...vulnerable, report: "H4sI" }] }, /did not arrive whole/],
    ];
    for (const [what, change, message] of closed) {
        it(`is closed by ${what}`, () => {
            const { failures } = runGate(input(change));
            assert.equal(failures.length, 1);
            assert.match(failures[0] ?? "", message);
        });
    }
});

describe("bin/portcullis gate", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gate-"));
    const gate = (stdin: string) =>
        spawnSync(path.join(root, "bin/portcullis"), ["gate", "--reports", folder], {
            input: stdin,
            encoding: "utf8",
        });
    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    it("prints the verdicts and keeps the reports", () => {
        const result = gate(JSON.stringify(input()));
        assert.equal(result.status, 0, result.stderr);
        const [, judged = ""] = /"judged":"([^"]*)"/.exec(result.stdout) ?? [];
        assert.ok(Math.abs(Date.parse(judged) - Date.now()) < 60_000, judged);
        assert.deepEqual(JSON.parse(result.stdout), [
            {
                judged,
                image: `host:5000/redis@${digestOf("a")}`,
                digest: digestOf("a"),
                verdict: "pass",
                counts: { Unknown: 0, Negligible: 0, Low: 0, Medium: 0, High: 0, Critical: 0 },
                report: path.join(folder, "redis.json"),
            },
        ]);
        assert.match(fs.readFileSync(path.join(folder, "redis.json"), "utf8"), /manifest_hash/);
    });

    it("says the verdict last, behind the findings and a line for each image", () => {
        const { stderr } = gate(JSON.stringify(input({ scans: [vulnerable, ...input().scans] })));
        assert.match(
            stderr,
            /^host:5000\/team\/app@[\s\S]*CVE-2022-0778[\s\S]*\nfail +host:5000\/team\/app@\S+: high 2\npass +host:5000\/redis@\S+: no findings\n\nportcullis: the scan's gate is not passed: 1 of 2 images refused; reports: .*\n$/,
        );
        const canary = { digest: digestOf("c"), report: report(digestOf("c"), []) };
        assert.match(
            gate(JSON.stringify(input({ canary }))).stderr,
            /\nportcullis: the scan's gate is not passed: the canary was not flagged; reports: .*\n$/,
        );
    });

    it("exits 1 over the threshold, with the reports kept and nothing on standard output", () => {
        const result = gate(JSON.stringify(input({ scans: [vulnerable] })));
        assert.equal(result.status, 1);
        assert.equal(result.stdout, "");
        assert.match(result.stderr, /CVE-2022-0778 High openssl 1\.1\.1k-1, fixed in 1\.1\.1k-1\+deb11u1/);
        assert.match(fs.readFileSync(path.join(folder, "team-app.json"), "utf8"), /CVE-2022-0778/);
    });

    for (const [what, stdin] of [
        ["no JSON", "x"],
        ["another shape", "{}"],
        [
            "a malformed threshold",
            JSON.stringify({
                ...input(),
                policy: { severity: "High", threshold: "ten", unknownAs: "High", ignoreUnfixed: false },
            }),
        ],
    ] as const) {
        it(`exits 2 for ${what}`, () => {
            const result = gate(stdin);
            assert.equal(result.status, 2);
            assert.match(result.stderr, /^portcullis: standard input/);
        });
    }
});
