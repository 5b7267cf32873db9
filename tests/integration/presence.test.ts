import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { assertDone, root, TestHost, TestStack } from "../support/stack";
import { assertWhole, breakAndMend, endsWithoutEngine } from "../support/losses/suite";
import { together } from "../support/losses/table";
import { Deployment } from "../support/deployment";

/** A stack of another name with the host of the first one, or of the same name with a state of its own. */
class OtherStack extends TestStack {
    constructor(
        host: TestHost,
        readonly name: string,
    ) {
        super(Object.assign(Object.create(host) as TestHost, { name, folder: host.folder }));
    }
}

describe("a host that is not as the last up left it", () => {
    const host = new TestHost("there", "trixie", "10.213.92.0/29");
    const stack = new TestStack(host);
    const deployment = new Deployment(host, stack);

    /** All files that a stack changes, by their checksums. */
    const files = () =>
        host.read(
            "find /etc/portcullis /etc/docker /etc/subuid /usr/local/lib/portcullis /var/lib/portcullis -type f | sort | xargs sha256sum; docker ps -q | sort",
        );

    before(() => deployment.standUp());

    after(() => {
        host.down();
    });

    for (const losses of [
        together("/etc/docker/daemon.json is writable for all", "subuid is edited", "a script is removed"),
        together("the volume registry is removed, with its container", "the container of clair is stopped"),
        together(
            "the container of postgres is given more memory",
            "the network scan is removed",
            "the advisories are deleted",
        ),
    ]) {
        it(`is mended by one up: ${losses.map(({ name }) => name).join(", and ")}`, async () => {
            await breakAndMend(deployment, losses);
        });
    }

    it("is refused to another stack, in a preview and in an up, with the owner named, and nothing is changed", async () => {
        const other = new OtherStack(host, "another");
        await other.init();
        const before = files();
        for (const ended of [await other.preview(), await other.up()]) {
            assert.notEqual(ended.status, 0);
            assert.match(ended.output, /this host belongs to the stack portcullis\/there \(id SHA256:/);
        }
        assert.equal(files(), before);
        assert.doesNotMatch(await other.export(), /remote:Command/);
    });

    it("serves an image no more that was dropped from the settings, and keeps no report of it", async () => {
        const { digest } = deployment.scanOf("redis");
        const report = path.join(root, "reports", host.name, "redis.json");
        assert.equal((await deployment.manifest("redis", digest)).status, 200);
        assert.ok(fs.existsSync(report));
        stack.change({ images: {} });
        assertDone(await stack.up());
        assert.equal((await deployment.manifest("redis", digest)).status, 404);
        assert.ok(!fs.existsSync(report));
        assert.equal(
            host.read("docker images -q --filter reference='*redis*' --filter reference='*/*redis*'"),
            "",
        );
        stack.reset();
        assertDone(await stack.up());
        await assertWhole(deployment);
    });

    it("has nothing left of another port, once that is given up", async () => {
        const trust = () => host.read("ls /etc/docker/certs.d");
        const left = () => host.read("docker images --format '{{.Repository}}' | grep -c :5443/ || true");
        stack.change({ registry: { ...stack.example("registry"), port: 5443 } });
        assertDone(await stack.up());
        assert.equal(trust(), `${host.address}:5443`);
        stack.reset();
        assertDone(await stack.up());
        assert.deepEqual([trust(), left()], [`${host.address}:5000`, "0"]);
        await assertWhole(deployment);
    });

    /** An `up` that ends at a container, since somebody else's has the name. */
    async function failAtContainer(): Promise<void> {
        const image = "$(docker inspect -f '{{.Image}}' portcullis-clair)";
        host.read(
            `image=${image}; docker rm -f portcullis-clair; docker create --name portcullis-clair "$image"`,
        );
        const ended = await stack.up();
        assert.notEqual(ended.status, 0);
        assert.match(ended.output, /portcullis-clair.* is already in use/);
    }

    it("is mended after an up that failed at a container, also with the engine stopped since", async () => {
        await failAtContainer();
        host.read("docker rm -f portcullis-clair; systemctl stop docker.socket docker");
        assertDone(await stack.up());
        assertDone(await stack.preview("--expect-no-changes"));
        await assertWhole(deployment);
    });

    it("is made anew where it was thrown away, also after an up that failed at a container", async () => {
        await failAtContainer();
        await host.up();
        const preview = await stack.preview();
        assertDone(preview);
        assert.match(preview.output, /has nothing of what the last `up` left on it: all is made anew/);
        assertDone(await stack.up());
        assertDone(await stack.preview("--expect-no-changes"));
        await assertWhole(deployment);
    });

    it("ends a destroy where the engine is gone", async () => {
        await endsWithoutEngine(deployment);
        await host.up();
        assertDone(await stack.up());
    });

    it("is told when it cannot be reached: a preview goes on, an up fails, and a destroy names the way to forget it", async () => {
        host.down();
        const preview = await stack.preview("--expect-no-changes");
        assertDone(preview);
        assert.match(
            preview.output,
            /the host cannot be reached, so this preview takes it to be as the last/,
        );
        const up = await stack.up();
        assert.notEqual(up.status, 0);
        assert.match(
            up.output,
            /root@10\.213\.92\.2:22: the host cannot be reached, and nothing was changed/,
        );
        const destroy = await stack.destroy();
        assert.equal(destroy.status, 1);
        const command = /forget it: \.\/pulumiw (.*)/.exec(destroy.output)?.[1] ?? "";
        assert.match(command, /^stack rm /);
        assertDone(await stack.pulumi(...command.split(" ")));
        assert.notEqual((await stack.pulumi("stack", "select", host.name)).status, 0);
    });
});
