import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { z } from "zod";
import { Deployment } from "../deployment";
import { assertDone, labImages, root, type TestHost, TestStack } from "../stack";
import type { Loss } from "./table";

/** Breaks a stack in many ways, and shows that one `up` tells and mends each loss, and leaves nothing to change. */
export function lossSuite(host: TestHost, cases: readonly (readonly Loss[])[]): void {
    const stack = new TestStack(host);
    const deployment = new Deployment(host, stack);

    describe(`${cases.length} losses on ${host.release}`, () => {
        before(async () => {
            await labImages();
            await host.up();
            await stack.init();
            assertDone(await stack.up());
            await deployment.readOutputs();
        });

        after(() => {
            host.down();
        });

        for (const losses of cases) {
            it(losses.map(({ name }) => name).join(", and "), () => breakAndMend(deployment, losses));
        }
    });
}

/** Does harm to a host, and shows that one `up` tells the losses and mends them. */
export async function breakAndMend(deployment: Deployment, losses: readonly Loss[]): Promise<void> {
    const { host, stack } = deployment;
    for (const { harm } of losses) {
        host.read(harm.replaceAll("ADDRESS", host.address));
    }
    const ended = await stack.up();
    assertDone(ended);
    for (const { said } of losses) {
        assert.match(ended.output, new RegExp(said.source.replaceAll("ADDRESS", host.address)));
    }
    assertDone(await stack.preview("--expect-no-changes"));
    await assertWhole(deployment);
}

const manifestSchema = z.object({
    config: z.object({ digest: z.string() }),
    layers: z.array(z.object({ digest: z.string() })),
});

/** The host is as declared, and the registry serves each image that has a verdict, with all of its layers. */
export async function assertWhole(deployment: Deployment): Promise<void> {
    await deployment.readOutputs();
    const { host, outputs, credentials: auth } = deployment;
    const words = [...host.auditWords(`reports/${host.name}/declared.json`), "--format", "json"];
    const audited = spawnSync("bin/portcullis", words, { cwd: root, encoding: "utf8" });
    assert.ok(audited.status === 0 || audited.status === 1, audited.stderr);
    const { drift } = z
        .object({ drift: z.object({ findings: z.array(z.unknown()) }) })
        .parse(JSON.parse(audited.stdout));
    assert.deepEqual(drift.findings, []);
    assert.equal(outputs.scans.length, 4);
    for (const { image, digest, verdict } of outputs.scans) {
        const repository = /\/(.*)@/.exec(image)?.[1] ?? "";
        assert.equal(verdict, "pass", image);
        const manifest = await deployment.manifest(repository, digest);
        assert.equal(manifest.status, 200, image);
        const { config, layers } = manifestSchema.parse(JSON.parse(manifest.body));
        for (const { digest: blob } of [config, ...layers]) {
            const answer = await deployment.registry({ auth, path: `/v2/${repository}/blobs/${blob}` });
            assert.equal(answer.status, 200, `${image}: ${blob}`);
        }
    }
}
