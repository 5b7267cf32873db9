import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { engineLogin } from "../../../components/image/login";
import { hostScripts } from "../../../components/toolkit/scripts";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

/** What the engine answers for an image whose tag names an index of two platforms. */
const descriptor = (letter: string): string =>
    JSON.stringify({
        Descriptor: { mediaType: "application/vnd.oci.image.index.v1+json", digest: digest(letter), size: 1 },
        Platforms: [{ architecture: "amd64", os: "linux" }],
    });

/** What `docker system dial-stdio` does: standard input to the engine, with its end, and the engine's answer back. */
const dial = (socket: string): string => `#!${process.execPath}
const [a, b] = process.argv.slice(2);
if (a !== "system" || b !== "dial-stdio") process.exit(9);
const engine = require("node:net").connect({ path: ${JSON.stringify(socket)}, allowHalfOpen: true });
engine.on("error", (error) => { console.error("dial: " + error.code); process.exit(1); });
process.stdin.pipe(engine);
engine.pipe(process.stdout);
engine.on("end", () => process.exit(0));
`;

describe("the digest that a tag names", function () {
    this.timeout(20_000);
    let folder: string;
    let server: http.Server;
    let asked: { path: string | undefined; login: string | undefined }[];
    /** The fake engine's answer: status and body; nothing where it never answers. */
    let answer: (path: string) => readonly [number, string] | undefined;

    beforeEach(async () => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "tags-"));
        fs.mkdirSync(path.join(folder, "bin"));
        const common = hostScripts().find(({ name }) => name === "common.sh");
        fs.writeFileSync(path.join(folder, "common.sh"), common?.text ?? "");
        asked = [];
        const socket = path.join(folder, "docker.sock");
        server = http.createServer((request, response) => {
            const login = request.headers["x-registry-auth"];
            asked.push({ path: request.url, login: typeof login === "string" ? login : undefined });
            const answered = answer(request.url ?? "");
            // The engine gives up for a client that has hung up before it has its answer.
            let isGone = false;
            request.socket.on("end", () => (isGone = true));
            void sleep(150).then(() => {
                if (isGone) {
                    response.destroy();
                } else if (answered !== undefined) {
                    response.writeHead(answered[0]).end(answered[1]);
                }
            });
        });
        await new Promise<void>((resolve) => server.listen(socket, resolve));
        fs.writeFileSync(path.join(folder, "bin/docker"), dial(socket), { mode: 0o755 });
    });

    afterEach(() => {
        server.closeAllConnections();
        server.close();
        fs.rmSync(folder, { recursive: true });
    });

    /** Runs a shell text behind common.sh. */
    const shell = (text: string, input = ""): Promise<{ status: number | null; stdout: string }> =>
        new Promise((resolve) => {
            const child = spawn("sh", ["-c", `. ${folder}/common.sh\nwork=${folder}\n${text}`], {
                env: { ...process.env, PATH: `${folder}/bin:${process.env["PATH"] ?? ""}` },
                stdio: ["pipe", "pipe", "inherit"],
            });
            let stdout = "";
            child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
            child.on("close", (status) => {
                resolve({ status, stdout });
            });
            child.stdin.end(input);
        });

    it("is asked of the engine, which has its answer before the asker hangs up", async () => {
        answer = () => [200, descriptor("a")];
        const ended = await shell("tag_digest registry.example.org:5000/team/app:1 ''");
        assert.deepEqual(ended, { status: 0, stdout: `${digest("a")}\n` });
        assert.deepEqual(asked, [
            { path: "/distribution/registry.example.org:5000/team/app:1/json", login: undefined },
        ]);
    });

    it("is asked with a login, which stands in no list of arguments", async () => {
        answer = () => [200, descriptor("a")];
        const login = { username: "puller", password: 'p"ä>?ss' };
        const header = engineLogin(login);
        const ended = await shell(`exec 2>${folder}/trace; set -x; tag_digest app:1 '${header}'`);
        assert.equal(ended.status, 0);
        assert.equal(asked[0]?.login, header);
        // As Go's base64.URLEncoding reads it, with its padding.
        assert.equal(header.length % 4, 0);
        assert.deepEqual(JSON.parse(Buffer.from(header, "base64url").toString()), login);
        const trace = fs.readFileSync(path.join(folder, "trace"), "utf8");
        const started = trace
            .split("\n")
            .filter((line) => /^\++ (timeout|docker|mkfifo|tr|grep|sed)\b/.test(line));
        assert.ok(started.length >= 3, trace);
        assert.ok(started.every((line) => !line.includes(header)));
    });

    for (const [what, given, words] of [
        [
            "an error",
            [401, '{"message":"unauthorized: authentication required"}'],
            "unauthorized: authentication required",
        ],
        [
            "an error with quotes and lines",
            [500, '{"message":"Get \\"https://r/v2/\\": dial tcp:\\n no route"}\n'],
            'Get "https://r/v2/": dial tcp:  no route',
        ],
        ["an answer without a digest", [200, "{}"], "the answer names no digest"],
        [
            "a digest of another kind",
            [200, '{"Descriptor":{"digest":"sha256:abc"}}'],
            "the answer names no digest",
        ],
        [
            "an answer that is no JSON",
            [503, "<html>"],
            "the engine gives no answer: HTTP/1.1 503 Service Unavailable",
        ],
    ] as const) {
        it(`is none where there is ${what}, whose words are told`, async () => {
            answer = () => given;
            assert.deepEqual(await shell("tag_digest app:1 ''"), { status: 1, stdout: `${words}\n` });
        });
    }

    it("is none of an engine that is not there, or that never answers", async () => {
        answer = () => undefined;
        const silent = await shell("tag_digest app:1 '' 1");
        assert.deepEqual(silent, { status: 1, stdout: "no answer within 1 s\n" });
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
        const gone = await shell("tag_digest app:1 ''");
        assert.equal(gone.status, 1);
        assert.match(gone.stdout, /^the engine gives no answer: dial: ENOENT|ECONNREFUSED/);
    });

    describe("as evidence", () => {
        const things = `tag app:1 ${digest("a")}\ntag app:10 ${digest("b")}\ntag other:1 ${digest("c")}\n`;
        const evidence = async (followed: string, more = ""): Promise<string[]> => {
            const { stdout } = await shell(`${more}\nfollowed='${followed}'\nevidence`, things);
            return stdout
                .split("\n")
                .filter((line) => line !== "")
                .sort();
        };

        it("is what it was in a step, which has just asked", async () => {
            assert.deepEqual(
                await evidence(""),
                [
                    `tag app:10 ${digest("b")}\t${digest("b")}`,
                    `tag app:1 ${digest("a")}\t${digest("a")}`,
                    `tag other:1 ${digest("c")}\t${digest("c")}`,
                ].sort(),
            );
            assert.deepEqual(asked, []);
        });

        it("is asked of each reference that is followed, and of no other, and is told of those alone that fail", async () => {
            answer = (url) =>
                url.includes("new")
                    ? [404, '{"message":"manifest unknown"}']
                    : url.includes("/app:10/")
                      ? [200, descriptor("b")]
                      : [200, descriptor("d")];
            assert.deepEqual(
                await evidence("app:1 \napp:10 bG9naW4=\nnew:1 "),
                [
                    `tag app:10 ${digest("b")}\t${digest("b")}`,
                    `tag app:1 ${digest("a")}\t${digest("d")}`,
                    `tag other:1 ${digest("c")}\t${digest("c")}`,
                    "unanswered new:1\tmanifest unknown",
                ].sort(),
            );
            assert.deepEqual(
                asked.sort((one, other) => ((one.path ?? "") < (other.path ?? "") ? -1 : 1)),
                [
                    { path: "/distribution/app:1/json", login: undefined },
                    { path: "/distribution/app:10/json", login: "bG9naW4=" },
                    { path: "/distribution/new:1/json", login: undefined },
                ],
            );
        });

        it("stays what it was where nothing answers, and all of them together take no longer than one", async () => {
            answer = () => undefined;
            const many = Array.from({ length: 20 }, (_, at) => `app:${at} `).join("\n");
            const began = Date.now();
            const lines = await evidence(many, "answer_seconds=2");
            assert.ok(Date.now() - began < 15_000);
            assert.ok(lines.includes(`tag app:1 ${digest("a")}\t${digest("a")}`));
            assert.equal(lines.filter((line) => line.startsWith("unanswered ")).length, 20);
            assert.ok(
                lines.some((line) => line.endsWith("\tno time was left, as other registries gave no answer")),
            );
        });
    });
});
