import * as zlib from "node:zlib";
import { z } from "zod";
import { enrichmentsSchema, scoresOf, severityOfScore } from "./cvss";
import { distinct } from "./distinct";
import { inventoryOf, inventoryShape, type Inventory } from "./inventory";
import { severities, severityRank, type Severity } from "./severity";
import { clip } from "../text/clip";
import { reasonOf } from "../text/reason";

/** One vulnerability of one package of an image. */
export interface Finding {
    /** Name in its source, mostly a CVE id: `CVE-2021-44228`, `GHSA-…`. */
    readonly vulnerability: string;
    /** CVE ids of the vulnerability, sorted: its name if that is a CVE id, and those in its links. */
    readonly cves: readonly string[];
    readonly package: string;
    /** Installed version. */
    readonly version: string;
    /** Version that fixes the vulnerability; "" where there is none. */
    readonly fixedVersion: string;
    /** The source's severity, as Clair normalized it; of a language's package without one that of its CVSS score, where there is one. */
    readonly severity: Severity;
    /** The worst CVSS base score of the vulnerability's CVEs, where the severity is from there. */
    readonly score?: number;
    /** Day on which the vulnerability was published, in UTC, `2026-11-20`; "" where its source does not say so. */
    readonly published: string;
    /** Updater that brought the advisory. */
    readonly updater: string;
    /** Addresses with more about the vulnerability. */
    readonly links: readonly string[];
    /** Digests of the layers that brought the package, `sha256:…`, sorted; absent where the report names none. */
    readonly layers?: readonly string[];
}

/** A report of Clair, as findings. */
export interface ScanReport {
    /** Digest of the manifest that was scanned, `sha256:…`. */
    readonly digest: string;
    /** What was found in the image. */
    readonly inventory: Inventory;
    /**
     * Each vulnerability of a package once, but twice where one source gives a severity and another none: what that
     * counts as is the policy's. Sorted: worst first, then by package and name. */
    readonly findings: readonly Finding[];
}

const vulnerabilitySchema = z.object({
    name: z.string().min(1),
    updater: z.string(),
    /** Go's zero time, `0001-01-01T00:00:00Z`, where the source gives none. */
    issued: z.string().default(""),
    links: z.string().default(""),
    normalized_severity: z.enum(severities),
    fixed_in_version: z.string().default(""),
});

/** claircore's VulnerabilityReport: the parts that a verdict rests on. Clair writes `null` for an empty map. */
const reportSchema = z.object({
    manifest_hash: z.string().regex(/^sha256:[0-9a-f]{64}$/),
    ...inventoryShape,
    vulnerabilities: z.record(z.string(), vulnerabilitySchema).nullable(),
    package_vulnerabilities: z.record(z.string(), z.array(z.string()).nullable()).nullable(),
    enrichments: enrichmentsSchema,
});

/**
 * The fixed version of an advisory. Those of OSV come as a URL query (`fixed=5.0.8&introduced=5.0`),
 * where `introduced` alone means that there is no fix.
 */
export function fixedVersion(text: string): string {
    if (!/(^|&)(fixed|introduced|lastAffected)=/.test(text)) {
        return text;
    }
    return new URLSearchParams(text).get("fixed") ?? "";
}

/** The day of a time of Go's; "" for none. */
function publishedOn(issued: string): string {
    const time = new Date(issued);
    return Number.isNaN(time.getTime()) || issued.startsWith("0001-") ? "" : time.toISOString().slice(0, 10);
}

/** The CVE ids in a text, each once, sorted. */
function cveIds(text: string): string[] {
    return [...new Set(text.match(/CVE-\d{4}-\d{4,}/g))].sort();
}

function compareFindings(a: Finding, b: Finding): number {
    return (
        severityRank(b.severity) - severityRank(a.severity) ||
        a.package.localeCompare(b.package, "en") ||
        a.vulnerability.localeCompare(b.vulnerability, "en", { numeric: true })
    );
}

