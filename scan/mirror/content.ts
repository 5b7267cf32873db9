import { spawn } from "node:child_process";
import * as crypto from "node:crypto";
import { once } from "node:events";
import * as fs from "node:fs";
import { pipeline } from "node:stream";
import * as zlib from "node:zlib";
import { reasonOf } from "../../text/reason";

const mebibyte = 1024 * 1024;

/** How much a carried file may unpack to, in bytes: more is taken for an archive that was made to fill memory or disk. */
export const limits = {
    /** A file that is read as one text. */
    text: 500 * mebibyte,
    /** One record. */
    record: 64 * mebibyte,
    /** All records of a file that is read record by record. */
    records: 64 * 1024 * mebibyte,
    /** Records in a zip. */
    entries: 2_000_000,
} as const;

/** How a file is packed, told by its first bytes and not by its name. */
export type Packing = "gzip" | "bzip2" | "zstd" | "zip" | "none";

const marks: readonly (readonly [string, Packing])[] = [
    ["1f8b", "gzip"],
    ["425a68", "bzip2"],
    ["28b52ffd", "zstd"],
    ["504b0304", "zip"],
    ["504b0506", "zip"],
];

/** @throws Error where the file cannot be read */
export function packingOf(file: string): Packing {
    const first = Buffer.alloc(4);
    const descriptor = fs.openSync(file, "r");
    try {
        fs.readSync(descriptor, first, 0, 4, 0);
    } finally {
        fs.closeSync(descriptor);
    }
    const hex = first.toString("hex");
    return marks.find(([mark]) => hex.startsWith(mark))?.[1] ?? "none";
}

/** An error about a file that is cut off or damaged. */
export function damaged(file: string, error: unknown): Error {
    return new Error(`${file} is damaged or cut off: ${reasonOf(error)}; carry the file again`, {
        cause: error,
    });
}

/** What a program of a package of the same name unpacks. Node's own zstd takes a file that is cut off for a whole one. */
async function* through(program: "bzip2" | "zstd", file: string): AsyncGenerator<Buffer> {
    const child = spawn(program, ["-dcq", "--", file], { stdio: ["ignore", "pipe", "pipe"] });
    const messages: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => messages.push(chunk));
    const ended = once(child, "close") as Promise<[number | null]>;
    // Looked at below; where nobody reads to the end, nobody asks.
    ended.catch(() => undefined);
    try {
        for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
            yield chunk;
        }
        const [status] = await ended.catch((error: unknown) => {
            throw new Error(`${program} cannot be run (${reasonOf(error)}): install the package ${program}`, {
                cause: error,
            });
        });
        if (status !== 0) {
            throw new Error(
                Buffer.concat(messages).toString().trim() || `${program} ended with ${status ?? "a signal"}`,
            );
        }
    } finally {
        child.kill();
    }
}

function unpacking(file: string, packing: Packing): AsyncIterable<Buffer> {
    switch (packing) {
        case "gzip":
            return pipeline(fs.createReadStream(file), zlib.createGunzip(), () => undefined);
        case "zstd":
        case "bzip2":
            return through(packing, file);
        case "zip":
        case "none":
            return fs.createReadStream(file);
    }
}

/** An error about a file that unpacks to more than it may. @param most bytes that it may have */
export function tooMuch(file: string, most: number): Error {
    return new Error(
        `${file} unpacks to more than ${Math.floor(most / mebibyte)} MiB, the limit; carry less of it, or find out what it is`,
    );
}

/**
 * The content of a file, unpacked where it is packed with gzip, bzip2 or zstd.
 *
 * @param most bytes that it may have
 * @throws Error where the file is damaged or cut off, or has more
 */
export async function* unpacked(file: string, most: number): AsyncGenerator<Buffer> {
    let size = 0;
    try {
        for await (const chunk of unpacking(file, packingOf(file))) {
            size += chunk.length;
            if (size > most) {
                break;
            }
            yield chunk;
        }
    } catch (error) {
        throw damaged(file, error);
    }
    if (size > most) {
        throw tooMuch(file, most);
    }
}

/** A whole file as text. */
export async function unpackedText(file: string): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of unpacked(file, limits.text)) {
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
}

/**
 * The lines of a content, without their ends; empty ones are left out.
 *
 * @yields the line, and its number from 1 on
 * @throws Error where a line is longer than a record may be
 */
export async function* linesOf(
    chunks: AsyncIterable<Buffer>,
    name: string,
): AsyncGenerator<{ readonly text: string; readonly number: number }> {
    let rest: Buffer[] = [];
    let length = 0;
    let number = 0;
    const take = (end: Buffer): string => {
        const text = Buffer.concat([...rest, end]).toString("utf8");
        rest = [];
        length = 0;
        number++;
        return text.endsWith("\r") ? text.slice(0, -1) : text;
    };
    for await (const chunk of chunks) {
        let from = 0;
        for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
            const text = take(chunk.subarray(from, at));
            from = at + 1;
            if (text !== "") {
                yield { text, number };
            }
        }
        rest.push(chunk.subarray(from));
        length += chunk.length - from;
        if (length > limits.record) {
            throw new Error(
                `${name}: line ${number + 1} has more than ${limits.record / mebibyte} MiB, the limit of a record`,
            );
        }
    }
    const last = take(Buffer.alloc(0));
    if (last !== "") {
        yield { text: last, number };
    }
}

/** SHA-256 in hex of a file, which need not fit into memory. */
export async function sha256OfFile(file: string): Promise<string> {
    const hash = crypto.createHash("sha256");
    for await (const chunk of fs.createReadStream(file) as AsyncIterable<Buffer>) {
        hash.update(chunk);
    }
    return hash.digest("hex");
}
