/** Archives of `docker save`: the images that one holds, and an archive of one of them under another name. */
import * as fs from "node:fs";
import { once } from "node:events";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { extract, pack, type Extract, type Header, type Pack } from "tar-stream";
import { z } from "zod";
import { reasonOf } from "../../text/reason";

const manifestFile = "manifest.json";

/** The longest file of an archive or of a layout that is read as JSON (bytes). */
const longest = 8 * 1024 * 1024;

/** Files of an archive that name its images. */
const indexFiles = new Set([manifestFile, "repositories", "index.json", "oci-layout"]);

const manifestSchema = z
    .array(
        z.object({
            Config: z.string().min(1),
            RepoTags: z.array(z.string()).nullish(),
            Layers: z.array(z.string()).nullable(),
        }),
    )
    .min(1);

/** An image of an archive. */
export type ArchivedImage = z.infer<typeof manifestSchema>[number];

/** A file of an archive that is made: its content is `size` bytes long. */
export interface TarFile {
    readonly name: string;
    readonly size: number;
    readonly content: () => AsyncIterable<Uint8Array>;
}

/** A file of an archive as it is read. */
type Entry = Extract extends AsyncIterable<infer One> ? One : never;

/** The head of a file of an archive that is made. */
type Head = Partial<Header> & Pick<Header, "name" | "size">;

const remedy = "make it anew with 'docker save'";

/** What a stream in the middle of another one tells of an error, the other one tells too. */
const toldElsewhere = (): void => undefined;

/** The name of a file of an archive as engines take it: `./manifest.json` is `manifest.json`. */
function plainName({ header }: Entry): string {
    return path.posix.normalize(header.name).replace(/^(\.{0,2}\/)+|\/+$/g, "");
}

/** Waits until a stream takes more, or takes no more at all. @param owner the stream whose end is the stream's end */
async function drained(stream: NodeJS.EventEmitter, owner: NodeJS.EventEmitter): Promise<void> {
    const waiting = new AbortController();
    const { signal } = waiting;
    try {
        await Promise.race([once(stream, "drain", { signal }), once(owner, "close", { signal })]);
    } finally {
        waiting.abort();
    }
}

/** The bytes of a stream. */
export async function* bytesOf(stream: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
    for await (const chunk of stream) {
        if (!(chunk instanceof Uint8Array)) {
            throw new Error("a stream that should give bytes gives something else");
        }
        yield chunk;
    }
}

/** The unpacked bytes of a file, whichever way it is packed. @throws Error for a kind of packing that is not known */
async function* unpacked(file: string): AsyncGenerator<Uint8Array> {
    const handle = await fs.promises.open(file, "r");
    const { buffer: head } = await handle.read(Buffer.alloc(6), 0, 6, 0).finally(() => handle.close());
    const starts = (...bytes: readonly number[]): boolean => bytes.every((byte, at) => head[at] === byte);
    if (starts(0xfd, 0x37, 0x7a, 0x58) || starts(0x42, 0x5a, 0x68)) {
        throw new Error(`${file} is packed with xz or bzip2; unpack it, or pack it with gzip or zstd`);
    }
    const source = fs.createReadStream(file);
    const unpack = starts(0x1f, 0x8b)
        ? zlib.createGunzip()
        : starts(0x28, 0xb5, 0x2f, 0xfd)
          ? zlib.createZstdDecompress()
          : undefined;
    if (unpack === undefined) {
        yield* bytesOf(source);
        return;
    }
    source.on("error", (error) => unpack.destroy(error));
    yield* bytesOf(source.pipe(unpack));
}

/** The entries of a tar archive, one after the other. @throws Error where the archive is cut off, or is none */
async function* entriesOf(file: string): AsyncGenerator<Entry> {
    const tar = extract();
    const feeding = (async () => {
        try {
            for await (const chunk of unpacked(file)) {
                if (!tar.write(chunk)) {
                    await drained(tar, tar);
                }
                if (tar.destroyed) {
                    return;
                }
            }
            tar.end(null);
        } catch (error) {
            tar.destroy(error instanceof Error ? error : new Error(reasonOf(error)));
        }
    })();
    try {
        for await (const entry of tar) {
            entry.on("error", toldElsewhere);
            yield entry;
        }
        await feeding;
    } finally {
        tar.destroy(null);
    }
}

