import type { Readable } from "node:stream";
import * as zlib from "node:zlib";
import { type Entry, openPromise, type ZipFile as OpenZip } from "yauzl";
import { limits } from "./content";
import { reasonOf } from "../../text/reason";

/** A file of a zip. */
interface ZipFile {
    readonly name: string;
    readonly text: string;
}

const mebibyte = 1024 * 1024;

/** The content of one file, which never gets larger than the limit; its sum has to be the one that the zip says. */
async function textOf(zip: OpenZip, entry: Entry, most: number): Promise<string> {
    const { fileName, uncompressedSize, crc32 } = entry;
    if (uncompressedSize > most) {
        throw new Error(`${fileName} unpacks to more than ${Math.floor(most / mebibyte)} MiB, the limit`);
    }
    const chunks: Buffer[] = [];
    // yauzl stops at the first byte beyond the size that the zip says.
    const stream: Readable = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
        chunks.push(chunk);
    }
    const content = Buffer.concat(chunks);
    if (zlib.crc32(content) !== crc32) {
        throw new Error(`${fileName} has another CRC-32 than the zip says`);
    }
    return content.toString("utf8");
}

/**
 * The files in a zip, one after the other; folders are passed over. Nothing is written anywhere.
 *
 * @param most bytes that all files together may have
 * @throws Error where the zip is damaged, cut off or too large, or a name leads out of it
 */
export async function* zipFiles(file: string, most: number = limits.records): AsyncGenerator<ZipFile> {
    let total = 0;
    try {
        const zip = await openPromise(file, { lazyEntries: true, autoClose: false, strictFileNames: true });
        try {
            if (zip.entryCount > limits.entries) {
                throw new Error(`it has ${zip.entryCount} files, and ${limits.entries} is the limit`);
            }
            for await (const entry of zip.eachEntry()) {
                if (entry.fileName.endsWith("/")) {
                    continue;
                }
                const text = await textOf(zip, entry, Math.min(limits.record, most - total));
                total += entry.uncompressedSize;
                yield { name: entry.fileName, text };
            }
        } finally {
            zip.close();
        }
    } catch (error) {
        throw new Error(
            `${file} cannot be taken: ${reasonOf(error)}; carry the file again, or find out what it is`,
            {
                cause: error,
            },
        );
    }
}
