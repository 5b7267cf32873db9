/** The files of a canary image: what Clair's indexer reads of a package, and nothing else. */
import { zipSync } from "fflate";
import type { CanaryFact } from "../../outputs/advisories";
import type { Distribution } from "../inventory";
import { goProgram } from "./go-program";

/** A file of an image. */
export interface CanaryFile {
    /** From the image's root, without a slash in front: `etc/os-release`. */
    readonly path: string;
    readonly mode: "0644" | "0755";
    /** In base64. */
    readonly content: string;
}

/** Packages with one version each, of one package database. */
type Packages = readonly Pick<CanaryFact, "package" | "version">[];

function file(path: string, content: string | Uint8Array, mode: CanaryFile["mode"] = "0644"): CanaryFile {
    return { path, mode, content: Buffer.from(content).toString("base64") };
}

/** `trixie`, from `Debian GNU/Linux 13 (trixie)` or from the report's own word. */
function codenameOf({ codename, prettyName }: Distribution): string {
    return codename === "" ? (/\((\w+)\)$/.exec(prettyName)?.[1] ?? "") : codename;
}

/** os-release(5) from which Clair's indexer recognises the same distribution again. */
function osRelease(distribution: Distribution): CanaryFile {
    const { id, name, version, prettyName } = distribution;
    // Of Alpine's versions the indexer drops the last part.
    const exact = id === "alpine" ? `${version === "edge" ? "3" : version}.0` : version;
    const lines = [`ID=${id}`, `NAME="${name}"`, `VERSION_ID="${exact}"`, `PRETTY_NAME="${prettyName}"`];
    const codename = codenameOf(distribution);
    const more =
        codename === "" ? [] : [`VERSION="${version} (${codename})"`, `VERSION_CODENAME=${codename}`];
    return file("etc/os-release", `${[...lines, ...more].join("\n")}\n`);
}

function dpkg(packages: Packages, distribution: Distribution): CanaryFile[] {
    const status = packages.map(
        ({ package: name, version }) =>
            `Package: ${name}\nStatus: install ok installed\nMaintainer: nobody\nArchitecture: amd64\nVersion: ${version}\nDescription: canary\n`,
    );
    return [
        osRelease(distribution),
        file("var/lib/dpkg/status", `${status.join("\n")}\n`),
        ...packages.map(({ package: name }) => file(`var/lib/dpkg/info/${name}.list`, "/.\n")),
    ];
}

// The indexer does not read the last line of an entry.
function apk(packages: Packages, distribution: Distribution): CanaryFile[] {
    const installed = packages.map(
        ({ package: name, version }) =>
            `C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:${name}\nV:${version}\nA:x86_64\nS:1\nI:1\nT:canary\no:${name}\nt:1616630400\n`,
    );
    return [osRelease(distribution), file("lib/apk/db/installed", `${installed.join("\n")}\n`)];
}

function go(packages: Packages): CanaryFile[] {
    return [file("usr/bin/canary", goProgram(packages), "0755")];
}

// The indexer leaves out what a distribution's own Python has, below usr/lib.
function python(packages: Packages): CanaryFile[] {
    return packages.map(({ package: name, version }, index) =>
        file(
            `opt/python/canary${index}.dist-info/METADATA`,
            `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n\n`,
        ),
    );
}

function maven(packages: Packages): CanaryFile[] {
    return packages.map(({ package: name, version }, index) => {
        const [group = "", artifact = ""] = name.split(":");
        const properties = `groupId=${group}\nartifactId=${artifact}\nversion=${version}\n`;
        const time = { mtime: new Date("2021-01-01T00:00:00") };
        const entries = {
            "META-INF/MANIFEST.MF": Buffer.from("Manifest-Version: 1.0\n\n"),
            [`META-INF/maven/${group}/${artifact}/pom.properties`]: Buffer.from(properties),
        };
        return file(`usr/share/java/canary${index}.jar`, zipSync(entries, time));
    });
}

function ruby(packages: Packages): CanaryFile[] {
    return packages.map(({ package: name, version }, index) =>
        file(
            `usr/lib/ruby/gems/specifications/canary${index}.gemspec`,
            `Gem::Specification.new do |s|\n  s.name = "${name}"\n  s.version = "${version}"\nend\n`,
        ),
    );
}

const ofDistributions: Readonly<
    Record<string, (packages: Packages, distribution: Distribution) => CanaryFile[]>
> = {
    debian: dpkg,
    ubuntu: dpkg,
    alpine: apk,
};

const ofLanguages: Readonly<Record<string, (packages: Packages) => CanaryFile[]>> = {
    go,
    pypi: python,
    maven,
    rubygems: ruby,
};

/** Names and versions that mean nothing but themselves in any of the files. */
const plain = /^[A-Za-z0-9@][A-Za-z0-9@/:._+~-]*$/;

/** Whether a canary can be made of what a fact covers, whatever the database has: RPM's databases are none that this program writes. */
export function canHaveCanary({
    distribution,
    repository,
}: {
    distribution: string;
    repository: string;
}): boolean {
    return distribution in ofDistributions || repository in ofLanguages;
}

/** Whether a package can stand in the files of a canary of its kind. */
export function isPlain({ package: name, version }: CanaryFact, distribution: string): boolean {
    const isOne = plain.test(name) && plain.test(version) && !name.split("/").includes("..");
    return isOne && (distribution === "" || !name.includes("/"));
}

/** Files of a distribution with packages. @throws Error for a distribution of which no canary can be made */
export function distributionFiles(distribution: Distribution, packages: Packages): CanaryFile[] {
    const make = ofDistributions[distribution.id];
    if (make === undefined) {
        throw new Error(`no canary can be made of ${distribution.id}`);
    }
    return make(packages, distribution);
}

/** Files of packages of a language. @throws Error for a language of which no canary can be made */
export function languageFiles(repository: string, packages: Packages): CanaryFile[] {
    const make = ofLanguages[repository];
    if (make === undefined) {
        throw new Error(`no canary can be made of ${repository}`);
    }
    return make(packages);
}
