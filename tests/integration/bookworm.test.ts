import assert from "node:assert/strict";
import { Deployment } from "../support/deployment";
import { assertDone, TestHost, TestStack } from "../support/stack";
import { assertUnchanged } from "../support/unchanged";
import { claims, leftovers, sampleProcesses } from "./claims";

describe("the whole stack on Debian 12, which has no engine yet", () => {
    const host = new TestHost("test12", "bookworm", "10.213.67.0/29", ["--no-engine"]);
    const stack = new TestStack(host);
    const deployment = new Deployment(host, stack);

    before(() => deployment.prepare());

    after(() => {
        host.down();
    });

    it("is previewed before the engine was ever installed", async () => {
        assert.notEqual(host.sh("command -v dockerd").status, 0);
        const ended = await stack.preview();
        assertDone(ended);
        assert.match(ended.output, /docker:index:Container registry-service-container\s+create/);
        assert.notEqual(host.sh("command -v dockerd").status, 0);
    });

    it("comes up, with the engine installed", async () => {
        const stopSampling = sampleProcesses(deployment);
        const ended = await stack.up();
        stopSampling();
        assertDone(ended);
        assert.match(host.read("docker version -f '{{.Server.Version}}'"), /^20\.10\./);
        deployment.firstUp = ended;
        await deployment.readOutputs();
    });

    it("changes nothing in previews and refreshes", async () => {
        await assertUnchanged(stack);
    });

    claims(deployment);

    it("leaves nothing behind when it is destroyed, but the engine", async () => {
        assertDone(await stack.destroy());
        assert.deepEqual(leftovers(deployment), []);
        assert.equal(host.read("docker info -f '{{.DockerRootDir}}'"), "/var/lib/docker");
    });
});
