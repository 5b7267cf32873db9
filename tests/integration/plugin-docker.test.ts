/** The docker plugin on a real engine; beside the official one, where there is one. */
import assert from "node:assert/strict";
import type Docker from "dockerode";
import { PluginEngine } from "../support/plugin-engine";
import { TestHost } from "../support/stack";
import { compareWithOfficial } from "../unit/plugins/docker/beside-official";
import { converse } from "../unit/plugins/docker/conversation";
import { configureBoth } from "../unit/plugins/docker/configure";
import { clear, furnish } from "../unit/plugins/docker/furniture";
import { fixtures, tiny, scenarios } from "../unit/plugins/docker/scenarios";
import { Plugin, type Wire, failure, ok, part } from "../unit/plugins/lib/driver";

const container = "docker:index/container:Container";
const networkToken = "docker:index/network:Network";
const volumeToken = "docker:index/volume:Volume";

function urn(type: string): string {
    return `urn:pulumi:test::portcullis::${type}::probe`;
}

describe("the docker plugin on a real engine", () => {
    const engine = new PluginEngine(new TestHost("plugin", "trixie", "10.213.68.0/29"));
    let docker: Docker;
    let plugin: Plugin;

    const create = async (type: string, inputs: Wire): Promise<{ id: string; inputs: Wire; state: Wire }> => {
        const checked = part(ok(await plugin.check(urn(type), inputs)), "inputs");
        const created = ok(await plugin.create(urn(type), checked));
        return { id: String(created["id"]), inputs: checked, state: part(created, "properties") };
    };
    const read = async (type: string, made: { id: string; inputs: Wire; state: Wire }): Promise<Wire> =>
        ok(await plugin.read(urn(type), made.id, made.inputs, made.state));
    const remove = async (type: string, made: { id: string; inputs: Wire; state: Wire }): Promise<void> => {
        ok(await plugin.delete(urn(type), made.id, made.inputs, made.state));
    };
    before(async () => {
        await engine.open();
        docker = engine.docker;
        await furnish(engine.docker);
        plugin = await Plugin.start("docker");
        await configureBoth(plugin, engine.settings);
    });

    after(async () => {
        await plugin.stop();
        await clear(docker);
        engine.close();
    });

    for (const scenario of scenarios) {
        it(`has no change to make once it made ${scenario.label}, and leaves nothing`, async () => {
            const answers = await converse(plugin, scenario, () => undefined);
            const none = { changes: 1, replaces: [], deleteBeforeReplace: false, detailed: {} };
            const stops = scenario.label === "a container that ought to run";
            const unlimited = scenario.label === "a container with an image alone";
            if (!stops) {
                assert.deepEqual(answers["diff"], none);
            }
            if (!stops && !unlimited) {
                assert.deepEqual(answers["diff after read"], none);
            }
            // An image that is kept is never gone.
            if (scenario.inputs["keepLocally"] === undefined) {
                assert.deepEqual(answers["read when gone"], { id: "" });
            }
        });
    }

    it("sees that a container was removed behind its back", async () => {
        const made = await create(container, { image: tiny, name: "ptc-drift" });
        await docker.getContainer(made.id).remove({ force: true });
        assert.deepEqual(await read(container, made), { id: "", inputs: undefined, properties: undefined });
        await remove(container, made);
    });

    it("sees that a container was stopped, and an update starts it again", async () => {
        const made = await create(container, { image: tiny, name: "ptc-stop" });
        await docker.getContainer(made.id).stop({ t: 0 });
        const state = part(await read(container, made), "properties");
        assert.equal(state["mustRun"], false);
        assert.equal(state["exitCode"], 137);
        const diff = ok(await plugin.diff(urn(container), made.id, state, made.inputs, made.inputs));
        assert.deepEqual(diff["detailed"], { mustRun: { kind: 4, inputDiff: false } });
        ok(await plugin.update(urn(container), made.id, state, made.inputs, made.inputs));
        assert.equal((await docker.getContainer(made.id).inspect()).State.Running, true);
        await remove(container, made);
    });

    it("changes limits on a living container, and no others", async () => {
        const made = await create(container, { image: tiny, name: "ptc-limits", memory: 32, memorySwap: 32 });
        const started = (await docker.getContainer(made.id).inspect()).State.StartedAt;
        const news = { ...made.inputs, memory: 64, memorySwap: 96, restart: "on-failure", maxRetryCount: 4 };
        ok(await plugin.update(urn(container), made.id, made.state, made.inputs, news));
        const { HostConfig: host, State: state } = await docker.getContainer(made.id).inspect();
        assert.deepEqual(
            [host.Memory, host.MemorySwap, host.RestartPolicy, state.StartedAt],
            [64 << 20, 96 << 20, { Name: "on-failure", MaximumRetryCount: 4 }, started],
        );
        await remove(container, made);
    });

    it("removes a container's unnamed volumes with it, and no named one", async () => {
        const volumes = [
            { containerPath: "/unnamed" },
            { containerPath: "/named", volumeName: fixtures.volume },
        ];
        const made = await create(container, { image: tiny, name: "ptc-volumes", volumes });
        const names = (await docker.getContainer(made.id).inspect()).Mounts.map((mount) => mount.Name);
        await remove(container, made);
        const left = (await docker.listVolumes()).Volumes.map((volume) => volume.Name);
        assert.deepEqual(
            names.filter((name) => name !== undefined && left.includes(name)),
            [fixtures.volume],
        );
    });

    it("keeps a container that did not start in the state, and replaces it the next time", async () => {
        const checked = part(
            ok(await plugin.check(urn(container), { image: tiny, name: "ptc-broken", command: ["/none"] })),
            "inputs",
        );
        assert.match(
            failure(await plugin.create(urn(container), checked)),
            /ptc-broken cannot be started: .*\/none/s,
        );
        const [broken] = await docker.listContainers({ all: true, filters: { name: ["ptc-broken"] } });
        assert.ok(broken, "the engine has the container");
        await docker.getContainer(broken.Id).remove();
    });

    it("waits for a container to leave a network or a volume that is to be removed", async () => {
        const network = await create(networkToken, { name: "ptc-busy" });
        const volume = await create(volumeToken, { name: "ptc-busy" });
        const user = await create(container, {
            image: tiny,
            name: "ptc-user",
            networksAdvanced: [{ name: "ptc-busy" }],
            mounts: [{ target: "/data", source: "ptc-busy", type: "volume" }],
        });
        const removals = Promise.all([remove(networkToken, network), remove(volumeToken, volume)]);
        await remove(container, user);
        await removals;
        const networks = await docker.listNetworks();
        assert.ok(!networks.some((item) => item.Name === "ptc-busy"));
    });

    it("says what the engine said when a name is taken", async () => {
        const made = await create(container, { image: tiny, name: "ptc-taken" });
        const again = await plugin.create(urn(container), made.inputs);
        assert.match(failure(again), /container ptc-taken cannot be created: Conflict.*already in use/s);
        await remove(container, made);
    });

    compareWithOfficial("docker", engine, scenarios, () => plugin);
});
