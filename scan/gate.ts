import { z } from "zod";
import { counted } from "../text/count";
import { reasonOf } from "../text/reason";
import { judge, policySchema, type Judgement, type Policy } from "./policy";
import { parseReport, unpackReport, type Finding, type ScanReport } from "./report";
import { severities } from "./severity";

/** Input of the gate: the policy, the scans, and the scan of a canary that must have been flagged. */
export const gateInputSchema = z.strictObject({
    policy: policySchema,
    scans: z.array(
        z.strictObject({
            /** Repository in the private registry, e.g. `redis`. */
            name: z.string().min(1),
            /** Reference by digest, `HOST:PORT/redis@sha256:…`. */
            image: z.string().min(1),
            digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
            /** Whether an image over the threshold fails the deployment. */
            enforce: z.boolean(),
            /** Clair's report: JSON, gzip, base64. */
            report: z.string().min(1),
        }),
    ),
    canary: z.strictObject({ digest: z.string(), report: z.string().min(1) }),
});

export type GateInput = z.infer<typeof gateInputSchema>;

/** One image, scanned and judged. */
export interface ScannedImage {
    readonly name: string;
    readonly image: string;
    readonly digest: string;
    /** `error`: no report allows any conclusion. An error always fails. */
    readonly judgement: Judgement | { readonly verdict: "error"; readonly reason: string };
    /** Clair's own JSON; undefined where it could not be read. */
    readonly raw: string | undefined;
}

export interface GateResult {
    readonly images: readonly ScannedImage[];
    /** Reasons why the gate is not passed, one for each image or fact; empty when the gate is passed. */
    readonly failures: readonly string[];
}

/** The report of a scan, and its text; or the reason why nothing may be concluded from it. */
function reportOf(
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

function scanned(scan: GateInput["scans"][number], policy: Policy): ScannedImage {
    const { name, image, digest } = scan;
    const found = reportOf(scan.report, digest);
    return "reason" in found
        ? { name, image, digest, judgement: { verdict: "error", reason: found.reason }, raw: undefined }
        : { name, image, digest, judgement: judge(found.report, policy, scan.enforce), raw: found.raw };
}

function canaryFailure(canary: GateInput["canary"]): string[] {
    const found = reportOf(canary.report, canary.digest);
    if ("report" in found && found.report.findings.length > 0) {
        return [];
    }
    const what = "reason" in found ? `has no report (${found.reason})` : "was not flagged";
    return [
        `the canary, an image with a known vulnerability, ${what}: no verdict of Clair can be trusted now; ` +
            "load advisories (portcullis:scanner) and change portcullis:scan.rescan",
    ];
}

/** `critical 2, high 1` */
export function countsText(judgement: Judgement): string {
    const parts = [...severities].reverse().flatMap((severity) => {
        const number = judgement.counts[severity];
        return number === 0 ? [] : [`${severity.toLowerCase()} ${number}`];
    });
    return parts.length === 0 ? "no findings" : parts.join(", ");
}

/** `PYSEC-2023-246 (CVE-2023-47627) High aiohttp 3.8.4, fixed in 3.8.6` */
export function findingText(finding: Finding): string {
    const others = finding.cves.filter((cve) => cve !== finding.vulnerability);
    const name =
        others.length === 0 ? finding.vulnerability : `${finding.vulnerability} (${others.join(", ")})`;
    const fix = finding.fixedVersion === "" ? "not fixed yet" : `fixed in ${finding.fixedVersion}`;
    return `${name} ${finding.severity} ${finding.package} ${finding.version}, ${fix}`;
}

function failure(image: ScannedImage, policy: Policy): string[] {
    const { judgement } = image;
    if (judgement.verdict === "error") {
        return [`${image.image}: ${judgement.reason}`];
    }
    if (judgement.verdict !== "fail") {
        return [];
    }
    const lines = judgement.counted.map((finding) => `    ${findingText(finding)}`);
    const head =
        `${image.image}: ${counted(judgement.counted.length, "finding")} of severity ${policy.severity} or above` +
        ` (a finding without a severity counts as ${policy.unknownAs}), ${policy.threshold} allowed (portcullis:scan.threshold)`;
    return [[head, ...lines].join("\n")];
}

/** Judges all images. Any uncertainty is a failure. */
export function runGate(input: GateInput): GateResult {
    const images = input.scans.map((scan) => scanned(scan, input.policy));
    return {
        images,
        failures: [
            ...canaryFailure(input.canary),
            ...images.flatMap((image) => failure(image, input.policy)),
        ],
    };
}
