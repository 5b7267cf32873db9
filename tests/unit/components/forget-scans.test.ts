import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { hostScripts } from "../../../components/toolkit/scripts";

const hex = (digit: string) => digit.repeat(64);

describe("forget-scans.sh", function () {
    this.timeout(30_000);
    let folder: string;
    let store: string;

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "forget-scans-"));
        store = path.join(folder, "volume/docker/registry/v2");
        for (const name of ["lib", "bin", "run", "state"]) {
            fs.mkdirSync(path.join(folder, name));
        }
        for (const { name, text } of hostScripts()) {
            // Its locks and folders, apart from those of this machine.
            const own = text
                .replaceAll("/run/portcullis", `${folder}/run/portcullis`)
                .replaceAll("/var/lib/portcullis", `${folder}/state`);
            fs.writeFileSync(path.join(folder, "lib", name), own, { mode: 0o755 });
        }
        // An engine that knows its images by the lines of a file.
        const engine = `#!/bin/sh
case "$1 $2" in
'volume inspect') echo ${folder}/volume ;;
images*) for last; do :; done; case $last in *{{*) cut -d @ -f 1 ${folder}/images ;; *) grep "^$last[:@]" ${folder}/images || true ;; esac ;;
'image inspect') grep -qxF "$3" ${folder}/images || grep -qxF "$4" ${folder}/images ;;
rmi*) grep -vxF "$2" ${folder}/images >${folder}/images.new; mv ${folder}/images.new ${folder}/images ;;
esac
`;
        fs.writeFileSync(path.join(folder, "bin/docker"), engine, { mode: 0o755 });
        fs.writeFileSync(path.join(folder, "images"), "");
        fs.mkdirSync(path.join(store, "repositories"), { recursive: true });
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    /** Makes a repository with a manifest and layers, of which the store has the blobs. */
    function repository(name: string, manifest: string, ...layers: readonly string[]): void {
        const link = (place: string, digest: string) => {
            const at = path.join(store, "repositories", name, place, "sha256", digest);
            fs.mkdirSync(at, { recursive: true });
            fs.writeFileSync(path.join(at, "link"), `sha256:${digest}`);
        };
        link("_manifests/revisions", hex(manifest));
        for (const layer of layers) {
            link("_layers", hex(layer));
        }
        for (const digest of [manifest, ...layers].map(hex)) {
            const blob = path.join(store, "blobs/sha256", digest.slice(0, 2), digest);
            fs.mkdirSync(blob, { recursive: true });
            fs.writeFileSync(path.join(blob, "data"), digest);
        }
    }
    const blobs = (): string[] =>
        fs
            .readdirSync(path.join(store, "blobs/sha256"))
            .filter((name) => fs.readdirSync(path.join(store, "blobs/sha256", name)).length > 0)
            .map((name) => name.slice(0, 1))
            .sort();
    const has = (place: string): boolean => fs.existsSync(path.join(folder, place));
    const scans = (): string[] => fs.readdirSync(path.join(store, "repositories/portcullis/scan")).sort();

    function forget(...runs: readonly string[]) {
        return spawnSync(path.join(folder, "lib/forget-scans.sh"), ["reg:5000", "volume", ...runs], {
            encoding: "utf8",
            env: { PATH: `${folder}/bin:${process.env["PATH"] ?? ""}`, LC_ALL: "C" },
        });
    }

    it("removes a scan's repository and the blobs that no other repository has", () => {
        repository("redis", "a", "b");
        repository("portcullis/scan/one", "c", "b", "d");
        repository("portcullis/scan/two", "e", "d", "f");
        const first = forget("one");
        assert.equal(first.status, 0, first.stderr);
        assert.deepEqual([scans(), blobs()], [["two"], ["a", "b", "d", "e", "f"]]);
        assert.equal(forget("two").status, 0);
        assert.deepEqual([scans(), blobs()], [[], ["a", "b"]]);
        assert.deepEqual(fs.readdirSync(path.join(folder, "state")), []);
        assert.ok(!has("volume/portcullis-scan-aside"));
    });

    it("removes what killed scans left, and nothing of one that runs", async () => {
        repository("portcullis/scan/killed", "a", "b");
        repository("portcullis/scan/running", "c", "d");
        // An upload that nobody goes on with.
        fs.mkdirSync(path.join(store, "repositories/portcullis/scan/killed/_uploads/1"), { recursive: true });
        for (const run of ["killed", "running"]) {
            fs.mkdirSync(path.join(folder, `state/scan-${run}`));
            fs.writeFileSync(path.join(folder, `state/scan-${run}/lock`), "");
        }
        fs.writeFileSync(path.join(folder, "state/scan-killed/brought"), "r.example.org/app@sha256:1\n");
        fs.writeFileSync(
            path.join(folder, "images"),
            "r.example.org/app@sha256:1\nr.example.org/other@sha256:2\n",
        );
        const lock = path.join(folder, "state/scan-running/lock");
        const running = spawn("flock", [lock, "sh", "-c", "echo locked; exec sleep 60"], { stdio: "pipe" });
        await once(running.stdout, "data");
        const ended = forget();
        // flock has handed its lock on to what it runs.
        spawnSync("sh", ["-c", `kill $(ps -o pid= --ppid ${running.pid ?? 0}) ${running.pid ?? 0}`]);
        assert.equal(ended.status, 0, ended.stderr);
        assert.deepEqual([scans(), blobs()], [["running"], ["c", "d"]]);
        assert.deepEqual(fs.readdirSync(path.join(folder, "state")), ["scan-running"]);
        assert.equal(fs.readFileSync(path.join(folder, "images"), "utf8"), "r.example.org/other@sha256:2\n");
        await once(running, "close");
        assert.equal(forget().status, 0);
        assert.deepEqual([scans(), blobs()], [[], []]);
    });

    it("goes on from a removal that was killed, whose repository is gone already", () => {
        repository("redis", "a", "b");
        repository("portcullis/scan/one", "c", "b", "d");
        fs.mkdirSync(path.join(folder, "state/scan-one"));
        fs.writeFileSync(
            path.join(folder, "state/scan-one/blobs"),
            ["c", "b", "d"].map((one) => `${hex(one)}\n`).join(""),
        );
        fs.rmSync(path.join(store, "repositories/portcullis/scan/one"), { recursive: true });
        fs.mkdirSync(path.join(folder, "volume/portcullis-scan-aside"));
        fs.renameSync(
            path.join(store, "blobs/sha256/dd", hex("d")),
            path.join(folder, "volume/portcullis-scan-aside", hex("d")),
        );
        // A blob that was set aside, and that somebody has linked since.
        fs.renameSync(
            path.join(store, "blobs/sha256/bb", hex("b")),
            path.join(folder, "volume/portcullis-scan-aside", hex("b")),
        );
        const ended = forget();
        assert.equal(ended.status, 0, ended.stderr);
        assert.deepEqual(blobs(), ["a", "b"]);
        assert.ok(!has("volume/portcullis-scan-aside") && !has("state/scan-one"));
    });

    /** Has a program fail where a word is among its words, after it has said half of what it would say. */
    function failing(program: string, word: string): void {
        const real = spawnSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).stdout.trim();
        fs.writeFileSync(
            path.join(folder, "bin", program),
            `#!/bin/sh\ncase "$*" in *${word}*) ${real} "$@" | head -n 1; exit 2 ;; esac\nexec ${real} "$@"\n`,
            { mode: 0o755 },
        );
        // Nobody waits in these tests.
        fs.writeFileSync(path.join(folder, "bin/sleep"), "#!/bin/sh\n", { mode: 0o755 });
        fs.writeFileSync(
            path.join(folder, "bin/date"),
            `#!/bin/sh\necho >>${folder}/asked; echo $(($(wc -l <${folder}/asked) * 50))\n`,
            { mode: 0o755 },
        );
    }

    for (const [program, word] of [
        ["find", "_manifests/revisions/sha256/\\*/link"],
        ["sed", "links"],
        ["sort", "unsorted"],
        ["sort", "/blobs"],
        ["comm", "linked"],
    ] as const) {
        it(`removes no blob where ${program} fails with ${word}`, () => {
            repository("redis", "a", "b");
            repository("portcullis/scan/one", "c", "b", "d");
            failing(program, word);
            const ended = forget("one");
            assert.equal(ended.status, 0, ended.stderr);
            assert.match(ended.stderr, /cannot all be read .*until the next scan/);
            assert.deepEqual(blobs(), ["a", "b", "c", "d"]);
            fs.rmSync(path.join(folder, "bin", program));
            assert.equal(forget().status, 0);
            assert.deepEqual(blobs(), ["a", "b"]);
            assert.ok(!has("state/scan-one") && !has("volume/portcullis-scan-aside"));
        });
    }

    for (const [program, word] of [
        ["find", "_manifests/revisions/sha256/\\*/link"],
        ["grep", hex("b")],
    ] as const) {
        it(`gives back what was set aside where ${program} fails, and keeps it where that fails too`, () => {
            repository("redis", "a", "b");
            const [blob, aside] = [
                path.join(store, "blobs/sha256/bb", hex("b")),
                path.join(folder, "volume/portcullis-scan-aside", hex("b")),
            ];
            fs.mkdirSync(path.dirname(aside));
            fs.renameSync(blob, aside);
            failing(program, word);
            fs.writeFileSync(path.join(folder, "bin/mv"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
            assert.equal(forget().status, 0);
            assert.ok(fs.existsSync(aside) && !fs.existsSync(blob));
            fs.rmSync(path.join(folder, "bin/mv"));
            assert.equal(forget().status, 0);
            assert.ok(fs.existsSync(path.join(blob, "data")) && !has("volume/portcullis-scan-aside"));
        });
    }

    it("forgets a scan that was killed before it pushed, where no scan ever pushed", () => {
        fs.mkdirSync(path.join(folder, "run/portcullis-scan-killed"));
        fs.writeFileSync(path.join(folder, "images"), "reg:5000/portcullis/scan/other@sha256:1\n");
        const ended = forget();
        assert.deepEqual([ended.status, ended.stderr], [0, ""]);
        assert.ok(!has("run/portcullis-scan-killed") && !has("state/scan-killed"));
        assert.equal(fs.readFileSync(path.join(folder, "images"), "utf8"), "");
    });

    it("has its notes go with our scripts", () => {
        fs.mkdirSync(path.join(folder, "state/scan-killed"));
        fs.writeFileSync(path.join(folder, "state/owner.json"), "");
        const ended = spawnSync(path.join(folder, "lib/remove-toolkit.sh"), { encoding: "utf8" });
        assert.equal(ended.status, 0, ended.stderr);
        assert.deepEqual(fs.readdirSync(path.join(folder, "state")), ["owner.json"]);
        assert.ok(!has("lib"));
    });

    it("leaves blobs to the next scan while somebody uploads", () => {
        repository("portcullis/scan/one", "c", "d");
        const upload = path.join(store, "repositories/team/app/_uploads/1");
        fs.mkdirSync(upload, { recursive: true });
        fs.writeFileSync(path.join(upload, "data"), "");
        // Nobody waits in this test.
        fs.writeFileSync(
            path.join(folder, "bin/date"),
            `#!/bin/sh\necho >>${folder}/asked; echo $(($(wc -l <${folder}/asked) * 50))\n`,
            { mode: 0o755 },
        );
        const ended = forget("one");
        assert.equal(ended.status, 0, ended.stderr);
        assert.match(ended.stderr, /until the next scan/);
        assert.deepEqual([scans(), blobs()], [[], ["c", "d"]]);
        // An upload that was given up long ago keeps nothing.
        const old = new Date(Date.now() - 3_600_000);
        for (const place of [path.join(upload, "data"), upload]) {
            fs.utimesSync(place, old, old);
        }
        assert.equal(forget().status, 0);
        assert.deepEqual(blobs(), []);
        assert.ok(!has("state/scan-one"));
    });
});
