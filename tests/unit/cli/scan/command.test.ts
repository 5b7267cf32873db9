import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { PassThrough, Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { registerScan } from "../../../../cli/scan";
import type { ScriptCall } from "../../../../cli/scan/host";
import { scanAccessSchema, type ScanAccess } from "../../../../outputs/scan-access";
import { someAccess } from "../../../support/scan-access";
import { digestOf, input, report } from "../../scan/sample";

const facts = {
    ...input().advisories,
    coverage: [
        {
            ...input().advisories?.coverage[0],
            canary: { vulnerability: "CVE-2021-3711", package: "openssl", version: "0" },
        },
    ],
};

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");
const config = {
    history: [
        { created_by: "FROM debian" },
        { created_by: "USER 1", empty_layer: true },
        { created_by: "COPY a /" },
    ],
};
const manifest = { layers: [{ digest: digestOf("1") }, { digest: digestOf("2") }] };

/** What scan-once.sh prints of an image with these findings. */
const scanned = (...findings: readonly string[]) =>
    JSON.stringify({
        digest: digestOf("a"),
        platform: "linux/amd64",
        manifest: base64(manifest),
        config: base64(config),
        report: report(digestOf("a"), findings),
    });

interface Answers {
    /** Of scan-once.sh, by the image. @default an image without findings */
    readonly images?: Readonly<Record<string, string | Error>>;
    readonly canaries?: unknown;
    readonly proof?: string | Error;
    readonly ready?: Error;
    readonly access?: Partial<ScanAccess>;
    readonly stdin?: string;
}

describe("portcullis scan", () => {
    let folder: string;

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "scan-command-"));
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    async function run(words: readonly string[], answers: Answers = {}) {
        const calls: ScriptCall[] = [];
        const asked: string[] = [];
        let [running, most, code] = [0, 0, -1];
        const answer = ({ script, words: [, kind = "", name = ""] }: ScriptCall): string | Error => {
            if (script === "scan-ready.sh") {
                return answers.ready ?? "";
            }
            if (script === "prove-advisories.sh") {
                return answers.proof ?? JSON.stringify(facts);
            }
            if (script === "scan-once.sh" && kind === "canaries") {
                const flagged = { digest: digestOf("c"), report: report(digestOf("c"), ["CVE-2021-3711"]) };
                return JSON.stringify(answers.canaries ?? [flagged]);
            }
            return script === "scan-once.sh" ? (answers.images?.[name] ?? scanned()) : "";
        };
        const [stdout, stderr] = [
            new PassThrough({ encoding: "utf8" }),
            new PassThrough({ encoding: "utf8" }),
        ];
        const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
        registerScan(program, {
            access: (stack) => {
                asked.push(stack);
                return Promise.resolve(scanAccessSchema.parse({ ...someAccess, ...answers.access }));
            },
            reach: () => ({
                scripts: async (call) => {
                    calls.push(call);
                    running += 1;
                    most = Math.max(most, running);
                    await sleep(5);
                    running -= 1;
                    const given = answer(call);
                    if (given instanceof Error) {
                        throw given;
                    }
                    return given;
                },
                resolve: (reference) =>
                    reference.includes("missing")
                        ? Promise.reject(new Error("manifest unknown"))
                        : Promise.resolve({
                              digest: digestOf("9"),
                              platforms: ["linux/amd64", "linux/arm64"],
                          }),
            }),
            streams: { stdin: Readable.from([answers.stdin ?? ""]), stdout, stderr },
            folder,
            now: () => new Date("2026-11-28T10:00:00Z"),
            exit: (given) => {
                code = given;
            },
        });
        let refused = "";
        try {
            await program.parseAsync(["node", "portcullis", "scan", ...words]);
        } catch (error) {
            refused = String(error);
        }
        return {
            code,
            refused,
            calls,
            asked,
            most,
            stdout: String(stdout.read() ?? ""),
            stderr: String(stderr.read() ?? ""),
            scripts: calls.map(({ script, words: [, kind] }) => (script === "scan-once.sh" ? kind : script)),
        };
    }

    const verdicts = (stdout: string) =>
        (JSON.parse(stdout) as { images: { name: string; verdict: string }[] }).images.map(
            ({ name, verdict }) => `${name} ${verdict}`,
        );

    it("passes what the gate passes, with the data proven and the canaries scanned anew", async () => {
        const { code, scripts, stdout, asked, calls } = await run([
            ...["--stack", "prod", "--format", "json"],
            ...["engine:redis:7", "192.0.2.10:5000/team/app:1"],
        ]);
        assert.deepEqual([code, asked], [0, ["prod"]]);
        assert.deepEqual(scripts, [
            ...["scan-ready.sh", "forget-scans.sh", "prove-advisories.sh"],
            ...["engine", "reference", "canaries"],
        ]);
        assert.deepEqual(verdicts(stdout), ["docker.io/redis pass", "team/app (linux/amd64) pass"]);
        const { images } = JSON.parse(stdout) as { images: { image: string; digest: string }[] };
        assert.deepEqual(
            images.map(({ image, digest }) => [image, digest]),
            [
                [`redis@${digestOf("a")}`, digestOf("a")],
                [`192.0.2.10:5000/team/app@${digestOf("9")}`, digestOf("a")],
            ],
        );
        assert.match(
            stdout,
            /is for linux\/amd64, linux\/arm64; judged is the one that the host's engine takes/,
        );
        assert.deepEqual(calls[2]?.words, ["postgres", "matcher", "10", "14", "0", "debian/updater"]);
        const [number = "", ...words] = calls[3]?.words ?? [];
        assert.match(number, /^[0-9a-f]{16}$/);
        assert.deepEqual(words.join(" "), `engine redis:7 ${calls[5]?.words.slice(3).join(" ") ?? ""}`);
    });

    it("gives scripts no secret but by their input", async () => {
        const login = { username: "guest", password: "the guest's secret" };
        const { calls, stdout, stderr, code } = await run(["--login-file", "-", "r.example.org/app"], {
            stdin: JSON.stringify(login),
        });
        assert.equal(code, 0, stderr);
        const said = JSON.stringify([calls.map(({ script, words }) => [script, words]), stdout, stderr]);
        const secrets = [login.password, someAccess.registry.password, someAccess.clair.clientConfig];
        for (const secret of secrets) {
            assert.ok(
                !said.includes(secret) && !said.includes(Buffer.from(secret).toString("base64")),
                secret,
            );
        }
        const sent = calls.find(({ words }) => words[1] === "reference")?.input;
        assert.ok(typeof sent === "string");
        const lines = sent.split("\n");
        const given = new Map(
            lines.map((line) => {
                const [name = "", content = ""] = line.split(" ");
                return [name, Buffer.from(content, "base64").toString()];
            }),
        );
        assert.equal(given.get("password"), someAccess.registry.password);
        assert.equal(given.get("config"), someAccess.clair.clientConfig);
        assert.deepEqual(JSON.parse(given.get("login") ?? ""), {
            auths: { "r.example.org": { auth: Buffer.from("guest:the guest's secret").toString("base64") } },
        });
        assert.deepEqual(lines.slice(-2), ["end", ""]);
    });

    it("ends with 1 where an image is over the threshold, and with 2 where one has no verdict, whatever the others", async () => {
        const images = { bad: scanned("CVE-1"), broken: new Error("broken: cannot be pushed\u001b[2J") };
        const over = await run(["--format", "json", "engine:bad", "engine:good"], { images });
        assert.equal(over.code, 1);
        assert.deepEqual(verdicts(over.stdout), ["docker.io/bad fail", "docker.io/good pass"]);
        const words = ["engine:broken", "engine:bad", "engine:good", "missing:1", "Not/A/Name"];
        const none = await run(["--format", "json", ...words], { images });
        assert.equal(none.code, 2);
        assert.deepEqual(verdicts(none.stdout), [
            ...["engine:broken error", "docker.io/bad fail", "docker.io/good pass"],
            ...["missing:1 error", "Not/A/Name error"],
        ]);
        assert.match(none.stdout, /engine:broken: no verdict: broken: cannot be pushed/);
        assert.match(none.stdout, /missing:1: no verdict: manifest unknown/);
        assert.ok(none.stderr.includes("\\u{1b}[2J") && !none.stderr.includes("\u001b"));
        const all = await run(["engine:broken"], { images });
        assert.equal(all.code, 2);
        assert.ok(!all.scripts.includes("canaries"));
    });

    it("scans two images at a time", async () => {
        const { most, code } = await run([1, 2, 3, 4, 5, 6].map((one) => `engine:app:${one}`));
        assert.deepEqual([most, code], [2, 0]);
    });

    it("gives no verdict where the stack does not run, its data are not proven, or a canary is not flagged", async () => {
        const stopped = await run(["engine:app"], { ready: new Error("clair is stopped") });
        assert.deepEqual([stopped.scripts, stopped.stdout], [["scan-ready.sh"], ""]);
        assert.match(stopped.refused, /clair is stopped/);
        const old = await run(["engine:app"], { proof: new Error("no verdict: too old") });
        assert.ok(!old.scripts.includes("engine") && old.refused.includes("too old"));
        const blind = await run(["--format", "json", "engine:app"], {
            canaries: [{ digest: digestOf("c"), report: report(digestOf("c"), []) }],
        });
        assert.equal(blind.code, 2);
        assert.match(blind.stdout, /was not flagged with CVE-2021-3711/);
        const cut = await run(["engine:app"], { canaries: [] });
        assert.match(cut.refused, /printed 0 reports on 1 canaries; run the same command again/);
        assert.equal(cut.stdout, "");
        const empty = await run(["engine:app"], { images: { app: "" } });
        assert.equal(empty.code, 2);
        const other = JSON.stringify({ ...(JSON.parse(scanned()) as object), digest: digestOf("d") });
        assert.equal((await run(["engine:app"], { images: { app: other } })).code, 2);
    });

    it("asks nobody where its own words are wrong", async () => {
        const policy = path.join(folder, "policy.yaml");
        fs.writeFileSync(policy, "treshold: 1\n");
        const wrong: [string[], RegExp][] = [
            [["--policy", policy, "engine:app"], /treshold/],
            [["--policy", path.join(folder, "none"), "engine:app"], /cannot read the policy/],
            [["--name", "a", "engine:app", "engine:b"], /--name is for one image/],
            [["--name", "A b", "engine:app"], /expected a repository name/],
            [["--login-file", path.join(folder, "none"), "app"], /cannot read the logins/],
            [["--login-file", policy, "app"], /policy\.yaml is no JSON/],
            [["--output", path.join(folder, "none/table"), "engine:app"], /the folder .*none takes no file/],
            [["--format", "xml", "engine:app"], /xml/],
            [[], /missing required argument/],
        ];
        for (const [words, message] of wrong) {
            const { refused, asked, calls, stdout, code } = await run(words);
            assert.match(refused, message);
            assert.deepEqual([asked, calls, stdout, code], [[], [], "", -1], words.join(" "));
        }
    });

    it("judges by the policy of a file, and by exceptions and acceptances of the image's name", async () => {
        const images = { "team/app:1": scanned("CVE-1") };
        const policy = path.join(folder, "policy.json");
        fs.writeFileSync(policy, '{"threshold": 1}');
        const judged = async (words: readonly string[], scan: Record<string, unknown> = {}) =>
            (await run([...words, "engine:team/app:1"], { images, access: { scan } })).code;
        assert.equal(await judged([]), 1);
        assert.equal(await judged(["--policy", policy]), 0);
        assert.equal(await judged([], { threshold: 1 }), 0);
        const exception = { vulnerability: "CVE-1", owner: "ops", reason: "r", until: "2027-01-01" };
        assert.equal(await judged([], { exceptions: [{ ...exception, image: "docker.io/team/app" }] }), 0);
        assert.equal(await judged([], { exceptions: [{ ...exception, image: "other" }] }), 1);
        assert.equal(
            await judged(["--name", "other"], { exceptions: [{ ...exception, image: "other" }] }),
            0,
        );
    });

    it("writes a file whole, and says the verdict beside it in one line", async () => {
        const file = path.join(folder, "result.json");
        const images = { bad: scanned("CVE-1") };
        const { code, stdout, stderr } = await run(["--format", "json", "--output", file, "engine:bad"], {
            images,
        });
        assert.deepEqual([code, stdout], [1, ""]);
        assert.deepEqual(verdicts(fs.readFileSync(file, "utf8")), ["docker.io/bad fail"]);
        assert.match(
            stderr,
            /^portcullis: 1 image: over the threshold: bad@sha256:\w+: 1 finding of severity High or above/m,
        );
        assert.match(stderr, /^portcullis: engine:bad: scanned$/m);
    });
});
