import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { Archive } from "../../config/archives";
import type { RegistryLogin } from "../../config/upstream";
import { onHost, type Engine } from "../engine";
import { parseOutput } from "../../outputs/parse";
import { isPinned } from "../../text/reference";
import { pullInput } from "./login";

/** An image of a registry that the host can reach. */
export interface Upstream {
    readonly reference: string;
    /** Path of the setting that names the image, for messages. */
    readonly key: string;
    /** The login of the registry, if there is one; secret. */
    readonly login: RegistryLogin | undefined;
    /** Whether each `up` asks what the tag names then. */
    readonly isFollowed: boolean;
}

/** The source of an image: a registry, or an archive that is sent to the host. */
export type ImageOrigin = { readonly upstream: Upstream } | { readonly archive: Archive };

interface EngineImageArgs {
    readonly engine: Engine;
    readonly origin: ImageOrigin;
}

const imageId = z.string().regex(/^sha256:[0-9a-f]{64}$/);

const pulledImageSchema = z.strictObject({
    id: imageId,
    source: z.string().regex(/^.+@sha256:[0-9a-f]{64}$/),
});

const loadedImageSchema = z.strictObject({ id: imageId, reference: z.string() });

type Brought = Pick<EngineImage, "imageId" | "source" | "brought">;

/** An image on the hardened engine. */
export class EngineImage extends pulumi.ComponentResource {
    /** The image's id, `sha256:…`: the one name that can't come to mean another image. */
    readonly imageId: pulumi.Output<string>;
    /** The pulled repository with the digest of the image, `NAME@sha256:…`; undefined for an archive. */
    readonly source: pulumi.Output<string> | undefined;
    /** The resource that brought the image. */
    readonly brought: pulumi.Resource;

    constructor(name: string, args: EngineImageArgs, opts?: pulumi.ComponentResourceOptions) {
        super("portcullis:image:EngineImage", name, {}, opts);
        const image =
            "upstream" in args.origin
                ? this.pull(name, args.engine, args.origin.upstream)
                : this.load(name, args.engine, args.origin.archive);
        this.imageId = image.imageId;
        this.source = image.source;
        this.brought = image.brought;
        this.registerOutputs({ imageId: this.imageId, source: this.source });
    }

    private pull(name: string, engine: Engine, { reference, key, login, isFollowed }: Upstream): Brought {
        const own = `portcullis.local/${name}:pulled`;
        const way = isFollowed && !isPinned(reference) ? "followed" : "kept";
        const step = engine.toolkit.step(
            `${name}-pulled`,
            {
                script: "pull-image.sh",
                args: [own, reference, key, way],
                ...(login && { stdin: pulumi.secret(pullInput(reference, login)) }),
                undo: { script: "remove-image.sh", args: [own] },
                rerunOn: [engine.dataRoot],
            },
            onHost(engine, { parent: this }),
        );
        const pulled = step.output.apply((text) => parseOutput(pulledImageSchema, "pull-image.sh", text));
        return { imageId: pulled.id, source: pulled.source, brought: step.resource };
    }

    private load(name: string, engine: Engine, archive: Archive): Brought {
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
        return { imageId: loaded.id, source: undefined, brought: step.resource };
    }
}
