import assert from "node:assert/strict";
import { EngineImage } from "../../../components/image";
import { shortDigest } from "../../../components/toolkit/scripts";
import { hostOutputs, someEngine } from "../../support/host";
import { archive } from "../../support/parts";
import { record, valueOf } from "../../support/program";

describe("EngineImage", () => {
    it("pulls a reference, by the engine's provider", async () => {
        const program = await record(
            () => new EngineImage("app", { engine: someEngine(), origin: { reference: "app:1" } }),
            hostOutputs,
        );
        assert.deepEqual(program.children("app"), [
            "command:remote:Command app-noted",
            "docker:index/remoteImage:RemoteImage app-pulled",
        ]);
        assert.deepEqual(program.get("app-pulled").inputs, {
            name: "app:1",
            keepLocally: false,
            triggers: { generation: shortDigest("g1", "/var/lib/docker") },
        });
        assert.match(await valueOf(program.result.source), /@sha256:/);
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
    });
});
