import * as fs from "node:fs";
import * as path from "node:path";
import { zipSync, type Zippable } from "fflate";
import { z } from "zod";
import type { MirrorFiles } from "./mirror";

/**
 * Debian releases that the data speaks of, with the version of the mirror's `Release` file (November 2026; of buster that of the
 * archive). Clair takes the number before the dot, and knows no release whose version has no dot.
 */
const debianReleases = { buster: "10.13", bullseye: "11.11", bookworm: "12.15", trixie: "13.8" } as const;

/** Source package → issue → release → the version that fixes the issue there. */
const debianSchema = z.record(
    z.string(),
    z.record(z.string(), z.partialRecord(z.enum(["buster", "bullseye", "bookworm", "trixie"]), z.string())),
);

/** The first Alpine release that Clair asks for; Clair asks for further releases until one is missing. */
const firstAlpineMinor = 3;

/** zip has no dates before 1980, and none here may differ from run to run. */
const zipDate = "1980-01-01T12:00:00Z";

const osvSchema = z.looseObject({
    id: z.string().min(1),
    modified: z.iso.datetime(),
    published: z.iso.datetime(),
    affected: z
        .array(
            z.looseObject({
                package: z.looseObject({ ecosystem: z.string().min(1), name: z.string().min(1) }),
            }),
        )
        .min(1),
});

/** The OSV records of a `.jsonl` file, by id; Clair's parser stops at the first one with a wrong date or list. */
function readOsv(file: string): Map<string, { ecosystem: string; text: string }> {
    const records = new Map<string, { ecosystem: string; text: string }>();
    const lines = fs.readFileSync(file, "utf8").split("\n");
    for (const [index, text] of lines.entries()) {
        if (text === "") {
            continue;
        }
        const parsed = osvSchema.safeParse(JSON.parse(text));
        if (!parsed.success) {
            throw new Error(
                `the line is no OSV record (${file}:${index + 1}): correct it: ${z.prettifyError(parsed.error)}`,
            );
        }
        const ecosystem = parsed.data.affected[0]?.package.ecosystem;
        if (ecosystem === undefined || records.has(parsed.data.id)) {
            throw new Error(`${parsed.data.id} is there twice (${file}:${index + 1}): remove one`);
        }
        records.set(parsed.data.id, { ecosystem, text });
    }
    return records;
}

function osvFiles(folder: string): Map<string, Buffer> {
    const ecosystems = new Map<string, Zippable>();
    for (const name of fs.readdirSync(folder).filter((file) => file.endsWith(".osv.jsonl"))) {
        for (const [id, { ecosystem, text }] of readOsv(path.join(folder, name))) {
            const zip = ecosystems.get(ecosystem) ?? {};
            zip[`${id}.json`] = Buffer.from(text);
            ecosystems.set(ecosystem, zip);
        }
    }
    const files = new Map<string, Buffer>();
    for (const [ecosystem, zip] of ecosystems) {
        files.set(`/${ecosystem}/all.zip`, Buffer.from(zipSync(zip, { mtime: zipDate })));
    }
    files.set("/ecosystems.txt", Buffer.from([...ecosystems.keys(), ""].join("\n")));
    return files;
}

/** The facts of debian.json in the words of the security tracker. */
function tracker(text: string): string {
    const sources = Object.entries(debianSchema.parse(JSON.parse(text))).map(([source, issues]) => {
        const entries = Object.entries(issues).map(([issue, fixed]) => {
            const releases = Object.entries(fixed).map(([release, version]) => [
                release,
                { status: "resolved", urgency: "not yet assigned", fixed_version: version },
            ]);
            return [issue, { releases: Object.fromEntries(releases) as unknown }];
        });
        return [source, Object.fromEntries(entries) as unknown];
    });
    return JSON.stringify(Object.fromEntries(sources));
}

function debianFiles(folder: string): Map<string, Buffer> {
    const links = Object.keys(debianReleases).map((release) => `<a href="${release}/">${release}</a>\n`);
    const files = new Map<string, Buffer>([
        ["/debian.json", Buffer.from(tracker(fs.readFileSync(path.join(folder, "debian.json"), "utf8")))],
        ["/debian/dists/", Buffer.from(links.join(""))],
    ]);
    for (const [release, version] of Object.entries(debianReleases)) {
        files.set(
            `/debian/dists/${release}/Release`,
            Buffer.from(`Codename: ${release}\nVersion: ${version}\n`),
        );
    }
    return files;
}

function alpineFiles(folder: string): Map<string, Buffer> {
    const files = new Map<string, Buffer>();
    let newest = firstAlpineMinor;
    for (const name of fs.readdirSync(folder)) {
        const match = /^alpine-v3\.(\d+)-(main|community)\.json$/.exec(name);
        if (match?.[1] === undefined || match[2] === undefined) {
            continue;
        }
        newest = Math.max(newest, Number(match[1]));
        files.set(`/alpine/v3.${match[1]}/${match[2]}.json`, fs.readFileSync(path.join(folder, name)));
    }
    for (let minor = firstAlpineMinor; minor <= newest; minor++) {
        files.set(`/alpine/v3.${minor}/`, Buffer.alloc(0));
    }
    files.set("/alpine/last-update", Buffer.from("fixed\n"));
    return files;
}

/**
 * Lays the advisories of a folder out as the sites that Clair's updaters ask: `debian.json` (fixed versions),
 * `alpine-vX.Y-REPO.json` (secdb), `*.osv.jsonl` (one OSV record a line).
 *
 * @throws Error where a file is missing or a record is malformed
 */
export function mirrorLayout(folder: string): MirrorFiles {
    return new Map([...osvFiles(folder), ...debianFiles(folder), ...alpineFiles(folder)]);
}

/** clairctl's configuration for fetching from the mirror at `url`, and from nowhere else. */
export function exportConfig(url: string): object {
    return {
        updaters: {
            sets: ["debian", "alpine", "osv"],
            config: {
                debian: { mirror_url: url, json_url: `${url}debian.json` },
                alpine: { url: `${url}alpine/` },
                osv: { url },
            },
        },
    };
}
