import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { verifyArchive } from "../../../cli/mirror/verify";
import { Carried, day, goRecord, lines } from "../../support/mirror/carried";
import { sha256 } from "../scan/lists-sample";

const root = path.join(__dirname, "../../..");

/** What clairctl makes of one record of Go's. */
function exported(name: string): string {
    return `${JSON.stringify({
        Updater: "osv/go",
        Fingerprint: "etag",
        Date: "2026-11-20T10:00:00Z",
        Ref: "1e4d3f7a-0000-4000-8000-000000000000",
        Vuln: { name, package: { name: "example.org/sample" } },
        Kind: "vulnerability",
    })}\n`;
}

/** Counts the calls by which a build changes files, and ends the process by force before the one of this number. */
const hook = `const fs = require("node:fs");
const { PORTCULLIS_OUT: out, PORTCULLIS_CALLS: calls, PORTCULLIS_KILL: kill } = process.env;
let count = 0;
for (const name of ["mkdirSync", "writeFileSync", "createWriteStream", "fsyncSync", "renameSync", "rmSync"]) {
    const original = fs[name];
    fs[name] = function (...args) {
        if (String(args[0]).startsWith(out) || name === "fsyncSync") {
            count++;
            fs.appendFileSync(calls, name + " " + String(args[1]).slice(0, 200).split("\\n")[0] + "\\n");
            if (count === Number(kill)) {
                process.kill(process.pid, "SIGKILL");
            }
        }
        return original.apply(this, args);
    };
}
`;

