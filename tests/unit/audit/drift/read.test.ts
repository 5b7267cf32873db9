import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { sweepEngine } from "../../../../audit/collect/engine";
import type { ContainerSettings } from "../../../../declaration/container-settings";
import { askedFor, parseDeclared, readDeclared, type Asked } from "../../../../audit/drift/read";
import { targetOf } from "../../../../transport/target";
import { AuditError } from "../../../../audit/error";
import { readRecording, withEngine } from "../recording";
import { declaration } from "./sample";

const here = targetOf("unix:///run/docker.sock");
const nothing: Asked = { paths: [], contents: [], folders: [], users: [] };

describe("drift: what the script reads", () => {
    let folder: string;

    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-drift-"));
    });
    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    function read(asked: Partial<Asked>, seconds = 20) {
        const signal = AbortSignal.timeout(seconds * 1000);
        return readDeclared(here, { ...nothing, ...asked }, signal);
    }

    it("tells files, links, folders and what is not there apart, and follows nothing", async () => {
        const at = (name: string) => path.join(folder, name);
        fs.writeFileSync(at("file"), "content");
        fs.chmodSync(at("file"), 0o4640);
        fs.symlinkSync("file", at("link"));
        fs.symlinkSync("nowhere", at("dangling"));
        fs.mkdirSync(at("folder"));
        assert.equal(spawnSync("mkfifo", [at("fifo")]).status, 0);
        const names = ["file", "link", "dangling", "folder", "fifo", "absent", "file/below"];
        const { paths } = await read({ paths: names.map(at) });
        const sha256 = crypto.createHash("sha256").update("content").digest("hex");
        const own = { uid: process.getuid?.(), gid: process.getgid?.() };
        assert.deepEqual(paths.get(at("file")), { type: "file", mode: "4640", sha256, ...own });
        assert.deepEqual(
            names.map((name) => paths.get(at(name))?.type),
            ["file", "link", "link", "directory", "other", undefined, undefined],
        );
        assert.equal(paths.get(at("link"))?.sha256, undefined);
    });

    it("takes names for names: nothing in them is run, and none hides another", async () => {
        const evil = [
            "a b",
            "$(touch pwned)",
            "'; touch pwned; '",
            "-n",
            "back\\slash",
            "*",
            "\u001b[2J",
            "%s%n",
            " lead",
        ];
        fs.mkdirSync(path.join(folder, "evil"));
        for (const name of evil) {
            fs.writeFileSync(path.join(folder, "evil", name), name);
        }
        const asked = evil.map((name) => path.join(folder, "evil", name));
        const found = await read({ paths: asked, contents: asked, folders: [path.join(folder, "evil")] });
        for (const [index, name] of asked.entries()) {
            const sha256 = crypto
                .createHash("sha256")
                .update(evil[index] ?? "")
                .digest("hex");
            assert.equal(found.paths.get(name)?.sha256, sha256, name);
            assert.equal(found.contents.get(name), evil[index]);
        }
        assert.deepEqual([...found.entries].sort(), [...asked].sort());
        assert.ok(!fs.existsSync("pwned"));
    });

    it("lists names with line ends in a folder as one each", async () => {
        fs.mkdirSync(path.join(folder, "lines"));
        fs.writeFileSync(path.join(folder, "lines", "a\nb"), "");
        assert.deepEqual((await read({ folders: [path.join(folder, "lines")] })).entries, [
            path.join(folder, "lines", "a\nb"),
        ]);
    });

    it("says so of what is too long", async () => {
        const file = path.join(folder, "long");
        fs.writeFileSync(file, "");
        fs.truncateSync(file, 67108865);
        const found = await read({ paths: [file], contents: [file] });
        assert.equal(found.paths.get(file)?.sha256, undefined);
        assert.equal(found.contents.get(file), null);
        fs.truncateSync(file, 65536);
        assert.equal((await read({ contents: [file] })).contents.get(file)?.length, 65536);
    });

    it("knows the host's users and its subordinate ids", async () => {
        const found = await read({ users: ["root", "nobody-of-this-name"] });
        assert.deepEqual([...found.users], ["root"]);
    });

    it("gives up in the time that it was given", async () => {
        await assert.rejects(
            readDeclared(here, nothing, AbortSignal.abort(new Error("no full answer within 1 s"))),
            (error) => error instanceof AuditError && error.message.includes("no full answer within 1 s"),
        );
    });
});

