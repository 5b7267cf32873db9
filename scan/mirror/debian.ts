import * as path from "node:path";
import { z } from "zod";
import { unpackedText } from "./content";
import type { Drops } from "./drops";
import type { SourceOf } from "./sources";
import { counted } from "../../text/count";

/** Debian's releases by code name. Clair knows a release from the day on which it has a version. */
const known: Readonly<Record<string, number>> = {
    wheezy: 7,
    jessie: 8,
    stretch: 9,
    buster: 10,
    bullseye: 11,
    bookworm: 12,
    trixie: 13,
};

/**
 * Code names that have no version yet. Their images have no VERSION_ID, and Clair knows no distribution in them: no advisory
 * can match. sources.json gives one a number once it is released.
 */
const unreleased: Readonly<Record<string, string>> = {
    forky: "Debian 14",
    duke: "Debian 15",
    sid: "Debian unstable",
    experimental: "Debian experimental",
};

/** A version as dpkg has them; "" stands for one that nobody has fixed. */
const versionPattern = /^(|0|(\d+:)?\d[A-Za-z0-9.+~:-]*)$/;

const releaseSchema = z.object({
    status: z.string().optional(),
    urgency: z.string().optional(),
    fixed_version: z.string().regex(versionPattern, "expected a version of a package").optional(),
});
const issueSchema = z.object({
    description: z.string().optional(),
    releases: z.record(z.string(), z.unknown()),
});
const trackerSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

/** What the mirror serves of Debian. */
interface DebianData {
    /** The tracker's JSON, reduced to what Clair takes. */
    readonly tracker: Buffer;
    /** Code name → number of each release that is to be known. */
    readonly releases: Readonly<Record<string, number>>;
}

/** Why Clair takes nothing about a release. */
function reasonFor(release: string): string {
    const name = unreleased[release];
    return name === undefined
        ? `nobody knows the number of the release ${release}; give it in sources.json, "releases"`
        : `${release} (${name}) has no version, and Clair knows no image of it`;
}

/**
 * Reads the JSON of Debian's security tracker, and keeps what Clair takes.
 *
 * @param drops gets what is left out
 * @throws Error where the file is damaged or no tracker's JSON, or nothing is left of it
 */
export async function debianData(
    folder: string,
    source: SourceOf<"debian">,
    drops: Drops,
): Promise<DebianData> {
    const text = await unpackedText(path.join(folder, source.file));
    const tracker = trackerSchema.safeParse(parsedJson(text));
    if (!tracker.success) {
        throw new Error(
            `${source.file} is not the JSON of Debian's security tracker (source package → issue → releases); carry the file again`,
        );
    }
    const releases = { ...known, ...source.releases };
    let count = 0;
    const others = new Map<string, number>();
    const packages = Object.entries(tracker.data).flatMap(([name, issues]) => {
        const kept = Object.entries(issues).flatMap(([id, value]) => {
            const issue = issueSchema.safeParse(value);
            if (!issue.success) {
                drops.add(
                    source.file,
                    `${name} ${id}`,
                    "it is no issue of the tracker (description, releases)",
                );
                return [];
            }
            const fixed = Object.entries(issue.data.releases).flatMap(([release, entry]) => {
                const facts = releaseSchema.safeParse(entry);
                if (!Object.hasOwn(releases, release)) {
                    others.set(release, (others.get(release) ?? 0) + 1);
                } else if (!facts.success) {
                    drops.add(
                        source.file,
                        `${name} ${id}`,
                        `what it says of ${release} is no fact of the tracker`,
                    );
                } else {
                    return [[release, facts.data] as const];
                }
                return [];
            });
            count += fixed.length;
            return fixed.length === 0
                ? []
                : [[id, { ...issue.data, releases: Object.fromEntries(fixed) }] as const];
        });
        return kept.length === 0 ? [] : [[name, Object.fromEntries(kept)] as const];
    });
    for (const [release, number] of others) {
        drops.add(source.file, `${counted(number, "issue")} of ${release}`, reasonFor(release));
    }
    if (count === 0) {
        throw drops.nothingLeft(source.file, "Debian");
    }
    return { tracker: Buffer.from(JSON.stringify(Object.fromEntries(packages))), releases };
}

/** The value of a JSON text; undefined where it is none. */
export function parsedJson(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return undefined;
    }
}