/**
 * Reads a report as clairctl prints it.
 *
 * @throws Error for `null` (an empty database), for no JSON, for another shape, and for a finding whose
 *     package or vulnerability the report does not hold
 */
export function parseReport(text: string): ScanReport {
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch {
        throw new Error(`Clair's report is no JSON: ${clip(text, 80)}`);
    }
    if (value === null) {
        throw new Error(
            "Clair's report is null: its database holds no advisories, or the image was not indexed",
        );
    }
    const parsed = reportSchema.safeParse(value);
    if (!parsed.success) {
        throw new Error(`Clair's report has another shape than Clair v4's: ${z.prettifyError(parsed.error)}`);
    }
    const report = parsed.data;
    const scores = scoresIn(report);
    const findings = Object.entries(report.package_vulnerabilities ?? {}).flatMap(([packageId, ids]) =>
        (ids ?? []).map((id) => graded(finding(report, packageId, id), scores.get(id))),
    );
    return {
        digest: report.manifest_hash,
        inventory: inventoryOf(report),
        findings: distinct(
            findings,
            ({ severity }) => severityRank(severity),
            ({ severity }) => severity === "Unknown",
        ).sort(compareFindings),
    };
}

function scoresIn({ enrichments }: z.infer<typeof reportSchema>): ReadonlyMap<string, number> {
    try {
        return scoresOf(enrichments);
    } catch (error) {
        throw new Error(
            `the CVSS scores of Clair's report have another form than claircore's: ${reasonOf(error)}`,
            { cause: error },
        );
    }
}

/**
 * A finding of OSV's data, which has no severity of its own mostly, with that of its score. What a distribution gives no severity stays
 * Unknown: NVD scores the vulnerability, and not the distribution's build of the package.
 */
function graded(found: Finding, score: number | undefined): Finding {
    return found.severity === "Unknown" && found.updater.startsWith("osv/") && score !== undefined
        ? { ...found, severity: severityOfScore(score), score }
        : found;
}

function finding(report: z.infer<typeof reportSchema>, packageId: string, id: string): Finding {
    const found = report.packages?.[packageId];
    const vulnerability = report.vulnerabilities?.[id];
    if (found === undefined || vulnerability === undefined) {
        throw new Error(
            `Clair's report names package ${packageId} and vulnerability ${id}, but does not hold both`,
        );
    }
    const layers = layersOf(report, packageId);
    return {
        vulnerability: vulnerability.name,
        cves: cveIds(`${vulnerability.name} ${vulnerability.links}`),
        package: found.name,
        version: found.version,
        fixedVersion: fixedVersion(vulnerability.fixed_in_version),
        severity: vulnerability.normalized_severity,
        published: publishedOn(vulnerability.issued),
        updater: vulnerability.updater,
        links: vulnerability.links.match(/\S+/g) ?? [],
        ...(layers.length === 0 ? {} : { layers }),
    };
}

/** The layers that brought a package. */
function layersOf({ environments }: z.infer<typeof reportSchema>, packageId: string): string[] {
    const layers = (environments?.[packageId] ?? []).map(({ introduced_in }) => introduced_in);
    return [...new Set(layers)].filter((layer) => layer !== "").sort();
}

/**
 * Unpacks a report from gzip in base64, the form in which it travels from the host.
 *
 * @throws Error where the text has another form
 */
export function unpackReport(packed: string): string {
    try {
        return zlib.gunzipSync(Buffer.from(packed, "base64")).toString("utf8");
    } catch (error) {
        throw new Error(`the report did not arrive whole: ${reasonOf(error)}`, { cause: error });
    }
}

/** The report of a scan, and its text; or the reason why nothing may be concluded from it. */
export function readReport(
    packed: string,
    digest: string,
): { readonly report: ScanReport; readonly raw: string } | { readonly reason: string } {
    try {
        const raw = unpackReport(packed);
        const report = parseReport(raw);
        return report.digest === digest
            ? { report, raw }
            : { reason: `Clair's report is about ${report.digest}, not about ${digest}` };
    } catch (error) {
        return { reason: reasonOf(error) };
    }
}