describe("drift: what the script prints", () => {
    const pack = (text: string): string => Buffer.from(text).toString("base64");
    const asked = { ...nothing, paths: ["/a"], contents: ["/a"] };
    const fields = {
        format: 1,
        paths: pack("81a4 644 0 0 - /a\n"),
        contents: pack("eA== /a\n"),
        entries: pack(""),
        users: pack(""),
        subuid: pack(""),
        subgid: pack(""),
    };
    const parse = (change: object) =>
        parseDeclared(JSON.stringify({ ...fields, ...change }), asked, "ssh://host");

    it("is read", () => {
        assert.equal(parse({}).contents.get("/a"), "x");
        assert.equal(parse({ paths: pack("absent /a\n") }).paths.get("/a"), undefined);
        assert.equal(parse({ paths: pack("absent /a\n") }).paths.has("/a"), true);
    });

    it("is never guessed at: a path without an answer is not one that is absent", () => {
        assert.throws(() => parse({ paths: "" }), /it says nothing of "\/a"/);
        assert.throws(() => parse({ contents: "" }), /it says nothing of "\/a"/);
        assert.throws(
            () => parse({ paths: pack("unreadable /a\n") }),
            /\/a on ssh:\/\/host is there, but cannot be read/,
        );
    });

    it("may be anything: it is read, or it is an error of the audit", () => {
        const broken = fc.oneof(
            fc.string(),
            fc.json(),
            fc
                .tuple(fc.constantFrom(...Object.keys(fields)), fc.string({ unit: "binary" }))
                .map(([key, text]) => JSON.stringify({ ...fields, [key]: pack(text) })),
        );
        fc.assert(
            fc.property(broken, (text) => {
                try {
                    parseDeclared(text, asked, "ssh://host");
                } catch (error) {
                    assert.ok(error instanceof AuditError, String(error));
                }
            }),
        );
    });

    it("is asked for every path of a declaration, once", () => {
        assert.deepEqual(askedFor(declaration), {
            paths: ["/etc/p/a.key", "/etc/p/a.crt", "/etc/p", "/etc/p.d"],
            contents: ["/etc/p/a.crt", "/etc/audit/p.rules"],
            folders: ["/etc/p"],
            users: ["dockremap"],
        });
    });
});

describe("drift: what the engine answers", () => {
    /** A registry as this program made it, on both generations of the engine. */
    const expected: Partial<ContainerSettings> = {
        state: "running",
        user: "1000:1000",
        readOnly: true,
        privileged: false,
        capabilities: { adds: [], drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
        maskedPaths: true,
        memory: 268435456,
        memorySwap: 268435456,
        cpus: 1,
        cpuShares: 0,
        pidsLimit: 128,
        restart: "unless-stopped",
        networksAdvanced: {
            "portcullis-registry": ["registry"],
            "portcullis-scan": ["registry.portcullis.internal"],
        },
        publishAllPorts: false,
        mounts: [
            "bind /etc/portcullis/registry/config.yml -> /etc/portcullis/config.yml (read-only)",
            "bind /etc/portcullis/registry/htpasswd -> /etc/portcullis/htpasswd (read-only)",
            "bind /etc/portcullis/registry/tls/server.crt -> /etc/portcullis/tls/server.crt (read-only)",
            "bind /etc/portcullis/registry/tls/server.key -> /etc/portcullis/tls/server.key (read-only)",
            "volume portcullis-registry -> /var/lib/registry",
        ],
        healthcheck: {
            tests: ["CMD-SHELL", "wget -q -O /dev/null http://127.0.0.1:5001/debug/health"],
            interval: 5,
            timeout: 5,
            startPeriod: 10,
            retries: 5,
        },
        entrypoints: ["registry", "serve", "/etc/portcullis/config.yml"],
        usernsMode: "",
        pidMode: "",
        ipcMode: "",
        utsMode: "",
        devices: [],
        groupAdds: [],
        sysctls: {},
        hosts: [],
        dns: [],
    };
    for (const name of ["hardened", "hardened-20.10"] as const) {
        it(`is what was asked of it, what it fills in left out: ${name}`, async () => {
            const { answers } = readRecording(name);
            const { live } = await withEngine(
                (asked) => answers[asked],
                (url) => sweepEngine(targetOf(url), AbortSignal.timeout(5000)),
            );
            const registry = live.containers.find((container) => container.name === "portcullis-registry");
            assert.ok(registry?.settings !== undefined && registry.isLabelled);
            const { settings } = registry;
            assert.deepEqual(
                Object.fromEntries(
                    Object.keys(expected).map((key) => [key, settings[key as keyof typeof settings]]),
                ),
                expected,
            );
            assert.equal(settings.ports.length, 1);
            assert.match(settings.ports[0] ?? "", /^10\.213\.[0-9]+\.2:5000->5000\/tcp$/);
            assert.equal(live.networks.find((network) => network.name === "portcullis-scan")?.internal, true);
            assert.deepEqual(
                live.volumes.find((volume) => volume.name === "portcullis-registry"),
                { name: "portcullis-registry", driver: "local", options: {} },
            );
            assert.ok(live.images.get(settings.image)?.envs["PATH"] !== undefined);
        });
    }

    it("has a container that does not run, too", async () => {
        const { answers } = readRecording("hardened");
        const list = answers["/containers/json"];
        assert.ok(Array.isArray(list));
        const stopped = list.map((container: object) => ({ ...container, State: "exited" }));
        const { live } = await withEngine(
            (asked) => (asked === "/containers/json" ? stopped : answers[asked]),
            (url) => sweepEngine(targetOf(url), AbortSignal.timeout(5000)),
        );
        assert.deepEqual(
            live.containers.map((container) => [container.name, container.state, container.settings]).sort(),
            ["clair", "postgres", "registry"].map((name) => [`portcullis-${name}`, "exited", undefined]),
        );
        assert.ok(live.containers.every(({ isLabelled }) => isLabelled));
    });
});
