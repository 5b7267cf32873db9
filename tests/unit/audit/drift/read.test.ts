import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { askedFor, parseDeclared, readDeclared, type Asked } from "../../../../audit/drift/read";
import { targetOf } from "../../../../transport/target";
import { AuditError } from "../../../../audit/error";
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
            (error) =>
                error instanceof AuditError &&
                /what was declared of unix:\S+ cannot be read.*no full answer within 1 s/.test(error.message),
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

    it("is owner, mode, kind and digest of a path, and its name to the end", () => {
        const line = (mode: string, rest: string) =>
            parse({ paths: pack(`${mode} ${rest} /a\n`) }).paths.get("/a");
        const digest = "0123456789abcdef".repeat(4);
        assert.deepEqual(line("8124", `44 101000 102000 ${digest}`), {
            ...{ type: "file", mode: "0044", uid: 101000, gid: 102000, sha256: digest },
        });
        assert.equal(line("41ed", "755 0 0 -")?.type, "directory");
        const asked = { ...nothing, paths: ["/a\rb"], contents: ["/a\rb"] };
        const paths = pack("absent /a\rb\n");
        const contents = pack("- /a\rb\n");
        const found = parseDeclared(JSON.stringify({ ...fields, paths, contents }), asked, "x");
        assert.deepEqual(
            [...found.paths, ...found.contents],
            [
                ...[
                    ["/a\rb", undefined],
                    ["/a\rb", undefined],
                ],
            ],
        );
    });

    it("is the ranges of both files", () => {
        const { ranges } = parse({ subuid: pack("a:1:2\n\nb:3:4\n"), subgid: pack("c:5:6\n") });
        assert.deepEqual(ranges, { "/etc/subuid": ["a:1:2", "b:3:4"], "/etc/subgid": ["c:5:6"] });
    });

    it("is told where it is something else, no more of it than is needed", () => {
        const wrong = (change: object, problem: string) => {
            assert.throws(() => parse(change), {
                name: "AuditError",
                message:
                    `audit: what was declared of ssh://host cannot be read: the script's answer is not as expected: ${problem}; ` +
                    "check that the host runs Linux with GNU coreutils, and that the SSH user's shell prints nothing of its own",
            });
        };
        for (const line of ["x", "x81a4 644 0 0 - /a", "absent a", "81a4 648 0 0 - /a", "y".repeat(200)]) {
            wrong({ paths: pack(line) }, `${JSON.stringify(line)} is not a line about a path`);
        }
        wrong({ paths: pack("y".repeat(201)) }, `"${"y".repeat(200)}" is not a line about a path`);
        for (const line of ["x", "!eA== /a", "eA== a"]) {
            wrong({ contents: pack(line) }, "a line is not a file's content and its path");
        }
        for (const printed of ["motd", "y".repeat(201)]) {
            assert.throws(() => parseDeclared(printed, nothing, "x"), {
                message: new RegExp(`as expected: "${printed.slice(0, 200)}" is not JSON; check`),
            });
        }
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
        const certificates = declaration.items.filter(({ kind }) => kind === "certificate");
        assert.deepEqual(askedFor({ ...declaration, items: certificates }).paths, ["/etc/p/a.crt"]);
    });
});
