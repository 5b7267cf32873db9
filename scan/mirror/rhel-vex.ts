import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as zlib from "node:zlib";
import { extract, pack, type Pack } from "tar-stream";
import { z } from "zod";
import { damaged, limits, packingOf, unpacked } from "./content";
import { parsedJson } from "./debian";
import type { Drops } from "./drops";
import { isTime, type SourceOf } from "./sources";
import { reasonOf } from "../../text/reason";

const mebibyte = 1024 * 1024;

/** Clair reads no document of a year before. */
const firstYear = 2015;

const time = z.string().refine(isTime, "expected a time (RFC 3339)").nullish();
const vector = z
    .object({
        vectorString: z.string().regex(/^(CVSS:[34]\.\d\/)?[A-Za-z]+:[A-Za-z]+(\/[A-Za-z]+:[A-Za-z]+)*$/),
    })
    .nullish();

/** Of a document what Clair's parser stops at where it is of another shape. */
const documentSchema = z.looseObject({
    document: z.looseObject({
        tracking: z.looseObject({
            id: z.string().regex(/^CVE-\d{4}-\d{4,}$/, "expected a CVE id"),
            status: z.string(),
            current_release_date: time,
            initial_release_date: time,
        }),
    }),
    vulnerabilities: z
        .array(
            z.looseObject({
                release_date: time,
                product_status: z.record(z.string(), z.array(z.string())).nullish(),
                scores: z
                    .array(z.looseObject({ cvss_v2: vector, cvss_v3: vector, cvss_v4: vector }))
                    .nullish(),
            }),
        )
        .nullish(),
});

/** A document's text, and where it is. */
interface Carried {
    readonly place: string;
    readonly text: string;
}

function* filesBelow(folder: string): Generator<Carried> {
    const names = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
    for (const name of names.filter((one) => one.endsWith(".json"))) {
        yield { place: name, text: fs.readFileSync(path.join(folder, name), "utf8") };
    }
}

/** Two blocks of zeros, with which each tar ends. */
const tarEnd = Buffer.alloc(1024);

/** The content of a tar. @throws Error where it has no end: a tar that is cut off between two files looks whole otherwise */
async function* wholeTar(file: string): AsyncGenerator<Buffer> {
    let last: Buffer = Buffer.alloc(0);
    for await (const chunk of unpacked(file, limits.records)) {
        last = Buffer.concat([last, chunk.subarray(-tarEnd.length)]).subarray(-tarEnd.length);
        yield chunk;
    }
    if (!last.equals(tarEnd)) {
        throw damaged(file, "it has no end");
    }
}

async function* filesInTar(file: string): AsyncGenerator<Carried> {
    const extracted = extract();
    // A damaged tar ends the loop below with the error.
    const feeding = pipeline(Readable.from(wholeTar(file)), extracted).catch((error: unknown) => {
        extracted.destroy(error instanceof Error ? error : new Error(String(error)));
    });
    try {
        for await (const entry of extracted) {
            const { name, size, type } = entry.header;
            if (type !== "file" || !name.endsWith(".json")) {
                entry.resume();
                continue;
            }
            if (size > limits.record) {
                throw new Error(
                    `${name} has more than ${limits.record / mebibyte} MiB, the limit of a record`,
                );
            }
            const chunks: Buffer[] = [];
            for await (const chunk of entry as AsyncIterable<Buffer>) {
                chunks.push(chunk);
            }
            yield { place: name, text: Buffer.concat(chunks).toString("utf8") };
        }
    } catch (error) {
        throw reasonOf(error).startsWith(file) ? error : damaged(file, error);
    }
    await feeding;
}

/** The documents of a folder, a tar, or a file that is one. */
async function* documentsOf(file: string): AsyncGenerator<Carried> {
    if (fs.statSync(file).isDirectory()) {
        yield* filesBelow(file);
        return;
    }
    let first = "";
    for await (const chunk of unpacked(file, limits.records)) {
        first = chunk.toString("latin1").trimStart();
        break;
    }
    if (first.startsWith("{")) {
        const chunks: Buffer[] = [];
        for await (const chunk of unpacked(file, limits.record)) {
            chunks.push(chunk);
        }
        yield { place: path.basename(file), text: Buffer.concat(chunks).toString("utf8") };
        return;
    }
    if (packingOf(file) === "zip") {
        throw new Error(`${file} is a zip; carry Red Hat's tar (csaf_vex_….tar.zst)`);
    }
    yield* filesInTar(file);
}

/** Why Clair takes nothing of a document; undefined where it does. */
function problemOf(document: z.infer<typeof documentSchema>): string | undefined {
    const { id, status } = document.document.tracking;
    if (status === "deleted") {
        return "Red Hat has deleted it";
    }
    if (Number(id.slice(4, 8)) < firstYear) {
        return `Clair takes none from before ${firstYear}`;
    }
    return (document.vulnerabilities ?? []).length === 0 ? "it names no vulnerability" : undefined;
}

async function put(archive: Pack, name: string, text: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
        archive.entry({ name, mtime: new Date(0) }, text, (error) => {
            if (error) {
                reject(error);
            } else {
                resolve();
            }
        });
    });
}

/**
 * Reads Red Hat's VEX documents, and packs those that Clair takes as Red Hat does.
 *
 * @param target file that is written: a tar, zstd
 * @param drops gets what is left out
 * @returns the ids in it, and SHA-256 in hex of what they say
 * @throws Error where the file is damaged, or nothing is left of it
 */
export async function rhelVexTar(
    folder: string,
    source: SourceOf<"rhel-vex">,
    target: string,
    drops: Drops,
): Promise<{ readonly sha256: string; readonly ids: ReadonlySet<string> }> {
    const archive = pack();
    const writing = pipeline(archive, zlib.createZstdCompress(), fs.createWriteStream(target));
    writing.catch(() => undefined);
    const ids = new Set<string>();
    const hash = crypto.createHash("sha256");
    for await (const { place, text } of documentsOf(path.join(folder, source.file))) {
        const result = documentSchema.safeParse(parsedJson(text));
        if (!result.success) {
            const issue = result.error.issues[0];
            drops.add(
                source.file,
                place,
                `it is no VEX document that Clair takes (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""})`,
            );
            continue;
        }
        const { id } = result.data.document.tracking;
        const problem = ids.has(id) ? "a document of that id came before" : problemOf(result.data);
        if (problem !== undefined) {
            drops.add(source.file, id, problem);
            continue;
        }
        ids.add(id);
        hash.update(text);
        await put(archive, `${id.slice(4, 8)}/${id.toLowerCase()}.json`, text);
    }
    archive.finalize();
    await writing;
    if (ids.size === 0) {
        throw drops.nothingLeft(source.file, "Red Hat");
    }
    return { sha256: hash.digest("hex"), ids };
}
