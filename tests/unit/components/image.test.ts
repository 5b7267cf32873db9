import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { EngineImage, type Upstream } from "../../../components/image";
import { pullInput } from "../../../components/image/login";
import { shortDigest } from "../../../components/toolkit/scripts";
import { unsealed } from "../../../transport/seal";
import { hostOutputs, someEngine } from "../../support/host";
import { archive } from "../../support/parts";
import { record, valueOf } from "../../support/program";

const upstream: Upstream = {
    reference: "app:1",
    key: "portcullis:images.app.reference",
    login: undefined,
    isFollowed: true,
};

/** An image that is pulled, with its step's command line. */
async function pulled(change: Partial<Upstream> = {}, dataRoot?: string) {
    const program = await record(() => {
        const engine = { ...someEngine(), ...(dataRoot === undefined ? {} : { dataRoot }) };
        return new EngineImage("app", { engine, origin: { upstream: { ...upstream, ...change } } });
    }, hostOutputs);
    const step = program.get("app-pulled");
    return { program, step, line: String(step.inputs["create"]) };
}

describe("EngineImage", () => {
    it("pulls a reference on the host, by a step that names its setting, and that is taken back", async () => {
        const { program, step, line } = await pulled();
        assert.deepEqual(program.children("app"), ["command:remote:Command app-pulled"]);
        const words =
            "nothing pull-image.sh portcullis.local/app:pulled app:1 portcullis:images.app.reference followed";
        assert.ok(line.replaceAll("\\", "").includes(words), line);
        assert.match(line, new RegExp(` # \\S+ ${shortDigest("/var/lib/docker")}$`));
        assert.match(String(step.inputs["delete"]), /remove-image\.sh portcullis\.local\/app\\?:pulled$/);
        assert.equal(step.inputs["stdin"], undefined);
        assert.match(await valueOf(program.result.imageId), /^sha256:[0-9a-f]{64}$/);
        const { source = assert.fail() } = program.result;
        assert.match(await valueOf(source), /^name@sha256:[0-9a-f]{64}$/);
    });

    it("pulls anew where the engine's data moves", async () => {
        assert.notEqual((await pulled()).line, (await pulled({}, "/data")).line);
    });

    it("follows no tag that is not to be followed, and no digest", async () => {
        assert.match((await pulled({ isFollowed: false })).line, /reference kept #/);
        const pinned = `app@sha256:${"a".repeat(64)}`;
        assert.match((await pulled({ reference: pinned })).line, /reference kept #/);
    });

    it("gives the login of the registry as a secret on standard input, and says nothing of what is printed", async () => {
        const login = { username: "puller", password: "a password" };
        const { step, line } = await pulled({ login });
        assert.ok(step.secretInputs.includes("stdin"));
        assert.equal(step.inputs["logging"], "none");
        assert.match(line, / sealed pull-image\.sh /);
        assert.doesNotMatch(JSON.stringify({ ...step.inputs, stdin: "" }), /puller|password/);
        assert.equal(unsealed(String(step.inputs["stdin"])), pullInput("app:1", login));
    });

    it("sends an archive, checked, and removes what it loaded", async () => {
        const program = await record(
            () => new EngineImage("app", { engine: someEngine(), origin: { archive } }),
            hostOutputs,
        );
        assert.deepEqual(program.children("app"), ["command:local:Command app-loaded"]);
        const { inputs } = program.get("app-loaded");
        assert.match(
            String(inputs["create"]),
            /send\.sh archives\/app\.tar\.gz c{64} .*load-image\.sh portcullis\.local\/app/,
        );
        assert.match(String(inputs["delete"]), /call\.sh .*remove-image\.sh portcullis\.local\/app/);
        assert.match(await valueOf(program.result.imageId), /^sha256:/);
        assert.equal(program.result.source, undefined);
        assert.equal(await pulumi.isSecret(program.result.imageId), false);
    });
});

describe("the login of a registry", () => {
    const config = (reference: string): unknown =>
        JSON.parse(pullInput(reference, { username: "u", password: "p:\u00e4" }).split("\n")[1] ?? "");
    const auth = Buffer.from("u:p:\u00e4").toString("base64");

    it("is under the registry's name in the client's configuration, and alone there", () => {
        assert.deepEqual(config("192.0.2.1:5000/team/app:1"), { auths: { "192.0.2.1:5000": { auth } } });
        assert.deepEqual(config("localhost/app"), { auths: { localhost: { auth } } });
    });

    it("is under the name by which the client knows Docker Hub", () => {
        for (const reference of ["app:1", "team/app", "docker.io/team/app", "index.docker.io/team/app:1"]) {
            assert.deepEqual(config(reference), { auths: { "https://index.docker.io/v1/": { auth } } });
        }
    });
});
