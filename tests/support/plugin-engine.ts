/** A Docker engine for tests of the docker plugin: $DOCKER_HOST, or that of a disposable host, over SSH. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Docker from "dockerode";
import { type TestHost, root } from "./stack";

/** The time that SSH may take to bring the engine's socket here (ms). */
const forwardMs = 30_000;
const pauseMs = 50;

/** An engine that tests may do with as they like. */
export class PluginEngine {
    private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "ptc-forward-"));
    private forward: ChildProcess | undefined;
    private client: Docker | undefined;

    /** The plugin's configuration. */
    settings: Record<string, string> = {};
    /** The engine's socket on this machine, for looking at the engine without the plugin. */
    socket = "";

    /**
     * @param host the disposable host of the engine, where $DOCKER_HOST names no engine.
     * @param daemon a daemon.json; with one the engine is always the host's, as $DOCKER_HOST has settings of its own.
     */
    constructor(
        private readonly host: TestHost,
        private readonly daemon?: Readonly<Record<string, unknown>>,
    ) {}

    /** The engine, looked at without the plugin. */
    get docker(): Docker {
        this.client ??= new Docker({ socketPath: this.socket, host: undefined });
        return this.client;
    }

    async open(): Promise<void> {
        const given = this.daemon === undefined ? process.env["DOCKER_HOST"] : undefined;
        if (given !== undefined) {
            assert.match(
                given,
                /^unix:\/\//,
                "these tests need a socket: unset DOCKER_HOST, or give a unix:// one",
            );
            this.settings = { host: given };
            this.socket = given.slice("unix://".length);
            return;
        }
        await this.host.up();
        const files = path.join(root, this.host.folder);
        const options = [
            "-i",
            path.join(files, "id_ed25519"),
            "-o",
            `UserKnownHostsFile=${path.join(files, "known_hosts")}`,
        ];
        const target = `root@${this.host.address}`;
        this.settings = { host: `ssh://${target}`, sshOpts: JSON.stringify(options) };
        this.socket = path.join(this.folder, "docker.sock");
        if (this.daemon !== undefined) {
            const settings = JSON.stringify(this.daemon);
            this.host.read(`mkdir -p /etc/docker && cat > /etc/docker/daemon.json <<'EOF'\n${settings}\nEOF`);
        }
        this.host.read("systemctl restart docker || { journalctl -u docker -n 20 >&2; exit 1; }");
        this.forward = spawn("ssh", [...options, "-N", "-L", `${this.socket}:/var/run/docker.sock`, target], {
            stdio: "ignore",
        });
        const end = Date.now() + forwardMs;
        while (!fs.existsSync(this.socket)) {
            assert.ok(
                Date.now() < end,
                `no socket at ${this.socket} after ${String(forwardMs)} ms: is the host up?`,
            );
            await sleep(pauseMs);
        }
    }

    close(): void {
        if (this.forward !== undefined) {
            this.forward.kill();
            this.host.down();
        }
        fs.rmSync(this.folder, { recursive: true, force: true });
    }
}
