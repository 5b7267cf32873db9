/** OCI image layouts: the images that a folder holds, each as an archive that an engine loads. */
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { z } from "zod";
import { reasonOf } from "../../text/reason";
import { archiveOf, bytesOf, manifestText, textFile, type TarFile } from "./archive";

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

/** Most indexes within an index, so that none leads to itself. */
const deepest = 4;

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
    const chunks: Uint8Array[] = [];
    try {
        for await (const chunk of checkedBlob(folder, descriptor)) {
            chunks.push(chunk);
        }
    } catch (error) {
        throw new Error(`${folder}: the blob ${descriptor.digest} cannot be read: ${reasonOf(error)}`, {
            cause: error,
        });
    }
    return Buffer.concat(chunks).toString("utf8");
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

/** Whether an entry of an index is a statement about an image, as BuildKit writes them, and no image. */
function isAttestation({ platform, annotations = {} }: Descriptor): boolean {
    return platform?.os === "unknown" || annotations["vnd.docker.reference.type"] === "attestation-manifest";
}

async function collect(
    folder: string,
    descriptor: Descriptor,
    above: readonly Descriptor[],
): Promise<Layout> {
    const { digest, mediaType } = descriptor;
    const way = [descriptor, ...above];
    if (isAttestation(descriptor)) {
        return { images: [], others: [] };
    }
    const text = await readBlob(folder, descriptor);
    if (indexTypes.includes(mediaType)) {
        if (above.length >= deepest) {
            throw new Error(`${folder}: indexes within indexes, more than ${deepest} deep; ${remedy}`);
        }
        const { manifests } = parsed(indexSchema, text, `${folder}: ${digest}`);
        const layouts = await Promise.all(manifests.map((one) => collect(folder, one, way)));
        return {
            images: layouts.flatMap(({ images }) => images),
            others: layouts.flatMap(({ others }) => others),
        };
    }
    const manifest = parsed(manifestSchema, text, `${folder}: ${digest}`);
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
    const { manifests } = parsed(indexSchema, fs.readFileSync(file, "utf8"), file);
    const layouts = await Promise.all(manifests.map((one) => collect(folder, one, [])));
    const images = layouts.flatMap((layout) => layout.images);
    if (images.length === 0) {
        throw new Error(`${folder} holds no image; give a layout with one`);
    }
    return { images, others: layouts.flatMap(({ others }) => others) };
}
