import * as fs from "node:fs";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";
import * as zlib from "node:zlib";
import * as YAML from "yaml";
import { signatureFileOf } from "../../config/signature";
import { linesOf, sha256OfFile } from "../../scan/mirror/content";
import { Drops } from "../../scan/mirror/drops";
import { ExportNormaliser } from "../../scan/mirror/export";
import { exportConfig, layOut, type Origin } from "../../scan/mirror/layout";
import { parseSources } from "../../scan/mirror/sources";
import { counted } from "../../text/count";
import { readNamedFile } from "../../text/read-file";
import { exportUpdaters, findClairctl, sign, sortLines } from "./programs";
import { startMirror } from "./server";

/** What `mirror build` is asked for. */
export interface BuildOptions {
    /** Folder of sources.json and the files that it names. */
    readonly folder: string;
    /** The archive. */
    readonly out: string;
    /** Private key (OpenSSH) that signs the archive. @default none signs it */
    readonly key: string | undefined;
    /** clairctl's program. @default built of its Go module */
    readonly clairctl: string | undefined;
}

/** The folder of one build, beside the archive, so that what is in it can be put in place by a rename. */
function workFolder(out: string): string {
    const prefix = `${path.basename(out)}.`;
    const place = path.dirname(out);
    if (!fs.existsSync(place)) {
        throw new Error(`--out ${out}: there is no folder ${place}; make it, or name another one`);
    }
    for (const name of fs.readdirSync(place)) {
        const process = name.startsWith(prefix)
            ? /^(\d+)\.part$/.exec(name.slice(prefix.length))?.[1]
            : undefined;
        // What a build left that was killed.
        if (process !== undefined && !fs.existsSync(`/proc/${process}`)) {
            fs.rmSync(path.join(place, name), { recursive: true, force: true });
        }
    }
    const folder = path.join(place, `${prefix}${process.pid}.part`);
    fs.mkdirSync(folder);
    return folder;
}

async function* normalised(file: string, normaliser: ExportNormaliser): AsyncGenerator<string> {
    const chunks = fs.createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
    for await (const { text } of linesOf(chunks, "clairctl's export")) {
        const line = normaliser.line(text);
        if (line !== undefined) {
            yield `${line}\n`;
        }
    }
    normaliser.end();
}

/** Has what is written so far reach the disk: after a crash of the machine a renamed file is whole. */
function sync(file: string): void {
    const descriptor = fs.openSync(file, "r");
    try {
        fs.fsyncSync(descriptor);
    } finally {
        fs.closeSync(descriptor);
    }
}

/** Has Clair's parsers read the sources. @returns the file of the sorted lines, and how many each updater has */
async function parse(
    { folder, clairctl }: BuildOptions,
    work: string,
    drops: Drops,
): Promise<{ lines: string; origins: ReadonlyMap<string, Origin>; counts: ReadonlyMap<string, number> }> {
    const sources = parseSources(
        readNamedFile(
            path.join(folder, "sources.json"),
            (reason, cause) =>
                new Error(`what was carried is not told: ${reason}; docs/mirror.md shows sources.json`, {
                    cause,
                }),
        ),
        new Date(),
    );
    const program = await findClairctl(clairctl);
    const at = (name: string) => path.join(work, name);
    const layout = await layOut(folder, sources, work, drops);
    const mirror = await startMirror(layout.files);
    try {
        fs.writeFileSync(at("config.yaml"), YAML.stringify(exportConfig(mirror.url, layout)));
        await exportUpdaters(program, at("config.yaml"), at("export"), work);
    } finally {
        await mirror.close();
    }
    const normaliser = new ExportNormaliser(layout.origins, drops);
    await pipeline(normalised(at("export"), normaliser), fs.createWriteStream(at("lines")));
    await sortLines(at("lines"), at("sorted"), work);
    return { lines: at("sorted"), origins: layout.origins, counts: normaliser.counts };
}

/** Puts what was made in the place of the old archive: each file by a rename, the archive itself last. */
async function put({ out, key }: BuildOptions, work: string, drops: Drops): Promise<void> {
    const archive = path.join(work, path.basename(out));
    const sum = await sha256OfFile(archive);
    fs.writeFileSync(`${archive}.sha256`, `${sum}  ${path.basename(out)}\n`);
    fs.writeFileSync(`${archive}.dropped`, drops.list());
    if (key !== undefined) {
        await sign(archive, key);
    }
    const ends = [".dropped", ".sha256", ...(key === undefined ? [] : [".sig"]), ""];
    for (const end of ends) {
        sync(archive + end);
    }
    for (const end of ends) {
        fs.renameSync(archive + end, out + end);
    }
    if (key === undefined) {
        // A signature of the archive that was there before.
        fs.rmSync(signatureFileOf(out), { force: true });
    }
    sync(path.dirname(out));
}

/**
 * Makes an archive of advisories from files that somebody carried. The archive is written whole or not at all: killed at any
 * point, it is the old one or the new one.
 *
 * @param print gets the lines that say what is in the archive, and what is not
 * @throws Error where a source is missing, damaged, or nothing is left of it; the old archive stands then
 */
export async function buildArchive(options: BuildOptions, print: (line: string) => void): Promise<void> {
    const out = path.resolve(options.out);
    const drops = new Drops();
    const work = workFolder(out);
    try {
        const { lines, origins, counts } = await parse(options, work, drops);
        await pipeline(
            fs.createReadStream(lines),
            zlib.createGzip({ level: 9 }),
            fs.createWriteStream(path.join(work, path.basename(out))),
        );
        await put({ ...options, out }, work, drops);
        for (const [updater, count] of [...counts].sort()) {
            const source = origins.get(updater)?.source;
            print(
                `${updater}: ${counted(count, "advisory", "advisories")} of ${source?.date.slice(0, 10) ?? ""} (${source?.file ?? ""})`,
            );
        }
        for (const line of drops.summary()) {
            print(line);
        }
        if (drops.count > 0) {
            print(`all that was left out, a record a line: ${options.out}.dropped`);
        }
    } finally {
        fs.rmSync(work, { recursive: true, force: true });
    }
}
