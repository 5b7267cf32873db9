import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Deployment } from "../deployment";
import { assertDone, root, type TestHost, TestStack } from "../stack";
import type { Loss } from "./table";

/** Breaks a stack in many ways, and shows that one `up` tells and mends each loss, and leaves nothing to change. */
export function lossSuite(host: TestHost, cases: readonly (readonly Loss[])[]): void {
    const stack = new TestStack(host);
    const deployment = new Deployment(host, stack);

    describe(`${cases.length} losses on ${host.release}`, () => {
        before(() => deployment.standUp());

        after(() => {
            host.down();
        });

        for (const losses of cases) {
            it(losses.map(({ name }) => name).join(", and "), () => breakAndMend(deployment, losses));
        }

        it("another data-root by setting: not while somebody else's container is on a network", async () => {
            stack.change({ engine: withDataRoot(stack.example("engine")) });
            host.read(stranger);
            const refused = await stack.up();
            assert.notEqual(refused.status, 0, refused.output);
            const [, remedy = ""] = /Take them off, on the host: '([^']+)'/.exec(refused.output) ?? [];
            assert.equal(remedy, "docker network disconnect portcullis-scan stranger", refused.output);
            assert.equal(host.read("docker ps --quiet --filter label=portcullis.stack | wc -l").trim(), "3");
            host.read(remedy);
            assertDone(await stack.up());
            assertDone(await stack.preview("--expect-no-changes"));
            await assertWhole(deployment);
        });

        it("the first data-root again, with the engine stopped", async () => {
            stack.reset();
            host.read("systemctl stop docker.socket docker");
            assertDone(await stack.up());
            assertDone(await stack.preview("--expect-no-changes"));
            await assertWhole(deployment);
            host.read("docker rm -f stranger");
        });

        it("a reboot of the whole stack", async () => {
            await host.reboot();
            assertDone(await stack.preview("--expect-no-changes"));
            await assertWhole(deployment);
        });

        it("the host, rebuilt: a destroy ends, and an up follows", async () => {
            await host.up();
            assertDone(await stack.destroy());
            assertNothingLeft(host);
        });

        it("a reboot in the middle of the first up", async () => {
            const up = stack.up();
            while (host.sh("docker inspect portcullis-registry").status !== 0) {
                await sleep(500);
            }
            await host.reboot();
            assert.notEqual((await up).status, 0);
            assertDone(await stack.up());
            assertDone(await stack.preview("--expect-no-changes"));
            await assertWhole(deployment);
        });

        it("the engine, uninstalled: a destroy ends all the same, and names what it cannot remove", async () => {
            await endsWithoutEngine(deployment);
        });
    });
}

/** Starts a container that is not the stack's on one of its networks. */
const stranger = `docker run --detach --name stranger --network portcullis-scan --entrypoint sleep \
$(docker inspect -f '{{.Image}}' portcullis-postgres) 3600`;

function withDataRoot(engine: Record<string, unknown>): Record<string, unknown> {
    return { ...engine, settings: { "data-root": "/var/lib/docker/elsewhere" } };
}

/** Takes the engine's program from a host, and shows that a destroy ends, and leaves nothing of the stack on the host. */
export async function endsWithoutEngine({ host, stack }: Deployment): Promise<void> {
    host.read("systemctl stop docker.socket docker; mv $(command -v dockerd) /root/");
    const before = await stack.export();
    const asked = await stack.destroy(false);
    assert.equal(asked.status, 1, asked.output);
    const said = /the host has no Docker engine any more.*registry.*postgres/;
    assert.match(asked.output, said);
    assert.match(asked.output, new RegExp(`: \\./pulumiw destroy --yes --stack ${host.name};`));
    assert.equal(await stack.export(), before);
    const ended = await stack.destroy();
    assertDone(ended);
    assert.match(ended.output, said);
    assertNothingLeft(host);
    assert.doesNotMatch(await stack.export(), /"type": ?"(docker|command):/);
}

/** Where the engine is gone its volumes stay, and with them the lines of their ids, and the notes of these lines. */
function assertNothingLeft(host: TestHost): void {
    const notes = host.read("find /var/lib/portcullis -type f 2>/dev/null | sort");
    assert.match(
        notes,
        /^(\/var\/lib\/portcullis\/engine\/(sub[ug]id(\.before|\.written)?|ranges|root|user)\n?)*$/,
    );
    const folders = [
        "/etc/portcullis",
        "/var/spool/portcullis",
        "/usr/local/lib/portcullis",
        "/etc/docker/certs.d",
    ];
    assert.equal(host.read(`ls -d ${folders.join(" ")} 2>/dev/null || true`), "");
}

/** Does harm to a host, and shows that one `up` tells the losses and mends them. */
export async function breakAndMend(deployment: Deployment, losses: readonly Loss[]): Promise<void> {
    const { host, stack } = deployment;
    const kept = () => losses.map(({ same = "true" }) => host.read(same));
    const before = kept();
    for (const { harm } of losses) {
        host.read(harm.replaceAll("ADDRESS", host.address));
    }
    const ended = await stack.up();
    assertDone(ended);
    for (const { said } of losses) {
        assert.match(ended.output, new RegExp(said.source.replaceAll("ADDRESS", host.address)));
    }
    assertDone(await stack.preview("--expect-no-changes"));
    assert.deepEqual(kept(), before);
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
        // The stack's own images are reported only: what is in them is not the point here.
        assert.ok(verdict === "pass" || repository.startsWith("portcullis/"), image);
        const manifest = await deployment.manifest(repository, digest);
        assert.equal(manifest.status, 200, image);
        const { config, layers } = manifestSchema.parse(JSON.parse(manifest.body));
        for (const { digest: blob } of [config, ...layers]) {
            const answer = await deployment.registry({ auth, path: `/v2/${repository}/blobs/${blob}` });
            assert.equal(answer.status, 200, `${image}: ${blob}`);
        }
    }
}
