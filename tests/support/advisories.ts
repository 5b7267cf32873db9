import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { z } from "zod";
import { root } from "./stack";

/** A line of the lab's archive about a package of a Debian release. */
const lineSchema = z.looseObject({
    Updater: z.literal("debian/updater"),
    Vuln: z.looseObject({
        name: z.string(),
        package: z.looseObject({ name: z.string() }),
        distribution: z.looseObject({ version_code_name: z.literal("trixie") }),
        fixed_in_version: z.string(),
    }),
});

/** The lines of the lab's archive, each a JSON object, with a line end behind each. */
function labArchive(): string {
    const archive = path.join(root, ".portcullis/archives/advisories.json.gz");
    return zlib.gunzipSync(fs.readFileSync(archive)).toString("utf8");
}

/**
 * Writes the lab's archive with one score of NVD more, as `clairctl export-updaters` writes those of claircore's enricher.
 *
 * @param file relative to the checkout's root
 */
export function archiveWithScore(file: string, cve: string, baseScore: number): void {
    const added = {
        Updater: "clair.cvss",
        Fingerprint: "a score",
        Date: new Date().toISOString(),
        Ref: crypto.randomUUID(),
        Kind: "enrichment",
        Enrichment: { Tags: [cve], Enrichment: { version: "3.1", baseScore } },
    };
    fs.writeFileSync(path.join(root, file), zlib.gzipSync(`${labArchive()}${JSON.stringify(added)}\n`));
}

/**
 * Writes the lab's archive with one more advisory: of a source package of Debian 13, which no version of it fixes.
 *
 * @param file relative to the checkout's root
 */
export function archiveWithAdvisory(file: string, name: string, source: string): void {
    const text = labArchive();
    const like = text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => lineSchema.safeParse(JSON.parse(line)).data)
        .find((line) => line !== undefined);
    assert.ok(like !== undefined, "the archive has nothing about Debian 13");
    const { package: of, ...vuln } = like.Vuln;
    const added = {
        ...like,
        Vuln: { ...vuln, name, links: "", package: { ...of, name: source }, fixed_in_version: "" },
    };
    fs.writeFileSync(path.join(root, file), zlib.gzipSync(`${text}${JSON.stringify(added)}\n`));
}
