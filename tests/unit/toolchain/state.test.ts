import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { Sandbox } from "./sandbox";

describe("pulumiw: where the state is", () => {
    let box: Sandbox;

    beforeEach(() => {
        box = new Sandbox();
        box.completePulumi();
    });
    afterEach(() => {
        box.remove();
    });

    /** The variables that the CLI is started with. */
    const variables = async (env: Record<string, string> = {}) => {
        const { stdout } = await box.run(["env"], env);
        return Object.fromEntries(
            stdout
                .trim()
                .split("\n")
                .map((line): [string, string] => [line.replace(/=.*/, ""), line.replace(/^[^=]*=/, "")]),
        );
    };

    it("is a folder of the checkout with a random passphrase, made once and for its owner only", async () => {
        const env = await variables();
        const state = path.join(box.root, ".portcullis/state");
        assert.equal(fileURLToPath(env["PULUMI_BACKEND_URL"] ?? ""), state);
        const file = env["PULUMI_CONFIG_PASSPHRASE_FILE"] ?? "";
        assert.equal(file, path.join(box.root, ".portcullis/passphrase"));
        assert.equal(fs.statSync(file).mode & 0o777, 0o600);
        assert.equal(fs.statSync(state).mode & 0o777, 0o700);
        const passphrase = fs.readFileSync(file, "utf8");
        assert.match(passphrase, /^[A-Za-z0-9+/]{43}=\n$/);
        await variables();
        assert.equal(fs.readFileSync(file, "utf8"), passphrase);
    });

    it("is one passphrase for all that start at once", async () => {
        const results = await Promise.all(Array.from({ length: 12 }, () => box.run(["passphrase"])));
        assert.equal(new Set(results.map((result) => result.stdout)).size, 1);
    });

    it("is what the user says: a backend, a login, a passphrase", async () => {
        const backend = await variables({ PULUMI_BACKEND_URL: "s3://bucket" });
        assert.equal(backend["PULUMI_BACKEND_URL"], "s3://bucket");
        assert.equal(backend["PULUMI_CONFIG_PASSPHRASE_FILE"], undefined);
        const empty = await variables({ PULUMI_CONFIG_PASSPHRASE: "" });
        assert.match(empty["PULUMI_BACKEND_URL"] ?? "", /^file:/);
        assert.equal(empty["PULUMI_CONFIG_PASSPHRASE_FILE"], undefined);
        const home = box.env["PULUMI_HOME"] ?? "";
        fs.mkdirSync(home);
        fs.writeFileSync(path.join(home, "credentials.json"), '{ "current": "https://api.example.com" }');
        assert.equal((await variables())["PULUMI_BACKEND_URL"], undefined);
        fs.writeFileSync(path.join(home, "credentials.json"), '{ "current": "" }');
        assert.match((await variables())["PULUMI_BACKEND_URL"] ?? "", /^file:/);
    });

    it("is not begun anew over stacks whose passphrase is lost", async () => {
        await variables();
        const stacks = path.join(box.root, ".portcullis/state/.pulumi/stacks/portcullis");
        fs.mkdirSync(stacks, { recursive: true });
        fs.writeFileSync(path.join(stacks, "dev.json"), "{}");
        fs.rmSync(path.join(box.root, ".portcullis/passphrase"));
        const result = await box.run(["up"]);
        assert.deepEqual([result.code, result.stdout], [1, ""]);
        assert.match(
            result.stderr,
            /stacks are there, but not the passphrase .*put the file back, or remove/,
        );
    });
});
