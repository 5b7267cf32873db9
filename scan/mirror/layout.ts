import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { alpineData } from "./alpine";
import { sha256OfFile } from "./content";
import { debianData } from "./debian";
import type { Drops } from "./drops";
import { osvZip } from "./osv";
import { rhelVexTar } from "./rhel-vex";
import { alpineFolder, type Source, type SourceOf, updaterOf } from "./sources";
import { ubuntuOval } from "./ubuntu";
import { ubuntuReleases } from "./ubuntu-releases";

/** What the mirror answers to one path. */
export interface Served {
    /** A content in memory, or the path of a file. */
    readonly content: Buffer | { readonly file: string };
    /** Clair takes Last-Modified of Red Hat's tar for a date. @default an opaque mark of the content */
    readonly lastModified?: string;
}

/** By their path, which begins with `/`; a path that ends with `/` is a folder's listing. */
export type MirrorFiles = ReadonlyMap<string, Served>;

/** Where the advisories of an updater come from. */
export interface Origin {
    readonly source: Source;
    /** The identity of the content, as an HTTP entity tag: an update's fingerprint for Clair. */
    readonly mark: string;
    /** Ids of the records that were served; undefined where a source names advisories otherwise than by one id a record. */
    readonly ids?: ReadonlySet<string>;
}

/** What the mirror serves, and what is to come of it. */
interface Layout {
    readonly files: MirrorFiles;
    /** By the updater's name. */
    readonly origins: ReadonlyMap<string, Origin>;
    /** Debian's releases that are to be known. */
    readonly sets: readonly string[];
    /** Ubuntu's releases for which there is data, by version. */
    readonly ubuntu: readonly string[];
}

/** The first Alpine release that Clair asks for; Clair asks for further releases until one is missing. */
const firstAlpineMinor = 3;

/** The identity of a content: Clair takes it as an update's fingerprint. */
export function contentMark(content: Buffer): string {
    return markOf(crypto.createHash("sha256").update(content).digest("hex"));
}

function markOf(sha256: string): string {
    return `"${sha256.slice(0, 32)}"`;
}

/** What is made while the sources are read. */
interface Made {
    readonly folder: string;
    /** Folder for files that are too large for memory. */
    readonly work: string;
    readonly drops: Drops;
    readonly files: Map<string, Served>;
}

/** Lays one source out. @returns the mark of its content, and the ids in it */
async function lay(source: Source, made: Made): Promise<Omit<Origin, "source">> {
    const { folder, drops, files } = made;
    const put = (name: string, content: Buffer) => {
        files.set(name, { content });
        return { mark: contentMark(content) };
    };
    switch (source.kind) {
        case "osv": {
            const { zip, ids } = await osvZip(folder, source, drops);
            return { ...put(`/${source.ecosystem}/all.zip`, zip), ids };
        }
        case "debian":
            return put("/debian.json", await layDebian(source, made));
        case "alpine":
            return put(
                `/alpine/${alpineFolder(source.release)}/${source.repository}.json`,
                await alpineData(folder, source, drops),
            );
        case "ubuntu":
            return put(`/ubuntu/${source.release}.xml`, await ubuntuOval(folder, source, drops));
        case "rhel-vex": {
            const file = path.join(made.work, "rhel-vex.tar.zst");
            const { sha256, ids } = await rhelVexTar(folder, source, file, drops);
            files.set("/rhel-vex/vex.tar.zst", {
                content: { file },
                lastModified: new Date(source.date).toUTCString(),
            });
            for (const [name, text] of [
                ["archive_latest.txt", "vex.tar.zst"],
                ["changes.csv", ""],
                ["deletions.csv", ""],
            ] as const) {
                put(`/rhel-vex/${name}`, Buffer.from(text));
            }
            return { mark: markOf(sha256), ids };
        }
    }
}

/** The tracker's JSON, with the folders in which Clair looks for the numbers of releases. */
async function layDebian(source: SourceOf<"debian">, { folder, drops, files }: Made): Promise<Buffer> {
    const { tracker, releases } = await debianData(folder, source, drops);
    const names = Object.keys(releases);
    const links = names.map((name) => `<a href="${name}/">${name}</a>\n`).join("");
    files.set("/debian/dists/", { content: Buffer.from(links) });
    for (const [name, number] of Object.entries(releases)) {
        // Clair takes the number before the dot, and knows no release whose version has no dot.
        const release = Buffer.from(`Codename: ${name}\nVersion: ${number}.0\n`);
        files.set(`/debian/dists/${name}/Release`, { content: release });
    }
    return tracker;
}

