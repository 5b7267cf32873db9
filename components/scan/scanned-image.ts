import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { onHost, type Engine } from "../engine";
import { parseOutput } from "../../outputs/parse";
import type { RegistryAccess } from "../registry/access";
import { clairWords } from "../../scan/script-input";
import type { Scanner } from "../scanner";
import type { Step } from "../toolkit";

export interface ScannedImageArgs {
    readonly engine: Engine;
    /** The registry, with the login of the user who pushes. */
    readonly registry: RegistryAccess;
    readonly scanner: Pick<Scanner, "access" | "advisories" | "ready">;
    /** Repository and tag in the private registry. */
    readonly repository: string;
    readonly tag: string;
    /** Id of the image on the engine. */
    readonly imageId: pulumi.Input<string>;
    /** The resource that brought the image to the engine. */
    readonly after: readonly pulumi.Resource[];
    /** Any text whose change scans anew. */
    readonly rescan: string;
}

const pushedSchema = z.strictObject({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) });

/** An image in the private registry, pulled back by digest, and Clair's report on it. */
export class ScannedImage extends pulumi.ComponentResource {
    /** Reference by digest, `HOST:PORT/NAME@sha256:…`. */
    readonly image: pulumi.Output<string>;
    /** Digest of the manifest. */
    readonly digest: pulumi.Output<string>;
    /** Clair's report: JSON, gzip, base64. */
    readonly report: pulumi.Output<string>;
    /** Done when the registry has the image. */
    readonly pushed: pulumi.Resource;

    constructor(name: string, args: ScannedImageArgs, opts?: pulumi.ComponentResourceOptions) {
        super("portcullis:scan:ScannedImage", name, {}, opts);
        const repository = `${args.registry.server}/${args.repository}`;
        const pushed = this.push(name, args, repository);
        this.pushed = pushed.resource;
        this.digest = pushed.output.apply((text) => parseOutput(pushedSchema, "push-image.sh", text).digest);
        this.image = pulumi.interpolate`${repository}@${this.digest}`;
        this.report = this.scan(name, args, pushed.resource);
        this.registerOutputs({ image: this.image, digest: this.digest });
    }

    private push(name: string, { engine, registry, ...args }: ScannedImageArgs, repository: string): Step {
        const { server, user, volume } = registry;
        return engine.toolkit.step(
            `${name}-pushed`,
            {
                script: "push-image.sh",
                args: [args.imageId, repository, args.tag, server, user.name, volume.name],
                stdin: user.password,
                rerunOn: [volume.identity],
                undo: { script: "remove-image.sh", args: [repository] },
            },
            onHost(engine, { parent: this, after: [...registry.ready, ...args.after] }),
        );
    }

    private scan(name: string, args: ScannedImageArgs, pushed: pulumi.Resource): pulumi.Output<string> {
        const { access, advisories, ready } = args.scanner;
        const reference = pulumi.interpolate`${access.registryServer}/${args.repository}@${this.digest}`;
        const step = args.engine.toolkit.step(
            `${name}-scan`,
            {
                script: "scan-image.sh",
                args: [reference, ...clairWords<pulumi.Input<string>>(access)],
                stdin: access.clientConfig,
                // Other advisories may give another verdict.
                rerunOn: [args.rescan, advisories.apply((facts) => JSON.stringify(facts))],
            },
            onHost(args.engine, { parent: this, after: [pushed, ...ready] }),
        );
        return step.output;
    }
}
