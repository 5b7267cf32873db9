/** The docker plugin over `ssh`, with a stand-in for ssh that is told what to do by its arguments. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Plugin, failure, ok, part } from "../lib/driver";
import { configureBoth } from "./configure";
import { EngineReplay } from "./engine";
import { readRecordings } from "./recorded";

/** How long ssh may take to notice that the other end is gone (ms). */
const hangUpMs = 500;
const volume = "urn:pulumi:test::portcullis::docker:index/volume:Volume::probe";

/** Joins its standard input and output to the engine's socket, as dial-stdio does; notes that it ran. */
const dial = `#!/bin/sh
echo "$*" >> "$SSH_LOG"
case $* in
*refused*) echo "Permission denied (publickey)." >&2; exit 255 ;;
*silent*) exit 7 ;;
esac
exec "$SSH_NODE" -e 'const s = require("net").connect(process.env.SSH_SOCKET); s.on("close", () => process.exit(0)); process.stdin.pipe(s).pipe(process.stdout)'
`;

describe("the docker plugin over SSH", () => {
    const recording = readRecordings("docker").get("a volume with everything");
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "ptc-ssh-"));
    const log = path.join(folder, "log");
    let engine: EngineReplay;
    let plugin: Plugin;

    before(async () => {
        assert.ok(recording);
        engine = new EngineReplay();
        engine.play(recording.exchanges);
        engine.step = "read";
        fs.writeFileSync(path.join(folder, "ssh"), dial);
        fs.chmodSync(path.join(folder, "ssh"), 0o755);
        fs.writeFileSync(log, "");
        plugin = await Plugin.start("docker", {
            env: {
                ...process.env,
                PATH: `${folder}:${process.env["PATH"] ?? ""}`,
                SSH_LOG: log,
                SSH_NODE: process.execPath,
                SSH_SOCKET: engine.host.slice("unix://".length),
            },
        });
    });

    after(async () => {
        await plugin.stop();
        engine.close();
        fs.rmSync(folder, { recursive: true });
    });

    const read = () => plugin.read(volume, "ptc-vol", {}, { name: "ptc-vol" });

    it("reaches the engine, several requests at once, over few connections", async () => {
        await configureBoth(plugin, { host: "ssh://root@192.0.2.1:2222", sshOpts: '["-i","key"]' });
        const answers = await Promise.all(Array.from({ length: 20 }, read));
        for (const answer of answers) {
            assert.equal(part(ok(answer), "properties")["driver"], "local");
        }
        const runs = fs.readFileSync(log, "utf8").trim().split("\n");
        assert.equal(
            runs[0],
            "-l root -p 2222 -i key -o ConnectTimeout=30 -T -- 192.0.2.1 docker system dial-stdio",
        );
        // One to ask for the version, and at most as many again as the agent opens at once.
        assert.ok(runs.length <= 9, `${String(runs.length)} connections`);
    });

    it("connects anew after the engine was restarted", async () => {
        await configureBoth(plugin, { host: "ssh://root@192.0.2.1:2222", sshOpts: '["-i","key"]' });
        ok(await read());
        engine.hangUp();
        await sleep(hangUpMs);
        assert.equal(part(ok(await read()), "properties")["name"], "ptc-vol");
    });

    it("says what ssh said when it fails", async () => {
        await configureBoth(plugin, { host: "ssh://root@refused" });
        assert.match(
            failure(await read()),
            /engine at ssh:\/\/root@refused cannot be reached: `ssh .*` ended with code 255: Permission denied \(publickey\)/,
        );
    });

    it("says that ssh said nothing, and does not keep the failure", async () => {
        await configureBoth(plugin, { host: "ssh://root@silent" });
        assert.match(failure(await read()), /ended with code 7: it wrote nothing to standard error/);
        await configureBoth(plugin, { host: "ssh://root@again" });
        assert.equal(part(ok(await read()), "properties")["name"], "ptc-vol");
    });
});
