import type { AdvisoryFacts } from "../outputs/advisories";
import type { HeldPackage, IndexRecord } from "./inventory";

/** Kind of version that claircore gives a package which no matcher is to compare. */
export const unmatchable = "unmatchable";

/** Key of the repository whose packages are whole images of Red Hat's. */
export const containerKey = "rhcc-container-repository";

/** Advisories of one updater for one distribution or repository. */
export type CoverageFact = AdvisoryFacts["coverage"][number];

/**
 * A matcher of claircore, and what it compares. All advisories that it finds for a record are equal to the record in all
 * that a row names; one that is not is as good as none.
 */
interface Row {
    /** What it judges, in words: `Debian`, `Go`. */
    readonly title: string;
    /** How the package URLs of what it judges begin: `deb/debian`, `golang`; undefined where tools do not agree. */
    readonly purl?: string;
}

/** Compares packages of a distribution with advisories for the same one, by `dist_id` and `dist_version_id`. */
interface DistributionRow extends Row {
    readonly distribution: string;
    /** The name that claircore's updaters write, where the matcher compares it (`dist_name`). */
    readonly name?: string;
    /** How the pretty name begins that the updaters write, before the version (`dist_pretty_name`). */
    readonly prettyName?: string;
    /** The advisories are about source packages: a package without one is found by none. */
    readonly source?: true;
}

/** Compares packages of a repository with its advisories, by `repo_name`. */
interface RepositoryRow extends Row {
    readonly repository: string;
    /** The only kind of version that the matcher compares. */
    readonly versions?: string;
    /** Whether names are `GROUP:NAME`, as in all advisories. */
    readonly grouped?: true;
}

/** Compares packages of Red Hat's by the key of their repository (`repo_key`), and then by its CPE. */
interface KeyRow extends Row {
    readonly key: string;
    /** Part of an image that packages of the repository are; default: the distribution. */
    readonly part?: string;
}

export type Matcher = DistributionRow | RepositoryRow | KeyRow;

/**
 * claircore v1.5.48 (Clair 4.9.0), `Filter`, `Query` and `Vulnerable` of each matcher of matchers/defaults. npm is missing
 * there on purpose: its matcher is not among them.
 */
const matchers: readonly Matcher[] = [
    {
        title: "Debian",
        purl: "deb/debian",
        distribution: "debian",
        name: "Debian GNU/Linux",
        source: true,
    },
    { title: "Ubuntu", purl: "deb/ubuntu", distribution: "ubuntu", name: "Ubuntu" },
    {
        title: "Alpine",
        purl: "apk/alpine",
        distribution: "alpine",
        name: "Alpine Linux",
        prettyName: "Alpine Linux ",
        source: true,
    },
    { title: "Amazon Linux", distribution: "amzn" },
    { title: "Oracle Linux", distribution: "ol", name: "Oracle Linux Server" },
    { title: "Photon OS", distribution: "photon", name: "VMware Photon OS" },
    { title: "SUSE Linux Enterprise", distribution: "sles", name: "SLES" },
    { title: "openSUSE Leap", distribution: "opensuse-leap", name: "openSUSE Leap" },
    { title: "Go", purl: "golang", repository: "go", versions: "semver" },
    { title: "PyPI", purl: "pypi", repository: "pypi", versions: "pep440" },
    { title: "Maven", purl: "maven", repository: "maven", grouped: true },
    { title: "RubyGems", purl: "gem", repository: "rubygems" },
    { title: "Red Hat Enterprise Linux", purl: "rpm/redhat", key: "rhel-cpe-repository" },
    {
        title: "Red Hat Container Catalog",
        key: containerKey,
        part: "rhcc",
    },
];

/** Whether the matcher looks at a record at all. */
function looksAt(matcher: Matcher, { distribution, repository }: IndexRecord): boolean {
    if ("distribution" in matcher) {
        return distribution?.id === matcher.distribution;
    }
    return "repository" in matcher
        ? repository?.name === matcher.repository
        : repository?.key === matcher.key;
}

/** The matcher that looks at a record; undefined where none does. */
export function matcherOf(record: IndexRecord): Matcher | undefined {
    return matchers.find((matcher) => looksAt(matcher, record));
}

/** Whether the matcher compares packages of a record with the advisories of a fact. */
export function reaches(matcher: Matcher, fact: CoverageFact, { distribution }: IndexRecord): boolean {
    if ("repository" in matcher) {
        return fact.repository === matcher.repository;
    }
    if ("key" in matcher) {
        return fact.repository === matcher.key;
    }
    return (
        distribution !== undefined &&
        distribution.version !== "" &&
        fact.distribution === matcher.distribution &&
        fact.version === distribution.version
    );
}

/** Why the matcher compares a package with no advisory, though it looks at its record; undefined where it compares. */
export function notComparable(matcher: Matcher, held: HeldPackage): string | undefined {
    if (held.name === "") {
        return "it has no name";
    }
    if (held.versionKind === unmatchable) {
        return "Clair leaves it out";
    }
    // The scanner for distroless images takes `Source: gcc-12 (12.2.0-14)` whole, and none where the package is its own.
    if ("source" in matcher && held.source.includes(" ")) {
        return `the report names as its source package ${held.source}, and no advisory is about that`;
    }
    if ("source" in matcher && held.source === "") {
        return `the report names no source package of it, and ${matcher.title}'s advisories are about these`;
    }
    // Clair compares it with the fix of the source all the same: `1:2.38.1-5` is above any `2.38.1-5+deb12u1`.
    if ("source" in matcher && held.otherVersion !== "") {
        return `its version ${held.version} is not the one of its source package (${held.source} ${held.otherVersion}), and advisories are about that`;
    }
    if ("versions" in matcher && held.versionKind !== matcher.versions) {
        return `its version ${held.version} is none that can be compared`;
    }
    if ("grouped" in matcher && !held.name.includes(":")) {
        return "it tells no group, and advisories name packages by group and name";
    }
    return undefined;
}

/** Why the matcher compares no package of a distribution, though it looks at it; undefined where it compares. */
export function notCanonical(matcher: Matcher, { distribution }: IndexRecord): string | undefined {
    if (!("distribution" in matcher) || distribution === undefined) {
        return undefined;
    }
    if (matcher.name !== undefined && distribution.name !== matcher.name) {
        return `its name is ${distribution.name}, and the advisories are for ${matcher.name}`;
    }
    // `Alpine Linux v3.22`, `Alpine Linux edge`
    const pretty = `${matcher.prettyName ?? ""}${distribution.version === "edge" ? "" : "v"}${distribution.version}`;
    return matcher.prettyName === undefined || distribution.prettyName === pretty
        ? undefined
        : `its pretty name is ${distribution.prettyName}, and the advisories are for ${pretty}`;
}
