import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sealed, unsealed } from "../../../transport/seal";

const source = path.join(__dirname, "../../../components/toolkit/scripts");

describe("run.sh, which runs the host's scripts", function () {
    this.timeout(20_000);
    let folder: string;

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "run-script-"));
        fs.mkdirSync(path.join(folder, "run"));
        fs.mkdirSync(path.join(folder, "lib"));
        for (const name of ["run.sh", "common.sh"]) {
            const text = fs.readFileSync(path.join(source, name), "utf8");
            // Its locks and its folder in memory, apart from those of this machine.
            script(name, text.replaceAll("/run/portcullis", `${folder}/run/portcullis`));
        }
    });

    afterEach(() => {
        fs.rmSync(folder, { recursive: true, force: true });
    });

    function script(name: string, text: string): void {
        fs.writeFileSync(path.join(folder, "lib", name), text, { mode: 0o755 });
    }

    function run(args: readonly string[], input = "", env: Record<string, string> = {}) {
        return spawnSync(path.join(folder, "lib/run.sh"), args, {
            encoding: "utf8",
            input,
            env: { ...process.env, ...env },
        });
    }

    const left = (): string[] =>
        fs.readdirSync(path.join(folder, "run")).filter((name) => !/lock/.test(name));

    it("passes arguments, data, output and the exit code on, and leaves nothing", () => {
        script("step.sh", '#!/bin/sh\nprintf "%s|" "$@"; cat; echo told >&2; exit 7\n');
        const data = "line\n\nPORTCULLIS\n\n";
        const ended = run(["sealed", "step.sh", "a b", ""], sealed(data));
        assert.deepEqual([ended.status, ended.stdout, ended.stderr], [7, `a b||${data}`, "told\n"]);
        assert.equal(run(["stream", "step.sh"], "raw").stdout, "|raw");
        assert.equal(run(["nothing", "step.sh"], "not read").stdout, "|");
        assert.deepEqual(left(), []);
        assert.equal(unsealed(sealed(data)), data);
    });

    it("does nothing where the data was cut off, wherever that was", () => {
        script("step.sh", `#!/bin/sh\ncat > ${folder}/done\n`);
        const whole = sealed("data\n");
        for (let length = 0; length < whole.length; length++) {
            const ended = run(["sealed", "step.sh"], whole.slice(0, length));
            assert.equal(ended.status, 1, `${length}`);
            assert.match(ended.stderr, /the connection was cut.*nothing was done/);
        }
        assert.equal(fs.existsSync(`${folder}/done`), false);
        assert.equal(run(["sealed", "step.sh"], whole).status, 0);
        assert.equal(fs.readFileSync(`${folder}/done`, "utf8"), "data\n");
    });

    it("runs a script to its end where nobody reads what it says any more", async () => {
        const noise =
            "i=0; while [ $i -lt 400 ]; do echo a line of noise that is lost >&2; i=$((i + 1)); done";
        script(
            "step.sh",
            `#!/bin/sh\nset -eu\necho > ${folder}/begun; sleep 1; ${noise}; echo out; echo > ${folder}/done\n`,
        );
        const child = spawn(path.join(folder, "lib/run.sh"), ["nothing", "step.sh"], {
            stdio: ["ignore", "pipe", "pipe"],
        });
        while (!fs.existsSync(`${folder}/begun`)) {
            await sleep(20);
        }
        child.stdout.destroy();
        child.stderr.destroy();
        child.kill("SIGHUP");
        await once(child, "exit");
        assert.ok(fs.existsSync(`${folder}/done`));
        assert.deepEqual(left(), []);
    });

    it("waits for a script that changes the whole host, says for which, and gives up in the end", async () => {
        script("install-engine.sh", `#!/bin/sh\necho > ${folder}/begun; sleep 2; echo > ${folder}/done\n`);
        script("step.sh", `#!/bin/sh\ncat ${folder}/done && echo after\n`);
        const first = spawn(path.join(folder, "lib/run.sh"), ["nothing", "install-engine.sh"], {
            stdio: "ignore",
        });
        const ended = once(first, "exit");
        while (!fs.existsSync(`${folder}/begun`)) {
            await sleep(20);
        }
        const impatient = run(["nothing", "step.sh"], "", { PORTCULLIS_LOCK_SECONDS: "0" });
        assert.equal(impatient.status, 1);
        assert.match(
            impatient.stderr,
            /still runs on the host.*install-engine\.sh \(process \d+, for \d s\)/,
        );
        const patient = run(["nothing", "step.sh"]);
        assert.match(patient.stdout, /after/);
        assert.match(patient.stderr, /waiting for what still runs.*install-engine\.sh/);
        await ended;
    });

    it("runs scripts for different things side by side, and those for the same thing one by one", async () => {
        const log = `${folder}/log`;
        script("place-file.sh", `#!/bin/sh\necho begin $1 >> ${log}; sleep 0.7; echo end $1 >> ${log}\n`);
        const all = ["a", "a", "b"].map((thing) =>
            once(
                spawn(path.join(folder, "lib/run.sh"), ["nothing", "place-file.sh", thing], {
                    stdio: "ignore",
                }),
                "exit",
            ),
        );
        await Promise.all(all);
        const lines = fs.readFileSync(log, "utf8").trim().split("\n");
        const ofA = lines.filter((line) => line.endsWith(" a"));
        assert.deepEqual(ofA, ["begin a", "end a", "begin a", "end a"]);
        assert.ok(lines.indexOf("begin b") < lines.indexOf("end a"), lines.join());
    });

    it("is removed with its locks, and a script that had waited takes the lock that is there then", async () => {
        script("remove-toolkit.sh", fs.readFileSync(path.join(source, "remove-toolkit.sh"), "utf8"));
        script("hold.sh", `#!/bin/sh\necho > ${folder}/begun; sleep 1\n`);
        const holder = spawn(path.join(folder, "lib/run.sh"), ["nothing", "hold.sh"], { stdio: "ignore" });
        const held = once(holder, "exit");
        while (!fs.existsSync(`${folder}/begun`)) {
            await sleep(20);
        }
        fs.rmSync(`${folder}/run/portcullis.lock`);
        const lock = `exec 8>>${folder}/run/portcullis.lock; flock -n 8 && echo free || echo taken`;
        script("look.sh", `#!/bin/sh\n(exec 8>&- 9>&-; ${lock})\n`);
        assert.equal(run(["nothing", "look.sh"]).stdout, "taken\n");
        await held;
        assert.equal(run(["nothing", "remove-toolkit.sh"]).status, 0);
        assert.deepEqual(
            [fs.readdirSync(folder).sort(), fs.readdirSync(`${folder}/run`)],
            [["begun", "run"], []],
        );
    });

    it("does not run what is no script of its folder", () => {
        for (const name of ["../step.sh", "common.sh", "run.sh", ""]) {
            assert.notEqual(run(["nothing", name]).status, 0, name);
        }
    });
});
