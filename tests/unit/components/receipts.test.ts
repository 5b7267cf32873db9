import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { hostScripts, localScript } from "../../../components/toolkit/scripts";
import { generationOf, losses, parseLook } from "../../../components/presence/look";

describe("receipts of the steps on a host", function () {
    this.timeout(20_000);
    let folder: string;

    /** A script's text with all of its folders below the test's own. */
    const here = (text: string) =>
        text
            .replaceAll("/run/portcullis", `${folder}/run/portcullis`)
            .replaceAll("/var/lib/portcullis", `${folder}/state`)
            .replaceAll("/usr/local/lib/portcullis", `${folder}/lib`);

    function script(name: string, text: string): void {
        fs.writeFileSync(path.join(folder, "lib", name), here(text), { mode: 0o755 });
    }

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "receipts-"));
        for (const name of ["run", "lib", "state"]) {
            fs.mkdirSync(path.join(folder, name));
        }
        for (const { name, text } of hostScripts()) {
            if (["run.sh", "common.sh"].includes(name)) {
                script(name, text);
            }
        }
        const common = '. "$(dirname "$0")/common.sh"';
        script(
            "write.sh",
            `#!/bin/sh\nset -eu\n${common}\necho text >"$1"\nmade file "$1"\n[ "$2" = well ]\n`,
        );
        script("remove.sh", '#!/bin/sh\nrm -f "$1"\n');
        script("remove-image.sh", `#!/bin/sh\necho removed\n`);
    });

    afterEach(() => {
        fs.rmSync(folder, { recursive: true, force: true });
    });

    const run = (...words: readonly string[]) =>
        spawnSync(path.join(folder, "lib/run.sh"), words, { encoding: "utf8" });
    const own = ["--stack", "p/s", "--step", "one"];
    const file = () => path.join(folder, "made");
    const write = (generation: string, how = "well") =>
        run(...own, "--generation", generation, "--undoable", "d1", "nothing", "write.sh", file(), how);
    const undo = (digest: string) => run(...own, "--undo", digest, "nothing", "remove.sh", file());
    const receipt = () => path.join(folder, "state/steps/one");
    const belongsTo = (stack: string) => {
        const owner = { project: "p", stack, id: "x", generation: "g" };
        fs.writeFileSync(path.join(folder, "state/owner.json"), `${JSON.stringify(owner)}\n`);
    };

    function look() {
        const ended = spawnSync("sh", ["-s"], {
            input: here(localScript("presence", "look.sh"))
                .replaceAll("@REGISTRY@", "")
                .replaceAll("@LOGIN@", "")
                .replaceAll("@FOLLOWED@", ""),
            encoding: "utf8",
        });
        assert.equal(ended.status, 0, ended.stderr);
        return parseLook(ended.stdout);
    }

    it("keep a step's generation as long as the thing is as the step left it", () => {
        assert.equal(write("g1").status, 0);
        assert.equal(generationOf(look(), "one", "new"), "g1");
        assert.deepEqual(losses(look()), []);
        for (const [harm, word] of [
            [
                () => {
                    fs.chmodSync(file(), 0o666);
                },
                "changed",
            ],
            [
                () => {
                    fs.appendFileSync(file(), "x");
                },
                "changed",
            ],
            [
                () => {
                    fs.rmSync(file());
                },
                "gone",
            ],
        ] as const) {
            harm();
            assert.equal(generationOf(look(), "one", "new"), "new");
            assert.match(losses(look()).join(), new RegExp(`${file()} \\(${word}\\)`));
            assert.equal(write("g2").status, 0);
            fs.chmodSync(file(), 0o600);
            assert.equal(write("g2").status, 0);
            assert.equal(generationOf(look(), "one", "new"), "g2");
        }
    });

    it("tell of scripts that are as they were installed, and that others could write", () => {
        fs.writeFileSync(path.join(folder, "state/toolkit"), "g1 d1\n");
        const digest = () => look().toolkit.now;
        const before = digest();
        assert.match(before, /^[0-9a-f]{64}$/);
        const common = path.join(folder, "lib/common.sh");
        for (const mode of [0o757, 0o644]) {
            fs.chmodSync(common, mode);
            assert.notEqual(digest(), before, mode.toString(8));
            fs.chmodSync(common, 0o755);
            assert.equal(digest(), before);
        }
    });

    it("go before a step runs, so that a step which fails is not done", () => {
        assert.equal(write("g1").status, 0);
        assert.notEqual(write("g2", "badly").status, 0);
        assert.ok(!fs.existsSync(receipt()));
        assert.equal(generationOf(look(), "one", "new"), "new");
    });

    it("are refused to a script that says it left a thing which is not there", () => {
        script("lie.sh", `#!/bin/sh\n. "$(dirname "$0")/common.sh"\nmade file ${folder}/nowhere\n`);
        const ended = run(...own, "--generation", "g1", "nothing", "lie.sh");
        assert.notEqual(ended.status, 0);
        assert.match(ended.stderr, /lie\.sh ended well, but file .*\/nowhere is not there/);
        assert.ok(!fs.existsSync(receipt()));
    });

    it("go with the call that undoes the step, and not with that of an earlier name of the thing", () => {
        assert.equal(write("g1").status, 0);
        assert.equal(undo("another").status, 0);
        assert.ok(fs.existsSync(receipt()));
        assert.equal(undo("d1").status, 0);
        assert.ok(!fs.existsSync(receipt()));
    });

    it("are only for the stack to which the host belongs", () => {
        belongsTo("s");
        assert.equal(write("g1").status, 0);
        belongsTo("other");
        const ended = write("g2");
        assert.notEqual(ended.status, 0);
        assert.match(
            ended.stderr,
            /the host belongs to the stack p\/other, and not to p\/s; nothing was done/,
        );
        assert.equal(undo("d1").status, 0);
        assert.ok(fs.existsSync(file()));
    });

    it("keep an image from the removal that an earlier version of the program calls, and only then", () => {
        assert.equal(run("nothing", "remove-image.sh", "x").stdout, "removed\n");
        belongsTo("s");
        assert.equal(run("nothing", "remove-image.sh", "x").stdout, "");
        assert.equal(run(...own, "--undo", "d1", "nothing", "remove-image.sh", "x").stdout, "removed\n");
    });

    it("tell nothing of the login's environment to a script", () => {
        script("environment.sh", "#!/bin/sh\nenv\n");
        const ended = spawnSync(path.join(folder, "lib/run.sh"), ["nothing", "environment.sh"], {
            encoding: "utf8",
            env: {
                ...process.env,
                DOCKER_CONTENT_TRUST: "1",
                DOCKER_HOST: "tcp://192.0.2.1:2375",
                DOCKER_CONTEXT: "other",
                https_proxy: "http://192.0.2.2:3128",
                LC_ALL: "tr_TR.UTF-8",
            },
        });
        const names = ended.stdout.split("\n").map((line) => line.split("=")[0] ?? "");
        const kept = ["DOCKER_CONFIG", "HOME", "LC_ALL", "PATH", "PORTCULLIS_CALLER", "PORTCULLIS_EVIDENCE"];
        assert.deepEqual(
            names.filter((name) => !["", "PWD", "_", "SHLVL", "OLDPWD"].includes(name)).sort(),
            kept,
        );
        assert.match(ended.stdout, /^LC_ALL=C$/m);
    });
});