/** Names the archive in an error that reading it gives. */
async function reading<T>(file: string, read: () => Promise<T>): Promise<T> {
    try {
        return await read();
    } catch (error) {
        const reason = reasonOf(error);
        throw reason.startsWith(file)
            ? error
            : new Error(`${file} cannot be read as an archive: ${reason}; ${remedy}`, { cause: error });
    }
}

/** A text of an archive or of a layout, whole. @throws Error where it is longer than any that is in order */
export async function textOf(content: AsyncIterable<Uint8Array>, what: string): Promise<string> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of content) {
        size += chunk.length;
        if (size > longest) {
            throw new Error(`${what} is longer than ${longest} bytes`);
        }
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
}

/**
 * The images of an archive.
 *
 * @throws Error where the file is no archive of `docker save`
 */
export function archivedImages(file: string): Promise<ArchivedImage[]> {
    return reading(file, () => imagesIn(file));
}

async function imagesIn(file: string): Promise<ArchivedImage[]> {
    for await (const entry of entriesOf(file)) {
        if (plainName(entry) !== manifestFile) {
            entry.resume();
            continue;
        }
        let value: unknown;
        try {
            value = JSON.parse(await textOf(bytesOf(entry), manifestFile));
        } catch (error) {
            throw new Error(`${file}: ${manifestFile} cannot be read: ${reasonOf(error)}; ${remedy}`, {
                cause: error,
            });
        }
        const parsed = manifestSchema.safeParse(value);
        if (!parsed.success) {
            throw new Error(
                `${file}: ${manifestFile} is not that of 'docker save': ${z.prettifyError(parsed.error)}; ${remedy}`,
            );
        }
        return parsed.data;
    }
    throw new Error(`${file} is no archive of 'docker save': it has no ${manifestFile}; ${remedy}`);
}

/** manifest.json for one image under one name. */
export function manifestText(
    { Config, Layers }: Pick<ArchivedImage, "Config" | "Layers">,
    name: string,
): string {
    return JSON.stringify([{ Config, RepoTags: [name], Layers }]);
}

/** Writes a file into an archive. */
async function write(sink: Pack, header: Head, content: AsyncIterable<Uint8Array>): Promise<void> {
    if (header.type !== undefined && header.type !== "file") {
        sink.entry(header);
        for await (const chunk of content) {
            throw new Error(`${header.name}, a ${header.type}, has ${chunk.length} bytes of content`);
        }
        return;
    }
    const entry = sink.entry(header);
    entry.on("error", toldElsewhere);
    let size = 0;
    for await (const chunk of content) {
        size += chunk.length;
        if (!entry.write(chunk)) {
            await drained(entry, sink);
        }
    }
    if (size !== header.size) {
        throw new Error(`${header.name} has ${size} bytes, and not ${header.size}`);
    }
    entry.end(null);
}

/** A tar archive as it is made. @param fill puts the files into it */
async function* made(fill: (sink: Pack) => Promise<void>): AsyncGenerator<Uint8Array> {
    const sink = pack();
    const filling = fill(sink).then(
        () => {
            sink.finalize();
        },
        (error: unknown) => {
            sink.destroy(error instanceof Error ? error : new Error(reasonOf(error)));
        },
    );
    try {
        yield* bytesOf(sink);
        await filling;
    } finally {
        sink.destroy(null);
    }
}

const plain = async function* (text: string): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from(text));
};

/** An archive of these files. */
export function archiveOf(files: readonly TarFile[]): AsyncIterable<Uint8Array> {
    return made(async (sink) => {
        for (const { name, size, content } of files) {
            await write(sink, { name, size, mode: 0o644 }, content());
        }
    });
}

/** A file of an archive with a text. */
export function textFile(name: string, text: string): TarFile {
    return { name, size: Buffer.byteLength(text), content: () => plain(text) };
}

/**
 * The archive with one of its images, under one name and no other: the engine gives each name of an archive to its image, and
 * would take a name from an image that has it.
 */
export function renamedArchive(file: string, image: ArchivedImage, name: string): AsyncIterable<Uint8Array> {
    return made((sink) =>
        reading(file, async () => {
            for await (const entry of entriesOf(file)) {
                if (indexFiles.has(plainName(entry))) {
                    entry.resume();
                    continue;
                }
                await write(sink, entry.header, bytesOf(entry));
            }
            const manifest = textFile(manifestFile, manifestText(image, name));
            await write(sink, { name: manifestFile, size: manifest.size, mode: 0o644 }, manifest.content());
        }),
    );
}