describe("bin/portcullis mirror", function () {
    this.timeout(240_000);
    let carried: Carried;
    let out: string;
    let key: string;

    beforeEach(() => {
        carried = new Carried();
        key = carried.put("key", "");
        fs.rmSync(key);
        execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
        carried.put("data/go", lines([goRecord("GO-1"), goRecord("GO-2", { withdrawn: day })]));
        const source = { kind: "osv", ecosystem: "Go", file: "go", date: day };
        carried.put("data/sources.json", JSON.stringify({ sources: [source] }));
        carried.put("export", exported("GO-1"));
        clairctl('cp "$(dirname "$0")/export" "$5"');
        out = path.join(carried.folder, "out/a.json.gz");
        fs.mkdirSync(path.dirname(out));
    });
    afterEach(() => {
        carried.remove();
    });

    /** Puts a program in clairctl's place: \`clairctl --config FILE export-updaters --strict TARGET\`. */
    function clairctl(script: string): void {
        fs.writeFileSync(path.join(carried.folder, "clairctl"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }

    function run(words: readonly string[], env: Record<string, string> = {}) {
        const { status, signal, stdout, stderr } = spawnSync(
            path.join(root, "bin/portcullis"),
            ["mirror", ...words],
            {
                encoding: "utf8",
                env: { ...process.env, ...env },
            },
        );
        return { status, signal, stdout, stderr };
    }
    const build = (words: readonly string[] = ["--key", key], env: Record<string, string> = {}) =>
        run(
            [
                "build",
                path.join(carried.folder, "data"),
                ...["--out", out, "--clairctl", path.join(carried.folder, "clairctl"), ...words],
            ],
            env,
        );
    const outFiles = () => fs.readdirSync(path.dirname(out)).sort();
    const all = ["a.json.gz", "a.json.gz.dropped", "a.json.gz.sha256", "a.json.gz.sig"];

    it("makes the archive with its sum, its signature, and what was left out, and says so", () => {
        const ended = build();
        assert.equal(ended.status, 0, ended.stderr);
        assert.match(ended.stdout, /^osv\/go: 1 advisory of 2026-11-01 \(go\)$/m);
        assert.match(ended.stdout, /^go: 1 left out, because it was withdrawn: GO-2$/m);
        assert.deepEqual(outFiles(), all);
        const text = zlib.gunzipSync(fs.readFileSync(out)).toString();
        assert.match(
            text,
            new RegExp(`^\\{"Updater":"osv/go","Fingerprint":"[^,]*","Date":"${day}",.*"name":"GO-1"`),
        );
        assert.equal(fs.readFileSync(`${out}.dropped`, "utf8"), "go\tGO-2\tit was withdrawn\n");
        assert.equal(
            fs.readFileSync(`${out}.sha256`, "utf8"),
            `${sha256(fs.readFileSync(out))}  a.json.gz\n`,
        );
        const verified = run(["verify", out, "--key", `${key}.pub`]);
        assert.equal(verified.status, 0, verified.stderr);
        assert.match(
            verified.stdout,
            /^signed by a key of .*\nosv\/go: 1 advisory of 2026-11-01, \d+ days old\n1 advisory of 1 updater$/m,
        );
    });

    it("gives the same bytes each time, and removes the signature of an archive that is no more", () => {
        assert.equal(build().status, 0);
        const [first, signature] = [fs.readFileSync(out), fs.readFileSync(`${out}.sig`)];
        assert.equal(build().status, 0);
        assert.ok(fs.readFileSync(out).equals(first) && fs.readFileSync(`${out}.sig`).equals(signature));
        assert.equal(build([]).status, 0);
        assert.ok(fs.readFileSync(out).equals(first));
        assert.deepEqual(outFiles(), all.slice(0, 3));
    });

    it("leaves the old archive where it fails, and says why", () => {
        fs.writeFileSync(out, "the old one");
        const failures: readonly (readonly [() => void, RegExp])[] = [
            [
                () => {
                    clairctl("echo 'osv/go: what is that?' >&2; exit 1");
                },
                /Clair's parsers do not take the data; .*clairctl ended with 1:\nosv\/go: what is that\?/,
            ],
            [
                () => {
                    clairctl(': >"$5"');
                },
                /go: nothing is left of it \(osv\/go\)/,
            ],
            [
                () => carried.put("data/go", "{\n"),
                /go: nothing is left of it \(Go\); go: 1 left out, because it is no JSON/,
            ],
            [() => carried.put("data/sources.json", "{}"), /sources\.json does not say what was carried/],
            [
                () => {
                    fs.rmSync(path.join(carried.folder, "data/sources.json"));
                },
                /what was carried is not told: ENOENT/,
            ],
        ];
        for (const [prepare, message] of failures) {
            prepare();
            const ended = build();
            assert.equal(ended.status, 2);
            assert.match(ended.stderr, message);
            assert.equal(fs.readFileSync(out, "utf8"), "the old one");
            assert.deepEqual(outFiles(), ["a.json.gz"]);
        }
    });

    it("says what is wrong with a key or a clairctl that is not there", () => {
        const unsigned = build(["--key", path.join(carried.folder, "nokey")]);
        assert.equal(unsigned.status, 2);
        assert.match(unsigned.stderr, /--key .*nokey: nothing was signed: .*nothing was changed/s);
        fs.rmSync(path.join(carried.folder, "clairctl"));
        assert.match(build().stderr, /--clairctl .*clairctl: there is no such file; name clairctl's program/);
        assert.deepEqual(outFiles(), []);
        fs.rmdirSync(path.dirname(out));
        assert.match(
            build().stderr,
            /--out .*a\.json\.gz: there is no folder .*out; make it, or name another one/,
        );
    });

    it("leaves the old archive or the new one, whole, wherever it is killed", () => {
        const calls = carried.put("calls", "");
        const left = path.join(carried.folder, "left");
        fs.mkdirSync(left);
        const env = {
            NODE_OPTIONS: `--require ${carried.put("hook.cjs", hook)}`,
            PORTCULLIS_OUT: path.dirname(out),
            PORTCULLIS_CALLS: calls,
        };
        const begin = (kill: number) => {
            // What is left of the build before is kept for the end: its removal is one call more.
            for (const name of outFiles().filter((one) => one.endsWith(".part"))) {
                fs.renameSync(path.join(path.dirname(out), name), path.join(left, name));
            }
            fs.writeFileSync(calls, "");
            fs.writeFileSync(out, "the old one");
            return build(undefined, { ...env, PORTCULLIS_KILL: String(kill) });
        };
        assert.equal(begin(0).status, 0);
        const whole = fs.readFileSync(out);
        const made = fs.readFileSync(calls, "utf8").trim().split("\n");
        const last = made.indexOf(`renameSync ${out}`) + 1;
        assert.ok(made.length >= 14 && last >= 12, made.join("\n"));
        for (let at = 1; at <= made.length; at++) {
            const ended = begin(at);
            assert.equal(ended.signal ?? ended.status, "SIGKILL", `${at}: ${ended.stdout}${ended.stderr}`);
            const expected = at <= last ? Buffer.from("the old one") : whole;
            assert.ok(fs.readFileSync(out).equals(expected), `killed before ${at}. ${made[at - 1] ?? ""}`);
        }
        // The next build removes what those left.
        for (const name of fs.readdirSync(left)) {
            fs.renameSync(path.join(left, name), path.join(path.dirname(out), name));
        }
        assert.ok(outFiles().length >= all.length + 10, outFiles().join(" "));
        assert.equal(build().status, 0);
        assert.deepEqual(outFiles(), all);
        assert.equal(run(["verify", out, "--key", `${key}.pub`]).status, 0);
    });

    describe("verify", () => {
        /** An archive of one advisory, with its sum. */
        function archive(): string {
            const content = zlib.gzipSync(exported("GO-1"));
            carried.put("out/b.json.gz.sha256", `${sha256(content)}  b.json.gz\n`);
            return carried.put("out/b.json.gz", content);
        }
        const verify = async (file: string, keyFile?: string) => {
            const printed: string[] = [];
            await verifyArchive(
                file,
                keyFile,
                (line) => printed.push(line),
                new Date("2026-11-22T10:00:00Z"),
            );
            return printed;
        };
        const sign = (file: string, namespace = "portcullis-advisories") =>
            execFileSync("ssh-keygen", ["-q", "-Y", "sign", "-n", namespace, "-f", key, file], {
                stdio: "ignore",
            });

        it("says what is in an archive, and that nobody signed it", async () => {
            const file = archive();
            assert.deepEqual(await verify(file), [
                `SHA-256 ${sha256(fs.readFileSync(file))}, as ${file}.sha256 says`,
                "not signed",
                "osv/go: 1 advisory of 2026-11-20, 2 days old",
                "1 advisory of 1 updater",
            ]);
            fs.rmSync(`${file}.sha256`);
            assert.match((await verify(file))[0] ?? "", /nothing to compare it with: .*sha256 is missing/);
        });

        it("names the signer, though not asked whether that is the right one", async () => {
            const file = archive();
            sign(file);
            assert.match(
                (await verify(file))[1] ?? "",
                /^Good .*signature with ED25519 key SHA256:\S+; whose key that is was not asked/,
            );
            assert.equal((await verify(file, `${key}.pub`))[1], `signed by a key of ${key}.pub`);
        });

        it("refuses another sum, no signature, a wrong one, and one for something else", async () => {
            const file = archive();
            await assert.rejects(
                verify(file, `${key}.pub`),
                /is not signed as it has to be: there is no signature/,
            );
            sign(file, "file");
            await assert.rejects(
                verify(file, `${key}.pub`),
                /is not signed as it has to be: ssh-keygen says: /,
            );
            await assert.rejects(verify(file), /is not signed as it has to be/);
            fs.writeFileSync(file, zlib.gzipSync(exported("GO-2")));
            await assert.rejects(
                verify(file),
                /b\.json\.gz has SHA-256 [0-9a-f]{64}, and .*sha256 says [0-9a-f]{64}; carry both/,
            );
        });
    });
});
