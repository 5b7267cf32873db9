import { z } from "zod";

/** The distribution that a report names, as claircore's `Distribution`. */
export interface Distribution {
    /** `ID` of os-release: `debian`, `alpine`. */
    readonly id: string;
    readonly name: string;
    /** Its release, `13` or `3.22`; "" where the report names none. */
    readonly version: string;
    readonly prettyName: string;
    /** `trixie`; "" where the report names none. */
    readonly codename: string;
}

/** Where packages come from, as claircore's `Repository`. */
interface Repository {
    /** `go`, `pypi`, `maven`; of Red Hat's a CPE or a catalogue. */
    readonly name: string;
    /** Of Red Hat's alone; "" elsewhere. */
    readonly key: string;
}

/** What Clair compares a package by: one of claircore's `IndexRecord`s, less its package. */
export interface IndexRecord {
    readonly distribution: Distribution | undefined;
    readonly repository: Repository | undefined;
}

/** A package in one database of an image. It is judged where one of the records is compared with advisories. */
export interface Place {
    /** claircore's `package_db`: `var/lib/dpkg/status`, `go:usr/bin/app`. */
    readonly database: string;
    readonly records: readonly IndexRecord[];
}

/** A package that an image holds. */
export interface HeldPackage {
    readonly name: string;
    /** Installed version, e.g. `1.1.1k-1` or `(devel)`. */
    readonly version: string;
    /** Kind of the version that claircore could read, e.g. `semver`; "" where it read none. */
    readonly versionKind: string;
    /** Name of its source package; "" where the report names none. */
    readonly source: string;
    /** Version of its source package, where that is another one, and no package of that source here has it; "" elsewhere. */
    readonly otherVersion: string;
    /** At least one. */
    readonly places: readonly Place[];
}

/** What an image holds. */
export interface Inventory {
    readonly packages: readonly HeldPackage[];
    /** Also those in which no package is. */
    readonly distributions: readonly Distribution[];
}

const text = z.string().default("");

const packageSchema = z.object({
    name: z.string(),
    version: z.string(),
    normalized_version: text,
    source: z.object({ name: text, version: text }).nullish(),
});

const environmentSchema = z.object({
    package_db: text,
    introduced_in: text,
    distribution_id: text,
    repository_ids: z.array(z.string()).nullish(),
});

/** The parts of claircore's VulnerabilityReport that say what an image holds. Clair writes `null` for an empty map. */
export const inventoryShape = {
    packages: z.record(z.string(), packageSchema).nullable(),
    distributions: z
        .record(
            z.string(),
            z.object({
                did: text,
                name: text,
                version: text,
                version_id: text,
                version_code_name: text,
                pretty_name: text,
            }),
        )
        .nullish(),
    repository: z.record(z.string(), z.object({ name: text, key: text })).nullish(),
    environments: z.record(z.string(), z.array(environmentSchema).nullable()).nullish(),
};

type RawInventory = z.infer<z.ZodObject<typeof inventoryShape>>;

function distributionsOf(raw: RawInventory): Map<string, Distribution> {
    return new Map(
        Object.entries(raw.distributions ?? {}).map(
            ([key, { did, name, version, version_id, version_code_name, pretty_name }]) => [
                key,
                // Of Alpine claircore gives `version` alone.
                {
                    id: did,
                    name,
                    version: version_id === "" ? version : version_id,
                    prettyName: pretty_name,
                    codename: version_code_name,
                },
            ],
        ),
    );
}

/**
 * The places of one package. Two scanners may read one database (`rpm` and `rhel-package-scanner`), and only one of them
 * then tells the repositories: their records are one place.
 */
function placesOf(
    raw: RawInventory,
    distributions: ReadonlyMap<string, Distribution>,
    packageId: string,
): Place[] {
    const places = new Map<string, IndexRecord[]>();
    for (const environment of raw.environments?.[packageId] ?? []) {
        const distribution = distributions.get(environment.distribution_id);
        const ids = environment.repository_ids ?? [];
        const repositories = ids.length === 0 ? [undefined] : ids.map((id) => raw.repository?.[id]);
        const records = repositories.map((repository) => ({ distribution, repository }));
        places.set(environment.package_db, [...(places.get(environment.package_db) ?? []), ...records]);
    }
    // Without an environment Clair compares the package with nothing.
    return places.size === 0
        ? [{ database: "", records: [{ distribution: undefined, repository: undefined }] }]
        : [...places].map(([database, records]) => ({ database, records }));
}

type RawPackage = z.infer<typeof packageSchema>;

/** A version without the mark of a rebuild: `5.1-2`, for `5.1-2+b3`. */
const unmarked = (version: string) => version.replace(/\+b\d+$/, "");

/** A source package in a version, of which a package is in the image in just this one. */
const sourceOf = ({ source }: RawPackage) => `${source?.name ?? ""} ${unmarked(source?.version ?? "")}`;

/** Whether a package has the version of its source; also where the report tells no other. */
function hasSourceVersion({ version, source }: RawPackage): boolean {
    const of = source?.version ?? "";
    return of === "" || unmarked(of) === unmarked(version);
}

/** For a package the version of its source, where advisories about that are compared with no package of the image. */
function otherVersions(packages: readonly RawPackage[]): (held: RawPackage) => string {
    const compared = new Set(packages.filter(hasSourceVersion).map(sourceOf));
    return (held) =>
        hasSourceVersion(held) || compared.has(sourceOf(held)) ? "" : (held.source?.version ?? "");
}

/** Reads what an image holds from the parts of a report. */
export function inventoryOf(raw: RawInventory): Inventory {
    const distributions = distributionsOf(raw);
    const otherVersion = otherVersions(Object.values(raw.packages ?? {}));
    return {
        packages: Object.entries(raw.packages ?? {}).map(([id, held]) => ({
            name: held.name,
            version: held.version,
            versionKind: held.normalized_version.replace(/:.*/, ""),
            source: held.source?.name ?? "",
            otherVersion: otherVersion(held),
            places: placesOf(raw, distributions, id),
        })),
        distributions: [...distributions.values()],
    };
}
