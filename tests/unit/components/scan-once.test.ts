import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { hostScripts } from "../../../components/toolkit/scripts";

const digest = `sha256:${"d".repeat(64)}`;
const config = `sha256:${"e".repeat(64)}`;
const word = (text: string) => Buffer.from(text).toString("base64");
const head = `password ${word("secret")}\nconfig ${word("{}")}\nlogin ${word('{"auths":{}}')}\nend\n`;

describe("scripts of portcullis scan on the host", function () {
    this.timeout(30_000);
    let folder: string;
    const at = (name: string) => path.join(folder, name);
    const read = (name: string) => (fs.existsSync(at(name)) ? fs.readFileSync(at(name), "utf8") : "");

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "scan-once-"));
        for (const name of ["lib", "bin", "run", "state"]) {
            fs.mkdirSync(at(name));
        }
        for (const { name, text } of hostScripts()) {
            const own = text
                .replaceAll("/run/portcullis", `${folder}/run/portcullis`)
                .replaceAll("/var/lib/portcullis", `${folder}/state`)
                .replaceAll(":-/run}", `:-${folder}/run}`);
            fs.writeFileSync(at(`lib/${name}`), own, { mode: 0o755 });
        }
        const blobs = at("volume/docker/registry/v2/blobs/sha256");
        for (const [name, text] of [
            [digest, `{"config":{"digest":"${config}"}}`],
            [config, '{"history":[]}'],
        ] as const) {
            const hex = name.replace("sha256:", "");
            fs.mkdirSync(path.join(blobs, hex.slice(0, 2), hex), { recursive: true });
            fs.writeFileSync(path.join(blobs, hex.slice(0, 2), hex, "data"), text);
        }
        script(
            "lib/push-image.sh",
            `echo "$@" >${at("pushed")}; cat >${at("password")}; echo '{"digest":"${digest}"}'`,
        );
        script("lib/scan-image.sh", `echo "$@" >${at("asked")}; printf cmVwb3J0`);
        script(
            "lib/forget-scans.sh",
            `echo "$@" >>${at("forgotten")}; ls ${at("run")} | grep portcullis-scan >>${at("forgotten")}; rm -rf ${at("state")}/scan-$3`,
        );
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    function script(name: string, text: string): void {
        fs.writeFileSync(at(name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    }

    /** An engine that has these images, notes what it is told, and pulls what is not called missing. */
    function engine(...names: readonly string[]): void {
        script(
            "bin/docker",
            `echo "$@" >>${at("told")}
case "$*" in
'volume inspect'*) echo ${at("volume")} ;;
'image inspect'*.Id*) echo sha256:1 ;;
'image inspect'*.Os*) echo linux/arm64/v8 ;;
'image inspect'*RepoTags*unnamed) echo 00 ;;
'image inspect'*RepoTags*) case " ${names.join(" ")} " in *" $5 "*) echo 10 ;; *) exit 1 ;; esac ;;
'image inspect'*) for last; do :; done; case " ${names.join(" ")} " in *" $last "*) ;; *) exit 1 ;; esac ;;
pull*missing*) echo 'WARNING: x' >&2; echo 'no such manifest' >&2; exit 1 ;;
load*) cat >${at("loaded")} ;;
esac`,
        );
    }

    function run(name: string, words: readonly string[], stdin = "") {
        return spawnSync(at(`lib/${name}`), words, {
            encoding: "utf8",
            input: stdin,
            env: { PATH: `${at("bin")}:${process.env["PATH"] ?? ""}`, LC_ALL: "C", PORTCULLIS_CALLER: "" },
        });
    }
    const clair = ["clair", "net", "/config", "/ca", "/a:/b", "1", "http://clair/"];
    const scan = (kind: string, name: string, stdin = head) =>
        run(
            "scan-once.sh",
            ["ab", kind, name, "reg:5000", "user", "volume", "internal:5000", ...clair],
            stdin,
        );
    /** Nothing is left, and the scan was forgotten, behind its folder in memory. */
    const assertForgotten = () => {
        assert.equal(read("forgotten"), "reg:5000 volume ab\n");
        assert.deepEqual([fs.readdirSync(at("state")), read("run/portcullis-scan-ab")], [[], ""]);
        assert.deepEqual(
            fs.readdirSync(at("run")).filter((name) => !name.includes("lock")),
            [],
        );
    };

    it("push an image of the engine once, scan it, and forget it", () => {
        engine("redis:7", "reg:5000/portcullis/scan/ab:1");
        const { status, stdout, stderr } = scan("engine", "redis:7");
        assert.equal(status, 0, stderr);
        assert.deepEqual(JSON.parse(stdout), {
            digest,
            platform: "linux/arm64/v8",
            manifest: word(`{"config":{"digest":"${config}"}}`),
            config: word('{"history":[]}'),
            report: "cmVwb3J0",
        });
        assert.equal(read("pushed"), "sha256:1 reg:5000/portcullis/scan/ab 1 reg:5000 user volume once\n");
        assert.equal(read("password"), "secret");
        assert.equal(read("asked"), `internal:5000/portcullis/scan/ab@${digest} ${clair.join(" ")}\n`);
        assert.ok(!read("told").includes("pull"));
        assertForgotten();
    });

    it("pull a reference that the engine does not have, and note it, so that it goes", () => {
        engine("has@sha256:1");
        script(
            "lib/forget-scans.sh",
            `cat ${at("state")}/scan-ab/brought >>${at("brought")} 2>/dev/null; rm -rf ${at("state")}/scan-ab`,
        );
        assert.equal(scan("reference", "has@sha256:1").status, 0);
        assert.equal(read("brought"), "");
        assert.equal(scan("reference", "new@sha256:1").status, 0);
        assert.equal(read("brought"), "new@sha256:1\n");
        assert.match(read("told"), /^pull --quiet new@sha256:1$/m);
        const { status, stdout, stderr } = scan("reference", "missing@sha256:1");
        assert.deepEqual([status, stdout], [1, ""]);
        assert.match(
            stderr,
            /portcullis: missing@sha256:1: the host's engine cannot pull it: no such manifest/,
        );
        assert.equal(read("brought"), "new@sha256:1\nmissing@sha256:1\n");
    });

    it("load an archive behind the words, byte by byte as it came", () => {
        engine("reg:5000/portcullis/scan/ab:1");
        const archive = "line\n\npassword x\nend\n\0binary";
        const { status, stderr } = scan("archive", "-", head + archive);
        assert.equal(status, 0, stderr);
        assert.equal(read("loaded"), archive);
        assertForgotten();
    });

    for (const [what, kind, name, stdin, said] of [
        ["the engine does not have", "engine", "other", head, /other: the host's engine has no such image/],
        [
            "would be lost with the scan's own name",
            "engine",
            "unnamed",
            head,
            /unnamed: the image has no name .*'docker tag'/,
        ],
        ["an archive did not bring", "archive", "-", head, /loaded nothing from the archive/],
        ["is cut off in its words", "engine", "redis:7", head.slice(0, 40), /the connection was cut/],
        [
            "comes with a word that nobody knows",
            "engine",
            "redis:7",
            `user x\n${head}`,
            /does not know the word 'user'/,
        ],
    ] as const) {
        it(`scan nothing that ${what}, and leave nothing`, () => {
            engine("redis:7");
            const { status, stdout, stderr } = scan(kind, name, stdin);
            assert.deepEqual([status, stdout, read("asked")], [1, "", ""]);
            assert.match(stderr, said);
            assertForgotten();
        });
    }

    it("fail where what a scan brought cannot be removed", () => {
        engine("redis:7");
        script("lib/forget-scans.sh", "exit 1");
        const { status, stderr } = scan("engine", "redis:7");
        assert.equal(status, 1);
        assert.match(stderr, /was not removed; the next scan removes it/);
    });

    it("have canaries scanned in a repository of their own, and forget them", () => {
        engine();
        script("lib/scan-canaries.sh", `echo "$@" >${at("asked")}; cat >${at("password")}; echo '[]'`);
        const { status, stdout } = scan("canaries", "-", "lines");
        assert.deepEqual([status, stdout, read("password")], [0, "[]\n", "lines"]);
        assert.equal(
            read("asked"),
            `portcullis/scan/ab reg:5000 user volume internal:5000 ${clair.join(" ")}\n`,
        );
        assertForgotten();
        script("lib/scan-canaries.sh", "echo '['; exit 1");
        assert.equal(scan("canaries", "-").status, 1);
    });

    describe("before that", () => {
        const ready = (version: string, states: Readonly<Record<string, string>>) => {
            const cases = Object.entries(states).map(([name, state]) => `*' ${name}') echo '${state}' ;;`);
            script(
                "bin/docker",
                `case "$*" in version*) echo '${version}' ;; ${cases.join(" ")} *) exit 1 ;; esac`,
            );
            // Nobody waits in this test.
            script("bin/date", `echo >>${at("clock")}; echo $(($(wc -l <${at("clock")}) * 100))`);
            return run("scan-ready.sh", ["prod", "registry", "clair"]);
        };

        it("nothing is said where all runs", () => {
            const { status, stdout, stderr } = ready("26.1", {
                registry: "running healthy",
                clair: "running",
            });
            assert.deepEqual([status, stdout, stderr], [0, "", ""]);
        });

        it("what does not run is told, and how to mend it", () => {
            const cases: [string, Record<string, string>, RegExp][] = [
                ["", {}, /engine gives no answer/],
                ["26.1", { registry: "running healthy" }, /the container clair is not there/],
                [
                    "26.1",
                    { registry: "exited unhealthy", clair: "running" },
                    /registry is 'exited unhealthy'/,
                ],
                [
                    "26.1",
                    { registry: "running unhealthy", clair: "running" },
                    /registry is 'running unhealthy'/,
                ],
                [
                    "26.1",
                    { registry: "running starting", clair: "running" },
                    /registry is 'running starting'/,
                ],
            ];
            for (const [version, states, said] of cases) {
                const { status, stderr } = ready(version, states);
                assert.equal(status, 1);
                assert.match(stderr, said);
                assert.match(stderr, /Bring the stack up again: \.\/pulumiw up --stack prod$/m);
            }
        });
    });
});
