/** Reports of what images hold, as Clair v4 writes them. */
import { parseReport, type ScanReport } from "../../../scan/report";
import { debian13, digest, dpkg, packed } from "./sample";

/** A package of an image: its fields in the report, and the environments that it is in. */
export interface Held {
    readonly name: string;
    readonly version?: string;
    readonly kind?: string;
    readonly normalized_version?: string;
    readonly source?: { readonly name: string; readonly version?: string } | null;
    readonly environments?: readonly object[] | null;
}

/** An environment of packages of a language: Clair names the repository alone. */
export const inRepository = (...ids: string[]) => [
    { package_db: "some", introduced_in: "", distribution_id: "", repository_ids: ids },
];

/** An environment of packages of a distribution. */
export const inDistribution = (id: string, database = "var/lib/dpkg/status") => [
    { package_db: database, introduced_in: "", distribution_id: id, repository_ids: null },
];

/** The repositories that claircore gives packages of languages. */
const repositories = {
    go: { id: "go", name: "go", uri: "https://pkg.go.dev/", cpe: "" },
    pypi: { id: "pypi", name: "pypi", uri: "https://pypi.org/simple", cpe: "" },
    maven: { id: "maven", name: "maven", uri: "https://repo1.maven.apache.org/maven2", cpe: "" },
    rubygems: { id: "rubygems", name: "rubygems", uri: "https://rubygems.org/gems/", cpe: "" },
    npm: { id: "npm", name: "npm", uri: "https://www.npmjs.com/", cpe: "" },
    rhel: {
        id: "rhel",
        name: "cpe:/o:redhat:enterprise_linux:8::baseos",
        key: "rhel-cpe-repository",
        cpe: "cpe:2.3:o:redhat:enterprise_linux:8:*:baseos:*:*:*:*:*",
    },
    gold: { id: "gold", name: "Red Hat Container Catalog", key: "rhcc-container-repository", cpe: "" },
    keyed: { id: "keyed", key: "some key", cpe: "" },
    "two words": { id: "two words", name: "two words", cpe: "" },
};

/** A package of Debian 13. */
export const deb = (name: string): Held => ({ name, source: { name }, environments: dpkg });

/** A module of a Go program. */
export const goModule = (name: string, version = "v1.2.3"): Held => ({
    name,
    version,
    kind: "binary",
    normalized_version: version.startsWith("v") ? "semver:0.1.2.3.0.0.0.0.0.0" : "",
    source: { name: "" },
    environments: inRepository("go"),
});

/** The text of a report on an image without findings. @param distributions @default Debian 13, with the id 1 */
function holdsText(packages: readonly Held[], distributions: object = { "1": debian13 }): string {
    const entries = packages.map((held, at) => [String(at), held] as const);
    return JSON.stringify({
        manifest_hash: digest,
        packages: Object.fromEntries(
            entries.map(([id, held]) => [id, { id, version: "1.0", ...held, environments: undefined }]),
        ),
        distributions,
        repository: repositories,
        environments: Object.fromEntries(
            entries.flatMap(([id, { environments }]) =>
                environments === undefined ? [] : [[id, environments]],
            ),
        ),
        vulnerabilities: {},
        package_vulnerabilities: {},
        enrichments: {},
    });
}

/** The report on an image, packed as it travels. @param change of the report */
export function heldReport(
    of: string,
    packages: readonly Held[],
    change: { readonly distributions?: object; readonly [key: string]: unknown } = {},
): string {
    const body = JSON.parse(holdsText(packages)) as object;
    return packed({ ...body, manifest_hash: of, ...change });
}

/** What an image holds. */
export function holds(packages: readonly Held[], distributions?: object): ScanReport["inventory"] {
    return parseReport(holdsText(packages, distributions)).inventory;
}

/** Facts about advisories: `debian:13 5243`, `go 4291`, each of an updater of its own, or of the one named behind it. */
export function facts(...lines: string[]) {
    const coverage = lines.map((line) => {
        const [what = "", number = "", updater = `${what} updater`] = line.split(" ");
        const [distribution = "", version] = what.split(":");
        return {
            updater,
            distribution: version === undefined ? "" : distribution,
            version: version ?? "",
            repository: version === undefined ? what : "",
            advisories: Number(number),
        };
    });
    return {
        updaters: [...new Set(coverage.map(({ updater }) => updater))].map((name, at) => ({
            name,
            advisories: 10,
            date: `2026-08-${String(21 + at)}T10:00:00Z`,
            problem: "",
        })),
        advisories: 10,
        coverage,
    };
}

/** A kind of image, what it holds, what the database has, and how its parts come off: `debian:13 2`, with the packages of each. */
export type CoverageCase = readonly [
    string,
    {
        image: readonly [readonly Held[], object?];
        has: readonly string[];
        judged?: readonly string[];
        not?: readonly string[];
    },
];
