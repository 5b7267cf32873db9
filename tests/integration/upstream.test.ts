import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as YAML from "yaml";
import { z } from "zod";
import { Deployment } from "../support/deployment";
import { commandsIn } from "../support/remedies/commands";
import { assertDone, type Ended, TestHost, TestStack } from "../support/stack";
import { type PushedImage, UpstreamRegistry } from "../support/upstream";
import { sampleProcesses } from "./claims";

const fileSchema = z.object({ config: z.record(z.string(), z.unknown()) });

describe("an image of a private registry, by a tag that moves", () => {
    const host = new TestHost("upstream", "trixie", "10.213.78.0/29");
    const stack = new TestStack(host);
    const deployment = new Deployment(host, stack);
    const upstream = new UpstreamRegistry(host);
    const password = crypto.randomBytes(24).toString("base64");
    const revoked = crypto.randomBytes(24).toString("base64");
    let [first, second, third]: (PushedImage | undefined)[] = [];
    const repository = (): string => `${upstream.name}/team/app`;
    const reference = (): string => `${repository()}:stable`;
    const images = () => ({
        app: {
            reference: reference(),
            accept: [
                { what: "no-packages", owner: "tests", reason: "it holds one file", until: "2099-12-31" },
            ],
        },
    });

    before(async () => {
        // What a run left that was killed holds the host's network.
        upstream.remove();
        await deployment.prepare();
        await upstream.start(password);
        first = await upstream.push("team/app", "stable", "first");
    });

    after(() => {
        upstream.close();
        host.down();
    });

    /** What the stack has of the image: its id on the engine, what it was pulled as, and that its verdict is on it. */
    async function assertHas(image: PushedImage | undefined): Promise<void> {
        assert.ok(image !== undefined);
        assert.equal(
            host.read("docker image inspect --format '{{.Id}}' portcullis.local/image-app:pulled"),
            image.id,
        );
        await deployment.readOutputs();
        const { source, verdict, digest } = deployment.scanOf("app");
        assert.deepEqual([source, verdict], [`${repository()}@${image.digest}`, "pass"]);
        assert.equal((await deployment.manifest("app", digest)).status, 200);
        assertDone(await stack.preview("--expect-no-changes"));
    }

    /** What a run would have changed on the host. */
    const state = (): string =>
        host.read(
            "find /etc/portcullis /etc/docker /var/lib/portcullis -type f | sort | xargs sha256sum; docker ps --quiet --no-trunc | sort; docker images --quiet --no-trunc | sort -u",
        );

    function assertRefused(ended: Ended, words: RegExp): void {
        assert.notEqual(ended.status, 0, ended.output);
        const line = ended.output.split("\n").find((text) => text.includes("nothing was changed")) ?? "";
        assert.ok(line.includes(`portcullis:images.app.reference: ${reference()} (as puller)`), ended.output);
        assert.match(line, words);
    }

    it("is refused with a login that anybody can read, and the command that is told encrypts it", async () => {
        stack.change({
            images: images(),
            registryLogins: { [upstream.name]: { username: upstream.username, password: "anybody's" } },
        });
        const refused = await stack.preview();
        assert.notEqual(refused.status, 0);
        const line = refused.output.split("\n").find((text) => text.includes("in plain text")) ?? "";
        const [set = "", remove = ""] = commandsIn(line);
        const file = `--config-file ${stack.settingsFile}`;
        const before = fs.readFileSync(stack.settingsFile, "utf8");
        assertDone(await stack.shell(`${remove} ${file}`));
        assert.doesNotMatch(fs.readFileSync(stack.settingsFile, "utf8"), /registryLogins/);
        fs.writeFileSync(stack.settingsFile, before);
        assert.match(set, /^\.\/pulumiw config set --stack upstream --secret --path '/);
        const command = set.replace("REGISTRY", upstream.name);
        assertDone(await stack.shell(`${command} ${file} <<'EOF'\n${password}\nEOF`));
        const { config } = fileSchema.parse(YAML.parse(fs.readFileSync(stack.settingsFile, "utf8")));
        stack.change({ images: images(), registryLogins: config["portcullis:registryLogins"] });
    });

    it("comes with the first up, pulled by the login, and is not looked for in vain", async () => {
        const stopSampling = sampleProcesses(deployment);
        const ended = await stack.up();
        stopSampling();
        assertDone(ended);
        await assertHas(first);
        assert.equal(host.read(`docker images --quiet ${repository()}`), "");
        assertDone(await stack.up("--expect-no-changes"));
    });

    it("is another one where the tag moved: the preview shows it, the up takes it, the one before goes", async () => {
        second = await upstream.push("team/app", "stable", "second");
        const preview = await stack.preview();
        assertDone(preview);
        assert.match(preview.output, /team\/app:stable names another image than on the last `up`/);
        assert.match(preview.output, /image-app-pulled +update/);
        assert.doesNotMatch(preview.output, /not as the last `up` left it/);
        assertDone(await stack.up());
        await assertHas(second);
        assert.notEqual(host.sh(`docker image inspect ${first?.id ?? ""}`).status, 0);
    });

    it("is followed while the engine is stopped, which cannot be asked: the up starts it, and then asks", async () => {
        third = await upstream.push("team/app", "stable", "third");
        host.read("systemctl stop docker.socket docker");
        assertDone(await stack.up());
        await assertHas(third);
    });

    it("is pulled again where the engine has lost it", async () => {
        host.read(`docker rmi --force ${third?.id ?? ""}`);
        const ended = await stack.up();
        assertDone(ended);
        assert.match(ended.output, /made anew: .*image sha256:[0-9a-f]{64} \(gone\)/);
        await assertHas(third);
    });

    it("stays where the login was revoked: an up ends before the first change, a preview says what it takes", async () => {
        await upstream.push("team/app", "stable", "fourth");
        upstream.stop();
        await upstream.startAgain(revoked);
        const before = state();
        const preview = await stack.preview("--expect-no-changes");
        assertDone(preview);
        assert.match(
            preview.output,
            /this preview takes the images of the last `up`.*portcullis:images\.app\.reference: .*unauthorized/,
        );
        assertRefused(await stack.up(), /unauthorized: authentication required/);
        assert.equal(state(), before);
    });

    it("stays where the registry is down, and is taken by the next up that reaches it", async () => {
        upstream.stop();
        const before = state();
        assertDone(await stack.preview("--expect-no-changes"));
        assertRefused(
            await stack.up(),
            /dial tcp .*:5000|no answer within|deadline exceeded|Client\.Timeout/,
        );
        assert.equal(state(), before);
        await upstream.startAgain(password);
        const fourth = await upstream.push("team/app", "stable", "fourth");
        assertDone(await stack.up());
        await assertHas(fourth);
    });

    it("is not asked for by a digest", async () => {
        upstream.stop();
        const { source } = deployment.scanOf("app");
        stack.change({ images: { app: { ...images().app, reference: source } } });
        // The image is there, but it is another reference, whose step has to be taken once.
        const ended = await stack.preview();
        assertDone(ended);
        assert.doesNotMatch(ended.output, /does not answer/);
        assert.match(ended.output, /image-app-pulled +update/);
        await upstream.startAgain(password);
        assertDone(await stack.up());
        upstream.stop();
        assertDone(await stack.preview("--expect-no-changes"));
    });

    it("leaves no trace of the login in state, logs, processes and settings", async () => {
        const login = `${upstream.username}:${password}`;
        const json = JSON.stringify({ username: upstream.username, password });
        const hidden = [password, login, json].flatMap((text) => {
            const bytes = Buffer.from(text);
            return [bytes.toString("base64"), bytes.toString("base64url")];
        });
        const secrets = [password, ...hidden];
        const places: Readonly<Record<string, string>> = {
            state: await stack.export(),
            log: fs.readFileSync(stack.log, "utf8"),
            processes: host.read("cat /tmp/processes"),
            journal: host.read("journalctl --no-pager -o cat"),
            settings: fs.readFileSync(stack.settingsFile, "utf8"),
            host: host.read("cat /var/lib/portcullis/steps/* /root/.docker/config.json 2>/dev/null || true"),
        };
        for (const [place, text] of Object.entries(places)) {
            assert.ok(text.length > 100, `${place} is empty: nothing was looked at`);
            for (const secret of secrets) {
                assert.ok(!text.includes(secret), `the login is in ${place}`);
            }
        }
        // The same search finds the login where it is shown on purpose.
        const shown = await stack.export("--show-secrets");
        assert.ok(shown.includes(Buffer.from(login).toString("base64")));
        assert.match(places["processes"] ?? "", /pull-image\.sh/);
    });

    it("is gone from the engine when the stack is destroyed", async () => {
        assertDone(await stack.destroy());
        assert.equal(host.read("docker images --all --quiet"), "");
    });
});
