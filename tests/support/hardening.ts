import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { quote } from "shell-quote";
import { renderDaemonJson } from "../../components/host/daemon";
import { hostScripts, renderToolkit, toolkitFolder } from "../../components/toolkit/scripts";
import { someSettings } from "./host";
import { labImages, root, type TestHost } from "./stack";

/** The authorization plugin's program, as the settings name it. */
export const pluginFile = ".portcullis/archives/portcullis-authorization";

/**
 * Boots a host, new, that has the toolkit, and an engine as Debian has it; no program has touched it yet.
 *
 * @param engine how the host's engine is started
 */
export async function bootHost(host: TestHost, engine = "systemctl start docker"): Promise<void> {
    await labImages();
    await host.up();
    host.read(renderToolkit(hostScripts(), "test"));
    host.read(engine);
}

/** Runs a command on a host with a standard input; the command has to succeed. @returns the command's output */
export function pipe(host: TestHost, line: string, input: Buffer | string): string {
    const ended = spawnSync("lab/lab", ["ssh", host.name, line], {
        cwd: root,
        encoding: "utf8",
        input,
        maxBuffer: 64 << 20,
    });
    assert.equal(ended.status, 0, `${line}: ${ended.stderr}`);
    return ended.stdout;
}

/** The call of the host's script that installs a program, which comes on standard input. */
export function installLine(dataRoot: string, program: string | Buffer, ...more: readonly string[]): string {
    const sha256 = crypto.createHash("sha256").update(program).digest("hex");
    return quote(["install-authorization.sh", dataRoot, sha256, ...more]);
}

/**
 * Installs the authorization plugin as `up` does; the toolkit has to be on the host.
 *
 * @param exceptions as under `portcullis:engine.authorizationExceptions`
 */
export function installPlugin(host: TestHost, exceptions: readonly Record<string, string>[] = []): void {
    const program = fs.readFileSync(path.join(root, pluginFile));
    const line = installLine("/var/lib/docker", program, JSON.stringify(exceptions));
    pipe(host, `${toolkitFolder}/${line}`, program);
}

/** Configures the engine as `up` does, whatever runs on the engine. @param change keys under `portcullis:engine` */
export function configureEngine(host: TestHost, change: Record<string, unknown> = {}): void {
    pipe(
        host,
        `${toolkitFolder}/configure-engine.sh yes yes`,
        renderDaemonJson(someSettings({ engine: change }).engine),
    );
}

/** Loads the sample image `portcullis/redis:lab`. */
export function loadRedis(host: TestHost): void {
    pipe(host, "gunzip | docker load", fs.readFileSync(path.join(root, ".portcullis/archives/redis.tar.gz")));
}

/** Puts a folder of this checkout onto a host. */
export function putFolder(host: TestHost, from: string, to: string): void {
    const packed = spawnSync("tar", ["-C", path.join(root, from), "-c", "."]);
    assert.equal(packed.status, 0, packed.stderr.toString());
    pipe(host, `mkdir -p ${to} && tar -x -C ${to}`, packed.stdout);
}
