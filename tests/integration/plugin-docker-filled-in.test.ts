/** The docker plugin on engines that fill in whatever daemon.json can set; beside the official one, where there is one. */
import assert from "node:assert/strict";
import { PluginEngine } from "../support/plugin-engine";
import { TestHost } from "../support/stack";
import { compareWithOfficial } from "../unit/plugins/docker/beside-official";
import { configureBoth } from "../unit/plugins/docker/configure";
import { converse } from "../unit/plugins/docker/conversation";
import { engineDefaults, filledIn } from "../unit/plugins/docker/filled-in";
import { furnish } from "../unit/plugins/docker/furniture";
import { fixtures, network } from "../unit/plugins/docker/scenarios";
import { Plugin, failure, ok, part } from "../unit/plugins/lib/driver";

const engines = [
    {
        version: "26.1",
        recordings: "docker-filled-in-26.1",
        host: new TestHost("filled26", "trixie", "10.213.69.0/29"),
    },
    {
        version: "20.10",
        recordings: "docker-filled-in-20.10",
        host: new TestHost("filled20", "bookworm", "10.213.70.0/29"),
    },
] as const;

for (const { version, recordings, host } of engines) {
    describe(`the docker plugin on an engine ${version} whose daemon.json sets all defaults`, () => {
        const engine = new PluginEngine(host, engineDefaults);
        let plugin: Plugin;

        before(async () => {
            plugin = await Plugin.start("docker");
            await engine.open();
            await furnish(engine.docker);
            await configureBoth(plugin, engine.settings);
        });

        after(async () => {
            await plugin.stop();
            engine.close();
        });

        for (const scenario of filledIn) {
            it(`finds nothing new when it reads again ${scenario.label}`, async () => {
                const answers = await converse(plugin, scenario, () => undefined);
                for (const again of ["read again", "read once more"]) {
                    assert.deepEqual(answers[again], answers["read"]);
                    assert.deepEqual(answers[`diff after ${again}`], answers["diff after read"]);
                }
            });
        }

        it("refuses a second network of one name", async () => {
            const urn = `urn:pulumi:test::portcullis::${network}::probe`;
            const inputs = part(ok(await plugin.check(urn, { name: fixtures.networks[0] })), "inputs");
            assert.match(failure(await plugin.create(urn, inputs)), /network .* already exists/);
        });

        compareWithOfficial(recordings, engine, filledIn, () => plugin);
    });
}
