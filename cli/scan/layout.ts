/** OCI image layouts: the images that a folder holds, each as an archive that an engine loads. */
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { z } from "zod";
import { reasonOf } from "../../text/reason";
import { archiveOf, bytesOf, manifestText, textFile, textOf, type TarFile } from "./archive";

const descriptorSchema = z.object({
    mediaType: z.string(),
    digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, "expected a SHA-256"),
    size: z.int().min(0),
    platform: z
        .object({ os: z.string(), architecture: z.string(), variant: z.string().optional() })
        .optional(),
    annotations: z.record(z.string(), z.string()).optional(),
});

type Descriptor = z.infer<typeof descriptorSchema>;

const indexSchema = z.object({ manifests: z.array(descriptorSchema) });
const manifestSchema = z.object({ config: descriptorSchema, layers: z.array(descriptorSchema) });
const configSchema = z.object({
    os: z.string(),
    architecture: z.string(),
    variant: z.string().optional(),
    rootfs: z.object({ diff_ids: z.array(z.string()) }),
});

const indexTypes = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
];
const configTypes = [
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
];

/** Type of the layers of an attestation. */
const statementType = "application/vnd.in-toto+json";

/** Most indexes within an index, so that none leads to itself. */
const deepest = 4;

/** Most entries of all indexes of a layout. */
const mostManifests = 1000;

/** An image of a layout. */
interface LayoutImage {
    /** `linux/amd64`, `linux/arm64/v8` */
    readonly platform: string;
    /** The names that the layout gives, in its annotations. */
    readonly names: readonly string[];
    /** The image as an archive of `docker save`, under a name. @throws Error where a blob is missing or damaged */
    readonly archive: (name: string) => AsyncIterable<Uint8Array>;
}

/** What a layout holds. */
export interface Layout {
    readonly images: readonly LayoutImage[];
    /** What of the layout is no image, in words. */
    readonly others: readonly string[];
}

const remedy = "make the layout anew";

function blobFile(folder: string, { digest }: Pick<Descriptor, "digest">): string {
    return path.join(folder, "blobs", ...digest.split(":"));
}

/** The bytes of a blob. @throws Error behind the last byte where they are not what the digest says */
async function* checkedBlob(folder: string, { digest }: Descriptor): AsyncGenerator<Uint8Array> {
    const hash = crypto.createHash("sha256");
    for await (const chunk of bytesOf(fs.createReadStream(blobFile(folder, { digest })))) {
        hash.update(chunk);
        yield chunk;
    }
    const found = hash.digest("hex");
    if (`sha256:${found}` !== digest) {
        throw new Error(`${folder}: the blob ${digest} is damaged: its SHA-256 is ${found}; ${remedy}`);
    }
}

async function readBlob(folder: string, descriptor: Descriptor): Promise<string> {
    try {
        return await textOf(checkedBlob(folder, descriptor), "it");
    } catch (error) {
        const reason = reasonOf(error);
        throw new Error(
            `${folder}: the blob ${descriptor.digest} cannot be read: ${reason}${reason.endsWith(remedy) ? "" : `; ${remedy}`}`,
            { cause: error },
        );
    }
}

function parsed<T>(schema: z.ZodType<T>, text: string, what: string): T {
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch (error) {
        throw new Error(`${what} is no JSON: ${reasonOf(error)}; ${remedy}`, { cause: error });
    }
    const result = schema.safeParse(value);
    if (!result.success) {
        throw new Error(`${what} does not fit: ${z.prettifyError(result.error)}; ${remedy}`);
    }
    return result.data;
}

/** Layers packed with zstd are unpacked here: engines before 23.0 cannot. */
async function layerFile(folder: string, layer: Descriptor): Promise<TarFile> {
    const name = `${layer.digest.slice("sha256:".length)}/layer.tar`;
    if (!fs.existsSync(blobFile(folder, layer))) {
        throw new Error(`${folder}: the blob ${layer.digest}, a layer, is missing; ${remedy}`);
    }
    if (!layer.mediaType.endsWith("zstd")) {
        const { size } = fs.statSync(blobFile(folder, layer));
        return { name, size, content: () => checkedBlob(folder, layer) };
    }
    const unpacked = async function* (): AsyncGenerator<Uint8Array> {
        const unpack = zlib.createZstdDecompress();
        const source = fs.createReadStream(blobFile(folder, layer));
        source.on("error", (error) => unpack.destroy(error));
        yield* bytesOf(source.pipe(unpack));
    };
    // The head of a file in an archive has its length. Reading it once more checks the blob too.
    let packed = 0;
    for await (const chunk of checkedBlob(folder, layer)) {
        packed += chunk.length;
    }
    let size = 0;
    for await (const chunk of unpacked()) {
        size += chunk.length;
    }
    if (packed === 0 || size === 0) {
        throw new Error(`${folder}: the blob ${layer.digest}, a layer, is empty; ${remedy}`);
    }
    return { name, size, content: unpacked };
}

