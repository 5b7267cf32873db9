import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import * as crypto from "node:crypto";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { strToU8, zipSync } from "fflate";
import { parseKey, parsePrivateKey } from "sshpk";
import * as YAML from "yaml";
import { exportUpdaters, findClairctl } from "../../cli/mirror/programs";
import { startMirror } from "../../cli/mirror/server";
import { exportConfig } from "../../scan/mirror/layout";
import { Carried, day, fixedIn, goRecord, samples } from "../support/mirror/carried";
import { runningProcess, signalGroup } from "../support/signals";
import { type Ended, root, TestHost, TestStack } from "../support/stack";
import { sha256 } from "../unit/scan/lists-sample";

/** Kills of one build, at points that are spread over its time. */
const kills = 13;

/** Clair's own parsers, and the program's own preview; there is no host, and none is needed. */
describe("advisories that were carried", () => {
    const host = new TestHost("mirror", "trixie", "10.213.79.0/29");
    const stack = new TestStack(host);
    const carried = new Carried();
    const out = path.join(carried.folder, "out/a.json.gz");
    const key = path.join(carried.folder, "key");
    const lab = path.join(root, "lab/data/advisories");

    const mirror = (command: string): Promise<Ended> => stack.shell(`bin/portcullis mirror ${command}`);
    const build = (folder: string) => mirror(`build ${folder} --out ${out} --key ${key}`);
    const archive = () => fs.readFileSync(out);

    before(() => {
        fs.mkdirSync(path.dirname(out));
        execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
        execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", `${key}-other`]);
    });
    after(() => {
        carried.remove();
        for (const folder of [path.join(root, host.folder), stack.folder]) {
            fs.rmSync(folder, { recursive: true, force: true });
        }
    });

    it("give the lab's archive, to the byte", async () => {
        const ended = await build(lab);
        assert.equal(ended.status, 0, ended.output);
        assert.match(ended.stdout, /^osv\/go: 421 advisories of 2026-08-01 \(go\.osv\.jsonl\)$/m);
        assert.match(ended.stdout, /^go\.osv\.jsonl: 36 left out, because its range matches no version/m);
        assert.equal(
            sha256(archive()),
            sha256(fs.readFileSync(path.join(root, ".portcullis/archives/advisories.json.gz"))),
        );
        const verified = await mirror(`verify ${out} --key ${key}.pub`);
        assert.equal(verified.status, 0, verified.output);
        assert.match(verified.stdout, /^5079 advisories of 8 updaters$/m);
    });

    it("are read by Clair's own parsers, whatever their kind and packing", async () => {
        carried.put(
            "all.zip",
            Buffer.from(
                zipSync({
                    "GO-1.json": strToU8(JSON.stringify(goRecord("GO-1"))),
                    "GO-2.json": strToU8(
                        JSON.stringify(goRecord("GO-2", { published: "2026-02-30T00:00:00Z" })),
                    ),
                }),
            ),
        );
        const oval = fs.readFileSync(path.join(samples, "com.ubuntu.noble.cve.oval.xml"));
        carried.put("oval.xml.bz2", execFileSync("bzip2", ["-c"], { input: oval }));
        carried.put(
            "vex/2026/cve-2026-90004.json",
            fs.readFileSync(path.join(samples, "cve-2026-90004.json")),
        );
        carried.put(
            "vex.tar.zst",
            execFileSync("tar", ["-C", path.join(carried.folder, "vex"), "--zstd", "-cf", "-", "2026"]),
        );
        const releases = { trixie: fixedIn("3.5.1-1"), forky: fixedIn("3.5.2-1") };
        carried.put("tracker.json", JSON.stringify({ openssl: { "CVE-2026-1": { releases } } }));
        const sources = [
            { kind: "osv", ecosystem: "Go", file: "all.zip", date: day },
            { kind: "ubuntu", release: "24.04", file: "oval.xml.bz2", date: "2026-11-02T00:00:00Z" },
            { kind: "rhel-vex", file: "vex.tar.zst", date: "2026-11-03T00:00:00Z" },
            { kind: "debian", file: "tracker.json", date: "2026-11-04T00:00:00Z" },
        ];
        carried.put("sources.json", JSON.stringify({ sources }));
        const ended = await build(carried.folder);
        assert.equal(ended.status, 0, ended.output);
        const verified = await mirror(`verify ${out}`);
        for (const line of [
            /^debian\/updater: 1 advisory of 2026-11-04,/m,
            /^osv\/go: 1 advisory of 2026-11-01,/m,
            /^rhel-vex: 1 advisory of 2026-11-03,/m,
            /^ubuntu\/updater\/noble: 4 advisories of 2026-11-02,/m,
        ]) {
            assert.match(verified.stdout, line);
        }
        const dropped = fs.readFileSync(`${out}.dropped`, "utf8");
        assert.match(dropped, /^all\.zip\tGO-2\t.*published/m);
        assert.match(dropped, /^oval\.xml\.bz2\tCVE-2026-90003 .*\tits date is none/m);
        assert.match(dropped, /^tracker\.json\t1 issue of forky\tforky \(Debian 14\) has no version/m);
        const first = archive();
        assert.equal((await build(carried.folder)).status, 0);
        assert.ok(archive().equals(first), "the same files gave other bytes");
    });

    it("would stop Clair's parsers as they are: one date is enough", async () => {
        const served = async (published: string) => {
            const zip = zipSync({ "1.json": strToU8(JSON.stringify(goRecord("GO-1", { published }))) });
            const server = await startMirror(
                new Map([
                    ["/ecosystems.txt", { content: Buffer.from("Go\n") }],
                    ["/Go/all.zip", { content: Buffer.from(zip) }],
                ]),
            );
            try {
                const config = YAML.stringify(exportConfig(server.url, { sets: ["osv"], ubuntu: [] }));
                const target = path.join(carried.folder, "export");
                await exportUpdaters(
                    await findClairctl(undefined),
                    carried.put("config.yaml", config),
                    target,
                    carried.folder,
                );
                return fs.readFileSync(target, "utf8");
            } finally {
                await server.close();
            }
        };
        assert.match(await served("2026-02-28T00:00:00Z"), /GO-1/);
        await assert.rejects(
            served("2026-02-30T00:00:00Z"),
            /Clair's parsers do not take the data; .*clairctl ended with 1/s,
        );
    });

    it("leave the old archive or the new one, whole, wherever a build is killed", async () => {
        const begin = () => {
            const words = ["mirror", "build", lab, "--out", out, "--key", key];
            const child = spawn("bin/portcullis", words, { cwd: root, detached: true, stdio: "ignore" });
            return { child, ended: once(child, "close") as Promise<[number | null, string | null]> };
        };
        const started = Date.now();
        assert.equal((await begin().ended)[0], 0);
        const duration = Date.now() - started;
        const whole = sha256(archive());
        let old = 0;
        for (let kill = 1; kill <= kills; kill++) {
            fs.writeFileSync(out, "the old one");
            const { child, ended } = begin();
            const leader = runningProcess(child.pid);
            await Promise.race([ended, sleep((duration * kill) / (kills + 1))]);
            signalGroup(leader, "SIGKILL");
            await ended;
            const now = sha256(archive());
            // One that was quicker than the first has put the new one there; nothing else may be.
            assert.ok(now === sha256("the old one") || now === whole, `${kill}`);
            old += now === whole ? 0 : 1;
        }
        assert.ok(old > 0, "no build was killed before its end");
        assert.equal((await begin().ended)[0], 0);
        assert.equal(sha256(archive()), whole);
        assert.deepEqual(
            fs.readdirSync(path.dirname(out)).filter((name) => name.endsWith(".part")),
            [],
        );
    });

    it("are refused by a preview where another key has signed them, or nobody", async () => {
        const folder = path.join(root, host.folder);
        fs.mkdirSync(folder, { recursive: true });
        const pem = crypto.generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
        const login = parsePrivateKey(pem.toString(), "pem");
        fs.writeFileSync(path.join(folder, "id_ed25519"), login.toString("openssh"), { mode: 0o600 });
        fs.writeFileSync(
            path.join(folder, "host_key.pub"),
            parseKey(login.toPublic().toString("ssh"), "ssh").toString("ssh"),
        );
        const change = (advisoryKeyFile: string) => {
            stack.change({
                ...{ archiveFolder: undefined, images: {} },
                scanner: { advisoryArchive: out, advisoryKeyFile },
            });
        };
        change(`${key}.pub`);
        await stack.init();
        const taken = await stack.preview();
        assert.equal(taken.status, 0, taken.output);
        change(`${key}-other.pub`);
        const other = await stack.preview();
        assert.notEqual(other.status, 0);
        assert.match(
            other.output.replace(/\s+/g, " "),
            /portcullis:scanner\.advisoryKeyFile: \S+a\.json\.gz is not signed by a key of \S+key-other\.pub: ssh-keygen says/,
        );
        fs.rmSync(`${out}.sig`);
        change(`${key}.pub`);
        const unsigned = await stack.preview();
        assert.notEqual(unsigned.status, 0);
        assert.match(unsigned.output.replace(/\s+/g, " "), /there is no signature \(\S+a\.json\.gz\.sig\)/);
    });
});
