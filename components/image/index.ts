import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { Archive } from "../../config/archives";
import { generationOn, noteObject, onEngine, onHost, type Engine } from "../engine";
import { parseOutput } from "../../outputs/parse";

/** The source of an image: a registry that the host can reach, or an archive that is sent to the host. */
export type ImageOrigin = { readonly reference: string } | { readonly archive: Archive };

interface EngineImageArgs {
    readonly engine: Engine;
    readonly origin: ImageOrigin;
}

const loadedImageSchema = z.strictObject({
    id: z.string().regex(/^sha256:[0-9a-f]{64}$/),
    reference: z.string(),
});

/** An image on the hardened engine. */
export class EngineImage extends pulumi.ComponentResource {
    /** The image's id, `sha256:…`: the one name that can't come to mean another image. */
    readonly imageId: pulumi.Output<string>;
    /** The pulled reference with its digest (`NAME@sha256:…`), or the reference that the archive carried. */
    readonly source: pulumi.Output<string>;
    /** The resource that brought the image. */
    readonly brought: pulumi.Resource;

    constructor(name: string, args: EngineImageArgs, opts?: pulumi.ComponentResourceOptions) {
        super("portcullis:image:EngineImage", name, {}, opts);
        const image =
            "reference" in args.origin
                ? this.pull(name, args.engine, args.origin.reference)
                : this.load(name, args.engine, args.origin.archive);
        this.imageId = image.imageId;
        this.source = image.source;
        this.brought = image.brought;
        this.registerOutputs({ imageId: this.imageId, source: this.source });
    }

    private pull(
        name: string,
        engine: Engine,
        reference: string,
    ): Pick<EngineImage, "imageId" | "source" | "brought"> {
        const noted = `${name}-noted`;
        const image = new docker.RemoteImage(
            `${name}-pulled`,
            { name: reference, keepLocally: false, triggers: { generation: generationOn(engine, noted) } },
            onEngine(engine, { parent: this }),
        );
        noteObject(noted, engine, { kind: "image", name: image.imageId, id: image.imageId }, this);
        return { imageId: image.imageId, source: image.repoDigest, brought: image };
    }

    private load(
        name: string,
        engine: Engine,
        archive: Archive,
    ): Pick<EngineImage, "imageId" | "source" | "brought"> {
        const reference = `portcullis.local/${name}:${archive.sha256.slice(0, 12)}`;
        const step = engine.toolkit.stream(
            `${name}-loaded`,
            {
                script: "load-image.sh",
                args: [reference],
                file: archive.file,
                sha256: archive.sha256,
                undo: { script: "remove-image.sh", args: [reference] },
                rerunOn: [engine.dataRoot],
            },
            // The old archive's image goes when nothing uses it any more.
            { ...onHost(engine, { parent: this }), deleteBeforeReplace: false },
        );
        const loaded = step.output.apply((text) => parseOutput(loadedImageSchema, "load-image.sh", text));
        return { imageId: loaded.id, source: loaded.reference, brought: step.resource };
    }
}