async function* archive(
    folder: string,
    { config, layers }: z.infer<typeof manifestSchema>,
    configText: string,
    name: string,
): AsyncGenerator<Uint8Array> {
    const configFile = `${config.digest.slice("sha256:".length)}.json`;
    const files = new Map<string, TarFile>();
    const names: string[] = [];
    for (const layer of layers) {
        const file = files.get(layer.digest) ?? (await layerFile(folder, layer));
        files.set(layer.digest, file);
        names.push(file.name);
    }
    yield* archiveOf([
        textFile(configFile, configText),
        ...files.values(),
        textFile("manifest.json", manifestText({ Config: configFile, Layers: names }, name)),
    ]);
}

/** Names that annotations give an image. */
function namesOf(descriptors: readonly Descriptor[]): string[] {
    return descriptors.flatMap(({ annotations = {} }) =>
        ["io.containerd.image.name", "org.opencontainers.image.ref.name"].flatMap(
            (key) => annotations[key] ?? [],
        ),
    );
}

/**
 * Whether a manifest is that of statements about an image, as BuildKit writes them, and no image. What an index says of the
 * manifest does not count: it could hide an image.
 */
function isAttestation({ layers }: z.infer<typeof manifestSchema>): boolean {
    return layers.length > 0 && layers.every(({ mediaType }) => mediaType === statementType);
}

/** A layout as it is walked through. */
interface Walk {
    readonly folder: string;
    /** How many entries the indexes that were read have. */
    entries: number;
}

/** What the entries of an index lead to. @throws Error where the layout has too many */
async function collectAll(
    walk: Walk,
    manifests: readonly Descriptor[],
    way: readonly Descriptor[],
): Promise<Layout> {
    walk.entries += manifests.length;
    if (walk.entries > mostManifests) {
        throw new Error(
            `${walk.folder}: its indexes have more than ${mostManifests} entries, the limit; give a layout with fewer images`,
        );
    }
    const layouts = await Promise.all(manifests.map((one) => collect(walk, one, way)));
    return {
        images: layouts.flatMap(({ images }) => images),
        others: layouts.flatMap(({ others }) => others),
    };
}

async function collect(walk: Walk, descriptor: Descriptor, above: readonly Descriptor[]): Promise<Layout> {
    const { folder } = walk;
    const { digest, mediaType } = descriptor;
    const way = [descriptor, ...above];
    const text = await readBlob(folder, descriptor);
    if (indexTypes.includes(mediaType)) {
        if (above.length >= deepest) {
            throw new Error(`${folder}: indexes within indexes, more than ${deepest} deep; ${remedy}`);
        }
        const { manifests } = parsed(indexSchema, text, `${folder}: ${digest}`);
        return collectAll(walk, manifests, way);
    }
    const manifest = parsed(manifestSchema, text, `${folder}: ${digest}`);
    if (isAttestation(manifest)) {
        return { images: [], others: [] };
    }
    if (!configTypes.includes(manifest.config.mediaType)) {
        const kind = `${mediaType} with ${manifest.config.mediaType}`;
        return { images: [], others: [`${digest} is no image (${kind}), and was not judged`] };
    }
    const configText = await readBlob(folder, manifest.config);
    const config = parsed(configSchema, configText, `${folder}: ${manifest.config.digest}`);
    const platform = [config.os, config.architecture, ...(config.variant ? [config.variant] : [])].join("/");
    const image = {
        platform,
        names: namesOf(way),
        archive: (name: string) => archive(folder, manifest, configText, name),
    };
    return { images: [image], others: [] };
}

async function indexText(file: string): Promise<string> {
    try {
        return await textOf(bytesOf(fs.createReadStream(file)), "it");
    } catch (error) {
        throw new Error(`${file} cannot be read: ${reasonOf(error)}; ${remedy}`, { cause: error });
    }
}

/**
 * The images of an OCI image layout, each with its platform.
 *
 * @throws Error where the folder is no layout, or holds no image
 */
export async function readLayout(folder: string): Promise<Layout> {
    const file = path.join(folder, "index.json");
    if (!fs.existsSync(path.join(folder, "oci-layout")) || !fs.existsSync(file)) {
        throw new Error(
            `${folder} is no OCI image layout: it has no oci-layout and index.json; give the folder that has them`,
        );
    }
    const { manifests } = parsed(indexSchema, await indexText(file), file);
    const layout = await collectAll({ folder, entries: 0 }, manifests, []);
    if (layout.images.length === 0) {
        throw new Error(`${folder} holds no image; give a layout with one`);
    }
    return layout;
}
