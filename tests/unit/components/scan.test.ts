import assert from "node:assert/strict";
import { EngineImage, type ImageOrigin } from "../../../components/image";
import { imagesToScan } from "../../../components/stack";
import { gateInputSchema, type GateInput } from "../../../scan/gate";
import { hostOutputs, someEngine, someSettings } from "../../support/host";
import { archive, wholeStack } from "../../support/parts";
import { record, valueOf } from "../../support/program";
import { clairReport, digest, packed, report } from "../scan/sample";

const answered = { owner: "ops", reason: "r", until: "2020-01-01" };

/** The outputs of a host on which Clair reports on an image of Debian 13. */
const scannedOutputs =
    (scanned: string): typeof hostOutputs =>
    (resource) => ({
        ...hostOutputs(resource),
        ...(String(resource.inputs["create"]).includes("scan-image.sh") && { stdout: scanned }),
        ...(String(resource.inputs["create"]).includes("scan-canaries.sh") && {
            stdout: JSON.stringify([{ digest, report: "cGFja2Vk" }]),
        }),
    });

/** What the gate of a whole stack is given. */
async function gateInput(change: Record<string, unknown> = {}): Promise<GateInput> {
    const program = await record(() => wholeStack(change), scannedOutputs(report(digest, [])));
    return gateInputSchema.parse(JSON.parse(String(program.get("scans-gate").inputs["stdin"])));
}

describe("the gate's input", () => {
    it("has what the database holds, and what the canaries must be flagged with", async () => {
        const { advisories, canaries, policy } = await gateInput();
        assert.deepEqual(advisories?.coverage, [
            {
                updater: "debian/updater",
                distribution: "debian",
                version: "13",
                repository: "",
                advisories: 30,
                canary: { vulnerability: "CVE-2026-1", package: "openssl", version: "0" },
            },
        ]);
        assert.deepEqual(canaries, [
            {
                digest,
                report: "cGFja2Vk",
                expected: [
                    {
                        what: "debian:13",
                        title: "Debian 13",
                        updater: "debian/updater",
                        vulnerability: "CVE-2026-1",
                        package: "openssl",
                    },
                ],
            },
        ]);
        assert.deepEqual(policy, { severity: "High", threshold: 0, unknownAs: "High", ignoreUnfixed: false });
    });

    it("has the exceptions", async () => {
        const exceptions = [{ ...answered, vulnerability: "CVE-1" }];
        assert.deepEqual((await gateInput({ scan: { exceptions } })).exceptions, exceptions);
    });

    it("names the files that rules rest on, and days of grace, where they are set alone", async () => {
        const lists = { kev: { file: "kev.json", sha256: "e".repeat(64) }, maximumAgeDays: 14 };
        const program = await record(
            () => wholeStack({ scan: { graceDays: 3 } }, true, lists),
            scannedOutputs(report(digest, [])),
        );
        const input = gateInputSchema.parse(JSON.parse(String(program.get("scans-gate").inputs["stdin"])));
        assert.deepEqual(input.lists, lists);
        assert.equal(input.policy.graceDays, 3);
        assert.deepEqual(Object.keys(await gateInput()), [
            ...["policy", "exceptions", "scans", "advisories", "canaries", "lapsed"],
        ]);
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

describe("the gate's input, with days of grace", () => {
    it("is another one on the day after a finding's grace ended", async () => {
        const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
        const issued = new Date(Date.now() - 4 * 86_400_000).toISOString();
        const scanned = packed(JSON.parse(clairReport([{ severity: "High", issued }])) as object);
        const lapsed = async (graceDays: number) => {
            const program = await record(
                () => wholeStack({ scan: { graceDays } }),
                (resource) => ({
                    ...hostOutputs(resource),
                    ...(String(resource.inputs["create"]).includes("scan-image.sh") && { stdout: scanned }),
                }),
            );
            return gateInputSchema.parse(JSON.parse(String(program.get("scans-gate").inputs["stdin"])))
                .lapsed;
        };
        assert.equal(await lapsed(3), yesterday);
        assert.notEqual(await lapsed(4), yesterday);
    });
});

describe("the verdicts", () => {
    /** What the images were pulled as, where the gate has judged an image of a repository. */
    const sources = async (judged: string, origin: ImageOrigin): Promise<(string | null)[]> => {
        const program = await record(
            () => wholeStack({}, true, undefined, origin),
            (resource) => {
                const answer = hostOutputs(resource);
                return resource.name === "scans-gate"
                    ? { ...answer, stdout: String(answer["stdout"]).replaceAll("/redis@", `/${judged}@`) }
                    : answer;
            },
        );
        const results = await valueOf(program.result.scans.results);
        return results.map(({ source }) => source);
    };
    const upstream = { reference: "name:1", key: "k", login: undefined, isFollowed: true };

    it("say what each image was pulled as, and nothing of an archive", async () => {
        const [pulled] = await sources("team/app", { upstream });
        assert.match(pulled ?? "", /^name@sha256:[0-9a-f]{64}$/);
        assert.deepEqual(await sources("other", { upstream }), [null]);
        assert.deepEqual(await sources("team/app", { archive }), [null]);
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
                updatersProxy: undefined,
                updatersCertificates: undefined,
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
