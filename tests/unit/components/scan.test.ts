import assert from "node:assert/strict";
import { EngineImage } from "../../../components/image";
import { imagesToScan } from "../../../components/stack";
import { gateInputSchema, type GateInput } from "../../../scan/gate";
import { hostOutputs, someEngine, someSettings } from "../../support/host";
import { archive, wholeStack } from "../../support/parts";
import { record } from "../../support/program";

const answered = { owner: "ops", reason: "r", until: "2020-01-01" };

/** What the gate of a whole stack is given. */
async function gateInput(change: Record<string, unknown> = {}): Promise<GateInput> {
    const program = await record(() => wholeStack(change), hostOutputs);
    return gateInputSchema.parse(JSON.parse(String(program.get("scans-gate").inputs["stdin"])));
}

describe("the gate's input", () => {
    it("has what the database holds, and the id with which the canary must be flagged", async () => {
        const { advisories, canary, policy } = await gateInput();
        assert.deepEqual(advisories?.coverage, [
            {
                updater: "debian/updater",
                distribution: "debian",
                version: "13",
                repository: "",
                advisories: 30,
            },
        ]);
        assert.equal(canary.expected, "CVE-2021-3711");
        assert.deepEqual(policy, { severity: "High", threshold: 0, unknownAs: "High", ignoreUnfixed: false });
    });

    it("has the exceptions", async () => {
        const exceptions = [{ ...answered, vulnerability: "CVE-1" }];
        assert.deepEqual((await gateInput({ scan: { exceptions } })).exceptions, exceptions);
    });

    it("is another one on the day after an exception ran out", async () => {
        const today = new Date().toISOString().slice(0, 10);
        const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
        const lapsed = async (until: string) => {
            const exceptions = [{ ...answered, vulnerability: "CVE-1", until }];
            return (await gateInput({ scan: { exceptions } })).lapsed ?? "";
        };
        const others = (await gateInput()).lapsed ?? "";
        assert.match(others, /^20\d\d-\d\d-\d\d$/);
        assert.equal(await lapsed(yesterday), yesterday);
        assert.equal(await lapsed(today), others);
    });
});

describe("the images to scan", () => {
    it("are the stack's own and the configured ones, each with what somebody accepts in it", async () => {
        const accept = [{ ...answered, what: "go" }];
        const settings = someSettings({
            images: { app: { reference: "app:1", accept }, other: { reference: "app:2" } },
            stackImages: { accept: [{ ...answered, image: "clair", what: "go" }] },
        });
        const program = await record(() => {
            const engine = someEngine();
            const image = (name: string) => new EngineImage(name, { engine, origin: { archive } });
            const own = { registry: image("r"), postgres: image("p"), clair: image("c") };
            const loaded = {
                settings,
                connection: engine.connection,
                registryPassword: undefined,
                archives: new Map(),
                advisories: undefined,
                lists: undefined,
                authorizationPlugin: undefined,
                reportFolder: "reports/test",
            };
            return imagesToScan(loaded, engine, own);
        }, hostOutputs);
        assert.deepEqual(
            program.result.map((image) => [image.repository, image.enforce, image.accept]),
            [
                ["portcullis/registry", false, []],
                ["portcullis/postgres", false, []],
                ["portcullis/clair", false, accept],
                ["app", true, accept],
                ["other", true, []],
            ],
        );
    });
});
