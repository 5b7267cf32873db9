import { PackageURL } from "packageurl-js";
import { clip, listed } from "../text/clip";
import type { Inventory } from "./inventory";
import { purlAt, pythonName } from "./purl";
import type { Finding } from "./report";
import type { VexComponent, VexStatement } from "./vex";

/** The image that findings are of. */
export interface VexImage {
    /** Its repository as a whole reference, `HOST:PORT/team/app`. */
    readonly repository: string;
    /** `sha256:…` */
    readonly digest: string;
    readonly inventory: Inventory;
}

function purlOf(text: string): PackageURL | undefined {
    try {
        return PackageURL.fromString(text);
    } catch {
        return undefined;
    }
}

/** The package URLs by which a component is named. */
function purlsOf({ "@id": id, identifiers }: VexComponent): string[] {
    return [id, identifiers?.["purl"]].filter((text) => text?.startsWith("pkg:") ?? false).map(String);
}

/**
 * Whether a package URL is the image's: `pkg:oci/NAME@DIGEST`, or `pkg:oci/NAME?repository_url=HOST:PORT/PATH/NAME`. One
 * that is narrower than a repository, but has no digest (a tag, an architecture), may mean another image of that repository.
 */
function isImage(text: string, { repository, digest }: VexImage): boolean {
    const purl = purlOf(text);
    if (purl?.type !== "oci" || purl.subpath !== undefined || purl.name !== repository.split("/").at(-1)) {
        return false;
    }
    const { repository_url: url, ...narrower } = purl.qualifiers ?? {};
    if (url !== undefined && url !== repository) {
        return false;
    }
    return purl.version === undefined
        ? url !== undefined && Object.keys(narrower).length === 0
        : purl.version === digest;
}

/** Whether all that names a product names the image. */
function isOfImage(product: VexComponent, image: VexImage): boolean {
    const id = product["@id"];
    const names = [
        ...(id?.startsWith("sha256:") ? [id === image.digest] : []),
        ...(product.hashes === undefined
            ? []
            : [`sha256:${product.hashes["sha-256"] ?? ""}` === image.digest]),
        ...purlsOf(product).map((text) => isImage(text, image)),
    ];
    return names.length > 0 && names.every(Boolean);
}

/** Whether a package URL is the one of a finding's package, wherever that lies in the image. */
function isPackage(text: string, finding: Finding, { packages }: Inventory): boolean {
    const purl = purlOf(text);
    if (purl === undefined || purl.subpath !== undefined) {
        return false;
    }
    const { type, namespace, version, qualifiers = {} } = purl;
    const { distro, ...narrower } = qualifiers;
    const name = type === "pypi" ? pythonName(purl.name) : purl.name;
    const base = [type, namespace, name].filter((part) => part !== undefined).join("/");
    const held = packages.filter((one) => one.name === finding.package && one.version === finding.version);
    return (
        (version === undefined || version === finding.version) &&
        Object.keys(narrower).length === 0 &&
        held.length > 0 &&
        held.every((one) =>
            one.places.every((place) => {
                const own = purlAt(one, place);
                return own?.base === base && (distro === undefined || distro === own.distro);
            }),
        )
    );
}

/** Whether all that names a subcomponent names a finding's package. Nobody knows the checksum of a package. */
function isOfPackage(component: VexComponent, finding: Finding, inventory: Inventory): boolean {
    const purls = purlsOf(component);
    return (
        component.hashes === undefined &&
        purls.length > 0 &&
        purls.every((text) => isPackage(text, finding, inventory))
    );
}

/**
 * Whether a statement speaks of a finding's vulnerability. One that takes the finding away has to name the finding's own id: a
 * link may lead to another vulnerability. Where the id is no CVE id, and there is but one CVE id, that one will do.
 */
function speaksOf({ names, takesAway }: VexStatement, { vulnerability, cves }: Finding): boolean {
    const own = vulnerability.startsWith("CVE-") || cves.length > 1 ? [] : cves;
    return [vulnerability, ...(takesAway ? own : cves)].some((name) => names.includes(name));
}

/** The statement that takes a finding away: of those that are about it the last one; undefined where none does. */
export function statementOf(
    finding: Finding,
    image: VexImage,
    statements: readonly VexStatement[],
): VexStatement | undefined {
    const about = statements.filter(
        (statement) =>
            speaksOf(statement, finding) &&
            statement.products.some(
                (product) =>
                    isOfImage(product, image) &&
                    (product.subcomponents === undefined ||
                        product.subcomponents.some((one) => isOfPackage(one, finding, image.inventory))),
            ),
    );
    const last = Math.max(...about.map(({ time }) => time));
    const latest = about.filter(({ time }) => time === last);
    return latest.every(({ takesAway }) => takesAway) ? latest[0] : undefined;
}

/** `by vex.json, statement ID of 2026-11-20 (not_affected: …)` */
export function statementText({ file, id, time, why }: VexStatement): string {
    const day = new Date(time).toISOString().slice(0, 10);
    return `by ${file}, ${clip(id, 200)}, of ${day} (${clip(why, 200)})`;
}

/** The statements of each file that took nothing away, though they say so, in words. */
export function statementNotes(
    statements: readonly VexStatement[],
    used: ReadonlySet<VexStatement>,
): string[] {
    const files = [...new Set(statements.map(({ file }) => file))];
    return files.flatMap((file) => {
        const all = statements.filter((statement) => statement.file === file && statement.takesAway);
        const unused = all.filter((statement) => !used.has(statement));
        return unused.length === 0
            ? []
            : [
                  `portcullis:scan.vexFiles: ${unused.length} of the ${all.length} statements of ${file} that take something away are about no finding of an image, or a later one is: ${listed(
                      unused.map(({ id }) => id),
                      10,
                  )}`,
              ];
    });
}
