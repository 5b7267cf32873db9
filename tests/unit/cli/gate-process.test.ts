import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { input, vulnerable } from "../scan/sample";

const root = path.join(__dirname, "../../..");

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

    it("exits 0 where all passed, with the verdicts on standard output", () => {
        const result = gate(JSON.stringify(input()));
        assert.equal(result.status, 0, result.stderr);
        assert.match(result.stdout, /"verdict":"pass"/);
        assert.match(fs.readFileSync(path.join(folder, "redis.json"), "utf8"), /manifest_hash/);
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
        ["what acts on a terminal", "\u001b[2J"],
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
            assert.ok(!result.stderr.includes("\u001b"));
        });
    }
});
