import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { declarationSchema } from "../../declaration";
import { scanAccessSchema } from "../../outputs/scan-access";
import { ask, looseEnds, type Answer } from "./probes";
import { assertDone, labImages, type Ended, type TestHost, type TestStack } from "./stack";

/** The outputs of index.ts, all of them, by the names that users rely on. */
const outputsSchema = z.strictObject({
    dockerHost: z.string(),
    engine: z.strictObject({
        rootDir: z.string(),
        remap: z.strictObject({ user: z.string(), uid: z.number(), gid: z.number(), size: z.number() }),
        auditRules: z.strictObject({ rules: z.number(), reason: z.string().optional() }),
    }),
    usernsProof: z.object({
        engineUser: z.string(),
        containerRootHostUid: z.number(),
        deleteWithRemap: z.string(),
        deleteWithUsernsHost: z.string(),
    }),
    registryUrl: z.string(),
    caCertificate: z.string(),
    registryUsername: z.string(),
    registryPassword: z.string(),
    scanner: z.object({
        advisories: z.number(),
        updaters: z.array(z.object({ name: z.string(), advisories: z.number() })),
    }),
    scanAccess: scanAccessSchema,
    declared: declarationSchema,
    presence: z.object({ address: z.string(), machine: z.string() }),
    audit: z.object({ score: z.object({ before: z.number(), after: z.number() }), report: z.string() }),
    scans: z.array(
        z.strictObject({
            image: z.string(),
            digest: z.string(),
            source: z.string().nullable(),
            verdict: z.string(),
            judged: z.string(),
            counts: z.record(z.string(), z.number()),
            packages: z.number(),
            coverage: z.array(
                z.strictObject({
                    what: z.string(),
                    title: z.string(),
                    packages: z.number(),
                    advisories: z.number(),
                    date: z.string(),
                }),
            ),
            accepted: z.array(z.string()),
            notes: z.array(z.string()),
            report: z.string(),
        }),
    ),
});

export type Outputs = z.infer<typeof outputsSchema>;

/** A stack that is up, and the questions that tests ask of it. */
export class Deployment {
    /** The outputs, known after the first `up` that succeeded. */
    private known: Outputs | undefined;
    /** The first `up` that succeeded. */
    firstUp: Ended | undefined;

    constructor(
        readonly host: TestHost,
        readonly stack: TestStack,
    ) {}

    get outputs(): Outputs {
        assert.ok(this.known !== undefined, "the stack never came up");
        return this.known;
    }

    /** Boots the host, and makes the stack, of which nothing is up yet. */
    async prepare(): Promise<void> {
        await labImages();
        await this.host.up();
        await this.stack.init();
    }

    /** Prepares the stack, brings it up, and reads its outputs. */
    async standUp(): Promise<void> {
        await this.prepare();
        assertDone(await this.stack.up());
        await this.readOutputs();
    }

    async readOutputs(): Promise<void> {
        this.known = outputsSchema.parse(await this.stack.outputs());
    }

    get credentials(): string {
        return `${this.outputs.registryUsername}:${this.outputs.registryPassword}`;
    }

    /** Asks the registry; without credentials unless they are given. */
    registry(change: { ca?: string; auth?: string; path?: string; accept?: string } = {}): Promise<Answer> {
        const { registryUrl, caCertificate } = this.outputs;
        const { ca = caCertificate, auth, path = "/v2/", accept } = change;
        return ask({ url: registryUrl + path, ca, auth, accept });
    }

    manifest(repository: string, digest: string): Promise<Answer> {
        const types = ["docker.distribution.manifest.v2", "oci.image.manifest.v1"].map(
            (type) => `application/vnd.${type}+json`,
        );
        return this.registry({
            path: `/v2/${repository}/manifests/${digest}`,
            auth: this.credentials,
            accept: types.join(", "),
        });
    }

    /** The scan of a repository's image. */
    scanOf(repository: string): Outputs["scans"][number] {
        const found = this.outputs.scans.find(({ image }) => image.includes(`/${repository}@`));
        assert.ok(found !== undefined, `${repository} was not scanned`);
        return found;
    }

    /** Id of an image that the stack loaded from an archive. */
    loadedImage(name: string): string {
        return this.host.read(`docker images -q portcullis.local/${name}`);
    }

    /** All containers are as they should be; a health check that has just begun anew, or a database that recovers, gets minutes. */
    async assertConfined(): Promise<void> {
        const look = () => looseEnds(this.host.read("docker inspect $(docker ps -q)"));
        for (let tries = 0; tries < 180 && look().some((end) => end.endsWith("not healthy")); tries++) {
            await sleep(1000);
        }
        assert.deepEqual(look(), []);
    }

    /** Number of lines that a command of the host prints. */
    count(command: string): number {
        return Number(this.host.read(`${command} | wc -l`));
    }
}
