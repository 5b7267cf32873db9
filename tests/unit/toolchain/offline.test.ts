import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { Sandbox } from "./sandbox";

/** The variables that pulumi is started with. */
async function environment(box: Sandbox, more: Record<string, string> = {}): Promise<Map<string, string>> {
    const { stdout, stderr, code } = await box.run(["env"], more);
    assert.equal(code, 0, stderr);
    return new Map(
        stdout.split("\n").map((line) => {
            const at = line.indexOf("=");
            return [line.slice(0, at), line.slice(at + 1)];
        }),
    );
}

describe("pulumiw: where the engine finds the offline parts", () => {
    let box: Sandbox;
    let home: string;
    let own: string;

    beforeEach(() => {
        box = new Sandbox();
        box.onPath("fake-go");
        own = path.join(box.root, ".portcullis/pulumi");
        home = path.join(box.base, "pulumi home");
    });
    afterEach(() => {
        box.remove();
    });

    it("is a Pulumi home of the checkout, with each plugin in the folder of its version", async () => {
        const env = await environment(box);
        assert.equal(env.get("PULUMI_HOME"), own);
        const folders = ["command-v1.2.1", "docker-v5.2.0", "tls-v5.6.1"].map((name) => `resource-${name}`);
        assert.deepEqual(fs.readdirSync(path.join(own, "plugins")).sort(), folders);
        for (const folder of folders) {
            const name = `pulumi-${folder.replace(/-v.*/, "")}`;
            const file = path.join(own, "plugins", folder, name);
            fs.accessSync(file, fs.constants.X_OK);
            assert.equal(fs.realpathSync(file), path.join(box.root, "toolchain/bin", name));
        }
    });

    it("leaves the user's own home its login and its chosen stack, and puts nothing else there", async () => {
        const env = await environment(box);
        assert.equal(env.get("PULUMI_CREDENTIALS_PATH"), home);
        assert.equal(fs.realpathSync(path.join(own, "workspaces")), path.join(home, "workspaces"));
        assert.deepEqual(fs.readdirSync(home), ["workspaces"]);
        assert.deepEqual(fs.readdirSync(path.join(home, "workspaces")), []);
        const elsewhere = await environment(box, { PULUMI_CREDENTIALS_PATH: "/elsewhere" });
        assert.equal(elsewhere.get("PULUMI_CREDENTIALS_PATH"), "/elsewhere");
    });

    it("keeps Pulumi from logging each run, and takes away what was logged", async () => {
        fs.mkdirSync(path.join(own, "logs"), { recursive: true });
        fs.writeFileSync(path.join(own, "logs/pulumi-1.log"), "");
        for (let run = 0; run < 2; run++) {
            await environment(box);
            assert.equal(fs.readFileSync(path.join(own, "logs"), "utf8"), "");
        }
    });

    it("follows another home of the user's", async () => {
        await environment(box);
        const other = path.join(box.base, "other home");
        const env = await environment(box, { PULUMI_HOME: other });
        assert.equal(env.get("PULUMI_CREDENTIALS_PATH"), other);
        assert.equal(fs.realpathSync(path.join(own, "workspaces")), path.join(other, "workspaces"));
    });

    it("is not taken for installed official plugins by a pulumiw that this one starts", async () => {
        const env = Object.fromEntries(await environment(box));
        box.program("fake/pulumi-language-nodejs");
        box.onPath("fake");
        const inner = await box.run(["a"], {
            ...env,
            PATH: box.env["PATH"] ?? "",
            PORTCULLIS_TOOLCHAIN: "path",
        });
        assert.equal(inner.code, 1);
        assert.match(inner.stderr, /lacks a plugin \(pulumi plugin install resource docker 5\.2\.0\)/);
    });

    it("holds no plugin of another version", async () => {
        const old = path.join(own, "plugins/resource-docker-v5.1.0");
        fs.mkdirSync(old, { recursive: true });
        await environment(box);
        assert.equal(fs.existsSync(old), false);
    });

    it("is beside the CLI for the language host, which is that of the checkout", async () => {
        const env = await environment(box);
        assert.doesNotMatch(env.get("PATH") ?? "", /toolchain\/bin/);
        assert.equal(env.get("PULUMI_IGNORE_AMBIENT_PLUGINS"), "true");
        const cache = path.join(box.base, "cache dir/pulumi");
        const launcher = path.join(cache, fs.readdirSync(cache)[0] ?? "", "pulumi-language-nodejs");
        const language = path.join(box.root, "toolchain/bin/pulumi-language-nodejs");
        assert.equal(env.get("PORTCULLIS_LANGUAGE_HOST"), language);
        fs.writeFileSync(language, '#!/bin/sh\nprintf "<%s>" "$@"\n');
        const started = spawnSync(launcher, ["two words", "b"], {
            encoding: "utf8",
            env: { PATH: box.bin, PORTCULLIS_LANGUAGE_HOST: language },
        });
        assert.equal(started.stdout, "<two words><b>");
        const alone = spawnSync(launcher, [], { encoding: "utf8", env: { PATH: box.bin } });
        assert.notEqual(alone.status, 0);
        assert.match(alone.stderr, /start this CLI by \.\/pulumiw/);
    });

    it("is right for all who start at once", async () => {
        const all = await Promise.all(
            [1, 2, 3, 4].map(() => environment(box, { PORTCULLIS_TOOLCHAIN: "build" })),
        );
        assert.deepEqual(new Set(all.map((env) => env.get("PULUMI_HOME"))), new Set([own]));
        assert.deepEqual(fs.readdirSync(path.join(own, "plugins/resource-tls-v5.6.1")), [
            "pulumi-resource-tls",
        ]);
    });

    it("does not concern an official CLI", async () => {
        box.completePulumi();
        const env = await environment(box);
        assert.equal(env.get("PULUMI_HOME"), home);
        for (const name of [
            "PULUMI_CREDENTIALS_PATH",
            "PULUMI_IGNORE_AMBIENT_PLUGINS",
            "PORTCULLIS_LANGUAGE_HOST",
        ]) {
            assert.equal(env.has(name), false, name);
        }
        assert.equal(fs.existsSync(own), false);
    });
});
