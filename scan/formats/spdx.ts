import { clip } from "../../text/clip";
import { jsonText } from "../../text/json";
import { findingText } from "../words";
import { imageVerdict, packageKey, packagesOf, runVerdict, uuidOf, webLinks, type BillPackage } from "./bill";
import { standingsOf, type RunImage, type ScanRun } from "./run";
import type { FindingStanding } from "./standing";

/** An element of SPDX 2.3's JSON. */
type Element = Readonly<Record<string, unknown>>;

const tool = "Tool: portcullis";

/** SPDX has times to the second. */
function timeOf(judged: string): string {
    return `${judged.slice(0, 19)}Z`;
}

function annotation(comment: string, judged: string): Element {
    return { annotator: tool, annotationDate: timeOf(judged), annotationType: "REVIEW", comment };
}

/** What SPDX wants of each package, and Clair does not tell. */
const unknown = {
    downloadLocation: "NOASSERTION",
    filesAnalyzed: false,
    licenseConcluded: "NOASSERTION",
    licenseDeclared: "NOASSERTION",
    copyrightText: "NOASSERTION",
};

function packageElement(
    id: string,
    { name, version, purl, databases }: BillPackage,
    findings: readonly FindingStanding[],
    judged: string,
): Element {
    const links = [...new Set(findings.flatMap(({ finding }) => webLinks(finding)))];
    return {
        SPDXID: id,
        name,
        versionInfo: version,
        ...unknown,
        ...(databases.length === 0 ? {} : { sourceInfo: `found in ${databases.join(", ")}` }),
        externalRefs: [
            ...(purl === undefined
                ? []
                : [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl }]),
            ...links.map((link) => ({
                referenceCategory: "SECURITY",
                referenceType: "advisory",
                referenceLocator: link,
            })),
        ],
        annotations: findings.map(({ finding, standing, why }) =>
            annotation(`${findingText(finding)} (${standing}: ${clip(why, 1000)})`, judged),
        ),
    };
}

function relationship(from: string, type: "DESCRIBES" | "CONTAINS", to: string): Element {
    return { spdxElementId: from, relationshipType: type, relatedSpdxElement: to };
}

function imageElements(image: RunImage, index: number, judged: string) {
    const id = `SPDXRef-image-${index}`;
    const findings = Map.groupBy(standingsOf(image), ({ finding }) => packageKey(finding));
    const { held } = image;
    const texts = [
        `verdict: ${imageVerdict(image)}`,
        ...(held?.judged ?? []).map(
            ({ what, advisories, date }) => `judged ${what}: ${advisories} advisories of ${date}`,
        ),
        ...(held?.unjudged ?? []).map(({ what, reason }) => `nobody judged ${what}: ${reason}`),
        ...(held?.accepted ?? []),
        ...(held?.notes ?? []),
    ];
    const packages = [...packagesOf(image)].map(([key, one], at) => ({
        id: `${id}-package-${at}`,
        element: packageElement(`${id}-package-${at}`, one, findings.get(key) ?? [], judged),
    }));
    return {
        packages: [
            {
                SPDXID: id,
                name: image.image,
                versionInfo: image.digest,
                ...unknown,
                primaryPackagePurpose: "CONTAINER",
                ...(image.digest === ""
                    ? {}
                    : {
                          checksums: [
                              { algorithm: "SHA256", checksumValue: image.digest.replace(/^sha256:/, "") },
                          ],
                      }),
                annotations: texts.map((text) => annotation(text, judged)),
            },
            ...packages.map(({ element }) => element),
        ],
        relationships: [
            relationship("SPDXRef-DOCUMENT", "DESCRIBES", id),
            ...packages.map((one) => relationship(id, "CONTAINS", one.id)),
        ],
    };
}

/**
 * A run as a document of SPDX 2.3. SPDX 2.3 has no vulnerabilities: each finding is an annotation of its package, with its advisories as
 * references, and each verdict is an annotation of its image.
 */
export function renderSpdx(run: ScanRun): string {
    const all = run.images.map((image, index) => imageElements(image, index, run.judged));
    return jsonText({
        spdxVersion: "SPDX-2.3",
        dataLicense: "CC0-1.0",
        SPDXID: "SPDXRef-DOCUMENT",
        name: `scan by the stack ${clip(run.stack, 80)}`,
        documentNamespace: `urn:uuid:${uuidOf(run)}`,
        creationInfo: { created: timeOf(run.judged), creators: [tool] },
        annotations: [annotation(`verdict: ${runVerdict(run)}`, run.judged)],
        packages: all.flatMap(({ packages }) => packages),
        relationships: all.flatMap(({ relationships }) => relationships),
    });
}
