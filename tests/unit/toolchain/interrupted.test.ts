import assert from "node:assert/strict";
import * as fs from "node:fs";
import { once } from "node:events";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ChildProcess } from "node:child_process";
import { runningProcess, signalProcess } from "../../support/signals";
import { Sandbox } from "./sandbox";

const urn = "urn:pulumi:dev::portcullis::command:remote:Command::host-daemon";
const began = `{"resourcePreEvent":{"metadata":{"op":"update","urn":"${urn}","type":"command:remote:Command"}}}\n`;

function sandbox(): Sandbox {
    const box = new Sandbox();
    box.completePulumi();
    // What pulumiw has said and mended after and before runs is the command line's; here its words count.
    box.program("a b%20#?'c/toolchain/run", '#!/bin/sh\nshift\necho "recovery $*" >>"$FAKE_LOG"\n');
    return box;
}

describe("pulumiw: an interrupt", function () {
    this.timeout(20_000);
    let box: Sandbox;

    beforeEach(() => {
        box = sandbox();
    });
    afterEach(() => {
        box.remove();
    });

    const note = (): string => path.join(box.root, ".portcullis/runs/dev");

    /** Starts an `up`, and waits until it is under way. */
    async function start(env: Record<string, string> = {}): Promise<ChildProcess> {
        const child = box.start(["up", "--yes", "--stack", "dev"], { FAKE_ENDED: "no", ...env });
        child.stdin?.end();
        for (let tries = 0; tries < 200 && !box.log().includes("ready"); tries++) {
            await sleep(25);
        }
        assert.ok(box.log().includes("ready"));
        return child;
    }

    function send(child: ChildProcess, signal: NodeJS.Signals): void {
        signalProcess(runningProcess(child.pid), signal);
    }

    const got = (): string[] => box.log().filter((line) => line.startsWith("got"));

    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
        it(`${signal} is passed on to pulumi once, as an INT, and pulumi is waited for`, async () => {
            const child = await start({ FAKE_END: "yes", FAKE_CODE: "1", FAKE_EVENTS: began });
            send(child, signal);
            const [code] = (await once(child, "exit")) as [number];
            assert.equal(code, 1);
            assert.deepEqual(got(), ["got INT"]);
            assert.equal(
                box.log().at(-1),
                `recovery interrupted --note ${note()} --stack dev --signalled yes`,
            );
            assert.equal(fs.readFileSync(path.join(note(), "command"), "utf8"), "up\n");
        });
    }

    it("is passed on again when it comes again", async () => {
        const child = await start();
        for (const count of [1, 2]) {
            send(child, "SIGINT");
            for (let tries = 0; tries < 200 && got().length < count; tries++) {
                await sleep(25);
            }
        }
        assert.deepEqual(got(), ["got INT", "got INT"]);
        const noted = fs.readFileSync(path.join(note(), "process"), "utf8").split(" ")[0];
        signalProcess(runningProcess(Number(noted)), "SIGKILL");
        const [code] = (await once(child, "exit")) as [number];
        assert.equal(code, 137);
        assert.match(box.log().at(-1) ?? "", /^recovery interrupted .* --stack dev --signalled yes$/);
    });

    it("that never came leaves no note, and one that did is put right before the next run", async () => {
        assert.equal((await box.run(["up", "--stack", "dev"])).code, 0);
        assert.equal(fs.existsSync(note()), false);
        fs.mkdirSync(note(), { recursive: true });
        fs.writeFileSync(path.join(note(), "command"), "destroy\n");
        assert.equal((await box.run(["up", "--stack=dev", "--config-file", "x y.yaml"])).code, 0);
        const words = box.log().map((line) => line.replace(/( \S*main\.ts)? --?.*/, ""));
        assert.deepEqual(words.slice(-3), ["recovery recover", "up", "ready"]);
        assert.match(box.log().join("\n"), /--stack dev --settings x y\.yaml/);
        assert.equal(fs.existsSync(note()), false);
    });

    it("that cannot be put right keeps the next run from beginning", async () => {
        box.program("a b%20#?'c/toolchain/run", "#!/bin/sh\nexit 2\n");
        fs.mkdirSync(note(), { recursive: true });
        fs.writeFileSync(path.join(note(), "command"), "up\n");
        assert.equal((await box.run(["up", "--stack", "dev"])).code, 1);
        assert.deepEqual(box.log(), []);
        assert.ok(fs.existsSync(path.join(note(), "command")));
        // A command that changes nothing is not kept back.
        assert.equal((await box.run(["preview", "--stack", "dev"])).code, 0);
    });
});

describe("pulumiw: a destroy", function () {
    this.timeout(20_000);
    let box: Sandbox;

    beforeEach(() => {
        box = sandbox();
    });
    afterEach(() => {
        box.remove();
    });

    const asked = "recovery reach --stack dev";
    for (const [name, words, env, expected] of [
        ["without a word on it", [], {}, asked],
        ["with --yes", ["--yes"], {}, `${asked} --confirmed`],
        ["with -y", ["-y"], {}, `${asked} --confirmed`],
        ["with PULUMI_SKIP_CONFIRMATIONS", [], { PULUMI_SKIP_CONFIRMATIONS: "true" }, `${asked} --confirmed`],
        ["with PULUMI_SKIP_CONFIRMATIONS=false", [], { PULUMI_SKIP_CONFIRMATIONS: "false" }, asked],
        ["without questions", ["--non-interactive"], {}, asked],
    ] as const) {
        it(`${name} asks for the host first: ${expected}`, async () => {
            assert.equal((await box.run(["destroy", "--stack", "dev", ...words], env)).code, 0);
            assert.deepEqual(box.log(), [expected]);
        });
    }

    it("does not begin where the host gives no answer", async () => {
        box.program("a b%20#?'c/toolchain/run", "#!/bin/sh\nexit 1\n");
        const ended = await box.run(["destroy", "--stack", "dev", "--yes"]);
        assert.equal(ended.code, 1);
        assert.equal(ended.stdout, "");
    });
});
