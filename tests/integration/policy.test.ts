import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as crypto from "node:crypto";
import { parseKey, parsePrivateKey } from "sshpk";
import { root, TestHost, TestStack } from "../support/stack";

/** The pack, as `./pulumiw preview --policy-pack policy` runs it; there is no host, and none is needed. */
describe("the policy pack, on a stack that was never deployed", () => {
    const host = new TestHost("policy", "trixie", "10.213.65.240/29");
    const stack = new TestStack(host);
    let engine: Record<string, unknown>;

    before(async () => {
        const folder = path.join(root, host.folder);
        fs.mkdirSync(folder, { recursive: true });
        const pem = crypto.generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
        const key = parsePrivateKey(pem.toString(), "pem");
        fs.writeFileSync(path.join(folder, "id_ed25519"), key.toString("openssh"), { mode: 0o600 });
        fs.writeFileSync(
            path.join(folder, "host_key.pub"),
            parseKey(key.toPublic().toString("ssh"), "ssh").toString("ssh"),
        );
        // Images and advisories from the internet: nothing of them is fetched in a preview. Nor is the plugin's program.
        const program = path.join(folder, "portcullis-authorization");
        fs.writeFileSync(program, "a program");
        const sha256 = crypto.createHash("sha256").update("a program").digest("hex");
        fs.writeFileSync(path.join(folder, "SHA256SUMS"), `${sha256}  portcullis-authorization\n`);
        engine = { authorizationPlugin: program };
        stack.change({ archiveFolder: undefined, images: {}, scanner: {}, engine });
        await stack.init();
    });
    after(() => {
        fs.rmSync(path.join(root, host.folder), { recursive: true, force: true });
        fs.rmSync(stack.folder, { recursive: true, force: true });
    });

    it("has nothing against the stack as it comes", async () => {
        const ended = await stack.preview("--policy-pack", "policy");
        assert.equal(ended.status, 0, ended.output);
        assert.match(ended.output, /✅ portcullis@/);
    });

    it("predicts what it brings, as a comment for a review", async () => {
        const preview = await stack.preview("--json", "--show-sames");
        assert.equal(preview.status, 0, preview.stderr);
        // The stack's settings are read where a user's are: beside Pulumi.yaml.
        const settings = path.join(root, `Pulumi.${host.name}.yaml`);
        fs.copyFileSync(stack.settingsFile, settings);
        const predicted = spawnSync("bin/portcullis", ["predict", "--stack", host.name], {
            cwd: root,
            encoding: "utf8",
            input: preview.stdout,
        });
        fs.rmSync(settings);
        assert.equal(predicted.status, 0, predicted.stderr);
        assert.match(predicted.stdout, /^\| 2\.9 \| WARN → PASS \|/m);
        assert.match(predicted.stdout, /^\| 5\.9 \| \*\*INFO → WARN\*\* \| now `portcullis-registry:5000`/m);
    });

    it("stops a stack without the authorization plugin, until its settings accept that", async () => {
        stack.change({ engine: {} });
        const ended = await stack.preview("--policy-pack", "policy");
        assert.notEqual(ended.status, 0, ended.output);
        assert.match(ended.output, /2\.12 WARN .*Remedy: .*portcullis:engine\.authorizationPlugin/);
        stack.change({ audit: { allowedWarnings: ["2.12", "2.13", "5.9", "5.15"] } });
        assert.equal((await stack.preview("--policy-pack", "policy")).status, 0);
        stack.change({ engine, audit: {} });
    });

    it("stops a setting that lowers the score, and names check and remedy", async () => {
        stack.change({
            engine: { ...engine, settings: { debug: true, "insecure-registries": ["192.0.2.9:5000"] } },
        });
        const ended = await stack.preview("--policy-pack", "policy");
        assert.notEqual(ended.status, 0, ended.output);
        assert.match(
            ended.output,
            /\[mandatory\] {2}engine-settings[\s\S]*2\.3 WARN .*debug is on.*Remedy: /,
        );
        assert.match(ended.output, /2\.5 WARN .*192\.0\.2\.9:5000/);
    });
});
