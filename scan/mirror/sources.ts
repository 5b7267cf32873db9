import { z } from "zod";
import { ubuntuReleases } from "./ubuntu-releases";

/** A time that Clair's parsers take: RFC 3339 with seconds and a zone, of a day that there is. */
export function isTime(text: string): boolean {
    const parts =
        /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/.exec(
            text,
        );
    return parts?.[1] !== undefined && isDay(parts[1]);
}

/** A day that there is, `2026-11-20`. */
export function isDay(text: string): boolean {
    const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
    return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

const file = z
    .string()
    .min(1)
    .refine(
        (name) => !name.startsWith("/") && !name.split("/").includes(".."),
        "expected a path below the folder of sources.json, without ..",
    );

const carried = {
    /** Path below the folder of sources.json. */
    file,
    /** When the content was fetched from its source, RFC 3339. */
    date: z.string().refine(isTime, "expected the time at which the file was fetched: 2026-11-20T06:00:00Z"),
    /** SHA-256 in hex of the file as it was carried. @default none is compared */
    sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits in lower case")
        .optional(),
};

/** Ecosystems of OSV's whose advisories Clair's matchers compare. */
const ecosystems = ["Go", "Maven", "PyPI", "RubyGems"] as const;

const sourceSchema = z.discriminatedUnion("kind", [
    /** OSV records of one ecosystem: a zip of them (`all.zip`), or one record a line. */
    z.strictObject({ kind: z.literal("osv"), ecosystem: z.enum(ecosystems), ...carried }),
    /** The JSON of Debian's security tracker. */
    z.strictObject({
        kind: z.literal("debian"),
        /** More releases than those that Portcullis knows: code name → number. */
        releases: z.record(z.string().regex(/^[a-z]+$/), z.int().min(1)).default({}),
        ...carried,
    }),
    /** A file of Alpine's security database. */
    z.strictObject({
        kind: z.literal("alpine"),
        release: z
            .string()
            .regex(/^(3\.([3-9]|[1-9]\d+)|edge)$/, "expected a release from 3.3 on (3.22), or edge"),
        repository: z.enum(["main", "community"]),
        ...carried,
    }),
    /** Ubuntu's OVAL of one release, the file on CVEs. */
    z.strictObject({
        kind: z.literal("ubuntu"),
        release: z
            .string()
            .refine(
                (release) => ubuntuReleases.has(release),
                `expected one of ${[...ubuntuReleases.keys()].join(", ")}`,
            ),
        ...carried,
    }),
    /** Red Hat's VEX documents: a tar of them, one of them, or a folder. */
    z.strictObject({ kind: z.literal("rhel-vex"), ...carried }),
]);

/** A file, or a folder, that somebody carried. */
export type Source = z.infer<typeof sourceSchema>;
export type SourceOf<K extends Source["kind"]> = Extract<Source, { kind: K }>;

/** Clair's name for the updater that reads the source. */
export function updaterOf(source: Source): string {
    switch (source.kind) {
        case "osv":
            return `osv/${source.ecosystem.toLowerCase()}`;
        case "debian":
            return "debian/updater";
        case "alpine":
            return `alpine-${source.repository}-${alpineFolder(source.release)}-updater`;
        case "ubuntu":
            return `ubuntu/updater/${ubuntuReleases.get(source.release) ?? ""}`;
        case "rhel-vex":
            return "rhel-vex";
    }
}

/** The folder of an Alpine release: `v3.22`, `edge`. */
export function alpineFolder(release: string): string {
    return release === "edge" ? release : `v${release}`;
}

/** sources.json: what was carried, each updater's data once; docs/mirror.md. */
const sourcesSchema = z
    .strictObject({ sources: z.array(sourceSchema).min(1, "expected one source at least") })
    .superRefine(({ sources }, context) => {
        const seen = new Set<string>();
        for (const [at, source] of sources.entries()) {
            const updater = updaterOf(source);
            if (seen.has(updater)) {
                context.addIssue({
                    code: "custom",
                    path: ["sources", at],
                    message: `the data of ${updater} is there twice; leave one of the two files out`,
                });
            }
            seen.add(updater);
        }
    });

/**
 * The sources that sources.json names.
 *
 * @param now for the dates, none of which may be later
 * @throws Error that names each key that does not fit, and what is expected there
 */
export function parseSources(text: string, now: Date): Source[] {
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch (error) {
        throw new Error("sources.json is no JSON; docs/mirror.md shows what is expected", { cause: error });
    }
    const result = sourcesSchema.safeParse(value);
    if (!result.success) {
        throw new Error(
            `sources.json does not say what was carried; docs/mirror.md shows what is expected:\n${z.prettifyError(result.error)}`,
        );
    }
    for (const { file: name, date } of result.data.sources) {
        if (Date.parse(date) > now.getTime()) {
            throw new Error(
                `sources.json: the date of ${name} is ${date}, which is to come; correct it, or the clock`,
            );
        }
    }
    return result.data.sources;
}
