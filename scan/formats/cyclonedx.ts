// eslint-disable-next-line @typescript-eslint/no-require-imports -- only so a compiled program loads it at first use (toolchain/compile/adapt.ts)
import cyclonedx = require("@cyclonedx/cyclonedx-library");
import { visibleJson } from "../../text/json";
import type { Finding } from "../report";
import type { Severity } from "../severity";
import { imageVerdict, packageKey, packagesOf, runVerdict, uuidOf, webLinks, type BillPackage } from "./bill";
import { standingsOf, type RunImage, type ScanRun } from "./run";
import type { FindingStanding } from "./standing";

/** The namespace of our properties. */
const own = "portcullis";

type Component = cyclonedx.Models.Component;

function severityOf(severity: Severity): cyclonedx.Enums.Vulnerability.Severity {
    const { Severity: words } = cyclonedx.Enums.Vulnerability;
    return {
        Unknown: words.Unknown,
        Negligible: words.Info,
        Low: words.Low,
        Medium: words.Medium,
        High: words.High,
        Critical: words.Critical,
    }[severity];
}

function properties(pairs: readonly (readonly [string, string])[]): cyclonedx.Models.PropertyRepository {
    return new cyclonedx.Models.PropertyRepository(
        pairs.map(([name, value]) => new cyclonedx.Models.Property(`${own}:${name}`, value)),
    );
}

function packageComponent({ name, version, purl, databases }: BillPackage, bomRef: string): Component {
    return new cyclonedx.Models.Component(cyclonedx.Enums.ComponentType.Library, name, {
        bomRef,
        version,
        purl,
        properties: properties(databases.map((database) => ["package-database", database])),
    });
}

/** An image, with its packages by `packageKey`. */
interface BilledImage {
    readonly image: RunImage;
    readonly component: Component;
    readonly packages: ReadonlyMap<string, Component>;
}

function billed(image: RunImage, index: number): BilledImage {
    const { held } = image;
    const packages = [...packagesOf(image)].map(
        ([key, one], at) => [key, packageComponent(one, `image-${index}/package-${at}`)] as const,
    );
    const hashes = new cyclonedx.Models.HashDictionary([
        [cyclonedx.Enums.HashAlgorithm["SHA-256"], image.digest.replace(/^sha256:/, "")],
    ]);
    const component = new cyclonedx.Models.Component(cyclonedx.Enums.ComponentType.Container, image.image, {
        bomRef: `image-${index}`,
        version: image.digest,
        hashes,
        properties: properties([
            ["verdict", image.judgement.verdict],
            ["verdict-text", imageVerdict(image)],
            ...(held?.judged ?? []).map(
                ({ what, advisories, date }) =>
                    ["judged", `${what}: ${advisories} advisories of ${date}`] as const,
            ),
            ...(held?.unjudged ?? []).map(({ what, reason }) => ["unjudged", `${what}: ${reason}`] as const),
            ...(held?.accepted ?? []).map((text) => ["accepted", text] as const),
            ...(held?.notes ?? []).map((text) => ["note", text] as const),
        ]),
    });
    return { image, component, packages: new Map(packages) };
}

function affects({ finding, component }: { finding: Finding; component: Component }) {
    const version = new cyclonedx.Models.Vulnerability.AffectedSingleVersion(finding.version, {
        status: cyclonedx.Enums.Vulnerability.AffectStatus.Affected,
    });
    return new cyclonedx.Models.Vulnerability.AffectRepository([
        new cyclonedx.Models.Vulnerability.Affect(component.bomRef, {
            versions: new cyclonedx.Models.Vulnerability.AffectedVersionRepository([version]),
        }),
    ]);
}

function vulnerabilityOf(
    { finding, standing, why }: FindingStanding,
    component: Component,
    bomRef: string,
): cyclonedx.Models.Vulnerability.Vulnerability {
    const source = new cyclonedx.Models.Vulnerability.Source({ name: finding.updater });
    const rating = new cyclonedx.Models.Vulnerability.Rating({
        source,
        severity: severityOf(finding.severity),
        score: finding.score,
    });
    const links = webLinks(finding).map((link) => new cyclonedx.Models.Vulnerability.Advisory(link));
    const state =
        standing === "taken away" ? { state: cyclonedx.Enums.Vulnerability.AnalysisState.NotAffected } : {};
    return new cyclonedx.Models.Vulnerability.Vulnerability({
        bomRef,
        id: finding.vulnerability,
        source,
        ratings: new cyclonedx.Models.Vulnerability.RatingRepository([rating]),
        recommendation:
            finding.fixedVersion === ""
                ? undefined
                : `Update ${finding.package} to ${finding.fixedVersion} or later.`,
        advisories: new cyclonedx.Models.Vulnerability.AdvisoryRepository(links),
        published: finding.published === "" ? undefined : new Date(finding.published),
        analysis: new cyclonedx.Models.Vulnerability.Analysis({ ...state, detail: `${standing}: ${why}` }),
        affects: affects({ finding, component }),
        properties: properties([
            ["standing", standing],
            ...finding.cves.map((cve) => ["cve", cve] as const),
            ...(finding.layers ?? []).map((layer) => ["layer", layer] as const),
        ]),
    });
}

/** The findings of an image. A report that is judged holds the package of each. */
function vulnerabilities({ image, component, packages }: BilledImage) {
    return standingsOf(image).map((one, at) =>
        vulnerabilityOf(
            one,
            packages.get(packageKey(one.finding)) ?? component,
            `${component.bomRef.value ?? ""}/finding-${at}`,
        ),
    );
}

/**
 * A run as a bill of materials of CycloneDX 1.6, with vulnerabilities. One image is what the bill is of; several are its
 * components, each with its own packages.
 */
export function renderCycloneDx(run: ScanRun): string {
    const all = run.images.map(billed);
    const [only] = all.length === 1 ? all : [];
    if (only === undefined) {
        for (const { component, packages } of all) {
            component.components = new cyclonedx.Models.ComponentRepository(packages.values());
        }
    }
    const bom = new cyclonedx.Models.Bom({
        serialNumber: `urn:uuid:${uuidOf(run)}`,
        metadata: new cyclonedx.Models.Metadata({
            timestamp: new Date(run.judged),
            component: only?.component,
            tools: new cyclonedx.Models.Tools({
                components: new cyclonedx.Models.ComponentRepository([
                    new cyclonedx.Models.Component(cyclonedx.Enums.ComponentType.Application, "Portcullis"),
                ]),
            }),
            properties: properties([
                ["verdict", runVerdict(run)],
                ["stack", run.stack],
                ["host", run.host],
                ["policy", JSON.stringify(run.policy)],
            ]),
        }),
        components: new cyclonedx.Models.ComponentRepository(
            only === undefined ? all.map(({ component }) => component) : only.packages.values(),
        ),
        vulnerabilities: new cyclonedx.Models.Vulnerability.VulnerabilityRepository(
            all.flatMap(vulnerabilities),
        ),
    });
    const factory = new cyclonedx.Serialize.JSON.Normalize.Factory(cyclonedx.Spec.Spec1dot6);
    const serializer = new cyclonedx.Serialize.JsonSerializer(factory);
    return `${visibleJson(serializer.serialize(bom, { sortLists: false, space: 2 }))}\n`;
}
