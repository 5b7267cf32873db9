import assert from "node:assert/strict";
import * as fs from "node:fs";
import { once } from "node:events";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processInfo, runningProcess } from "../../../support/signals";
import { type Wire, Plugin, failure, ok, part } from "../lib/driver";
import { HostOfOne } from "./host-of-one";
import { acceptedVariable, SshServer } from "./ssh-server";

const localCommand = "urn:pulumi:dev::proj::command:local:Command::web";
const remoteCommand = "urn:pulumi:dev::proj::command:remote:Command::web";
const secret = "Nf4-a-secret-that-is-nowhere-else";

/** Waits until a file has content. */
async function content(file: string): Promise<string> {
    for (let tries = 0; tries < 200; tries++) {
        if (fs.existsSync(file) && fs.readFileSync(file, "utf8").endsWith("\n")) {
            return fs.readFileSync(file, "utf8");
        }
        await sleep(25);
    }
    throw new Error(`nothing was written to ${file}`);
}

async function hasEnded(pid: number): Promise<boolean> {
    for (let tries = 0; tries < 200; tries++) {
        if (processInfo(pid) === undefined) {
            return true;
        }
        await sleep(25);
    }
    return false;
}

describe("the command plugin", function () {
    this.timeout(30_000);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "command-plugin-"));
    const server = new SshServer();
    /** Serves all tests that leave a plugin as it was. */
    let plugin: Plugin;
    let connection: Wire;

    async function start(): Promise<Plugin> {
        const env = { ...process.env };
        delete env["SSH_AUTH_SOCK"];
        const started = await Plugin.start("command", { env });
        ok(await started.configure());
        return started;
    }

    /** Runs a test with a plugin of its own. */
    async function alone(test: (plugin: Plugin) => Promise<void>): Promise<void> {
        const own = await start();
        await test(own).finally(() => own.stop());
    }

    before(async () => {
        plugin = await start();
        const port = await server.listen();
        connection = {
            host: "127.0.0.1",
            port,
            user: "root",
            privateKey: server.userKey.private,
            hostKey: server.hostKey.public,
            dialErrorLimit: 0,
            perDialTimeout: 5,
        };
    });
    after(async () => {
        await plugin.stop();
        await server.close();
        fs.rmSync(folder, { recursive: true });
    });

    it("kills a local command with all that it started when the engine cancels", () =>
        alone(async (plugin) => {
            const file = path.join(folder, "local-pids");
            const create = `sleep 600 & echo $$ $! > ${file}; wait`;
            const running = plugin.create(localCommand, { create });
            const pids = (await content(file)).trim().split(" ").map(Number);
            assert.equal(pids.length, 2);
            for (const pid of pids) {
                runningProcess(pid);
            }
            ok(await plugin.cancel());
            assert.match(failure(await running), /^signal: killed: running /);
            for (const pid of pids) {
                assert.equal(await hasEnded(pid), true, `process ${pid} lives on`);
            }
        }));

    it("lets a remote command run to its end when the engine cancels, and takes its result", () =>
        alone(async (plugin) => {
            const file = path.join(folder, "remote");
            const go = path.join(folder, "go");
            const create = `echo started > '${file}'; until [ -e '${go}' ]; do sleep 0.1; done; echo done`;
            const before = server.commands.length;
            const running = plugin.create(remoteCommand, { connection, create });
            await content(file);
            ok(await plugin.cancel());
            // What is begun after the cancellation is not run.
            assert.match(
                failure(await plugin.create(remoteCommand, { connection, create })),
                /operation was canceled$/,
            );
            fs.writeFileSync(go, "");
            assert.equal(part(ok(await running), "properties")["stdout"], "done");
            assert.deepEqual(server.commands.slice(before), [create]);
            assert.deepEqual(server.signals, []);
        }));

    it("signals nothing on a host where the command's parent is process 1", () =>
        alone(async (plugin) => {
            const host = await HostOfOne.start();
            try {
                const file = path.join(folder, "host-of-one");
                const create = `echo "$PPID" > '${file}'; sleep 1; echo done`;
                const running = plugin.create(remoteCommand, { connection: host.connection, create });
                assert.equal((await content(file)).trim(), "1");
                ok(await plugin.cancel());
                const answer = await running;
                assert.deepEqual(await host.services(), ["running", "running", "running"]);
                assert.equal(part(ok(answer), "properties")["stdout"], "done");
                // The question finds services that have ended.
                await plugin.stop();
                assert.deepEqual(await host.services("end one"), ["ended", "running", "running"]);
            } finally {
                await host.stop();
            }
        }));

    it("starts nothing after a cancellation", () =>
        alone(async (plugin) => {
            ok(await plugin.cancel());
            const file = path.join(folder, "late");
            const answer = await plugin.create(localCommand, { create: `echo late > ${file}` });
            assert.match(failure(answer), /^context canceled/);
            assert.equal(fs.existsSync(file), false);
        }));

    it("kills a command that takes longer than its custom timeout", async () => {
        const answer = await plugin.create(localCommand, { create: "exec sleep 600" }, false, 1);
        assert.match(failure(answer), /^signal: killed/);
    });

    it("ends when the engine is gone", () =>
        alone(async (plugin) => {
            ok(await plugin.create(localCommand, { create: "true" }));
            const ended = once(plugin.process, "exit");
            plugin.stopEngine();
            await ended;
            assert.equal(plugin.process.exitCode, 0);
        }));

    for (const [kind, urn] of [
        ["local", localCommand],
        ["remote", remoteCommand],
    ] as const) {
        it(`shows nothing of a ${kind} command's standard input, unless the command does`, async () => {
            const where = kind === "remote" ? { connection } : {};
            plugin.logs.length = 0;
            const quiet = { ...where, stdin: secret, create: "cat > /dev/null; echo done; exit 1" };
            const error = failure(await plugin.create(urn, quiet));
            const seen = (): string => JSON.stringify([error, plugin.logs, plugin.stderr]);
            assert.match(error, /done/);
            assert.equal(seen().includes(secret), false);
            // The same when the command prints it: the search above does find what is there.
            await plugin.create(urn, { ...quiet, create: "cat; exit 1" });
            assert.equal(seen().includes(secret), true);
        });

        it(`carries 4 MB in and out of a ${kind} command`, async () => {
            const where = kind === "remote" ? { connection } : {};
            const stdin = "0123456789abcde\n".repeat(256 * 1024);
            const inputs = { ...where, stdin, create: "cat", logging: "none" };
            const { stdout } = part(ok(await plugin.create(urn, inputs)), "properties");
            assert.equal(stdout === stdin.slice(0, -1), true);
        });
    }

    it("shows a line of any length, in pieces", async () => {
        plugin.logs.length = 0;
        const create = "head -c 100000 /dev/zero | tr '\\0' x";
        ok(await plugin.create(localCommand, { create }));
        const shown = plugin.logs.map(({ message }) => message).join("");
        assert.equal(shown, "x".repeat(100_000));
    });

    it("does not run a command on a host with another key than the pinned one", async () => {
        const other = new SshServer();
        const wrong = { ...connection, hostKey: other.hostKey.public };
        const create = "echo to a stranger";
        assert.match(
            failure(await plugin.create(remoteCommand, { connection: wrong, create })),
            /host key mismatch$/,
        );
        assert.equal(server.commands.includes(create), false);
        // Without the pin it does.
        ok(await plugin.create(remoteCommand, { connection: { ...connection, hostKey: null }, create }));
        assert.equal(server.commands.includes(create), true);
    });

    it("does not run a command whose environment the server refuses", async () => {
        const create = "echo needs the variable";
        const refused = await plugin.create(remoteCommand, {
            connection,
            create,
            environment: { REFUSED: "1" },
        });
        assert.match(failure(refused), /^could not set environment variable "REFUSED"/);
        assert.equal(server.commands.includes(create), false);
        ok(
            await plugin.create(remoteCommand, {
                connection,
                create,
                environment: { [acceptedVariable]: "1" },
            }),
        );
        assert.equal(server.commands.includes(create), true);
    });

    it("refuses what it does not have, and says so", async () => {
        const local = part(
            ok(await plugin.check(localCommand, { create: "x", assetPaths: ["*"] })),
            "failures",
        );
        assert.match(JSON.stringify(local), /offline command plugin does not collect files into assets/);
        const proxied = { connection: { host: "h", proxy: { host: "p" } } };
        const remote = part(ok(await plugin.check(remoteCommand, proxied)), "failures");
        assert.match(JSON.stringify(remote), /does not connect through a bastion host/);
        const type = "urn:pulumi:dev::proj::command:remote:CopyFile::web";
        assert.match(
            failure(await plugin.check(type, {})),
            /does not have the resource type command:remote:CopyFile/,
        );
        assert.match(
            failure(await plugin.configure({ shell: "zsh" })),
            /^shell: the command provider has no config/,
        );
    });
});