/** What Clair asks before it asks for data. */
function listings(sources: readonly Source[]): Map<string, Buffer> {
    const of = <K extends Source["kind"]>(kind: K) =>
        sources.filter((source): source is SourceOf<K> => source.kind === kind);
    const files = new Map<string, Buffer>();
    files.set(
        "/ecosystems.txt",
        Buffer.from(
            of("osv")
                .map(({ ecosystem }) => `${ecosystem}\n`)
                .join(""),
        ),
    );
    const minors = of("alpine").map(({ release }) =>
        Number(/^3\.(\d+)$/.exec(release)?.[1] ?? firstAlpineMinor),
    );
    for (let minor = firstAlpineMinor; minor <= Math.max(firstAlpineMinor, ...minors); minor++) {
        files.set(`/alpine/v3.${minor}/`, Buffer.alloc(0));
    }
    files.set("/alpine/last-update", Buffer.from("fixed\n"));
    // Of a release that is not active Clair takes the name and the version, and asks nothing of Ubuntu's own site.
    const entries = of("ubuntu").map(({ release }) => ({
        active: false,
        name: ubuntuReleases.get(release),
        version: release,
    }));
    files.set("/launchpad/ubuntu/series", Buffer.from(JSON.stringify({ entries })));
    return files;
}

/**
 * Reads and checks what was carried, and lays it out as the sites that Clair's updaters ask.
 *
 * @param folder folder of sources.json
 * @param work folder for files that are too large for memory
 * @param drops gets what is left out
 * @throws Error where a file is missing, damaged, or not what sources.json says
 */
export async function layOut(
    folder: string,
    sources: readonly Source[],
    work: string,
    drops: Drops,
): Promise<Layout> {
    const files = new Map<string, Served>();
    const origins = new Map<string, Origin>();
    for (const source of sources) {
        await checkFile(folder, source);
        origins.set(updaterOf(source), { source, ...(await lay(source, { folder, work, drops, files })) });
    }
    for (const [name, content] of listings(sources)) {
        files.set(name, { content });
    }
    return {
        files,
        origins,
        sets: [...new Set(sources.map(({ kind }) => kind))].sort(),
        ubuntu: sources.flatMap((source) => (source.kind === "ubuntu" ? [source.release] : [])),
    };
}

/** @throws Error where the file is missing, or has another sum than sources.json says */
async function checkFile(folder: string, { file, sha256, kind }: Source): Promise<void> {
    const carried = path.join(folder, file);
    const stat = fs.statSync(carried, { throwIfNoEntry: false });
    if (stat === undefined) {
        throw new Error(`${carried} is missing; carry the file, or take it out of sources.json`);
    }
    if (stat.isDirectory()) {
        if (kind !== "rhel-vex" || sha256 !== undefined) {
            throw new Error(
                `${carried} is a folder; name a file (a folder can be named for rhel-vex, without sha256)`,
            );
        }
        return;
    }
    const actual = sha256 === undefined ? undefined : await sha256OfFile(carried);
    if (actual !== sha256) {
        throw new Error(
            `${carried} has SHA-256 ${actual ?? ""}, and sources.json says ${sha256 ?? ""}; carry the file again, or find out who changed it`,
        );
    }
}

/**
 * clairctl's configuration for fetching from the mirror, and from nowhere else.
 *
 * @param url the mirror's address, with a slash at its end
 */
export function exportConfig(url: string, { sets, ubuntu }: Pick<Layout, "sets" | "ubuntu">): object {
    const force = ubuntu.map((release) => ({ name: ubuntuReleases.get(release), version: release }));
    const updaters = ubuntu.map((release) => [
        `ubuntu/updater/${ubuntuReleases.get(release) ?? ""}`,
        { url: `${url}ubuntu/${release}.xml`, use_bzip2: false },
    ]);
    return {
        updaters: {
            sets,
            config: {
                debian: { mirror_url: url, json_url: `${url}debian.json` },
                alpine: { url: `${url}alpine/` },
                osv: { url },
                ubuntu: { url: `${url}launchpad/`, name: "ubuntu", force },
                "rhel-vex": { url: `${url}rhel-vex/`, compressed_file_timeout: "60m" },
                ...(Object.fromEntries(updaters) as Record<string, object>),
            },
        },
    };
}
